"""Which products of a model's file are quantized: what `lpt` must compute in integers."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import NodeProto

INTEGER = {"ConvInteger", "MatMulInteger", "QGemm", "QLinearConv", "QLinearMatMul"}
FLOAT = {"Conv", "ConvTranspose", "Gemm", "MatMul"}
MOVES = {"Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}


def products(path: Path) -> tuple[set[str], set[str]]:
    """The names of an ONNX file's nodes that multiply quantized tensors, and of those that multiply floats.

    Quantized: an operator of integers, or one whose two factors come from DequantizeLinear, perhaps through moves.
    """
    graph = onnx.load(path, load_external_data=False).graph
    producers = {output: node for node in graph.node for output in node.output}
    quantized = {node.name for node in graph.node if node.op_type in INTEGER}
    floats: set[str] = set()
    for node in graph.node:
        if node.op_type in FLOAT:
            is_quantized = all(_is_dequantized(name, producers) for name in node.input[:2])
            (quantized if is_quantized else floats).add(node.name)
    return quantized, floats


def _is_dequantized(name: str, producers: dict[str, NodeProto]) -> bool:
    while name in producers and producers[name].op_type in MOVES:
        name = producers[name].input[0]
    return name in producers and producers[name].op_type == "DequantizeLinear"
