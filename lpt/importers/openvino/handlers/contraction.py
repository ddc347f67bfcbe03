"""Convolution and matrix products."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import ConvOp, ConvTransposeOp, MatMulOp, TransposeOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.reshaping import reshaped
from lpt.importers.openvino.table import handles
from lpt.importers.openvino.windows import auto_pad, read_window
from lpt.importers.value import Value
from lpt.importers.windows import Window, make_window


@handles("Convolution")
def convolution(node: Node) -> SSAValue:
    """Weights are [M, C, kernel…]."""
    return _convolve(node, node.f32(1), 1)


@handles("GroupConvolution")
def group_convolution(node: Node) -> SSAValue:
    """Weights are [group, M / group, C / group, kernel…]; they are joined to [M, C / group, kernel…]."""
    return _convolve(node, _joined(node), node.shape(1)[0])


def _joined(node: Node) -> SSAValue:
    """Weights with their first two dimensions as one."""
    weights = node.shape(1)
    if len(weights) < 4 or -1 in weights:
        raise node.malformed(f"weights of shape {weights} do not begin with the groups")
    return reshaped(node, 1, (weights[0] * weights[1], *weights[2:]))


def _convolve(node: Node, w: SSAValue, group: int) -> SSAValue:
    kernel = list(tensor_shape(w)[2:])
    if -1 in kernel:
        raise node.unsupported("weights of unknown extents are not handled")
    window = read_window(node, node.shape(0), kernel)
    return node.one(ConvOp, node.f32(0), w, [], strides=window.strides, pads=window.pads, dilations=window.dilations, group=group)


@handles("ConvolutionBackpropData")
def convolution_backprop(node: Node) -> SSAValue:
    """Weights are [C, M, kernel…]."""
    return _deconvolve(node, node.f32(1), 1)


@handles("GroupConvolutionBackpropData")
def group_convolution_backprop(node: Node) -> SSAValue:
    """Weights are [group, C / group, M / group, kernel…]; they are joined to [C, M / group, kernel…]."""
    return _deconvolve(node, _joined(node), node.shape(1)[0])


def _deconvolve(node: Node, w: SSAValue, group: int) -> SSAValue:
    shape, kernel = node.shape(0), list(tensor_shape(w)[2:])
    rank = len(shape) - 2
    pads = [*node.ints("pads_begin", []), *node.ints("pads_end", [])]
    window = make_window(node, shape, kernel, node.ints("strides", []), pads, node.ints("dilations", []))
    extra = node.ints("output_padding", []) or [0] * rank
    if len(extra) != rank:
        raise node.malformed(f"output_padding {extra} does not fit a tensor of shape {shape}")
    pads = _crops(node, window, extra)
    return node.one(
        ConvTransposeOp,
        *(node.f32(0), w, []),
        strides=window.strides,
        pads=pads,
        output_padding=extra,
        dilations=window.dilations,
        group=group,
    )


def _crops(node: Node, window: Window, extra: list[int]) -> list[int]:
    """The pads; where the output's extents are given (an input) and `auto_pad` is SAME, what they leave, halved.

    The odd one goes to the begin for SAME_UPPER, as OpenVINO does it, so that the output gains it at its end.
    """
    shape, rank, mode = node.shape(0), len(window.kernel), auto_pad(node)
    own = [0] * (2 * rank) if mode == "VALID" else window.pads
    wanted = node.known_ints(2, "the output shape")
    if wanted is None:
        if mode.startswith("SAME"):
            raise node.unsupported("auto_pad SAME without an output shape is not handled", "give pads")
        return own
    if len(wanted) != rank or -1 in shape[2:]:
        raise node.unsupported(
            f"an output shape of {wanted} for {shape} is not handled", "fix the dimensions of the model's inputs"
        )
    whole = [
        stride * (extent - 1) + dilation * (k - 1) + 1 + more
        for extent, k, stride, dilation, more in zip(shape[2:], window.kernel, window.strides, window.dilations, extra, strict=True)
    ]
    totals = [extent - given for extent, given in zip(whole, wanted, strict=True)]
    small, large = [total // 2 for total in totals], [total - total // 2 for total in totals]
    match mode:
        case "SAME_UPPER" if min(totals) >= 0:
            return large + small
        case "SAME_LOWER" if min(totals) >= 0:
            return small + large
        case "NOTSET" | "VALID" if totals == [own[i] + own[rank + i] for i in range(rank)]:
            return own
    raise node.unsupported(f"pads that do not give the output shape {wanted} are not handled", "give pads and output_padding")


@handles("MatMul")
def matmul(node: Node) -> SSAValue:
    """`transpose_a` and `transpose_b` exchange the last two dimensions; known data are transposed here."""
    return node.one(MatMulOp, _operand(node, 0, "transpose_a"), _operand(node, 1, "transpose_b"))


def _operand(node: Node, index: int, flag: str) -> SSAValue:
    value, rank = node.value(index), len(node.shape(index))
    if rank < 2 or not node.flag(flag, False):
        return node.as_f32(value)
    perm = [*range(rank - 2), rank - 1, rank - 2]
    if isinstance(value, Compressed):
        return node.as_f32(value.transpose(perm))
    if value.array is not None:
        return node.as_f32(Value(np.ascontiguousarray(value.array.transpose(perm))))
    return node.one(TransposeOp, node.f32(index), perm=perm)
