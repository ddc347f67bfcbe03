"""Samples of ONNX Runtime's quantization tools: static as Q/DQ and as QOperator, and dynamic.

    pip install torch onnx onnxruntime onnxscript sympy
    python tests/data/make/with_onnxruntime.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from sample_calibration import Calibration
from sample_data import save
from sample_network import export, network


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "prepared", "out"))
        export(network(), plain)
        quant_pre_process(plain, prepared)
        for form in (QuantFormat.QDQ, QuantFormat.QOperator):
            for activations in (QuantType.QUInt8, QuantType.QInt8):
                quantize_static(
                    prepared,
                    out,
                    Calibration(),
                    quant_format=form,
                    activation_type=activations,
                    weight_type=QuantType.QInt8,
                    per_channel=True,
                )
                letter = "u" if activations is QuantType.QUInt8 else "s"
                save(f"onnxruntime_{form.name.lower()}_{letter}8", out)
        types = ["Conv", "MatMul", "Gemm"]
        quantize_dynamic(prepared, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=types)
        save("onnxruntime_dynamic", out)


if __name__ == "__main__":
    main()
