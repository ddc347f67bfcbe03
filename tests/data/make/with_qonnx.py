"""Samples of QONNX: each operator in all its modes, and a network that Brevitas writes with binary weights and truncating pooling.

    pip install torch brevitas qonnx "onnx<1.20" onnxoptimizer onnxruntime onnxscript
    python tests/data/make/with_qonnx.py

qonnx.core.onnx_exec executes them node by node: what it gives is stored.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import brevitas.nn as qnn
import numpy as np
import onnx
import torch
from brevitas.export import export_qonnx
from brevitas.quant import (
    Int8WeightPerChannelFloat,
    SignedBinaryActPerTensorConst,
    SignedBinaryWeightPerTensorConst,
    Uint8ActPerTensorFloat,
)
from onnx import NodeProto, TensorProto, helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes
from sample_data import INPUT, OUTPUT, images, note, save, write
from torch import nn

DOMAIN = "qonnx.custom_op.general"
MODES = ("ROUND", "HALF_EVEN", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN")
SCALES = np.array([0.25, 0.5, 1.0], np.float32).reshape(1, 3, 1)


def nodes(opset: int) -> Iterator[tuple[str, list[np.ndarray | float], dict[str, int | str]]]:
    """Operator, inputs behind the first, attributes."""
    for mode in MODES:
        yield "Quant", [0.5, 0.0, 4.0], {"signed": 1, "narrow": 0, "rounding_mode": mode}
        yield "Quant", [SCALES, 3.0, 5.0], {"signed": 0, "narrow": 0, "rounding_mode": mode}
        trunc = [0.5, 0.0, 6.0, 2.0, 4.0] if opset == 2 else [0.5, 0.0, 6.0, 4.0]
        yield "Trunc", trunc, {"rounding_mode": mode, **({"signed": 1, "narrow": 0} if opset == 2 else {})}
    for bits in (2, 3, 7, 8, 12):
        for signed, narrow in ((0, 0), (0, 1), (1, 0), (1, 1)):
            yield "Quant", [0.0625, 0.0, float(bits)], {"signed": signed, "narrow": narrow, "rounding_mode": "ROUND"}
    yield "Quant", [0.5, 0.25, 4.0], {"signed": 1, "narrow": 1, "rounding_mode": "ROUND"}
    yield "Quant", [0.5, 0.0, 1.0], {"signed": 1, "narrow": 0, "rounding_mode": "ROUND"}
    yield "Quant", [0.5, 0.0, 1.0], {"signed": 0, "narrow": 0, "rounding_mode": "ROUND"}
    yield "BipolarQuant", [0.75], {}
    yield "BipolarQuant", [SCALES], {}
    yield "Trunc", [0.5, 4.0, 6.0, 2.0, 4.0] if opset == 2 else [0.5, 4.0, 6.0, 4.0], {"rounding_mode": "FLOOR"}
    yield "Trunc", [0.5, 3.0, 6.0, 1.0, 5.0] if opset == 2 else [0.5, 3.0, 6.0, 5.0], {"rounding_mode": "ROUND"}


def operators(opset: int) -> onnx.ModelProto:
    """Every node on one input of [2, 3, 40], each with an output of its own."""
    made: list[NodeProto] = []
    constants, outputs = [], []
    for i, (kind, inputs, attributes) in enumerate(nodes(opset)):
        names = [f"c{i}_{j}" for j in range(len(inputs))]
        constants += [numpy_helper.from_array(np.asarray(v, np.float32), n) for v, n in zip(inputs, names, strict=True)]
        made.append(helper.make_node(kind, ["x", *names], [f"y{i}"], f"{kind}_{i}", domain=DOMAIN, **attributes))
        outputs.append(helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, [2, 3, 40]))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3, 40])
    graph = helper.make_graph(made, "operators", [x], outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, opset)], ir_version=8)


def ties() -> np.ndarray:
    """Multiples of 1/8, among them ties of every scale, and numbers between."""
    generator = np.random.default_rng(0)
    exact = generator.integers(-80, 80, (2, 3, 20)) / 8
    return np.concatenate([exact, generator.normal(size=(2, 3, 20)) * 3], -1).astype(np.float32)


class Binary(nn.Module):
    """Weights of one bit, activations of one and four, a pool that drops the low bits of its sums: [2, 3, 8, 8] → [2, 4]."""

    def __init__(self) -> None:
        super().__init__()
        unsigned = {"act_quant": Uint8ActPerTensorFloat, "bit_width": 4, "return_quant_tensor": True}
        # Biases are floats here: without them sums are exactly 0 at times, whose sign depends on the order of summation.
        binary = {"weight_quant": SignedBinaryWeightPerTensorConst, "bias": True}
        self.image = qnn.QuantIdentity(bit_width=8, return_quant_tensor=True)
        self.stem, self.act1 = qnn.QuantConv2d(3, 8, 3, padding=1, **binary), qnn.QuantReLU(**unsigned)
        self.wide = qnn.QuantConv2d(8, 16, 3, padding=1, **binary)
        self.sign = qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst)
        self.last = qnn.QuantConv2d(16, 8, 1, weight_quant=Int8WeightPerChannelFloat, weight_bit_width=4, bias=False)
        self.act2 = qnn.QuantReLU(**unsigned)
        self.pool = qnn.TruncAvgPool2d(4, bit_width=4, return_quant_tensor=True)
        self.classify = qnn.QuantLinear(32, 4, weight_quant=Int8WeightPerChannelFloat, weight_bit_width=4, bias=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.act1(self.stem(self.image(image)))
        x = self.sign(self.wide(x))
        x = self.pool(self.act2(self.last(x)))
        return self.classify(torch.flatten(x, 1))


def main() -> None:
    x = ties()
    for opset in (1, 2):
        model = operators(opset)
        name = f"qonnx_operators_{opset}"
        write(name, model)
        note(name, {"x": x}, execute_onnx(ModelWrapper(model), {"x": x}))
    torch.manual_seed(0)
    network = Binary()
    for seed in range(16):
        network(torch.from_numpy(images(seed)))
    network.eval()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        names = {"input_names": [INPUT], "output_names": [OUTPUT], "opset_version": 17, "dynamo": False}
        export_qonnx(network, torch.from_numpy(images(0)), str(path), **names)
        result = execute_onnx(ModelWrapper(str(path)).transform(InferShapes()), {INPUT: images(1000)})[OUTPUT]
        print("qonnx and torch differ by", np.abs(network(torch.from_numpy(images(1000))).detach().numpy() - result).max())
        save("brevitas_qonnx_binary", path, result)


if __name__ == "__main__":
    main()
