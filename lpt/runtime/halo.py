"""Where a buffer's halo lies, as runs of bytes."""

from __future__ import annotations

import functools

import numpy as np

from lpt.runtime.program import Span


def repeated(value: int | float, dtype: str) -> int:
    """The 64-bit word that holds `value` as `dtype` (1, 2, 4 or 8 bytes wide) in each of its places."""
    element = np.array(value, dtype)
    return int(np.full(8 // element.itemsize, element).view(np.uint64)[0])


@functools.lru_cache(maxsize=256)
def halo_spans(
    dtype: str,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    offset: int,
    size: int,
    halo_lo: tuple[int, ...],
    halo_hi: tuple[int, ...],
    value: int | float,
    gap: int = 0,
) -> tuple[Span, ...]:
    """Spans of the `halo_lo[d]` elements before and `halo_hi[d]` after the data of `shape` in each dimension d.

    Strides, offset (of the logical origin) and size are in elements. Runs that are at most `gap` elements apart, none of
    them data, become one: padded channels then do not cut a row into pixels.
    """
    if not any(halo_lo) and not any(halo_hi):
        return ()
    kind = np.zeros(size, np.uint8)
    origin = offset - sum(lo * stride for lo, stride in zip(halo_lo, strides, strict=True))
    whole = tuple(lo + n + hi for lo, n, hi in zip(halo_lo, shape, halo_hi, strict=True))
    _window(kind, origin, whole, strides)[...] = 1
    _window(kind, offset, shape, strides)[...] = 2
    begins, ends = _runs(kind == 1)
    if gap and len(begins):
        before = np.concatenate([[0], np.cumsum(kind == 2)])
        apart = (begins[1:] - ends[:-1] > gap) | (before[begins[1:]] != before[ends[:-1]])
        begins, ends = begins[np.concatenate([[True], apart])], ends[np.concatenate([apart, [True]])]
    width = np.dtype(dtype).itemsize
    word = repeated(value, dtype)
    return tuple(Span(int(b) * width, int(e - b) * width, word) for b, e in zip(begins, ends, strict=True))


def _window(buffer: np.ndarray, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
    return np.lib.stride_tricks.as_strided(buffer[offset:], shape, [s * buffer.itemsize for s in strides])


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]
