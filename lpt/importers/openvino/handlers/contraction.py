"""Convolution and matrix products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ConvOp, MatMulOp, ReshapeOp, TransposeOp
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.openvino.windows import read_window
from lpt.importers.value import Value


@handles("Convolution")
def convolution(node: Node) -> SSAValue:
    """Weights are [M, C, kernel…]."""
    return _convolve(node, node.f32(1), 1)


@handles("GroupConvolution")
def group_convolution(node: Node) -> SSAValue:
    """Weights are [group, M / group, C / group, kernel…]; they are joined to [M, C / group, kernel…]."""
    weights = node.shape(1)
    if len(weights) < 4 or -1 in weights:
        raise node.malformed(f"weights of shape {weights} are not [group, M / group, C / group, kernel…]")
    return _convolve(node, reshaped(node, 1, (weights[0] * weights[1], *weights[2:])), weights[0])


def _convolve(node: Node, w: SSAValue, group: int) -> SSAValue:
    kernel = list(tensor_shape(w)[2:])
    if -1 in kernel:
        raise node.unsupported("weights of unknown extents are not handled")
    window = read_window(node, node.shape(0), kernel)
    return node.one(ConvOp, node.f32(0), w, [], strides=window.strides, pads=window.pads, dilations=window.dilations, group=group)


def reshaped(node: Node, index: int, shape: Shape) -> SSAValue:
    """An input in another shape. Known data, and known data under FakeQuantize, take it themselves: ranges go along."""
    value = node.value(index)
    if isinstance(value, Compressed) and (made := value.reshape(shape)) is not None:
        return node.as_f32(made)
    if value.array is not None and not isinstance(value, Compressed):
        return node.as_f32(Value(value.array.reshape(shape)))
    ssa = node.f32(index)
    return _reshape_fake_quantize(node, ssa, shape) or node.one(ReshapeOp, ssa, shape=list(shape))


def _reshape_fake_quantize(node: Node, ssa: SSAValue, shape: Shape) -> SSAValue | None:
    """FakeQuantize of a constant joined along its first two dimensions, with its ranges."""
    op, old = ssa.owner, tensor_shape(ssa)
    if not isinstance(op, FakeQuantizeOp) or not all(isinstance(operand.owner, ConstantOp) for operand in op.operands):
        return None
    arrays = [operand.owner.array for operand in op.operands if isinstance(operand.owner, ConstantOp)]
    joined = [arrays[0].reshape(shape)]
    for array in arrays[1:]:
        full = array.reshape((1,) * (len(old) - array.ndim) + array.shape)
        joined.append(_joined(full, old[:2] if full.shape[:2] != (1, 1) else (1, 1)))
    x, *ranges = (node.as_f32(Value(array)) for array in joined)
    return node.builder.result(FakeQuantizeOp(x, (ranges[0], ranges[1], ranges[2], ranges[3]), op.levels.value.data))


def _joined(array: Array, lead: Sequence[int]) -> Array:
    """The first two dimensions, broadcast to `lead`, as one."""
    return np.broadcast_to(array, (*lead, *array.shape[2:])).reshape((lead[0] * lead[1], *array.shape[2:]))


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
