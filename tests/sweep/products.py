"""Which products of a model's file are quantized: what `lpt` must compute in integers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import onnx


@dataclass(frozen=True)
class Layer:
    """A node of a file: name, operator, and the keys of the layers that make its operands."""

    name: str
    operator: str
    sources: tuple[str, ...]
    is_codes: bool = False
    """Whether it is a constant of at most 8 bits."""


INTEGER = {"ConvInteger", "MatMulInteger", "QGemm", "QLinearConv", "QLinearMatMul"}
FLOAT = {"Conv", "ConvTranspose", "Gemm", "MatMul", "Convolution", "ConvolutionBackpropData", "GroupConvolution"}
SHAPES = {"Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}
MOVES = SHAPES | {"Dropout", "Identity", "MaxPool", "Relu", "ShuffleChannels", "Slice", "Split"}
"""What gives codes for codes; of constants and activations alike."""
DECOMPRESSION = {"Convert", "Subtract", "Multiply"}
"""In OpenVINO's IR, codes of weights are converted, less their zero point, times their scale."""


def products(path: Path) -> tuple[set[str], set[str]]:
    """The names of a file's layers that multiply quantized tensors, and of those that multiply floats.

    Quantized: an operator of integers, or one whose two factors come from DequantizeLinear or FakeQuantize, perhaps through what
    moves codes.
    """
    layers = _of_onnx(path) if path.suffix == ".onnx" else _of_ir(path)
    quantized = {layer.name for layer in layers.values() if layer.operator in INTEGER}
    floats: set[str] = set()
    for layer in layers.values():
        if layer.operator in FLOAT:
            is_quantized = all(_is_quantized(key, layers) for key in layer.sources[:2])
            (quantized if is_quantized else floats).add(layer.name)
    return quantized, floats


def _is_quantized(key: str, layers: dict[str, Layer]) -> bool:
    layer = layers.get(key)
    if layer is None:
        return False
    if layer.operator in ("DequantizeLinear", "FakeQuantize") or layer.is_codes:
        return True
    if layer.operator == "Concat":
        return all(_is_quantized(source, layers) for source in layer.sources)
    return layer.operator in MOVES | DECOMPRESSION and _is_quantized(layer.sources[0], layers)


def _of_onnx(path: Path) -> dict[str, Layer]:
    """By the names of what they give."""
    nodes = onnx.load(path, load_external_data=False).graph.node
    return {output: Layer(node.name, node.op_type, tuple(node.input)) for node in nodes for output in node.output}


def _of_ir(path: Path) -> dict[str, Layer]:
    """By their ids."""
    root = ElementTree.parse(path).getroot()
    sources: dict[str, dict[int, str]] = {}
    for edge in root.iter("edge"):
        sources.setdefault(edge.attrib["to-layer"], {})[int(edge.attrib["to-port"])] = edge.attrib["from-layer"]
    return {
        key: Layer(
            layer.attrib["name"],
            layer.attrib["type"],
            tuple(dict(sorted(sources.get(key, {}).items())).values()),
            _holds_codes(layer),
        )
        for layer in root.iter("layer")
        for key in [layer.attrib["id"]]
    }


def _holds_codes(layer: ElementTree.Element) -> bool:
    data = layer.find("data")
    return layer.attrib["type"] == "Const" and data is not None and data.attrib["element_type"] in ("i4", "u4", "i8", "u8")
