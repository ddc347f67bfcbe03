"""`kernel.pack`: computed matrices in the order in which products read them, as weights are packed while compiling.

A matrix [K, N] is cut into panels of as many columns as a register has lanes. A panel is a sequence of vectors, one lane per
column: for every four rows of codes (one row of floats) what the target's dot product multiplies with a dword of activations.
Targets with vpdpbusd read s8 codes, others i16 values less their zero point in two vectors, (0, 2) and (1, 3) of each four.
Behind the panel of codes lies a vector of i32: Σ (b − z) of each column. Rows that fill up the last four are zeros there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index, Kind
from lpt.codegen.fused import no_elements, where
from lpt.codegen.isa import Dot, Vpdpbusd, float_dot, integer_dots
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import result_layout
from lpt.codegen.nest import moved_bytes
from lpt.dialects.kernel import KernelOp, KernelPackOp, Layout
from lpt.dialects.quant import params_of, storage_dtype
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


@dataclass(frozen=True)
class Panels:
    """How the matrices [K, N] of a product lie: `dot` multiplies them, `zero` is their codes' zero point as it reads them."""

    dot: Dot
    depth: int
    columns: int
    zero: int

    @staticmethod
    def of(op: KernelOp, depth: int, columns: int, params: QuantParams | None, target: Target) -> Panels:
        """Raises CompileError for codes other than u8, or of several zero points."""
        if params is None:
            return Panels(float_dot(target), depth, columns, 0)
        zero = int(params.zero_points.flat[0])
        if params.storage.signed or params.storage.width > 8 or (params.zero_points != zero).any():
            raise CompileError(
                f"no product with computed {params.storage.short} of such zero points",
                where=where(op),
                way_out="quantize the second operand per tensor",
            )
        return Panels(integer_dots(target)[-1], depth, columns, zero)

    @property
    def lanes(self) -> int:
        """Columns of a panel."""
        return self.dot.lanes

    @property
    def is_integer(self) -> bool:
        """Whether codes are multiplied."""
        return self.dot.accumulator == "i32"

    @property
    def is_signed(self) -> bool:
        """Whether codes are kept as s8: all with 128 less, and their zero point is left to the product."""
        return isinstance(self.dot, Vpdpbusd)

    @property
    def left(self) -> int:
        """The zero point that the packed values still have."""
        return self.zero - 128 if self.is_signed else 0

    @property
    def vector(self) -> int:
        """Bytes of one vector."""
        return 4 * self.lanes

    @property
    def step(self) -> int:
        """Bytes of what a panel has for one dword of activations."""
        return self.dot.passes * self.vector

    @property
    def steps(self) -> int:
        """Dwords of activations in a row."""
        return -(-self.depth // self.dot.step)

    @property
    def sums(self) -> int:
        """Where in a panel the columns' sums lie."""
        return self.steps * self.step

    @property
    def panel(self) -> int:
        """Bytes from panel to panel."""
        return self.sums + (self.vector if self.is_integer else 0)

    @property
    def count(self) -> int:
        """Panels of a matrix."""
        return -(-self.columns // self.lanes)


def build_pack(op: KernelPackOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a copy into the packed layout. Raises CompileError for an operand of which neither rows nor columns are dense."""
    if (nothing := no_elements(op, target)) is not None:
        return nothing
    shape = tensor_shape(op.result)
    panels = Panels.of(op, shape[-2], shape[-1], params_of(op.result), target)
    e = Emitter(target, operands=1)
    source, result = layouts[0], result_layout(op)
    size = storage_dtype(op.result).itemsize
    rows, columns = (stride * size for stride in source.strides[-2:])
    if size not in (columns, rows) and min(shape[-2:]) > 1:
        raise CompileError("neither rows nor columns are dense", where=where(op), way_out="this is a bug of lpt")
    along_columns = columns == size or panels.columns == 1
    packer = _Packer(e, panels, rows if along_columns else columns)
    emit = packer.rows if along_columns else packer.columns
    with e.loop(e.begin, e.end) as unit:
        matrix, panel = e.divmod(unit.index, panels.count)
        at, to = source.offset * size, result.offset * size
        for index, from_stride, to_stride in zip(
            e.unflatten(matrix, shape[:-2]), source.strides[:-2], result.strides[:-2], strict=True
        ):
            at, to = e.add(at, e.mul(index, from_stride * size)), e.add(to, e.mul(index, to_stride * size))
        first = e.mul(panel, panels.lanes * columns)
        there = e.at(e.result, e.add(to, e.mul(panel, panels.panel)))
        columns_at = e.at(e.operand(0), e.add(at, first))
        full, rest = divmod(panels.columns, panels.lanes)
        e.by_size(panel, full, panels.lanes, rest, lambda _, width: emit(columns_at, there, width))
    return finish(e, units=prod(shape[:-2]) * panels.count, moved=moved_bytes(op))


class _Packer:
    """Emits one panel; `stride` are the bytes from row to row of the source, or from column to column."""

    def __init__(self, e: Emitter, panels: Panels, stride: int):
        self.e, self.p, self.stride = e, panels, stride
        self.lanes, self.per_dword = panels.lanes, panels.dot.step
        self.kind: Kind = panels.dot.accumulator
        self.filling = 128 if panels.is_signed else panels.zero

    def rows(self, source: ir.Value, to: ir.Value, width: int) -> None:
        """Of a matrix with dense rows: four rows at a time, their codes interleaved."""
        e, (whole, rest) = self.e, divmod(self.p.depth, self.per_dword)
        sums = self._start()
        if whole:
            with e.loop(0, whole, carried=sums) as k:
                at = e.at(source, e.mul(k.index, self.per_dword * self.stride))
                k.set(self._put(to, k.index, self._interleaved(at, self.per_dword, width), k.values))
            sums = k.results
        if rest:
            at = e.at(source, whole * self.per_dword * self.stride)
            sums = self._put(to, whole, self._interleaved(at, rest, width), sums)
        self._finish(to, sums)

    def columns(self, source: ir.Value, to: ir.Value, width: int) -> None:
        """Of a matrix with dense columns: as many dwords of each as there are columns, transposed in registers."""
        e, chunks = self.e, self.p.depth // self.per_dword // self.lanes
        sums = self._start()
        if chunks:
            with e.loop(0, chunks, carried=sums) as chunk:
                at = e.at(source, e.mul(chunk.index, self.p.vector))
                loaded = [e.load(e.at(at, n * self.stride), self.kind, self.lanes) for n in range(width)]
                k = e.mul(chunk.index, self.lanes)
                chunk.set(self._put_transposed(to, k, loaded, self.lanes, chunk.values))
            sums = chunk.results
        if rest := self.p.steps - chunks * self.lanes:
            at = e.at(source, chunks * self.p.vector)
            loaded = [self._end_of_column(e.at(at, n * self.stride)) for n in range(width)]
            sums = self._put_transposed(to, chunks * self.lanes, loaded, rest, sums)
        self._finish(to, sums)

    def _start(self) -> list[ir.Value]:
        return [self.e.const(-self.p.depth * self.p.left, "i32", self.lanes)] if self.p.is_integer else []

    def _finish(self, to: ir.Value, sums: Sequence[ir.Value]) -> None:
        for vector in sums:
            self.e.store(self.e.at(to, self.p.sums), vector)

    def _interleaved(self, source: ir.Value, rows: int, width: int) -> ir.Value:
        """Codes of up to four rows as a dword per column; a row of floats as it is."""
        e, lanes = self.e, self.lanes
        kind: Kind = "u8" if self.p.is_integer else "f32"
        filled = [min(lane, width - 1) for lane in range(lanes)]
        loaded = [e.load(e.at(source, row * self.stride), kind, width) for row in range(rows)]
        vectors = [vector if width == lanes else e.pick(vector, filled) for vector in loaded]
        if not self.p.is_integer:
            return vectors[0]
        vectors += [e.const(self.filling, "u8", lanes)] * (4 - rows)
        zipped = [lane for pair in zip(range(lanes), range(lanes, 2 * lanes), strict=True) for lane in pair]
        pairs = [e.bitcast(e.shuffle(vectors[i], vectors[i + 1], zipped), "u16", lanes) for i in (0, 2)]
        return e.bitcast(e.shuffle(pairs[0], pairs[1], zipped), "i32", lanes)

    def _end_of_column(self, source: ir.Value) -> ir.Value:
        """What is left of a column, fewer dwords than lanes; the last one may have fewer than four codes."""
        e, lanes = self.e, self.lanes
        whole, rest = divmod(self.p.depth, self.per_dword)
        whole %= lanes
        vector = None
        if whole:
            vector = e.pick(e.load(source, self.kind, whole), [*range(whole), *[-1] * (lanes - whole)])
        if rest:
            codes = e.load(e.at(source, 4 * whole), "u8", rest)
            filling = e.const(self.filling, "u8", rest)
            last = e.bitcast(e.shuffle(codes, filling, [*range(rest), *[rest] * (4 - rest)]), "i32", 1)
            last = e.splat_lane(last, lanes)
            vector = last if vector is None else e.shuffle(vector, last, [*range(whole), *[lanes] * (lanes - whole)])
        assert vector is not None
        return vector

    def _put_transposed(
        self, to: ir.Value, k: Index, columns: list[ir.Value], count: int, sums: Sequence[ir.Value]
    ) -> list[ir.Value]:
        """The first `count` dwords of each column, missing columns being like the last one."""
        rows = transposed(self.e, columns + columns[-1:] * (self.lanes - len(columns)))
        for j in range(count):
            sums = self._put(to, self.e.add(k, j), rows[j], sums)
        return list(sums)

    def _put(self, to: ir.Value, k: Index, words: ir.Value, sums: Sequence[ir.Value]) -> list[ir.Value]:
        """Store the vectors of one step, given as dwords of codes or as floats; the columns' sums with them."""
        e, dot = self.e, self.p.dot
        at = e.at(to, e.mul(k, self.p.step))
        if not self.p.is_integer:
            e.store(at, words)
            return []
        (total,) = sums
        if self.p.is_signed:
            codes = e.b.xor(e.bitcast(words, "u8", 4 * self.lanes), e.const(128, "u8", 4 * self.lanes))
            e.store(at, codes)
            return [dot.accumulate(e, total, e.const(1, "u8", 4 * self.lanes), codes)]
        for pass_ in range(dot.passes):
            halves = e.b.sub(dot.multiplicand(e, words, pass_), e.const(self.p.zero, "u16", 2 * self.lanes))
            e.store(e.at(at, pass_ * self.p.vector), halves)
            total = dot.accumulate(e, total, e.const(1, "i16", 2 * self.lanes), halves)
        return [total]


def transposed(e: Emitter, vectors: Sequence[ir.Value]) -> list[ir.Value]:
    """Lane j of vector i of the result is lane i of vector j; as many vectors as lanes, a power of two."""
    n, rows, width = len(vectors), list(vectors), 1
    while width < n:
        kept = [lane if not lane & width else n + lane - width for lane in range(n)]
        moved = [lane + width if not lane & width else n + lane for lane in range(n)]
        for i in range(n):
            if not i & width:
                a, b = rows[i], rows[i + width]
                rows[i], rows[i + width] = e.shuffle(a, b, kept), e.shuffle(a, b, moved)
        width *= 2
    return rows
