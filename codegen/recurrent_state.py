"""What the cells of a recurrent layer read and write: data, states and working memory, and how much of them is done together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir
from xdsl.ir import SSAValue

from lpt.codegen.dynamic import joined
from lpt.codegen.emit import I64, Emitter, Index
from lpt.codegen.gather import source_of
from lpt.codegen.math import LaneOperations
from lpt.codegen.recurrent_product import Rows
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import GruOp, RecurrentOp
from lpt.dialects.semantics import dynamic
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError

_ROWS = 32
"""Rows of a work unit at most: they share the weights that a step reads."""
_UNITS = 8
_STACK = 1 << 20
"""Bytes of working memory at most."""


@dataclass(frozen=True)
class Tensor:
    """Where an operand lies: an address, and bytes from index to index of each dimension."""

    e: Emitter
    pointer: ir.Value
    strides: tuple[int, ...]

    @classmethod
    def of(cls, e: Emitter, op: KernelOp, layouts: Sequence[Layout], value: SSAValue, size: int = 4) -> Tensor:
        pointer, layout = source_of(e, op, layouts, value)
        strides = [0 if extent == 1 else stride for stride, extent in zip(layout.strides, tensor_shape(value), strict=True)]
        return cls(e, e.at(pointer, layout.offset * size), tuple(stride * size for stride in strides))

    def at(self, *indices: Index) -> ir.Value:
        """The address of an element."""
        offset: Index = 0
        for index, stride in zip(indices, self.strides, strict=True):
            offset = self.e.add(offset, self.e.mul(index, stride))
        return self.e.at(self.pointer, offset)

    def load(self, n: int, *indices: Index) -> ir.Value:
        """n floats along the last dimension."""
        stride = self.strides[-1]
        if n == 1 or stride == 4:
            return self.e.load(self.at(*indices), "f32", n)
        return self.e.load_strided(self.at(*indices), "f32", n, stride)


@dataclass(frozen=True)
class Tile:
    """Some rows of the batch in one step: `row` is the first one's number, `within` that in its work unit."""

    row: Index
    within: Index
    count: int
    time: Index
    before: Index
    """Where in the result the states before this step lie."""


class States:
    """Tensors of one layer, sizes of its tiles, and working memory: for each row of a unit its codes, what belongs to them, and
    what a cell keeps between two products."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: RecurrentOp):
        self.e, self.root = e, root
        self.steps, self.batch, _ = tensor_shape(root.x)
        self.hidden = root.hidden
        self.x, self.h = (Tensor.of(e, op, layouts, value) for value in (root.x, root.h))
        self.extras = {
            name: Tensor.of(e, op, layouts, value, 8 if name == "lengths" else 4)
            for name in root.EXTRAS
            if (value := root.extra(name)) is not None
        }
        own = op.layout.data if op.layout is not None else Layout.row_major(tensor_shape(root.result))
        if own.strides[-1] != 1:
            raise CompileError("states do not lie in rows", where=op.kernel_name.data, way_out="this is a bug of lpt")
        self.result = Tensor(e, e.at(e.result, own.offset * 4), tuple(stride * 4 for stride in own.strides))
        self._tile_sizes()
        self._allocate(op)

    def _tile_sizes(self) -> None:
        """Rows and vectors of hidden units in registers, and rows of a work unit."""
        gates, registers = self.root.GATES, self.e.target.registers
        most = max(1, min(4, (registers - 4) // gates))
        self.count = max(1, -(-self.batch // max(1, -(-self.batch // most))))
        vectors = max(1, min(4, (registers - 4) // (gates * self.count)))
        self.width = self.e.lanes * min(vectors, -(-self.hidden // self.e.lanes))
        self.tiles = -(-self.batch // self.count)
        self.per_unit = max(1, min(_ROWS // self.count, -(-self.tiles // _UNITS)))

    @property
    def units(self) -> int:
        """Work units."""
        return -(-self.tiles // self.per_unit)

    @property
    def phases(self) -> int:
        """Products of a step that need each other."""
        return 2 if isinstance(self.root, GruOp) and not self.root.is_linear_first else 1

    @property
    def _code_bytes(self) -> int:
        return -(-self.hidden // 4) * 4 if self.root.is_dynamic else 0

    def _allocate(self, op: KernelOp) -> None:
        kept = 8 * self.hidden if self.phases > 1 else 0
        each = self._code_bytes + (Rows.INFO if self.root.is_dynamic else 0) + kept
        size = each * self.per_unit * self.count
        if size > _STACK:
            raise CompileError(f"{size} bytes of working memory for states", where=op.kernel_name.data, way_out="use fewer units")
        if not size:
            return
        memory = self.e.scratch(size)
        rows = self.per_unit * self.count
        self.codes = memory
        self.info = self.e.at(memory, rows * self._code_bytes)
        kept_at = rows * (self._code_bytes + (Rows.INFO if self.root.is_dynamic else 0))
        self.kept = [Tensor(self.e, self.e.at(memory, kept_at + i * rows * 4 * self.hidden), (4 * self.hidden, 4)) for i in (0, 1)]

    def length(self, row: Index) -> ir.Value:
        """How many steps a row takes part in."""
        return self.e.b.load(self.extras["lengths"].at(row), align=1, typ=I64)

    # --- states that are quantized ---

    def quantize(self, phase: int, before: Index, rows: tuple[Index, Index]) -> None:
        """Codes of the rows of the state that a phase multiplies, and their scale, zero point and sum."""
        e, tensor = self.e, self.kept[1] if phase else self.result
        with e.loop(*rows) as loop:
            within = e.add(loop.index, e.mul(rows[0], -1))
            at = (within,) if phase else (before, loop.index)
            codes, info = e.at(self.codes, e.mul(within, self._code_bytes)), e.at(self.info, e.mul(within, Rows.INFO))
            scale, zero_point = dynamic.parameters(LaneOperations(e, 1), *self._range(tensor, at))
            e.store(info, scale)
            e.store(e.at(info, 4), e.rint_i32(zero_point))
            for column in range(self.hidden, self._code_bytes):
                e.store(e.at(codes, column), e.const(0, "u8", 1))
            e.store(e.at(info, 8), self._codes(tensor, at, codes, scale, zero_point))

    def _range(self, tensor: Tensor, at: tuple[Index, ...]) -> tuple[ir.Value, ir.Value]:
        """The extremes of a row, 0 among them."""
        e, n = self.e, min(self.e.lanes, 1 << (self.hidden.bit_length() - 1))
        zero, whole = e.const(0.0, "f32", n), self.hidden // n * n
        with e.loop(0, whole, n, carried=[zero, zero]) as loop:
            x = tensor.load(n, *at, loop.index)
            loop.set([e.fmin(x, loop.values[0]), e.fmax(x, loop.values[1])])
        low, high = loop.results
        if whole < self.hidden:
            x = tensor.load(n, *at, self.hidden - n)
            low, high = e.fmin(x, low), e.fmax(x, high)
        return joined(e, low, is_high=False), joined(e, high, is_high=True)

    def _codes(self, tensor: Tensor, at: tuple[Index, ...], codes: ir.Value, scale: ir.Value, zero_point: ir.Value) -> ir.Value:
        """Write a row's codes; their sum in one lane."""
        e, n = self.e, self.e.lanes

        def quantized(n: int, index: Index) -> ir.Value:
            spread = (e.splat_lane(number, n) for number in (scale, zero_point))
            found = dynamic.codes(LaneOperations(e, n), tensor.load(n, *at, index), *spread)
            e.store(e.at(codes, index), found, "u8")
            return found

        whole = self.hidden // n * n
        total = e.const(0, "i32", n)
        with e.loop(0, whole, n, carried=[total]) as loop:
            loop.set([e.b.add(loop.values[0], quantized(n, loop.index))])
        total = loop.results[0]
        if whole < self.hidden:
            rest = quantized(self.hidden - whole, whole)
            zeros = e.const(0, "i32", self.hidden - whole)
            total = e.b.add(
                total, e.shuffle(rest, zeros, [*range(self.hidden - whole), *(self.hidden - whole,) * (n - self.hidden + whole)])
            )
        width = n
        while (width := width // 2) > 0:
            total = e.b.add(*(e.shuffle(total, total, range(start, start + width)) for start in (0, width)))
        return total

    # --- what cells read and write ---

    def rows(self, tile: Tile, kept: int | None = None) -> Rows:
        """The state that a tile's products read: the one before, or what was kept of this step."""
        if self.root.is_dynamic:
            codes = self.e.at(self.codes, self.e.mul(tile.within, self._code_bytes))
            return Rows(codes, self._code_bytes, self.e.at(self.info, self.e.mul(tile.within, Rows.INFO)))
        if kept is not None:
            return Rows(self.kept[kept].at(tile.within, 0), 4 * self.hidden)
        return Rows(self.result.at(tile.before, tile.row, 0), self.result.strides[1])

    def inputs(self, tile: Tile, row: int, gates: Sequence[int], unit: Index, n: int) -> list[ir.Value]:
        """x of some gates."""
        e = self.e
        return [self.x.load(n, tile.time, e.add(tile.row, row), e.add(gate * self.hidden, unit)) for gate in gates]

    def finish_row(self, tile: Tile, row: int, unit: Index, h: ir.Value, c: ir.Value | None = None) -> None:
        """Store the states of a vector of units, unless the row is over."""
        e, at = self.e, self.e.add(tile.row, row)
        n = int(h.type.count)
        cells = self.result.at(self.steps + 1, at, unit)
        if "lengths" in self.extras:
            active = e.b.icmp_signed("<", e.index(tile.time), self.length(at))
            h = e.b.select(active, h, self.result.load(n, tile.before, at, unit))
            c = None if c is None else e.b.select(active, c, e.load(cells, "f32", n))
        e.store(self.result.at(tile.time, at, unit), h)
        if c is not None:
            e.store(cells, c)
