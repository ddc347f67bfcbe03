"""Implicit GEMM: the generator behind convolutions and matrix products.

A micro kernel holds pixels × vectors of output channels in registers and walks the steps of one block's table
(`lpt.codegen.packing`): load the dword of each pixel at the step's offset, multiply it with the block's weights. What
pixel p of a row adds to the address is a constant, so taps, dilation, groups and channel tails all live in the table.
The epilogue gets the accumulators while they are in registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import I32, I64, Emitter, Index, vector_type
from lpt.codegen.isa import Dot, Maddubs, MaddubsSum, WideMaddwd, contraction_dots
from lpt.codegen.packing import Packed, Weights, estimate_steps, pack
from lpt.codegen.tiling import Tile, arithmetic, demanded, ranked

Epilogue = Callable[[Emitter, Sequence[Sequence[ir.Value]], int, Sequence[Index]], None]
"""Given the accumulators of a whole tile: (emitter, vectors of i32 or f32 lanes by pixel and vector, channels, position).

The last vector may have lanes beyond `channels`. The position is that of the first pixel's first channel, one index per
pixel loop, then the channel; the other pixels follow in the row."""

_ROWS = 16
"""Pixels from which on weights of 16 bits pay."""

_DEEPEST = 4096
"""Channels of a pixel that is widened, at most."""

_WIDENED = 256 * 1024
"""Bytes of widened pixels that meet all blocks of weights before the next ones are."""

_SAMPLE = 4
"""Vectors of output channels that tell how far weights have to be cut."""

_L1 = 32 * 1024
_L2 = 512 * 1024


@dataclass(frozen=True)
class Contraction:
    """Sums of products over `weights`, for all pixels: `extents` are the pixel loops, the last one being a row.

    A pixel's base in the input lies `offset` + Σ index · strides bytes from the operand's start. Accumulators start at
    `initial` [OC] (0 if None). `wanted` are the pixels and vectors of the micro kernel, if not for the cost model to choose.
    """

    weights: Weights
    dots: tuple[Dot, ...]
    extents: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    initial: np.ndarray | None = None
    wanted: tuple[int, int] | None = None

    @cached_property
    def sequences(self) -> tuple[Dot, ...]:
        """The sequences of `dots` that are used, one per segment of steps."""
        if self.widens:
            return (self._wide,)
        return contraction_dots(self.dots)

    @cached_property
    def widens(self) -> bool:
        """Whether tiles are widened to 16 bits first: for weights so large that sums in 16 bits have to cut most of them.

        Then every dword has 4 channels, of rows without gaps, and tiles enough share what they read: 16-bit weights are large.
        """
        w, dot = self.weights, self._wide
        is_row = len(w.tap_offsets) == 1 and w.groups == 1 and w.channel_stride == 1 and w.values.shape[2] % dot.step == 0
        if not (isinstance(self.dots[0], Maddubs) and dot.target.fma and is_row and w.values.dtype == np.int8):
            return False
        if prod(self.extents) < _ROWS or self.depth > _DEEPEST:
            return False
        whole = -(-w.channels // dot.lanes) * (self.depth // dot.step)
        if estimate_steps(w, dot, 1) != (whole,):
            return False
        some = replace(w, values=w.values[: _SAMPLE * dot.lanes])
        sums = contraction_dots(self.dots)
        cut = pack(some, sums, 1).steps
        whole = -(-some.channels // dot.lanes) * (self.depth // dot.step)
        cost = sum(int(n) * arithmetic(_cost_name(s)) for s, n in zip(sums, cut, strict=True))
        return whole * arithmetic(_cost_name(dot)) < cost

    @property
    def _wide(self) -> WideMaddwd:
        exact = self.dots[-1]
        return WideMaddwd(exact.name, exact.target, exact.lanes)

    @property
    def depth(self) -> int:
        """Activations that are multiplied for a pixel."""
        return int(self.weights.values.shape[2]) * len(self.weights.tap_offsets)

    @property
    def pitch(self) -> int:
        """Bytes from one widened pixel to the next: from rows a power of two apart only one load comes a cycle."""
        return 2 * self.depth + 64

    @cached_property
    def tile(self) -> Tile:
        """Pixels and vectors of the micro kernel. Raises CompileError if they are wanted so and do not fit."""
        return demanded(self.wanted, self._ranked, self.sequences[0].target) if self.wanted else self._ranked[0]

    @property
    def tiles_by_estimate(self) -> tuple[tuple[int, int], ...]:
        """What micro kernels there could be, that of least estimated time first."""
        return tuple((tile.pixels, tile.vectors) for tile in self._ranked)

    @cached_property
    def _ranked(self) -> tuple[Tile, ...]:
        dot, channels = self.sequences[0], self.weights.channels
        names = tuple(_cost_name(dot) for dot in self.sequences)
        work: tuple[tuple[float, ...], ...]
        if isinstance(dot, MaddubsSum):
            work = (tuple(float(n) for n in self._packed_singly.steps),)
        else:
            most = min(8, -(-channels // dot.lanes))
            work = tuple((float(n),) for n in estimate_steps(self.weights, dot, most))
        return ranked(dot.target, names, self.extents[-1], channels, work)

    @cached_property
    def _packed_singly(self) -> Packed:
        """For sums in 16 bits, blocks are one vector wide: the more lanes, the fewer sums fit."""
        return pack(self.weights, self.sequences, 1)

    @cached_property
    def packed(self) -> Packed:
        return self._packed_singly if self.tile.vectors == 1 else pack(self.weights, self.sequences, self.tile.vectors)

    @property
    def instructions(self) -> str:
        """The sequences that do any work, joined by +."""
        steps = zip(self.sequences, self.packed.steps, strict=True)
        return "+".join(dict.fromkeys(dot.name for dot, n in steps if n)) or self.sequences[0].name

    @property
    def widened(self) -> tuple[float, ...]:
        """`shares` in order where sums are in 16 bits before they are widened; else empty."""
        return tuple(self.shares.values()) if isinstance(self.sequences[0], MaddubsSum) else ()

    @property
    def shares(self) -> dict[int, float]:
        """The share of the dwords multiplied that are 1, 2 … in a step: of proved vpmaddubsw, how many are widened at once."""
        dwords = {dot.dwords: dot.dwords * int(n) for dot, n in zip(self.sequences, self.packed.steps, strict=True)}
        total = max(1, sum(dwords.values()))
        return {n: count / total for n, count in dwords.items()}

    @property
    def blocks(self) -> int:
        return len(self.packed.records)

    @property
    def tiles(self) -> int:
        """Tiles of one block over all rows."""
        return prod(self.extents[:-1]) * self.tile.per_row

    @property
    def _span(self) -> int:
        """Bytes of input between the first and the last pixel."""
        return sum(abs(stride) * (extent - 1) for stride, extent in zip(self.strides, self.extents, strict=True))

    @cached_property
    def tiles_per_unit(self) -> int:
        """Tiles of one block that are one work unit: their input stays in cache while the next blocks read it."""
        if self._near:
            return max(1, _L1 // 4 // self._tile_bytes)
        if self.widens:
            groups = max(-(-self.tiles * self.tile.pixels * self.pitch // _WIDENED), -(-32 // self.blocks))
            return max(1, -(-self.tiles // groups))
        weights = self.packed.data.nbytes
        cached = _L2 // 8 if weights <= _L2 // 2 else _L2 // 2
        # Threads share units evenly, so there are some even where everything fits the cache.
        groups = max(1, round(self._span / cached), -(-32 // self.blocks))
        return max(1, -(-self.tiles // groups))

    @property
    def _tile_bytes(self) -> int:
        """Bytes of input from a tile's first pixel to the one behind its last."""
        return abs(self.strides[-1]) * self.tile.pixels

    @property
    def _near(self) -> bool:
        """Whether a few tiles' input stays in the first cache level while the weights of all blocks stream past.

        Sums in 16 bits read as many dwords of activations as they multiply: on AVX2 1×1 convolutions gain up to 4 %.
        """
        return (
            isinstance(self.sequences[0], MaddubsSum)
            and len(self.weights.tap_offsets) == 1
            and self._tile_bytes <= _L1 // 4
            and self._span > _L1
        )

    @property
    def groups(self) -> int:
        """Work units of one block."""
        return -(-self.tiles // self.tiles_per_unit)

    @property
    def block_major(self) -> bool:
        """Whether units of one block follow each other: its weights are then read once, and the input stays."""
        return self.blocks > 1 and not self._near and not self.widens and self.packed.data.nbytes > self._span

    @property
    def units(self) -> int:
        return self.groups * self.blocks


def emit_contraction(e: Emitter, contraction: Contraction, operand: ir.Value, epilogue: Epilogue) -> None:
    """Emit work units [begin, end) of the contraction: for each, one block of channels over a range of tiles."""
    _Generator(e, contraction, operand, epilogue).emit()


@dataclass
class _Block:
    """One block of output channels while it is emitted: where its steps lie, and how many of its lanes exist."""

    index: Index
    channels: int
    vectors: int
    weights: ir.Value
    table: ir.Value
    counts: Sequence[Index]


_Place = tuple[Index, Index]
"""A tile's row, and its number in that."""


class _Generator:
    def __init__(self, e: Emitter, c: Contraction, operand: ir.Value, epilogue: Epilogue):
        self.e, self.c, self.epilogue = e, c, epilogue
        self.operand = operand
        self.lanes = c.sequences[0].lanes
        self.width = self.lanes * c.tile.vectors
        self.data = e.constant(c.packed.data)
        # A step reads the offsets of the one behind it.
        self.table = e.constant(np.pad(c.packed.offsets, (0, max(dot.dwords for dot in c.sequences))))
        self.records = None if c.blocks == 1 else e.constant(c.packed.records)
        self.wide = e.scratch(c.tiles_per_unit * c.tile.pixels * c.pitch) if c.widens else None
        self.initial: ir.Value | None = None
        if c.initial is not None:
            padded = np.zeros(-(-len(c.initial) // self.lanes) * self.lanes, c.initial.dtype)
            padded[: len(c.initial)] = c.initial
            self.initial = e.constant(padded)

    def emit(self) -> None:
        e, c = self.e, self.c
        full, rest = divmod(c.weights.channels, self.width)
        nothing_yet = [] if self.wide is None else [ir.Constant(I64, -1)]
        with e.loop(e.begin, e.end, carried=nothing_yet) as unit:
            if c.block_major:
                block, group = e.divmod(unit.index, c.groups)
            else:
                group, block = e.divmod(unit.index, c.blocks)
            first = e.mul(group, c.tiles_per_unit)
            last = e.add(first, c.tiles_per_unit)
            if c.tiles % c.tiles_per_unit:
                last = e.imin(e.index(last), e.index(c.tiles))
            if self.wide is not None:
                with e.if_(e.b.icmp_signed("!=", e.index(group), unit.values[0])):
                    self._widen(first, last)
                unit.set([e.index(group)])
            e.by_size(block, full, self.width, rest, lambda index, size: self._tiles(self._block(index, size), first, last))

    def _block(self, index: Index, channels: int) -> _Block:
        e, packed = self.e, self.c.packed
        vectors = -(-channels // self.lanes)
        if isinstance(index, int):
            data, table, *counts = (int(v) for v in packed.records[index])
            return _Block(index, channels, vectors, e.at(self.data, data), e.at(self.table, table), counts)
        assert self.records is not None
        record = e.at(self.records, e.mul(index, packed.records.shape[1] * 8))
        loaded = [e.load_scalar(e.at(record, 8 * i), I64) for i in range(packed.records.shape[1])]
        known = packed.counts
        return _Block(
            index,
            channels,
            vectors,
            e.at(self.data, loaded[0]),
            e.at(self.table, loaded[1]),
            [there if count is None else count for there, count in zip(loaded[2:], known, strict=True)],
        )

    def _tiles(self, block: _Block, first: Index, last: Index) -> None:
        """Tiles [first, last) of one block."""
        with self.e.loop(first, last) as loop:
            self._by_width(loop.index, lambda place, pixels: self._micro(block, place, pixels, self._widened(loop.index, first)))

    def _by_width(self, index: Index, emit: Callable[[_Place, int], None]) -> None:
        """Emit a tile for the number of pixels that it has: the last one of a row may be narrower."""
        e, tile = self.e, self.c.tile
        row, number = e.divmod(index, tile.per_row)
        e.by_size(number, tile.full, tile.pixels, tile.tail, lambda number, pixels: emit((row, number), pixels))

    def _base(self, place: _Place) -> tuple[list[Index], Index]:
        """A tile's first pixel, one index per pixel loop, and where its base lies in the operand."""
        e, c = self.e, self.c
        pixel = [*e.unflatten(place[0], c.extents[:-1]), e.mul(place[1], c.tile.pixels)]
        base: Index = c.offset
        for at, stride in zip(pixel, c.strides, strict=True):
            base = e.add(base, e.mul(at, stride))
        return pixel, base

    def _widened(self, index: Index, first: Index) -> ir.Value | None:
        """Where the widened pixels of a tile lie, if they are, of the group that begins with the `first` tile."""
        e, c = self.e, self.c
        if self.wide is None:
            return None
        return e.at(self.wide, e.mul(e.b.sub(e.index(index), e.index(first)), c.tile.pixels * c.pitch))

    def _micro(self, block: _Block, place: _Place, pixels: int, widened: ir.Value | None) -> None:
        """One tile of `pixels` pixels, all vectors of the block."""
        e, c = self.e, self.c
        pixel, at = self._base(place)
        base = e.at(self.operand, at) if widened is None else widened
        accumulators = self._start(block, pixels)
        weights, table = block.weights, block.table
        for dot, count, multiple in zip(c.sequences, block.counts, c.packed.multiples, strict=True):
            if isinstance(count, int) and count == 0:
                continue
            unroll = unrolled(dot, multiple, pixels * block.vectors)
            accumulators = self._steps(block, dot, count, unroll, weights, table, base, accumulators)
            weights = e.at(weights, e.mul(count, block.vectors * dot.step_bytes))
            table = e.at(table, e.mul(count, 4 * dot.dwords))
        channel = e.mul(block.index, self.width)
        tile = [accumulators[p * block.vectors : (p + 1) * block.vectors] for p in range(pixels)]
        self.epilogue(e, tile, block.channels, [*pixel, channel])

    def _widen(self, first: Index, last: Index) -> None:
        """The codes of tiles [first, last) as 16 bits each, in `wide`, one pixel behind the other."""
        e, c, step = self.e, self.c, min(2 * self.lanes, self.c.depth)

        def put(source: ir.Value, to: ir.Value, k: Index) -> None:
            codes = e.load(e.at(source, k), "u8", step)
            e.store(e.at(to, e.mul(k, 2)), e.b.zext(codes, vector_type("u16", step)))

        def widen(place: _Place, pixels: int, to: ir.Value | None) -> None:
            assert to is not None
            base = e.at(self.operand, self._base(place)[1])
            with e.loop(0, pixels) as p:
                source, row = e.at(base, e.mul(p.index, c.strides[-1])), e.at(to, e.mul(p.index, c.pitch))
                with e.loop(0, c.depth // step * step, step) as k:
                    put(source, row, k.index)
                if c.depth % step:
                    put(source, row, c.depth - step)

        with e.loop(first, last) as loop:
            self._by_width(loop.index, lambda place, pixels: widen(place, pixels, self._widened(loop.index, first)))

    def _start(self, block: _Block, pixels: int) -> list[ir.Value]:
        e, kind = self.e, self.c.dots[0].accumulator
        if self.initial is None:
            return [e.const(0, kind, self.lanes)] * (pixels * block.vectors)
        at = e.at(self.initial, e.mul(block.index, self.width * 4))
        vectors = [e.load(e.at(at, j * self.lanes * 4), kind, self.lanes, invariant=True) for j in range(block.vectors)]
        return vectors * pixels

    def _steps(
        self,
        block: _Block,
        dot: Dot,
        count: Index,
        unroll: int,
        weights: ir.Value,
        table: ir.Value,
        base: ir.Value,
        accumulators: list[ir.Value],
    ) -> list[ir.Value]:
        """The `count` steps of a segment; accumulators are [pixel][vector]."""
        e, vectors, loads = self.e, block.vectors, range(dot.dwords * dot.passes)
        stride, pixels = self.c.strides[-1], len(accumulators) // vectors
        # Where sums in 16 bits are short of time, offsets are loaded one step ahead: the loads behind them need not wait.
        ahead = self._offsets(table, 0, dot) if unroll == 1 and isinstance(dot, MaddubsSum) else []
        with e.loop(0, count, unroll, carried=[*accumulators, *ahead]) as k:
            accs, offsets = list(k.values[: len(accumulators)]), k.values[len(accumulators) :]
            for u in range(unroll):
                first = e.mul(e.add(k.index, u), dot.dwords)
                if ahead:
                    following = self._offsets(table, e.add(first, dot.dwords), dot)
                else:
                    offsets = self._offsets(table, first, dot)
                x_at = [e.at(base, offset) for offset in offsets]
                w_at = e.at(weights, e.mul(e.add(k.index, u), vectors * dot.step_bytes))
                self._prefetch(w_at, vectors * dot.step_bytes)
                starts = range(0, vectors * dot.step_bytes, dot.step_bytes)
                w = [[dot.load_weights(e, e.at(w_at, at + i * dot.weight_bytes)) for i in loads] for at in starts]
                if self.wide is not None:
                    accs = self._products(e.at(base, e.mul(first, 8)), w, accs)
                    continue
                for p in range(pixels):
                    x = [dot.broadcast(e, e.at(at, p * stride), i) for i in range(dot.passes) for at in x_at]
                    for j in range(vectors):
                        accs[p * vectors + j] = dot.accumulate_step(e, accs[p * vectors + j], x, w[j])
            k.set([*accs, *following] if ahead else accs)
        return k.results[: len(accumulators)]

    def _products(self, at: ir.Value, w: list[list[ir.Value]], accumulators: list[ir.Value]) -> list[ir.Value]:
        """One step of widened pixels, which begins at `at` in the first of them."""
        e, dot, accs, vectors = self.e, self.c.sequences[0], list(accumulators), len(w)
        assert isinstance(dot, WideMaddwd)
        for pass_ in range(dot.passes):
            for p in range(len(accs) // vectors):
                x = dot.broadcast(e, e.at(at, p * self.c.pitch + pass_ * 4), pass_)
                products = [dot.product(e, x, w[j][pass_]) for j in range(vectors)]
                for j, product in enumerate(products):
                    accs[p * vectors + j] = e.b.add(accs[p * vectors + j], product)
        return accs

    def _offsets(self, table: ir.Value, first: Index, dot: Dot) -> list[ir.Value]:
        """The entries of a step that begins with entry `first`: bytes from a pixel's base."""
        e = self.e
        entries = (e.load_scalar(e.at(table, e.mul(e.add(first, i), 4)), I32) for i in range(dot.dwords))
        return [e.b.sext(entry, I64) for entry in entries]

    def _prefetch(self, weights: ir.Value, size: int) -> None:
        """Ask for the same `size` bytes of the next block, where weights come from memory and few tiles hide it."""
        e, packed = self.e, self.c.packed
        if packed.data.nbytes < _L2 // 2 or self.c.tiles_per_unit > 32:
            return
        ahead = packed.data.nbytes // self.c.blocks
        for line in range(0, size, 64):
            into_second_level = [ir.Constant(I32, n) for n in (0, 2, 1)]
            e.call("llvm.prefetch.p0", ir.VoidType(), [e.at(weights, ahead + line), *into_second_level])


def _cost_name(dot: Dot) -> str:
    """The sequence's name in the cost model."""
    if isinstance(dot, WideMaddwd):
        return f"{dot.name}·wide"
    return f"{dot.name}·{dot.dwords}" if dot.dwords > 1 else dot.name


def unrolled(dot: Dot, multiple: int, accumulators: int) -> int:
    """Steps per trip: several where one is too short to hide the loop, if they divide the count.

    Not for sums that LLVM may reassociate over several steps: they would leave the registers.
    """
    if dot.accumulator == "i32" and not dot.adds:
        return 1
    return next(u for u in (4, 2, 1) if u == 1 or (u * accumulators <= 32 and multiple % u == 0))
