"""Meanings of the operations that walk an axis in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.selection import CumSumOp, ScatterOp, TopKOp
from lpt.dialects.semantics import math


def sort_keys(x: Array) -> Array:
    """Integers (i64) in the order of the elements: NaN greater than all numbers, the zeros equal."""
    if x.dtype.kind != "f":
        return x.astype(np.int64)
    bits = np.add(x, np.float32(0), dtype=np.float32).view(np.int32)
    keys = np.where(np.isnan(x), np.int32(0x7FFFFFFF), bits ^ ((bits >> 31) & 0x7FFFFFFF))
    return np.asarray(keys).astype(np.int64)


@meaning(TopKOp)
def top_k(op: TopKOp, operands: Sequence[Array]) -> Sequence[Array]:
    """A stable sort by the keys, turned over for the greatest: ~k is −1 − k, which no key overflows."""
    keys, axis = sort_keys(operands[0]), op.dim
    keys = ~keys if op.is_largest else keys
    if op.prefers_last:
        keys = np.flip(keys, axis)
    order = np.argsort(keys, axis, kind="stable").take(np.arange(op.count), axis)
    return [keys.shape[axis] - 1 - order if op.prefers_last else order]


@meaning(CumSumOp)
def cum_sum(op: CumSumOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Sums from 0 on, one element at a time, in the type of x."""
    (x,) = operands
    moved = np.moveaxis(np.flip(x, op.dim) if op.is_reverse else x, op.dim, 0)
    result, total = np.empty_like(moved), np.zeros(moved.shape[1:], x.dtype)
    with np.errstate(all="ignore"):
        for i, element in enumerate(moved):
            result[i] = total
            total = total + element
            if not op.is_exclusive:
                result[i] = total
    result = np.moveaxis(result, 0, op.dim)
    return [np.ascontiguousarray(np.flip(result, op.dim) if op.is_reverse else result)]


def _extreme(choose: Callable[..., Array], of_floats: Callable[..., Array]) -> Callable[[Array, Array], Array]:
    return lambda a, b: math.apply(of_floats, a, b) if a.dtype.kind == "f" else choose(a, b)


_COMBINE: dict[str, Callable[[Array, Array], Array]] = {
    "none": lambda old, new: new,
    "add": np.add,
    "mul": np.multiply,
    "max": _extreme(np.maximum, math.greatest),
    "min": _extreme(np.minimum, math.least),
}


@meaning(ScatterOp)
def scatter(op: ScatterOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Row by row, in order."""
    x, indices, updates = operands
    result, combine = x.copy(), _COMBINE[op.mode]
    rows = np.clip(np.where(indices < 0, indices + len(x), indices), 0, len(x) - 1)
    with np.errstate(all="ignore"):
        for row, update in zip(rows, updates, strict=True):
            result[row] = combine(result[row], update)
    return [result]
