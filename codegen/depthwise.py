"""`kernel.depthwise`: one input channel per output channel, taps multiplied in registers, channels in lanes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.conv import (
    build_convolution,
    check_halo,
    conv_product,
    macs,
    read_access,
    tap_offsets,
)
from lpt.codegen.emit import Emitter, Index, lane_count
from lpt.codegen.fused import Fused, Product, no_elements, operand_of, where
from lpt.codegen.isa import Dot, Maddubs, float_dot, integer_dots, proved
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.nest import moved_bytes
from lpt.codegen.taps import PARTS, WIDE_PARTS, TapVectors, interleaved_order, tap_groups
from lpt.dialects.kernel import KernelDepthwiseOp, Layout
from lpt.dialects.nn import ConvOp
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_depthwise(op: KernelDepthwiseOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a depthwise convolution whose operands have these layouts, channel-last with halo.

    Where input channels feed several output channels it is a grouped convolution. Raises CompileError as that does.
    """
    if (nothing := no_elements(op, target)) is not None:
        return nothing
    conv = op.root
    assert isinstance(conv, ConvOp)
    product = conv_product(op, conv)
    if tensor_shape(conv.x)[1] != tensor_shape(conv.w)[0]:
        return build_convolution(op, conv, layouts, target)
    index = operand_of(op, conv.x)
    layout = layouts[index]
    check_halo(op, conv, layout)
    if layout.strides[1] != 1 and tensor_shape(conv.x)[1] > 1:
        raise CompileError(
            "a depthwise kernel reads channel-last data", where=where(op), way_out="this is a bug of lpt's layout pass"
        )
    read = read_access(conv, layout)
    fused = Fused.behind(op, layouts, 1, read)
    wide = _wide_channels(op, conv, fused, target) if product.element == 1 else 0
    if wide:
        order = np.arange(len(product.weights))
        order[:wide] = (interleaved_order(target.lanes) + np.arange(0, wide, 4 * target.lanes)[:, None]).ravel()
        fused = Fused.behind(op, layouts, 1, read, order)
    e = Emitter(target, operands=len(op.inputs))
    generator = _Generator(e, target, conv, product, layout, fused, index, wide)
    generator.emit()
    return finish(
        e,
        units=generator.units,
        instructions=generator.instructions,
        macs=macs(conv),
        moved=moved_bytes(op) + product.weights.nbytes,
        widened=(generator.proved / product.weights.size,) if generator.proved else (),
    )


def _wide_channels(op: KernelDepthwiseOp, conv: ConvOp, fused: Fused, target: Target) -> int:
    """Channels, the first ones, of which whole registers of bytes are done at once: for windows whose weights nearly fit registers,
    and where nothing but constants and bytes meet the sums, as other data would have to be put in the order of their lanes.
    Registers of one 16-byte lane have nothing to deal, and would gain nothing."""
    if target.vector_bits == 128 or len(op.inputs) > 1 or not fused.body.packs or prod(tensor_shape(conv.w)[2:]) > 12:
        return 0
    width = WIDE_PARTS * target.lanes
    return tensor_shape(conv.x)[1] // width * width


@dataclass(frozen=True)
class _Chunk:
    """Adjacent channels that one piece of code does at once: `count` times from `start` on, `channels` each."""

    start: int
    channels: int
    lanes: int
    count: int
    parts: int = 1
    """Vectors of `lanes` channels."""


class _Generator:
    def __init__(
        self, e: Emitter, target: Target, conv: ConvOp, product: Product, layout: Layout, fused: Fused, operand: int, wide: int
    ):
        self.e, self.target, self.product, self.fused = e, target, product, fused
        self.channels, self.wide = len(product.weights), wide
        self.weights = product.weights.reshape(self.channels, -1)
        element = product.element
        self.offset = read_access(conv, layout).offset * element
        self.strides = [stride * element for stride in fused.strides]
        self.taps = tap_offsets(conv, layout) * element
        kernel = tensor_shape(conv.w)[2:]
        stride = int(conv.strides.get_values()[-1])
        self.groups = tap_groups(kernel, stride) if element == 1 else [(t,) for t in range(prod(kernel))]
        self.operand = e.operand(operand)
        self.used: set[str] = set()
        self.proved = 0

    @cached_property
    def chunks(self) -> list[_Chunk]:
        """The widest vectors first, then narrower ones, the last one partly filled."""
        parts = PARTS if self.product.element == 1 else 1
        chunks, start, lanes = [], self.wide, self.target.lanes
        if self.wide:
            chunks.append(_Chunk(0, WIDE_PARTS * lanes, lanes, self.wide // (WIDE_PARTS * lanes), WIDE_PARTS))
        while start < self.channels:
            count = (self.channels - start) // (parts * lanes)
            if count:
                chunks.append(_Chunk(start, parts * lanes, lanes, count, parts))
                start += count * parts * lanes
            if lanes == 4:
                break
            lanes //= 2
        if start < self.channels:
            chunks.append(_Chunk(start, self.channels - start, 4, 1, parts))
        return chunks

    @property
    def rows(self) -> int:
        return prod(self.fused.extents[:-1])

    @cached_property
    def pixels(self) -> int:
        """Pixels of a row that are done at once, sharing taps."""
        row = self.fused.extents[-1]
        return -(-row // -(-row // 8))

    @cached_property
    def segments(self) -> int:
        """Parts of a row that are work units of their own, where there are few rows."""
        tiles = -(-self.fused.extents[-1] // self.pixels)
        return min(tiles, max(1, 16 // self.rows))

    @property
    def units(self) -> int:
        return self.rows * self.segments

    @property
    def instructions(self) -> str:
        """The sequences used, joined by +; valid after `emit`."""
        return "+".join(sorted(self.used, reverse=True, key=lambda name: "ubs" in name))

    def emit(self) -> None:
        e, row = self.e, self.fused.extents[-1]
        tiles, tail = divmod(row, self.pixels)
        per = -(-(tiles + (tail > 0)) // self.segments)
        with e.loop(e.begin, e.end) as unit:
            line, segment = e.divmod(unit.index, self.segments)
            outer = e.unflatten(line, self.fused.extents[:-1])
            first = e.mul(segment, per)
            last: Index = tiles
            if self.segments > 1:
                last = e.imin(e.index(e.add(first, per)), e.index(tiles))
            for chunk in self.chunks:
                code = self._code(chunk)
                with e.loop(0, chunk.count) as c:
                    with e.loop(first, last) as tile:
                        code.tile(outer, e.mul(tile.index, self.pixels), self.pixels, c.index)
                    if tail and self.segments == 1:
                        code.tile(outer, tiles * self.pixels, tail, c.index)
                    elif tail:
                        ends = e.b.icmp_signed("==", e.index(segment), e.index(self.segments - 1))
                        with e.if_(ends):
                            code.tile(outer, tiles * self.pixels, tail, c.index)

    def _code(self, chunk: _Chunk) -> _ChunkCode:
        kind = _InterleavedChunk if self.product.element == 1 else _FloatChunk
        return kind(self, chunk)


class _ChunkCode(ABC):
    """The code of one chunk: subclasses sum the taps of one pixel."""

    def __init__(self, g: _Generator, chunk: _Chunk):
        self.g, self.chunk, self.e = g, chunk, g.e
        initial = g.fused.initial(g.product)
        self.initial = None if initial is None else self.e.constant(self.of_chunk(initial))

    def tile(self, outer: Sequence[Index], first: Index, pixels: int, repeat: Index) -> None:
        """Pixels [first, first + pixels) of one row, for the chunk's `repeat`-th channels."""
        e, g, chunk = self.e, self.g, self.chunk
        channel = e.add(e.mul(repeat, chunk.channels), chunk.start)
        base: Index = e.add(e.mul(channel, g.product.element), g.offset)
        for index, stride in zip([*outer, first], g.strides, strict=True):
            base = e.add(base, e.mul(index, stride))
        self.begin(e.at(g.operand, base), repeat)
        if chunk.parts == WIDE_PARTS:
            # Its sums, taps and weights fill the registers: one pixel is finished before the next.
            for p in range(pixels):
                position = [*outer, e.add(first, p), channel]
                g.fused.store(e, [self.pixel(p * g.strides[-1])], chunk.channels, position, interleaved=True)
            return
        sums = [self.pixel(p * g.strides[-1]) for p in range(pixels)]
        vectors = -(-chunk.channels // lane_count(sums[0][0]))
        g.fused.store(e, [pixel[:vectors] for pixel in sums], chunk.channels, [*outer, first, channel])

    def of_chunk(self, array: np.ndarray) -> np.ndarray:
        """[channels, …] → [repeats, channels of a vector, …]: the chunk's own, filled up with zeros."""
        chunk = self.chunk
        own = array[chunk.start : chunk.start + chunk.count * chunk.channels]
        own = own.reshape(chunk.count, chunk.channels, *array.shape[1:])
        padded = np.zeros((chunk.count, self.width, *array.shape[1:]), array.dtype)
        padded[:, : chunk.channels] = own
        return padded[:, interleaved_order(chunk.lanes)] if chunk.parts == WIDE_PARTS else padded

    @property
    @abstractmethod
    def width(self) -> int:
        """Channels that the vectors have room for."""

    @abstractmethod
    def begin(self, base: ir.Value, repeat: Index) -> None:
        """Start a tile whose first tap lies at `base`."""

    @abstractmethod
    def pixel(self, offset: int) -> list[ir.Value]:
        """The accumulators of the pixel `offset` bytes behind the tile's first: vectors in order of channels."""


class _InterleavedChunk(_ChunkCode):
    """u8 · i8: vectors of dwords that hold up to four taps of a channel each (`lpt.codegen.taps`)."""

    def __init__(self, g: _Generator, chunk: _Chunk):
        super().__init__(g, chunk)
        self.entries: list[tuple[tuple[int, ...], Dot]] = []
        packed = []
        for group in g.groups:
            for dot, weights in self._parts(group):
                ready = dot.pack(self.of_chunk(weights).reshape(chunk.count, chunk.parts, chunk.lanes, 4))
                packed.append(np.moveaxis(ready, 0, 1).reshape(chunk.count, -1))
                self.entries.append((tuple(int(g.taps[t]) for t in group), dot))
                g.used.add(dot.name)
            g.proved += len(group) * chunk.channels * chunk.count * isinstance(dot, Maddubs)
        self.stride = 4 * sum(p.shape[1] for p in packed)
        self.weights = self.e.constant(np.concatenate(packed, 1))

    def _parts(self, group: Sequence[int]) -> Iterator[tuple[Dot, np.ndarray]]:
        """The weights [channels, 4] of a group of taps, in i8 parts, each with the first sequence that is exact on it."""
        left = np.zeros((self.g.channels, 4), np.int16)
        left[:, : len(group)] = self.g.weights[:, list(group)]
        first = True
        while first or left.any():
            part = left.clip(-128, 127)
            left, first = left - part, False
            own = self.of_chunk(part)
            dots = integer_dots(self.g.target, self.chunk.lanes)
            safe = proved(own, self.g.product.max_x).all()
            yield next(dot for dot in dots if safe or not isinstance(dot, Maddubs)), part

    @property
    def width(self) -> int:
        return self.chunk.parts * self.chunk.lanes

    def begin(self, base: ir.Value, repeat: Index) -> None:
        e, lanes = self.e, self.chunk.lanes
        self.vectors = TapVectors(e, base, self.chunk.channels, lanes, self.chunk.parts)
        at = e.at(self.weights, e.mul(repeat, self.stride))
        count = self.stride // (4 * lanes)
        self.w = [e.load(e.at(at, 4 * lanes * i), "i32", lanes, invariant=True) for i in range(count)]
        self.start: list[ir.Value] = [e.const(0, "i32", lanes)] * self.chunk.parts
        if self.initial is not None:
            at = e.at(self.initial, e.mul(repeat, 4 * lanes * self.chunk.parts))
            self.start = [e.load(e.at(at, 4 * lanes * i), "i32", lanes, invariant=True) for i in range(self.chunk.parts)]

    def pixel(self, offset: int) -> list[ir.Value]:
        accumulators, weights = list(self.start), iter(self.w)
        for taps, dot in self.entries:
            at = tuple(offset + tap for tap in taps)
            for pass_ in range(dot.passes):
                for i, x in enumerate(self.vectors.multiplicands(at, dot, pass_)):
                    accumulators[i] = dot.accumulate(self.e, accumulators[i], x, next(weights))
        return accumulators


class _FloatChunk(_ChunkCode):
    """f32: one vector of channels, tap by tap."""

    def __init__(self, g: _Generator, chunk: _Chunk):
        super().__init__(g, chunk)
        self.dot = float_dot(g.target)
        g.used.add(self.dot.name)
        self.weights = self.e.constant(np.moveaxis(self.of_chunk(g.weights), 1, 2))

    @property
    def width(self) -> int:
        return self.chunk.channels

    def begin(self, base: ir.Value, repeat: Index) -> None:
        e, n, taps = self.e, self.width, len(self.g.taps)
        self.base, self.loaded = base, dict[int, ir.Value]()
        at = e.at(self.weights, e.mul(repeat, 4 * n * taps))
        self.w = [e.load(e.at(at, 4 * n * t), "f32", n, invariant=True) for t in range(taps)]
        self.start = e.const(0, "f32", n)
        if self.initial is not None:
            self.start = e.load(e.at(self.initial, e.mul(repeat, 4 * n)), "f32", n, invariant=True)

    def pixel(self, offset: int) -> list[ir.Value]:
        e, acc = self.e, self.start
        for tap, w in zip(self.g.taps, self.w, strict=True):
            at = offset + int(tap)
            if at not in self.loaded:
                self.loaded[at] = e.load(e.at(self.base, at), "f32", self.width)
            acc = self.dot.accumulate(e, acc, self.loaded[at], w)
        return [acc]
