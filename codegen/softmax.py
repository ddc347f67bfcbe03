"""Softmax: the maximum, the sum of e^(x − max) in 16 virtual lanes, then each exponential over the sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import llvmlite.ir as ir
from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_ops import rounded
from lpt.codegen.lane_values import Lanes
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes
from lpt.codegen.reduction import VIRTUAL_LANES, Combine, Read, across, along
from lpt.codegen.space import Access, IndexMap
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import SoftmaxOp
from lpt.dialects.semantics import math
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_softmax(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.softmax`; what stands before the softmax in the body is computed once per pass over the row."""
    root = next((o for o in op.operations() if isinstance(o, SoftmaxOp)), None)
    if root is None:
        raise CompileError("kernel.softmax without nn.softmax", where=op.kernel_name.data)
    e = Emitter(target, operands=len(op.inputs))
    units = emit_parts(e, [_Softmax(e, op, layouts, root).part()])
    return finish(e, units=units, moved=moved_bytes(op))


class _Softmax:
    """Lanes run along the axis where it is contiguous in the result, else along another dimension."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: SoftmaxOp):
        self.e, self.op, self.root, self.axis = e, op, root, root.dim
        self.shape = tensor_shape(root.x)
        self.count = self.shape[self.axis]
        self.map = IndexMap.identity(self.shape)
        result = Body(op, layouts, given=[root.result]).result
        others = [d for d in range(len(self.shape)) if d != self.axis and self.shape[d] > 1]
        others.sort(key=lambda d: -abs(result.strides[d]))
        self.is_along = not others or abs(result.strides[self.axis]) == 1
        order = [*others, self.axis] if self.is_along else [*others[:-1], self.axis, others[-1]]
        # A stride that no neighbour continues keeps the axis a loop of its own.
        alone = Access(0, tuple(int(d == self.axis) * 1000003 for d in range(len(self.shape))))
        self.body = Body(op, layouts, given=[root.result], order=order, reads=[(root.x, self.map)], accesses=[alone])

    def part(self) -> Part:
        e, body = self.e, self.body
        at = next(g for g, group in enumerate(body.space.groups) if group == (self.axis,))
        extents = tuple(x for g, x in enumerate(body.space.extents) if g != at) or (1,)

        def position(outer: Position, index: Index) -> Position:
            inner = list(outer)[: len(body.space.groups) - 1]
            inner.insert(at, index)
            return tuple(inner)

        def emit(n: int, outer: Position) -> None:
            _Row(self, n, lambda index: position(outer, index)).emit()

        return Part(extents, 1 if self.is_along else e.lanes, emit, weight=16 * self.count)


class _Row:
    """One row along the axis, or n of them side by side."""

    def __init__(self, softmax: _Softmax, n: int, position: Callable[[Index], Position]):
        self.s, self.n, self.at = softmax, n, position

    def emit(self) -> None:
        s, e = self.s, self.s.e
        greatest = self._reduce(Combine.MAX_F32, self._x)
        total = self._reduce(Combine.SUM_F32, lambda n, i: self._exp(n, i, greatest))

        def store(n: int, index: Index) -> None:
            divisor = e.splat_lane(total, n) if s.is_along else total
            point = s.body.at(e, n, self.at(index))
            share = point.o.div(self._exp(n, index, greatest), divisor)
            given: dict[SSAValue, Lanes] = {s.root.result: rounded(point, share, s.root.result, s.body.map)}
            s.body.store(e, n, s.body.emit(e, n, given, self.at(index)), self.at(index))

        step = min(VIRTUAL_LANES, s.count) if s.is_along else 1
        whole = s.count // step * step
        with e.loop(0, whole, step) as loop:
            store(step if s.is_along else self.n, loop.index)
        if whole < s.count:
            store(s.count - whole, whole)

    def _reduce(self, combine: Combine, read: Read) -> ir.Value:
        s = self.s
        if s.is_along:
            return along(s.e, combine, s.count, read)
        return across(s.e, combine, self.n, s.count, read)

    def _x(self, n: int, index: Index) -> ir.Value:
        point = self.s.body.at(self.s.e, n, self.at(index))
        return point.real(self.s.root.x, point.get(self.s.root.x, self.s.map), self.s.map)

    def _exp(self, n: int, index: Index, greatest: ir.Value) -> ir.Value:
        e = self.s.e
        point = self.s.body.at(e, n, self.at(index))
        top = e.splat_lane(greatest, n) if self.s.is_along else greatest
        return math.exp(point.o, point.o.sub(self._x(n, index), top))
