"""Activations that exporters write out as products become one operation.

    x · sigmoid(β·x)                                       →  nn.swish {beta = β}
    x · hard_sigmoid(x; 1/6, 1/2), x · clip(x + 3, 0, 6) / 6  →  nn.hard_swish
    x · tanh(softplus(x))                                  →  nn.mish
    ½ · x · (1 + erf(x / √2))                              →  nn.gelu
    ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))       →  nn.gelu {approximate = "tanh"}

The factors may stand in any order and be divided, constants within 2⁻¹⁶ of the formula's; nothing between may have another use or
be quantized (then it stays: each part is a table, and the product one of codes). Exactness: real, 2⁻¹⁴ · Σ|terms|, for the
constants' sake. OpenVINO: SwishFusion, HSwishFusion, MishFusion, GeluFusion; ONNX Runtime: GeluFusion, QuickGeluFusion.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import (
    AddOp,
    ClipOp,
    DivOp,
    ErfOp,
    GeluOp,
    HardSigmoidOp,
    HardSwishOp,
    MishOp,
    MulOp,
    NnOp,
    PowOp,
    SigmoidOp,
    SoftplusOp,
    SwishOp,
    TanhOp,
    UnaryOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, float_array_of
from lpt.passes.pipeline import Exactness, LptPass

_TOLERANCE = 2.0**-16


def _close(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= _TOLERANCE * abs(wanted)


def _number(value: SSAValue) -> float | None:
    """The one number that a constant holds."""
    array = float_array_of(value)
    return float(array.flat[0]) if array is not None and array.size == 1 else None


def _same(a: SSAValue, b: SSAValue) -> bool:
    """Whether two values are the same, or dcasts of the same codes (exporters repeat DequantizeLinear)."""
    return a is b or ((codes := dequantized_of(a)) is not None and codes is dequantized_of(b))


@dataclass(frozen=True)
class Product:
    """`number` times the product of `factors`."""

    number: float
    factors: tuple[SSAValue, ...]


def product(value: SSAValue, *, root: bool = False) -> Product:
    """A value as a product, through multiplications and divisions by numbers that nothing else uses."""
    op = value.owner
    if not isinstance(op, MulOp | DivOp) or op.is_quantized or not (root or value.has_one_use()):
        return Product(1.0, (value,))
    if isinstance(op, DivOp):
        divisor = _number(op.b)
        if divisor is None or divisor == 0:
            return Product(1.0, (value,))
        inner = product(op.a)
        return Product(inner.number / divisor, inner.factors)
    number, factors = 1.0, list[SSAValue]()
    for operand in op.operands:
        known = _number(operand)
        inner = product(operand) if known is None else Product(known, ())
        number, factors = number * inner.number, [*factors, *inner.factors]
    return Product(number, tuple(factors))


def _argument(value: SSAValue, op_class: type[UnaryOp]) -> SSAValue | None:
    """x where the value is op_class(x) and nothing else uses it."""
    op = value.owner
    return op.x if isinstance(op, op_class) and not op.is_quantized and value.has_one_use() else None


def _plus(value: SSAValue, number: float) -> SSAValue | None:
    """x where the value is x + number and nothing else uses it."""
    op = value.owner
    if not isinstance(op, AddOp) or op.is_quantized or not value.has_one_use():
        return None
    for x, other in ((op.a, op.b), (op.b, op.a)):
        known = _number(other)
        if known is not None and _close(known, number):
            return x
    return None


def _multiple(value: SSAValue, x: SSAValue) -> float | None:
    """c where the value is c · x."""
    if _same(value, x):
        return 1.0
    found = product(value)
    return found.number if len(found.factors) == 1 and _same(found.factors[0], x) else None


def _is_cube(value: SSAValue, x: SSAValue, number: float) -> bool:
    """Whether the value is number · x³."""
    found = product(value)
    if not _close(found.number, number):
        return False
    power = 0.0
    for factor in found.factors:
        op = factor.owner
        if _same(factor, x):
            power += 1
        elif isinstance(op, PowOp) and factor.has_one_use() and _same(op.a, x) and (exponent := _number(op.b)) is not None:
            power += exponent
        else:
            return False
    return power == 3


def _swish(x: SSAValue, gate: SSAValue, number: float) -> NnOp | None:
    inner = _argument(gate, SigmoidOp)
    beta = None if inner is None or number != 1 else _multiple(inner, x)
    return None if beta is None else SwishOp.make([x], beta=beta)


def _hard_swish(x: SSAValue, gate: SSAValue, number: float) -> NnOp | None:
    op = gate.owner
    if not gate.has_one_use():
        return None
    if isinstance(op, HardSigmoidOp) and number == 1 and _same(op.x, x):
        alpha, beta = op.line
        return HardSwishOp.make([x]) if _close(alpha, 1 / 6) and beta == 0.5 else None
    if isinstance(op, ClipOp) and _close(number, 1 / 6) and op.bounds == (0.0, 6.0):
        inner = _plus(op.x, 3.0)
        return HardSwishOp.make([x]) if inner is not None and _same(inner, x) else None
    return None


def _mish(x: SSAValue, gate: SSAValue, number: float) -> NnOp | None:
    inner = _argument(gate, TanhOp)
    source = None if inner is None else _argument(inner, SoftplusOp)
    return MishOp.make([x]) if source is not None and number == 1 and _same(source, x) else None


def _gelu(x: SSAValue, gate: SSAValue, number: float) -> NnOp | None:
    inner = _plus(gate, 1.0)
    if inner is None or not _close(number, 0.5):
        return None
    if (source := _argument(inner, ErfOp)) is not None:
        factor = _multiple(source, x)
        return GeluOp.make([x]) if factor is not None and _close(factor, math.sqrt(0.5)) else None
    source = _argument(inner, TanhOp)
    found = None if source is None else product(source)
    if found is None or len(found.factors) != 1 or not _close(found.number, math.sqrt(2 / math.pi)):
        return None
    total = found.factors[0].owner
    if not isinstance(total, AddOp) or not found.factors[0].has_one_use():
        return None
    for linear, cubic in ((total.a, total.b), (total.b, total.a)):
        if _same(linear, x) and _is_cube(cubic, x, 0.044715):
            return GeluOp.make([x], approximate="tanh")
    return None


class FuseActivation(Pattern):
    """x · gate(x) → one operation."""

    name = "fuse-activation"
    matches = (MulOp, DivOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if op.is_quantized:
            return
        found = product(op.result, root=True)
        if len(found.factors) != 2:
            return
        for x, gate in (found.factors, found.factors[::-1]):
            for rule in (_swish, _hard_swish, _mish, _gelu):
                new = rule(x, gate, found.number)
                if new is not None and tensor_shape(new.results[0]) == tensor_shape(op.result):
                    rewriter.replace(op, new)
                    return


@dataclass(frozen=True)
class FuseActivations(LptPass):
    """swish, hard_swish, mish and gelu from their parts."""

    name = "lpt-fuse-activations"
    exactness: ClassVar[Exactness] = Exactness.REAL
    bound: ClassVar[float] = 2.0**-14
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (FuseActivation(),)
