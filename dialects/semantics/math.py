"""Float functions as fixed sequences of IEEE operations: the same bits in numpy and in machine code.

Each function is written once against `Operations`, abstract f32 and i32 operations. `NumpyOperations` runs it on arrays,
`lpt.codegen.math.LaneOperations` emits it as LLVM IR. Nothing here is contracted to a fused multiply-add, so every result is a
function of the input bits alone. (numpy's own `exp` changes 39 % of its bits between SIMD levels; C libraries differ too.)

Ranges are reduced as in Cody and Waite, "Software Manual for the Elementary Functions" (1980). The polynomials are minimax fits
computed by Lawson's algorithm in double precision, rounded to f32. Denormals are kept. A NaN input gives a NaN except where a
result is quantized (`saturate`: NaN becomes the lowest value).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.dialects.semantics.operations import NUMPY as NUMPY
from lpt.dialects.semantics.operations import Operations, V

__all__ = [
    "Operations",
    "absolute",
    "apply",
    "below",
    "ceil",
    "clip",
    "dequantize",
    "erf",
    "exp",
    "floor",
    "gelu",
    "gelu_tanh",
    "greatest",
    "hard_sigmoid",
    "hard_swish",
    "leaky_relu",
    "least",
    "maximum",
    "minimum",
    "negate",
    "normal_exp",
    "polynomial",
    "quantize",
    "relu",
    "rint",
    "saturate",
    "sigmoid",
    "sign",
    "swish",
    "tanh",
    "with_sign_of",
]


def apply(function: Callable[..., Any], *arguments: Any) -> np.ndarray:
    """`function(NUMPY, *arguments)` as an array, without numpy's warnings on overflow and NaN.

    Example: `apply(math.exp, x)` for a float32 array x.
    """
    with np.errstate(all="ignore"):
        return np.asarray(function(NUMPY, *arguments))


def maximum(o: Operations[V], a: V, b: V) -> V:
    """a where a > b, else b: b where either is NaN or both are zeros (one maxps)."""
    return o.select(o.less(b, a), a, b)


def minimum(o: Operations[V], a: V, b: V) -> V:
    """a where a < b, else b: b where either is NaN or both are zeros (one minps)."""
    return o.select(o.less(a, b), a, b)


def polynomial(o: Operations[V], x: V, coefficients: Sequence[float]) -> V:
    """Horner's rule; `coefficients` from the constant term up."""
    result = o.f32(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = o.add(o.mul(result, x), o.f32(coefficient))
    return result


# ---- quantization -----------------------------------------------------------------------------------------------------------


def below(value: int) -> float:
    """The greatest f32 that is at most `value`, an integer: an upper bound of a clamp must convert back within i32."""
    rounded = np.float32(value)
    return float(rounded if int(rounded) <= value else np.nextafter(rounded, np.float32(-np.inf)))


def saturate(o: Operations[V], v: V, low: V, high: V) -> V:
    """Output steps `v` (f32, before the zero point) as i32: clamp to [low, high] with NaN as low, then rint half to even."""
    return o.rint_i32(minimum(o, maximum(o, v, low), high))


def quantize(o: Operations[V], x: V, scale: V, low: V, high: V, zero_point: V) -> V:
    """qcast: rint(x / scale) + zero_point as i32, with low = f32(qmin - zero_point) and high = below(qmax - zero_point)."""
    return o.iadd(saturate(o, o.div(x, scale), low, high), zero_point)


def dequantize(o: Operations[V], q: V, scale: V, zero_point: V) -> V:
    """dcast: f32(q - zero_point) * scale, with q an i32."""
    return o.mul(o.to_f32(o.isub(q, zero_point)), scale)


# ---- activations ------------------------------------------------------------------------------------------------------------


def greatest(o: Operations[V], a: V, b: V) -> V:
    """max(a, b), NaN where one is; b where both are zeros."""
    return o.select(o.is_nan(a), a, maximum(o, a, b))


def least(o: Operations[V], a: V, b: V) -> V:
    """min(a, b), NaN where one is; b where both are zeros."""
    return o.select(o.is_nan(a), a, minimum(o, a, b))


def relu(o: Operations[V], x: V) -> V:
    """max(x, 0); NaN and -0 stay."""
    return maximum(o, o.f32(0.0), x)


def clip(o: Operations[V], x: V, low: V, high: V) -> V:
    """min(max(x, low), high); NaN stays. With low > high the result is high, as in ONNX."""
    return minimum(o, high, maximum(o, low, x))


def leaky_relu(o: Operations[V], x: V, alpha: V) -> V:
    """x where x >= 0, else alpha * x."""
    return o.select(o.less(x, o.f32(0.0)), o.mul(x, alpha), x)


def hard_sigmoid(o: Operations[V], x: V, alpha: V, beta: V) -> V:
    """min(max(alpha * x + beta, 0), 1)."""
    return clip(o, o.add(o.mul(x, alpha), beta), o.f32(0.0), o.f32(1.0))


def hard_swish(o: Operations[V], x: V) -> V:
    """x * hard_sigmoid(x) with alpha = 1/6, beta = 1/2 (ONNX HardSwish-14)."""
    return o.mul(x, hard_sigmoid(o, x, o.f32(1.0 / 6.0), o.f32(0.5)))


def absolute(o: Operations[V], x: V) -> V:
    """x without its sign bit."""
    return o.from_bits(o.iand(o.bits(x), o.i32(0x7FFFFFFF)))


def negate(o: Operations[V], x: V) -> V:
    """-x: 0 - x would turn 0 into +0, not -0."""
    return o.mul(x, o.f32(-1.0))


def with_sign_of(o: Operations[V], magnitude: V, x: V) -> V:
    """`magnitude` (not negative) with the sign bit of x."""
    return o.from_bits(o.ior(o.bits(magnitude), o.iand(o.bits(x), o.i32(-(2**31)))))


def sign(o: Operations[V], x: V) -> V:
    """1, -1, or x itself where it is a zero or NaN."""
    zero = o.f32(0.0)
    return o.select(o.less(zero, x), o.f32(1.0), o.select(o.less(x, zero), o.f32(-1.0), x))


def _to_integer(o: Operations[V], x: V, down: bool, up: bool) -> V:
    """The nearest integer, or the one below or above, where x may have a fraction; it keeps the sign of x."""
    is_small = o.less(absolute(o, x), o.f32(2.0**23))
    small = o.select(is_small, x, o.f32(0.0))
    near = o.to_f32(o.rint_i32(small))
    one, zero = o.f32(1.0), o.f32(0.0)
    if down:
        near = o.sub(near, o.select(o.less(small, near), one, zero))
    if up:
        near = o.add(near, o.select(o.less(near, small), one, zero))
    return o.select(is_small, with_sign_of(o, absolute(o, near), x), x)


def rint(o: Operations[V], x: V) -> V:
    """The nearest integer, half to even."""
    return _to_integer(o, x, down=False, up=False)


def floor(o: Operations[V], x: V) -> V:
    """The greatest integer that is at most x."""
    return _to_integer(o, x, down=True, up=False)


def ceil(o: Operations[V], x: V) -> V:
    """The least integer that is at least x."""
    return _to_integer(o, x, down=False, up=True)


# ---- elementary functions ---------------------------------------------------------------------------------------------------

_LN2_HIGH = 0.693359375  # 355/512: its product with an integer below 2^14 is exact
_LN2_LOW = -2.121944400546905827679e-4  # ln 2 - 355/512
# (e^r - 1 - r) / r^2 on |r| <= ln(2)/2, relative error of e^r 3.1e-9
_EXP = (
    0.4999999403953552,
    0.1666652113199234,
    0.04166839271783829,
    0.00836874544620514,
    0.0013814534759148955,
)


def exp(o: Operations[V], x: V) -> V:
    """e^x within 1.1 ulp. Above 88.72 infinity, below -87.34 denormals, below -103.97 zero."""
    clamped = minimum(o, o.f32(89.0), maximum(o, o.f32(-104.0), x))
    exponent, y = _reduced_exp(o, clamped, o.select(o.is_nan(x), o.f32(0.0), clamped))
    half = o.shift_right(exponent, 1)  # in two steps, since 2^128 and 2^-150 are no f32: the first product is exact
    return o.mul(o.mul(y, _power_of_two(o, half)), _power_of_two(o, o.isub(exponent, half)))


NORMAL_EXP = -87.0
"""From here to 0, e^x is a normal f32."""


def normal_exp(o: Operations[V], x: V) -> V:
    """`exp`, the same bits, of numbers in [NORMAL_EXP, 0]."""
    exponent, y = _reduced_exp(o, x, x)
    return o.mul(y, _power_of_two(o, exponent))


def _reduced_exp(o: Operations[V], x: V, number: V) -> tuple[V, V]:
    """(n, e^r) with e^x = 2^n · e^r; `number` is x where that is one."""
    exponent = o.rint_i32(o.mul(number, o.f32(1.4426950408889634)))
    n = o.to_f32(exponent)
    r = o.sub(o.sub(x, o.mul(n, o.f32(_LN2_HIGH))), o.mul(n, o.f32(_LN2_LOW)))
    return exponent, o.add(o.add(o.mul(o.mul(r, r), polynomial(o, r, _EXP)), r), o.f32(1.0))


def _power_of_two(o: Operations[V], exponent: V) -> V:
    return o.from_bits(o.shift_left(o.iadd(exponent, o.i32(127)), 23))


# (tanh(x)/x - 1) / x^2 as a polynomial in x^2 on |x| <= 0.625, relative error 4.1e-9
_TANH = (
    -0.3333328366279602,
    0.13331490755081177,
    -0.05374349281191826,
    0.02065056934952736,
    -0.005717025604099035,
)


def tanh(o: Operations[V], x: V) -> V:
    """tanh(x) within 1.5 ulp: an odd polynomial below 0.625, 1 - 2 / (e^2|x| + 1) above."""
    size = absolute(o, x)
    square = o.mul(size, size)
    near = o.add(o.mul(o.mul(polynomial(o, square, _TANH), square), size), size)
    two, one = o.f32(2.0), o.f32(1.0)
    far = o.sub(one, o.div(two, o.add(exp(o, o.add(size, size)), one)))
    return with_sign_of(o, o.select(o.less(size, o.f32(0.625)), near, far), x)


def sigmoid(o: Operations[V], x: V) -> V:
    """1 / (1 + e^-x) within 2.5 ulp, for negative x as e^x / (1 + e^x), which keeps relative accuracy down to denormals."""
    one = o.f32(1.0)
    e = exp(o, negate(o, absolute(o, x)))
    return o.div(o.select(o.less(x, o.f32(0.0)), e, one), o.add(e, one))


# erf(x)/x as a quotient of polynomials in x^2 on |x| <= 3.88, relative error 1.6e-8
_ERF = (
    1.1283791065216064,
    0.1889110952615738,
    0.05258554220199585,
    0.00371037726290524,
    0.000285230198642239,
    2.0831198526138905e-06,
)
_ERF_BELOW = (
    1.0,
    0.5007508993148804,
    0.11352235078811646,
    0.014858023263514042,
    0.001152048702351749,
    3.845019455184229e-05,
)


def erf(o: Operations[V], x: V) -> V:
    """erf(x) within 6.5 ulp, 3.9e-7 at most, where it is near 1; exactly 1 from 3.92 on."""
    size = minimum(o, o.f32(3.92), absolute(o, x))  # NaN stays
    square = o.mul(size, size)
    quotient = o.div(o.mul(size, polynomial(o, square, _ERF)), polynomial(o, square, _ERF_BELOW))
    return with_sign_of(o, minimum(o, o.f32(1.0), quotient), x)


def _finite(o: Operations[V], x: V) -> V:
    """x, the lowest f32 for −∞: times 0 that is 0. NaN stays."""
    return maximum(o, o.f32(-3.4028234663852886e38), x)


def gelu(o: Operations[V], x: V) -> V:
    """x/2 · (1 + erf(x / √2)) within 2.6e-7 · |x|, as ONNX Runtime and OpenVINO compute it."""
    half = o.mul(_finite(o, x), o.f32(0.5))
    return o.mul(half, o.add(o.f32(1.0), erf(o, o.mul(x, o.f32(0.7071067811865476)))))


def gelu_tanh(o: Operations[V], x: V) -> V:
    """x/2 · (1 + tanh z) = x / (1 + e^−2z) with z = √(2/π) · (x + 0.044715 x³), within 1.2e-7 · |x|."""
    kept = _finite(o, x)
    inner = o.add(o.mul(o.mul(kept, kept), o.f32(0.044715)), o.f32(1.0))
    exponent = o.mul(o.mul(kept, inner), o.f32(-1.5957691216057308))
    return o.div(kept, o.add(o.f32(1.0), exp(o, exponent)))


def swish(o: Operations[V], x: V, beta: V) -> V:
    """x / (1 + e^(−beta · x)) within 2.5 ulp for beta = 1 and x above −88, and 0 below."""
    kept = _finite(o, x)
    return o.div(kept, o.add(o.f32(1.0), exp(o, o.mul(kept, negate(o, beta)))))
