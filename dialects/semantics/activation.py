"""Meanings of unary functions: fixed sequences of `math.py` and `wide.py`, rounded once more where the operand is quantized."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.activation import EluOp, ErfOp, GeluOp, MishOp, SeluOp, SoftplusOp, SwishOp
from lpt.dialects.nn.elementwise import (
    AbsOp,
    CeilOp,
    ExpOp,
    FloorOp,
    HardSigmoidOp,
    HardSwishOp,
    LeakyReluOp,
    LogOp,
    ReciprocalOp,
    RoundOp,
    SigmoidOp,
    SignOp,
    SqrtOp,
    TanhOp,
    UnaryOp,
)
from lpt.dialects.nn.trigonometry import (
    AcoshOp,
    AcosOp,
    AsinhOp,
    AsinOp,
    AtanhOp,
    AtanOp,
    CeluOp,
    CoshOp,
    CosOp,
    ShrinkOp,
    SinhOp,
    SinOp,
    SoftsignOp,
    TanOp,
    ThresholdedReluOp,
)
from lpt.dialects.semantics import math, trigonometry, wide
from lpt.dialects.semantics.math import Operations
from lpt.dialects.semantics.values import rounded

Sequence32 = Callable[[Any, Any], Any]
"""(operations, x) → the function of x, both f32."""

_PLAIN: dict[type[UnaryOp], Sequence32] = {
    AbsOp: math.absolute,
    CeilOp: math.ceil,
    ErfOp: math.erf,
    ExpOp: math.exp,
    FloorOp: math.floor,
    HardSwishOp: math.hard_swish,
    LogOp: wide.log,
    MishOp: wide.mish,
    ReciprocalOp: lambda o, x: o.div(o.f32(1.0), x),
    RoundOp: math.rint,
    SigmoidOp: math.sigmoid,
    SignOp: math.sign,
    SoftplusOp: wide.softplus,
    SqrtOp: lambda o, x: o.sqrt(x),
    TanhOp: math.tanh,
    AcosOp: trigonometry.acos,
    AcoshOp: trigonometry.acosh,
    AsinOp: trigonometry.asin,
    AsinhOp: trigonometry.asinh,
    AtanOp: trigonometry.atan,
    AtanhOp: trigonometry.atanh,
    CosOp: trigonometry.cos,
    CoshOp: trigonometry.cosh,
    SinOp: trigonometry.sin,
    SinhOp: trigonometry.sinh,
    SoftsignOp: trigonometry.softsign,
    TanOp: trigonometry.tan,
}


def sequence(op: UnaryOp, o: Operations[Any], x: Any) -> Any | None:
    """The function that `op` is, of f32 values `x` under the operations `o`; None if it is none of this module's."""
    match op:
        case EluOp():
            return wide.elu(o, x, o.f32(op.factor))
        case CeluOp():
            return wide.celu(o, x, o.f32(op.factor))
        case ShrinkOp():
            return trigonometry.shrink(o, x, *map(o.f32, op.parameters))
        case ThresholdedReluOp():
            return trigonometry.thresholded_relu(o, x, o.f32(op.threshold))
        case SeluOp():
            alpha, gamma = op.factors
            return wide.selu(o, x, o.f32(alpha), o.f32(gamma))
        case GeluOp():
            return math.gelu_tanh(o, x) if op.mode == "tanh" else math.gelu(o, x)
        case SwishOp():
            return math.swish(o, x, o.f32(op.steepness))
        case LeakyReluOp():
            return math.leaky_relu(o, x, o.f32(op.slope))
        case HardSigmoidOp():
            alpha, beta = op.line
            return math.hard_sigmoid(o, x, o.f32(alpha), o.f32(beta))
        case _:
            function = _PLAIN.get(type(op))
            return None if function is None else function(o, x)


@rounded
def unary(op: UnaryOp, operands: Sequence[Array]) -> Sequence[Array]:
    """`sequence` on f32; other float types pass through f32. Magnitude and sign of integers are integers."""
    (x,) = operands
    if x.dtype.kind in "iu" and isinstance(op, AbsOp | SignOp):
        return [np.abs(x) if isinstance(op, AbsOp) else np.sign(x)]
    with np.errstate(all="ignore"):
        result = np.asarray(sequence(op, math.NUMPY, x.astype(np.float32)))
    return [result.astype(x.dtype if x.dtype.kind == "f" else np.float32)]


_WITH_PARAMETERS: tuple[type[UnaryOp], ...] = (
    *(EluOp, SeluOp, CeluOp, GeluOp, SwishOp, LeakyReluOp, HardSigmoidOp, ShrinkOp, ThresholdedReluOp),
)
for _op_class in (*_PLAIN, *_WITH_PARAMETERS):
    meaning(_op_class)(unary)
