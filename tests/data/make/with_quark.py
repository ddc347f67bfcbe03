"""Samples of AMD Quark: XINT8 (s8, scales that are powers of two) and A8W8 (per channel).

    pip install torch amd-quark onnx onnxruntime onnxscript
    python tests/data/make/with_quark.py
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from onnxruntime.quantization import CalibrationDataReader
from quark.onnx import ModelQuantizer
from quark.onnx.quantization.config.custom_config import A8W8_QCONFIG, XINT8_QCONFIG
from sample_data import INPUT, images, save
from sample_network import export, network


class Calibration(CalibrationDataReader):
    def __init__(self) -> None:
        self.batches: Iterator[np.ndarray] = iter([images(seed) for seed in range(16)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "out"))
        export(network(), plain)
        for name, config in (("xint8", XINT8_QCONFIG), ("a8w8", A8W8_QCONFIG)):
            ModelQuantizer(config).quantize_model(str(plain), str(out), Calibration())
            save(f"quark_{name}", out)


if __name__ == "__main__":
    main()
