"""The shape of a contraction's micro kernel: pixels × vectors of output channels held in registers."""

from __future__ import annotations

import functools
from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """A micro kernel of `pixels` × `vectors` accumulators; a row of pixels is cut into `full` of them and a `tail`."""

    pixels: int
    vectors: int
    full: int
    tail: int

    @property
    def per_row(self) -> int:
        """Tiles of one row, the tail included."""
        return self.full + (self.tail > 0)


@dataclass(frozen=True)
class _Cost:
    """Of one dot-product step: cycles of arithmetic per accumulator, latency of its chain, registers besides."""

    cycles: float
    latency: float
    registers: int


_COSTS = {
    "vpdpbusd": _Cost(1, 4, 1),
    "vpmaddubsw": _Cost(2, 1, 3),
    "pmaddubsw": _Cost(2, 1, 3),
    "vpmaddwd": _Cost(3, 2, 4),
    "pmaddwd": _Cost(3, 2, 4),
    "fma": _Cost(1, 4, 1),
    "mulps": _Cost(1.5, 3, 2),
}


def _cycles(pixels: int, vectors: int, cost: _Cost) -> float:
    """Estimated cycles of one step of a micro kernel: arithmetic, latency of the chains, or loads, and the loop."""
    loads = 0.8 * (pixels + vectors)
    # More rows than an L1 set has ways collide where a pixel's channels are a power of two.
    loads *= 1.2 if pixels > 16 else 1
    return max(cost.cycles * pixels * vectors, cost.latency, loads) + 0.02 * loads + 0.75


def _fits(pixels: int, vectors: int, cost: _Cost, registers: int) -> bool:
    # Weights beyond one register can be read from memory by the multiplication itself.
    weights = vectors if pixels > 1 else 1
    return pixels * vectors + weights + cost.registers <= registers


@functools.cache
def choose(sequence: str, registers: int, row: int, channels: int, lanes: int, work: tuple[int, ...]) -> Tile:
    """The tile of least estimated time for rows of `row` pixels and `channels` output channels.

    `sequence` is the dot product that sets temporaries and cycles; work[v − 1] is how many steps all blocks of
    v vectors take together, so that blocks straddling groups count what they waste.
    """
    cost = _COSTS[sequence]
    best: tuple[float, Tile] | None = None
    for vectors in range(1, len(work) + 1):
        for limit in range(1, min(row, 28) + 1):
            tiles = -(-row // limit)
            pixels = -(-row // tiles)
            if pixels != limit or not _fits(pixels, vectors, cost, registers):
                continue
            full, tail = divmod(row, pixels)
            cycles = full * _cycles(pixels, vectors, cost) + (_cycles(tail, vectors, cost) if tail else 0)
            # Unused vectors of the last block are not computed.
            last = -(-channels // lanes) % vectors
            spread = cycles * work[vectors - 1]
            if last:
                blocks = -(-channels // (lanes * vectors))
                spread *= 1 - (1 - last / vectors) / blocks
            if best is None or spread < best[0]:
                best = (spread, Tile(pixels, vectors, full, tail))
    assert best is not None
    return best[1]
