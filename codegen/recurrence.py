"""`kernel.recurrence`: lstm, gru and rnn. A work unit is some rows of the batch through all steps, since rows do not meet.

A step goes over blocks of hidden units and tiles of rows: the products of all gates of a block are in registers when the cell's
functions are computed, which write the block's part of the state. States lie in the result, row by row of steps: each step reads
the one before, and the last rows of the result hold the first states before they hold the last ones. A row that is over keeps
its state, and has zeros put in its place at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.fused import constant_of
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.nest import moved_bytes
from lpt.codegen.recurrent_cell import Block, Cell, cell_of
from lpt.codegen.recurrent_product import Factor, blocks_of
from lpt.codegen.recurrent_state import States, Tensor, Tile
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import RecurrentOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.target import Target


def build_recurrence(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of one direction of a recurrent layer. Raises CompileError for weights that are computed, or states without end."""
    root = op.root
    assert isinstance(root, RecurrentOp)
    e = Emitter(target, operands=len(op.inputs))
    states = States(e, op, layouts, root)
    factors = _factors(states, op)
    if states.batch:
        _Walk(states, cell_of(states, factors)).emit()
    steps = tensor_shape(root.x)[0]
    weights = sum(factor.data.nbytes for factor in factors)
    return finish(
        e,
        units=states.units,
        instructions=factors[0].dot.name,
        macs=steps * states.batch * states.hidden**2 * root.GATES,
        moved=moved_bytes(op) + weights * max(1, steps),
    )


def _factors(states: States, op: KernelOp) -> list[Factor]:
    """The weights, of those gates together that are multiplied by the same state."""
    root, hidden = states.root, states.hidden
    params, cube = params_of(root.r), constant_of(op, root.r).array.reshape(hidden, root.GATES, hidden)
    factors = []
    for part in [slice(None)] if states.phases == 1 else [slice(0, 2), slice(2, 3)]:
        own = params
        if params is not None and params.axis is not None:
            columns = np.arange(root.GATES * hidden).reshape(root.GATES, hidden)[part].ravel()
            own = params.replace(scales=params.scales[columns], zero_points=params.zero_points[columns])
        factors.append(Factor(states.e, cube[:, part], own, dynamic=root.is_dynamic, width=states.width))
    return factors


@dataclass(frozen=True)
class _Step:
    """A step: its place in the data, where the states before it lie, and the tiles [first, last) of a unit."""

    time: Index
    before: Index
    first: Index
    last: Index


class _Walk:
    """The loops over steps, blocks of hidden units and tiles of rows."""

    def __init__(self, states: States, cell: Cell):
        self.e, self.root, self.states, self.cell = states.e, states.root, states, cell

    def emit(self) -> None:
        """All units."""
        e, s = self.e, self.states
        with e.loop(e.begin, e.end) as unit:
            first = e.mul(unit.index, s.per_unit)
            last = e.imin(e.index(e.add(first, s.per_unit)), e.index(s.tiles))
            rows = e.mul(first, s.count), e.imin(e.index(e.mul(last, s.count)), e.index(s.batch))
            with e.loop(*rows) as row:
                self._copy(s.h, (row.index,), (s.steps, row.index))
                if (c := s.extras.get("c")) is not None:
                    self._copy(c, (row.index,), (s.steps + 1, row.index))
            with e.loop(0, s.steps) as step:
                self._phases(self._step(step.index, first, last), rows)
            with e.loop(*rows) as row:
                if s.steps:
                    self._copy(s.result, (0 if self.root.is_reverse else s.steps - 1, row.index), (s.steps, row.index))
                if "lengths" in s.extras:
                    self._clear(row.index)

    def _step(self, index: Index, first: Index, last: Index) -> _Step:
        e, b, steps = self.e, self.e.b, self.states.steps
        if isinstance(index, int):  # the only one
            return _Step(index, steps, first, last)
        time = e.add(steps - 1, e.mul(index, -1)) if self.root.is_reverse else index
        before = e.add(time, 1 if self.root.is_reverse else -1)
        before = b.select(b.icmp_signed("==", index, e.index(0)), e.index(steps), e.index(before))
        return _Step(time, before, first, last)

    def _phases(self, step: _Step, rows: tuple[Index, Index]) -> None:
        for phase in range(self.states.phases):
            if self.root.is_dynamic:
                self.states.quantize(phase, step.before, rows)
            self._blocks(partial(self.cell.emit, phase), step)

    def _blocks(self, emit: Callable[[Block, Tile], None], step: _Step) -> None:
        """All blocks of hidden units over all tiles."""
        e, width = self.e, self.states.width
        sizes = blocks_of(self.states.hidden, width)
        full = sum(size == width for size in sizes)
        for begin, end in ((0, full), (full, len(sizes))):
            if begin < end:
                with e.loop(begin, end) as loop:
                    self._tiles(partial(emit, Block(loop.index, e.mul(loop.index, width), sizes[begin])), step)

    def _tiles(self, emit: Callable[[Tile], None], step: _Step) -> None:
        e, count = self.e, self.states.count
        full, tail = divmod(self.states.batch, count)

        def tile(index: Index, size: int) -> None:
            row = e.mul(index, count)
            emit(Tile(row, e.add(row, e.mul(step.first, -count)), size, step.time, step.before))

        with e.loop(step.first, step.last) as loop:
            e.by_size(loop.index, full, count, tail, tile)

    def _each_vector(self, emit: Callable[[int, Index], None]) -> None:
        """Vectors over all hidden units: (lanes, first unit)."""
        n, hidden = self.e.lanes, self.states.hidden
        whole = hidden // n * n
        with self.e.loop(0, whole, n) as loop:
            emit(n, loop.index)
        if whole < hidden:
            emit(hidden - whole, whole)

    def _copy(self, source: Tensor, at: tuple[Index, ...], to: tuple[Index, ...]) -> None:
        self._each_vector(lambda n, i: self.e.store(self.states.result.at(*to, i), source.load(n, *at, i)))

    def _clear(self, row: Index) -> None:
        """Zeros in the rows of steps from the length on."""
        e, steps = self.e, self.states.steps
        start = e.imin(e.imax(self.states.length(row), e.index(0)), e.index(steps))
        with e.loop(start, steps) as step:
            self._each_vector(lambda n, i: e.store(self.states.result.at(step.index, row, i), e.const(0.0, "f32", n)))
