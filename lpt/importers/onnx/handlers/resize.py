"""Resize and Upsample: nearest neighbour, linear and cubic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, f64
from xdsl.ir import SSAValue

from lpt.dialects.nn import GatherOp, ResampleOp, ResizeLinearOp, ResizeOp, WhereOp
from lpt.dialects.nn.movement import nearest_indices
from lpt.dialects.nn.resize import coordinates
from lpt.dialects.shapes import tensor_shape
from lpt.importers.builder import F32
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import MARK, Value

_T = TypeVar("_T")

_COORDINATES = (
    *("half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners"),  # those that one operation for all dimensions knows
    *("half_pixel_symmetric", "tf_crop_and_resize"),
)


def _make(node: Node, sizes: list[int], scales: list[float] | None, coordinate: str, nearest: str) -> SSAValue:
    attribute = None if scales is None else DenseArrayBase.from_list(f64, scales)
    if _is_linear(node):
        return node.one(ResizeLinearOp, node.f32(0), sizes=sizes, scales=attribute, coordinate_mode=coordinate)
    return node.one(ResizeOp, node.moved(0), sizes=sizes, scales=attribute, coordinate_mode=coordinate, nearest_mode=nearest)


def _is_linear(node: Node) -> bool:
    """`mode`: nearest, or linear in up to three dimensions."""
    mode = node.string_attr("mode", "nearest")
    if mode not in ("nearest", "linear", "bilinear", "trilinear"):
        raise node.unsupported(f"{mode} interpolation is not handled", "resize to the nearest neighbour or linearly")
    return mode != "nearest"


def _scaled(node: Node, scales: list[float]) -> list[int]:
    """Extents ⌊extent · scale⌋; -1 keeps one that is not known."""
    shape = node.shape(0)
    if len(scales) != len(shape) or not all(math.isfinite(s) and s > 0 for s in scales):
        raise node.malformed(f"scales {scales} do not fit a tensor of shape {shape}")
    if any(extent < 0 and scale != 1 for extent, scale in zip(shape, scales, strict=True)):
        raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
    return [-1 if extent < 0 else math.floor(extent * scale) for extent, scale in zip(shape, scales, strict=True)]


def _by_scales(node: Node, scales: list[float] | None) -> SSAValue:
    """Upsample, and Resize in opset 10: asymmetric; towards 0 when growing, away from it when shrinking (ONNX Runtime)."""
    if scales is None:
        raise node.malformed("scales are missing")
    sizes = _scaled(node, scales)
    changed = {scale < 1 for scale in scales if scale != 1}
    if len(changed) > 1:
        raise node.unsupported("grows one dimension and shrinks another")
    return _make(node, sizes, scales, "asymmetric", "ceil" if True in changed else "floor")


def _floats(node: Node, index: int, what: str) -> list[float] | None:
    array = node.known(index, what)
    return None if array is None or not array.size else [float(v) for v in array.reshape(-1)]


@handles("Upsample", last=9)
def upsample(node: Node) -> SSAValue:
    _is_linear(node)
    return _by_scales(node, node.floats_attr("scales") if node.opset < 9 else _floats(node, 1, "scales"))


@handles("Resize", first=10, last=10)
def resize_10(node: Node) -> SSAValue:
    _is_linear(node)
    return _by_scales(node, _floats(node, 1, "scales"))


@handles("Resize", first=11)
def resize(node: Node) -> SSAValue:
    how = _how(node)
    scales, sizes = _floats(node, 2, "scales"), _sizes(node)
    rank = len(node.shape(0))
    axes = node.ints_attr("axes")
    axes = list(range(rank)) if axes is None else [node.axis(axis, rank) for axis in axes]
    if sizes:
        factors = _kept_ratio(node, axes, sizes)
        sizes = _spread(node, axes, sizes, list(node.shape(0)))
        if any(extent < 0 <= size for extent, size in zip(node.shape(0), sizes, strict=True)):
            raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
        return _resized(node, how, sizes, None if factors is None else _spread(node, axes, factors, [1.0] * rank), axes)
    if scales is None:
        raise node.malformed("neither scales nor sizes are given")
    scales = _spread(node, axes, scales, [1.0] * rank)
    if how.coordinate == "align_corners" and how.mode != "nearest" and not _are_whole(node, scales):
        what = f"{how.mode} interpolation with align_corners between extents that are not whole: ONNX and ONNX Runtime disagree"
        raise node.unsupported(what, "give sizes instead of scales")
    return _resized(node, how, _scaled(node, scales), scales, axes)


def _kept_ratio(node: Node, axes: list[int], sizes: list[int]) -> list[float] | None:
    """The scale of all axes where sizes are bounds that keep the ratio of extents; `sizes` become those it gives."""
    policy = node.string_attr("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return None
    if policy not in ("not_larger", "not_smaller") or len(axes) != len(sizes):
        raise node.malformed(f"keep_aspect_ratio_policy {policy!r} for {len(axes)} axes and {len(sizes)} sizes")
    extents = [node.shape(0)[axis] for axis in axes]
    if min(extents) < 1:
        raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
    ratios = [size / extent for size, extent in zip(sizes, extents, strict=True)]
    scale = min(ratios) if policy == "not_larger" else max(ratios)
    sizes[:] = [math.floor(scale * extent + 0.5) for extent in extents]
    return [scale] * len(axes)


@dataclass(frozen=True)
class _How:
    """What a Resize's attributes say."""

    mode: str
    coordinate: str
    nearest: str
    antialias: int
    exclude_outside: int
    coefficient: float
    fill: float


def _how(node: Node) -> _How:
    mode = node.string_attr("mode", "nearest")
    if mode not in ("nearest", "linear", "cubic"):
        raise node.malformed(f"mode {mode!r} is none of nearest, linear, cubic")
    coordinate = node.string_attr("coordinate_transformation_mode", "half_pixel")
    if coordinate not in _COORDINATES:
        raise node.unsupported(f"coordinate mode {coordinate!r} is not handled")
    return _How(
        mode,
        coordinate,
        node.string_attr("nearest_mode", "round_prefer_floor"),
        node.int_attr("antialias", 0),
        node.int_attr("exclude_outside", 0),
        node.float_attr("cubic_coeff_a", -0.75),
        node.float_attr("extrapolation_value", 0.0),
    )


def _resized(node: Node, how: _How, sizes: list[int], scales: list[float] | None, axes: list[int]) -> SSAValue:
    """In one operation where all dimensions are interpolated from neighbours, else dimension by dimension."""
    is_common = how.coordinate in _COORDINATES[:4]
    plain = how.mode == "nearest" or (how.mode == "linear" and not how.antialias and not how.exclude_outside)
    if is_common and plain:
        attribute = None if scales is None else DenseArrayBase.from_list(f64, scales)
        if how.mode == "linear":
            return node.one(ResizeLinearOp, node.f32(0), sizes=sizes, scales=attribute, coordinate_mode=how.coordinate)
        return node.one(
            *(ResizeOp, node.moved(0)), sizes=sizes, scales=attribute, coordinate_mode=how.coordinate, nearest_mode=how.nearest
        )
    shape, roi = node.shape(0), _roi(node, how, axes)
    x = node.moved(0) if how.mode == "nearest" else node.f32(0)
    outside = np.zeros((1,) * len(shape), bool)
    for axis in reversed(range(len(shape))):
        extent, size = shape[axis], sizes[axis]
        if (size in (-1, extent) and roi[axis] == (0.0, 1.0) and (scales is None or scales[axis] == 1)) or size == -1:
            continue
        if extent < 1:
            raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
        scale = size / extent if scales is None else scales[axis]
        x = _along(node, how, x, axis, size, scale, roi[axis])
        if how.coordinate == "tf_crop_and_resize":
            at = coordinates(extent, size, scale, how.coordinate, roi[axis])
            outside = outside | ((at < 0) | (at > extent - 1)).reshape([-1 if d == axis else 1 for d in range(len(shape))])
    if not outside.any():
        return x
    if how.mode == "nearest" and x.type != node.builder.plain(node.value(0)).type and node.value(0).element != F32:
        raise node.unsupported("extrapolation of other types than f32 is not handled", "convert the model to f32")
    fill = node.builder.constant(Value(np.array(how.fill, np.float32)))
    return node.one(WhereOp, node.builder.constant(Value(outside)), fill, x)


def _along(node: Node, how: _How, x: SSAValue, axis: int, size: int, scale: float, roi: tuple[float, float]) -> SSAValue:
    """One dimension resized."""
    if how.mode == "nearest":
        chosen = nearest_indices(tensor_shape(x)[axis], size, scale, how.coordinate, how.nearest, roi)
        return node.one(GatherOp, x, node.builder.constant(Value(chosen)), axis=axis)
    return node.one(
        *(ResampleOp, x),
        axis=axis,
        size=size,
        scale=FloatAttr(scale, f64),
        mode=how.mode,
        coordinate_mode=how.coordinate,
        coefficient=None if how.mode == "linear" else how.coefficient,
        antialias=1 if how.antialias else None,
        exclude_outside=1 if how.exclude_outside else None,
        roi=None if roi == (0.0, 1.0) else DenseArrayBase.from_list(f64, roi),
    )


def _roi(node: Node, how: _How, axes: list[int]) -> list[tuple[float, float]]:
    """The part of each dimension that is resized, for tf_crop_and_resize: first all begins, then all ends."""
    whole = [(0.0, 1.0)] * len(node.shape(0))
    if how.coordinate != "tf_crop_and_resize":
        return whole
    given = _floats(node, 1, "the region")
    if given is None or len(given) != 2 * len(axes) or not all(map(math.isfinite, given)):
        raise node.malformed(f"tf_crop_and_resize of {len(axes)} axes by the region {given}")
    return _spread(node, axes, list(zip(given[: len(axes)], given[len(axes) :], strict=True)), whole)


def _are_whole(node: Node, scales: list[float]) -> bool:
    return all((max(extent, 1) * scale).is_integer() for extent, scale in zip(node.shape(0), scales, strict=True))


def _sizes(node: Node) -> list[int] | None:
    """The sizes input; the batch may stand in it as a dimension that is not known, and stays."""
    value = node.optional(3)
    if value is None or value.array is None or not value.symbolic or int(value.array.flat[0]) != MARK:
        return node.known_ints(3, "sizes")
    sizes = [int(size) for size in value.array]
    if min(sizes[1:], default=0) <= MARK:
        raise node.unsupported("sizes depend on dimensions that are not known", "give the model's inputs fixed dimensions")
    return [-1, *sizes[1:]]


def _spread(node: Node, axes: list[int], given: list[_T], full: list[_T]) -> list[_T]:
    """`given` at `axes`, `full` elsewhere."""
    if len(given) != len(axes):
        raise node.malformed(f"{len(given)} extents for {len(axes)} axes")
    for axis, extent in zip(axes, given, strict=True):
        full[axis] = extent
    return full
