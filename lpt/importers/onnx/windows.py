"""The window attributes of ONNX's convolutions and poolings."""

from __future__ import annotations

from lpt.dialects.shapes import Shape
from lpt.importers.onnx.node import Node
from lpt.importers.windows import Window, make_window, resolve


def read_window(node: Node, shape: Shape, kernel: list[int]) -> Window:
    """The window attributes of a node on a tensor [N, C, spatial…]. Raises LoadError where their lengths do not fit."""
    attributes = (node.ints_attr("strides"), node.ints_attr("pads"), node.ints_attr("dilations"))
    return resolve(node, shape, make_window(node, shape, kernel, *attributes), node.string_attr("auto_pad", "NOTSET"))
