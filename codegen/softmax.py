"""Softmax: the maximum, the sum of e^(x − max) in 16 virtual lanes, then each exponential times the sum's reciprocal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import llvmlite.ir as ir

from lpt.codegen.emit import Index
from lpt.codegen.kernel_code import KernelCode
from lpt.codegen.math import LaneOperations
from lpt.codegen.point import Point
from lpt.codegen.reduction import Combine
from lpt.codegen.rows import Row, Rows
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import SoftmaxOp
from lpt.dialects.semantics import math
from lpt.dialects.semantics.normalization import LOWEST
from lpt.errors import CompileError
from lpt.target import Target


def build_softmax(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.softmax`; what stands before the softmax in the body is computed once per pass over the row."""
    root = next((o for o in op.operations() if isinstance(o, SoftmaxOp)), None)
    if root is None:
        raise CompileError("kernel.softmax without nn.softmax", where=op.kernel_name.data)
    return Rows(target, op, layouts, root.x, root.result, [root.dim]).build(partial(_emit, op=root), weight=16)


def _emit(row: Row, op: SoftmaxOp) -> None:
    e = row.rows.e
    o, greatest = LaneOperations(e, row.width), row.greatest()
    if op.guards:
        greatest = math.greatest(o, greatest, o.f32(LOWEST))

    exp = math.normal_exp if row.reach <= -math.NORMAL_EXP and not op.guards else math.exp

    def exponential(n: int, index: Index) -> ir.Value:
        point, x = row.element(n, index)
        return exp(point.o, point.o.sub(x, row.spread(greatest, n)))

    first, again = row.remembered(exponential)
    total = row.reduce(Combine.SUM_F32, first)
    if op.guards:
        total = math.greatest(o, total, o.f32(1.0))
    share = o.div(o.f32(1.0), total)

    def result(n: int, index: Index) -> tuple[Point, ir.Value]:
        point = row.point(n, index)
        return point, point.o.mul(again(n, index), row.spread(share, n))

    row.store(result)
