"""Tables of 256 entries in registers: shuffles instead of memory gathers.

With AVX-512, vpermi2w takes one of 64 words by its index: word j holds entries j and j + 128, so that two of them, a choice by
bit 6 and one by bit 7 are a lookup of 32 bytes. Otherwise there are 16 byte shuffles: for row k of 16 entries, `t = x xor 16k`
is below 16 exactly where x belongs to the row; adding 0x70 with saturation sets the top bit of all other bytes, and pshufb
gives 0 for those. The rows are then joined by or.
"""

from __future__ import annotations

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, lane_count, vector_type

_SHUFFLES = {16: "llvm.x86.ssse3.pshuf.b.128", 32: "llvm.x86.avx2.pshuf.b", 64: "llvm.x86.avx512.pshuf.b.512"}


def lookup_bytes(e: Emitter, x: ir.Value, table: np.ndarray) -> ir.Value:
    """table[x] for a vector of unsigned bytes, of any length; `table` holds 256 bytes."""
    n = lane_count(x)
    width = e.target.vector_bits // 8
    while width > 16 and width >= 2 * n:
        width //= 2
    padded = -(-n // width) * width
    if padded != n:
        x = e.shuffle(x, x, [*range(n), *(0,) * (padded - n)])
    parts = [e.shuffle(x, x, range(i, i + width)) if padded > width else x for i in range(0, padded, width)]
    rows = np.ascontiguousarray(table).view(np.uint8).reshape(16, 16)
    if width == 64:
        results = [_lookup_words(e, part, rows) for part in parts]
    else:
        results = [_lookup_register(e, part, rows, width) for part in parts]
    while len(results) > 1:
        if len(results) % 2:
            results.append(results[-1])
        count = 2 * lane_count(results[0])
        results = [e.shuffle(a, b, range(count)) for a, b in zip(results[::2], results[1::2], strict=True)]
    joined = results[0]
    return joined if lane_count(joined) == n else e.shuffle(joined, joined, range(n))


def _lookup_register(e: Emitter, x: ir.Value, rows: np.ndarray, width: int) -> ir.Value:
    bytes_ = vector_type("u8", width)
    result: ir.Value | None = None
    limit = e.const(0x70, "u8", width)
    for k, row in enumerate(rows):
        index = e.b.xor(x, e.const(16 * k, "u8", width)) if k else x
        index = e.call(f"llvm.uadd.sat.v{width}i8", bytes_, [index, limit])
        part = e.call(_SHUFFLES[width], bytes_, [e.const(np.tile(row, width // 16), "u8", width), index])
        result = part if result is None else e.b.or_(result, part)
    assert result is not None
    return result


def _lookup_words(e: Emitter, x: ir.Value, rows: np.ndarray) -> ir.Value:
    """A register of 64 bytes: the even bytes' entries, then the odd ones'."""
    pairs = np.ascontiguousarray(rows.reshape(2, 128).T).view(np.uint16).reshape(4, 32)
    tables = [e.const(part, "u16", 32) for part in pairs]
    permute = "llvm.x86.avx512.vpermi2var.hi.512"
    words, type_ = e.bitcast(x, "u16", 32), vector_type("u16", 32)
    zero, eight = e.const(0, "u16", 32), e.const(8, "u16", 32)
    halves = []
    for index in (words, e.b.lshr(words, eight)):
        low, high = (e.call(permute, type_, [a, index, b]) for a, b in (tables[:2], tables[2:]))
        is_high = e.b.icmp_unsigned("!=", e.b.and_(index, e.const(64, "u16", 32)), zero)
        pair = e.b.select(is_high, high, low)
        is_second = e.b.icmp_unsigned("!=", e.b.and_(index, e.const(128, "u16", 32)), zero)
        halves.append((pair, is_second))
    (even, even_second), (odd, odd_second) = halves
    even = e.b.select(even_second, e.b.lshr(even, eight), e.b.and_(even, e.const(255, "u16", 32)))
    odd = e.b.select(odd_second, e.b.and_(odd, e.const(0xFF00, "u16", 32)), e.b.shl(odd, eight))
    return e.bitcast(e.b.or_(even, odd), "u8", 64)


def lookup_lanes(e: Emitter, codes: ir.Value, table: np.ndarray, *, signed_index: bool) -> ir.Value:
    """table[code − lowest code] on i32 lanes of an 8-bit type, as i32 lanes. Wider entries are looked up byte by byte."""
    n = lane_count(codes)
    index = e.b.trunc(codes, vector_type("u8", n))
    if signed_index:
        index = e.b.xor(index, e.const(128, "u8", n))
    size = table.dtype.itemsize
    columns = np.ascontiguousarray(table).view(np.uint8).reshape(256, size)
    wide = vector_type("i32", n)
    result: ir.Value | None = None
    for byte in range(size):
        part = lookup_bytes(e, index, columns[:, byte])
        top = byte == size - 1 and table.dtype.kind == "i"
        part = (e.b.sext if top else e.b.zext)(part, wide)
        part = e.b.shl(part, e.const(8 * byte, "i32", n)) if byte else part
        result = part if result is None else e.b.or_(result, part)
    assert result is not None
    return result
