"""Gelu with a bias in front, as ONNX Runtime's optimizer writes it (com.microsoft)."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, GeluOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft


def _biased(node: Node) -> SSAValue:
    return node.f32(0) if node.optional(1) is None else node.one(AddOp, node.f32(0), node.f32(1))


@microsoft("BiasGelu")
def bias_gelu(node: Node) -> SSAValue:
    return node.one(GeluOp, _biased(node))


@microsoft("FastGelu")
def fast_gelu(node: Node) -> SSAValue:
    """The form of tanh; the bias is optional."""
    return node.one(GeluOp, _biased(node), approximate="tanh")
