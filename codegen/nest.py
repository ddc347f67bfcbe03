"""Loops over work units: the skeleton that the families without a micro kernel share.

A kernel is a list of parts (one, or one per operand of a concat, or the interior and the borders of a pad). Each
part is a nest of loops with vectors of lanes along the last; parts are cut into units that any thread may do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.lane_values import kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.space import cut
from lpt.dialects.kernel import KernelOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape

Position = tuple[Index, ...]


@dataclass(frozen=True)
class Part:
    """A nest of `extents`, the last in vectors of `lanes`; `emit(n, position)` does n of them.

    `weight` is the work of one element, in elements of a copy: heavy parts are cut into smaller units.
    """

    extents: tuple[int, ...]
    lanes: int
    emit: Callable[[int, Position], None]
    weight: int = 1

    @staticmethod
    def of(e: Emitter, body: Body) -> Part:
        """The part that computes a body element by element."""

        def emit(n: int, position: Position) -> None:
            body.store(e, n, body.emit(e, n, {}, position), position)

        return Part(body.space.extents, vector_lanes(e, body.op), emit)


def vector_lanes(e: Emitter, op: KernelOp) -> int:
    """Lanes per vector of an elementwise body: more where all that is loaded and stored are bytes."""
    values = [*op.block.args, op.yielded]
    return e.lanes * (4 if all(kind_of(v) in ("u8", "i8") for v in values) else 2)


def emit_parts(e: Emitter, parts: Sequence[Part]) -> int:
    """Emit all parts one after the other; returns how many units they are cut into."""
    base = 0
    for part in parts:
        base += _emit_part(e, part, base)
    return base


def _emit_part(e: Emitter, part: Part, base: int) -> int:
    extents = part.extents
    if 0 in extents:
        return 0
    last = len(extents) - 1
    units = cut(extents, max(1, 8192 // part.weight))
    block = units.block
    if units.outer == last and block < extents[last]:
        block = max(part.lanes, block // part.lanes * part.lanes)
        units = cut(extents, block)
    blocks = -(-extents[units.outer] // block)
    # A part's share of the units [begin, end).
    first = _clamp(e, e.add(e.begin, -base), units.count)
    stop = _clamp(e, e.add(e.end, -base), units.count)
    with e.loop(first, stop) as unit:
        *outer, index = e.unflatten(unit.index, [*extents[: units.outer], blocks])
        begin = e.mul(index, block)
        end = e.add(begin, block)
        if extents[units.outer] % block and not isinstance(end, int):
            end = e.imin(end, e.index(extents[units.outer]))
        _loops(e, part, tuple(outer), begin, end)
    return units.count


def _clamp(e: Emitter, value: Index, count: int) -> Index:
    zero, most = e.index(0), e.index(count)
    return e.imin(e.imax(e.index(value), zero), most)


def _loops(e: Emitter, part: Part, outer: Position, begin: Index, end: Index) -> None:
    """The loops from dimension len(outer) on, which runs over [begin, end)."""
    if len(outer) == len(part.extents) - 1:
        _vectors(e, part, outer, begin, end)
        return
    with e.loop(begin, end) as loop:
        _loops(e, part, (*outer, loop.index), 0, part.extents[len(outer) + 1])


def _vectors(e: Emitter, part: Part, outer: Position, begin: Index, end: Index) -> None:
    """Vectors along the last dimension. The tail is a shorter vector, or overlaps the one before it."""
    extent, n = part.extents[-1], part.lanes
    tail = extent % n
    if extent <= n:
        part.emit(extent, (*outer, 0))
        return
    whole: Index = extent - tail
    if not isinstance(end, int):
        whole = e.imin(end, e.index(extent - tail))
    with e.loop(begin, whole, n) as loop:
        part.emit(n, (*outer, loop.index))
    if not tail:
        return
    if isinstance(end, int):
        part.emit(n, (*outer, extent - n))
        return
    with e.if_(e.b.icmp_signed("==", end, ir.Constant(ir.IntType(64), extent))):
        part.emit(tail, (*outer, extent - tail))


def moved_bytes(op: KernelOp) -> int:
    """What a kernel must read and write: the elements of its operands and its result."""
    total = 0
    for value in (*op.inputs, op.result):
        count = 1
        for extent in tensor_shape(value):
            count *= extent
        params = params_of(value)
        total += count * (params.storage.dtype.itemsize if params is not None else _BYTES.get(kind_of(value), 4))
    return total


_BYTES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "i64": 8}
