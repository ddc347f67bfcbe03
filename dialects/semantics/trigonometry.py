"""Circular and hyperbolic functions as fixed sequences in f64, rounded to f32 once, as those of `wide.py` are.

Angles are reduced as in Cody and Waite, "Software Manual for the Elementary Functions" : π/2 in four parts, three of which have
so few bits that their products with the quotient are exact. Polynomials are Taylor's, with as many terms as the intervals need.
"""

from __future__ import annotations

from math import factorial
from typing import TypeVar

from lpt.dialects.semantics import math
from lpt.dialects.semantics.math import Operations
from lpt.dialects.semantics.wide import log1p_of_ratio, natural_exp, polynomial, wide_log

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cos",
    "cosh",
    "shrink",
    "sin",
    "sinh",
    "softsign",
    "tan",
    "thresholded_relu",
]

V = TypeVar("V")

_PARTS = (1.570796012878418, 3.139164164167596e-07, 6.223371969669989e-14, 2.0222662487959506e-21)
"""π/2 in 22, 22, 22 and 53 bits."""
_ROUNDER = 1.5 * 2.0**52
"""A double of magnitude below 2^51 plus this has no fraction."""

_SIN = tuple((-1.0) ** k / factorial(2 * k + 1) for k in range(8))
_COS = tuple((-1.0) ** k / factorial(2 * k) for k in range(9))
_SINH = tuple(1.0 / factorial(2 * k + 1) for k in range(8))
_ATAN = tuple((-1.0) ** k / (2 * k + 1) for k in range(16))
_ATANH = tuple(1.0 / (2 * k + 1) for k in range(4))
_ASINH = (1.0, -1.0 / 6.0, 3.0 / 40.0, -15.0 / 336.0)
_HALF_PI, _QUARTER_PI = 1.5707963267948966, 0.7853981633974483


def _nearest(o: Operations[V], t: V) -> V:
    """The integer nearest to a double below 2^51."""
    return o.wide_sub(o.wide_add(t, o.f64(_ROUNDER)), o.f64(_ROUNDER))


def _magnitude(o: Operations[V], x: V) -> V:
    """|x| of a double; +0 of −0."""
    zero = o.f64(0.0)
    return o.select(o.less(x, zero), o.wide_sub(zero, x), o.wide_add(x, zero))


def _odd(o: Operations[V], x: V, coefficients: tuple[float, ...]) -> V:
    return o.wide_mul(x, polynomial(o, o.wide_mul(x, x), coefficients))


def _reduced(o: Operations[V], x: V) -> tuple[V, V, V]:
    """(sin r, cos r, q) with x = r + n · π/2, |r| ≤ π/4, and q = n modulo 4 in −2 … 2."""
    wide = o.widen(x)
    n = _nearest(o, o.wide_mul(wide, o.f64(0.6366197723675814)))
    r = wide
    for part in _PARTS:
        r = o.wide_sub(r, o.wide_mul(n, o.f64(part)))
    low, high = o.f64(-0.8), o.f64(0.8)
    r = o.select(o.less(r, low), low, o.select(o.less(high, r), high, r))
    quarter = _nearest(o, o.wide_mul(n, o.f64(0.25)))
    q = o.wide_sub(n, o.wide_mul(quarter, o.f64(4.0)))
    return _odd(o, r, _SIN), polynomial(o, o.wide_mul(r, r), _COS), q


def _negated_where(o: Operations[V], mask: V, x: V) -> V:
    return o.select(mask, o.wide_mul(x, o.f64(-1.0)), x)


def sin(o: Operations[V], x: V) -> V:
    """sin x within 0.51 ulp for |x| < 2^31, beyond that some value in [−1, 1], the same everywhere."""
    sine, cosine, q = _reduced(o, x)
    size = _magnitude(o, q)
    is_odd = o.less(_magnitude(o, o.wide_sub(size, o.f64(1.0))), o.f64(0.5))
    value = o.select(is_odd, cosine, sine)
    # negative for n = 2 and 3 modulo 4: q is ±2 or −1
    is_minus = o.less(o.select(is_odd, q, o.wide_sub(o.f64(1.0), size)), o.f64(-0.5))
    return o.narrow(_negated_where(o, is_minus, value))


def cos(o: Operations[V], x: V) -> V:
    """cos x, as `sin`."""
    sine, cosine, q = _reduced(o, x)
    size = _magnitude(o, q)
    is_odd = o.less(_magnitude(o, o.wide_sub(size, o.f64(1.0))), o.f64(0.5))
    value = o.select(is_odd, sine, cosine)
    # negative for n = 1 and 2 modulo 4: q is 1 or ±2
    is_minus = o.less(o.f64(0.5), o.select(is_odd, q, o.wide_sub(size, o.f64(1.0))))
    return o.narrow(_negated_where(o, is_minus, value))


def tan(o: Operations[V], x: V) -> V:
    """tan x, reduced as `sin`."""
    sine, cosine, q = _reduced(o, x)
    is_odd = o.less(_magnitude(o, o.wide_sub(_magnitude(o, q), o.f64(1.0))), o.f64(0.5))
    above, below = o.select(is_odd, cosine, sine), o.select(is_odd, sine, cosine)
    return o.narrow(_negated_where(o, is_odd, o.wide_div(above, below)))


def _atan(o: Operations[V], x: V) -> V:
    """atan x in f64 of a double: by 1 / x above 1, by (x − 1) / (x + 1) above tan(π/8)."""
    one, size = o.f64(1.0), _magnitude(o, x)
    is_great = o.less(one, size)
    t = o.select(is_great, o.wide_div(one, size), size)
    is_middle = o.less(o.f64(0.4142135623730951), t)
    reduced = o.select(is_middle, o.wide_div(o.wide_sub(t, one), o.wide_add(t, one)), t)
    angle = _odd(o, reduced, _ATAN)
    angle = o.select(is_middle, o.wide_add(angle, o.f64(_QUARTER_PI)), angle)
    angle = o.select(is_great, o.wide_sub(o.f64(_HALF_PI), angle), angle)
    return _negated_where(o, o.less(x, o.f64(0.0)), angle)


def _signed(o: Operations[V], value: V, x: V) -> V:
    """f32 `value`, of an odd function of x, with the sign of x: −0 has lost it."""
    return math.with_sign_of(o, math.absolute(o, value), x)


def atan(o: Operations[V], x: V) -> V:
    """atan x within 0.51 ulp."""
    return _signed(o, o.narrow(_atan(o, o.widen(x))), x)


def _sqrt(o: Operations[V], x: V) -> V:
    """√x in f64 of a double that is 0 or a normal f32 in magnitude: that of f32, improved by Newton's step. NaN below 0."""
    near = o.widen(o.sqrt(o.narrow(x)))
    better = o.wide_mul(o.f64(0.5), o.wide_add(near, o.wide_div(x, near)))
    return o.select(o.less(o.f64(0.0), near), better, near)


def _asin(o: Operations[V], x: V) -> V:
    """asin x in f64: 2 · atan(x / (1 + √(1 − x²)))."""
    one, wide = o.f64(1.0), o.widen(x)
    root = _sqrt(o, o.wide_mul(o.wide_sub(one, wide), o.wide_add(one, wide)))
    half = _atan(o, o.wide_div(wide, o.wide_add(one, root)))
    return o.wide_add(half, half)


def asin(o: Operations[V], x: V) -> V:
    """asin x within 0.51 ulp."""
    return _signed(o, o.narrow(_asin(o, x)), x)


def acos(o: Operations[V], x: V) -> V:
    """π/2 − asin x, within 0.51 ulp."""
    return o.narrow(o.wide_sub(o.f64(_HALF_PI), _asin(o, x)))


def sinh(o: Operations[V], x: V) -> V:
    """sinh x within 0.51 ulp: by its series up to 1."""
    wide = o.widen(math.absolute(o, x))
    near = o.less(wide, o.f64(1.0))
    e = natural_exp(o, wide)
    far = o.wide_mul(o.f64(0.5), o.wide_sub(e, o.wide_div(o.f64(1.0), e)))
    small = o.select(near, wide, o.f64(0.0))
    return _signed(o, o.narrow(o.select(near, _odd(o, small, _SINH), far)), x)


def cosh(o: Operations[V], x: V) -> V:
    """cosh x within 0.51 ulp."""
    e = natural_exp(o, o.widen(math.absolute(o, x)))
    return o.narrow(o.wide_mul(o.f64(0.5), o.wide_add(e, o.wide_div(o.f64(1.0), e))))


_TINY = 2.0**-6


def _log_of_sum(o: Operations[V], size: V, root: V) -> V:
    """ln(size + root) with 1 ≤ size + root, of an f32 `size` in f64: of its f32, and what that leaves."""
    total = o.wide_add(size, root)
    near = o.narrow(total)
    wide = o.widen(near)
    rest = o.wide_div(o.wide_sub(total, wide), o.wide_add(total, wide))
    return o.wide_add(wide_log(o, near), log1p_of_ratio(o, rest))


def asinh(o: Operations[V], x: V) -> V:
    """asinh x within 0.51 ulp: by its series up to 2^-6."""
    one, size = o.f64(1.0), o.widen(math.absolute(o, x))
    limit = o.f64(1e30)
    kept = o.select(o.less(size, limit), size, limit)
    is_great = o.less(one, kept)
    divisor = o.select(is_great, kept, one)
    ratio = o.select(is_great, o.wide_div(one, divisor), kept)
    root = o.wide_mul(divisor, _sqrt(o, o.wide_add(one, o.wide_mul(ratio, ratio))))
    far = o.select(o.less(size, limit), _log_of_sum(o, kept, root), _log_of_twice(o, x))
    small = o.select(o.less(size, o.f64(_TINY)), size, o.f64(0.0))
    return _signed(o, o.narrow(o.select(o.less(size, o.f64(_TINY)), _odd(o, small, _ASINH), far)), x)


def _log_of_twice(o: Operations[V], x: V) -> V:
    """ln 2|x|: what asinh and acosh are where x² + 1 is x²."""
    return o.wide_add(wide_log(o, math.absolute(o, x)), o.f64(0.6931471805599453))


def acosh(o: Operations[V], x: V) -> V:
    """acosh x within 0.51 ulp; NaN below 1."""
    one, wide, limit = o.f64(1.0), o.widen(x), o.f64(1e30)
    kept = o.select(o.less(limit, wide), limit, wide)
    inverse = o.wide_div(one, kept)
    root = _sqrt(o, o.wide_mul(o.wide_mul(o.wide_sub(kept, one), inverse), o.wide_mul(o.wide_add(kept, one), inverse)))
    value = o.select(o.less(limit, wide), _log_of_twice(o, x), _log_of_sum(o, kept, o.wide_mul(kept, root)))
    return o.select(o.less(x, o.f32(1.0)), o.f32(float("nan")), o.narrow(value))


def atanh(o: Operations[V], x: V) -> V:
    """atanh x within 0.51 ulp: by its series up to 2^-6."""
    one, size = o.f64(1.0), o.widen(math.absolute(o, x))
    ratio = o.wide_div(o.wide_add(one, size), o.wide_sub(one, size))
    near = o.narrow(ratio)
    wide = o.widen(near)
    rest = o.wide_div(o.wide_sub(ratio, wide), o.wide_add(ratio, wide))
    is_finite = o.less(ratio, o.f64(1e30))
    log = o.wide_add(wide_log(o, near), log1p_of_ratio(o, o.select(is_finite, rest, o.f64(0.0))))
    small = o.select(o.less(size, o.f64(_TINY)), size, o.f64(0.0))
    value = o.select(o.less(size, o.f64(_TINY)), _odd(o, small, _ATANH), o.wide_mul(o.f64(0.5), log))
    return o.select(o.less(one, size), o.f32(float("nan")), _signed(o, o.narrow(value), x))


# ---- activations ------------------------------------------------------------------------------------------------------------


def softsign(o: Operations[V], x: V) -> V:
    """x / (1 + |x|)."""
    return o.div(x, o.add(o.f32(1.0), math.absolute(o, x)))


def shrink(o: Operations[V], x: V, bias: V, lambd: V) -> V:
    """x + bias below −lambd, x − bias above lambd, else 0."""
    zero = o.f32(0.0)
    above = o.select(o.less(lambd, x), o.sub(x, bias), zero)
    return o.select(o.less(x, math.negate(o, lambd)), o.add(x, bias), above)


def thresholded_relu(o: Operations[V], x: V, alpha: V) -> V:
    """x where x > alpha, else 0."""
    return o.select(o.less(alpha, x), x, o.f32(0.0))
