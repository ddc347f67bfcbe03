"""`kernel.gemm` of packed weights: f32 activations · codes of 4 or 8 bits that are dequantized in registers.

Each lane belongs to an output channel and each dword of weights holds 8 or 4 rows of K of it, so that a micro kernel of pixels ×
vectors streams the packed matrix once. A code c becomes the float f32(c − z)·f32(s) exactly as dcast defines it: its bits, where
they lie in the dword, are the low mantissa bits of a float of exponent 2²³, so 2²³ + c·2ᵖ comes from one `and` and one `or`,
less 2²³ + z·2ᵖ it is exact, and s·2⁻ᵖ undoes p. Products are added in the order of K, as those of float weights are: the same bits
as a float product of the dequantized matrix on this target, within K·2⁻²⁴·Σ|terms| of the exact one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.fused import Fused, operand_of
from lpt.codegen.gemm import column_stride
from lpt.codegen.isa import Dot, float_dot
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.nest import moved_bytes
from lpt.codegen.space import Access
from lpt.codegen.tiling import Tile
from lpt.dialects.blob import Array
from lpt.dialects.kernel import KernelGemmOp, Layout
from lpt.dialects.shapes import tensor_shape
from lpt.dialects.weight_only import PackedWeights
from lpt.target import Target

_CACHED = 256 * 1024
_ONE = 2.0**23
_EXPONENT = 0x4B000000
_MANTISSA = 23
_MOST = 2
"""Values of p: each needs registers for a mask, a zero point and the scales, and saves shifts."""
_SMALL = 2.0**-100
"""Scales from here on stay normal when they are divided by 2ᵖ."""


@dataclass(frozen=True)
class Codes:
    """A matrix of `codes` [K, N] from 0 on, with f32 `scales` and `zero_points` [runs, N] of `run` rows each."""

    codes: Array
    scales: Array
    zero_points: Array
    run: int
    bits: int

    @staticmethod
    def of(weights: PackedWeights) -> Codes:
        """The codes of a weight-only product."""
        params, low = weights.params, weights.params.storage.min
        codes = (weights.constant.array.astype(np.int16) - low).astype(np.uint8)
        (depth, columns), run = codes.shape, weights.run
        # One row of each run: parameters by blocks say them for every element.
        scales, zero_points = params.expand(codes.shape)
        shape = (-(-depth // run), columns)
        first = [np.broadcast_to(array, codes.shape)[::run] for array in (scales, zero_points - low)]
        assert all(array.shape == shape for array in first)
        return Codes(codes, first[0].astype(np.float32), first[1].astype(np.uint8), run, weights.bits)

    @property
    def per_dword(self) -> int:
        """Rows in 32 bits."""
        return 32 // self.bits

    @property
    def full(self) -> int:
        """Runs that are whole dwords."""
        return len(self.codes) // self.run if self.run % self.per_dword == 0 else 0

    @property
    def rest(self) -> int:
        """Rows behind them: those of one run at most."""
        return len(self.codes) - self.full * self.run

    @property
    def zero_point(self) -> int | None:
        """The zero point of all, if they are equal."""
        first = int(self.zero_points.flat[0])
        return first if (self.zero_points == first).all() else None

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """(shift, p) for each row of a dword: its code is at bit p of the dword shifted right by `shift`."""
        starts = [self.bits * i for i in range(self.per_dword)]
        if float(self.scales.min()) < _SMALL:
            return tuple((start, 0) for start in starts)
        reach = self.bits * min(_MOST, _MANTISSA // self.bits)
        return tuple((start // reach * reach, start % reach) for start in starts)

    @property
    def head_bytes(self) -> int:
        """Bytes per channel and run before its codes."""
        return 4 if self.zero_point is not None else 5

    def run_bytes(self, rows: int) -> int:
        """Bytes per channel of a run of so many rows."""
        return self.head_bytes + 4 * -(-rows // self.per_dword)

    @property
    def channel_bytes(self) -> int:
        """Bytes per channel of all runs."""
        return self.full * self.run_bytes(self.run) + (self.run_bytes(self.rest) if self.rest else 0)

    def packed(self, width: int, lanes: int) -> Array:
        """Bytes: for each block of `width` channels the runs one after the other, each its scales, zero points and dwords."""
        columns = self.codes.shape[1]
        padded = -(-columns // lanes) * lanes
        whole = self.full * self.run
        dwords = -(-self.rest // self.per_dword)
        codes = np.zeros((whole + dwords * self.per_dword, padded), np.uint32)
        codes[: len(self.codes), :columns] = self.codes
        parts = codes.reshape(-1, self.per_dword, padded)
        words = np.zeros((len(parts), padded), np.uint32)
        for i in range(self.per_dword):
            words |= parts[:, i] << np.uint32(self.bits * i)
        scales = np.pad(self.scales, ((0, 0), (0, padded - columns)))
        zero_points = np.pad(self.zero_points, ((0, 0), (0, padded - columns)))
        blocks: list[Array] = []
        for begin in range(0, padded, width):
            cut = slice(begin, begin + width)
            per_run = self.run // self.per_dword
            blocks.append(self._runs(scales[: self.full, cut], zero_points[: self.full, cut], words[: self.full * per_run, cut]))
            if self.rest:
                last = slice(self.full, self.full + 1)
                blocks.append(self._runs(scales[last, cut], zero_points[last, cut], words[whole // self.per_dword :, cut]))
        return np.concatenate(blocks)

    def _runs(self, scales: Array, zero_points: Array, words: Array) -> Array:
        """The bytes of runs of equal length: scales and zero points [runs, channels], words [runs · dwords, channels]."""
        runs = len(scales)
        heads = [scales, zero_points] if self.zero_point is None else [scales]
        parts = [np.ascontiguousarray(a).view(np.uint8).reshape(runs, -1) for a in (*heads, words)] if runs else []
        return np.concatenate(parts, axis=1).ravel() if parts else np.zeros(0, np.uint8)


def build_weight_only(op: KernelGemmOp, layouts: Sequence[Layout], weights: PackedWeights, target: Target) -> KernelCode:
    """The code of a […, M, K] · dcast(codes [K, N])."""
    matmul = op.matmul
    index = operand_of(op, matmul.a)
    layout, shape = layouts[index], tensor_shape(matmul.a)
    fused = Fused.behind(op, layouts, len(tensor_shape(matmul.result)) - 1, Access(layout.offset, (*layout.strides[:-1], 0)))
    e = Emitter(target, operands=len(op.inputs))
    generator = _Generator(e, Codes.of(weights), fused, index, layout.offset, column_stride(shape, layout), op.wanted)
    generator.emit()
    return finish(
        e,
        units=generator.units,
        instructions=generator.dot.name,
        macs=prod(tensor_shape(matmul.result)) * shape[-1],
        moved=moved_bytes(op) + generator.data.nbytes,
    )


def _tile(target: Target, row: int, channels: int) -> Tile:
    """Pixels share the work of dequantizing, as far as registers hold their sums; a single one needs several chains of them."""
    vectors = min(4 if row == 1 else 2, -(-channels // target.lanes))
    most = 8 if target.registers > 16 else 4
    pixels = -(-row // -(-row // min(row, most)))
    return Tile(pixels, vectors, *divmod(row, pixels))


@dataclass(frozen=True)
class _Head:
    """What the rows of a run share: per vector of channels s·2⁻ᵖ and 2²³ + z·2ᵖ for each p."""

    scales: Sequence[dict[int, ir.Value]]
    zeros: Sequence[dict[int, ir.Value]]


class _Generator:
    def __init__(
        self, e: Emitter, codes: Codes, fused: Fused, operand: int, offset: int, step: int, wanted: tuple[int, int] | None
    ):
        self.e, self.codes, self.fused = e, codes, fused
        self.dot: Dot = float_dot(e.target)
        self.offset, self.step = 4 * offset, 4 * step
        self.channels = codes.codes.shape[1]
        row = fused.extents[-1]
        self.tile = Tile(*wanted, *divmod(row, wanted[0])) if wanted else _tile(e.target, row, self.channels)
        self.width = e.lanes * self.tile.vectors
        self.data = codes.packed(self.width, e.lanes)
        self.x, self.packed = e.operand(operand), e.constant(self.data)
        self.blocks = -(-self.channels // self.width)
        self.tiles = prod(fused.extents[:-1]) * self.tile.per_row
        # The activations of a group of tiles stay in the cache while all blocks' weights stream past. Threads share units evenly,
        # so there are some even where there are few blocks.
        cached = _CACHED // (4 * len(codes.codes) * self.tile.pixels)
        groups = min(self.tiles, max(-(-self.tiles // max(cached, 1)), -(-32 // self.blocks)))
        self.per_unit = -(-self.tiles // groups)
        self.groups = -(-self.tiles // self.per_unit)

    @property
    def units(self) -> int:
        """One block of channels over a range of tiles each; those of a range follow each other."""
        units: int = self.blocks * self.groups
        return units

    def emit(self) -> None:
        """All units."""
        e = self.e
        full, rest = divmod(self.channels, self.width)
        with e.loop(e.begin, e.end) as unit:
            group, block = e.divmod(unit.index, self.blocks)
            first = e.mul(group, self.per_unit)
            last = e.imin(e.index(e.add(first, self.per_unit)), e.index(self.tiles))
            e.by_size(block, full, self.width, rest, lambda index, size: self._tiles(index, size, first, last))

    def _tiles(self, block: Index, channels: int, first: Index, last: Index) -> None:
        """Tiles [first, last) of one block."""
        e, tile = self.e, self.tile
        with e.loop(first, last) as loop:
            row, number = e.divmod(loop.index, tile.per_row)
            e.by_size(number, tile.full, tile.pixels, tile.tail, lambda i, pixels: self._micro(block, channels, pixels, row, i))

    def _micro(self, block: Index, channels: int, pixels: int, row: Index, column: Index) -> None:
        """One tile: `pixels` pixels from `column` · tile.pixels of a row on, `channels` channels of a block."""
        e, codes = self.e, self.codes
        first = e.mul(column, self.tile.pixels)
        outer = e.unflatten(row, self.fused.extents[:-1])
        x = e.at(self.x, self.offset)
        for index, stride in zip([*outer, first], self.fused.strides, strict=True):
            x = e.at(x, e.mul(index, 4 * stride))
        vectors = -(-channels // e.lanes)
        at = e.at(self.packed, e.mul(block, self.width * codes.channel_bytes))
        accs = [e.const(0, "f32", e.lanes)] * (pixels * vectors)
        size = codes.run_bytes(codes.run) * vectors * e.lanes
        if codes.full:
            with e.loop(0, codes.full, carried=accs) as runs:
                here = e.at(x, e.mul(runs.index, codes.run * self.step))
                runs.set(self._run(e.at(at, e.mul(runs.index, size)), here, codes.run, runs.values, vectors))
            accs = runs.results
        if codes.rest:
            here = e.at(x, codes.full * codes.run * self.step)
            accs = self._run(e.at(at, codes.full * size), here, codes.rest, accs, vectors)
        tile = [accs[p * vectors : (p + 1) * vectors] for p in range(pixels)]
        self.fused.store(e, tile, channels, [*outer, first, e.mul(block, self.width)])

    def _run(self, at: ir.Value, x: ir.Value, rows: int, accs: list[ir.Value], vectors: int) -> list[ir.Value]:
        """`rows` rows that share a scale; x is where the first one's activations are."""
        e, per = self.e, self.codes.per_dword
        head = self._head(at, vectors)
        at = e.at(at, self.codes.head_bytes * vectors * e.lanes)
        whole, rest = divmod(rows, per)
        if whole:
            # A dword is a trip: LLVM would interleave several, and spill.
            with e.loop(0, whole, carried=accs) as loop:
                there = e.at(at, e.mul(loop.index, 4 * vectors * e.lanes))
                loop.set(self._dword(there, e.at(x, e.mul(loop.index, per * self.step)), per, loop.values, vectors, head))
            accs = loop.results
        if rest:
            at, x = e.at(at, whole * 4 * vectors * e.lanes), e.at(x, whole * per * self.step)
            accs = self._dword(at, x, rest, accs, vectors, head)
        return accs

    def _head(self, at: ir.Value, vectors: int) -> _Head:
        e, n, positions = self.e, self.e.lanes, sorted({p for _, p in self.codes.places})
        scales, zeros = [], []
        for j in range(vectors):
            scale = e.load(e.at(at, 4 * n * j), "f32", n, invariant=True)
            scales.append({p: e.b.fmul(scale, e.const(2.0**-p, "f32", n)) if p else scale for p in positions})
            zero = self.codes.zero_point
            if zero is not None:
                zeros.append({p: e.const(_ONE + zero * 2.0**p, "f32", n) for p in positions})
                continue
            points = e.load(e.at(at, 4 * n * vectors + n * j), "u8", n, to="f32", invariant=True)
            one = e.const(_ONE, "f32", n)
            zeros.append({p: e.b.fadd(e.b.fmul(points, e.const(2.0**p, "f32", n)), one) for p in positions})
        return _Head(scales, zeros)

    def _dword(self, at: ir.Value, x: ir.Value, rows: int, accs: Sequence[ir.Value], vectors: int, head: _Head) -> list[ir.Value]:
        """The products of the rows of one dword."""
        e, n, accs = self.e, self.e.lanes, list(accs)
        words = [e.load(e.at(at, 4 * n * j), "i32", n, invariant=True) for j in range(vectors)]
        for i, (shift, p) in enumerate(self.codes.places[:rows]):
            w = [self._weight(word, shift, p, head.scales[j][p], head.zeros[j][p]) for j, word in enumerate(words)]
            for pixel in range(len(accs) // vectors):
                there = e.at(x, pixel * 4 * self.fused.strides[-1] + i * self.step)
                value = self.dot.broadcast(e, there, 0)
                for j in range(vectors):
                    k = pixel * vectors + j
                    accs[k] = self.dot.accumulate(e, accs[k], value, w[j])
        return accs

    def _weight(self, word: ir.Value, shift: int, p: int, scale: ir.Value, zero: ir.Value) -> ir.Value:
        """f32(c − z) · f32(s) of the codes at bit `shift` + p."""
        e, n = self.e, self.e.lanes
        moved = e.b.lshr(word, e.const(shift, "i32", n)) if shift else word
        code = e.b.and_(moved, e.const((1 << self.codes.bits) - 1 << p, "i32", n))
        shifted = e.bitcast(e.b.or_(code, e.const(_EXPONENT, "i32", n)), "f32", n)
        return e.b.fmul(e.b.fsub(shifted, zero), scale)
