"""Normalizations by given statistics, per image or channel, and over adjacent channels. Those of layers: `layer_normalization`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    BatchNormalizationOp,
    ClipOp,
    DivOp,
    MulOp,
    MvnOp,
    NormalizeL2Op,
    ReduceSumOp,
    ReshapeOp,
)
from lpt.importers.local_response import local_response
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles


@handles("BatchNormalization")
def batch_normalization(node: Node) -> SSAValue:
    """Inference only."""
    if node.int_attr("training_mode", 0):
        raise node.unsupported("training is not handled", "export the model for inference")
    if node.opset < 9 and not node.int_attr("spatial", 1):
        raise node.unsupported("batch normalization per element (spatial = 0) is not handled")
    return node.one(BatchNormalizationOp, *(node.f32(i) for i in range(5)), epsilon=node.float_attr("epsilon", 1e-5))


@handles("MeanVarianceNormalization", first=9)
def mean_variance_normalization(node: Node) -> SSAValue:
    """(x − mean) / (√variance + 1e-9)."""
    axes = node.ints_attr("axes") or [0, 2, 3]
    return node.one(MvnOp, node.f32(0), axes=[node.axis(a, len(node.shape(0))) for a in axes], eps=1e-9, eps_mode="outside_sqrt")


@handles("LpNormalization")
def lp_normalization(node: Node) -> SSAValue:
    """x / ‖x‖₂ or x / Σ|x|; zeros stay."""
    x, p, tiny = node.f32(0), node.int_attr("p", 2), float(np.finfo(np.float32).tiny)
    axis = node.axis(node.int_attr("axis", -1), len(node.shape(0)))
    if p == 2:
        return node.one(NormalizeL2Op, x, axes=[axis], eps=tiny, eps_mode="max")
    if p != 1:
        raise node.malformed(f"the norm p = {p} is neither 1 nor 2")
    total = node.one(ReduceSumOp, node.one(AbsOp, x), axes=[axis])
    return node.one(DivOp, x, node.one(ClipOp, total, min=tiny))


def affine(node: Node, x: SSAValue, scale: int | None, bias: int | None, shape: Sequence[int] | None = None) -> SSAValue:
    """x · scale + bias, inputs by index where they are given, each in this shape if it is given."""
    for index, op in ((scale, MulOp), (bias, AddOp)):
        if index is not None and node.optional(index) is not None:
            parameter = node.f32(index)
            if shape is not None:
                parameter = node.one(ReshapeOp, parameter, shape=list(shape))
            x = node.one(op, x, parameter)
    return x


@handles("InstanceNormalization")
def instance_normalization(node: Node) -> SSAValue:
    """Over all spatial dimensions."""
    rank = len(node.shape(0))
    eps = node.float_attr("epsilon", 1e-5)
    y = node.one(MvnOp, node.f32(0), axes=list(range(2, rank)), eps=eps, eps_mode="inside_sqrt")
    return affine(node, y, 1, 2, [-1, *(1,) * (rank - 2)])


@handles("GroupNormalization", first=18)
def group_normalization(node: Node) -> SSAValue:
    """Over a group of channels and all spatial dimensions; scale and bias are per group before opset 21, then per channel."""
    shape, groups = node.shape(0), node.int_attr("num_groups", 0)
    if node.int_attr("stash_type", 1) != 1:
        raise node.unsupported("statistics of another type than f32 are not handled")
    if len(shape) < 2 or -1 in shape[1:]:
        raise node.unsupported("channels or extents are not known", "give the model's inputs fixed dimensions")
    if groups < 1 or shape[1] % groups:
        raise node.malformed(f"{shape[1]} channels are no {groups} groups")
    eps, batch = node.float_attr("epsilon", 1e-5), max(shape[0], 0)
    x = node.one(ReshapeOp, node.f32(0), shape=[batch, groups, shape[1] // groups, *shape[2:]])
    x = node.one(MvnOp, x, axes=list(range(2, len(shape) + 1)), eps=eps, eps_mode="inside_sqrt")
    per = 1 if node.opset < 21 else shape[1] // groups
    x = affine(node, x, 1, 2, (groups, per, *(1,) * (len(shape) - 2)))
    return node.one(ReshapeOp, x, shape=[batch, *shape[1:]])


@handles("LRN")
def local_response_normalization(node: Node) -> SSAValue:
    """Over adjacent channels."""
    alpha, beta = node.float_attr("alpha", 1e-4), node.float_attr("beta", 0.75)
    return local_response(node, node.int_attr("size", 0), alpha, beta, node.float_attr("bias", 1.0))
