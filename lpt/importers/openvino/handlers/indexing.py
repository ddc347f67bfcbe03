"""Elements chosen by computed indices, the greatest elements, running sums."""

from __future__ import annotations

from math import prod

import numpy as np
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from lpt.dialects.nn import CastOp, ConcatOp, CumSumOp, EqualOp, NegOp, ScatterOp, SliceOp, TopKOp, UnsqueezeOp, WhereOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.arithmetic import Term, constant
from lpt.importers.indexing import (
    from_front,
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
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles


@handles("TopK")
def top_k(node: Node) -> list[SSAValue]:
    """Values and where they lie, in the order of the values, of their places, or any."""
    (shape,) = static_shapes(node, 0)
    axis = node.axis(node.integer("axis"), len(shape))
    order, k = node.choice("sort", "value", "index", "none"), int(node.number_input(1, "k"))
    (x,) = node.numbers(0)
    largest = None if node.choice("mode", "max", "min") == "max" else 0
    found = node.one(TopKOp, x, k=k, axis=axis, largest=largest)
    if order == "index":
        found = taken(node, found, node.one(TopKOp, found, k=k, axis=axis, largest=0), axis)
    places = found if node.choice("index_element_type", "i32", "i64") == "i64" else node.one(CastOp, found, to=i32)
    return [taken(node, x, found, axis), places]


@handles("CumSum", first=3)
def cum_sum(node: Node) -> SSAValue:
    (x,) = node.numbers(0)
    axis = int(node.known_scalar(1, "the axis") or 0)
    flags = {name: 1 if node.flag(name, False) else None for name in ("exclusive", "reverse")}
    return node.one(CumSumOp, x, axis=node.axis(axis, len(node.shape(0))), exclusive=flags["exclusive"], reverse=flags["reverse"])


def gather_in_batches(node: Node, axis: int, batch: int) -> SSAValue:
    """Gather whose indices belong to the first `batch` dimensions, one row of data after the other."""
    shape, wanted = static_shapes(node, 0, 1)
    batch = node.axis(batch, len(wanted) + 1) if batch >= 0 else batch % len(wanted)
    if not batch <= axis or wanted[:batch] != shape[:batch]:
        raise node.malformed(f"indices {wanted} for {shape} with {batch} dimensions in common, along axis {axis}")
    rest = [d for d in range(batch, len(shape)) if d != axis]
    rows = Term(node, node.moved(0)).transpose([*range(batch), axis, *rest])
    rows = rows.reshape((prod(shape[:batch]) * shape[axis], *(shape[d] for d in rest)))
    names = Term(node, from_front(node, indices(node, 1), shape[axis]))
    first = (np.arange(prod(shape[:batch])) * shape[axis]).reshape(*shape[:batch], *(1,) * (len(wanted) - batch))
    result = rows.rows(names + first)
    inner, before = len(wanted) - batch, axis - batch
    named, others = range(batch, batch + inner), range(batch + inner, batch + inner + len(rest))
    return result.transpose([*range(batch), *others[:before], *named, *others[before:]]).value


@handles("GatherElements", first=6)
def gather_elements(node: Node) -> SSAValue:
    shape, _ = static_shapes(node, 0, 1)
    return gather_along(node, node.plain(0), indices(node, 1), node.axis(node.integer("axis"), len(shape)))


@handles("GatherND", first=5)
def gather_nd(node: Node) -> SSAValue:
    """Before opset 8 dimensions in common become one."""
    static_shapes(node, 0, 1)
    batch = node.integer("batch_dims", 0)
    result = gather_rows(node, node.plain(0), indices(node, 1), batch)
    if node.opset >= 8 or batch < 2:
        return result
    shape = tensor_shape(result)
    return reshaped(node, result, [prod(shape[:batch]), *shape[batch:]])


_REDUCTIONS = {"none": None, "sum": "add", "prod": "mul", "min": "min", "max": "max"}


@handles("ScatterElementsUpdate", first=3)
def scatter_elements(node: Node) -> SSAValue:
    """Reductions start from the data."""
    shape, _, _ = static_shapes(node, 0, 1, 2)
    reduction = node.choice("reduction", "none", "sum", "prod", "min", "max")
    if reduction != "none" and not node.flag("use_init_val", True):
        raise node.unsupported("reductions of updates alone are not handled", "set use_init_val")
    axis = node.known_ints(3, "the axis")
    if axis is None or len(axis) != 1:
        raise node.malformed("the axis must be one integer")
    x, updates = node.alike(0, 2)
    return scatter_along(node, x, indices(node, 1), updates, node.axis(axis[0], len(shape)), _REDUCTIONS[reduction])


@handles("ScatterNDUpdate", first=3)
def scatter_nd(node: Node) -> SSAValue:
    static_shapes(node, 0, 1, 2)
    reduction = node.choice("reduction", "none", "sum", "sub", "prod", "min", "max")
    x, updates = node.alike(0, 2)
    if reduction == "sub":
        updates, reduction = node.one(NegOp, updates), "sum"
    return scatter_rows(node, x, indices(node, 1), updates, _REDUCTIONS[reduction])


@handles("ScatterUpdate", first=3)
def scatter_update(node: Node) -> SSAValue:
    """Whole slices along an axis."""
    shape, wanted, given = static_shapes(node, 0, 1, 2)
    axes = node.known_ints(3, "the axis")
    if axes is None or len(axes) != 1:
        raise node.malformed("the axis must be one integer")
    axis, rank, inner = node.axis(axes[0], len(shape)), len(shape), len(wanted)
    if given != (*shape[:axis], *wanted, *shape[axis + 1 :]):
        raise node.malformed(f"updates {given} at {wanted} along axis {axis} do not fit {shape}")
    x, updates = (Term(node, value) for value in node.alike(0, 2))
    perm = [axis, *range(axis), *range(axis + 1, rank)]
    width, count = prod(shape) // max(shape[axis], 1), prod(wanted)
    rows = x.transpose(perm).reshape((shape[axis], width))
    named = [*range(axis, axis + inner), *range(axis), *range(axis + inner, len(given))]
    new = updates.transpose(named).reshape((count, width))
    numbers = reshaped(node, indices(node, 1), [count])
    scattered = Term(node, node.one(ScatterOp, rows.value, numbers, new.value)).reshape([shape[d] for d in perm])
    return scattered.transpose([perm.index(d) for d in range(rank)]).value


@handles("ReverseSequence")
def reverse_sequence(node: Node) -> SSAValue:
    """Steps before each sequence's length in the other order."""
    (shape,) = static_shapes(node, 0)
    batch, time = (node.axis(node.integer(name, default), len(shape)) for name, default in (("batch_axis", 0), ("seq_axis", 1)))
    if batch == time or node.shape(1) != (shape[batch],):
        raise node.malformed(f"steps along {time}, sequences along {batch} and lengths {node.shape(1)} of {shape}")
    lengths = Term(node, indices(node, 1)).reshape((shape[batch], 1))
    steps = constant(node, np.arange(shape[time]).reshape(1, -1))
    chosen = (steps < lengths).where(lengths - 1 - steps, steps) + (np.arange(shape[batch]) * shape[time]).reshape(-1, 1)
    rest = [d for d in range(len(shape)) if d not in (batch, time)]
    perm = [batch, time, *rest]
    rows = Term(node, node.plain(0)).transpose(perm).reshape((shape[batch] * shape[time], *(shape[d] for d in rest)))
    return rows.rows(chosen).transpose([perm.index(d) for d in range(len(shape))]).value


@handles("OneHot")
def one_hot(node: Node) -> SSAValue:
    """Of indices in range; others give a row of off values."""
    depth = int(node.number_input(1, "the depth"))
    axis = node.axis(node.integer("axis"), len(node.shape(0)) + 1)
    names = node.one(UnsqueezeOp, indices(node, 0), axes=[axis])
    view = [-1 if d == axis else 1 for d in range(len(tensor_shape(names)))]
    on, off = node.alike(2, 3)
    return node.one(WhereOp, node.one(EqualOp, names, i64_constant(node, np.arange(depth).reshape(view))), on, off)


@handles("Roll", first=7)
def roll(node: Node) -> SSAValue:
    """Along known axes by known numbers."""
    x, shifts, axes = node.moved(0), node.ints_input(1, "the shifts"), node.ints_input(2, "the axes")
    (shape,) = static_shapes(node, 0)
    shifts = shifts * len(axes) if len(shifts) == 1 else shifts
    if len(shifts) != len(axes):
        raise node.malformed(f"{len(shifts)} shifts for {len(axes)} axes")
    for shift, given in zip(shifts, axes, strict=True):
        axis = node.axis(given, len(shape))
        cut = -shift % max(shape[axis], 1)
        if cut:
            bounds = ((cut, shape[axis]), (0, cut))
            parts = [node.one(SliceOp, x, starts=[a], ends=[b], axes=[axis], steps=[1]) for a, b in bounds]
            x = node.one(ConcatOp, parts, axis=axis)
    return x
