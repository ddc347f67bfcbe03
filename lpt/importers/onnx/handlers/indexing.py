"""Elements chosen by computed indices: gather and scatter by row numbers, the greatest elements, running sums."""

from __future__ import annotations

from math import prod

import numpy as np
from onnx import helper
from xdsl.dialects.builtin import i1
from xdsl.ir import SSAValue

from lpt.dialects.blob import numpy_dtype
from lpt.dialects.nn import (
    CumSumOp,
    GatherOp,
    ModOp,
    ReshapeOp,
    ScatterOp,
    SqueezeOp,
    TopKOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.nn.selection import REDUCTIONS
from lpt.dialects.shapes import tensor_shape
from lpt.importers.arithmetic import Term, constant
from lpt.importers.indexing import (
    gather_along,
    gather_rows,
    i64_constant,
    indices,
    reshaped,
    scatter_along,
    scatter_rows,
    static_shapes,
    taken,
)
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import TABLE


@handles("GatherElements", first=11)
def gather_elements(node: Node) -> SSAValue:
    """Gather from x in one row."""
    shape, _ = static_shapes(node, 0, 1)
    return gather_along(node, node.plain(0), indices(node, 1), node.axis(node.int_attr("axis", 0), len(shape)))


@handles("GatherND", first=11)
def gather_nd(node: Node) -> SSAValue:
    """Gather of rows."""
    static_shapes(node, 0, 1)
    return gather_rows(node, node.plain(0), indices(node, 1), node.int_attr("batch_dims", 0))


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
    shape, _, _ = static_shapes(node, 0, 1, 2)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    x, updates = node.alike(0, 2)
    return scatter_along(node, x, indices(node, 1), updates, axis, _reduction(node))


@handles("ScatterND", first=11)
def scatter_nd(node: Node) -> SSAValue:
    """Scatter of rows."""
    static_shapes(node, 0, 1, 2)
    x, updates = node.alike(0, 2)
    return scatter_rows(node, x, indices(node, 1), updates, _reduction(node))


def _best(node: Node, largest: bool) -> SSAValue:
    (shape,) = static_shapes(node, 0)
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
    (shape,) = static_shapes(node, 0)
    axis = node.axis(node.int_attr("axis", -1), len(shape))
    k = node.int_attr("k", 0) if node.opset < 10 else int(node.known_scalar(1, "k") or 0)
    (x,) = node.numbers(0)
    largest = None if node.opset < 11 or node.int_attr("largest", 1) else 0
    found = node.one(TopKOp, x, k=k, axis=axis, largest=largest)
    return [taken(node, x, found, axis), found]


def _running(node: Node, product: int | None) -> SSAValue:
    axis = node.known_scalar(1, "axis")
    (x,) = node.numbers(0)
    if str(element_of(x)) not in ("f32", "i32", "i64"):
        raise node.malformed(f"sums of {node.value(0).type_name}")
    flags = {name: node.int_attr(name, 0) or None for name in ("exclusive", "reverse")}
    return node.one(CumSumOp, x, axis=node.axis(int(axis or 0), len(node.shape(0))), product=product, **flags)  # type: ignore[arg-type]


@handles("CumSum", first=11)
def cum_sum(node: Node) -> SSAValue:
    return _running(node, None)


@handles("CumProd", first=26)
def cum_prod(node: Node) -> SSAValue:
    return _running(node, 1)


@handles("ReverseSequence", first=10)
def reverse_sequence(node: Node) -> SSAValue:
    """Steps before each sequence's length in the other order: a gather of rows (step, sequence)."""
    (shape,) = static_shapes(node, 0)
    time, batch = node.int_attr("time_axis", 0), node.int_attr("batch_axis", 1)
    if {time, batch} != {0, 1} or len(shape) < 2 or node.shape(1) != (shape[batch],):
        raise node.malformed(f"time axis {time}, batch axis {batch} and lengths {node.shape(1)} of {shape}")
    view = (-1, 1) if time == 0 else (1, -1)
    steps = constant(node, np.arange(shape[time]).reshape(view))
    lengths = Term(node, indices(node, 1)).reshape((1, -1) if time == 0 else (-1, 1))
    chosen = (steps < lengths).where(lengths - 1 - steps, steps)
    sequences = np.arange(shape[batch]).reshape(view[::-1])
    numbers = chosen * shape[1] + sequences if time == 0 else chosen + sequences * shape[1]
    return Term(node, node.plain(0)).reshape((shape[0] * shape[1], *shape[2:])).rows(numbers).value


@handles("TensorScatter", first=24)
def tensor_scatter(node: Node) -> SSAValue:
    """A cache [B, …, S, rest…] with new entries from each sequence's place on, in circles where asked."""
    shape, given = static_shapes(node, 0, 1)
    axis = node.axis(node.int_attr("axis", -2), len(shape))
    mode = node.string_attr("mode", "linear")
    if axis == 0 or mode not in ("linear", "circular") or given[:axis] != shape[:axis] or given[axis + 1 :] != shape[axis + 1 :]:
        raise node.malformed(f"entries {given} into a cache {shape} along axis {axis}, mode {mode!r}")
    x, updates = node.alike(0, 1)
    width, heads, count = prod(shape[axis + 1 :]), prod(shape[1:axis]), given[axis]
    places = constant(node, np.arange(count).reshape(1, 1, -1))
    if node.optional(2) is not None:
        places = Term(node, indices(node, 2)).reshape((shape[0], 1, 1)) + places
    if mode == "circular":
        places = Term(node, node.one(ModOp, places.value, places.of(shape[axis]).value))
    first = (np.arange(shape[0] * heads) * shape[axis]).reshape(shape[0], heads, 1)
    numbers = (places + first).reshape([shape[0] * heads * count])
    rows = prod(shape[: axis + 1])
    operands = reshaped(node, x, [rows, width]), numbers.value, reshaped(node, updates, [prod(given[: axis + 1]), width])
    return reshaped(node, node.one(ScatterOp, *operands), shape)


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
    return node.one(GatherOp, x, i64_constant(node, chosen), axis=axis)


@handles("EyeLike", first=9)
def eye_like(node: Node) -> np.ndarray:
    """A constant of the input's shape."""
    (shape,) = static_shapes(node, 0)
    if len(shape) != 2:
        raise node.malformed(f"a diagonal of shape {shape}")
    if prod(shape) > TABLE:
        raise node.unsupported(f"a constant of shape {shape} is not handled")
    dtype = node.int_attr("dtype", 0)
    element = helper.tensor_dtype_to_np_dtype(dtype) if dtype else numpy_dtype(element_of(node.plain(0)))
    return np.eye(*shape, k=node.int_attr("k", 0), dtype=element)
