"""Convolution and matrix products."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import ConvOp, GemmOp, MatMulOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.windows import read_window


def make_conv(node: Node, x: SSAValue, w: SSAValue, bias: SSAValue | None, x_index: int, w_index: int) -> SSAValue:
    """A convolution of two float operands with the node's attributes."""
    weights = node.shape(w_index)
    kernel = node.ints_attr("kernel_shape") or list(weights[2:])
    if kernel != list(weights[2:]):
        raise node.malformed(f"kernel_shape {kernel} differs from the weights' shape {weights}")
    if -1 in weights:
        raise node.unsupported("weights of unknown extents are not handled")
    window = read_window(node, node.shape(x_index), kernel)
    return node.one(
        ConvOp,
        x,
        w,
        [] if bias is None else [bias],
        strides=window.strides,
        pads=window.pads,
        dilations=window.dilations,
        group=node.int_attr("group", 1),
    )


@handles("Conv")
def conv(node: Node) -> SSAValue:
    bias = None if node.optional(2) is None else node.f32(2)
    return make_conv(node, node.f32(0), node.f32(1), bias, 0, 1)


@handles("Gemm")
def gemm(node: Node) -> SSAValue:
    c = [] if node.optional(2) is None else [node.f32(2)]
    return node.one(
        GemmOp,
        node.f32(0),
        node.f32(1),
        c,
        alpha=node.float_attr("alpha", 1.0),
        beta=node.float_attr("beta", 1.0),
        trans_a=int(node.int_attr("transA", 0) != 0),
        trans_b=int(node.int_attr("transB", 0) != 0),
    )


@handles("MatMul")
def matmul(node: Node) -> SSAValue:
    return node.one(MatMulOp, node.f32(0), node.f32(1))
