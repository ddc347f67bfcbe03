"""Softmax and normalizations."""

from __future__ import annotations

import math

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, BatchNormalizationOp, MulOp, MvnOp, NormalizeL2Op, ReshapeOp, SoftmaxOp
from lpt.dialects.shapes import Shape
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles


def make_softmax(node: Node, x: SSAValue, shape: Shape, axis: int, *, flattens: bool) -> SSAValue:
    """Softmax along `axis`; where it `flattens` (before opset 13), over all dimensions from `axis` on together."""
    rank = len(shape)
    first = axis if axis == rank and flattens else node.axis(axis, rank)
    if not flattens:
        return node.one(SoftmaxOp, x, axis=first)
    wide = [i for i in range(first, rank) if shape[i] != 1]
    if len(wide) <= 1 and first < rank:
        return node.one(SoftmaxOp, x, axis=wide[0] if wide else first)
    if -1 in shape[1:] or -1 in shape[first:]:
        raise node.unsupported("softmax over several dimensions that are not known", "give the model's inputs fixed dimensions")
    flat = node.one(ReshapeOp, x, shape=[-1, math.prod(shape[first:])])
    return node.one(ReshapeOp, node.one(SoftmaxOp, flat, axis=1), shape=list(shape))


@handles("Softmax")
def softmax(node: Node) -> SSAValue:
    flattens = node.opset < 13
    return make_softmax(node, node.f32(0), node.shape(0), node.int_attr("axis", 1 if flattens else -1), flattens=flattens)


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
    """x / ‖x‖₂; zeros stay."""
    if node.int_attr("p", 2) != 2:
        raise node.unsupported("a norm other than the Euclidean is not handled")
    axis = node.axis(node.int_attr("axis", -1), len(node.shape(0)))
    return node.one(NormalizeL2Op, node.f32(0), axes=[axis], eps=float(np.finfo(np.float32).tiny), eps_mode="max")


def _affine(node: Node, x: SSAValue, tail: int) -> SSAValue:
    """x · scale + bias, inputs 1 and 2, each with `tail` dimensions of extent 1 behind."""
    for index, op in ((1, MulOp), (2, AddOp)):
        if node.optional(index) is not None:
            parameter = node.f32(index)
            if tail:
                parameter = node.one(ReshapeOp, parameter, shape=[*node.shape(index), *(1,) * tail])
            x = node.one(op, x, parameter)
    return x


@handles("InstanceNormalization")
def instance_normalization(node: Node) -> SSAValue:
    rank = len(node.shape(0))
    eps = node.float_attr("epsilon", 1e-5)
    return _affine(node, node.one(MvnOp, node.f32(0), axes=list(range(2, rank)), eps=eps, eps_mode="inside_sqrt"), rank - 2)


@handles("LayerNormalization", first=17)
def layer_normalization(node: Node) -> SSAValue:
    """Over all dimensions from `axis` on; the mean and its inverse deviation are not computed."""
    if any(node.used[1:]):
        raise node.unsupported("its outputs besides the first are not handled")
    rank = len(node.shape(0))
    axes = list(range(node.axis(node.int_attr("axis", -1), rank), rank))
    eps = node.float_attr("epsilon", 1e-5)
    return _affine(node, node.one(MvnOp, node.f32(0), axes=axes, eps=eps, eps_mode="inside_sqrt"), 0)
