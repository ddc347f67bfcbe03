"""Weights in the order in which a contraction reads them, and the table of where their activations lie.

A contraction sums over steps: one dword of a pixel's activations (4 u8, or 1 f32) at a byte offset from the pixel's
base, times a vector of weights per output channel. Output channels are cut into blocks of `vectors · lanes`. Each block
has its own list of steps, without those whose weights are all zero. On targets whose sequence saturates, weights are cut
into dwords where it provably does not, and steps take several dwords whose sum provably fits (`lpt.codegen.cover`): there is
one segment of steps per number of dwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpt.codegen.cover import cover, group
from lpt.codegen.isa import Dot, MaddubsSum
from lpt.errors import CompileError

_SHALLOW = 128
"""Weights per output channel up to which two ways to cut are tried."""

_RARE = 0.04
"""The share of dwords below which a number of dwords per step is not worth a loop."""


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
    def counts(self) -> tuple[int | None, ...]:
        """Steps per segment, None where blocks differ."""
        counts = self.records[:, 2:]
        return tuple(int(c[0]) if (c == c[0]).all() else None for c in counts.T)

    @property
    def multiples(self) -> tuple[int, ...]:
        """For each segment a number that divides its steps in every block."""
        return tuple(int(n) for n in np.gcd.reduce(self.records[:, 2:], axis=0))

    @property
    def steps(self) -> np.ndarray:
        """Steps of each segment over all blocks: the share of multiplications that each sequence does."""
        return np.asarray(self.records[:, 2:].sum(0))


def estimate_steps(weights: Weights, dot: Dot, most: int) -> tuple[int, ...]:
    """For blocks of 1 … `most` vectors: the steps that all blocks take together, with one dword each.

    Those of zeros are not counted, where there are no groups.
    """
    channels, taps, width = weights.values.shape
    dwords = -(-width // dot.step)
    used: np.ndarray | None = None
    if weights.groups == 1 and weights.values.dtype.kind == "i":
        columns = weights.values
        if width % dot.step:
            columns = np.concatenate([columns, np.zeros((channels, taps, -width % dot.step), columns.dtype)], 2)
        nonzero = np.asarray(columns.reshape(channels, taps * dwords, dot.step).any(2))
        used = None if nonzero.all() else nonzero
    result = []
    for vectors in range(1, most + 1):
        total = 0
        for begin in range(0, channels, vectors * dot.lanes):
            end = min(begin + vectors * dot.lanes, channels)
            low, high = weights.inputs(begin, end)
            total += -(-(high - low) // dot.step) * taps if used is None else int(used[begin:end].any(0).sum())
        result.append(total)
    return tuple(result)


@dataclass(frozen=True)
class _Segment:
    """Steps of one block: byte offsets [steps, dwords], and weights [steps, dwords, lanes of the block, step]."""

    at: np.ndarray
    values: np.ndarray


def pack(weights: Weights, dots: Sequence[Dot], vectors: int) -> Packed:
    """Pack for micro kernels of `vectors` vectors. Raises CompileError where activations cannot be read by dwords."""
    lanes = dots[0].lanes
    data, offsets, records = [], [], []
    table: dict[bytes, int] = {}
    data_at = table_at = 0
    for segments in _blocks(weights, dots, vectors * lanes):
        order = np.concatenate([segment.at.ravel() for segment in segments]).astype(np.int32)
        packed = []
        for dot, segment in zip(dots, segments, strict=True):
            n, dwords, padded, step = segment.values.shape
            cut = segment.values.reshape(n, dwords, padded // lanes, lanes, step).swapaxes(1, 2)
            packed.append(np.ascontiguousarray(np.moveaxis(dot.pack(cut), 0, -2)).ravel().view(np.int32))
        block = np.concatenate(packed)
        if (key := order.tobytes()) not in table:
            table[key] = table_at
            offsets.append(order)
            table_at += order.nbytes
        records.append((data_at, table[key], *(len(segment.at) for segment in segments)))
        data.append(block)
        data_at += block.nbytes
    return Packed(np.concatenate(data), np.concatenate(offsets), np.array(records, np.int64))


def _blocks(weights: Weights, dots: Sequence[Dot], width: int) -> list[list[_Segment]]:
    """The segments of each block of `width` output channels."""
    lanes, blocks = dots[0].lanes, []
    # Blocks that see the same input are cut in one go, the last one apart if it is narrower.
    several = width * max(1, weights.channels // width) if isinstance(dots[0], MaddubsSum) and weights.groups == 1 else width
    for begin in range(0, weights.channels, several):
        end = min(begin + several, weights.channels)
        low, dense = _dense(weights, begin, end, -(-(end - begin) // lanes) * lanes)
        if isinstance(dots[0], MaddubsSum):
            blocks += _sums(weights, low, dense, min(width, len(dense)), len(dots))
        else:
            blocks.append([_singles(weights, low, dense, dots[0].step)])
    if isinstance(dots[0], MaddubsSum):
        return _without_rare(blocks)
    if len({len(segment.at) for (segment,) in blocks}) > 1:
        multiple = _multiple([len(segment.at) for (segment,) in blocks])
        return [[_filled(segment, multiple)] for (segment,) in blocks]
    return blocks


def _dense(weights: Weights, begin: int, end: int, padded: int) -> tuple[int, np.ndarray]:
    """The weights of output channels [begin, end) as [padded, taps, input channels], and the first input channel."""
    low, high = weights.inputs(begin, end)
    if weights.groups == 1 and padded == end - begin:
        return low, weights.values[begin:end]
    dense = np.zeros((padded, len(weights.tap_offsets), high - low), weights.values.dtype)
    per_group, width = weights.channels // weights.groups, weights.values.shape[2]
    for index in range(begin // per_group, (end - 1) // per_group + 1):
        first, last = max(begin, index * per_group), min(end, (index + 1) * per_group)
        at_channel = index * width - low
        dense[first - begin : last - begin, :, at_channel : at_channel + width] = weights.values[first:last]
    return low, dense


def _singles(weights: Weights, low: int, dense: np.ndarray, step: int) -> _Segment:
    """Steps of one dword, in order of tap and channel; steps of integers that are all zero are left out."""
    starts = _dwords(low, low + dense.shape[2], step, weights)
    columns = dense
    if len(starts) * step > dense.shape[2]:
        columns = np.zeros((*dense.shape[:2], len(starts) * step), dense.dtype)
        columns[..., : dense.shape[2]] = dense
        if moved := low + (len(starts) - 1) * step - starts[-1]:
            columns[..., -step:] = np.roll(columns[..., -step:], moved, axis=-1)
    at = (weights.tap_offsets[:, None] + np.array(starts, np.int64)[None, :] * weights.channel_stride).ravel()
    values = columns.reshape(len(dense), at.size, step).transpose(1, 0, 2)
    if values.dtype.kind == "i":
        # Weights minus their zero point can need 9 bits: such steps are done again with the rest.
        parts = _parts(values)
        used = [part.any((1, 2)) for part in parts]
        at = np.concatenate([at[keep] for keep in used])
        values = np.concatenate([part[keep] for part, keep in zip(parts, used, strict=True)])
    return _Segment(at[:, None], values[:, None])


def _multiple(counts: Sequence[int]) -> int:
    """What to fill counts of steps up to, for loops that do so many at a time: a trip costs a tenth of a step."""
    return min((1, 2, 4), key=lambda m: sum(-(-n // m) * (m + 0.1) for n in counts))


def _filled(segment: _Segment, multiple: int) -> _Segment:
    """Steps of zeros behind the others, for their number to be a multiple of `multiple`."""
    missing = -len(segment.at) % multiple
    # Where the last step reads, another one may.
    last = segment.at[-1:] if len(segment.at) else np.zeros((1, 1), np.int64)
    at = np.concatenate([segment.at, np.repeat(last, missing, 0)])
    return _Segment(at, np.concatenate([segment.values, np.zeros((missing, *segment.values.shape[1:]), segment.values.dtype)]))


def _sums(weights: Weights, low: int, dense: np.ndarray, width: int, most: int) -> list[list[_Segment]]:
    """For each block of `width` lanes: steps of one dword, of two … of `most`, that provably stay in 16 bits."""
    _dwords(low, low + dense.shape[2], 4, weights)
    blocks, after = len(dense) // width, weights.readable - low - dense.shape[2]
    runs, dense = _runs(weights.tap_offsets, dense, after)
    by_block = [part.reshape(blocks, width, *part.shape[1:]).swapaxes(1, 2) for part in _parts(dense)]
    # Few dwords find few partners: then it can be best to have even fewer.
    calms = (0.5, 1.0) if dense.shape[1] * dense.shape[2] <= _SHALLOW else (0.5,)
    found = []
    for calm in calms:
        cuts = [cover(p.reshape(-1, *p.shape[2:]), weights.max_x, low, after, calm) for p in by_block]
        block = np.concatenate([cut.run // len(runs) for cut in cuts])
        at = np.concatenate([runs[cut.run % len(runs)] + low + cut.start for cut in cuts])
        # Steps follow each other as their activations lie: a line of cache is then used up at once.
        order = np.lexsort([at, block])
        values = np.concatenate([cut.values for cut in cuts])[order]
        found.append((at[order], block[order], values, group(values, block[order], weights.max_x, most)))
    at, block, values, groups = min(found, key=lambda cut: sum(len(g) * _cycles(g.shape[1]) for g in cut[3]))
    result: list[list[_Segment]] = [[] for _ in range(blocks)]
    for chosen in groups:
        ends = np.searchsorted(block[chosen[:, 0]], np.arange(blocks), "right")
        cut_at, cut_values = np.split(at[chosen], ends[:-1]), np.split(values[chosen], ends[:-1])
        for segments, one_at, one_values in zip(result, cut_at, cut_values, strict=True):
            segments.append(_Segment(one_at, one_values))
    return result


def _cycles(dwords: int) -> float:
    """What a step of so many dwords takes, of one with one."""
    return 0.4 + 0.6 * dwords


def _runs(tap_offsets: np.ndarray, dense: np.ndarray, after: int) -> tuple[np.ndarray, np.ndarray]:
    """Taps that follow each other in memory as runs: the offset of each, and the weights [lanes, runs, channels] of all.

    Between two taps of a run lie at most `after` channels, the padding, which weigh zero: a dword may then reach from tap to tap.
    """
    lanes, taps, width = dense.shape
    steps = np.diff(tap_offsets)
    if not len(steps) or not width <= steps[0] <= width + after:
        return tap_offsets, dense
    step, length = int(steps[0]), next((i for i, s in enumerate(steps, 1) if s != steps[0]), taps)
    if taps % length or (steps.reshape(-1)[[i for i in range(taps - 1) if (i + 1) % length]] != step).any():
        return tap_offsets, dense
    padded = np.zeros((lanes, taps, step), dense.dtype)
    padded[..., :width] = dense
    joined = padded.reshape(lanes, taps // length, length * step)
    return tap_offsets[::length], joined[..., : length * step - (step - width)]


def _without_rare(blocks: list[list[_Segment]]) -> list[list[_Segment]]:
    """Steps of several dwords as shorter ones, where they are too few to pay for a loop of their own, and its registers."""
    for n in range(len(blocks[0]), 2, -1):
        counts = [sum(segments[i].at.size for segments in blocks) for i in range(n)]
        if counts[-1] > _RARE * sum(counts):
            continue
        for segments in blocks:
            rare, empty = segments[n - 1], segments[n - 1].at[:0]
            segments[n - 1] = _Segment(empty, rare.values[:0])
            for part in (slice(0, n - n // 2), slice(n - n // 2, n)):
                at, values = rare.at[:, part], rare.values[:, part]
                found = segments[at.shape[1] - 1]
                joined = np.concatenate([found.at, at]), np.concatenate([found.values, values])
                segments[at.shape[1] - 1] = _Segment(*joined)
    return blocks


def _parts(values: np.ndarray) -> list[np.ndarray]:
    """i8 arrays whose sum is `values`, integers of 8 or 9 bits."""
    parts = []
    while values.dtype != np.int8:
        part = values.clip(-128, 127)
        values = values - part
        parts.append(part.astype(np.int8))
        if not values.any():
            return parts
    return [values]


def _dwords(low: int, high: int, step: int, weights: Weights) -> list[int]:
    """First channels of the dwords that cover input channels [low, high); the last one shifts to stay readable."""
    if weights.channel_stride != 1 and step != 1:
        raise CompileError("8-bit activations must be channel-last", way_out="this is a bug of lpt's layout pass")
    starts = [min(start, weights.readable - step) for start in range(low, high, step)]
    if starts[0] < 0:
        raise CompileError(f"{weights.readable} input channels cannot be read as dwords", way_out="pad the channels to 4")
    return starts
