"""State · weights of a recurrent layer, for tiles of rows and blocks of hidden units, in one of three forms.

Floats are multiplied as `gemm` does. Codes under float states are converted in registers: Σ h·f32(q − z), times f32(s) behind, is
within (K + 2)·2⁻²⁴·Σ|terms| of the product with the dequantized weights. States that are quantized themselves take the target's dot
product: with codes x of zero point y, and p = q − m what is packed as s8, Σ (x − y)(q − z) = Σ x·p − (z − m)·Σ x − y·Σ (q − z).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, Index, Kind, kind_bytes
from lpt.codegen.isa import Dot, float_dot, integer_dots
from lpt.codegen.math import LaneOperations
from lpt.dialects.blob import Array
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics.recurrence import scaled


@dataclass(frozen=True)
class Rows:
    """Rows of a state: the first one's address, bytes from row to row, and of quantized ones what belongs to them.

    That are `INFO` bytes for each row: scale, zero point and Σ codes, 4 bytes each.
    """

    pointer: ir.Value
    stride: int
    info: ir.Value | None = None

    INFO = 12

    def number(self, e: Emitter, row: int, index: int, kind: Kind, n: int) -> ir.Value:
        """One of a row's three numbers in n lanes."""
        assert self.info is not None
        return e.load_splat(e.at(self.info, row * self.INFO + 4 * index), kind, n)


def blocks_of(hidden: int, width: int) -> list[int]:
    """How many hidden units each block has."""
    return [min(width, hidden - begin) for begin in range(0, hidden, width)]


class Factor:
    """The weights [K, gates, H] of some gates, packed in blocks of `width` hidden units."""

    def __init__(self, e: Emitter, weights: Array, params: QuantParams | None, *, dynamic: bool, width: int):
        self.e, self.width = e, width
        self.depth, self.gates, self.hidden = weights.shape
        self.dot: Dot = integer_dots(e.target)[-1] if dynamic else float_dot(e.target)
        self.lanes: int = e.lanes
        self.padded = -(-self.hidden // self.lanes) * self.lanes
        self.is_dynamic = dynamic
        self.scales: ir.Value | None = None
        self.kind: Kind = "f32"
        if params is None:
            packed = weights.astype(np.float32)
        else:
            scales, zero_points = (np.broadcast_to(p, (1, self.gates * self.hidden)) for p in params.expand((1, -1)))
            points = zero_points.reshape(1, self.gates, self.hidden).astype(np.int64)
            self.scales = self._table(scales.astype(np.float32))
            centered = weights.astype(np.int64) - points
            packed = self._of_codes(weights, points, centered)
        self.data = self._pack(packed)
        self.pointer = e.constant(self.data)

    def _of_codes(self, weights: Array, points: Array, centered: Array) -> Array:
        """What is packed of codes; it decides `kind`."""
        if not self.is_dynamic:
            self.kind = "i8" if centered.min(initial=0) >= -128 and centered.max(initial=0) <= 127 else "i16"
            return centered.astype(np.int8 if self.kind == "i8" else np.int16)
        middle = 0 if weights.dtype == np.int8 else 128
        self.sums = self._table(centered.sum(axis=0).astype(np.int32))
        left = np.asarray(points - middle).astype(np.int32)
        self.left = self._table(left) if left.any() else None
        self.kind = "i32"
        return np.asarray(weights.astype(np.int16) - middle).astype(np.int8)

    def _table(self, columns: Array) -> ir.Value:
        """A number for each column as a constant [gates, padded H]."""
        by_gate = columns.reshape(self.gates, self.hidden)
        return self.e.constant(np.pad(by_gate, ((0, 0), (0, self.padded - self.hidden))))

    @property
    def steps(self) -> int:
        """Trips of the loop over K: rows, or dwords of codes."""
        count: int = -(-self.depth // self.dot.step)
        return count

    @property
    def step_bytes(self) -> int:
        """Bytes of weights per trip, gate and vector."""
        if self.is_dynamic:
            return self.dot.weight_bytes * self.dot.passes
        return kind_bytes(self.kind) * self.lanes

    def _pack(self, weights: Array) -> Array:
        """Bytes: block by block, trip by trip, gate by gate, the vectors of its hidden units."""
        parts = []
        for begin in range(0, self.hidden, self.width):
            block = weights[:, :, begin : begin + self.width]
            fill = self.steps * self.dot.step - self.depth, -block.shape[2] % self.lanes
            block = np.pad(block, ((0, fill[0]), (0, 0), (0, fill[1])))
            if self.is_dynamic:
                quads = block.reshape(self.steps, 4, self.gates, -1, self.lanes).transpose(0, 2, 3, 4, 1)
                block = self.dot.pack(quads).transpose(1, 2, 3, 0, 4)
            parts.append(np.ascontiguousarray(block).view(np.uint8).ravel())
        return np.concatenate(parts)

    def products(self, rows: Rows, count: int, block: Index, channels: int) -> list[list[list[ir.Value]]]:
        """[row][gate][vector] of `count` rows and the `channels` units of a block, in f32 lanes."""
        e, vectors = self.e, -(-channels // self.lanes)
        cells = self.gates * vectors
        at = e.at(self.pointer, e.mul(block, self.width // self.lanes * self.gates * self.steps * self.step_bytes))
        zero = e.const(0, self.dot.accumulator, self.lanes)
        with e.loop(0, self.steps, carried=[zero] * (count * cells)) as k:
            there = e.at(at, e.mul(k.index, cells * self.step_bytes))
            k.set(self._step(there, rows, count, cells, e.mul(k.index, 4), k.values))
        found = [[k.results[p * cells + g * vectors :][:vectors] for g in range(self.gates)] for p in range(count)]
        first = e.mul(block, self.width)
        return [
            [
                [self._finished(rows, p, g, e.add(first, v * self.lanes), value) for v, value in enumerate(gate)]
                for g, gate in enumerate(row)
            ]
            for p, row in enumerate(found)
        ]

    def _step(self, at: ir.Value, rows: Rows, count: int, cells: int, offset: Index, values: Sequence[ir.Value]) -> list[ir.Value]:
        """The products of one trip: a float or a dword of each row with a vector for each cell."""
        e, dot, result = self.e, self.dot, list(values)
        x = [e.at(rows.pointer, e.add(offset, p * rows.stride)) for p in range(count)]
        for pass_ in range(dot.passes):
            multiplicands = [dot.broadcast(e, pointer, pass_) for pointer in x]
            for cell in range(cells):
                w = self._weights(e.at(at, cell * self.step_bytes + 4 * self.lanes * pass_))
                for p in range(count):
                    i = p * cells + cell
                    result[i] = dot.accumulate(e, result[i], multiplicands[p], w)
        return result

    def _weights(self, at: ir.Value) -> ir.Value:
        if self.kind in ("i8", "i16"):
            return self.e.load(at, self.kind, self.lanes, to="f32", invariant=True)
        return self.dot.load_weights(self.e, at)

    def _finished(self, rows: Rows, row: int, gate: int, column: Index, value: ir.Value) -> ir.Value:
        """The float that accumulator lanes stand for; `column` is the first lane's unit."""
        e, n = self.e, self.lanes
        if self.scales is None:
            return value

        def number(table: ir.Value, kind: Kind) -> ir.Value:
            return e.load(e.at(table, e.add(4 * gate * self.padded, e.mul(column, 4))), kind, n, invariant=True)

        scale = number(self.scales, "f32")
        if not self.is_dynamic:
            return e.b.fmul(value, scale)
        value = e.b.sub(value, e.b.mul(number(self.sums, "i32"), rows.number(e, row, 1, "i32", n)))
        if self.left is not None:
            value = e.b.sub(value, e.b.mul(number(self.left, "i32"), rows.number(e, row, 2, "i32", n)))
        return scaled(LaneOperations(e, n), value, rows.number(e, row, 0, "f32", n), scale)
