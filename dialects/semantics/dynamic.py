"""Meanings of quantization by parameters found at run time; the two formulas are emitted by codegen from here too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp, ExtremaOp, SubtractZeroPointOp
from lpt.dialects.interpreter import meaning
from lpt.dialects.semantics import math

V = TypeVar("V")


def parameters(o: math.Operations[V], low: V, high: V) -> tuple[V, V]:
    """Scale and zero point (an f32) of the range [low, high], which holds 0."""
    is_range = o.less(low, high)
    scale = o.select(is_range, o.div(o.sub(high, low), o.f32(255.0)), o.f32(1.0))
    zero_point = math.saturate(o, o.sub(o.f32(0.0), o.div(low, scale)), o.f32(0.0), o.f32(255.0))
    return scale, o.to_f32(zero_point)


def codes(o: math.Operations[V], x: V, scale: V, zero_point: V) -> V:
    """The u8 codes of x, as i32."""
    low, high = o.sub(o.f32(0.0), zero_point), o.sub(o.f32(255.0), zero_point)
    return math.quantize(o, x, scale, low, high, o.rint_i32(zero_point))


@meaning(DynamicParametersOp)
def dynamic_parameters(op: DynamicParametersOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Scale and zero point of the range."""
    with np.errstate(all="ignore"):
        return [np.array(parameters(math.NUMPY, *_range(operands[0])), np.float32)]


def _range(x: Array) -> tuple[np.float32, np.float32]:
    """The least and the greatest number, 0 among them, zeros being +0; a NaN is none."""
    numbers = x[~np.isnan(x)]
    return np.float32(numbers.min(initial=0)) + np.float32(0), np.float32(numbers.max(initial=0)) + np.float32(0)


@meaning(ExtremaOp)
def extrema(op: ExtremaOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The range of each part."""
    parts = [operands[0].take(range(start, start + op.size.value.data), op.axis.value.data) for start in op.starts]
    return [np.array([_range(part) for part in parts], np.float32)]


@meaning(DynamicQuantizeOp)
def dynamic_quantize(op: DynamicQuantizeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """rint(clamp(x / scale, −zp, 255 − zp)) + zp."""
    return [math.apply(codes, *operands).astype(np.uint8)]


@meaning(SubtractZeroPointOp)
def subtract_zero_point(op: SubtractZeroPointOp, operands: Sequence[Array]) -> Sequence[Array]:
    """q − zp · sums; the result fits i32 where Σ |c − zp|·|w| does, the product may wrap around."""
    q, zero_point, sums = operands
    return [np.asarray(q.astype(np.int64) - int(zero_point) * sums.astype(np.int64)).astype(np.int32)]
