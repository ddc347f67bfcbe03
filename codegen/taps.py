"""Depthwise sums over taps in registers: bytes of up to four taps are interleaved into dwords, one per channel.

For 16 channels of four taps, punpck of bytes and then of words gives four vectors of dwords (x0 x1 x2 x3), each with the
taps of one channel, which every dot-product sequence of the target multiplies with weights packed alike. Wider
registers do so in each 16-byte lane, so vector r holds channels 16·L + 4·r + i in dword 4·L + i; `in_order` undoes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.isa import Dot

PARTS = 4
"""Vectors of dwords that one vector of bytes per tap becomes."""


def permuted(lanes: int) -> np.ndarray:
    """[PARTS, lanes]: the channel in each dword of each vector."""
    lane, part, i = np.arange(lanes // 4), np.arange(PARTS), np.arange(4)
    return np.asarray((16 * lane[None, :, None] + 4 * part[:, None, None] + i).reshape(PARTS, lanes))


def _unpack(e: Emitter, x: ir.Value, y: ir.Value, high: int) -> ir.Value:
    """punpckl or punpckh in each 16-byte lane."""
    count = int(x.type.count)
    lane = 128 // int(x.type.element.width)
    half = lane // 2
    firsts = [base + high * half + i for base in range(0, count, lane) for i in range(half)]
    return e.shuffle(x, y, [k for i in firsts for k in (i, i + count)])


def in_order(e: Emitter, parts: Sequence[ir.Value]) -> list[ir.Value]:
    """Vectors of channels in order from the four permuted ones of `lanes` dwords each."""
    lanes = int(parts[0].type.count)
    if lanes == 4:
        return list(parts)
    pairs = [e.shuffle(parts[i], parts[i + 1], _groups_of_four(lanes)) for i in (0, 2)]
    # pairs[k] holds, lane by lane, the 4 + 4 channels of vectors 2k and 2k + 1.
    blocks = []
    for lane in range(lanes // 4):
        at = range(8 * lane, 8 * lane + 8)
        blocks.append(e.shuffle(pairs[0], pairs[1], [*at, *(2 * lanes + i for i in at)]))
    if lanes == 16:
        return blocks
    return [e.shuffle(b, b, range(k, k + 8)) for b in blocks for k in (0, 8)]


def _groups_of_four(lanes: int) -> list[int]:
    return [side + 4 * lane + i for lane in range(lanes // 4) for side in (0, lanes) for i in range(4)]


@dataclass
class TapVectors:
    """The interleaved taps of one stretch of pixels, each made once: neighbours share columns of taps."""

    e: Emitter
    base: ir.Value
    channels: int
    lanes: int
    """Dwords per vector: 4 · lanes ≥ channels bytes are loaded per tap."""
    _bytes: dict[int, ir.Value] = field(default_factory=dict)
    _dwords: dict[tuple[int, ...], list[ir.Value]] = field(default_factory=dict)
    _multiplicands: dict[tuple[tuple[int, ...], str, int], list[ir.Value]] = field(default_factory=dict)

    def _tap(self, offset: int) -> ir.Value:
        if offset not in self._bytes:
            x = self.e.load(self.e.at(self.base, offset), "u8", self.channels)
            if self.channels < 4 * self.lanes:
                x = self.e.shuffle(x, x, [i if i < self.channels else 0 for i in range(4 * self.lanes)])
            self._bytes[offset] = x
        return self._bytes[offset]

    def dwords(self, offsets: tuple[int, ...]) -> list[ir.Value]:
        """The four vectors of dwords of 1 to 4 taps, given by byte offsets from the base; missing ones repeat the last."""
        if offsets not in self._dwords:
            e, words = self.e, 2 * self.lanes
            taps = [self._tap(o) for o in offsets]
            taps += taps[-1:] * (4 - len(taps))
            pairs = [[e.bitcast(_unpack(e, taps[k], taps[k + 1], high), "u16", words) for high in (0, 1)] for k in (0, 2)]
            self._dwords[offsets] = [
                e.bitcast(_unpack(e, pairs[0][high], pairs[1][high], low), "i32", self.lanes) for high in (0, 1) for low in (0, 1)
            ]
        return self._dwords[offsets]

    def multiplicands(self, offsets: tuple[int, ...], dot: Dot, pass_: int) -> list[ir.Value]:
        """The four vectors as `dot` multiplies them."""
        key = (offsets, dot.name, pass_)
        if key not in self._multiplicands:
            self._multiplicands[key] = [dot.multiplicand(self.e, d, pass_) for d in self.dwords(offsets)]
        return self._multiplicands[key]


def tap_groups(kernel: Sequence[int], stride: int) -> list[tuple[int, ...]]:
    """Taps (row-major numbers) in groups of at most four, one dword each.

    Groups that lie in one column are shared by neighbouring pixels of a row (`stride` apart), which costs more
    products but fewer shuffles than groups in plain order.
    """
    columns, total = kernel[-1], int(np.prod(kernel))
    rows = total // columns
    per_column = -(-rows // 4)
    shared = 8 * per_column * min(stride, columns) + 4 * per_column * columns
    plain = 12 * -(-total // 4)
    if plain <= shared:
        return [tuple(range(t, min(t + 4, total))) for t in range(0, total, 4)]
    return [
        tuple(row * columns + column for row in range(r, min(r + 4, rows))) for column in range(columns) for r in range(0, rows, 4)
    ]
