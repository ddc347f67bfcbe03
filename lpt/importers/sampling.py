"""Images read at computed places: grid_sample and roi_align, as gathers of whole pixels, which lie channel-last, with weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import ReduceMaxOp, ReduceMeanOp
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.importers.arithmetic import Term, constant
from lpt.importers.node import BaseNode
from lpt.importers.value import LIMIT


class Pixels:
    """The pixels [N · extents, C] of an image [N, C, extents…], found by their numbers."""

    def __init__(self, node: BaseNode, x: SSAValue):
        shape = tensor_shape(x)
        if not is_static(shape) or not 3 <= len(shape) <= 5:
            raise node.unsupported(
                f"reads an image of shape {shape} at computed places", "give the model's inputs fixed dimensions"
            )
        if prod(shape) > LIMIT:
            raise node.unsupported("works on more elements than it can name")
        self.node, self.batch, self.channels, self.extents = node, shape[0], shape[1], shape[2:]
        rank = len(shape)
        self.rows = Term(node, x).transpose([0, *range(2, rank), 1]).reshape((prod((shape[0], *self.extents)), shape[1]))

    def at(self, image: Term, places: Sequence[Term]) -> Term:
        """The pixels at whole-numbered i64 places, one per spatial dimension, of the images of these numbers: […, C]."""
        number = image
        for place, extent in zip(places, self.extents, strict=True):
            number = number * extent + place
        return self.rows.rows(number)

    def channel_range(self, begin: int, end: int) -> Pixels:
        """The same pixels of some channels only."""
        if (begin, end) == (0, self.channels):
            return self
        part = copy(self)
        part.rows, part.channels = self.rows.part(1, begin, end), end - begin
        return part

    def channels_second(self, term: Term) -> SSAValue:
        """[N, extents…, C] as [N, C, extents…]."""
        rank = len(term.shape)
        return term.transpose([0, rank - 1, *range(1, rank - 1)]).value


# --- grid_sample ---


@dataclass(frozen=True)
class Grid:
    """What the attributes of grid_sample say; `mode` nearest, linear, cubic; `padding` zeros, border, reflection."""

    mode: str
    padding: str
    align_corners: bool


def grid_sample(node: BaseNode, x: SSAValue, grid: SSAValue, how: Grid) -> SSAValue:
    """ONNX GridSample-22: x [N, C, extents…] at places [N, out…, dimensions] from -1 to 1, the last dimension first."""
    pixels, shape = Pixels(node, x), tensor_shape(grid)
    dims = len(pixels.extents)
    if len(shape) != dims + 2 or shape[0] != pixels.batch or shape[-1] != dims or not is_static(shape):
        raise node.malformed(f"places {shape} in {dims} dimensions of {pixels.batch} images")
    images = constant(node, np.arange(shape[0]).reshape(-1, *(1,) * dims))
    places = [
        _bounded(_denormalized(_last(Term(node, grid), dims - 1 - d), extent, how), extent, how)
        for d, extent in enumerate(pixels.extents)
    ]
    if how.mode == "nearest":
        taps = [[_tap(place.rint(), extent, how, None)] for place, extent in zip(places, pixels.extents, strict=True)]
    else:
        taps = [_taps(place, extent, how) for place, extent in zip(places, pixels.extents, strict=True)]
    total = _weighted(pixels, images, taps)
    return pixels.channels_second(total)


def _last(term: Term, index: int) -> Term:
    """One index of the last dimension, which goes."""
    return term.part(len(term.shape) - 1, index).reshape(term.shape[:-1])


def _denormalized(place: Term, extent: int, how: Grid) -> Term:
    """From [-1, 1] to indices."""
    if how.align_corners:
        return (place + 1.0) * 0.5 * float(extent - 1)
    return ((place + 1.0) * float(extent) - 1.0) * 0.5


def _borders(extent: int, how: Grid) -> tuple[float, float]:
    return (0.0, extent - 1.0) if how.align_corners else (-0.5, extent - 0.5)


def _bounded(place: Term, extent: int, how: Grid) -> Term:
    """Within the image, unless what is outside is zero."""
    if how.mode == "nearest":
        place = place.rint()
    if how.padding == "border":  # cubic weights are those of the place itself, in torch and ONNX Runtime
        return place if how.mode == "cubic" else place.clip(0.0, extent - 1.0)
    return _reflected(place, *_borders(extent, how)) if how.padding == "reflection" else place


def _reflected(place: Term, low: float, high: float) -> Term:
    """Folded at both borders until it lies between them."""
    span = high - low
    if span <= 0:
        return place * 0.0 + low
    distance = (place - low).abs()
    folds = (distance / span).floor()
    rest = distance - folds * span
    is_odd = (folds * 0.5).floor() * 2.0 < folds
    return is_odd.where(high - rest, rest + low)


@dataclass(frozen=True)
class _Tap:
    """An index along a dimension, its weight, and whether it lies inside, where that matters."""

    index: Term
    weight: Term | None
    inside: Term | None


def _tap(place: Term, extent: int, how: Grid, weight: Term | None) -> _Tap:
    """`place` is a whole number, possibly outside."""
    if how.padding == "reflection":
        place = _reflected(place, *_borders(extent, how))
    inside = None
    if how.padding == "zeros":
        inside = (place.of(0.0) <= place) & (place <= float(extent - 1))
    return _Tap(place.clip(0.0, extent - 1.0).to_i64(), weight, inside)


def _taps(place: Term, extent: int, how: Grid) -> list[_Tap]:
    """The two or four elements around a place, with their weights."""
    first = place.floor()
    part = place - first
    if how.mode == "linear":
        return [_tap(first, extent, how, 1.0 - part), _tap(first + 1.0, extent, how, part)]
    return [_tap(first + float(i), extent, how, _cubic(part, i)) for i in (-1, 0, 1, 2)]


def _cubic(part: Term, tap: int) -> Term:
    """Keys' weights with a = −0.75 of the elements from −1 to 2."""
    a = -0.75
    x = (part + 1.0, part, 1.0 - part, 2.0 - part)[tap + 1]
    if tap in (0, 1):
        return (x * (a + 2) - (a + 3)) * x * x + 1.0
    return ((x * a - 5 * a) * x + 8 * a) * x - 4 * a


def _weighted(pixels: Pixels, images: Term, taps: Sequence[Sequence[_Tap]]) -> Term:
    """Σ pixel · weight over all combinations of taps, [N, out…, C]."""
    total: Term | None = None
    for combination in product(*taps):
        term = pixels.at(images, [tap.index for tap in combination])
        weights = [tap.weight for tap in combination if tap.weight is not None]
        if weights:
            weight = weights[0]
            for other in weights[1:]:
                weight = weight * other
            term = term * weight.reshape((*weight.shape, 1))
        masks = [tap.inside for tap in combination if tap.inside is not None]
        if masks:
            mask = masks[0]
            for other in masks[1:]:
                mask = mask & other
            term = mask.reshape((*mask.shape, 1)).where(term, term.of(0.0))
        total = term if total is None else total + term
    assert total is not None
    return total


def between(pixels: Pixels, images: Term, places: Sequence[Term]) -> Term:
    """Pixels interpolated linearly at places, of which what lies outside is 0: […, C]."""
    how = Grid("linear", "zeros", align_corners=True)
    return _weighted(pixels, images, [_taps(place, extent, how) for place, extent in zip(places, pixels.extents, strict=True)])


# --- roi_align ---


@dataclass(frozen=True)
class Regions:
    """What the attributes of roi_align say: a border of a box lies at (border + source) · scale − offset; an offset lets regions be
    smaller than a pixel."""

    output: tuple[int, int]
    samples: int
    scale: float
    is_max: bool
    offset: float
    source: float = 0.0


def roi_align(node: BaseNode, x: SSAValue, boxes: SSAValue, images: SSAValue, how: Regions) -> SSAValue:
    """ONNX RoiAlign-16: x [N, C, H, W] in boxes [R, 4] (x, y, x, y) of the images [R] (i64): [R, C, *output], each the mean, or the
    greatest, of samples × samples places that are interpolated linearly."""
    pixels, shape = Pixels(node, x), tensor_shape(boxes)
    if len(pixels.extents) != 2 or len(shape) != 2 or shape[1] != 4 or tensor_shape(images) != shape[:1] or not is_static(shape):
        raise node.malformed(f"regions {shape} of images {tensor_shape(images)} in {tensor_shape(x)}")
    count, n = shape[0], how.samples
    corner = [(Term(node, boxes).part(1, i) + how.source) * how.scale - how.offset for i in range(4)]
    ys = _samples(corner[1], corner[3], how.output[0], n, how.offset).reshape((count, how.output[0] * n, 1))
    xs = _samples(corner[0], corner[2], how.output[1], n, how.offset).reshape((count, 1, how.output[1] * n))
    (h, w), image = pixels.extents, Term(node, images).reshape((count, 1, 1))
    pair = (_around(ys, h), _around(xs, w))
    terms = [_lerp(pixels.at(image, (y.index, x.index)), (y, x)) for y, x in product(*pair)]
    joined: Callable[[Term, Term], Term] = Term.maximum if how.is_max else Term.__add__
    total = terms[0]
    for term in terms[1:]:
        total = joined(total, term)
    cells = total.reshape((count, how.output[0], n, how.output[1], n, pixels.channels))
    reduced = node.one(ReduceMaxOp if how.is_max else ReduceMeanOp, cells.value, axes=[2, 4], keepdims=0)
    return pixels.channels_second(Term(node, reduced))


def _samples(low: Term, high: Term, cells: int, samples: int, offset: float) -> Term:
    """Where the samples of all cells of a region lie: [R, cells · samples]."""
    size = high - low
    if not offset:
        size = size.maximum(1.0)
    steps = (np.arange(cells)[:, None] + (np.arange(samples) + 0.5) / samples).reshape(1, -1).astype(np.float32)
    return low + size * (1.0 / cells) * steps


def _around(place: Term, extent: int) -> list[_Tap]:
    """Both neighbours of places that are kept inside; those more than one element outside count nothing."""
    inside = (place.of(-1.0) <= place) & (place <= float(extent))
    place = place.clip(0.0, extent - 1.0)
    first = place.floor()
    part = place - first
    behind = (first + 1.0).clip(0.0, extent - 1.0)
    return [_Tap(first.to_i64(), 1.0 - part, inside), _Tap(behind.to_i64(), part, inside)]


def _lerp(pixel: Term, taps: tuple[_Tap, _Tap]) -> Term:
    y, x = taps
    assert y.weight is not None and x.weight is not None and y.inside is not None and x.inside is not None
    inside, weight = y.inside & x.inside, y.weight * x.weight
    term = pixel * weight.reshape((*weight.shape, 1))
    return inside.reshape((*inside.shape, 1)).where(term, term.of(0.0))
