"""Weights in another shape, without an operation that reshapes where that is possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ReshapeOp
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.value import Value


def reshaped(node: Node, index: int, shape: Shape) -> SSAValue:
    """An input in another shape. Known data, and known data under FakeQuantize, take it themselves: ranges go along."""
    value = node.value(index)
    if isinstance(value, Compressed):
        made = value.reshape(shape)
        return node.one(ReshapeOp, node.as_f32(value), shape=list(shape)) if made is None else node.as_f32(made)
    if value.array is not None:
        return node.as_f32(Value(value.array.reshape(shape)))
    ssa = node.f32(index)
    if isinstance(ssa.owner, ReshapeOp) and tensor_shape(ssa.owner.x) == shape:
        return ssa.owner.x
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
        joined.append(array if array.size == 1 else _joined(full, old[:2] if full.shape[:2] != (1, 1) else (1, 1)))
    x, *ranges = (node.as_f32(Value(array)) for array in joined)
    return node.builder.result(FakeQuantizeOp(x, (ranges[0], ranges[1], ranges[2], ranges[3]), op.levels.value.data))


def _joined(array: Array, lead: Sequence[int]) -> Array:
    """The first two dimensions, broadcast to `lead`, as one."""
    return np.broadcast_to(array, (*lead, *array.shape[2:])).reshape((lead[0] * lead[1], *array.shape[2:]))
