"""Meanings of unary functions: fixed sequences of `math.py` and `wide.py`, rounded once more where the operand is quantized.

`function_of` registers one: what it computes is the meaning in numpy, the table of an 8-bit value, and the kernel of every target.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

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

__all__ = ["function_of"]

Function = Callable[[Any, Operations[Any], Any], Any]
"""(op, operations, x) → the function of x that `op` is, both f32."""

FunctionT = TypeVar("FunctionT", bound=Function)

_functions: dict[type[UnaryOp], Function] = {}


def function_of(op_class: type[UnaryOp]) -> Callable[[FunctionT], FunctionT]:
    """Register (op, operations, x) → the function of f32 values x that an operation of this class is."""

    def register(function: FunctionT) -> FunctionT:
        _functions[op_class] = function
        meaning(op_class)(unary)
        return function

    return register


def is_ours() -> bool:
    """Whether nobody else has registered a function of an operation of ours."""
    pairs = ((op_class.__module__, function.__module__) for op_class, function in _functions.items())
    return all(module.startswith("lpt.") for home, module in pairs if home.startswith("lpt."))


def sequence(op: UnaryOp, o: Operations[Any], x: Any) -> Any | None:
    """The function that `op` is, of f32 values `x` under the operations `o`; None if none is registered."""
    function = _functions.get(type(op))
    return None if function is None else function(op, o, x)


@rounded
def unary(op: UnaryOp, operands: Sequence[Array]) -> Sequence[Array]:
    """`sequence` on f32; other float types pass through f32. Magnitude and sign of integers are integers."""
    (x,) = operands
    if x.dtype.kind in "iu" and isinstance(op, AbsOp | SignOp):
        return [np.abs(x) if isinstance(op, AbsOp) else np.sign(x)]
    with np.errstate(all="ignore"):
        result = np.asarray(sequence(op, math.NUMPY, x.astype(np.float32)))
    return [result.astype(x.dtype if x.dtype.kind == "f" else np.float32)]


_PLAIN: dict[type[UnaryOp], Callable[[Any, Any], Any]] = {
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


def _plain(function: Callable[[Any, Any], Any]) -> Function:
    return lambda op, o, x: function(o, x)


for _op_class, _of_one_value in _PLAIN.items():
    function_of(_op_class)(_plain(_of_one_value))

_WITH_PARAMETERS: dict[type[UnaryOp], Function] = {
    CeluOp: lambda op, o, x: wide.celu(o, x, o.f32(op.factor)),
    EluOp: lambda op, o, x: wide.elu(o, x, o.f32(op.factor)),
    GeluOp: lambda op, o, x: math.gelu_tanh(o, x) if op.mode == "tanh" else math.gelu(o, x),
    HardSigmoidOp: lambda op, o, x: math.hard_sigmoid(o, x, *map(o.f32, op.line)),
    LeakyReluOp: lambda op, o, x: math.leaky_relu(o, x, o.f32(op.slope)),
    SeluOp: lambda op, o, x: wide.selu(o, x, *map(o.f32, op.factors)),
    ShrinkOp: lambda op, o, x: trigonometry.shrink(o, x, *map(o.f32, op.parameters)),
    SwishOp: lambda op, o, x: math.swish(o, x, o.f32(op.steepness)),
    ThresholdedReluOp: lambda op, o, x: trigonometry.thresholded_relu(o, x, o.f32(op.threshold)),
}
for _op_class, _function in _WITH_PARAMETERS.items():
    function_of(_op_class)(_function)
