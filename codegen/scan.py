"""`kernel.scan`: what walks an axis in order, top_k, cum_sum, scatter, non_max_suppression. No epilogue; units are rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir

from lpt.codegen.emit import I64, Emitter, Index, Kind, kind_bytes, lanes_kind
from lpt.codegen.gather import source_of
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_values import kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.math import LaneOperations
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes
from lpt.codegen.scatter import emit_scatter
from lpt.codegen.space import Access, IndexMap
from lpt.codegen.suppression import emit_suppression
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import CumSumOp, NonMaxSuppressionOp, ScatterOp, TopKOp
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_scan(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The kernel of one top_k, cum_sum, scatter or non_max_suppression."""
    e = Emitter(target, operands=len(op.inputs))
    match op.root:
        case TopKOp() as root:
            units = emit_parts(e, [_top_k(_Rows(e, op, layouts, root), root)])
        case CumSumOp() as root:
            units = emit_parts(e, [_cum_sum(_Rows(e, op, layouts, root), root)])
        case ScatterOp() as root:
            units = emit_scatter(e, op, layouts, root)
        case NonMaxSuppressionOp() as root:
            units = emit_suppression(e, op, layouts, root)
        case _:
            raise CompileError("kernel.scan without a scan", where=op.kernel_name.data, way_out="this is a bug of lpt")
    return finish(e, units=units, moved=moved_bytes(op))


@dataclass
class _Row:
    """Rows side by side, n lanes: where their elements and results lie."""

    e: Emitter
    n: int
    kind: Kind
    data: tuple[ir.Value, int]
    result: tuple[ir.Value, int]
    strides: tuple[int, int]

    def element(self, index: Index) -> ir.Value:
        """Element `index` of each row."""
        address, step = self.data
        at, size = self.e.at(address, self.e.mul(index, self.strides[0])), kind_bytes(self.kind)
        if self.n == 1 or step == size:
            return self.e.load(at, self.kind, self.n, to=lanes_kind(self.kind))
        return self.e.load_strided(at, self.kind, self.n, step, to=lanes_kind(self.kind))

    def place(self, index: Index) -> ir.Value:
        """Where result `index` of the first row lies."""
        return self.e.at(self.result[0], self.e.mul(index, self.strides[1]))

    def store(self, index: Index, value: ir.Value, kind: Kind) -> None:
        step = self.result[1]
        if self.n == 1 or step == kind_bytes(kind):
            self.e.store(self.place(index), value, kind)
        else:
            self.e.store_strided(self.place(index), value, step, kind)


class _Rows:
    """Positions run over all dimensions but the axis."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: TopKOp | CumSumOp):
        self.e, self.kind, self.result_kind = e, kind_of(root.x), kind_of(root.result)
        shape, axis = tensor_shape(root.x), root.dim
        self.extent = shape[axis]
        self.source, layout = source_of(e, op, layouts, root.x)
        box = tuple(1 if d == axis else extent for d, extent in enumerate(shape))
        map_ = IndexMap.identity(box)
        self.access: Access = map_.access(layout.offset, layout.strides)
        self.body = Body(op, layouts, given=[root.result], shape=box, map=map_, accesses=[self.access])
        own = op.layout.data if op.layout is not None else Layout.row_major(tensor_shape(root.result))
        self.strides = (
            layout.strides[axis] * kind_bytes(self.kind),
            own.strides[axis] * kind_bytes(self.result_kind),
        )

    def at(self, n: int, position: Position) -> _Row:
        point = self.body.at(self.e, n, position)
        data = point.address(self.source, self.access, kind_bytes(self.kind))
        result = point.address(self.e.result, self.body.result, kind_bytes(self.result_kind))
        return _Row(self.e, n, self.kind, data, result, self.strides)


# --- running sums ---


def _cum_sum(rows: _Rows, op: CumSumOp) -> Part:
    e, kind = rows.e, rows.kind
    if kind not in ("f32", "i32", "i64"):
        raise CompileError(f"{op.name} of {kind} has no kernel", way_out="cast it to i32, i64 or f32")

    functions = (e.b.fadd, e.b.fmul) if kind == "f32" else (e.b.add, e.b.mul)

    def emit(n: int, position: Position) -> None:
        row, combine = rows.at(n, position), functions[op.is_product]
        with e.loop(0, rows.extent, carried=[e.const(int(op.is_product), kind, n)]) as loop:
            last = e.index(rows.extent - 1)
            index: Index = e.b.sub(last, e.index(loop.index)) if op.is_reverse else loop.index
            element, (total,) = row.element(index), loop.values
            following = combine(total, element)
            row.store(index, total if op.is_exclusive else following, kind)
            loop.set([following])

    return Part(rows.body.space.extents, e.lanes, emit, weight=rows.extent)


# --- the greatest elements ---


def _top_k(rows: _Rows, op: TopKOp) -> Part:
    """One row at a time. The result holds the best elements so far, in order: one that is better than its last is inserted."""
    find = _best if op.count == 1 else _best_of_many

    def emit(n: int, position: Position) -> None:
        find(rows, op, rows.at(1, position))

    return Part(rows.body.space.extents if op.count else (0,), 1, emit, weight=rows.extent)


def _key(row: _Row, x: ir.Value) -> ir.Value:
    """`semantics.selection.sort_keys`, as signed integers."""
    o, b = LaneOperations(row.e, row.n), row.e.b
    if row.kind == "u32":
        return b.xor(x, o.i32(-(2**31)))
    if row.kind != "f32":
        return x
    bits = o.bits(o.add(x, o.f32(0.0)))
    ordered = b.xor(bits, o.iand(o.shift_right(bits, 31), o.i32(0x7FFFFFFF)))
    return o.select(o.is_nan(x), o.i32(0x7FFFFFFF), ordered)


def _is_better(row: _Row, op: TopKOp, a: ir.Value, b: ir.Value) -> ir.Value:
    """Whether key a, of a later element, goes before key b: a vector of one i1."""
    sign = (">" if op.is_largest else "<") + ("=" if op.prefers_last else "")
    return row.e.b.icmp_signed(sign, a, b)


def _scalar(e: Emitter, vector: ir.Value) -> ir.Value:
    return e.b.extract_element(vector, ir.Constant(ir.IntType(32), 0))


def _best(rows: _Rows, op: TopKOp, row: _Row) -> None:
    e = rows.e
    first, zero = _key(row, row.element(0)), e.const(0, "i64", 1)
    best = zero
    if rows.extent > 1:
        with e.loop(1, rows.extent, carried=[first, zero]) as loop:
            key, (so_far, where) = _key(row, row.element(loop.index)), loop.values
            better = _is_better(row, op, key, so_far)
            here = e.splat(e.index(loop.index), 1)
            loop.set([e.b.select(better, key, so_far), e.b.select(better, here, where)])
        best = loop.results[1]
    row.store(0, best, "i64")


def _best_of_many(rows: _Rows, op: TopKOp, row: _Row) -> None:
    e, k = rows.e, op.count
    with e.loop(0, k) as loop:
        _insert(row, op, loop.index, _key(row, row.element(loop.index)), loop.index)
    if rows.extent == k:
        return
    with e.loop(k, rows.extent) as loop:
        key = _key(row, row.element(loop.index))
        with e.if_(_scalar(e, _is_better(row, op, key, _key_at(row, k - 1)))):
            _insert(row, op, loop.index, key, k - 1)


def _known(row: _Row, place: Index) -> ir.Value:
    """Which element the result names at a place."""
    return row.e.b.load(row.place(place), align=1, typ=I64)


def _key_at(row: _Row, place: Index) -> ir.Value:
    return _key(row, row.element(_known(row, place)))


def _insert(row: _Row, op: TopKOp, index: Index, key: ir.Value, filled: Index) -> None:
    """Element `index` among the `filled` first of the result; what it goes before moves on by one place."""
    e, b = row.e, row.e.b
    with e.loop(0, filled, carried=[e.index(filled)]) as loop:
        (hole,) = loop.values
        place = b.sub(b.sub(e.index(filled), ir.Constant(I64, 1)), e.index(loop.index))
        moves = _scalar(e, _is_better(row, op, key, _key_at(row, place)))
        behind = row.place(e.add(place, 1))
        moved = b.select(moves, _known(row, place), b.load(behind, align=1, typ=I64))
        b.store(moved, behind, align=1)
        loop.set([b.select(moves, place, hole)])
    b.store(e.index(index), row.place(loop.results[0]), align=1)
