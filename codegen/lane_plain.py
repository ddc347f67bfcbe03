"""Float and integer operations on lanes: the sequences of `semantics/math.py`, and plain instructions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import llvmlite.ir as ir
from xdsl.dialects.builtin import i1
from xdsl.ir import Operation

from lpt.codegen.emit import Kind, kind_bytes, lanes_kind, vector_type
from lpt.codegen.lane_integer import emit_integer
from lpt.codegen.lane_values import Lanes, Plain, kind_of
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.nn import (
    AddOp,
    BatchNormalizationOp,
    CastOp,
    ClipOp,
    DivOp,
    IdentityOp,
    MaximumOp,
    MinimumOp,
    MulOp,
    NegOp,
    PowOp,
    PReluOp,
    ReluOp,
    SubOp,
    UnaryOp,
)
from lpt.dialects.quant import params_of
from lpt.dialects.semantics import activation, math, wide
from lpt.errors import CompileError

if TYPE_CHECKING:
    from lpt.codegen.point import Point


def emit_plain(p: Point, op: Operation, x: list[ir.Value]) -> ir.Value:
    """An operation on f32 or integer lanes."""
    if kind_of(op.results[0]) != "f32" and params_of(op.results[0]) is None:
        return emit_integer(p, op, x)
    o = p.o
    match op:
        case ClipOp():
            low, high = op.bounds
            return math.clip(o, x[0], o.f32(low), o.f32(high))
        case FakeQuantizeOp():
            return _fake_quantize(p, op, x)
        case BatchNormalizationOp():
            value, scale, bias, mean, variance = x
            normal = o.div(o.sub(value, mean), o.sqrt(o.add(variance, o.f32(op.eps))))
            return o.add(o.mul(normal, scale), bias)
    if (function := _FUNCTIONS.get(type(op))) is not None:
        return function(o, *x)
    value = activation.sequence(op, o, x[0]) if isinstance(op, UnaryOp) else None
    if value is None:
        raise CompileError(f"{op.name} has no float kernel", way_out="this is a bug of lpt")
    return value


_FUNCTIONS: dict[type[Operation], Callable[..., ir.Value]] = {
    AddOp: lambda o, a, b: o.add(a, b),
    DivOp: lambda o, a, b: o.div(a, b),
    IdentityOp: lambda o, x: x,
    MaximumOp: math.greatest,
    MinimumOp: math.least,
    MulOp: lambda o, a, b: o.mul(a, b),
    NegOp: math.negate,
    PReluOp: math.leaky_relu,
    PowOp: wide.power,
    ReluOp: math.relu,
    SubOp: lambda o, a, b: o.sub(a, b),
}


def emit_cast(p: Point, op: CastOp, lanes: Lanes) -> Plain:
    """Between f32 and integers, toward zero; to booleans by comparison with 0. Floats beyond 32 bits become u32 by way of i64."""
    value, e = lanes.value, p.e
    source, target = kind_of(op.x), kind_of(op.result)
    held: Kind = "u32" if source == "u32" else lanes_kind(source)
    if op.to == i1:
        zero = e.const(0, lanes_kind(source), p.n)
        is_set = e.b.fcmp_unordered("!=", value, zero) if source == "f32" else e.b.icmp_signed("!=", value, zero)
        return Plain(e.b.zext(is_set, vector_type("i32", p.n)))
    if source == target or target == "f32":
        return Plain(value if source == target else e.convert(value, held, "f32"))
    if source == "f32":
        held = "i64" if target in ("i64", "u32") else "i32"
        value = e.b.fptosi(value, vector_type(held, p.n))
    if kind_bytes(target) >= 4:
        return Plain(e.convert(value, held, target))
    return Plain(e.convert(e.convert(value, held, target), target, "i32"))


def _fake_quantize(p: Point, op: FakeQuantizeOp, x: list[ir.Value]) -> ir.Value:
    """Every step in f32, from left to right (`lpt.fake_quantize`)."""
    o, b = p.o, p.e.b
    value, low, high, out_low, out_high = x
    steps_ = o.f32(op.levels.value.data - 1)
    code = p.e.rint(o.mul(o.div(o.sub(value, low), o.sub(high, low)), steps_))
    inside = o.add(o.mul(o.div(code, steps_), o.sub(out_high, out_low)), out_low)
    above = b.select(o.less(p.e.fmax(low, high), value), out_high, inside)
    return b.select(b.fcmp_ordered("<=", value, p.e.fmin(low, high)), out_low, above)
