"""Type algebra: what an operation does to quantization parameters. Verifiers and rewrite rules share it.

Every function returns new `QuantParams` or raises `AlgebraError`, whose text is the reason a rule refuses with.
Scales are f64, so a product of two f32 scales is exact and three factors agree in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from lpt.dialects.blob import Array
from lpt.dialects.quant_params import I32, IntArray, QuantParams, Storage

__all__ = [
    "AlgebraError",
    "accumulator",
    "axis_of",
    "collapse",
    "compose",
    "concatenate",
    "distances",
    "is_symmetric",
    "magnitude",
    "make",
    "move_axis",
    "multiplier",
    "negate",
    "per_axis",
    "permute",
    "product",
    "require_no_blocks",
    "require_ratio",
    "rescale",
    "reshape",
    "sum_of",
    "take",
]

ACCUMULATOR_LIMIT = 2**31
"""Every |sum| of an accumulating operation stays below this: it is an i32."""


class AlgebraError(ValueError):
    """Quantization parameters do not allow the operation; the text says why."""


def make(storage: Storage, scales: ArrayLike, zero_points: ArrayLike = 0, *, axis: int | None = None) -> QuantParams:
    """Parameters per tensor, or per axis. Raises AlgebraError where a scale is no positive normal f32."""
    try:
        return QuantParams(storage, scales, zero_points, axis=axis)
    except ValueError as error:
        raise AlgebraError(str(error)) from error


def accumulator(scales: ArrayLike, *, axis: int | None = None) -> QuantParams:
    """i32 with zero point 0: what an accumulating operation results in."""
    return make(I32, scales, 0, axis=axis)


def collapse(params: QuantParams) -> QuantParams:
    """Per-axis parameters whose entries are all equal, as per-tensor ones; others unchanged."""
    if params.is_per_tensor or not params.scales.size:
        return params
    scale, zero_point = params.scales.flat[0], params.zero_points.flat[0]
    if (params.scales == scale).all() and (params.zero_points == zero_point).all():
        return params.replace(scales=scale, zero_points=zero_point, block_sizes=())
    return params


def require_no_blocks(params: QuantParams, what: str) -> None:
    """Raise AlgebraError for parameters by blocks; `what` they belong to starts the reason."""
    if not params.is_per_tensor and params.axis is None:
        raise AlgebraError(f"{what} must be quantized per tensor or per axis, not by blocks")


def product(a: QuantParams, b: QuantParams, axis: int | None = None) -> QuantParams:
    """The accumulator of products: s = s_a · s_b. At most one operand per axis, whose axis in the result is `axis`."""
    require_no_blocks(a, "the left operand")
    require_no_blocks(b, "the right operand")
    if not a.is_per_tensor and not b.is_per_tensor:
        raise AlgebraError("both operands are quantized per axis: no axis can carry the product of their scales")
    scales = a.scales * b.scales
    return accumulator(scales, axis=axis if scales.ndim else None)


def move_axis(params: QuantParams, axis: int | None) -> QuantParams:
    """Per-axis parameters whose axis becomes `axis`."""
    if params.is_per_tensor:
        return params
    require_no_blocks(params, "the operand")
    if axis is None:
        raise AlgebraError("the quantized axis does not survive the operation")
    return params.replace(block_sizes=((axis, 1),))


def permute(params: QuantParams, perm: Sequence[int]) -> QuantParams:
    """Parameters of transpose(x, perm)."""
    if params.is_per_tensor:
        return params
    axes = {list(perm).index(axis): size for axis, size in params.block_sizes}
    if params.axis is not None:
        return params.replace(block_sizes=tuple(axes.items()))
    arrays = (array.transpose(perm) for array in (params.scales, params.zero_points))
    return params.replace(scales=next(arrays), zero_points=next(arrays), block_sizes=tuple(sorted(axes.items())))


def axis_of(params: QuantParams) -> int:
    """The axis of per-axis parameters. Raises AlgebraError for those by blocks."""
    require_no_blocks(params, "the operand")
    assert params.axis is not None
    return params.axis


def reshape(params: QuantParams, old: Sequence[int], new: Sequence[int]) -> QuantParams:
    """Parameters after a reshape: what a dimension's scales are is divided and joined with the dimension.

    [C] scales of a dimension that is split into G × C / G vary along both parts. A dimension without scales of its own
    that is joined to one with scales repeats them, or is split off again. -1 is an extent not known: it must keep its place.
    """
    if params.is_per_tensor:
        return params
    quantized = {axis for axis, _ in params.block_sizes}
    if any(size != 1 for _, size in params.block_sizes):
        raise AlgebraError("blocks of several elements do not survive a reshape")
    shape = [extent if axis in quantized else 1 for axis, extent in enumerate(old)]
    axes, kept, repeated, cut = list[int](), list[int](), list[int](), list[int]()
    for olds, news in _parts(old, new):
        is_scaled, long = bool(quantized.intersection(olds)), [axis for axis in news if new[axis] != 1]
        if is_scaled and len(long) > 1 and any(old[axis] != 1 for axis in olds if axis not in quantized):
            cut += long
        axes += long if is_scaled else []
        repeated += [old[axis] if is_scaled else 1 for axis in olds]
        kept += [new[axis] if is_scaled else 1 for axis in news]
    if not axes:  # extents of 1: any axis of that extent carries the scale
        axes = [axis for axis, extent in enumerate(new) if extent == 1][:1]
    arrays = (np.broadcast_to(array.reshape(shape), repeated).reshape(kept) for array in (params.scales, params.zero_points))
    scales, zero_points = next(arrays), next(arrays)
    for axis in cut:
        if all((array == array.take([0], axis)).all() for array in (scales, zero_points)):
            scales, zero_points = scales.take([0], axis), zero_points.take([0], axis)
            axes.remove(axis)
    if len(cut) > 1 and len(set(cut).intersection(axes)) > 1:
        raise AlgebraError(f"the reshape from {tuple(old)} to {tuple(new)} cuts dimensions across their scales")
    if not axes:
        return params.replace(scales=scales.reshape(()), zero_points=zero_points.reshape(()), block_sizes=())
    if len(axes) == 1:
        return params.replace(scales=scales.reshape(-1), zero_points=zero_points.reshape(-1), block_sizes=((axes[0], 1),))
    return params.replace(scales=scales, zero_points=zero_points, block_sizes=tuple((axis, 1) for axis in axes))


def _parts(old: Sequence[int], new: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """The dimensions of a reshape cut into shortest runs, old and new, of equal product. Raises AlgebraError for unknown ones."""
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    parts, i, j = [([axis], [axis]) for axis in range(first)], first, first
    if min((*old[first:], *new[first:]), default=1) < 1:
        raise AlgebraError(f"the reshape from {tuple(old)} to {tuple(new)} moves a dimension that is not known")
    while i < len(old) or j < len(new):
        olds, news, a, b = [i][: len(old) - i], [j][: len(new) - j], prod(old[i : i + 1]), prod(new[j : j + 1])
        while a != b:
            if a < b:
                olds.append(i + len(olds))
                a *= old[olds[-1]]
            else:
                news.append(j + len(news))
                b *= new[news[-1]]
        parts.append((olds, news))
        i, j = i + len(olds), j + len(news)
    return parts


def take(params: QuantParams, axis: int, index: IntArray | slice) -> QuantParams:
    """Parameters of the elements `index` along `axis`."""
    if params.is_per_tensor or axis_of(params) != axis:
        return params
    return params.replace(scales=params.scales[index], zero_points=params.zero_points[index])


def concatenate(parts: Sequence[QuantParams], sizes: Sequence[int], axis: int) -> QuantParams:
    """Parameters of a concatenation: off-axis they agree, along `axis` they are joined (per tensor if all are equal)."""
    first = parts[0]
    if all(part == first for part in parts) and first.axis != axis:
        require_no_blocks(first, "the operand")
        return first
    if len({part.storage for part in parts}) > 1:
        raise AlgebraError("the operands have different storage types")
    if any(not part.is_per_tensor and part.axis != axis for part in parts):
        raise AlgebraError(f"the operands are quantized along different axes than the concatenation's, {axis}")
    if any(size < 0 for size in sizes):
        raise AlgebraError(f"the operands' sizes along axis {axis} are not known")
    scales = [np.broadcast_to(part.scales, size) for part, size in zip(parts, sizes, strict=True)]
    zero_points = [np.broadcast_to(part.zero_points, size) for part, size in zip(parts, sizes, strict=True)]
    return make(first.storage, np.concatenate(scales), np.concatenate(zero_points), axis=axis)


def rescale(params: QuantParams, factor: ArrayLike, axis: int | None = None) -> QuantParams:
    """Parameters of dcast(q) · factor, for positive factors: a scalar, or one per index of `axis`."""
    factor = np.asarray(factor, dtype=np.float64)
    if not (factor > 0).all():
        raise AlgebraError("the factor is not positive")
    if factor.ndim and not params.is_per_tensor and params.axis != axis:
        raise AlgebraError(f"the factor varies along axis {axis}, the scales along axis {params.axis}")
    scales = params.scales * factor
    zero_points = np.broadcast_to(params.zero_points, scales.shape)
    return make(params.storage, scales, zero_points, axis=params.axis if factor.ndim == 0 else axis)


def compose(inner: QuantParams, outer: QuantParams) -> QuantParams:
    """Parameters of q where its reals (q − z)·s are themselves codes of `outer`: (q − z)·s·s_outer.

    What scales that are quantized in their turn amount to. Raises AlgebraError where `outer` has zero points, or the axes differ.
    """
    if outer.has_zero_point:
        raise AlgebraError("the outer parameters have zero points, which codes do not pass on")
    require_no_blocks(inner, "the inner codes")
    require_no_blocks(outer, "the outer codes")
    return rescale(inner, outer.scales, outer.axis)


def is_symmetric(params: QuantParams) -> bool:
    """Whether every zero point stands for the middle code: 0 of signed storage, 2^(width − 1) of unsigned."""
    middle = 0 if params.storage.signed else 1 << params.storage.width - 1
    return bool((params.zero_points == middle).all())


def per_axis(params: QuantParams, axis: int, extent: int) -> QuantParams:
    """Parameters per tensor repeated `extent` times along `axis`; those per that axis as they are. AlgebraError for others."""
    if params.axis == axis:
        return params
    if not params.is_per_tensor:
        raise AlgebraError(f"the operand is quantized by blocks or along another axis than {axis}")
    return params.replace(
        scales=np.full(extent, params.scales), zero_points=np.full(extent, params.zero_points), block_sizes=((axis, 1),)
    )


def negate(params: QuantParams) -> QuantParams:
    """Parameters of q' = qmin + qmax − q, which stands for −x at the same scale."""
    low, high = params.storage.min, params.storage.max
    return params.replace(zero_points=low + high - params.zero_points)


def sum_of(a: QuantParams, b: QuantParams) -> QuantParams:
    """The accumulator of a ± b at equal scales."""
    a, b = collapse(a), collapse(b)
    if a.block_sizes != b.block_sizes or a.scales.tobytes() != b.scales.tobytes():
        raise AlgebraError("the operands have different scales")
    require_no_blocks(a, "the operand")
    return accumulator(a.scales, axis=a.axis)


def magnitude(params: QuantParams) -> int:
    """The greatest |q − zero_point| that the type can hold."""
    zero_points = params.zero_points
    return int(max((params.storage.max - zero_points).max(), (zero_points - params.storage.min).max()))


def distances(codes: Array, params: QuantParams) -> Array:
    """|q − zero_point| of each code, in the narrowest integers that hold it: large weights are not to take 64 bits each."""
    reach = magnitude(params) + max(abs(params.storage.min), abs(params.storage.max))  # bounds the zero point too
    dtype = next(np.dtype(d) for d in (np.int16, np.int32, np.int64) if reach <= np.iinfo(d).max)
    result: Array = codes.astype(dtype)
    result -= params.expand(codes.shape)[1].astype(dtype)
    return np.abs(result, out=result)


def require_ratio(source: QuantParams, target: QuantParams) -> None:
    """Raise AlgebraError where s_in / s_out may be beyond f32: 0 · ∞ would be no number."""
    if source.scales.max(initial=0.0) / target.scales.min(initial=np.inf) > np.finfo(np.float32).max:
        raise AlgebraError("the ratio of the scales is beyond f32")


def multiplier(source: QuantParams, target: QuantParams) -> tuple[np.ndarray, int | None]:
    """m = f32(s_in / s_out), computed in f64, and the axis along which it varies. Raises AlgebraError where m is beyond f32."""
    if source.axis is not None and target.axis is not None and source.axis != target.axis:
        raise AlgebraError(f"scales along axis {source.axis} meet scales along axis {target.axis}")
    require_no_blocks(source, "the operand")
    require_no_blocks(target, "the result")
    require_ratio(source, target)
    ratio = (source.scales / target.scales).astype(np.float32)
    return ratio, source.axis if source.axis is not None else target.axis
