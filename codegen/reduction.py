"""Sums and maxima over many elements, in an order that does not depend on the target.

Float sums run in 16 virtual lanes: element i is added to lane i mod 16, which starts at 0; then the lanes are added in a
tree, 8 to 8, 4 to 4, 2 to 2, 1 to 1; extremes over axes likewise, so that the sign of zero is the same everywhere.
Elements may come one by one, each a vector over independent sums (`across`), or as vectors of 16 consecutive elements of
one sum (`along`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index, Kind, lane_count

VIRTUAL_LANES = 16

Read = Callable[[int, Index], ir.Value]
"""read(n, i): across, n sums' element i; along, elements i … i + n − 1 of one sum."""


class Combine(Enum):
    """What a reduction does with two elements, and in which order.

    In a chain every element is combined with the result so far, as windows of pools are; it cannot run `along`.
    """

    SUM_F32 = "f32 sum in virtual lanes"
    MAX_F32 = "f32 maximum, NaN if one is"
    CHAIN_SUM_F32 = "f32 sum in a chain"
    CHAIN_MAX_F32 = "f32 maximum in a chain, from -inf; NaN never wins"
    LANE_MAX_F32 = "f32 maximum in virtual lanes, from -inf; NaN never wins"
    LANE_MIN_F32 = "f32 minimum in virtual lanes, from inf; NaN never wins"
    SUM_I32 = "i32 sum"
    MAX_I32 = "i32 maximum"
    MIN_I32 = "i32 minimum"

    @property
    def kind(self) -> Kind:
        return "i32" if self in (Combine.SUM_I32, Combine.MAX_I32, Combine.MIN_I32) else "f32"

    @property
    def is_sum(self) -> bool:
        return self in (Combine.SUM_F32, Combine.CHAIN_SUM_F32, Combine.SUM_I32)

    @property
    def is_chain(self) -> bool:
        return self in (Combine.CHAIN_SUM_F32, Combine.CHAIN_MAX_F32)

    @property
    def is_in_lanes(self) -> bool:
        """Whether all 16 virtual lanes take part, however few elements there are."""
        return self in (Combine.SUM_F32, Combine.LANE_MAX_F32, Combine.LANE_MIN_F32)

    @property
    def width(self) -> int:
        """How many independent results are kept before they are joined."""
        return 1 if self.is_chain else VIRTUAL_LANES if self.is_in_lanes else 4

    def start(self, e: Emitter, n: int) -> ir.Value | None:
        """What a reduction starts with; None for its first element."""
        if self.is_sum:
            return e.const(0, self.kind, n)
        if self in (Combine.CHAIN_MAX_F32, Combine.LANE_MAX_F32):
            return e.const(float("-inf"), "f32", n)
        return e.const(float("inf"), "f32", n) if self is Combine.LANE_MIN_F32 else None

    def emit(self, e: Emitter, total: ir.Value, x: ir.Value) -> ir.Value:
        """`total` with x added, or the greater or lesser one."""
        match self:
            case Combine.SUM_F32 | Combine.CHAIN_SUM_F32:
                return e.b.fadd(total, x)
            case Combine.SUM_I32:
                return e.b.add(total, x)
            case Combine.MAX_I32:
                return e.imax(total, x)
            case Combine.MIN_I32:
                return e.imin(total, x)
            case Combine.CHAIN_MAX_F32 | Combine.LANE_MAX_F32:
                return e.fmax(x, total)
            case Combine.LANE_MIN_F32:
                return e.fmin(x, total)
            case Combine.MAX_F32:
                return e.b.select(e.b.fcmp_unordered("uno", total, total), total, e.fmax(total, x))


def across(e: Emitter, combine: Combine, n: int, count: int, read: Read) -> ir.Value:
    """n independent reductions of `count` elements each."""
    width = min(combine.width, count)
    start, begin = combine.start(e, n), 0
    if start is not None:
        lanes = [start] * width
    else:
        lanes, begin = [read(n, i) for i in range(width)], width
    tail = (count - begin) % width

    def step(start: Index, values: list[ir.Value], taps: int) -> list[ir.Value]:
        taken = [combine.emit(e, values[j], read(n, e.add(start, j))) for j in range(taps)]
        return taken + values[taps:]

    if count - begin - tail > 0:
        with e.loop(begin, count - tail, width, carried=lanes) as loop:
            loop.set(step(loop.index, loop.values, width))
        lanes = loop.results
    lanes = step(count - tail, lanes, tail)
    if combine.is_in_lanes:
        lanes += [start] * (VIRTUAL_LANES - len(lanes))
    return _tree(e, combine, lanes)


def _tree(e: Emitter, combine: Combine, lanes: list[ir.Value]) -> ir.Value:
    """The lanes joined, the upper half to the lower, until one is left."""
    while len(lanes) > 1:
        half = (len(lanes) + 1) // 2
        lanes = [combine.emit(e, lane, lanes[j + half]) if j + half < len(lanes) else lane for j, lane in enumerate(lanes[:half])]
    return lanes[0]


def along(e: Emitter, combine: Combine, count: int, read: Read) -> ir.Value:
    """One reduction of `count` elements that are read 16 at a time; a vector of one lane."""
    width = VIRTUAL_LANES
    tail = count % width
    start = combine.start(e, width)
    if start is not None:
        total, begin = start, 0
    elif count >= width:
        total, begin = read(width, 0), width
    else:
        total, begin = _widen(e, read(count, 0), None), count
        tail = 0
    if count - tail - begin > 0:
        with e.loop(begin, count - tail, width, carried=[total]) as loop:
            loop.set([combine.emit(e, loop.values[0], read(width, loop.index))])
        total = loop.results[0]
    if tail:
        last = _widen(e, read(tail, count - tail), start)
        total = combine.emit(e, total, last)
    while (width := width // 2) > 0:
        upper = e.shuffle(total, total, range(width, 2 * width))
        total = combine.emit(e, e.shuffle(total, total, range(width)), upper)
    return total


def _widen(e: Emitter, x: ir.Value, fill: ir.Value | None) -> ir.Value:
    """x in 16 lanes; the new ones are those of `fill` (a lane that starts at +0 never becomes −0) or repeat the first."""
    n = lane_count(x)
    if fill is None:
        return e.shuffle(x, x, [*range(n), *(0,) * (VIRTUAL_LANES - n)])
    short = e.shuffle(fill, fill, range(n))
    return e.shuffle(x, short, [*range(n), *(n,) * (VIRTUAL_LANES - n)])
