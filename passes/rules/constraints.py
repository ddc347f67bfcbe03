"""What PDL patterns may ask for and compute: `pdl.apply_native_constraint "same_scale"(%a, %b : !pdl.value, !pdl.value)`.

    @constraint
    def is_weight(v: SSAValue) -> bool: …

    @native_rewrite
    def rescaled(q: SSAValue, c: SSAValue) -> Attribute: …

Arguments are values, operations or attributes of the module, as the pattern bound them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from xdsl.ir import Attribute, SSAValue

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.rules.values import Codes, Constant, Grid

Constraint = Callable[..., bool]
ConstraintT = TypeVar("ConstraintT", bound=Callable[..., bool])
RewriteT = TypeVar("RewriteT", bound=Callable[..., object])

CONSTRAINTS: dict[str, Constraint] = {}
"""Name → function; one that raises AlgebraError refuses with its text."""
REWRITES: dict[str, Callable[..., object]] = {}
"""Name → function that gives a type, attribute or value."""


def constraint(function: ConstraintT) -> ConstraintT:
    """Register a function under its name as a constraint."""
    CONSTRAINTS[function.__name__] = function
    return function


def native_rewrite(function: RewriteT) -> RewriteT:
    """Register a function under its name for `pdl.apply_native_rewrite`."""
    REWRITES[function.__name__] = function
    return function


def _codes(value: SSAValue) -> Codes:
    found = Codes.of(value)
    if found is None:
        raise AlgebraError(f"%{value.name_hint or '?'} is not quantized")
    return found


def _constant(value: SSAValue) -> Constant:
    found = Constant.of(value)
    if found is None:
        raise AlgebraError(f"%{value.name_hint or '?'} is not constant")
    return found


def _params(what: SSAValue | Attribute) -> QuantParams:
    found = params_of(what)
    if found is None:
        raise AlgebraError("a value is not quantized")
    return found


@constraint
def same_grid(a: SSAValue | Attribute, b: SSAValue | Attribute) -> bool:
    """Equal storage, scales and zero points."""
    return _params(a) == _params(b)


@constraint
def same_scale(a: SSAValue | Attribute, b: SSAValue | Attribute) -> bool:
    """Equal scales at equal granularity; zero points and storage may differ."""
    x, y = (algebra.collapse(_params(v).replace(zero_points=0)) for v in (a, b))
    return x.block_sizes == y.block_sizes and x.scales.tobytes() == y.scales.tobytes()


@constraint
def same_shape(a: SSAValue, b: SSAValue) -> bool:
    """Equal extents."""
    return tensor_shape(a) == tensor_shape(b)


@constraint
def is_quantized(value: SSAValue) -> bool:
    """A tensor of codes."""
    return params_of(value) is not None


@constraint
def is_symmetric(value: SSAValue) -> bool:
    """Codes whose zero points stand for the middle code."""
    return _codes(value).grid.is_symmetric


@constraint
def is_per_tensor(value: SSAValue) -> bool:
    """Codes of one scale and zero point."""
    return _codes(value).grid.is_per_tensor


@constraint
def is_constant(value: SSAValue) -> bool:
    """An f32 constant or a dequantized one."""
    return Constant.of(value) is not None


@constraint
def is_power_of_two(value: SSAValue) -> bool:
    """A constant whose elements are all 2ᵏ."""
    return _constant(value).is_power_of_two


@constraint
def is_used_once(value: SSAValue) -> bool:
    """One operand in the whole module reads the value."""
    return value.has_one_use()


@native_rewrite
def rescaled(q: SSAValue, factor: SSAValue) -> Attribute:
    """The type of codes whose scale is multiplied by a constant."""
    return (_codes(q).grid * _constant(factor)).type


@native_rewrite
def product(a: SSAValue, b: SSAValue) -> Attribute:
    """The type of the accumulator of elementwise products."""
    left: Grid = _codes(a).grid
    return (left * _codes(b).grid).type


@native_rewrite
def type_of(value: SSAValue) -> Attribute:
    """The type of a value."""
    return value.type
