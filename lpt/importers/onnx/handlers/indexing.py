"""Elements chosen by computed indices: gather and scatter by row numbers, the greatest elements, running sums."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from onnx import helper
from xdsl.dialects.builtin import i1, i64
from xdsl.ir import SSAValue

from lpt.dialects.blob import numpy_dtype
from lpt.dialects.nn import (
    AddOp,
    CastOp,
    CumSumOp,
    GatherOp,
    LessOp,
    ModOp,
    MulOp,
    ReshapeOp,
    ScatterOp,
    SliceOp,
    SqueezeOp,
    TopKOp,
    WhereOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.nn.selection import REDUCTIONS
from lpt.dialects.shapes import Shape, is_static, tensor_shape
from lpt.importers.arithmetic import Term, constant
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import LIMIT, Value


def _static(node: Node, *inputs: int) -> list[Shape]:
    shapes = [node.shape(i) for i in inputs]
    if not all(map(is_static, shapes)):
        raise node.unsupported("a dimension is not known", "give the model's inputs fixed dimensions")
    if any(prod(shape) > LIMIT for shape in shapes):
        raise node.unsupported("works on more elements than it can name")
    return shapes


def _constant(node: Node, array: object) -> SSAValue:
    return node.builder.constant(Value(np.asarray(array, np.int64)))


def _indices(node: Node, index: int) -> SSAValue:
    """Indices as i64."""
    names = node.plain(index)
    if str(element_of(names)) not in ("i32", "i64"):
        raise node.malformed(f"indices are of {node.value(index).type_name}")
    return names if element_of(names) == i64 else node.one(CastOp, names, to=i64)


def _from_front(node: Node, names: SSAValue, extent: int) -> SSAValue:
    """Indices that may count from the end, as ones that do not."""
    known = node.one(LessOp, names, _constant(node, 0))
    return node.one(WhereOp, known, node.one(AddOp, names, _constant(node, extent)), names)


def _reshaped(node: Node, x: SSAValue, shape: Sequence[int]) -> SSAValue:
    return x if tensor_shape(x) == tuple(shape) else node.one(ReshapeOp, x, shape=shape, allow_zero=1)


def _places(shape: Shape, strides: Sequence[int], axes: Sequence[int]) -> np.ndarray:
    """Σ index · stride over some axes, broadcasting to `shape`."""
    total = np.zeros((1,) * len(shape), np.int64)
    for axis in axes:
        view = [-1 if d == axis else 1 for d in range(len(shape))]
        total = total + (np.arange(shape[axis]) * strides[axis]).reshape(view)
    return total


def _flat_places(node: Node, x: Shape, names: SSAValue, axis: int) -> SSAValue:
    """Where, in x in one row, the elements lie that `names` chooses along an axis."""
    strides = [prod(x[d + 1 :]) for d in range(len(x))]
    shape = tensor_shape(names)
    others = _places(shape, strides, [d for d in range(len(x)) if d != axis])
    chosen = node.one(MulOp, names, _constant(node, strides[axis]))
    return node.one(AddOp, chosen, _constant(node, others))


def _taken(node: Node, x: SSAValue, names: SSAValue, axis: int) -> SSAValue:
    """GatherElements by indices that count from the front."""
    shape = tensor_shape(x)
    return node.one(GatherOp, _reshaped(node, x, [prod(shape)]), _flat_places(node, shape, names, axis), axis=0)


@handles("GatherElements", first=11)
def gather_elements(node: Node) -> SSAValue:
    """Gather from x in one row."""
    shape, wanted = _static(node, 0, 1)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    if len(wanted) != len(shape) or any(w > s for d, (w, s) in enumerate(zip(wanted, shape, strict=True)) if d != axis):
        raise node.malformed(f"indices {wanted} do not fit {shape}")
    return _taken(node, node.plain(0), _from_front(node, _indices(node, 1), shape[axis]), axis)


def _row_numbers(node: Node, shape: Shape, index: int, batch: int = 0) -> SSAValue:
    """Index tuples along the last dimension as numbers of rows of x, whose rows begin behind the dimensions that they name."""
    names, wanted = _indices(node, index), node.shape(index)
    count = wanted[-1]
    strides = [prod(shape[d + 1 : batch + count]) for d in range(batch + count)]
    total = _constant(node, _places((*wanted[:-1],), [*strides, *(0,) * len(wanted)], range(batch)))
    for i in range(count):
        part = node.one(SliceOp, names, starts=[i], ends=[i + 1], axes=[len(wanted) - 1], steps=[1])
        part = _from_front(node, node.one(SqueezeOp, part, axes=[len(wanted) - 1]), shape[batch + i])
        total = node.one(AddOp, node.one(MulOp, part, _constant(node, strides[batch + i])), total)
    return total


@handles("GatherND", first=11)
def gather_nd(node: Node) -> SSAValue:
    """Gather of rows."""
    shape, wanted = _static(node, 0, 1)
    batch = node.int_attr("batch_dims", 0)
    if not wanted or not 0 <= batch < len(wanted) or batch + wanted[-1] > len(shape) or wanted[:batch] != shape[:batch]:
        raise node.malformed(f"indices {wanted} do not fit {shape}")
    named = batch + wanted[-1]
    rows = _reshaped(node, node.plain(0), [prod(shape[:named]), *shape[named:]])
    return node.one(GatherOp, rows, _row_numbers(node, shape, 1, batch), axis=0)


def _reduction(node: Node) -> str | None:
    mode = node.string_attr("reduction", "none")
    if mode not in REDUCTIONS:
        raise node.malformed(f"reduction is one of {', '.join(REDUCTIONS)}, got {mode!r}")
    if mode != "none" and element_of(node.plain(0)) == i1:
        raise node.malformed("combines booleans")
    return None if mode == "none" else mode


@handles("Scatter", first=9, last=10)
@handles("ScatterElements", first=11)
def scatter_elements(node: Node) -> SSAValue:
    """Scatter into x in one column."""
    shape, wanted, given = _static(node, 0, 1, 2)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    if wanted != given or len(wanted) != len(shape):
        raise node.malformed(f"updates {given} at {wanted} do not fit {shape}")
    x, updates = node.alike(0, 2)
    places = _flat_places(node, shape, _from_front(node, _indices(node, 1), shape[axis]), axis)
    size, count = prod(shape), prod(wanted)
    operands = [_reshaped(node, v, s) for v, s in ((x, [size, 1]), (places, [count]), (updates, [count, 1]))]
    return _reshaped(node, node.one(ScatterOp, *operands, reduction=_reduction(node)), shape)


@handles("ScatterND", first=11)
def scatter_nd(node: Node) -> SSAValue:
    """Scatter of rows."""
    shape, wanted, given = _static(node, 0, 1, 2)
    if not wanted or wanted[-1] > len(shape) or given != (*wanted[:-1], *shape[wanted[-1] :]):
        raise node.malformed(f"updates {given} at {wanted} do not fit {shape}")
    x, updates = node.alike(0, 2)
    rows, width, count = prod(shape[: wanted[-1]]), prod(shape[wanted[-1] :]), prod(wanted[:-1])
    numbers = _row_numbers(node, shape, 1)
    operands = [_reshaped(node, v, s) for v, s in ((x, [rows, width]), (numbers, [count]), (updates, [count, width]))]
    return _reshaped(node, node.one(ScatterOp, *operands, reduction=_reduction(node)), shape)


def _best(node: Node, largest: bool) -> SSAValue:
    (shape,) = _static(node, 0)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    (x,) = node.numbers(0)
    last = node.int_attr("select_last_index", 0) or None
    found = node.one(TopKOp, x, k=1, axis=axis, largest=None if largest else 0, last=last)
    return found if node.int_attr("keepdims", 1) else node.one(SqueezeOp, found, axes=[axis])


@handles("ArgMax")
def arg_max(node: Node) -> SSAValue:
    return _best(node, largest=True)


@handles("ArgMin")
def arg_min(node: Node) -> SSAValue:
    return _best(node, largest=False)


@handles("TopK")
def top_k(node: Node) -> list[SSAValue]:
    """Values and indices; sorted, which `sorted` = 0 allows too."""
    (shape,) = _static(node, 0)
    axis = node.axis(node.int_attr("axis", -1), len(shape))
    k = node.int_attr("k", 0) if node.opset < 10 else int(node.known_scalar(1, "k") or 0)
    (x,) = node.numbers(0)
    largest = None if node.opset < 11 or node.int_attr("largest", 1) else 0
    indices = node.one(TopKOp, x, k=k, axis=axis, largest=largest)
    return [_taken(node, x, indices, axis), indices]


@handles("CumSum", first=11)
def cum_sum(node: Node) -> SSAValue:
    axis = node.known_scalar(1, "axis")
    (x,) = node.numbers(0)
    if str(element_of(x)) not in ("f32", "i32", "i64"):
        raise node.malformed(f"sums of {node.value(0).type_name}")
    exclusive, reverse = (node.int_attr(name, 0) or None for name in ("exclusive", "reverse"))
    return node.one(CumSumOp, x, axis=node.axis(int(axis or 0), len(node.shape(0))), exclusive=exclusive, reverse=reverse)


@handles("ReverseSequence", first=10)
def reverse_sequence(node: Node) -> SSAValue:
    """Steps before each sequence's length in the other order: a gather of rows (step, sequence)."""
    (shape,) = _static(node, 0)
    time, batch = node.int_attr("time_axis", 0), node.int_attr("batch_axis", 1)
    if {time, batch} != {0, 1} or len(shape) < 2 or node.shape(1) != (shape[batch],):
        raise node.malformed(f"time axis {time}, batch axis {batch} and lengths {node.shape(1)} of {shape}")
    view = (-1, 1) if time == 0 else (1, -1)
    steps = constant(node, np.arange(shape[time]).reshape(view))
    lengths = Term(node, _indices(node, 1)).reshape((1, -1) if time == 0 else (-1, 1))
    chosen = (steps < lengths).where(lengths - 1 - steps, steps)
    sequences = np.arange(shape[batch]).reshape(view[::-1])
    numbers = chosen * shape[1] + sequences if time == 0 else chosen + sequences * shape[1]
    return Term(node, node.plain(0)).reshape((shape[0] * shape[1], *shape[2:])).rows(numbers).value


@handles("TensorScatter", first=24)
def tensor_scatter(node: Node) -> SSAValue:
    """A cache [B, …, S, rest…] with new entries from each sequence's place on, in circles where asked."""
    shape, given = _static(node, 0, 1)
    axis = node.axis(node.int_attr("axis", -2), len(shape))
    mode = node.string_attr("mode", "linear")
    if axis == 0 or mode not in ("linear", "circular") or given[:axis] != shape[:axis] or given[axis + 1 :] != shape[axis + 1 :]:
        raise node.malformed(f"entries {given} into a cache {shape} along axis {axis}, mode {mode!r}")
    x, updates = node.alike(0, 1)
    width, heads, count = prod(shape[axis + 1 :]), prod(shape[1:axis]), given[axis]
    places = constant(node, np.arange(count).reshape(1, 1, -1))
    if node.optional(2) is not None:
        places = Term(node, _indices(node, 2)).reshape((shape[0], 1, 1)) + places
    if mode == "circular":
        places = Term(node, node.one(ModOp, places.value, places.of(shape[axis]).value))
    first = (np.arange(shape[0] * heads) * shape[axis]).reshape(shape[0], heads, 1)
    numbers = (places + first).reshape([shape[0] * heads * count])
    rows = prod(shape[: axis + 1])
    operands = _reshaped(node, x, [rows, width]), numbers.value, _reshaped(node, updates, [prod(given[: axis + 1]), width])
    return _reshaped(node, node.one(ScatterOp, *operands), shape)


@handles("Compress", first=9)
def compress(node: Node) -> SSAValue:
    """Of a known condition."""
    condition = node.known(1, "the condition")
    if condition is None or condition.ndim != 1:
        raise node.malformed("the condition is no list of booleans")
    x, axis = node.plain(0), 0
    if node.has("axis"):
        axis = node.axis(node.int_attr("axis", 0), len(node.shape(0)))
    else:
        x = node.one(ReshapeOp, x, shape=[-1])
    chosen = np.flatnonzero(condition)
    extent = tensor_shape(x)[axis]
    if chosen.size and 0 <= extent <= chosen[-1]:
        raise node.malformed(f"the condition chooses element {chosen[-1]} of {extent}")
    return node.one(GatherOp, x, _constant(node, chosen), axis=axis)


@handles("EyeLike", first=9)
def eye_like(node: Node) -> np.ndarray:
    """A constant of the input's shape."""
    (shape,) = _static(node, 0)
    if len(shape) != 2:
        raise node.malformed(f"a diagonal of shape {shape}")
    dtype = node.int_attr("dtype", 0)
    element = helper.tensor_dtype_to_np_dtype(dtype) if dtype else numpy_dtype(element_of(node.plain(0)))
    return np.eye(*shape, k=node.int_attr("k", 0), dtype=element)
