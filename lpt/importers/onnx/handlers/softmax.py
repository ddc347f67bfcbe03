"""Softmax and what is computed like it, along one axis or, before opset 13, over all from one on."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    ClipOp,
    ExpOp,
    LogOp,
    MulOp,
    NegOp,
    ReduceMaxOp,
    ReduceSumOp,
    ReshapeOp,
    SignOp,
    SoftmaxOp,
    SubOp,
)
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import Value

Along = Callable[[Node, SSAValue, int, int], SSAValue]
"""(node, x, axis, its extent) → the result."""


def along_axis(node: Node, x: SSAValue, shape: Shape, axis: int, function: Along, *, flattens: bool) -> SSAValue:
    """`function` along `axis`; where it `flattens` (before opset 13), over all dimensions from `axis` on together."""
    rank = len(shape)
    first = axis if axis == rank and flattens else node.axis(axis, rank)
    if not flattens:
        return function(node, x, first, shape[first])
    wide = [i for i in range(first, rank) if shape[i] != 1]
    if len(wide) <= 1 and first < rank:
        along = wide[0] if wide else first
        return function(node, x, along, shape[along])
    if -1 in shape[1:] or -1 in shape[first:]:
        raise node.unsupported("works over several dimensions that are not known", "give the model's inputs fixed dimensions")
    size = math.prod(shape[first:])
    flat = node.one(ReshapeOp, x, shape=[-1, size])
    return node.one(ReshapeOp, function(node, flat, 1, size), shape=list(shape))


def _softmax(node: Node, x: SSAValue, axis: int, extent: int) -> SSAValue:
    return node.one(SoftmaxOp, x, axis=axis)


def make_softmax(node: Node, x: SSAValue, shape: Shape, axis: int, *, flattens: bool) -> SSAValue:
    """Softmax as `along_axis` does it."""
    return along_axis(node, x, shape, axis, _softmax, flattens=flattens)


def _of(node: Node, function: Along) -> SSAValue:
    flattens = node.opset < 13
    axis = node.int_attr("axis", 1 if flattens else -1)
    return along_axis(node, node.f32(0), node.shape(0), axis, function, flattens=flattens)


@handles("Softmax")
def softmax(node: Node) -> SSAValue:
    return _of(node, _softmax)


def _log_softmax(node: Node, x: SSAValue, axis: int, extent: int) -> SSAValue:
    below = node.one(SubOp, x, node.one(ReduceMaxOp, x, axes=[axis]))
    total = node.one(ReduceSumOp, node.one(ExpOp, below), axes=[axis])
    return node.one(SubOp, below, node.one(LogOp, total))


@handles("LogSoftmax")
def log_softmax(node: Node) -> SSAValue:
    """x − max − ln Σ e^(x − max)."""
    return _of(node, _log_softmax)


def _hardmax(node: Node, x: SSAValue, axis: int, extent: int) -> SSAValue:
    """Each greatest element is given its distance from the end, the others 0: the greatest of these numbers is the first."""
    if extent < 0:
        raise node.unsupported("works along a dimension that is not known", "give the model's inputs fixed dimensions")
    lowest = float(np.finfo(np.float32).min)
    view = [-1 if i == axis else 1 for i in range(len(tensor_shape(x)))]
    order = node.builder.constant(Value(np.arange(extent, 0, -1, dtype=np.float32).reshape(view)))
    finite = node.one(ClipOp, x, min=lowest, max=-lowest)
    score = node.one(MulOp, _is_greatest(node, finite, axis), order)
    return _is_greatest(node, score, axis)


def _is_greatest(node: Node, x: SSAValue, axis: int) -> SSAValue:
    """1 where x is the greatest along the axis, else 0: 1 − sign |x − max|."""
    differs = node.one(SignOp, node.one(AbsOp, node.one(SubOp, x, node.one(ReduceMaxOp, x, axes=[axis]))))
    return node.one(AddOp, node.one(NegOp, differs), node.builder.constant(Value(np.array(1, np.float32))))


@handles("Hardmax")
def hardmax(node: Node) -> SSAValue:
    """1 at the first of the greatest elements, else 0; infinities count as the greatest finite numbers."""
    return _of(node, _hardmax)
