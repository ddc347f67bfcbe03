"""`nn.non_max_suppression`: the candidates of a class in a heap, taken from it one by one and compared with the boxes taken before.

One work unit, since where a class's boxes go depends on how many those before it have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir

from lpt.codegen.emit import I32, I64, Emitter, Index
from lpt.codegen.gather import source_of
from lpt.codegen.math import LaneOperations
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import NonMaxSuppressionOp
from lpt.dialects.nn.base import float_of
from lpt.dialects.semantics.selection import corners, covers
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError

_STACK = 4 << 20
"""Bytes of working memory at most: four per box."""


def emit_suppression(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: NonMaxSuppressionOp) -> int:
    """Emit the whole of it as one work unit; returns 1."""
    batch, classes, count = tensor_shape(root.scores)
    if 4 * (count + 1) > _STACK:
        raise CompileError(f"non_max_suppression of {count} boxes", where=op.kernel_name.data, way_out="keep the best of them")
    own = op.layout.data if op.layout is not None else Layout.row_major(tensor_shape(root.result))
    rows = tensor_shape(root.result)[0] - 1
    boxes, scores = (source_of(e, op, layouts, value) for value in (root.boxes, root.scores))
    heap = e.scratch(4 * (count + 1))
    zero = ir.Constant(I64, 0)
    with e.loop(e.begin, e.end):
        with e.loop(0, batch * classes, carried=[zero]) as loop:
            image, number = e.divmod(loop.index, classes)
            one = _Class(e, root, boxes, scores, (e.result, own), heap, e.index(image), e.index(number))
            loop.set([one.emit(loop.values[0])])
        (total,) = loop.results if batch * classes else [zero]
        result = _Rows(e, (e.result, own))
        with e.loop(total, rows) as loop:
            result.write(loop.index, zero, zero, zero)
        result.write(rows, total, zero, zero)
    return 1


@dataclass(frozen=True)
class _Rows:
    """The result."""

    e: Emitter
    place: tuple[ir.Value, Layout]

    def at(self, row: Index, column: int) -> ir.Value:
        pointer, layout = self.place
        offset = self.e.add(8 * (layout.offset + column * layout.strides[1]), self.e.mul(row, 8 * layout.strides[0]))
        return self.e.at(pointer, offset)

    def write(self, row: Index, *values: ir.Value) -> None:
        for column, value in enumerate(values):
            self.e.b.store(value, self.at(row, column), align=1)

    def box(self, row: Index) -> ir.Value:
        """The box that a row names."""
        return self.e.b.load(self.at(row, 2), align=1, typ=I64)


class _Class:
    """One class of one image. The heap holds numbers of boxes, i32, the best at its top."""

    def __init__(
        self,
        e: Emitter,
        root: NonMaxSuppressionOp,
        boxes: tuple[ir.Value, Layout],
        scores: tuple[ir.Value, Layout],
        result: tuple[ir.Value, Layout],
        heap: ir.Value,
        image: ir.Value,
        number: ir.Value,
    ):
        self.e, self.root, self.boxes, self.scores, self.heap = e, root, boxes, scores, heap
        self.image, self.number, self.rows = image, number, _Rows(e, result)
        self.count = tensor_shape(root.boxes)[1]

    def emit(self, taken: ir.Value) -> ir.Value:
        """Write this class's boxes behind the rows taken so far; how many are taken then."""
        e, b = self.e, self.e.b
        size = self._fill()
        with e.loop(0, b.lshr(size, self._i64(1))) as loop:
            place = b.sub(b.sub(b.lshr(size, self._i64(1)), self._i64(1)), loop.index)
            self._sink(place, self._entry(place), size)
        most = b.add(taken, self._i64(self.root.most))

        def goes_on(state: list[ir.Value]) -> ir.Value:
            return b.and_(b.icmp_signed(">", state[0], self._i64(0)), b.icmp_signed("<", state[1], most))

        def take(state: list[ir.Value]) -> list[ir.Value]:
            left, best = b.sub(state[0], self._i64(1)), self._entry(self._i64(0))
            self._sink(self._i64(0), self._entry(left), left)
            box = b.sext(best, I64)
            covered = self._is_covered(box, taken, state[1])
            self.rows.write(state[1], self.image, self.number, box)  # the next one overwrites it if it is covered
            return [left, b.select(covered, state[1], b.add(state[1], self._i64(1)))]

        return e.while_([size, taken], goes_on, take)[1] if self.root.most else taken

    def _i64(self, value: int) -> ir.Value:
        return ir.Constant(I64, value)

    # --- scores ---

    def _score(self, box: ir.Value) -> ir.Value:
        """A vector of one f32."""
        e, (pointer, layout) = self.e, self.scores
        offset: Index = 4 * layout.offset
        for index, stride in zip((self.image, self.number, box), layout.strides, strict=True):
            offset = e.add(offset, e.mul(index, 4 * stride))
        return e.load(e.at(pointer, offset), "f32", 1)

    def _key(self, entry: ir.Value) -> ir.Value:
        """`semantics.selection.sort_keys` of a candidate's score."""
        o, b = LaneOperations(self.e, 1), self.e.b
        x = self._score(b.sext(entry, I64))
        bits = o.bits(o.add(x, o.f32(0.0)))
        ordered = b.xor(bits, o.iand(o.shift_right(bits, 31), o.i32(0x7FFFFFFF)))
        return b.extract_element(o.select(o.is_nan(x), o.i32(0x7FFFFFFF), ordered), ir.Constant(I32, 0))

    def _is_better(self, key: ir.Value, entry: ir.Value, other_key: ir.Value, other: ir.Value) -> ir.Value:
        """A greater score, or an equal one of an earlier box."""
        b = self.e.b
        is_equal = b.and_(b.icmp_signed("==", key, other_key), b.icmp_signed("<", entry, other))
        return b.or_(b.icmp_signed(">", key, other_key), is_equal)

    # --- the heap ---

    def _entry(self, place: ir.Value) -> ir.Value:
        return self.e.b.load(self.e.at(self.heap, self.e.mul(place, 4)), align=4, typ=I32)

    def _put(self, place: ir.Value, entry: ir.Value) -> None:
        self.e.b.store(entry, self.e.at(self.heap, self.e.mul(place, 4)), align=4)

    def _fill(self) -> ir.Value:
        """All candidates, in the order of boxes; how many there are."""
        e, b, least = self.e, self.e.b, self.root.least_score
        with e.loop(0, self.count, carried=[self._i64(0)]) as loop:
            index, (size,) = e.index(loop.index), loop.values
            self._put(size, b.trunc(index, I32))
            if least is None:
                loop.set([b.add(size, self._i64(1))])
            else:
                counts = b.fcmp_ordered(">", self._score(index), e.const(least, "f32", 1))
                loop.set([b.add(size, b.zext(b.extract_element(counts, ir.Constant(I32, 0)), I64))])
        return loop.results[0] if self.count else self._i64(0)

    def _sink(self, hole: ir.Value, entry: ir.Value, size: ir.Value) -> None:
        """Put an entry where `hole` is, or below it, so that none below is better."""
        e, b, one = self.e, self.e.b, self._i64(1)
        key = self._key(entry)

        def below(state: list[ir.Value]) -> ir.Value:
            return b.icmp_signed("<", b.add(b.shl(state[0], one), one), state[1])

        def step(state: list[ir.Value]) -> list[ir.Value]:
            place, end = state
            left = b.add(b.shl(place, one), one)
            right = b.select(b.icmp_signed("<", b.add(left, one), end), b.add(left, one), left)
            entries = self._entry(left), self._entry(right)
            keys = [self._key(candidate) for candidate in entries]
            takes_right = self._is_better(keys[1], entries[1], keys[0], entries[0])
            child, best, best_key = (b.select(takes_right, r, x) for r, x in ((right, left), entries[::-1], keys[::-1]))
            rises = self._is_better(best_key, best, key, entry)
            self._put(place, b.select(rises, best, entry))
            return [b.select(rises, child, place), b.select(rises, end, self._i64(0))]

        place, _ = e.while_([hole, size], below, step)
        self._put(place, entry)

    # --- boxes ---

    def _corners(self, box: ir.Value) -> tuple[ir.Value, ...]:
        """`semantics.selection.corners` of a box, in vectors of one lane."""
        e, (pointer, layout) = self.e, self.boxes
        offset: Index = 4 * layout.offset
        for index, stride in zip((self.image, box), layout.strides[:2], strict=True):
            offset = e.add(offset, e.mul(index, 4 * stride))
        numbers = [e.load(e.at(pointer, e.add(offset, 4 * i * layout.strides[2])), "f32", 1) for i in range(4)]
        return corners(LaneOperations(e, 1), numbers, self.root.is_center)

    def _is_covered(self, box: ir.Value, first: ir.Value, last: ir.Value) -> ir.Value:
        """Whether one of the rows [first, last) covers a box."""
        e, b, o = self.e, self.e.b, LaneOperations(self.e, 1)
        own, threshold = self._corners(box), o.f32(float_of(self.root.iou_threshold, 0.0))
        no = ir.Constant(ir.IntType(1), 0)

        def goes_on(state: list[ir.Value]) -> ir.Value:
            return b.and_(b.icmp_signed("<", state[0], last), b.not_(state[1]))

        def compare(state: list[ir.Value]) -> list[ir.Value]:
            mask = covers(o, own, self._corners(self.rows.box(state[0])), threshold)
            return [b.add(state[0], self._i64(1)), b.extract_element(mask, ir.Constant(I32, 0))]

        return e.while_([first, no], goes_on, compare)[1]
