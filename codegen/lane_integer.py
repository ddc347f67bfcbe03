"""Integers and booleans on lanes: arithmetic that wraps as the type does, comparison, bits, choice.

Lanes of up to 32 bits are i32, sign or zero extended as their type says; those of u32 hold its bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import llvmlite.ir as ir
from xdsl.dialects.builtin import i1
from xdsl.ir import Operation, SSAValue

from lpt.codegen.emit import Kind, lanes_kind, vector_type
from lpt.codegen.lane_values import kind_of
from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    AndOp,
    CompareOp,
    DivOp,
    EqualOp,
    IdentityOp,
    LessOp,
    MaximumOp,
    MinimumOp,
    ModOp,
    MulOp,
    NegOp,
    NotOp,
    OrOp,
    PlainOp,
    ReluOp,
    ShiftOp,
    SignOp,
    SubOp,
    WhereOp,
    XorOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.semantics import wide
from lpt.errors import CompileError

if TYPE_CHECKING:
    from lpt.codegen.point import Point

_BITS = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "i32": 32, "u32": 32, "i64": 64}


def emit_integer(p: Point, op: Operation, x: list[ir.Value]) -> ir.Value:
    """An operation on integers that gives integers of the same type."""
    kind = kind_of(op.results[0])
    value = _arithmetic(p, op, kind, x)
    return value if _BITS[kind] >= 32 else p.e.convert(p.e.convert(value, "i32", kind), kind, "i32")


def _arithmetic(p: Point, op: Operation, kind: Kind, x: list[ir.Value]) -> ir.Value:
    b, zero = p.e.b, p.e.const(0, lanes_kind(kind), p.n)
    match op:
        case AddOp():
            return b.add(x[0], x[1])
        case SubOp():
            return b.sub(x[0], x[1])
        case MulOp():
            return b.mul(x[0], x[1])
        case DivOp():
            return _divided(p, kind, x[0], x[1])[0]
        case ModOp():
            return _remainder(p, op, kind, x[0], x[1])
        case NegOp():
            return b.sub(zero, x[0])
        case AbsOp():
            return b.select(_less(p, kind, x[0], zero), b.sub(zero, x[0]), x[0])
        case SignOp():
            one, negative = (p.e.const(v, lanes_kind(kind), p.n) for v in (1, -1))
            return b.select(_less(p, kind, zero, x[0]), one, b.select(_less(p, kind, x[0], zero), negative, zero))
        case MaximumOp():
            return b.select(_less(p, kind, x[1], x[0]), x[0], x[1])
        case MinimumOp():
            return b.select(_less(p, kind, x[0], x[1]), x[0], x[1])
        case ReluOp():
            return b.select(_less(p, kind, x[0], zero), zero, x[0])
        case IdentityOp():
            return x[0]
    raise CompileError(f"{op.name} has no integer kernel", way_out="cast its operands to f32")


def _less(p: Point, kind: Kind, a: ir.Value, b: ir.Value) -> ir.Value:
    return (p.e.b.icmp_unsigned if kind == "u32" else p.e.b.icmp_signed)("<", a, b)


def _divided(p: Point, kind: Kind, x: ir.Value, y: ir.Value) -> tuple[ir.Value, ir.Value]:
    """Quotient towards zero and remainder: 0 and 0 by zero, and by −1 what wraps; the instructions would trap on both."""
    b = p.e.b
    zero, one = (p.e.const(v, lanes_kind(kind), p.n) for v in (0, 1))
    by_zero = b.icmp_signed("==", y, zero)
    if kind == "u32":
        safe = b.select(by_zero, one, y)
        quotient, rest = b.udiv(x, safe), b.urem(x, safe)
    else:
        by_minus_one = b.icmp_signed("==", y, p.e.const(-1, lanes_kind(kind), p.n))
        safe = b.select(b.or_(by_zero, by_minus_one), one, y)
        quotient, rest = b.select(by_minus_one, b.sub(zero, x), b.sdiv(x, safe)), b.srem(x, safe)
    return b.select(by_zero, zero, quotient), b.select(by_zero, zero, rest)


def _remainder(p: Point, op: ModOp, kind: Kind, x: ir.Value, y: ir.Value) -> ir.Value:
    _, rest = _divided(p, kind, x, y)
    if op.has_sign_of_a or kind.startswith("u"):
        return rest
    b, zero = p.e.b, p.e.const(0, lanes_kind(kind), p.n)
    signs_differ = b.xor(b.icmp_signed("<", rest, zero), b.icmp_signed("<", y, zero))
    return b.select(b.and_(signs_differ, b.icmp_signed("!=", rest, zero)), b.add(rest, y), rest)


def emit_choice(p: Point, op: PlainOp, x: list[ir.Value]) -> ir.Value:
    """Comparison, logic and `nn.where`."""
    b = p.e.b
    match op:
        case CompareOp():
            return b.zext(_compared(p, op, kind_of(op.a), x), vector_type("i32", p.n))
        case ModOp() if kind_of(op.result) == "f32":
            return wide.remainder(p.o, x[0], x[1], op.has_sign_of_a)
        case WhereOp():
            return b.select(b.icmp_signed("!=", x[0], p.o.i32(0)), x[1], x[2])
        case AndOp():
            return b.and_(x[0], x[1])
        case OrOp():
            return b.or_(x[0], x[1])
        case XorOp():
            return b.xor(x[0], x[1])
        case NotOp():
            return _inverted(p, op.x, x[0])
        case ShiftOp():
            return _shifted(p, op, x[0], x[1])
        case _:
            return emit_integer(p, op, x)


def _compared(p: Point, op: CompareOp, kind: Kind, x: list[ir.Value]) -> ir.Value:
    sign = "==" if isinstance(op, EqualOp) else "<" if isinstance(op, LessOp) else "<="
    if kind == "f32":
        return p.e.b.fcmp_ordered(sign, x[0], x[1])
    return (p.e.b.icmp_unsigned if kind == "u32" else p.e.b.icmp_signed)(sign, x[0], x[1])


def _inverted(p: Point, source: SSAValue, x: ir.Value) -> ir.Value:
    kind = kind_of(source)
    if element_of(source) == i1:
        return p.e.b.xor(x, p.o.i32(1))
    mask = (1 << _BITS[kind]) - 1 if kind in ("u8", "u16") else -1
    return p.e.b.xor(x, p.e.const(mask, lanes_kind(kind), p.n))


def _shifted(p: Point, op: ShiftOp, x: ir.Value, y: ir.Value) -> ir.Value:
    """By the width and more: 0, or the sign to the right."""
    b, kind = p.e.b, kind_of(op.result)
    lanes, width = lanes_kind(kind), _BITS[kind]
    last = p.e.const(64 - 1 if lanes == "i64" else 32 - 1, lanes, p.n)
    is_beyond = b.icmp_unsigned(">=", y, p.e.const(width, lanes, p.n))
    kept = b.select(is_beyond, last, y)
    if op.is_right and not kind.startswith("u"):
        return b.ashr(x, kept)
    zero = p.e.const(0, lanes, p.n)
    moved = b.select(is_beyond, zero, b.lshr(x, kept) if op.is_right else b.shl(x, kept))
    return moved if width >= 32 else p.e.convert(p.e.convert(moved, "i32", kind), kind, "i32")
