"""Meanings of the operations that walk an axis in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import float_of
from lpt.dialects.nn.selection import CumSumOp, NonMaxSuppressionOp, ScatterOp, TopKOp
from lpt.dialects.semantics import math
from lpt.dialects.semantics.math import Operations

V = TypeVar("V")


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
    """Sums from 0 on, products from 1 on, one element at a time, in the type of x."""
    (x,) = operands
    moved = np.moveaxis(np.flip(x, op.dim) if op.is_reverse else x, op.dim, 0)
    result, total = np.empty_like(moved), np.full(moved.shape[1:], int(op.is_product), x.dtype)
    with np.errstate(all="ignore"):
        for i, element in enumerate(moved):
            result[i] = total
            total = total * element if op.is_product else total + element
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


def corners(o: Operations[V], box: Sequence[V], is_center: bool) -> tuple[V, V, V, V]:
    """Least and greatest y, least and greatest x."""
    if not is_center:
        ends = (math.least, math.greatest)
        (y_low, y_high), (x_low, x_high) = ([end(o, box[i], box[i + 2]) for end in ends] for i in (0, 1))
        return y_low, y_high, x_low, x_high
    half = o.f32(0.5)
    width, height = o.mul(box[2], half), o.mul(box[3], half)
    return o.sub(box[1], height), o.add(box[1], height), o.sub(box[0], width), o.add(box[0], width)


def overlap(o: Operations[V], a: Sequence[V], b: Sequence[V]) -> tuple[V, V]:
    """Intersection and union of two boxes of `corners`, whose quotient has a threshold; 0 and 1 where one has no area."""
    zero = o.f32(0.0)

    def area(y_low: V, y_high: V, x_low: V, x_high: V) -> V:
        return o.mul(o.sub(y_high, y_low), o.sub(x_high, x_low))

    def extent(low_a: V, high_a: V, low_b: V, high_b: V) -> V:
        return math.maximum(o, o.sub(math.minimum(o, high_a, high_b), math.maximum(o, low_a, low_b)), zero)

    common = o.mul(extent(a[0], a[1], b[0], b[1]), extent(a[2], a[3], b[2], b[3]))
    areas = area(*a), area(*b)
    union = o.sub(o.add(*areas), common)
    for number in (*areas, union):
        common = o.select(o.less(zero, number), common, zero)
        union = o.select(o.less(zero, number), union, o.f32(1.0))
    return common, union


def covers(o: Operations[V], a: Sequence[V], b: Sequence[V], threshold: V) -> V:
    """The mask intersection / union > threshold."""
    return o.less(threshold, o.div(*overlap(o, a, b)))


@meaning(NonMaxSuppressionOp)
def non_max_suppression(op: NonMaxSuppressionOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Greedily, by falling score."""
    boxes, scores = operands
    rows = [
        (batch, number, box)
        for batch in range(len(scores))
        for number in range(scores.shape[1])
        for box in _kept_boxes(op, boxes[batch], scores[batch, number])
    ]
    (shape,) = op.infer_shapes()
    result = np.zeros(shape, np.int64)
    result[: len(rows)] = np.array(rows, np.int64).reshape(-1, 3)
    result[-1, 0] = len(rows)
    return [result]


def _kept_boxes(op: NonMaxSuppressionOp, boxes: Array, scores: Array) -> list[int]:
    keys = sort_keys(scores)
    order = np.argsort(~keys, kind="stable")
    if op.least_score is not None:
        order = order[scores[order] > np.float32(op.least_score)]
    kept: list[int] = []
    with np.errstate(all="ignore"):
        ends = np.stack(corners(math.NUMPY, list(boxes.T), op.is_center))
        threshold = np.float32(float_of(op.iou_threshold, 0.0))
        for box in order:
            if len(kept) >= op.most:
                break
            if not kept or not covers(math.NUMPY, list(ends[:, [box]]), list(ends[:, kept]), threshold).any():
                kept.append(int(box))
    return kept
