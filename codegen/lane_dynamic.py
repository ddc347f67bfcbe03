"""Codes and sums whose zero point is found at run time, on lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lpt.codegen.lane_values import Codes, Lanes
from lpt.dialects.dynamic import DynamicQuantizeOp, SubtractZeroPointOp
from lpt.dialects.semantics import dynamic

if TYPE_CHECKING:
    from lpt.codegen.lane_ops import Operand
    from lpt.codegen.point import Point


def emit_dynamic(p: Point, op: DynamicQuantizeOp | SubtractZeroPointOp, operands: Sequence[Operand]) -> Lanes:
    """Codes of f32 lanes, or sums without their zero point, as lanes."""
    if isinstance(op, DynamicQuantizeOp):
        return Codes(dynamic.codes(p.o, *(p.real(*operand) for operand in operands)))
    sums, zero_point, weights = (p.storage(*operand) for operand in operands)
    return Codes(p.e.b.sub(sums, p.e.b.mul(p.e.rint_i32(zero_point), weights)))
