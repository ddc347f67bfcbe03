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
from sample_network import Network, block, export, network
from torch import nn

NAME = "nncf_openvino"


class Expanded(Network):
    """With a convolution in front of the depthwise one, whose input NNCF then quantizes per channel."""

    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Sequential(block(8, 8, 1), self.depthwise)


def main() -> None:
    data = nncf.Dataset([{INPUT: images(seed)} for seed in range(16)])
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        export(network(Expanded), plain, fold=False)
        save("nncf_onnx", nncf.quantize(onnx.load(plain), data, subset_size=16))
        ir = nncf.quantize(openvino.convert_model(plain), data, subset_size=16)
    openvino.save_model(ir, FOLDER / f"{NAME}.xml", compress_to_fp16=False)
    exact = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0, "LP_TRANSFORMS_MODE": "NO"}
    result = openvino.compile_model(ir, "CPU", exact)({INPUT: images(1000)})
    note(NAME, {INPUT: images(1000)}, {OUTPUT: result[0]})


if __name__ == "__main__":
    main()
