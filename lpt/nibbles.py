"""4-bit integers, two a byte, the low half first."""

from __future__ import annotations

import numpy as np

from lpt.dialects.blob import Array


def fits(array: Array) -> bool:
    """Whether 8-bit integers of both kinds of numpy are all in the range of 4 bits: i8 in [-8, 7], u8 in [0, 15]."""
    if array.dtype not in (np.int8, np.uint8) or not array.size:
        return False
    low, high = (-8, 7) if array.dtype == np.int8 else (0, 15)
    return bool(low <= int(array.min()) and int(array.max()) <= high)


def pack(array: Array) -> Array:
    """The bytes of 4-bit integers that are held one a byte; the last half may be left over."""
    halves = array.reshape(-1).view(np.uint8) & 15
    halves = np.append(halves, np.zeros(halves.size % 2, np.uint8))
    packed: Array = halves[0::2] | (halves[1::2] << 4)
    return packed


def unpack(packed: Array, count: int, *, signed: bool) -> Array:
    """`count` 4-bit integers, one a byte."""
    halves: Array = np.stack([packed & 15, packed >> 4], axis=1).reshape(-1)[:count]
    return ((halves ^ 8) - 8).view(np.int8) if signed else halves
