"""Products of two computed tensors: a micro kernel over panels that `kernel.pack` has packed.

What `lpt.codegen.contraction` does for constant weights, with the same tiles and epilogues: pixels are rows of the left matrices,
output channels the columns of the right ones, and a row's dwords lie one behind the other, so that no table is needed.
With a, b the codes and z their zero points, Σ (a − z_a)(b − z_b) = Σ a·w − z_a·Σ (b − z_b) − z·Σ a, where w = b − z_b − z are the
packed values: Σ (b − z_b) comes with the panels, and Σ a is one more dot product per pixel, where z is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import llvmlite.ir as ir

from lpt.codegen.contraction import unrolled
from lpt.codegen.emit import Emitter, Index
from lpt.codegen.fused import Fused, operand_of, where
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import Body
from lpt.codegen.nest import moved_bytes
from lpt.codegen.panels import Panels
from lpt.codegen.space import Access, Space
from lpt.codegen.tiling import Tile, demanded, ranked
from lpt.dialects.kernel import KernelGemmOp, Layout
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target

_L2 = 512 * 1024
_LEAST_UNITS = 32
"""Work units that there are at least, for threads to share, where there are tiles enough."""


def build_product(op: KernelGemmOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a […, M, K] · b […, K, N] with b packed. Raises CompileError for operands that no pass has prepared."""
    matmul = op.matmul
    left, right = operand_of(op, matmul.a), operand_of(op, matmul.b)
    a, b = layouts[left], layouts[right]
    shape_a, shape_b = tensor_shape(matmul.a), tensor_shape(matmul.b)
    if not b.packed or min(len(shape_a), len(shape_b)) < 2:
        raise CompileError("a computed second operand is not packed", where=where(op), way_out="this is a bug of lpt")
    params_a, params_b = params_of(matmul.a), params_of(matmul.b)
    if (params_a is None) != (params_b is None):
        raise CompileError("a product of a quantized and a float tensor", where=where(op), way_out="quantize both or neither")
    zero = 0 if params_a is None else int(params_a.zero_points.flat[0])
    if params_a is not None and (params_a.storage.signed or (params_a.zero_points != zero).any()):
        raise CompileError("rows of unlike zero points", where=where(op), way_out="quantize the left operand per tensor")
    panels = Panels.of(op, shape_b[-2], shape_b[-1], params_b, target)
    size = 1 if panels.is_integer else 4
    shape = tensor_shape(matmul.result)
    pixel = _seen(shape, a, shape_a[:-1], 1)
    matrix = _seen(shape, b, shape_b[:-2], 2)
    fused = _fused(op, layouts, pixel, matrix)
    product = Product(
        panels,
        fused.extents,
        tuple(stride * size for stride in fused.strides),
        tuple(stride * size for stride in fused.body.space.strides(matrix)[:-1]),
        zero,
        op.wanted,
    )
    e = Emitter(target, operands=len(op.inputs))
    operands = e.at(e.operand(left), pixel.offset * size), e.at(e.operand(right), matrix.offset * size)
    _Generator(e, product, *operands, fused).emit()
    return finish(
        e,
        units=product.units,
        instructions=panels.dot.name,
        macs=prod(shape) * panels.depth,
        moved=moved_bytes(op),
        tiles=tuple((tile.pixels, tile.vectors) for tile in product.possible),
    )


def _seen(shape: Sequence[int], layout: Layout, own: Sequence[int], behind: int) -> Access:
    """How an operand's rows or matrices are accessed from the result's dimensions; `behind` the `own` ones nothing varies."""
    spread = [stride if extent > 1 else 0 for stride, extent in zip(layout.strides, own, strict=False)]
    return Access(layout.offset, (*[0] * (len(shape) - len(own) - behind), *spread, *[0] * behind))


def _fused(op: KernelGemmOp, layouts: Sequence[Layout], pixel: Access, matrix: Access) -> Fused:
    """The body behind the root; the last pixel loop is one over rows that meet the same matrix."""
    root = op.root.results[0]
    shape = tensor_shape(root)
    if shape != tensor_shape(op.result):
        raise CompileError("the body changes the shape of the root's result", where=where(op), way_out="this is a bug of lpt")
    channel = len(shape) - 1
    plain = Body(op, layouts, given=[root], space=Space.plain(shape, channel))
    pixels = [d for d in range(channel) if shape[d] > 1 or d == channel - 1]
    groups = Space.collapsed(shape, pixels, [pixel, matrix, *plain.accesses]).groups
    space = Space(shape, (*groups, (channel,)))
    body = Body(op, layouts, given=[root], space=space)
    return Fused(body, root, None, space.extents[:-1], space.strides(pixel)[:-1])


@dataclass(frozen=True)
class Product:
    """Products of rows and panels: `extents` are the pixel loops, the last one being rows that meet the same matrix.

    A row of the left operand lies Σ index · strides bytes from its start, and its codes have `zero` as zero point; the panels lie
    Σ index · matrices bytes from theirs. `wanted` are the pixels and vectors of the micro kernel, if not for the cost model
    to choose.
    """

    panels: Panels
    extents: tuple[int, ...]
    strides: tuple[int, ...]
    matrices: tuple[int, ...]
    zero: int
    wanted: tuple[int, int] | None = None

    @cached_property
    def possible(self) -> tuple[Tile, ...]:
        """What micro kernels there could be, that of least estimated time first."""
        panels, target = self.panels, self.panels.dot.target
        work = tuple((float(-(-panels.count // v) * panels.steps),) for v in range(1, min(8, panels.count) + 1))
        tiles = ranked(target, (panels.dot.name,), self.extents[-1], panels.columns, work)
        if not panels.left:
            return tiles
        return tuple(t for t in tiles if t.pixels * (t.vectors + 1) + t.vectors + 2 <= target.registers)

    @cached_property
    def tile(self) -> Tile:
        """Pixels and vectors of the micro kernel. Raises CompileError if they are wanted so and do not fit."""
        return demanded(self.wanted, self.possible, self.panels.dot.target) if self.wanted else self.possible[0]

    @property
    def blocks(self) -> int:
        """Blocks of columns that a matrix has."""
        return -(-self.panels.count // self.tile.vectors)

    @cached_property
    def tiles_per_unit(self) -> int:
        """Tiles of one block that are one work unit: their rows stay in the cache while the next blocks read them."""
        tiles, others = self.tile.per_row, prod(self.extents[:-1]) * self.blocks
        cached = abs(self.strides[-1]) * self.extents[-1] // (_L2 // 2)
        return -(-tiles // min(tiles, max(1, cached, -(-_LEAST_UNITS // others))))

    @property
    def groups(self) -> int:
        """Work units of one block."""
        return -(-self.tile.per_row // self.tiles_per_unit)

    @property
    def units(self) -> int:
        return prod(self.extents[:-1]) * self.blocks * self.groups


@dataclass
class _Block:
    """One block of columns while it is emitted: where its panels lie, how many there are, and how many columns exist."""

    index: Index
    panels: ir.Value
    vectors: int
    columns: int


class _Generator:
    """`left` and `right` point to the operands' origins."""

    def __init__(self, e: Emitter, p: Product, left: ir.Value, right: ir.Value, fused: Fused):
        self.e, self.p, self.fused = e, p, fused
        self.left, self.right = left, right
        self.lanes = p.panels.lanes
        self.width = self.lanes * p.tile.vectors

    def emit(self) -> None:
        """Emit work units [begin, end): for each, one block of columns over a range of tiles."""
        e, p = self.e, self.p
        full, rest = divmod(p.panels.columns, self.width)
        with e.loop(e.begin, e.end) as unit:
            matrix_block, group = e.divmod(unit.index, p.groups)
            matrix, block = e.divmod(matrix_block, p.blocks)
            outer = e.unflatten(matrix, p.extents[:-1])
            first = e.mul(group, p.tiles_per_unit)
            last = e.add(first, p.tiles_per_unit)
            if p.tile.per_row % p.tiles_per_unit:
                last = e.imin(e.index(last), e.index(p.tile.per_row))
            e.by_size(block, full, self.width, rest, lambda i, size: self._tiles(self._block(outer, i, size), outer, first, last))

    def _moved(self, pointer: ir.Value, indices: Sequence[Index], strides: Sequence[int]) -> ir.Value:
        offset: Index = 0
        for index, stride in zip(indices, strides, strict=True):
            offset = self.e.add(offset, self.e.mul(index, stride))
        return self.e.at(pointer, offset)

    def _block(self, outer: Sequence[Index], index: Index, columns: int) -> _Block:
        matrix = self._moved(self.right, outer, self.p.matrices[:-1])
        panels = self.e.at(matrix, self.e.mul(index, self.p.tile.vectors * self.p.panels.panel))
        return _Block(index, panels, -(-columns // self.lanes), columns)

    def _tiles(self, block: _Block, outer: Sequence[Index], first: Index, last: Index) -> None:
        """Tiles [first, last) of one block."""
        e, tile = self.e, self.p.tile
        with e.loop(first, last) as loop:
            e.by_size(loop.index, tile.full, tile.pixels, tile.tail, lambda i, pixels: self._micro(block, pixels, outer, i))

    def _micro(self, block: _Block, pixels: int, outer: Sequence[Index], tile: Index) -> None:
        """One tile: `pixels` rows, all vectors of the block."""
        e, p = self.e, self.p
        first = e.mul(tile, p.tile.pixels)
        rows = self._moved(self.left, [*outer, first], p.strides)
        accumulators = self._start(block) * pixels
        if p.panels.left:
            accumulators += [e.const(0, "i32", self.lanes)] * pixels
        whole, rest = divmod(p.panels.depth, p.panels.dot.step)
        if whole:
            unroll = unrolled(p.panels.dot, whole, len(accumulators))
            with e.loop(0, whole, unroll, carried=accumulators) as k:
                values = k.values
                for u in range(unroll):
                    values = self._step(block, rows, pixels, e.add(k.index, u), p.panels.dot.step, values)
                k.set(values)
            accumulators = k.results
        if rest:
            accumulators = self._step(block, rows, pixels, whole, rest, accumulators)
        cells = [accumulators[i * block.vectors : (i + 1) * block.vectors] for i in range(pixels)]
        if p.panels.left:
            cells = [
                [e.b.sub(vector, e.b.mul(total, e.const(p.panels.left, "i32", self.lanes))) for vector in cell]
                for cell, total in zip(cells, accumulators[-pixels:], strict=True)
            ]
        self.fused.store(e, cells, block.columns, [*outer, first, e.mul(block.index, self.width)])

    def _start(self, block: _Block) -> list[ir.Value]:
        """What the accumulators of one row start with: − z_a · Σ (b − z_b)."""
        e, panels = self.e, self.p.panels
        if not self.p.zero:
            return [e.const(0, panels.dot.accumulator, self.lanes)] * block.vectors
        sums = (e.load(e.at(block.panels, j * panels.panel + panels.sums), "i32", self.lanes) for j in range(block.vectors))
        return [e.b.mul(vector, e.const(-self.p.zero, "i32", self.lanes)) for vector in sums]

    def _step(
        self, block: _Block, rows: ir.Value, pixels: int, k: Index, codes: int, accumulators: Sequence[ir.Value]
    ) -> list[ir.Value]:
        """Multiply one dword of each row, of which the first `codes` elements exist."""
        e, panels, dot = self.e, self.p.panels, self.p.panels.dot
        result, vectors = list(accumulators), range(block.vectors)
        at = e.at(block.panels, e.mul(k, panels.step))
        passes = range(dot.passes)
        w = [[e.load(e.at(at, j * panels.panel + i * panels.vector), dot.accumulator, self.lanes) for i in passes] for j in vectors]
        for row in range(pixels):
            dword = self._dword(e.at(rows, e.add(row * self.p.strides[-1], e.mul(k, 4))), codes)
            for i in passes:
                x = dot.multiplicand(e, dword, i)
                for j in vectors:
                    cell = row * block.vectors + j
                    result[cell] = dot.accumulate(e, result[cell], x, w[j][i])
                if panels.left:
                    total = pixels * block.vectors + row
                    result[total] = dot.accumulate(e, result[total], x, e.const(1, "i8", 4 * self.lanes))
        return result

    def _dword(self, pointer: ir.Value, codes: int) -> ir.Value:
        """The dword at `pointer` in all lanes, zeros behind its first `codes` elements."""
        e, dot = self.e, self.p.panels.dot
        if codes == dot.step:
            return e.load_splat(pointer, dot.accumulator, self.lanes)
        loaded = e.load(pointer, "u8", codes)
        filled = e.shuffle(loaded, e.const(0, "u8", codes), [*range(codes), *[codes] * (4 - codes)])
        return e.splat_lane(e.bitcast(filled, "i32", 1), self.lanes)
