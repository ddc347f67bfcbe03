"""Weights cut into dwords that no sum of 16 bits can leave, and those dwords in groups whose sum cannot either.

A dword of weights covers up to four adjacent input channels from any byte on. Where the pair (k, k + 1) could leave 16 bits in
some lane, the dword ends with as much of k + 1 as fits, and the next one starts there with the rest; or it starts one channel
earlier and pairs k with what is done already. No step needs another sequence. Groups are found first-fit, the heaviest dwords
first. Both are loops over millions of weights with little to do for each, hence native code, run once per layer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lpt.codegen.cover_code import COVER, GROUP
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import KernelCode
from lpt.target import get_target

_NEAR = 512
"""Dwords among which those that are summed in 16 bits are chosen."""

_PAD = 4
"""Channels of zeros before and behind each run, so that a dword may reach over its ends."""


@dataclass(frozen=True)
class Cover:
    """Dwords of weights [n, lanes, 4] i8 of runs of adjacent channels: `run` [n] and `start` [n], the first channel.

    They are in order of their runs, and within one in order of the channels that they finish.
    """

    run: np.ndarray
    start: np.ndarray
    values: np.ndarray


def cover(values: np.ndarray, max_x: int, before: int, after: int, calm: float = 0.5) -> Cover:
    """Cut weights [runs, lanes, channels] i8 into dwords without unsafe pairs, none where all lanes are zero.

    From each run's first channel on, `before` channels before and `after` behind its last one may be read. In Cover.values all
    that covers a channel adds up to its weights. A pair that cannot be whole keeps to the share `calm` of 16 bits where it can:
    the less, the more dwords, and the more of them can be summed with others.
    """
    runs, lanes, width = values.shape
    rest = np.zeros((runs, width + 2 * _PAD, lanes), np.int8)
    rest[:, _PAD:-_PAD] = values.transpose(0, 2, 1)
    params = np.zeros(6 + runs, np.int64)
    params[:6] = width, before, width + after - 4, 32767 // max_x, -(32768 // max_x), int(calm * 32767) // max_x
    starts, dwords = np.zeros((runs, width), np.int32), np.empty((runs, width, lanes, 4), np.int8)
    join = range(2 * lanes)
    mix = (part * lanes + lane for lane in range(lanes) for part in range(4))
    text = COVER.replace("JOIN", _indices(join)).replace("MIX", _indices(mix))
    text = text.replace("<4L x", f"<{4 * lanes} x").replace("<2L x", f"<{2 * lanes} x")
    text = text.replace("<L x", f"<{lanes} x").replace(".vL", f".v{lanes}")
    _native("cover", text)([rest, params, starts], dwords, 0, runs)
    counts = params[6:]
    made = np.arange(width) < counts[:, None]
    return Cover(np.repeat(np.arange(runs), counts), starts[made], dwords[made])


def group(values: np.ndarray, block: np.ndarray, max_x: int, most: int) -> list[np.ndarray]:
    """Groups of dwords [n, lanes, 4] i8 whose sums of pairs stay in 16 bits: indices [groups, 1], [groups, 2] … [groups, most].

    Only dwords of one block are grouped; `block` [n] ascends from 0 on. Within a block, partners are sought nearby; groups are
    in order of their first dword.
    """
    count = len(values)
    pairs = values.reshape(count, 2 * values.shape[1], 2)
    parts = np.maximum(pairs, 0).view(np.uint8), np.negative(np.minimum(pairs, 0).view(np.uint8))
    sums = np.concatenate([np.add(part[..., 0], part[..., 1], dtype=np.uint16) for part in parts], 1)
    limit, shift = 32767 // max_x, 0
    while limit >> shift > 254:
        shift += 1
    loads = (-(-sums.astype(np.int32) >> shift) if shift else sums).astype(np.uint8)
    chunk, bounds = _chunks(block)
    heavy = sums.max(1, initial=0).astype(np.int64) * 65536 + sums.sum(1, dtype=np.int64)
    order = np.argsort((chunk << 32) - heavy, kind="stable")
    groups = np.full(count, -1, np.int32)
    params = np.concatenate([np.array([limit >> shift, most], np.int64), bounds])
    text = GROUP.replace("WIDTH", str(loads.shape[1]))
    _native("group", text)([np.ascontiguousarray(loads[order]), params], groups, 0, len(bounds) - 1)
    by_group = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups, minlength=1)
    begins = np.cumsum(sizes) - sizes
    found = [order[by_group[begins[sizes == n][:, None] + np.arange(n)]] for n in range(1, most + 1)]
    return [chosen[np.argsort(chosen.min(1), kind="stable")] for chosen in found]


def _chunks(block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each dword's chunk of about `_NEAR` in its block, and where chunks begin, the end included."""
    sizes = np.bincount(block, minlength=1)
    chunks = np.maximum(1, np.rint(sizes / _NEAR).astype(np.int64))
    rank = np.arange(len(block)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chunk = np.repeat(np.cumsum(chunks) - chunks, sizes) + rank * chunks[block] // sizes[block]
    return chunk, np.searchsorted(chunk, np.arange(chunks.sum() + 1))


def _indices(indices: Iterable[int]) -> str:
    """The lanes of a shuffle, as LLVM writes them."""
    return ", ".join(f"i32 {index}" for index in indices)


@functools.cache
def _native(name: str, text: str) -> LoadedKernel:
    return LoadedKernel(KernelCode(f"lpt_{name}", text, (), 0, "", 0, 0), get_target("native"))
