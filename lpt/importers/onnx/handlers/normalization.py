"""Softmax and batch normalization."""

from __future__ import annotations

import math

from xdsl.ir import SSAValue

from lpt.dialects.nn import BatchNormalizationOp, ReshapeOp, SoftmaxOp
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
