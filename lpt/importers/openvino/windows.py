"""The window attributes of OpenVINO's convolutions and poolings."""

from __future__ import annotations

from lpt.dialects.shapes import Shape
from lpt.importers.openvino.node import Node
from lpt.importers.windows import Window, make_window, resolve

_AUTO_PADS = {"explicit": "NOTSET", "notset": "NOTSET", "valid": "VALID", "same_upper": "SAME_UPPER", "same_lower": "SAME_LOWER"}


def auto_pad(node: Node) -> str:
    """`auto_pad` by ONNX's name."""
    word = node.text("auto_pad", "explicit").lower()
    if word not in _AUTO_PADS:
        raise node.malformed(f"auto_pad {word!r} is not known")
    return _AUTO_PADS[word]


def read_window(node: Node, shape: Shape, kernel: list[int]) -> Window:
    """The window attributes of a layer on a tensor [N, C, spatial…]. Raises LoadError where their lengths do not fit."""
    pads = [*node.ints("pads_begin", []), *node.ints("pads_end", [])]
    window = make_window(node, shape, kernel, node.ints("strides", []), pads, node.ints("dilations", []))
    return resolve(node, shape, window, auto_pad(node))
