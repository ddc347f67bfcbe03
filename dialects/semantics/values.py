"""Between storage and real values: the steps that all meanings on quantized tensors share.

`params` broadcast against arrays of the shape that is passed with them, so extents may be those of run time.
"""

from __future__ import annotations

import math as libm
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from xdsl.ir import Attribute, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn.base import NnOp
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics import math
from lpt.errors import LptError

OpT = TypeVar("OpT", bound=NnOp)
Meaning = Callable[[OpT, Sequence[Array]], Sequence[Array]]


def quantized(value: SSAValue | Attribute) -> QuantParams:
    """The parameters of a value that must be quantized. Raises LptError for another."""
    params = params_of(value)
    if params is None:
        raise LptError(f"expected a quantized tensor, got {value.type if isinstance(value, SSAValue) else value}")
    return params


def centered(q: Array, params: QuantParams) -> Array:
    """q − zero_point, exactly: int32, or int64 for storage of more than 16 bits with a zero point."""
    if not params.has_zero_point:
        return q.astype(np.int32) if params.storage.width < 32 or params.storage.signed else q.astype(np.int64)
    wide = np.int32 if params.storage.width <= 16 else np.int64
    return np.asarray(q.astype(wide) - params.expand(q.shape)[1].astype(wide))


def saturate(steps: Array, params: QuantParams) -> Array:
    """Output steps (f32, before the zero point) as storage values.

    Clamped in f32 to [qmin − zp, qmax − zp] (NaN becomes the lowest), rounded half to even, then + zp. Both ends are rounded
    inwards to f32, which matters to 32-bit storage only.
    """
    zero_points = params.expand(steps.shape)[1]
    low = (params.storage.min - zero_points).astype(np.float32)
    distinct, index = np.unique(params.storage.max - zero_points, return_inverse=True)
    high = np.array([math.below(int(v)) for v in distinct], np.float32)[index].reshape(zero_points.shape)
    clamped = math.minimum(math.NUMPY, math.maximum(math.NUMPY, steps, low), high)
    whole = np.rint(clamped).astype(np.int64 if params.storage.width > 16 else np.int32)
    return np.asarray(whole + zero_points.astype(whole.dtype)).astype(params.storage.dtype)


def quantize(x: Array, params: QuantParams) -> Array:
    """qcast: rint(x / f32(scale)) by IEEE division, saturated, + zp."""
    with np.errstate(all="ignore"):
        scales = params.expand(x.shape)[0].astype(np.float32)
        return saturate(np.asarray(x.astype(np.float32) / scales), params)


def dequantize(q: Array, params: QuantParams) -> Array:
    """dcast: f32(q − zp) · f32(scale)."""
    scales = params.expand(q.shape)[0].astype(np.float32)
    return np.asarray(centered(q, params).astype(np.float32) * scales)


def rounded(function: Meaning[OpT]) -> Meaning[OpT]:
    """A meaning on floats as one on quantized tensors too: qcast(function(dcast …)), rounded once."""

    def meaning(op: OpT, operands: Sequence[Array]) -> Sequence[Array]:
        if not op.is_quantized:
            return function(op, operands)
        floats = [dequantize(x, quantized(value)) for x, value in zip(operands, op.operands, strict=True)]
        return [quantize(y, quantized(result)) for y, result in zip(function(op, floats), op.results, strict=True)]

    meaning.__doc__ = function.__doc__
    return meaning


def sum_in_lanes(x: Array, axes: Sequence[int]) -> Array:
    """The f32 sum over `axes`, which stay with extent 1.

    Element i of the reduced axes, flattened in row-major order, is added to lane i mod 16; every lane starts at +0. The lanes are
    added in the tree l[j] + l[j + 8], then + 4, + 2, + 1.
    """
    with np.errstate(all="ignore"):
        return _in_lanes(x.astype(np.float32, copy=False), axes, 0, np.add)  # a lane never is -0, so adding +0 changes nothing


def extreme_in_lanes(x: Array, axes: Sequence[int], worst: float, better: Callable[..., Array]) -> Array:
    """The greatest or least element over `axes`, which stay with extent 1: `better` is `math.maximum` or `math.minimum`.

    In lanes as sums are, which start at `worst`: in each an element replaces the best so far where it is better, and in the tree
    the upper lane the lower one. So a NaN never wins, and which of two zeros does is the same everywhere.
    """
    return _in_lanes(x, axes, worst, lambda best, element: better(math.NUMPY, element, best))


def _in_lanes(x: Array, axes: Sequence[int], start: float, combine: Callable[[Array, Array], Array]) -> Array:
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    rows, count = (libm.prod(x.shape[axis] for axis in group) for group in (kept, axes))
    steps = -(-count // 16)
    padded = np.full((rows, steps * 16), start, x.dtype)
    padded[:, :count] = x.transpose(*kept, *axes).reshape(rows, count)
    lanes = np.full((rows, 16), start, x.dtype)
    for step in range(steps):
        lanes = combine(lanes, padded[:, 16 * step : 16 * step + 16])
    for half in (8, 4, 2, 1):
        lanes = combine(lanes[:, :half], lanes[:, half:])
    return np.asarray(lanes.reshape([1 if axis in axes else extent for axis, extent in enumerate(x.shape)]))
