"""Interpolate to the nearest neighbour, or between neighbours."""

from __future__ import annotations

import math

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, f64
from xdsl.ir import SSAValue

from lpt.dialects.nn import ResampleOp, ResizeLinearOp, ResizeOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.value import MARK

_COORDINATES = ("half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners")
_NEAREST = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil", "simple")


@handles("Interpolate", last=3)
def interpolate_1(node: Node) -> SSAValue:
    """To given extents of the dimensions `axes`, asymmetric unless corners are aligned."""
    mode = node.choice("mode", "nearest", "linear")
    _require_plain(node)
    rank = len(node.shape(0))
    axes, given = node.ints("axes"), node.ints_input(1, "the sizes")
    if len(axes) != len(given):
        raise node.malformed(f"{len(given)} sizes for {len(axes)} axes")
    sizes = list(node.shape(0))
    for axis, size in zip(axes, given, strict=True):
        sizes[node.axis(axis, rank)] = size
    coordinate = "align_corners" if node.flag("align_corners", True) else "asymmetric"
    return _resize(node, mode, sizes, None, coordinate, "simple")


@handles("Interpolate", first=4)
def interpolate(node: Node) -> SSAValue:
    """Sizes or scales are inputs (from opset 11 on one for both), with the axes that they are for."""
    mode = node.text("mode")
    if mode not in ("nearest", "linear_onnx", *_BY_TAPS):
        raise node.malformed(f"mode {mode!r} is none of nearest, linear_onnx, {', '.join(_BY_TAPS)}")
    _require_plain(node, but_antialias=mode.endswith("_pillow"))
    coordinate = node.text("coordinate_transformation_mode", "half_pixel")
    nearest = node.text("nearest_mode", "round_prefer_floor")
    if coordinate not in _COORDINATES or nearest not in _NEAREST:
        raise node.unsupported(f"coordinate mode {coordinate!r} with nearest mode {nearest!r} is not handled")
    sizes, scales = _extents(node)
    if mode in _BY_TAPS:
        return _resample(node, mode, sizes, scales, coordinate)
    return _resize(node, mode, sizes, scales, coordinate, nearest)


_BY_TAPS = {"cubic": "cubic", "linear": "linear", "bilinear_pillow": "linear", "bicubic_pillow": "cubic"}
"""Modes that sum taps along each dimension. All but cubic leave out taps that lie outside; Pillow's widen when they shrink."""


def _resample(node: Node, mode: str, sizes: list[int], scales: list[float] | None, coordinate: str) -> SSAValue:
    x, shape, by_pillow = node.f32(0), node.shape(0), mode.endswith("_pillow")
    for axis in reversed(range(len(shape))):
        extent, size = shape[axis], sizes[axis]
        scale = size / extent if scales is None else scales[axis]
        if size in (-1, extent) and (size == -1 or scale == 1):
            continue
        x = node.one(
            *(ResampleOp, x),
            axis=axis,
            size=size,
            scale=FloatAttr(size / extent if by_pillow else scale, f64),
            mode=_BY_TAPS[mode],
            coordinate_mode="half_pixel" if by_pillow else coordinate,
            coefficient=node.number("cube_coeff", -0.75) if _BY_TAPS[mode] == "cubic" else None,
            antialias=1 if by_pillow else None,
            exclude_outside=None if mode == "cubic" else 1,
        )
    return x


def _require_plain(node: Node, *, but_antialias: bool = False) -> None:
    if (node.flag("antialias", False) and not but_antialias) or any((*node.ints("pads_begin", []), *node.ints("pads_end", []))):
        raise node.unsupported("antialiasing and pads are not handled")


def _resize(node: Node, mode: str, sizes: list[int], scales: list[float] | None, coordinate: str, nearest: str) -> SSAValue:
    attribute = None if scales is None else DenseArrayBase.from_list(f64, scales)
    if mode != "nearest":
        return node.one(ResizeLinearOp, node.f32(0), sizes=sizes, scales=attribute, coordinate_mode=coordinate)
    if nearest == "simple":
        shrinks = {size < extent for size, extent in zip(sizes, node.shape(0), strict=True) if size != extent}
        if len(shrinks) > 1:
            raise node.unsupported("nearest mode 'simple' grows one dimension and shrinks another")
        nearest = "ceil" if True in shrinks else "floor"
    return node.one(ResizeOp, node.moved(0), sizes=sizes, scales=attribute, coordinate_mode=coordinate, nearest_mode=nearest)


def _extents(node: Node) -> tuple[list[int], list[float] | None]:
    """The extent of each dimension (-1: not known, stays), and each scale where those are given."""
    shape, rank = node.shape(0), len(node.shape(0))
    by_scales = node.choice("shape_calculation_mode", "sizes", "scales") == "scales"
    since_11 = node.opset >= 11
    axes = node.known_ints(2 if since_11 else 3, "the axes")
    axes = list(range(rank)) if axes is None else [node.axis(axis, rank) for axis in axes]
    given = node.value(1 if since_11 or not by_scales else 2)
    if given.array is None or given.array.size != len(axes):
        raise node.unsupported("sizes and scales must be constants, one for each axis")
    sizes, scales = list(shape), [1.0] * rank
    for axis, value in zip(axes, given.array.reshape(-1), strict=True):
        stays = value == 1 if by_scales else int(value) <= MARK
        if shape[axis] < 0 and not stays:
            raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
        if by_scales:
            scales[axis] = float(value)
            sizes[axis] = -1 if shape[axis] < 0 else math.floor(float(np.float32(shape[axis]) * np.float32(value)) + 1e-5)
        elif shape[axis] >= 0:
            sizes[axis] = int(value)
    if any(size < 1 and size != -1 for size in sizes) or not all(math.isfinite(scale) and scale > 0 for scale in scales):
        raise node.malformed(f"sizes {sizes} or scales {scales} are not positive")
    return sizes, scales if by_scales else None
