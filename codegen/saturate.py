"""Bytes out of i32 lanes by the packing instructions, four vectors at a time.

packssdw and packuswb saturate, which is the clamp of a requantization to u8, and the zero point is added between the two,
saturating: for any i32 r, packus(adds(packss(r), z)) = clamp(r + z, 0, 255). Both pack within lanes of 16 bytes, so that
their dwords are put in order by one permutation; a full register is then stored at once, or in parts where pixels end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, lane_count, vector_type

_PACK = {
    128: ("llvm.x86.sse2.packssdw.128", "llvm.x86.sse2.packuswb.128"),
    256: ("llvm.x86.avx2.packssdw", "llvm.x86.avx2.packuswb"),
    512: ("llvm.x86.avx512.packssdw.512", "llvm.x86.avx512.packuswb.512"),
}


@dataclass(frozen=True)
class Saturation:
    """Bytes are clamp(r + zero_point, low, high) of i32 lanes r, with 0 ≤ low ≤ high ≤ 255."""

    zero_point: int = 0
    low: int = 0
    high: int = 255


def pack(e: Emitter, vectors: Sequence[ir.Value], how: Saturation, *, interleaved: bool = False) -> ir.Value:
    """One to four vectors of 4, 8 or 16 i32 lanes → 4 · lanes bytes: those of each vector in order, then unspecified ones.

    Four `interleaved` vectors (`lpt.codegen.taps.interleaved_order`) need no permutation.
    """
    wide = [*vectors, *[vectors[-1]] * (4 - len(vectors))]
    lanes = lane_count(wide[0])
    first = _words(e, wide[0], wide[1], how)
    # Of one or two vectors, a second packssdw would say nothing new.
    second = _words(e, wide[2], wide[3], how) if len(vectors) > 2 else first
    packed = e.call(_PACK[32 * lanes][1], vector_type("u8", 4 * lanes), [first, second])
    packed = _clamped(e, packed, how)
    parts = lanes // 4
    if parts == 1 or interleaved:
        return packed
    dwords = e.bitcast(packed, "i32", lanes)
    order = [4 * part + vector if vector < len(vectors) else -1 for vector in range(4) for part in range(parts)]
    return e.bitcast(e.pick(dwords, order), "u8", 4 * lanes)


def _words(e: Emitter, a: ir.Value, b: ir.Value, how: Saturation) -> ir.Value:
    n = 2 * lane_count(a)
    words = e.call(_PACK[16 * n][0], vector_type("i16", n), [a, b])
    if not how.zero_point:
        return words
    return e.call(f"llvm.sadd.sat.v{n}i16", vector_type("i16", n), [words, e.const(how.zero_point, "i16", n)])


def _clamped(e: Emitter, packed: ir.Value, how: Saturation) -> ir.Value:
    n = lane_count(packed)
    for bound, needed, compare in ((how.low, how.low > 0, ">"), (how.high, how.high < 255, "<")):
        if needed:
            other = e.const(bound, "u8", n)
            packed = e.b.select(e.b.icmp_unsigned(compare, packed, other), packed, other)
    return packed


def widened(e: Emitter, vector: ir.Value, lanes: int) -> ir.Value:
    """The lanes of a vector, followed by unspecified ones up to `lanes`."""
    n = lane_count(vector)
    return vector if n == lanes else e.pick(vector, [i if i < n else -1 for i in range(lanes)])


def whole_register(e: Emitter, vector: ir.Value) -> ir.Value:
    """The lanes of a vector, followed by unspecified ones up to 4, 8 or 16."""
    return widened(e, vector, next(lanes for lanes in (4, 8, 16) if lanes >= lane_count(vector)))
