"""mvn and normalize_l2: sums over a row in 16 virtual lanes, in as many passes as their meaning has, then each element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import llvmlite.ir as ir

from lpt.codegen.emit import Index
from lpt.codegen.kernel_code import KernelCode
from lpt.codegen.math import LaneOperations
from lpt.codegen.point import Point
from lpt.codegen.reduction import Combine
from lpt.codegen.rows import Row, Rows
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import MvnOp, NormalizeL2Op, NormalizeOp
from lpt.dialects.semantics import math
from lpt.errors import CompileError
from lpt.target import Target

Lanes = tuple[Point, ir.Value]


def build_normalize(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.normalize`; what stands before the normalization in the body is computed once per pass over the row."""
    root = next((o for o in op.operations() if isinstance(o, NormalizeOp)), None)
    emit: Callable[[Row], None]
    match root:
        case MvnOp():
            emit = partial(_mvn, op=root)
        case NormalizeL2Op():
            emit = partial(_normalize_l2, op=root)
        case _:
            raise CompileError("kernel.normalize without a normalization", where=op.kernel_name.data)
    return Rows(target, op, layouts, root.x, root.result, root.reduced).build(emit, weight=4)


def _mvn(row: Row, op: MvnOp) -> None:
    o = LaneOperations(row.rows.e, row.width)
    count = o.f32(row.rows.count)
    mean = o.div(row.reduce(Combine.SUM_F32, lambda n, i: row.element(n, i)[1]), count)

    def difference(n: int, index: Index) -> Lanes:
        point, x = row.element(n, index)
        return point, point.o.sub(x, row.spread(mean, n))

    if not op.divides:
        row.store(difference)
        return

    def square(n: int, index: Index) -> ir.Value:
        point, d = difference(n, index)
        return point.o.mul(d, d)

    variance, eps = o.div(row.reduce(Combine.SUM_F32, square), count), o.f32(op.epsilon)
    inside = op.eps_mode.data == "inside_sqrt"
    divisor = o.sqrt(o.add(variance, eps)) if inside else o.add(o.sqrt(variance), eps)

    def quotient(n: int, index: Index) -> Lanes:
        point, d = difference(n, index)
        return point, point.o.div(d, row.spread(divisor, n))

    row.store(quotient)


def _normalize_l2(row: Row, op: NormalizeL2Op) -> None:
    o = LaneOperations(row.rows.e, row.width)

    def square(n: int, index: Index) -> ir.Value:
        point, x = row.element(n, index)
        return point.o.mul(x, x)

    total, eps = row.reduce(Combine.SUM_F32, square), o.f32(op.epsilon)
    divisor = o.sqrt(o.add(total, eps) if op.eps_mode.data == "add" else math.greatest(o, total, eps))

    def quotient(n: int, index: Index) -> Lanes:
        point, x = row.element(n, index)
        return point, point.o.div(x, row.spread(divisor, n))

    row.store(quotient)
