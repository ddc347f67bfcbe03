"""Convolution and matrix products."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import ConvOp, ConvTransposeOp, GemmOp, MatMulOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.windows import read_window
from lpt.importers.windows import make_window


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


@handles("ConvTranspose")
def conv_transpose(node: Node) -> SSAValue:
    """`output_shape` and automatic pads decide the pads; what no pad can reach is padded behind."""
    weights, shape = node.shape(1), node.shape(0)
    kernel, rank = list(weights[2:]), len(shape) - 2
    if (node.ints_attr("kernel_shape") or kernel) != kernel:
        raise node.malformed(f"kernel_shape {node.ints_attr('kernel_shape')} differs from the weights' shape {weights}")
    if -1 in weights:
        raise node.unsupported("weights of unknown extents are not handled")
    attributes = (node.ints_attr("strides"), node.ints_attr("pads"), node.ints_attr("dilations"))
    window = make_window(node, shape, kernel, *attributes)
    extra = node.ints_attr("output_padding") or [0] * rank
    mode, sizes = node.string_attr("auto_pad", "NOTSET"), (node.ints_attr("output_shape") or [])[-rank:]
    if mode.startswith("SAME") and not sizes:
        sizes = [extent * stride for extent, stride in zip(shape[2:], window.strides, strict=True)]
    pads = [0] * (2 * rank) if mode == "VALID" else window.pads
    if sizes:
        if -1 in shape[2:] or len(sizes) != rank or len(extra) != rank:
            raise node.unsupported("an output shape of dimensions that are not known", "give the model's inputs fixed dimensions")
        pads = list(pads)
        for i, size in enumerate(sizes):
            whole = window.strides[i] * (shape[2 + i] - 1) + window.dilations[i] * (kernel[i] - 1) + 1 + extra[i]
            total, extra[i] = max(whole - size, 0), extra[i] + max(size - whole, 0)
            pads[i], pads[rank + i] = (total // 2, total - total // 2)[:: 1 if mode == "SAME_UPPER" else -1]
    return node.one(
        ConvTransposeOp,
        node.f32(0),
        node.f32(1),
        [] if node.optional(2) is None else [node.f32(2)],
        strides=window.strides,
        pads=pads,
        output_padding=extra,
        dilations=window.dilations,
        group=node.int_attr("group", 1),
    )


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
