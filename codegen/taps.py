"""Depthwise sums over taps in registers: bytes of up to four taps are interleaved into dwords, one per channel.

For 8 channels of four taps, punpck of bytes and then of words gives two vectors of dwords (x0 x1 x2 x3), each with the
taps of one channel, which every dot-product sequence of the target multiplies with weights packed alike. Wider
registers unpack inside each 16-byte lane, so their dwords are first dealt to the lanes: then vector r holds the r-th
half of the channels, in order. Where a register is full of bytes, they need not be dealt: four vectors come out, of which vector
r holds channels 4r … 4r + 3 of every 16 (`interleaved_order`), and packing their results to bytes restores the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.isa import Dot

PARTS = 2
"""Vectors of dwords that one vector of bytes per tap becomes, where channels stay in order."""

WIDE_PARTS = 4
"""The same, where they do not."""


def interleaved_order(lanes: int) -> np.ndarray:
    """Which of 4 · lanes channels each lane of four vectors holds, one vector after the other."""
    return np.arange(4 * lanes).reshape(lanes // 4, 4, 4).swapaxes(0, 1).ravel()


def _unpack(e: Emitter, x: ir.Value, y: ir.Value, high: int) -> ir.Value:
    """punpckl or punpckh in each 16-byte lane."""
    count = int(x.type.count)
    lane = 128 // int(x.type.element.width)
    half = lane // 2
    firsts = [base + high * half + i for base in range(0, count, lane) for i in range(half)]
    return e.shuffle(x, y, [k for i in firsts for k in (i, i + count)])


def _dealt(e: Emitter, x: ir.Value, lanes: int) -> ir.Value:
    """2 · lanes bytes → 4 · lanes: of the source's dwords, lane L of 16 bytes gets number L and lanes/4 + L."""
    dwords = e.bitcast(x, "i32", lanes // 2)
    order = [k for lane in range(lanes // 4) for k in (lane, lanes // 4 + lane) * 2]
    return e.bitcast(e.shuffle(dwords, dwords, order), "u8", 4 * lanes)


@dataclass
class TapVectors:
    """The interleaved taps of one stretch of pixels, each made once: neighbours share columns of taps."""

    e: Emitter
    base: ir.Value
    channels: int
    lanes: int
    """Dwords per vector: there are parts · lanes ≥ channels of them."""
    parts: int = PARTS
    _bytes: dict[int, ir.Value] = field(default_factory=dict)
    _dwords: dict[tuple[int, ...], list[ir.Value]] = field(default_factory=dict)
    _multiplicands: dict[tuple[tuple[int, ...], str, int], list[ir.Value]] = field(default_factory=dict)

    def _tap(self, offset: int) -> ir.Value:
        if offset not in self._bytes:
            x, width = self.e.load(self.e.at(self.base, offset), "u8", self.channels), self.parts * self.lanes
            if self.channels < width:
                x = self.e.shuffle(x, x, [i if i < self.channels else 0 for i in range(width)])
            self._bytes[offset] = _dealt(self.e, x, self.lanes) if self.parts == PARTS else x
        return self._bytes[offset]

    def dwords(self, offsets: tuple[int, ...]) -> list[ir.Value]:
        """The vectors of dwords of 1 to 4 taps, given by byte offsets from the base; missing ones repeat the last."""
        if offsets not in self._dwords:
            e = self.e
            taps = [self._tap(o) for o in offsets]
            taps += taps[-1:] * (4 - len(taps))
            found = []
            for half in range(self.parts // 2):
                first, second = (e.bitcast(_unpack(e, taps[k], taps[k + 1], half), "u16", 2 * self.lanes) for k in (0, 2))
                found += [e.bitcast(_unpack(e, first, second, high), "i32", self.lanes) for high in (0, 1)]
            self._dwords[offsets] = found
        return self._dwords[offsets]

    def multiplicands(self, offsets: tuple[int, ...], dot: Dot, pass_: int) -> list[ir.Value]:
        """The vectors of dwords as `dot` multiplies them."""
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
