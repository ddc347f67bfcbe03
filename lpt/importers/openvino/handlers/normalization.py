"""Softmax and batch normalization."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import BatchNormalizationOp, SoftmaxOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles


@handles("SoftMax")
@handles("Softmax")
def softmax(node: Node) -> SSAValue:
    """Along one axis, in opset 1 (default 1) and opset 8."""
    axis = node.axis(node.integer("axis", 1), len(node.shape(0)))
    return node.one(SoftmaxOp, node.f32(0), axis=axis)


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
