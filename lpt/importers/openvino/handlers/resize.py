"""Interpolate to the nearest neighbour."""

from __future__ import annotations

import math

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, f64
from xdsl.ir import SSAValue

from lpt.dialects.nn import ResizeOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.value import MARK


@handles("Interpolate", first=4)
def interpolate(node: Node) -> SSAValue:
    """Sizes or scales are inputs (from opset 11 on in one), with the axes that they are for."""
    mode = node.text("mode")
    if mode != "nearest":
        raise node.unsupported(f"{mode} interpolation is not handled", "resize to the nearest neighbour")
    if node.flag("antialias", False) or any((*node.ints("pads_begin", []), *node.ints("pads_end", []))):
        raise node.unsupported("antialiasing and pads are not handled")
    coordinate = node.text("coordinate_transformation_mode", "half_pixel")
    if coordinate not in ("half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners"):
        raise node.unsupported(f"coordinate mode {coordinate!r} is not handled")
    nearest = node.text("nearest_mode", "round_prefer_floor")
    sizes, scales = _extents(node)
    if nearest == "simple":
        shrinks = {size < extent for size, extent in zip(sizes, node.shape(0), strict=True) if size not in (-1, extent)}
        if len(shrinks) > 1:
            raise node.unsupported("grows one dimension and shrinks another")
        nearest = "ceil" if True in shrinks else "floor"
    attribute = None if scales is None else DenseArrayBase.from_list(f64, scales)
    return node.one(ResizeOp, node.moved(0), sizes=sizes, scales=attribute, coordinate_mode=coordinate, nearest_mode=nearest)


def _extents(node: Node) -> tuple[list[int], list[float] | None]:
    """The extent of each dimension (-1: stays), and each scale where those are given."""
    shape, rank = node.shape(0), len(node.shape(0))
    by_scales = node.choice("shape_calculation_mode", "sizes", "scales") == "scales"
    since_11 = node.opset >= 11
    axes = node.known_ints(2 if since_11 else 3, "the axes")
    axes = list(range(rank)) if axes is None else [node.axis(axis, rank) for axis in axes]
    sizes, scales = [-1] * rank, [1.0] * rank
    given = node.value(1 if since_11 or not by_scales else 2)
    if given.array is None or given.array.size != len(axes):
        raise node.unsupported("sizes and scales must be constants, one for each axis")
    for axis, value in zip(axes, given.array.reshape(-1), strict=True):
        if not by_scales and int(value) <= MARK and shape[axis] < 0:
            continue
        if shape[axis] < 0 and not (by_scales and value == 1):
            raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
        if by_scales:
            scales[axis] = float(value)
            sizes[axis] = -1 if shape[axis] < 0 else math.floor(float(np.float32(value) * np.float32(shape[axis])) + 1e-5)
        else:
            sizes[axis] = int(value)
    if any(size < 1 and size != -1 for size in sizes) or not all(math.isfinite(scale) and scale > 0 for scale in scales):
        raise node.malformed(f"sizes {sizes} or scales {scales} are not positive")
    full = [extent if size < 0 else size for extent, size in zip(shape, sizes, strict=True)]
    return full, scales if by_scales else None
