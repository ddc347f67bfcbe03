"""`nn.scatter`: rows put into a copy of x one after the other, by one thread, since several may meet in one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import llvmlite.ir as ir

from lpt.codegen.emit import I64, Emitter, Index, Kind, kind_bytes, lanes_kind
from lpt.codegen.gather import source_of
from lpt.codegen.lane_values import kind_of
from lpt.codegen.math import LaneOperations
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import ScatterOp
from lpt.dialects.semantics import math
from lpt.dialects.shapes import tensor_shape

Matrix = tuple[ir.Value, Layout]
"""Where a tensor [rows, elements] lies, and how."""


def emit_scatter(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: ScatterOp) -> int:
    """Emit the whole of it as one work unit; returns 1."""
    kind, (rows, width) = kind_of(root.x), tensor_shape(root.x)
    count = tensor_shape(root.indices)[0]
    x, updates = (source_of(e, op, layouts, value) for value in (root.x, root.updates))
    names, names_layout = source_of(e, op, layouts, root.indices)
    result = (e.result, op.layout.data if op.layout is not None else Layout.row_major((rows, width)))
    with e.loop(e.begin, e.end):
        if rows and width:
            with e.loop(0, rows) as loop:
                _row(e, kind, width, [(x, loop.index)], (result, loop.index), lambda n, taken: taken[0])
        if count and width:
            with e.loop(0, count) as loop:
                place = e.add(names_layout.offset * 8, e.mul(loop.index, names_layout.strides[0] * 8))
                row = _clamped(e, e.b.load(e.at(names, place), align=1, typ=I64), rows)
                read = [(result, row), (updates, loop.index)]
                _row(e, kind, width, read, (result, row), lambda n, taken: _combined(e, kind, root.mode, n, *taken))
    return 1


def _clamped(e: Emitter, index: ir.Value, rows: int) -> ir.Value:
    """A row's number from one that may count from the end or lie outside."""
    b, zero, last = e.b, ir.Constant(I64, 0), ir.Constant(I64, rows - 1)
    index = b.select(b.icmp_signed("<", index, zero), b.add(index, ir.Constant(I64, rows)), index)
    index = b.select(b.icmp_signed("<", index, zero), zero, index)
    return b.select(b.icmp_signed(">", index, last), last, index)


def _row(
    e: Emitter,
    kind: Kind,
    width: int,
    read: Sequence[tuple[Matrix, Index]],
    write: tuple[Matrix, Index],
    combine: Callable[[int, list[ir.Value]], ir.Value],
) -> None:
    """A row of the result from rows of the same width: vectors where all are contiguous, else one by one."""

    def at(place: tuple[Matrix, Index], column: Index) -> ir.Value:
        (pointer, layout), row = place
        size = kind_bytes(kind)
        offset = e.add(layout.offset * size, e.mul(row, layout.strides[0] * size))
        return e.at(pointer, e.add(offset, e.mul(column, layout.strides[1] * size)))

    def emit(n: int, column: Index) -> None:
        taken = [e.load(at(place, column), kind, n, to=lanes_kind(kind)) for place in read]
        e.store(at(write, column), combine(n, taken), kind)

    is_contiguous = all(layout.strides[1] == 1 for (_, layout), _ in (*read, write))
    whole = width // e.lanes * e.lanes if is_contiguous else 0
    if whole:
        with e.loop(0, whole, e.lanes) as loop:
            emit(e.lanes, loop.index)
    if whole < width:
        with e.loop(whole, width) as loop:
            emit(1, loop.index)


def _combined(e: Emitter, kind: Kind, mode: str, n: int, old: ir.Value, new: ir.Value) -> ir.Value:
    b, o = e.b, LaneOperations(e, n)
    if mode == "none":
        return new
    if kind == "f32":
        return {"add": o.add, "mul": o.mul}[mode](old, new) if mode in ("add", "mul") else _extreme(o, mode, old, new)
    if mode in ("add", "mul"):
        return b.add(old, new) if mode == "add" else b.mul(old, new)
    compare = b.icmp_unsigned if kind == "u32" else b.icmp_signed
    return b.select(compare(">" if mode == "max" else "<", old, new), old, new)


def _extreme(o: LaneOperations, mode: str, old: ir.Value, new: ir.Value) -> ir.Value:
    return math.greatest(o, old, new) if mode == "max" else math.least(o, old, new)
