"""Samples of Brevitas: a network of 8 bits as Q/Clip/DQ, one of 4 bits as Q/Clip/DQ and as QONNX.

    pip install torch brevitas qonnx "onnx<1.20" onnxoptimizer onnxruntime onnxscript
    python tests/data/make/with_brevitas.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import brevitas.nn as qnn
import numpy as np
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import Int8ActPerTensorFloat, Int8WeightPerChannelFloat, Int32Bias, Uint8ActPerTensorFloat
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes
from sample_data import INPUT, OUTPUT, images, save
from torch import nn


class Quantized(nn.Module):
    """Convolutions with integer biases, residual sum, depthwise; `bits` of weights and activations: [2, 3, 8, 8] → [2, 4]."""

    def __init__(self, bits: int):
        super().__init__()
        weights = {"weight_quant": Int8WeightPerChannelFloat, "weight_bit_width": bits}
        layer = {**weights, "bias_quant": Int32Bias, "return_quant_tensor": True}
        unsigned = {"act_quant": Uint8ActPerTensorFloat, "bit_width": bits, "return_quant_tensor": True}
        self.image = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat, bit_width=8, return_quant_tensor=True)
        self.stem, self.act1 = qnn.QuantConv2d(3, 8, 3, padding=1, bias=True, **layer), qnn.QuantReLU(**unsigned)
        self.depthwise = qnn.QuantConv2d(8, 8, 3, padding=1, groups=8, bias=True, **layer)
        self.act2 = qnn.QuantReLU(**unsigned)
        self.project = qnn.QuantConv2d(8, 8, 1, bias=True, **layer)
        self.sum = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat, bit_width=bits, return_quant_tensor=True)
        self.wide, self.act3 = qnn.QuantConv2d(8, 16, 3, padding=1, bias=True, **layer), qnn.QuantReLU(**unsigned)
        self.pool = nn.MaxPool2d(2)
        self.last = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat, bit_width=8, return_quant_tensor=True)
        self.classify = qnn.QuantLinear(16, 4, bias=True, **{**layer, "return_quant_tensor": False})

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.act1(self.stem(self.image(image)))
        x = self.sum(self.sum(self.project(self.act2(self.depthwise(x)))) + self.sum(x))
        x = self.act3(self.wide(self.pool(x)))
        x = self.last(torch.mean(x.value, (2, 3)))
        return self.classify(x)


def network(bits: int) -> Quantized:
    torch.manual_seed(0)
    model = Quantized(bits)
    for seed in range(16):
        model(torch.from_numpy(images(seed)))
    return model.eval()


def main() -> None:
    example = torch.from_numpy(images(0))
    names = {"input_names": [INPUT], "output_names": [OUTPUT], "opset_version": 17, "dynamo": False}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        for bits in (8, 4):
            model = network(bits)
            result = model(torch.from_numpy(images(1000))).detach().numpy()
            export_onnx_qcdq(model, example, str(path), **names)
            save(f"brevitas_qcdq_{bits}bit", path, result)
        export_qonnx(model, example, str(path), **names)
        wrapped = ModelWrapper(str(path)).transform(InferShapes())
        ran = execute_onnx(wrapped, {INPUT: images(1000)})[OUTPUT]
        print("qonnx and torch differ by", np.abs(ran - result).max())
        save("brevitas_qonnx_4bit", path, ran)


if __name__ == "__main__":
    main()
