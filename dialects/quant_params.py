"""What a quantized type knows: storage, scales and zero points, at any granularity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from xdsl.dialects.builtin import AnyFloat, Float32Type
from xdsl.ir import Attribute

__all__ = ["I8", "I32", "U8", "QuantParams", "Storage"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Storage:
    """Integers of `width` bits (up to 32), kept to [min, max]; text as upstream: `u8`, `i8<-127:127>`."""

    signed: bool
    width: int
    min: int
    max: int

    @classmethod
    def of(cls, signed: bool, width: int, low: int | None = None, high: int | None = None) -> Self:
        """Raises ValueError if the range is empty or leaves the integers of that width."""
        full = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
        low, high = full[0] if low is None else low, full[1] if high is None else high
        if not 1 <= width <= 32:
            raise ValueError(f"storage width {width} is not in 1..32")
        if not full[0] <= low < high <= full[1]:
            raise ValueError(f"storage range [{low}, {high}] does not fit {'i' if signed else 'u'}{width}")
        return cls(signed, width, low, high)

    @property
    def is_full(self) -> bool:
        """Whether the range is all that the width can hold."""
        return self == Storage.of(self.signed, self.width)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The numpy type that holds a storage value."""
        size = 1 if self.width <= 8 else 2 if self.width <= 16 else 4
        return np.dtype(f"{'i' if self.signed else 'u'}{size}")

    @property
    def short(self) -> str:
        """`u8`, `i8` …: the text without a range."""
        return f"{'i' if self.signed else 'u'}{self.width}"

    def __str__(self) -> str:
        return self.short if self.is_full else f"{self.short}<{self.min}:{self.max}>"


U8 = Storage.of(False, 8)
"""Unsigned bytes: 0 to 255."""
I8 = Storage.of(True, 8)
"""Signed bytes: −128 to 127."""
I32 = Storage.of(True, 32)
"""Accumulators."""


class QuantParams:
    """Storage, expressed type, scales (float64) and zero points (int64) of equal shape, and block sizes.

    `block_sizes` is () per tensor (scales of shape ()), ((axis, 1),) per axis (scales of shape [C]), and
    ((axis, size), …) by blocks (scales of the tensor's rank). Scales are positive normal numbers of the expressed type.
    Immutable, compared bitwise.
    """

    storage: Storage
    expressed: Attribute
    scales: FloatArray
    zero_points: IntArray
    block_sizes: tuple[tuple[int, int], ...]

    def __init__(
        self,
        storage: Storage,
        scales: ArrayLike,
        zero_points: ArrayLike = 0,
        *,
        axis: int | None = None,
        block_sizes: Sequence[tuple[int, int]] = (),
        expressed: Attribute | None = None,
    ):
        """Raises ValueError where a scale is not a positive normal f32 or a zero point leaves the storage range."""
        self.storage = storage
        self.expressed = Float32Type() if expressed is None else expressed
        self.scales = np.array(scales, dtype=np.float64)
        self.zero_points = np.array(np.broadcast_to(np.asarray(zero_points, dtype=np.int64), self.scales.shape))
        self.block_sizes = ((axis, 1),) if axis is not None else tuple(block_sizes)
        self.scales.flags.writeable = self.zero_points.flags.writeable = False
        self._check()

    def _check(self) -> None:
        with np.errstate(over="ignore", under="ignore"):
            narrow = self.scales.astype(np.float32)
        if not (np.isfinite(narrow) & (narrow >= np.finfo(np.float32).tiny)).all():
            raise ValueError("scales must be positive normal f32 numbers")
        if self.zero_points.size and not (
            self.storage.min <= self.zero_points.min() and self.zero_points.max() <= self.storage.max
        ):
            raise ValueError(f"zero points must lie in {self.storage}")
        if not self.block_sizes and self.scales.ndim:
            raise ValueError("per-tensor parameters have one scale")
        if self.axis is not None and self.scales.ndim != 1:
            raise ValueError("per-axis parameters have a list of scales")
        axes = [axis for axis, _ in self.block_sizes]
        if len(set(axes)) != len(axes) or any(axis < 0 or size < 1 for axis, size in self.block_sizes):
            raise ValueError(f"block sizes {dict(self.block_sizes)} must be positive, each axis named once")
        if self.axis is None and any(axis >= self.scales.ndim for axis in axes):
            raise ValueError(f"blocks along axis {max(axes)} need scales of that many dimensions, got {self.scales.ndim}")
        if not isinstance(self.expressed, AnyFloat):
            raise ValueError(f"the expressed type must be a float, got {self.expressed}")

    @property
    def is_per_tensor(self) -> bool:
        """One scale and zero point for all elements."""
        return not self.block_sizes

    @property
    def axis(self) -> int | None:
        """The axis of per-axis parameters, else None."""
        if len(self.block_sizes) == 1 and self.block_sizes[0][1] == 1:
            return self.block_sizes[0][0]
        return None

    @property
    def scale(self) -> float:
        """The scale of per-tensor parameters."""
        return float(self.scales)

    @property
    def zero_point(self) -> int:
        """The zero point of per-tensor parameters."""
        return int(self.zero_points)

    @property
    def has_zero_point(self) -> bool:
        """Whether any zero point is not 0."""
        return bool(self.zero_points.any())

    @cached_property
    def _key(self) -> tuple[object, ...]:
        return (
            self.storage,
            self.expressed,
            self.block_sizes,
            self.scales.shape,
            self.scales.tobytes(),
            self.zero_points.tobytes(),
        )

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, QuantParams) and self._key == other._key)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"QuantParams({self.storage}, {self.scales}, {self.zero_points}, {self.block_sizes})"

    def replace(
        self,
        *,
        storage: Storage | None = None,
        scales: ArrayLike | None = None,
        zero_points: ArrayLike | None = None,
        block_sizes: Sequence[tuple[int, int]] | None = None,
    ) -> QuantParams:
        """These parameters with some of them changed."""
        return QuantParams(
            storage or self.storage,
            self.scales if scales is None else scales,
            self.zero_points if zero_points is None else zero_points,
            block_sizes=self.block_sizes if block_sizes is None else block_sizes,
            expressed=self.expressed,
        )

    def check_shape(self, shape: Sequence[int]) -> None:
        """Raise ValueError unless the parameters fit a tensor of this shape (-1: not known)."""
        for axis, size in self.block_sizes:
            if not 0 <= axis < len(shape):
                raise ValueError(f"quantized axis {axis} is outside a tensor of rank {len(shape)}")
            length = self.scales.shape[0 if self.axis is not None else axis]
            if shape[axis] >= 0 and -(-shape[axis] // size) != length:
                raise ValueError(f"{length} scales do not fit dimension {axis} of {tuple(shape)}")

    def expand(self, shape: Sequence[int]) -> tuple[FloatArray, IntArray]:
        """Scales and zero points, shaped so that they broadcast against a tensor of this shape."""
        if self.is_per_tensor:
            return self.scales, self.zero_points
        if self.axis is not None:
            view = [1] * len(shape)
            view[self.axis] = -1
            return self.scales.reshape(view), self.zero_points.reshape(view)
        scales, zero_points = self.scales, self.zero_points
        for axis, size in self.block_sizes:
            index = np.arange(shape[axis]) // size
            scales, zero_points = scales.take(index, axis), zero_points.take(index, axis)
        return scales, zero_points
