"""Rows: the elements over some axes together, which a kernel reduces (more than once) and then writes, each from what it found.

Lanes run along the row where it is contiguous in the result, else over adjacent rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, prod

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_ops import rounded
from lpt.codegen.lane_values import Lanes
from lpt.codegen.lanes import Body
from lpt.codegen.math import LaneOperations
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes
from lpt.codegen.point import Point
from lpt.codegen.reduction import VIRTUAL_LANES, Combine, Read, across, along
from lpt.codegen.space import Access, IndexMap, row_major
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.target import Target

_REMEMBERED = 32 * 1024
"""Bytes of a row's numbers that are kept rather than computed again: a first cache level."""


class Rows:
    """A kernel's body over the rows of `x` along `axes`, of which the body's `value` is computed element by element."""

    def __init__(self, target: Target, op: KernelOp, layouts: Sequence[Layout], x: SSAValue, value: SSAValue, axes: Sequence[int]):
        self.e, self.op, self.x, self.value = Emitter(target, operands=len(op.inputs)), op, x, value
        self.shape = tensor_shape(x)
        self.axes = tuple(axes)
        self.count = prod(self.shape[d] for d in self.axes)
        self.map = IndexMap.identity(self.shape)
        result = Body(op, layouts, given=[value]).result
        others = [d for d, extent in enumerate(self.shape) if d not in self.axes and extent > 1]
        others.sort(key=lambda d: -abs(result.strides[d]))
        # Row-major steps along the axes and none across keep the axes' loops apart from the others'.
        steps = dict(zip(self.axes, row_major([self.shape[d] for d in self.axes]), strict=True))
        apart = Access(0, tuple(steps.get(d, 0) for d in range(len(self.shape))))

        def body(order: Sequence[int]) -> Body:
            return Body(op, layouts, given=[value], order=order, reads=[(x, self.map)], accesses=[apart])

        self.body = body([*others, *self.axes])
        inner = [d for d in self.axes if self.shape[d] > 1]
        is_contiguous = len(self._own_groups()) <= 1 and (not inner or abs(result.strides[inner[-1]]) == 1)
        self.is_along = not others or is_contiguous
        if self.is_along and len(self._own_groups()) > 1:
            self.is_along, others = False, []
        if not self.is_along:
            self.body = body([*others[:-1], *self.axes, *others[-1:]])

    def _own_groups(self) -> list[int]:
        return [g for g, group in enumerate(self.body.space.groups) if group and group[0] in self.axes]

    def build(self, emit: Callable[[Row], None], weight: int) -> KernelCode:
        """The kernel of which `emit` does one row, or several side by side; `weight` is the work per element."""
        e, space, own = self.e, self.body.space, self._own_groups()
        if 0 in self.shape:
            return finish(e, units=0)
        extents = tuple(x for g, x in enumerate(space.extents) if g not in own) or (1,)
        inner = [space.extents[g] for g in own]

        def position(outer: Position, index: Index) -> Position:
            within, rest = iter(e.unflatten(index, inner)), iter(outer)
            return tuple(next(within) if g in own else next(rest) for g in range(len(space.groups)))

        def rows(n: int, outer: Position) -> None:
            emit(Row(self, n, lambda index: position(outer, index)))

        lanes = 1 if self.is_along or (len(extents) == 1 and extents[0] == 1) else e.lanes
        units = emit_parts(e, [Part(extents, lanes, rows, weight=weight * self.count)])
        return finish(e, units=units, moved=moved_bytes(self.op))


class Row:
    """One row, or n of them side by side."""

    def __init__(self, rows: Rows, n: int, at: Callable[[Index], Position]):
        self.rows, self.n, self.at = rows, n, at

    def point(self, n: int, index: Index) -> Point:
        """The lanes at element `index`, n along the row or across the rows."""
        return self.rows.body.at(self.rows.e, n, self.at(index))

    def element(self, n: int, index: Index) -> tuple[Point, ir.Value]:
        """The lanes at element `index`, and their f32 values of x."""
        rows, point = self.rows, self.point(n, index)
        return point, point.real(rows.x, point.get(rows.x, rows.map), rows.map)

    def remembered(self, read: Read) -> tuple[Read, Read]:
        """`read`, to be called once per element, and what gives its f32 lanes again: kept where a row is short enough."""
        rows = self.rows
        e, size = rows.e, 4 if rows.is_along else 4 * self.n
        if rows.count * size > _REMEMBERED:
            return read, read
        memory = e.scratch(rows.count * size)

        def keep(n: int, index: Index) -> ir.Value:
            lanes = read(n, index)
            e.store(e.at(memory, e.mul(index, size)), lanes)
            return lanes

        return keep, lambda n, index: e.load(e.at(memory, e.mul(index, size)), "f32", n)

    @property
    def grid(self) -> QuantParams | None:
        """The parameters of x, if it is quantized by one scale."""
        params = params_of(self.rows.x)
        return params if params is not None and params.is_per_tensor else None

    @property
    def reach(self) -> float:
        """No two numbers x of a row are further apart."""
        if (grid := self.grid) is None:
            return inf
        return float(grid.scales.flat[0]) * (grid.storage.max - grid.storage.min)

    def greatest(self) -> ir.Value:
        """The greatest x of each row, a NaN if one is. Codes of one scale are compared as such: dequantizing keeps their order."""
        rows = self.rows
        if (grid := self.grid) is None:
            return self.reduce(Combine.MAX_F32, lambda n, index: self.element(n, index)[1])

        def code(n: int, index: Index) -> ir.Value:
            point = self.point(n, index)
            return point.centered(rows.x, point.get(rows.x, rows.map), rows.map)

        o = LaneOperations(rows.e, self.width)
        scale = float(np.float32(grid.scales.flat[0]))
        return o.mul(o.to_f32(self.reduce(Combine.MAX_I32, code)), o.f32(scale))

    def reduce(self, combine: Combine, read: Read) -> ir.Value:
        """A number for each row: one lane along the row, n across."""
        rows = self.rows
        if rows.is_along:
            return along(rows.e, combine, rows.count, read)
        return across(rows.e, combine, self.n, rows.count, read)

    @property
    def width(self) -> int:
        """Lanes of what `reduce` gives."""
        return 1 if self.rows.is_along else self.n

    def spread(self, number: ir.Value, n: int) -> ir.Value:
        """What `reduce` gave, in the n lanes of an element."""
        return self.rows.e.splat_lane(number, n) if self.rows.is_along else number

    def store(self, value: Callable[[int, Index], tuple[Point, ir.Value]]) -> None:
        """Write each element: `value(n, index)` gives the f32 lanes, which are rounded and finished by the rest of the body."""
        rows = self.rows
        e, body = rows.e, rows.body

        def write(n: int, index: Index) -> None:
            point, lanes = value(n, index)
            given: dict[SSAValue, Lanes] = {rows.value: rounded(point, lanes, rows.value, body.map)}
            body.store(e, n, body.emit(e, n, given, self.at(index)), self.at(index))

        step = min(VIRTUAL_LANES, rows.count) if rows.is_along else 1
        whole = rows.count // step * step
        with e.loop(0, whole, step) as loop:
            write(step if rows.is_along else self.n, loop.index)
        if whole < rows.count:
            write(rows.count - whole, whole)
