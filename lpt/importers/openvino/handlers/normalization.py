"""Softmax, batch normalization, and normalization by what the tensor itself holds."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AddOp,
    BatchNormalizationOp,
    ExpOp,
    LogOp,
    MulOp,
    MvnOp,
    NormalizeL2Op,
    ReduceMaxOp,
    ReduceSumOp,
    ReshapeOp,
    SoftmaxOp,
    SubOp,
)
from lpt.importers.local_response import local_response
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles


@handles("SoftMax")
@handles("Softmax")
def softmax(node: Node) -> SSAValue:
    """Along one axis, in opset 1 (default 1) and opset 8."""
    axis = node.axis(node.integer("axis", 1), len(node.shape(0)))
    return node.one(SoftmaxOp, node.f32(0), axis=axis)


@handles("LogSoftmax", first=5)
def log_softmax(node: Node) -> SSAValue:
    """d − ln Σ e^d with d = x − max."""
    axis = node.axis(node.integer("axis", 1), len(node.shape(0)))
    x = node.f32(0)
    below = node.one(SubOp, x, node.one(ReduceMaxOp, x, axes=[axis]))
    total = node.one(ReduceSumOp, node.one(ExpOp, below), axes=[axis])
    return node.one(SubOp, below, node.one(LogOp, total))


@handles("BatchNormInference", last=4)
def batch_norm_inference_1(node: Node) -> SSAValue:
    """gamma and beta come before the data."""
    return _normalize(node, 2, 0, 1)


@handles("BatchNormInference", first=5)
def batch_norm_inference(node: Node) -> SSAValue:
    return _normalize(node, 0, 1, 2)


def _normalize(node: Node, x: int, gamma: int, beta: int) -> SSAValue:
    operands = [node.f32(i) for i in (x, gamma, beta, 3, 4)]
    return node.one(BatchNormalizationOp, *operands, epsilon=node.number("epsilon"))


@handles("MVN", last=5)
def mvn_1(node: Node) -> SSAValue:
    """Over the spatial dimensions, with `across_channels` over the channels too; or over `reduction_axes`."""
    rank = len(node.shape(0))
    first = 1 if node.flag("across_channels", True) else 2
    axes = [node.axis(axis, rank) for axis in node.ints("reduction_axes", [])] or list(range(first, rank))
    return _mvn(node, axes, "inside_sqrt")


@handles("MVN", first=6)
def mvn(node: Node) -> SSAValue:
    mode = node.choice("eps_mode", "inside_sqrt", "outside_sqrt")
    rank = len(node.shape(0))
    return _mvn(node, [node.axis(axis, rank) for axis in node.ints_input(1, "the axes")], mode)


def _mvn(node: Node, axes: list[int], mode: str) -> SSAValue:
    divides = int(node.flag("normalize_variance", True))
    return node.one(MvnOp, node.f32(0), axes=axes, eps=node.number("eps"), eps_mode=mode, normalize_variance=divides)


@handles("LRN")
def local_response_normalization(node: Node) -> SSAValue:
    """Over adjacent channels."""
    axes = node.ints_input(1, "the axes")
    if [node.axis(axis, len(node.shape(0))) for axis in axes] != [1]:
        raise node.unsupported(f"local responses over axes {axes} are not handled", "normalize over the channels")
    numbers = (node.number(name) for name in ("alpha", "beta", "bias"))
    return local_response(node, node.integer("size"), *numbers)


@handles("GroupNormalization", first=12)
def group_normalization(node: Node) -> SSAValue:
    """Over a group of channels and all spatial dimensions; scale and bias are per channel."""
    shape, groups = node.shape(0), node.integer("num_groups")
    if len(shape) < 2 or -1 in shape[1:]:
        raise node.unsupported("channels or extents are not known", "give the model's inputs fixed dimensions")
    if groups < 1 or shape[1] % groups:
        raise node.malformed(f"{shape[1]} channels are no {groups} groups")
    batch, form = max(shape[0], 0), [groups, shape[1] // groups, *(1,) * (len(shape) - 2)]
    x = node.one(ReshapeOp, node.f32(0), shape=[batch, groups, shape[1] // groups, *shape[2:]])
    eps = node.number("epsilon")
    y = node.one(MvnOp, x, axes=list(range(2, len(shape) + 1)), eps=eps, eps_mode="inside_sqrt")
    for index, op in ((1, MulOp), (2, AddOp)):
        y = node.one(op, y, node.one(ReshapeOp, node.f32(index), shape=form))
    return node.one(ReshapeOp, y, shape=[batch, *shape[1:]])


@handles("NormalizeL2")
def normalize_l2(node: Node) -> SSAValue:
    rank = len(node.shape(0))
    axes = [node.axis(axis, rank) for axis in node.ints_input(1, "the axes")]
    return node.one(NormalizeL2Op, node.f32(0), axes=axes, eps=node.number("eps"), eps_mode=node.choice("eps_mode", "add", "max"))
