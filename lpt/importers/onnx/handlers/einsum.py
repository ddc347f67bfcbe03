"""Einsum."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.importers.einsum import einsum as make_einsum
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles


@handles("Einsum", first=12)
def einsum(node: Node) -> SSAValue:
    """Of floats."""
    return make_einsum(node, node.string_attr("equation", ""), [node.f32(i) for i in range(len(node.inputs))])
