"""Reductions over axes, global pooling among them: integers in i32, floats in 16 virtual lanes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_ops import rounded
from lpt.codegen.lane_values import Codes, Lanes, Plain, expanded, kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes, vector_lanes
from lpt.codegen.point import Point
from lpt.codegen.reduction import Combine, across, along
from lpt.codegen.space import IndexMap
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import (
    ExtremeOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    Kind,
    NnOp,
    ReduceMaxOp,
    ReduceMeanOp,
    ReducingOp,
)
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_reduce(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.reduce`, and `kernel.pool` of a global pool."""
    root = op.root
    assert isinstance(root, NnOp)
    e = Emitter(target, operands=len(op.inputs))
    units = emit_parts(e, [_Reduction(e, op, layouts, root).part()])
    return finish(e, units=units, moved=moved_bytes(op))


def reduced_axes(root: NnOp) -> tuple[int, ...]:
    """The axes of the operand that the result does not have, or has at extent 1."""
    if isinstance(root, ReducingOp):
        return root.reduced
    return tuple(range(2, len(tensor_shape(root.operands[0]))))


class _Reduction:
    """One reduction: positions run over the operand's dimensions, the result does not move along the reduced ones."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: NnOp):
        self.e, self.op, self.root = e, op, root
        self.x: SSAValue = root.operands[0]
        self.shape = tensor_shape(self.x)
        self.axes = reduced_axes(root)
        self.count = prod(self.shape[d] for d in self.axes)
        if self.count == 0:
            raise CompileError("a reduction over no elements", where=op.kernel_name.data)
        self.input_map = IndexMap.identity(self.shape)
        kept: list[int | None] = [d for d in range(len(self.shape)) if d not in self.axes]
        keeps = len(tensor_shape(root.results[0])) == len(self.shape)
        dims = [None if d in self.axes else d for d in range(len(self.shape))] if keeps else kept
        self.combine = self._combine()
        self.body = self._plan(layouts, self.input_map.select(dims))

    def _combine(self) -> Combine:
        pool = isinstance(self.root, GlobalAveragePoolOp | GlobalMaxPoolOp)
        integers = kind_of(self.x) != "f32"
        if isinstance(self.root, ExtremeOp):
            if kind_of(self.x) in ("i64", "u32"):
                raise CompileError(f"{self.root.name} of {kind_of(self.x)} has no kernel", where=self.op.kernel_name.data)
            if isinstance(self.root, ReduceMaxOp):
                return Combine.MAX_I32 if integers else Combine.LANE_MAX_F32
            return Combine.MIN_I32 if integers else Combine.LANE_MIN_F32
        if isinstance(self.root, GlobalMaxPoolOp):
            return Combine.MAX_I32 if integers else Combine.CHAIN_MAX_F32
        if integers and (params_of(self.x) is None or self.root.kind_of() is Kind.ACCUMULATES):
            return Combine.SUM_I32
        return Combine.CHAIN_SUM_F32 if pool else Combine.SUM_F32

    def _plan(self, layouts: Sequence[Layout], map: IndexMap) -> Body:
        """Lanes run along a kept dimension, or along the reduced ones where those are adjacent in memory."""
        value, reads = self.root.results[0], [(self.x, self.input_map)]

        def body(order: Sequence[int]) -> Body:
            return Body(
                self.op, layouts, given=[value], shape=self.shape, map=map, order=order, reads=reads
            )  # fmt: skip

        probe = body([d for d, extent in enumerate(self.shape) if extent != 1])
        steps_ = self._strides(probe)
        kept = [d for d in probe.space.order if d not in self.axes]
        reduced = [d for d in probe.space.order if d in self.axes]
        kept.sort(key=lambda d: -steps_[d])
        self.is_along = False
        if reduced and not self.combine.is_chain and (not kept or abs(steps_[reduced[-1]]) == 1):
            candidate = body([*kept, *reduced])
            if len(self._reduced_groups(candidate)) == 1:
                self.is_along = True
                return candidate
        lane = kept[-1:] if kept else []
        return body([*kept[:-1], *reduced, *lane])

    def _strides(self, body: Body) -> tuple[int, ...]:
        argument = self.op.argument_of(self.x)
        return body.result.strides if argument is None else body.operand_access(argument, self.input_map).strides

    def _reduced_groups(self, body: Body) -> list[int]:
        return [g for g, group in enumerate(body.space.groups) if group and group[0] in self.axes]

    def part(self) -> Part:
        e, body = self.e, self.body
        groups = self._reduced_groups(body)
        extents = tuple(x for g, x in enumerate(body.space.extents) if g not in groups) or (1,)
        lanes = 1 if self.is_along else vector_lanes(e, self.op)
        if self.combine.is_sum or self.combine.is_in_lanes:
            # Several accumulators each: more lanes would not fit the registers.
            lanes = min(lanes, e.lanes if self.combine.is_in_lanes else 2 * e.lanes)

        def position(outer: Position, index: Index) -> Position:
            """A whole position from that of the kept groups and the flat index of the reduced ones."""
            inner = iter(e.unflatten(index, [body.space.extents[g] for g in groups]))
            rest = iter(outer)
            return tuple(next(inner) if g in groups else next(rest) for g in range(len(body.space.groups)))

        def emit(n: int, outer: Position) -> None:
            def element(lanes: int, index: Index) -> ir.Value:
                return self._element(body.at(e, lanes, position(outer, index)))

            if self.is_along:
                total = along(e, self.combine, self.count, element)
            else:
                total = across(e, self.combine, n, self.count, element)
            where = position(outer, 0)
            point = body.at(e, n, where)
            body.store(e, n, body.emit(e, n, {self.root.results[0]: self._finish(point, total)}, where), where)

        return Part(extents, lanes, emit, weight=self.count)

    def _element(self, point: Point) -> ir.Value:
        lanes = point.get(self.x, self.input_map)
        if self.combine.kind == "f32":
            return point.real(self.x, lanes, self.input_map)
        return point.storage(self.x, lanes, self.input_map)

    def _finish(self, p: Point, total: ir.Value) -> Lanes:
        """The root's result from the reduced elements: less the zero points, divided by the count."""
        result = self.root.results[0]
        if not self.combine.is_sum:
            return Plain(total) if params_of(result) is None else Codes(total)
        if self.combine is Combine.SUM_I32:
            if params_of(result) is None:
                return Plain(total)
            zero_points = np.asarray(expanded(self.x)[1] * self.count)
            return Codes(p.e.b.sub(total, p.constant(zero_points, "i32", self.input_map)))
        if isinstance(self.root, ReduceMeanOp | GlobalAveragePoolOp):
            total = p.o.div(total, p.o.f32(self.count))
        return rounded(p, total, result, self.body.map)
