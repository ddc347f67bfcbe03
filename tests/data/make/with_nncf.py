"""Samples of NNCF: its ONNX backend and its OpenVINO backend, batch normalization unfolded in both.

    pip install torch onnx onnxruntime nncf openvino
    python tests/data/make/with_nncf.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nncf
import onnx
import openvino
from sample_data import FOLDER, INPUT, OUTPUT, images, note, save
from sample_network import export, network

NAME = "nncf_openvino"


def main() -> None:
    data = nncf.Dataset([{INPUT: images(seed)} for seed in range(16)])
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        export(network(), plain, fold=False)
        save("nncf_onnx", nncf.quantize(onnx.load(plain), data, subset_size=16))
        ir = nncf.quantize(openvino.convert_model(plain), data, subset_size=16)
    openvino.save_model(ir, FOLDER / f"{NAME}.xml", compress_to_fp16=False)
    exact = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0, "LP_TRANSFORMS_MODE": "NO"}
    result = openvino.compile_model(ir, "CPU", exact)({INPUT: images(1000)})
    note(NAME, {INPUT: images(1000)}, {OUTPUT: result[0]})


if __name__ == "__main__":
    main()
