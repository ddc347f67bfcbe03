"""Integer codes for the levels of a constant: one grid per index of an axis, as few zero points and offsets as 8 bits allow.

A level k stands for low + k·s. In turn, what fits first:

    1. k·m − z with one zero point for all channels, where m·z is an integer for a small m: two levels ±1 are −1 and 1, sixteen
       levels of a symmetric range −15, −13 … 15, each at scale s / m
    2. k with a zero point per channel in [0, levels)
    3. the same with the nearest zero point, and an offset δ (real units) by which the grid lies beside it
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.passes.matching import along

_TOLERANCE = 2.0**-22
"""Share of a range by which a zero point may miss an integer: what its f32 bounds leave open."""


@dataclass(frozen=True)
class Grid:
    """Levels from `low` up in steps of `scales`; codes count down where `descends`, and have one value where `flat`."""

    levels: int
    low: Array
    scales: Array
    descends: Array
    flat: Array

    @classmethod
    def of(cls, levels: int, first: Array, last: Array) -> Grid:
        """The levels of the output ranges [first, last], in f64."""
        low, flat = np.minimum(first, last), first == last
        alone = np.where(first == 0, 1.0, np.abs(first))  # one level is code ±1 at its own magnitude, or code 0
        scales = np.where(flat, alone, np.abs(last - first) / (levels - 1))
        return cls(levels, low, scales, first > last, flat)

    def encode(self, steps: Array, axis: int | None) -> tuple[Array, QuantParams, Array]:
        """Levels as codes, their parameters, and the offset (real units) of each channel."""
        rank = steps.ndim
        zeros = np.where(self.flat, 0.0, -self.low / self.scales)
        spread = self._spread(zeros)
        whole = np.rint(zeros * spread)
        missing = np.abs(whole - zeros * spread) > _TOLERANCE * (self.levels - 1) * spread
        last = spread * (self.levels - 1)
        offset = np.zeros(zeros.shape)
        if self._room(whole, last) is None:
            whole = np.where(self.flat, 0, np.clip(whole, 0, last))
            missing |= np.abs(whole - zeros * spread) > _TOLERANCE * (self.levels - 1) * spread
        offset = np.where(missing & ~self.flat, self.low + whole * self.scales / spread, offset)
        descends, flat = (along(mask, rank, axis) for mask in (self.descends, self.flat))
        up = np.where(descends, self.levels - 1 - steps, steps) * spread
        counted = np.where(flat, along(np.sign(self.low), rank, axis), up - along(whole, rank, axis)).astype(np.int64)
        storage, zero_points = self._storage(whole, last)
        codes = counted + along(zero_points, rank, axis)
        params = algebra.make(storage, np.where(self.flat, self.scales, self.scales / spread), zero_points, axis=axis)
        return codes.astype(storage.dtype), params, offset

    @property
    def _width(self) -> int:
        return 8 if self.levels <= 256 else 16

    def _spread(self, zeros: Array) -> int:
        """The least m for which m · zeros are integers and the codes k · m fit 8 bits; 1 if there is none."""
        candidates = np.arange(1, 1 + max(1, 255 // (self.levels - 1))).reshape(-1, *[1] * zeros.ndim)
        missed = np.abs(candidates * zeros - np.rint(candidates * zeros)) > _TOLERANCE * (self.levels - 1) * candidates
        for m in 1 + np.flatnonzero(~missed.reshape(len(candidates), -1).any(axis=1)):
            if self._room(np.rint(m * zeros), int(m) * (self.levels - 1)) is not None:
                return int(m)
        return 1

    def _room(self, whole: Array, last: int) -> tuple[int, int] | None:
        """The least and greatest k·m − z of all channels, and 0, if one storage type holds them all."""
        counts = np.where(self.flat, np.sign(self.low), -whole), np.where(self.flat, np.sign(self.low), last - whole)
        low, high = int(min(counts[0].min(), 0)), int(max(counts[1].max(), 0))
        return (low, high) if high - low < 2**self._width else None

    def _storage(self, whole: Array, last: int) -> tuple[Storage, Array]:
        """Storage of just the codes, and the zero point of each channel: 0 where that fits."""
        full = Storage.of(True, self._width)
        if (room := self._room(whole, last)) is None:
            return full, np.where(self.flat, 0, whole + full.min).astype(np.int64)
        low, high = room
        shift = max(full.min - low, 0) or min(full.max - high, 0)
        high = max(high, low + 1)
        return Storage.of(True, self._width, low + shift, high + shift), np.full(whole.shape, shift, np.int64)
