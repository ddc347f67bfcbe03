"""Reductions that are a function of the elements, a sum, a function of the sum; and the product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    ClipOp,
    ConcatOp,
    ExpOp,
    IdentityOp,
    LogOp,
    MulOp,
    ReduceMaxOp,
    ReduceSumOp,
    SliceOp,
    SqrtOp,
    SqueezeOp,
    SubOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import Value


def _axes(node: Node, since: int = 18) -> list[int]:
    """The reduced axes from the front: an attribute before opset `since`, then an input; all, or none where the node says so."""
    rank, axes = len(node.shape(0)), node.ints_of("axes", 1, since)
    if not axes:
        return [] if node.int_attr("noop_with_empty_axes", 0) else list(range(rank))
    return sorted({node.axis(axis, rank) for axis in axes})


def _sum(node: Node, x: SSAValue) -> SSAValue:
    axes = _axes(node)
    return node.one(ReduceSumOp, x, axes=axes, keepdims=node.int_attr("keepdims", 1)) if axes else node.one(IdentityOp, x)


@handles("ReduceL1")
def reduce_l1(node: Node) -> SSAValue:
    return _sum(node, node.one(AbsOp, node.f32(0)))


@handles("ReduceSumSquare")
def reduce_sum_square(node: Node) -> SSAValue:
    return _sum(node, node.one(MulOp, node.f32(0), node.f32(0)))


@handles("ReduceL2")
def reduce_l2(node: Node) -> SSAValue:
    return node.one(SqrtOp, reduce_sum_square(node))


@handles("ReduceLogSum")
def reduce_log_sum(node: Node) -> SSAValue:
    return node.one(LogOp, _sum(node, node.f32(0)))


@handles("ReduceLogSumExp")
def reduce_log_sum_exp(node: Node) -> SSAValue:
    """max + ln Σ e^(x − max), so that no exponential overflows; the maximum is taken at most as great as f32, for rows of −∞."""
    x, axes, lowest = node.f32(0), _axes(node), float(np.finfo(np.float32).min)
    if not axes:
        return node.one(LogOp, node.one(ExpOp, x))
    greatest = node.one(ClipOp, node.one(ReduceMaxOp, x, axes=axes), min=lowest, max=-lowest)
    total = node.one(ReduceSumOp, node.one(ExpOp, node.one(SubOp, x, greatest)), axes=axes)
    result = node.one(AddOp, node.one(LogOp, total), greatest)
    return _without(node, result, axes)


def _without(node: Node, x: SSAValue, axes: Sequence[int]) -> SSAValue:
    return x if node.int_attr("keepdims", 1) else node.one(SqueezeOp, x, axes=list(axes))


@handles("ReduceProd")
def reduce_prod(node: Node) -> SSAValue:
    """Halves are multiplied until one element is left along each axis: ⌈log₂ n⌉ products, and no operation of its own."""
    x, axes = node.f32(0), _axes(node)
    for axis in axes:
        extent = tensor_shape(x)[axis]
        if extent < 0:
            raise node.unsupported("works along a dimension that is not known", "give the model's inputs fixed dimensions")
        x = _product(node, x, axis, extent)
    return _without(node, x, axes) if axes else node.one(IdentityOp, x)


def _product(node: Node, x: SSAValue, axis: int, extent: int) -> SSAValue:
    if extent == 0:
        ones = [1 if i == axis else n for i, n in enumerate(tensor_shape(x))]
        if -1 in ones:
            raise node.unsupported("the product of no elements of an unknown number", "give the model's inputs fixed dimensions")
        return node.builder.constant(Value(np.ones(ones, np.float32)))
    while extent > 1:
        half = extent // 2
        low, high = (_cut(node, x, axis, start, start + half) for start in (0, half))
        rest = [_cut(node, x, axis, 2 * half, extent)] if extent % 2 else []
        x = node.one(MulOp, low, high)
        x = node.one(ConcatOp, [x, *rest], axis=axis) if rest else x
        extent = half + len(rest)
    return x


def _cut(node: Node, x: SSAValue, axis: int, start: int, end: int) -> SSAValue:
    return node.one(SliceOp, x, starts=[start], ends=[end], axes=[axis], steps=[1])
