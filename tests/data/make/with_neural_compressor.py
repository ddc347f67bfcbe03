"""Samples of Intel Neural Compressor for ONNX: static in both forms, and SmoothQuant.

    pip install torch onnx onnxruntime onnx-neural-compressor prettytable onnxscript
    python tests/data/make/with_neural_compressor.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from onnx_neural_compressor import data_reader
from onnx_neural_compressor.quantization import QuantFormat, config, quantize
from sample_data import INPUT, images, save
from sample_network import export, network


class Calibration(data_reader.CalibrationDataReader):
    def __init__(self) -> None:
        self.rewind()

    def rewind(self) -> None:
        self.batches = iter([images(seed) for seed in range(16)])

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "out"))
        export(network(), plain)
        for name, form in (("qdq", QuantFormat.QDQ), ("qoperator", QuantFormat.QOperator)):
            settings = config.StaticQuantConfig(Calibration(), quant_format=form, per_channel=True)
            quantize(str(plain), str(out), settings)
            save(f"neural_compressor_{name}", out)
        settings = config.StaticQuantConfig(
            Calibration(), quant_format=QuantFormat.QDQ, extra_options={"SmoothQuant": True, "SmoothQuantFolding": False}
        )
        quantize(str(plain), str(out), settings)
        save("neural_compressor_smooth", out)


if __name__ == "__main__":
    main()
