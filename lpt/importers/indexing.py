"""Elements chosen by computed indices, for importers: gather and scatter by row numbers.

Operators that name elements by several indices become a gather or scatter of rows, whose numbers elementwise kernels compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from xdsl.dialects.builtin import i64
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, CastOp, GatherOp, LessOp, MulOp, ReshapeOp, ScatterOp, SliceOp, SqueezeOp, WhereOp
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.shapes import Shape, is_static, tensor_shape
from lpt.importers.node import BaseNode
from lpt.importers.value import LIMIT, Value


def static_shapes(node: BaseNode, *inputs: int) -> list[Shape]:
    """The shapes of some inputs, which must be known. Raises UnsupportedError otherwise, and for more elements than i32 names."""
    shapes = [node.shape(i) for i in inputs]
    if not all(map(is_static, shapes)):
        raise node.unsupported("a dimension is not known", "give the model's inputs fixed dimensions")
    if any(prod(shape) > LIMIT for shape in shapes):
        raise node.unsupported("works on more elements than it can name")
    return shapes


def i64_constant(node: BaseNode, array: object) -> SSAValue:
    """Integers as a constant."""
    return node.builder.constant(Value(np.asarray(array, np.int64)))


def indices(node: BaseNode, index: int) -> SSAValue:
    """An input of indices as i64."""
    names = node.plain(index)
    if str(element_of(names)) not in ("i32", "i64"):
        raise node.malformed(f"indices are of {node.value(index).type_name}")
    return names if element_of(names) == i64 else node.one(CastOp, names, to=i64)


def from_front(node: BaseNode, names: SSAValue, extent: int) -> SSAValue:
    """Indices that may count from the end, as ones that do not."""
    known = node.one(LessOp, names, i64_constant(node, 0))
    return node.one(WhereOp, known, node.one(AddOp, names, i64_constant(node, extent)), names)


def reshaped(node: BaseNode, x: SSAValue, shape: Sequence[int]) -> SSAValue:
    """x in another known shape."""
    return x if tensor_shape(x) == tuple(shape) else node.one(ReshapeOp, x, shape=list(shape), allow_zero=1)


def places(shape: Shape, strides: Sequence[int], axes: Sequence[int]) -> np.ndarray:
    """Σ index · stride over some axes, broadcasting to `shape`."""
    total = np.zeros((1,) * len(shape), np.int64)
    for axis in axes:
        view = [-1 if d == axis else 1 for d in range(len(shape))]
        total = total + (np.arange(shape[axis]) * strides[axis]).reshape(view)
    return total


def flat_places(node: BaseNode, x: Shape, names: SSAValue, axis: int) -> SSAValue:
    """Where, in x in one row, the elements lie that `names` chooses along an axis."""
    strides = [prod(x[d + 1 :]) for d in range(len(x))]
    shape = tensor_shape(names)
    others = places(shape, strides, [d for d in range(len(x)) if d != axis])
    chosen = node.one(MulOp, names, i64_constant(node, strides[axis]))
    return node.one(AddOp, chosen, i64_constant(node, others))


def taken(node: BaseNode, x: SSAValue, names: SSAValue, axis: int) -> SSAValue:
    """GatherElements by indices that count from the front: a gather from x in one row."""
    shape = tensor_shape(x)
    return node.one(GatherOp, reshaped(node, x, [prod(shape)]), flat_places(node, shape, names, axis), axis=0)


def gather_along(node: BaseNode, x: SSAValue, names: SSAValue, axis: int) -> SSAValue:
    """GatherElements."""
    shape, wanted = tensor_shape(x), tensor_shape(names)
    if len(wanted) != len(shape) or any(w > s for d, (w, s) in enumerate(zip(wanted, shape, strict=True)) if d != axis):
        raise node.malformed(f"indices {wanted} do not fit {shape}")
    return taken(node, x, from_front(node, names, shape[axis]), axis)


def row_numbers(node: BaseNode, shape: Shape, names: SSAValue, batch: int = 0) -> SSAValue:
    """Index tuples along the last dimension as numbers of rows of x, whose rows begin behind the dimensions that they name."""
    wanted = tensor_shape(names)
    count = wanted[-1]
    strides = [prod(shape[d + 1 : batch + count]) for d in range(batch + count)]
    total = i64_constant(node, places((*wanted[:-1],), [*strides, *(0,) * len(wanted)], range(batch)))
    for i in range(count):
        part = node.one(SliceOp, names, starts=[i], ends=[i + 1], axes=[len(wanted) - 1], steps=[1])
        part = from_front(node, node.one(SqueezeOp, part, axes=[len(wanted) - 1]), shape[batch + i])
        total = node.one(AddOp, node.one(MulOp, part, i64_constant(node, strides[batch + i])), total)
    return total


def gather_rows(node: BaseNode, x: SSAValue, names: SSAValue, batch: int) -> SSAValue:
    """GatherND: rows by index tuples, with `batch` dimensions in common."""
    shape, wanted = tensor_shape(x), tensor_shape(names)
    if not wanted or not 0 <= batch < len(wanted) or batch + wanted[-1] > len(shape) or wanted[:batch] != shape[:batch]:
        raise node.malformed(f"indices {wanted} do not fit {shape}")
    named = batch + wanted[-1]
    rows = reshaped(node, x, [prod(shape[:named]), *shape[named:]])
    return node.one(GatherOp, rows, row_numbers(node, shape, names, batch), axis=0)


def scatter_along(node: BaseNode, x: SSAValue, names: SSAValue, updates: SSAValue, axis: int, reduction: str | None) -> SSAValue:
    """ScatterElements: into x in one column."""
    shape, wanted, given = (tensor_shape(value) for value in (x, names, updates))
    if wanted != given or len(wanted) != len(shape):
        raise node.malformed(f"updates {given} at {wanted} do not fit {shape}")
    chosen = flat_places(node, shape, from_front(node, names, shape[axis]), axis)
    size, count = prod(shape), prod(wanted)
    operands = [reshaped(node, v, s) for v, s in ((x, [size, 1]), (chosen, [count]), (updates, [count, 1]))]
    return reshaped(node, node.one(ScatterOp, *operands, reduction=reduction), shape)


def scatter_rows(node: BaseNode, x: SSAValue, names: SSAValue, updates: SSAValue, reduction: str | None) -> SSAValue:
    """ScatterND: rows by index tuples."""
    shape, wanted, given = (tensor_shape(value) for value in (x, names, updates))
    if not wanted or wanted[-1] > len(shape) or given != (*wanted[:-1], *shape[wanted[-1] :]):
        raise node.malformed(f"updates {given} at {wanted} do not fit {shape}")
    rows, width, count = prod(shape[: wanted[-1]]), prod(shape[wanted[-1] :]), prod(wanted[:-1])
    numbers = row_numbers(node, shape, names)
    operands = [reshaped(node, v, s) for v, s in ((x, [rows, width]), (numbers, [count]), (updates, [count, width]))]
    return reshaped(node, node.one(ScatterOp, *operands, reduction=reduction), shape)
