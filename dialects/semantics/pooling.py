"""Meanings of pooling and reductions."""

from __future__ import annotations

import itertools
import math as libm
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import Kind, NnOp, int_of, ints
from lpt.dialects.nn.pooling import (
    AveragePoolOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    MaxPoolOp,
    ReduceMaxOp,
    ReduceMeanOp,
    ReduceMinOp,
    ReduceOp,
    ReduceSumOp,
    ReducingOp,
    WindowOp,
)
from lpt.dialects.quant import params_of
from lpt.dialects.semantics import math
from lpt.dialects.semantics.values import centered, extreme_in_lanes, quantized, rounded, sum_in_lanes
from lpt.dialects.shapes import window


def taps(
    x: Array, kernel: Sequence[int], strides: Sequence[int], pads: Sequence[int], dilations: Sequence[int], fill: Any, ceil: bool
) -> Iterator[Array]:
    """For each tap of the window, in row-major order, the element that every window [N, C, out…] has there; pads are `fill`."""
    rank = len(kernel)
    borders = [(pads[i], pads[rank + i]) for i in range(rank)]
    out = [window(x.shape[2 + i], kernel[i], strides[i], dilations[i], borders[i], ceil) for i in range(rank)]
    widths = [(0, 0), (0, 0)]
    for i in range(rank):
        reach = (out[i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1
        widths.append((borders[i][0], max(reach - x.shape[2 + i] - borders[i][0], 0)))
    padded = np.pad(x, widths, constant_values=fill) if any(map(any, widths)) else x
    for tap in itertools.product(*map(range, kernel)):
        starts = [t * d for t, d in zip(tap, dilations, strict=True)]
        cut = [slice(s, s + (o - 1) * step + 1, step) for s, o, step in zip(starts, out, strides, strict=True)]
        yield padded[(slice(None), slice(None), *cut)]


def _window_taps(op: WindowOp, x: Array, fill: Any) -> Iterator[Array]:
    """The taps column by column: those of the first last index, then those of the next."""
    kernel, strides, pads, dilations = (ints(a) for a in (op.kernel_shape, op.strides, op.pads, op.dilations))
    elements = list(taps(x, kernel, strides, pads, dilations, fill, bool(int_of(op.ceil_mode))))
    return (element for column in range(kernel[-1]) for element in elements[column :: kernel[-1]])


def _whole(x: Array) -> Iterator[Array]:
    """The elements of the spatial dimensions in row-major order, each [N, C, 1…]."""
    flat = x.reshape(*x.shape[:2], libm.prod(x.shape[2:]))
    return (flat[:, :, i].reshape(*x.shape[:2], *(1,) * (x.ndim - 2)) for i in range(flat.shape[2]))


def _lowest(op: NnOp, x: Array) -> Any:
    params = params_of(op.operands[0])
    if params is not None:
        return params.storage.min
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def _greatest(elements: Iterator[Array], lowest: Any, dtype: np.dtype[Any]) -> Array:
    """From `lowest`, each element greater than the greatest so far replaces it: NaN never wins, the first zero's sign stays."""
    best: Array = np.asarray(lowest, dtype)
    for element in elements:
        best = math.maximum(math.NUMPY, element, best)
    return best


def _sum(elements: Iterator[Array], zero: Any) -> Array:
    """From zero, element by element."""
    total: Array = np.asarray(zero)
    with np.errstate(all="ignore"):
        for element in elements:
            total = total + element
    return total


@meaning(MaxPoolOp)
def max_pool(op: MaxPoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The greatest element or code of each window, column by column: x where x > best, else best, from −∞ or qmin."""
    (x,) = operands
    lowest = _lowest(op, x)
    return [_greatest(_window_taps(op, x, lowest), lowest, x.dtype)]


@meaning(GlobalMaxPoolOp)
def global_max_pool(op: GlobalMaxPoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    """As max_pool with one window over everything."""
    (x,) = operands
    return [_greatest(_whole(x), _lowest(op, x), x.dtype)]


def _exact_sum(op: NnOp, operands: Sequence[Array], axes: tuple[int, ...], *, keeps: bool) -> Sequence[Array]:
    """Σ(q − z) over axes, which the verifier bounds to i32."""
    q = centered(operands[0], quantized(op.operands[0]))
    return [np.asarray(q.sum(axis=axes, keepdims=keeps, dtype=np.int64)).astype(np.int32)]


def divisors(op: AveragePoolOp, spatial: Sequence[int]) -> Array:
    """How many elements each window [1, 1, out…] counts, as f32: those inside the input, with count_include_pad also its pads."""
    kernel, strides, pads, dilations = (ints(a) for a in (op.kernel_shape, op.strides, op.pads, op.dilations))
    rank, include, ceil = len(spatial), bool(int_of(op.count_include_pad)), bool(int_of(op.ceil_mode))
    total = np.ones((1, 1), np.float32)
    for i, extent in enumerate(spatial):
        borders = (pads[i], pads[rank + i])
        out = window(extent, kernel[i], strides[i], dilations[i], borders, ceil)
        position = np.arange(out)[:, None] * strides[i] + np.arange(kernel[i]) * dilations[i] - borders[0]
        low, high = (-borders[0], extent + borders[1]) if include else (0, extent)
        total = total[..., None] * ((low <= position) & (position < high)).sum(axis=1).astype(np.float32)
    return total


@rounded
def _float_average_pool(op: AveragePoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    x = operands[0]
    zero, elements = x.dtype.type(0), _window_taps(op, x, 0)
    *rows, columns = ints(op.kernel_shape)
    with np.errstate(all="ignore"):
        total = _sum((_sum(itertools.islice(elements, libm.prod(rows)), zero) for _ in range(columns)), zero)
        return [np.asarray(total / divisors(op, x.shape[2:]), x.dtype)]


@meaning(AveragePoolOp)
def average_pool(op: AveragePoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Columns of the window (taps of equal last index) from +0 in row-major order, then the columns from left to right; pads are 0.

    Then divided (IEEE) by the count: ONNX Runtime's order. Into i32: Σ(q − z).
    """
    if op.is_quantized and op.kind_of() is Kind.ACCUMULATES:
        return [_sum(_window_taps(op, centered(operands[0], quantized(op.x)), 0), np.int32(0)).astype(np.int32)]
    return _float_average_pool(op, operands)


@rounded
def _float_global_average_pool(op: GlobalAveragePoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    x = operands[0]
    with np.errstate(all="ignore"):
        return [np.asarray(_sum(_whole(x), x.dtype.type(0)) / np.float32(libm.prod(x.shape[2:])), x.dtype)]


@meaning(GlobalAveragePoolOp)
def global_average_pool(op: GlobalAveragePoolOp, operands: Sequence[Array]) -> Sequence[Array]:
    """From +0 over all elements in row-major order, then divided (IEEE) by f32(count). Into i32: Σ(q − z)."""
    if op.is_quantized and op.kind_of() is Kind.ACCUMULATES:
        return _exact_sum(op, operands, tuple(range(2, operands[0].ndim)), keeps=True)
    return _float_global_average_pool(op, operands)


def _reduce(op: ReduceOp, x: Array, mean: bool) -> Array:
    """In 16 lanes for floats (`sum_in_lanes`), then divided (IEEE) by f32(count); integer tensors as numpy."""
    axes, count = op.reduced, libm.prod(x.shape[axis] for axis in op.reduced)
    with np.errstate(all="ignore"):
        if x.dtype.kind == "f":
            total = sum_in_lanes(x, axes)
            total = total / np.float32(count) if mean else total
        else:
            total = x.sum(axis=axes, keepdims=True, dtype=x.dtype)
            total = total // count if mean else total
    return np.asarray(total if op.keeps else np.squeeze(total, axes), x.dtype)


@rounded
def _float_mean(op: ReduceOp, operands: Sequence[Array]) -> Sequence[Array]:
    return [_reduce(op, operands[0], mean=True)]


@rounded
def _float_sum(op: ReduceOp, operands: Sequence[Array]) -> Sequence[Array]:
    return [_reduce(op, operands[0], mean=False)]


@meaning(ReduceMeanOp)
def reduce_mean(op: ReduceMeanOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The sum in 16 lanes (`sum_in_lanes`), divided (IEEE) by f32(count). Into i32: Σ(q − z)."""
    accumulates = op.is_quantized and op.kind_of() is Kind.ACCUMULATES
    return _exact_sum(op, operands, op.reduced, keeps=op.keeps) if accumulates else _float_mean(op, operands)


@meaning(ReduceSumOp)
def reduce_sum(op: ReduceSumOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The sum in 16 lanes (`sum_in_lanes`). Into i32: Σ(q − z)."""
    accumulates = op.is_quantized and op.kind_of() is Kind.ACCUMULATES
    return _exact_sum(op, operands, op.reduced, keeps=op.keeps) if accumulates else _float_sum(op, operands)


def _extreme(op: ReducingOp, x: Array, *, greatest: bool) -> Array:
    """Of the storage or of floats in 16 lanes (`extreme_in_lanes`)."""
    params, axes = params_of(op.x), op.reduced
    worst: float
    if params is not None:
        worst = params.storage.min if greatest else params.storage.max
    elif x.dtype.kind == "b":
        worst = not greatest
    elif x.dtype.kind == "f":
        worst = -np.inf if greatest else np.inf
    else:
        worst = np.iinfo(x.dtype).min if greatest else np.iinfo(x.dtype).max
    found = extreme_in_lanes(x, axes, worst, math.maximum if greatest else math.minimum)
    return found if op.keeps else np.squeeze(found, axes)


@meaning(ReduceMaxOp)
def reduce_max(op: ReduceMaxOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The greatest element or code, from −∞ or qmin: x where x > best, else best, in 16 lanes."""
    return [_extreme(op, operands[0], greatest=True)]


@meaning(ReduceMinOp)
def reduce_min(op: ReduceMinOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The least element or code, from +∞ or qmax: x where x < best, else best, in 16 lanes."""
    return [_extreme(op, operands[0], greatest=False)]
