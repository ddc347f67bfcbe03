"""Float functions computed in f64 and rounded to f32 once: within 0.51 ulp of the exact value, in the same bits everywhere.

Written against `math.Operations`, as those of `semantics/math.py` are. The polynomials interpolate at Chebyshev nodes (relative
errors 7e-14 for the logarithm, 9e-14 for 2^f); e^x and the logarithm reduce their argument as in Cody and Waite, "Software
Manual for the Elementary Functions" (1980).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lpt.dialects.semantics import math
from lpt.dialects.semantics.math import Operations

V = TypeVar("V")

_LOG2_E = 1.4426950408889634
_LN2 = 0.6931471805599453

# (2^f - 1) / f on |f| <= 1/2
_EXP2 = (
    0.6931471805599455,
    0.24022650695812933,
    0.055504108664762984,
    0.009618129159426659,
    0.0013333558178410157,
    0.00015403455831065955,
    1.525268728172888e-05,
    1.3255230074944165e-06,
    1.0203033254391016e-07,
)
# atanh(s) / s as a polynomial in s^2 on |s| <= 1/3
_ATANH = (
    0.999999999999937,
    0.3333333334060703,
    0.19999998631417795,
    0.14285812042794482,
    0.1110769944059471,
    0.09155030092603177,
    0.07035323531729779,
    0.10034233925254514,
)


def polynomial(o: Operations[V], x: V, coefficients: Sequence[float]) -> V:
    """Horner's rule in f64."""
    result = o.f64(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = o.wide_add(o.wide_mul(result, x), o.f64(coefficient))
    return result


def _power(o: Operations[V], t: V) -> tuple[V, V]:
    """(2^n, 2^f - 1) with t = n + f, all in f64; |f| <= 1/2, and t is kept to [-500, 500]. NaN: f is NaN."""
    low, high = o.f64(-500.0), o.f64(500.0)
    kept = o.select(o.less(t, low), low, o.select(o.less(high, t), high, t))
    rounded = o.narrow(kept)
    n = o.rint_i32(o.select(o.is_nan(rounded), o.f32(0.0), rounded))
    f = o.wide_sub(kept, o.widen(o.to_f32(n)))
    quarter = o.shift_right(n, 2)  # 2^500 is no f32
    part, left = (o.widen(_power_of_two(o, e)) for e in (quarter, o.isub(n, o.iadd(o.iadd(quarter, quarter), quarter))))
    scale = o.wide_mul(o.wide_mul(part, part), o.wide_mul(part, left))
    return scale, o.wide_mul(f, polynomial(o, f, _EXP2))


def _power_of_two(o: Operations[V], exponent: V) -> V:
    return o.from_bits(o.shift_left(o.iadd(exponent, o.i32(127)), 23))


def _exp2(o: Operations[V], t: V) -> V:
    """2^t in f64 for t in f64; at most 2^500, at least 2^-500."""
    scale, rest = _power(o, t)
    return o.wide_add(scale, o.wide_mul(scale, rest))


def natural_exp(o: Operations[V], x: V) -> V:
    """e^x in f64 for x in f64; at most 2^500, at least 2^-500."""
    return _exp2(o, o.wide_mul(x, o.f64(_LOG2_E)))


def log1p_of_ratio(o: Operations[V], s: V) -> V:
    """ln((1 + s) / (1 - s)) for |s| <= 1/3."""
    return o.wide_mul(o.wide_add(s, s), polynomial(o, o.wide_mul(s, s), _ATANH))


def wide_log(o: Operations[V], x: V) -> V:
    """ln x in f64 of a positive f32; -inf of 0, inf of inf, and what x is where that is NaN."""
    tiny = o.f32(2.0**-126)
    is_denormal = o.less(x, tiny)
    bits = o.bits(o.select(is_denormal, o.mul(x, o.f32(2.0**24)), x))
    fraction = o.from_bits(o.ior(o.iand(bits, o.i32(0x007FFFFF)), o.i32(0x3F800000)))
    is_great = o.less(o.f32(1.4142135), fraction)
    m = o.widen(o.select(is_great, o.mul(fraction, o.f32(0.5)), fraction))
    exponent = o.add(o.to_f32(o.isub(o.shift_right(bits, 23), o.i32(127))), o.select(is_great, o.f32(1.0), o.f32(0.0)))
    exponent = o.sub(exponent, o.select(is_denormal, o.f32(24.0), o.f32(0.0)))
    one = o.f64(1.0)
    ratio = o.wide_div(o.wide_sub(m, one), o.wide_add(m, one))
    result = o.wide_add(o.wide_mul(o.widen(exponent), o.f64(_LN2)), log1p_of_ratio(o, ratio))
    infinity = o.f32(float("inf"))
    result = o.select(o.less(x, infinity), result, o.widen(x))
    return o.select(o.less(o.f32(0.0), x), result, o.widen(o.select(o.is_nan(x), x, o.f32(float("-inf")))))


def log(o: Operations[V], x: V) -> V:
    """ln x: -inf at 0, NaN below."""
    return o.select(o.less(x, o.f32(0.0)), o.f32(float("nan")), o.narrow(wide_log(o, x)))


def power(o: Operations[V], a: V, b: V) -> V:
    """a^b with IEEE 754's special cases (`pow`): 1 where b = 0 or a = 1, NaN where a < 0 is finite and b no integer."""
    zero, one, infinity = o.f32(0.0), o.f32(1.0), o.f32(float("inf"))
    size, most = math.absolute(o, a), math.absolute(o, b)
    result = o.narrow(_exp2(o, o.wide_mul(o.widen(b), o.wide_mul(wide_log(o, size), o.f64(_LOG2_E)))))
    is_fine = o.less(most, o.f32(2.0**24))  # b may have a fraction, or be odd
    small = o.select(is_fine, b, zero)
    whole = o.rint_i32(small)
    fraction = math.absolute(o, o.sub(small, o.to_f32(whole)))
    # |a| = 1 meets an infinite b
    is_one = o.select(o.less(size, one), zero, o.select(o.less(one, size), zero, one))
    result = o.select(o.is_nan(b), b, o.select(o.less(zero, o.select(o.is_nan(a), zero, is_one)), one, result))
    invalid = o.select(o.less(a, zero), o.select(o.less(size, infinity), fraction, zero), zero)
    result = o.select(o.less(zero, invalid), o.f32(float("nan")), result)
    odd = o.select(o.less(zero, fraction), o.i32(0), o.shift_left(whole, 31))
    result = o.from_bits(o.ior(o.bits(result), o.iand(o.bits(a), odd)))
    is_base_one = o.select(o.less(a, one), zero, o.select(o.less(one, a), zero, o.select(o.is_nan(a), zero, one)))
    is_exponent_zero = o.select(o.less(zero, most), zero, o.select(o.is_nan(b), zero, one))
    return o.select(o.less(zero, o.add(is_base_one, is_exponent_zero)), one, result)


def softplus(o: Operations[V], x: V) -> V:
    """ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)."""
    e = natural_exp(o, o.widen(math.negate(o, math.absolute(o, x))))
    tail = log1p_of_ratio(o, o.wide_div(e, o.wide_add(e, o.f64(2.0))))
    return o.narrow(o.wide_add(o.widen(math.relu(o, x)), tail))


def _expm1(o: Operations[V], x: V) -> V:
    """e^x - 1 in f64 of an f32."""
    scale, rest = _power(o, o.wide_mul(o.widen(x), o.f64(_LOG2_E)))
    return o.wide_add(o.wide_mul(scale, rest), o.wide_sub(scale, o.f64(1.0)))


def elu(o: Operations[V], x: V, alpha: V) -> V:
    """x where x > 0, else alpha * (e^x - 1)."""
    below = o.narrow(o.wide_mul(o.widen(alpha), _expm1(o, x)))
    return o.select(o.less(o.f32(0.0), x), x, below)


def celu(o: Operations[V], x: V, alpha: V) -> V:
    """x where x > 0, else alpha * (e^(x / alpha) - 1), the quotient rounded to f32."""
    below = o.narrow(o.wide_mul(o.widen(alpha), _expm1(o, o.div(x, alpha))))
    return o.select(o.less(o.f32(0.0), x), x, below)


def selu(o: Operations[V], x: V, alpha: V, gamma: V) -> V:
    """gamma * x where x > 0, else gamma * alpha * (e^x - 1)."""
    factor = o.wide_mul(o.widen(gamma), o.widen(alpha))
    return o.select(o.less(o.f32(0.0), x), o.mul(gamma, x), o.narrow(o.wide_mul(factor, _expm1(o, x))))


def _kept(o: Operations[V], x: V) -> V:
    """x in f64, kept to +-1e60: beyond f32, and times 2^-500 still nothing, where infinity would be NaN."""
    wide, low, high = o.widen(x), o.f64(-1e60), o.f64(1e60)
    return o.select(o.less(wide, low), low, o.select(o.less(high, wide), high, wide))


def mish(o: Operations[V], x: V) -> V:
    """x * tanh(ln(1 + e^x)) = x * w / (w + 2) with w = e^x (e^x + 2)."""
    wide, two = _kept(o, x), o.f64(2.0)
    e = natural_exp(o, wide)
    w = o.wide_mul(e, o.wide_add(e, two))
    return o.narrow(o.wide_mul(wide, o.wide_div(w, o.wide_add(w, two))))


_WHOLE = 6755399441055744.0  # 1.5 * 2^52: what is added to it and taken away again is a whole number


def remainder(o: Operations[V], a: V, b: V, has_sign_of_a: bool) -> V:
    """a - n b for the n towards 0, exactly (C's fmod), or the one below (Python's %); NaN where a is infinite or b is 0.

    Long division by digits of 28 bits: each quotient is below 2^29, so that its product with b, and what is left, fit f64.
    """
    size, divisor = math.absolute(o, a), math.absolute(o, b)
    infinity, one = o.f32(float("inf")), o.f32(1.0)
    b_is_infinite = o.less(o.f32(3.4028234663852886e38), divisor)
    usable = o.select(o.less(o.f32(0.0), divisor), o.select(b_is_infinite, one, divisor), one)
    rest, step = o.widen(o.select(o.less(size, infinity), size, o.f32(0.0))), o.widen(usable)
    for digit in range(9, -1, -1):
        unit = o.wide_mul(step, o.f64(2.0 ** (28 * digit)))
        count = o.wide_sub(o.wide_add(o.wide_div(rest, unit), o.f64(_WHOLE)), o.f64(_WHOLE))
        rest = o.wide_sub(rest, o.wide_mul(count, unit))
        rest = o.select(o.less(rest, o.f64(0.0)), o.wide_add(rest, unit), rest)
    left = o.select(b_is_infinite, size, o.narrow(rest))
    nan = o.f32(float("nan"))
    left = o.select(o.less(size, infinity), o.select(o.less(o.f32(0.0), divisor), left, nan), nan)
    left = math.with_sign_of(o, left, a)
    if has_sign_of_a:
        return left
    zero = o.f32(0.0)
    opposite = o.select(o.less(b, zero), o.select(o.less(zero, left), one, zero), o.select(o.less(left, zero), one, zero))
    moved = o.select(o.less(zero, opposite), o.add(left, b), left)
    is_zero = o.less(math.absolute(o, left), o.f32(1.401298464324817e-45))
    return o.select(is_zero, math.with_sign_of(o, zero, b), moved)
