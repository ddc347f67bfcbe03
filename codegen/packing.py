"""Weights in the order in which a contraction reads them, and the table of where their activations lie.

A contraction sums over steps: one dword of a pixel's activations (4 u8, or 1 f32) at a byte offset from the pixel's
base, times a vector of weights per output channel. Output channels are cut into blocks of `vectors · lanes`. Each block
has its own list of steps, in one segment per dot-product sequence: on targets where the fast sequence saturates,
the steps where it provably does not come first, the others follow with the exact sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lpt.codegen.isa import Dot, Maddubs, proved
from lpt.errors import CompileError


@dataclass(frozen=True)
class Weights:
    """What a contraction multiplies with: `values` [OC, taps, channels of a group], zero points already subtracted.

    `tap_offsets` are bytes from a pixel's base to each tap, `channel_stride` bytes between its channels; channels up to
    `readable` may be read (more than there are where the layout pads them). Activations lie in [0, max_x].
    """

    values: np.ndarray
    tap_offsets: np.ndarray
    channel_stride: int
    readable: int
    groups: int = 1
    max_x: int = 255

    @property
    def channels(self) -> int:
        """Output channels."""
        return len(self.values)

    def inputs(self, begin: int, end: int) -> tuple[int, int]:
        """The input channels that output channels [begin, end) see: all those of their groups."""
        per_group = self.channels // self.groups
        width = self.values.shape[2]
        return begin // per_group * width, ((end - 1) // per_group + 1) * width


@dataclass(frozen=True)
class Packed:
    """Packed weights: `data` (dwords), `offsets` (i32, bytes), and a record per block of `vectors · lanes` channels.

    A record is (first byte of the block in data, first byte of its steps in offsets, steps of each segment).
    """

    data: np.ndarray
    offsets: np.ndarray
    records: np.ndarray

    @property
    def counts(self) -> tuple[int, ...] | None:
        """Steps per segment if all blocks agree."""
        counts = self.records[:, 2:]
        return tuple(int(c) for c in counts[0]) if (counts == counts[0]).all() else None

    @property
    def steps(self) -> np.ndarray:
        """Steps of each segment over all blocks: the share of multiplications that each sequence does."""
        return np.asarray(self.records[:, 2:].sum(0))


def estimate_steps(weights: Weights, dots: Sequence[Dot], most: int) -> tuple[tuple[float, ...], ...]:
    """For blocks of 1 … `most` vectors: the steps that all blocks take together, per sequence.

    The share that a sequence can do is estimated from each channel's own dwords, which is exact without groups.
    """
    channels, taps, width = weights.values.shape
    dot = dots[0]
    exact: np.ndarray | None = None
    if isinstance(dot, Maddubs):
        padded = -(-width // 4) * 4
        values = np.zeros((channels, taps, padded), weights.values.dtype)
        values[..., :width] = weights.values
        exact = proved(values.reshape(channels, -1, 4), weights.max_x)
    result = []
    for vectors in range(1, most + 1):
        block = vectors * dot.lanes
        total, fast = 0, 0.0
        for begin in range(0, channels, block):
            low, high = weights.inputs(begin, min(begin + block, channels))
            steps = -(-(high - low) // dot.step) * taps
            total += steps
            if exact is not None:
                fast += steps * float(exact[begin : begin + block].all(0).mean())
        result.append((float(total),) if len(dots) == 1 else (fast, total - fast))
    return tuple(result)


def pack(weights: Weights, dots: Sequence[Dot], vectors: int) -> Packed:
    """Pack for micro kernels of `vectors` vectors. Raises CompileError where activations cannot be read by dwords."""
    lanes = dots[0].lanes
    data, offsets, records = [], [], []
    table: dict[bytes, int] = {}
    data_at = table_at = 0
    for begin in range(0, weights.channels, vectors * lanes):
        end = min(begin + vectors * lanes, weights.channels)
        padded = -(-(end - begin) // lanes) * lanes
        at, values = _block(weights, begin, end, padded, dots[0].step)
        choice = list(_segments(values, dots, weights.max_x))
        cut = (padded // lanes, lanes, dots[0].step)
        segments = [dot.pack(values[keep].reshape(-1, *cut)) for dot, keep in choice]
        order = np.concatenate([at[keep] for _, keep in choice]).astype(np.int32)
        block = np.concatenate([segment.ravel().view(np.int32) for segment in segments])
        if (key := order.tobytes()) not in table:
            table[key] = table_at
            offsets.append(order)
            table_at += order.nbytes
        records.append((data_at, table[key], *(int(keep.sum()) for _, keep in choice)))
        data.append(block)
        data_at += block.nbytes
    return Packed(np.concatenate(data), np.concatenate(offsets), np.array(records, np.int64))


def _segments(values: np.ndarray, dots: Sequence[Dot], max_x: int) -> Iterator[tuple[Dot, np.ndarray]]:
    """For each sequence, which of a block's steps it does: the first one that is exact for all channels."""
    left = np.ones(len(values), bool)
    for dot in dots:
        exact = proved(values, max_x).all(-1) if isinstance(dot, Maddubs) else np.ones(len(values), bool)
        yield dot, left & exact
        left = left & ~exact


def _block(weights: Weights, begin: int, end: int, padded: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """The steps of output channels [begin, end): byte offsets [steps], and weights [steps, padded, step]."""
    low, high = weights.inputs(begin, end)
    starts = _dwords(low, high, step, weights)
    dense = np.zeros((padded, len(weights.tap_offsets), len(starts) * step), weights.values.dtype)
    per_group, width = weights.channels // weights.groups, weights.values.shape[2]
    for group in range(begin // per_group, (end - 1) // per_group + 1):
        first, last = max(begin, group * per_group), min(end, (group + 1) * per_group)
        at_channel = group * width - low
        dense[first - begin : last - begin, :, at_channel : at_channel + width] = weights.values[first:last]
    moved = low + (len(starts) - 1) * step - starts[-1]
    if moved:
        dense[..., -step:] = np.roll(dense[..., -step:], moved, axis=-1)
    at = weights.tap_offsets[:, None] + np.array(starts, np.int64)[None, :] * weights.channel_stride
    values = dense.reshape(padded, at.size, step).transpose(1, 0, 2)
    return _small(at.ravel(), values) if values.dtype.kind == "i" else (at.ravel(), values)


def _dwords(low: int, high: int, step: int, weights: Weights) -> list[int]:
    """First channels of the dwords that cover input channels [low, high); the last one shifts to stay readable."""
    if weights.channel_stride != 1 and step != 1:
        raise CompileError("8-bit activations must be channel-last", way_out="this is a bug of lpt's layout pass")
    starts = [min(start, weights.readable - step) for start in range(low, high, step)]
    if starts[0] < 0:
        raise CompileError(f"{weights.readable} input channels cannot be read as dwords", way_out="pad the channels to 4")
    return starts


def _small(at: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights minus their zero point can need 9 bits: such steps are done twice or thrice, with i8 parts of the sum."""
    if values.dtype == np.int8:
        return at, values
    offsets, parts = [], []
    while len(values):
        part = values.clip(-128, 127)
        offsets.append(at)
        parts.append(part.astype(np.int8))
        values = values - part
        left = values.any((1, 2))
        at, values = at[left], values[left]
    return np.concatenate(offsets), np.concatenate(parts)
