"""Resize and Upsample: nearest neighbour and linear."""

from __future__ import annotations

import math
from typing import TypeVar

from xdsl.dialects.builtin import DenseArrayBase, f64
from xdsl.ir import SSAValue

from lpt.dialects.nn import ResizeLinearOp, ResizeOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import MARK

_T = TypeVar("_T", int, float)


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
    _is_linear(node)
    if node.int_attr("antialias", 0):
        raise node.unsupported("antialiasing is not handled")
    coordinate = node.string_attr("coordinate_transformation_mode", "half_pixel")
    if coordinate not in ("half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners"):
        raise node.unsupported(f"coordinate mode {coordinate!r} is not handled")
    nearest = node.string_attr("nearest_mode", "round_prefer_floor")
    scales, sizes = _floats(node, 2, "scales"), _sizes(node)
    rank = len(node.shape(0))
    axes = node.ints_attr("axes")
    axes = list(range(rank)) if axes is None else [node.axis(axis, rank) for axis in axes]
    if sizes:
        sizes = _spread(node, axes, sizes, list(node.shape(0)))
        if any(extent < 0 <= size for extent, size in zip(node.shape(0), sizes, strict=True)):
            raise node.unsupported("resizes a dimension that is not known", "give the model's inputs fixed dimensions")
        return _make(node, sizes, None, coordinate, nearest)
    if scales is None:
        raise node.malformed("neither scales nor sizes are given")
    scales = _spread(node, axes, scales, [1.0] * rank)
    if coordinate == "align_corners" and _is_linear(node) and not _are_whole(node, scales):
        what = "linear interpolation with align_corners between extents that are not whole: ONNX and ONNX Runtime disagree"
        raise node.unsupported(what, "give sizes instead of scales")
    return _make(node, _scaled(node, scales), scales, coordinate, nearest)


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
    if node.string_attr("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise node.unsupported("keeping the aspect ratio is not handled")
    for axis, extent in zip(axes, given, strict=True):
        full[axis] = extent
    return full
