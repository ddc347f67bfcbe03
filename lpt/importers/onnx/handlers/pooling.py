"""Pooling and reductions."""

from __future__ import annotations

from typing import Any

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AveragePoolOp,
    ExtremeOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    IdentityOp,
    MaxPoolOp,
    NnOp,
    ReduceMaxOp,
    ReduceMeanOp,
    ReduceMinOp,
    ReduceSumOp,
)
from lpt.importers.onnx.handlers.unpooling import max_pool_indices
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import Handler, handles
from lpt.importers.onnx.windows import read_window


def _pool(node: Node, op: type[NnOp], x: SSAValue, **more: Any) -> SSAValue:
    kernel = node.ints_attr("kernel_shape")
    if kernel is None:
        raise node.malformed("attribute 'kernel_shape' is missing")
    window = read_window(node, node.shape(0), kernel)
    return node.one(
        op,
        x,
        kernel_shape=window.kernel,
        strides=window.strides,
        pads=window.pads,
        dilations=window.dilations,
        ceil_mode=node.int_attr("ceil_mode", 0),
        **more,
    )


def make_average_pool(node: Node, x: SSAValue) -> SSAValue:
    """An average pooling of a float operand with the node's attributes."""
    return _pool(node, AveragePoolOp, x, count_include_pad=node.int_attr("count_include_pad", 0))


@handles("MaxPool")
def max_pool(node: Node) -> list[SSAValue]:
    """Also of 8-bit integers; of floats indices too."""
    y = _pool(node, MaxPoolOp, node.moved(0))
    return [y, max_pool_indices(node, y)] if any(node.used[1:]) else [y]


@handles("AveragePool")
def average_pool(node: Node) -> SSAValue:
    return make_average_pool(node, node.f32(0))


@handles("GlobalAveragePool")
def global_average_pool(node: Node) -> SSAValue:
    return node.one(GlobalAveragePoolOp, node.f32(0))


@handles("GlobalMaxPool")
def global_max_pool(node: Node) -> SSAValue:
    return node.one(GlobalMaxPoolOp, node.moved(0))


def _reduce(op: type[NnOp], since: int) -> Handler:
    """Axes are an attribute before opset `since`; no axes mean all, or none where `noop_with_empty_axes`.

    The extremes also of integers, whose codes they move.
    """

    def handler(node: Node) -> SSAValue:
        x, axes = node.moved(0) if issubclass(op, ExtremeOp) else node.f32(0), node.ints_of("axes", 1, since)
        if not axes and node.int_attr("noop_with_empty_axes", 0):
            return node.one(IdentityOp, x)
        return node.one(op, x, axes=axes or None, keepdims=node.int_attr("keepdims", 1))

    return handler


handles("ReduceMax")(_reduce(ReduceMaxOp, 18))
handles("ReduceMean")(_reduce(ReduceMeanOp, 18))
handles("ReduceMin")(_reduce(ReduceMinOp, 18))
handles("ReduceSum")(_reduce(ReduceSumOp, 13))
