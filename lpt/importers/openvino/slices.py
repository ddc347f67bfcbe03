"""The bounds of StridedSlice and Slice as Python slices."""

from __future__ import annotations

from lpt.dialects.shapes import Shape
from lpt.importers.openvino.node import Node


def strided(node: Node, shape: Shape) -> tuple[tuple[slice, ...], list[int], list[int]]:
    """StridedSlice-1: one slice per dimension, axes to insert, and axes to drop before that.

    Axes to insert count in the result, axes to drop in the sliced tensor.
    """
    begin, end = node.known_ints(1, "begin"), node.known_ints(2, "end")
    if begin is None or end is None:
        raise node.malformed("begin or end is missing")
    count = len(begin)
    steps = node.known_ints(3, "strides") or [1] * count
    names = ("begin_mask", "end_mask", "new_axis_mask", "shrink_axis_mask", "ellipsis_mask")
    masks = {name: _mask(node, name, count) for name in names}
    if len(end) != count or len(steps) != count or sum(masks["ellipsis_mask"]) > 1:
        raise node.malformed("begin, end, strides and masks do not fit each other")
    entries = sum(not new and not dots for new, dots in zip(masks["new_axis_mask"], masks["ellipsis_mask"], strict=True))
    rank, axis, place = len(shape), 0, 0
    if entries > rank:
        raise node.malformed(f"slices {entries} dimensions of a tensor of shape {shape}")
    index, inserted, dropped = [slice(None)] * rank, list[int](), list[int]()
    for i in range(count):
        if masks["ellipsis_mask"][i]:
            axis, place = axis + rank - entries, place + rank - entries
        elif masks["new_axis_mask"][i]:
            inserted.append(place)
            place += 1
        elif masks["shrink_axis_mask"][i]:
            at = 0 if masks["begin_mask"][i] else begin[i]
            index[axis] = slice(at, at + 1 or None)
            dropped.append(axis)
            axis += 1
        else:
            low, high = None if masks["begin_mask"][i] else begin[i], None if masks["end_mask"][i] else end[i]
            index[axis] = slice(low, high, steps[i])
            axis, place = axis + 1, place + 1
    if any(cut.step == 0 for cut in index):
        raise node.malformed("a stride is 0")
    for axis in dropped:
        cut = index[axis]
        if shape[axis] >= 0 and not -shape[axis] <= cut.start < shape[axis]:
            raise node.malformed(f"index {cut.start} is outside extent {shape[axis]}")
    return tuple(index), inserted, dropped


def _mask(node: Node, name: str, count: int) -> list[bool]:
    """1: ignore the bound; in the file, missing ones are 0."""
    given = [bool(value) for value in node.ints(name, [])]
    return (given + [False] * count)[:count]


def sliced(node: Node, shape: Shape) -> tuple[slice, ...]:
    """Slice-8: starts, stops, steps and, if given, axes."""
    starts, stops, steps = (node.known_ints(i, what) for i, what in ((1, "start"), (2, "stop"), (3, "step")))
    if starts is None or stops is None or steps is None:
        raise node.malformed("start, stop or step is missing")
    axes = node.known_ints(4, "axes") or list(range(len(starts)))
    if not len(starts) == len(stops) == len(steps) == len(axes) or 0 in steps:
        raise node.malformed("start, stop, step and axes do not fit each other")
    index = [slice(None)] * len(shape)
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        index[node.axis(axis, len(shape))] = slice(start, stop, step)
    return tuple(index)
