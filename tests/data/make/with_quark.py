"""Samples of AMD Quark: XINT8 (s8, scales that are powers of two) and A8W8 (per channel).

    pip install torch amd-quark onnx onnxruntime onnxscript
    python tests/data/make/with_quark.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from quark.onnx import ModelQuantizer
from quark.onnx.quantization.config.custom_config import A8W8_QCONFIG, XINT8_QCONFIG
from sample_calibration import Calibration
from sample_data import save
from sample_network import export, network


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "out"))
        export(network(), plain)
        for name, config in (("xint8", XINT8_QCONFIG), ("a8w8", A8W8_QCONFIG)):
            ModelQuantizer(config).quantize_model(str(plain), str(out), Calibration())
            save(f"quark_{name}", out)


if __name__ == "__main__":
    main()
