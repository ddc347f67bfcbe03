"""Pooling: windows of a pool, tap by tap; vectors run along the channels where those are last.

Output positions with the same valid taps in every dimension form boxes, few where pads are small: in each box the taps
are known, unrolled, and read without a test. Where there would be too many, one nest loops over tables of bounds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import SSAValue

from lpt.codegen.emit import F32, I64, Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_ops import rounded
from lpt.codegen.lane_values import Codes, Lanes, Plain, kind_of
from lpt.codegen.lanes import Body, result_layout
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes, vector_lanes
from lpt.codegen.point import Point
from lpt.codegen.reduce import build_reduce
from lpt.codegen.reduction import Combine
from lpt.codegen.space import IndexMap, Space
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import AveragePoolOp, Kind, MaxPoolOp, WindowOp, ints
from lpt.dialects.nn.base import int_of
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.target import Target

_TOGETHER = 4
"""Adjacent windows that are summed together."""

UNROLLED_TAPS = 256
"""Taps of all boxes together that are worth straight code."""


def build_pool(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.pool`: max_pool and average_pool of 1 to 3 spatial dimensions, and global pools."""
    root = op.root
    if not isinstance(root, WindowOp):
        return build_reduce(op, layouts, target)
    e = Emitter(target, operands=len(op.inputs))
    units = emit_parts(e, list(_Pool(e, op, layouts, root).parts()))
    return finish(e, units=units, moved=moved_bytes(op))


@dataclass(frozen=True)
class _Run:
    """Adjacent output indices of one dimension whose windows have taps [low, high) inside, `count` of them counted."""

    start: int
    length: int
    low: int
    high: int
    count: int


@dataclass(frozen=True)
class _Dimension:
    """The window along one spatial dimension."""

    extent: int
    outputs: int
    kernel: int
    stride: int
    dilation: int
    pads: tuple[int, int]
    include_pad: bool

    def bounds(self, index: int) -> tuple[int, int, int]:
        """The first tap inside the input, the one behind the last, and how many count for an average."""
        places = [index * self.stride - self.pads[0] + t * self.dilation for t in range(self.kernel)]
        inside = [t for t, place in enumerate(places) if 0 <= place < self.extent]
        counted = sum(-self.pads[0] <= place < self.extent + self.pads[1] for place in places)
        low, high = (inside[0], inside[-1] + 1) if inside else (0, 0)
        return low, high, counted if self.include_pad else high - low

    def runs(self) -> Iterator[_Run]:
        keyed = itertools.groupby(range(self.outputs), self.bounds)
        for bounds, group in keyed:
            members = list(group)
            yield _Run(members[0], len(members), *bounds)


class _Pool:
    """Positions are (N, C, out…, taps…); the result does not move along the taps."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: WindowOp):
        self.e, self.op, self.root = e, op, root
        shape, out = tensor_shape(root.x), tensor_shape(root.result)
        self.rank = rank = len(shape) - 2
        pads = ints(root.pads)
        include = isinstance(root, AveragePoolOp) and bool(int_of(root.count_include_pad))
        self.dimensions = [
            _Dimension(shape[2 + i], out[2 + i], k, s, d, (pads[i], pads[rank + i]), include)
            for i, (k, s, d) in enumerate(zip(ints(root.kernel_shape), ints(root.strides), ints(root.dilations), strict=True))
        ]
        extents = (*out, *(d.kernel for d in self.dimensions))
        self.map = IndexMap.identity(extents).select(range(2 + rank))
        layout = result_layout(op)
        access = self.map.access(layout.offset, layout.strides)
        # Vectors run along the smallest stride; a dimension of one element has none.
        self.order = sorted(range(2 + rank), key=lambda d: (extents[d] > 1, -abs(access.strides[d])))
        taps = range(2 + rank, 2 + 2 * rank)
        groups = tuple((d,) for d in (*self.order[:-1], *taps, self.order[-1]))
        self.window = self._window(extents)
        space = Space(extents, groups)
        self.body = Body(op, layouts, given=[root.result], shape=extents, map=self.map, space=space)
        self.combine = self._combine()

    def _window(self, extents: tuple[int, ...]) -> IndexMap:
        """Which element of the input a position reads."""
        rank, identity = self.rank, IndexMap.identity(extents)
        rows = [identity.rows[0], identity.rows[1]]
        for i, d in enumerate(self.dimensions):
            row = [0] * len(extents)
            row[2 + i], row[2 + rank + i] = d.stride, d.dilation
            rows.append(tuple(row))
        return IndexMap((0, 0, *(-d.pads[0] for d in self.dimensions)), tuple(rows), extents)

    def _combine(self) -> Combine:
        integers = kind_of(self.root.x) != "f32"
        if isinstance(self.root, MaxPoolOp):
            return Combine.MAX_I32 if integers else Combine.CHAIN_MAX_F32
        exact = integers and self.root.kind_of() is Kind.ACCUMULATES
        return Combine.SUM_I32 if exact else Combine.CHAIN_SUM_F32

    @property
    def by_columns(self) -> bool:
        """Float sums are taken column by column (`lpt.dialects.semantics.pooling`); other orders give the same bits."""
        return self.combine is Combine.CHAIN_SUM_F32

    # --- parts ---

    def parts(self) -> Iterator[Part]:
        boxes = list(itertools.product(*(d.runs() for d in self.dimensions)))
        lanes = vector_lanes(self.e, self.op)
        if sum(max(1, prod(run.high - run.low for run in box)) for box in boxes) <= UNROLLED_TAPS:
            for box in boxes:
                for part, together in self._shared(box):
                    extents = self._extents([*(r.length for r in part[:-1]), part[-1].length // together])
                    yield Part(extents, lanes, self._unrolled(part, together), self._weight() * together)
        else:
            yield Part(self._extents([d.outputs for d in self.dimensions]), lanes, self._looped(), self._weight())

    def _weight(self) -> int:
        return max(1, prod(d.kernel for d in self.dimensions) // 2)

    def _extents(self, spatial: Sequence[int]) -> tuple[int, ...]:
        shape = tensor_shape(self.root.result)
        extents = (shape[0], shape[1], *spatial)
        return tuple(extents[d] for d in self.order)

    def _position(self, outer: Sequence[Index], starts: Sequence[int], taps: Sequence[Index]) -> Position:
        """A whole position from the one in a part that begins at `starts`, and the taps."""
        shifts = (0, 0, *starts)
        moved = [self.e.add(index, shifts[d]) for d, index in zip(self.order, outer, strict=True)]
        return (*moved[:-1], *taps, moved[-1])

    def _shared(self, box: Sequence[_Run]) -> Iterator[tuple[Sequence[_Run], int]]:
        """A box cut into such where so many adjacent windows are done at once: sums of columns are then taken once for all."""
        last, dimension = box[-1], self.dimensions[-1]
        together = min(_TOGETHER, last.length)
        if not self.by_columns or (dimension.stride, dimension.dilation) != (1, 1) or self.order[-1] >= 2 or together < 2:
            yield box, 1
            return
        rest = last.length % together
        yield [*box[:-1], replace(last, length=last.length - rest)], together
        if rest:
            yield [*box[:-1], replace(last, start=last.start + last.length - rest, length=rest)], rest

    def _unrolled(self, box: Sequence[_Run], together: int) -> Callable[[int, Position], None]:
        starts = [run.start for run in box]
        across = self.order.index(1 + self.rank)

        def emit(n: int, outer: Position) -> None:
            *rows, columns = (range(run.low, run.high) for run in box)
            divisor = self.e.const(prod(run.count for run in box), "f32", n)
            sums: dict[int, ir.Value] = {}
            for pixel in range(together):
                place = [self.e.add(self.e.mul(i, together), pixel) if d == across else i for d, i in enumerate(outer)]
                total = self._start(n)
                for column in columns:
                    inner = self._start(n) if self.by_columns else total
                    if pixel + column not in sums:
                        for taps in itertools.product(*rows):
                            inner = self._step(n, inner, self._position(place, starts, (*taps, column)))
                        sums[pixel + column] = inner
                    inner = sums[pixel + column]
                    total = self.combine.emit(self.e, total, inner) if self.by_columns else inner
                self._finish(n, total, divisor, self._position(place, starts, (0,) * self.rank))

        return emit

    def _looped(self) -> Callable[[int, Position], None]:
        """Bounds and counts of each output index come from a table per dimension."""
        e = self.e
        tables = [
            e.constant(np.array([d.bounds(i) for i in range(d.outputs)], np.int64)) for d in self.dimensions
        ]  # fmt: skip

        def emit(n: int, outer: Position) -> None:
            place = dict(zip(self.order, outer, strict=True))
            bounds: list[list[ir.Value]] = []
            for i, table in enumerate(tables):
                row = e.at(table, e.mul(place[2 + i], 24))
                bounds.append([e.load_scalar(e.at(row, 8 * column), I64) for column in range(3)])
            zeros = (0,) * self.rank

            def nest(total: ir.Value, taps: tuple[Index, ...], column: Index) -> ir.Value:
                if len(taps) == self.rank - 1:
                    return self._step(n, total, self._position(outer, zeros, (*taps, column)))
                low, high, _ = bounds[len(taps)]
                with e.loop(low, high, carried=[total]) as loop:
                    loop.set([nest(loop.values[0], (*taps, loop.index), column)])
                return loop.results[0]

            low, high, _ = bounds[-1]
            with e.loop(low, high, carried=[self._start(n)]) as columns:
                total = columns.values[0]
                inner = nest(self._start(n) if self.by_columns else total, (), columns.index)
                columns.set([self.combine.emit(e, total, inner) if self.by_columns else inner])
            total = columns.results[0]
            count = bounds[0][2]
            for others in bounds[1:]:
                count = e.b.mul(count, others[2])
            divisor = e.splat(e.b.sitofp(count, F32), n)
            self._finish(n, total, divisor, self._position(outer, zeros, zeros))

        # A table's row belongs to one output index, so lanes must not run along a spatial dimension.
        if self.order[-1] < 2:
            return emit
        return lambda n, outer: self._one_by_one(emit, n, outer)

    def _one_by_one(self, emit: Callable[[int, Position], None], n: int, outer: Position) -> None:
        with self.e.loop(0, n) as loop:
            emit(1, (*outer[:-1], self.e.add(outer[-1], loop.index)))

    # --- one window ---

    def _start(self, n: int) -> ir.Value:
        start = self.combine.start(self.e, n)
        if start is not None:
            return start
        params = params_of(self.root.x)
        return self.e.const(-(2**31) if params is None else params.storage.min, "i32", n)

    def _step(self, n: int, total: ir.Value, position: Position) -> ir.Value:
        point = self.body.at(self.e, n, position)
        lanes = point.get(self.root.x, self.window)
        if self.combine is Combine.CHAIN_SUM_F32:
            x = point.real(self.root.x, lanes, self.window)
        elif self.combine is Combine.SUM_I32:
            x = point.centered(self.root.x, lanes, self.window)
        else:
            x = point.storage(self.root.x, lanes, self.window)
        return self.combine.emit(self.e, total, x)

    def _finish(self, n: int, total: ir.Value, divisor: ir.Value, position: Position) -> None:
        point = self.body.at(self.e, n, position)
        given: dict[SSAValue, Lanes] = {self.root.result: self._result(point, total, divisor)}
        self.body.store(self.e, n, self.body.emit(self.e, n, given, position), position)

    def _result(self, p: Point, total: ir.Value, divisor: ir.Value) -> Lanes:
        result = self.root.result
        if self.combine is not Combine.CHAIN_SUM_F32:
            return Codes(total) if params_of(result) is not None else Plain(total)
        mean = p.o.div(total, divisor)
        return rounded(p, mean, result, self.map)
