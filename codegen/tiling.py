"""The shape of a contraction's micro kernel: pixels × vectors of output channels held in registers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from lpt.errors import CompileError
from lpt.target import Target

__all__ = ["COSTS", "Cost"]


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
class Cost:
    """Of one step, in instructions that a core starts one of per cycle at full width, two at half of it.

    `product` per accumulator, `pixel` per dword of activations; `latency` in cycles of an accumulator's chain; `loads`
    of a step's dwords; and the registers that neither accumulators nor weights take.
    """

    product: float
    pixel: float
    latency: float
    loads: float
    registers: int


COSTS = {
    "vpdpbusd": Cost(1, 0, 4, 1, 1),
    "vpmaddubsw": Cost(2.1, 0, 1, 1, 3),
    "vpmaddubsw·2": Cost(3.6, 0, 1, 2, 4),
    "vpmaddubsw·3": Cost(5.0, 0, 1, 3, 5),
    "vpmaddubsw·4": Cost(6.6, 0, 1, 4, 6),
    "pmaddubsw": Cost(2.2, 1, 1, 1, 3),
    "pmaddubsw·2": Cost(3.8, 2, 1, 2, 4),
    "pmaddubsw·3": Cost(5.4, 3, 1, 3, 5),
    "pmaddubsw·4": Cost(7.0, 4, 1, 4, 6),
    "vpmaddwd": Cost(4.2, 2, 2, 1, 4),
    "vpmaddwd·wide": Cost(2.7, 0.4, 2, 2.5, 5),
    "pmaddwd": Cost(4.4, 3, 2, 1, 4),
    "fma": Cost(1, 0, 4, 1.6, 1),
    "mulps": Cost(1.5, 0, 3, 1, 2),
}
"""By sequence; `·2` … where that many dwords are summed in 16 bits."""


def arithmetic(sequence: str) -> float:
    """What one step costs per vector of output channels."""
    return COSTS[sequence].product


_PARTIAL_STORE = 1.0
"""Cycles that a vector of results costs more where a pixel's block is no multiple of a whole 64-byte store."""


def _cycles(pixels: int, vectors: int, cost: Cost, width: float) -> float:
    """Estimated cycles of one step of a micro kernel: arithmetic, latency of the chains, or loads, and the loop."""
    # Weights stream from the second cache level, the dwords of a few pixels stay in the first.
    loads = 0.8 * width * cost.loads * (pixels + 2.5 * vectors)
    # More rows than an L1 set has ways collide where a pixel's channels are a power of two.
    loads *= 1.2 if pixels > 16 else 1
    arithmetic = width * (cost.product * pixels * vectors + cost.pixel * pixels)
    return max(arithmetic, cost.latency, loads) + 0.02 * loads + 0.75


@functools.cache
def ranked(
    target: Target, sequences: tuple[str, ...], row: int, channels: int, work: tuple[tuple[float, ...], ...]
) -> tuple[Tile, ...]:
    """Tiles for rows of `row` pixels and `channels` output channels, that of least estimated time first.

    work[v − 1][i] is how many steps all blocks of v vectors take together with sequences[i], so that it counts what
    blocks waste that straddle groups, and what wide blocks lose by having fewer steps proved.
    """
    costs = [COSTS[name] for name in sequences]
    lanes, width = target.lanes, 1.0 if target.vector_bits == 512 else 0.5
    found: list[tuple[float, Tile]] = []
    for vectors, steps in enumerate(work, 1):
        used = [(cost, n) for cost, n in zip(costs, steps, strict=True) if n]
        temporaries = max((cost.registers for cost, _ in used), default=1)
        # Unused vectors of the last block are not computed.
        last, blocks = -(-channels // lanes) % vectors, -(-channels // (lanes * vectors))
        share = 1 - (1 - last / vectors) / blocks if last else 1.0
        for limit in range(1, min(row, 28) + 1):
            tiles = -(-row // limit)
            pixels = -(-row // tiles)
            # A single pixel reads each weight once, straight from memory.
            weights = vectors if pixels > 1 else 1
            if pixels != limit or pixels * vectors + weights + temporaries > target.registers:
                continue
            tile = _cut(row, pixels, vectors)
            full, tail = tile.full, tile.tail
            time = 0.0
            for cost, n in used:
                time += n * share * full * _cycles(pixels, vectors, cost, width)
                time += n * share * _cycles(tail, vectors, cost, width) if tail else 0
            if vectors % 4 and lanes == 16 and target.vector_bits == 512:
                time += _PARTIAL_STORE * row * -(-channels // lanes)
            found.append((time, tile))
    return tuple(tile for _, tile in sorted(found, key=lambda pair: pair[0]))


def demanded(wanted: tuple[int, int], possible: Sequence[Tile], target: Target) -> Tile:
    """The tile of `wanted` pixels and vectors among those `possible`. Raises CompileError if it is none of them."""
    for tile in possible:
        if (tile.pixels, tile.vectors) == wanted:
            return tile
    some = ", ".join(f"{tile.pixels} × {tile.vectors}" for tile in possible[:4])
    raise CompileError(
        f"no micro kernel of {wanted[0]} pixels × {wanted[1]} vectors fits the rows and the {target.registers} registers",
        way_out=f"leave out the attribute `tile`, or set it to one such as {some}",
    )


def _cut(row: int, pixels: int, vectors: int) -> Tile:
    return Tile(pixels, vectors, *divmod(row, pixels))
