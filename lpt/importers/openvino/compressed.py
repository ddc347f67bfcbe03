"""Weights that a model stores as integers: `(q − zero) · scale`, kept as integers while layers that decompress them are read."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from xdsl.ir import Attribute

from lpt.dialects.blob import Array
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import Shape
from lpt.importers.builder import F32
from lpt.importers.value import Value


class Compressed(Value):
    """Known integers `codes` of up to 8 bits that stand for floats.

    `zero` (whole numbers in the integers' range) and `scale` have the rank of the data; an extent of theirs divides the data's:
    each of their elements is for a block of neighbours. None: 0 and 1.
    """

    __slots__ = ("codes", "scale", "zero")

    def __init__(self, codes: Value, zero: Array | None = None, scale: Array | None = None):
        super().__init__(codes.array, storage=codes.storage)
        self.codes, self.zero, self.scale = codes, zero, scale
        self.storage = None

    @property
    def integers(self) -> Array:
        """The data as they are stored."""
        assert self._array is not None
        return self._array

    @property
    def array(self) -> Array:
        """The floats, computed each time they are asked for."""
        floats = self.integers.astype(np.float32)
        if self.zero is not None:
            floats -= _spread(self.zero, self.shape).astype(np.float32)
        if self.scale is not None:
            floats *= _spread(self.scale, self.shape)
        return floats

    @property
    def shape(self) -> Shape:
        return self.integers.shape

    @property
    def element(self) -> Attribute:
        return F32

    def quantization(self) -> QuantParams:
        """The parameters under which the integers stand for the floats."""
        zero, scale = (np.broadcast_arrays(self._zero, self._scale)) if self.integers.ndim else (self._zero, self._scale)
        wide = [axis for axis, extent in enumerate(scale.shape) if extent != 1]
        sizes = tuple((axis, self.shape[axis] // scale.shape[axis]) for axis in wide)
        form: Sequence[int] = scale.shape if len(wide) > 1 or (sizes and sizes[0][1] > 1) else (-1,) if wide else ()
        scales = scale.astype(np.float64).reshape(form)
        return QuantParams(self._storage, scales, zero.reshape(form), block_sizes=sizes)

    @property
    def _storage(self) -> Storage:
        assert self.codes.storage is not None
        return self.codes.storage

    @property
    def _zero(self) -> Array:
        return np.zeros((1,) * self.integers.ndim, np.int64) if self.zero is None else self.zero

    @property
    def _scale(self) -> Array:
        return np.ones((1,) * self.integers.ndim, np.float32) if self.scale is None else self.scale

    # Each of these is None where the result is not of this form.

    def subtract(self, zero: Array) -> Compressed | None:
        """These floats less `zero`."""
        if self.zero is not None or self.scale is not None or (aligned := _aligned(zero, self.shape)) is None:
            return None
        storage = self._storage
        whole = (aligned == np.rint(aligned)) & (aligned >= storage.min) & (aligned <= storage.max)
        return Compressed(self.codes, aligned.astype(np.int64)) if whole.all() else None

    def multiply(self, scale: Array) -> Compressed | None:
        """These floats times `scale`, of which none is 0, infinite or subnormal."""
        if self.scale is not None or scale.dtype != np.float32 or (aligned := _aligned(scale, self.shape)) is None:
            return None
        if not (np.isfinite(aligned) & (np.abs(aligned) >= np.finfo(np.float32).tiny)).all():
            return None
        if any(len({a, b, 1}) > 2 for a, b in zip(self._zero.shape, aligned.shape, strict=True)):
            return None
        return self._scaled(aligned)

    def _scaled(self, scale: Array) -> Compressed:
        """With integers mirrored where the scale is negative: (q − z) · s = ((c − q) − (c − z)) · −s, c = min + max, exactly."""
        if (scale > 0).all():
            return Compressed(self.codes, self.zero, scale)
        mirror = self._storage.min + self._storage.max
        zero = np.where(scale < 0, mirror - self._zero, self._zero)
        flipped = np.where(_spread(scale, self.shape) < 0, mirror - self.integers.astype(np.int16), self.integers)
        codes = Value(flipped.astype(self.integers.dtype), storage=self._storage)
        return Compressed(codes, zero, np.abs(scale))

    def transpose(self, perm: Sequence[int]) -> Compressed:
        """These floats with dimensions in another order."""
        zero, scale = (None if a is None else a.transpose(perm) for a in (self.zero, self.scale))
        return Compressed(self._with(self.integers.transpose(perm)), zero, scale)

    def reshape(self, shape: Sequence[int]) -> Compressed | None:
        """These floats in another shape, with blocks of neighbours that stay neighbours."""
        runs = _runs(self.shape, shape)
        if runs is None:
            return None
        parts = []
        for array in (self.zero, self.scale):
            part = None if array is None else _reshape(array, self.shape, shape, runs)
            if array is not None and part is None:
                return None
            parts.append(part)
        return Compressed(self._with(self.integers.reshape(shape)), parts[0], parts[1])

    def _with(self, integers: Array) -> Value:
        return Value(np.ascontiguousarray(integers), storage=self._storage)


def _aligned(array: Array, shape: Shape) -> Array | None:
    """With the rank of the data, as numpy broadcasts it; None if it does not broadcast to them."""
    if array.ndim > len(shape):
        return None
    aligned = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    fitting = all(a in (1, b) for a, b in zip(aligned.shape, shape, strict=True))
    return aligned if fitting and 0 not in shape else None


def _spread(array: Array, shape: Shape) -> Array:
    """Each element repeated over its block."""
    for axis, extent in enumerate(array.shape):
        if extent not in (1, shape[axis]):
            array = np.repeat(array, shape[axis] // extent, axis)
    return array


_Run = tuple[list[int], list[int]]


def _runs(old: Shape, new: Sequence[int]) -> list[_Run] | None:
    """The dimensions of a reshape cut into shortest runs of equal product; None for empty tensors."""
    if math.prod(old) != math.prod(new) or 0 in old:
        return None
    runs: list[_Run] = []
    i = j = 0
    while i < len(old) or j < len(new):
        olds, news = [i] if i < len(old) else [], [j] if j < len(new) else []
        a, b = math.prod(old[k] for k in olds), math.prod(new[k] for k in news)
        while a != b:
            side, extents, product = (olds, old, a) if a < b else (news, new, b)
            side.append((i if a < b else j) + len(side))
            product *= extents[side[-1]]
            a, b = (product, b) if a < b else (a, product)
        runs.append((olds, news))
        i, j = i + len(olds), j + len(news)
    return runs


def _reshape(array: Array, old: Shape, new: Sequence[int], runs: Sequence[_Run]) -> Array | None:
    """Zero points or scales after a reshape: joined dimensions vary in blocks of what lies behind the last one that varies."""
    repeated, kept = list(array.shape), [1] * len(new)
    for olds, news in runs:
        wide = [axis for axis in olds if array.shape[axis] != 1]
        if not wide:
            continue
        if len(olds) == len(news) == 1:
            kept[news[0]] = array.shape[olds[0]]
            continue
        if any(array.shape[axis] != old[axis] for axis in wide):
            return None
        for axis in olds:
            repeated[axis] = old[axis] if axis <= wide[-1] else 1
        long = [axis for axis in news if new[axis] != 1]
        count = math.prod(repeated[axis] for axis in olds)
        if len(long) == 1:
            kept[long[0]] = count
        elif count == math.prod(old[axis] for axis in olds):
            for axis in news:
                kept[axis] = new[axis]
        else:
            return None
    return np.broadcast_to(array, repeated).reshape(kept)
