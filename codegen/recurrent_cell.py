"""The cells of recurrent layers: what is made of the products of a block of hidden units, in vectors of lanes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.math import LaneOperations
from lpt.codegen.recurrent_product import Factor
from lpt.codegen.recurrent_state import States, Tile
from lpt.dialects.nn import GruOp, LstmOp, RnnOp
from lpt.dialects.semantics.recurrence import gate, gru_candidate, gru_mix, lstm_cell


@dataclass(frozen=True)
class Block:
    """Hidden units that are computed together."""

    index: Index
    first: Index
    channels: int

    def vectors(self, lanes: int) -> list[tuple[int, Index, int]]:
        """(number, first unit's offset, lanes) of each vector."""
        return [(v, v * lanes, min(lanes, self.channels - v * lanes)) for v in range(-(-self.channels // lanes))]


@dataclass(frozen=True)
class Cell(ABC):
    """Phases of a step, each the products of one factor and what is made of them."""

    states: States
    factors: Sequence[Factor]

    def emit(self, phase: int, block: Block, tile: Tile) -> None:
        """A phase of a block of hidden units and a tile of rows."""
        states, e = self.states, self.states.e
        products = self.factors[phase].products(states.rows(tile, 1 if phase else None), tile.count, block.index, block.channels)
        for row in range(tile.count):
            for v, offset, n in block.vectors(e.lanes):
                lanes = [_shortened(e, gate[v], n) for gate in products[row]]
                self.finish(phase, tile, row, e.add(block.first, offset), LaneOperations(e, n), lanes)

    @abstractmethod
    def finish(self, phase: int, tile: Tile, row: int, unit: Index, o: LaneOperations, products: list[ir.Value]) -> None:
        """What is made of the products of a row, in n lanes from `unit` on."""


class _Lstm(Cell):
    def finish(self, phase: int, tile: Tile, row: int, unit: Index, o: LaneOperations, products: list[ir.Value]) -> None:
        states, root = self.states, self.states.root
        assert isinstance(root, LstmOp)
        c = states.result.load(o.n, states.steps + 1, o.e.add(tile.row, row), unit)
        given = states.extras.get("peepholes")
        peepholes = None if given is None else [given.load(o.n, i, unit) for i in range(3)]
        h, c = lstm_cell(o, root, states.inputs(tile, row, range(4), unit, o.n), products, c, peepholes)
        states.finish_row(tile, row, unit, h, c)


class _Gru(Cell):
    def finish(self, phase: int, tile: Tile, row: int, unit: Index, o: LaneOperations, products: list[ir.Value]) -> None:
        states, root = self.states, self.states.root
        assert isinstance(root, GruOp)
        h = states.result.load(o.n, tile.before, o.e.add(tile.row, row), unit)
        within = o.e.add(tile.within, row)
        if phase:
            (x,) = states.inputs(tile, row, [2], unit, o.n)
            z = states.kept[0].load(o.n, within, unit)
            states.finish_row(tile, row, unit, gru_mix(o, root, z, o.add(x, products[0]), h))
            return
        x_z, x_r = states.inputs(tile, row, [0, 1], unit, o.n)
        z, r = (gate(o, root, 0, o.add(x, product)) for x, product in zip((x_z, x_r), products[:2], strict=True))
        if not root.is_linear_first:
            o.e.store(states.kept[0].at(within, unit), z)
            o.e.store(states.kept[1].at(within, unit), o.mul(r, h))
            return
        (x,) = states.inputs(tile, row, [2], unit, o.n)
        bias = states.extras["bias"].load(o.n, unit) if "bias" in states.extras else None
        states.finish_row(tile, row, unit, gru_mix(o, root, z, gru_candidate(o, x, products[2], bias, r), h))


class _Rnn(Cell):
    def finish(self, phase: int, tile: Tile, row: int, unit: Index, o: LaneOperations, products: list[ir.Value]) -> None:
        states = self.states
        (x,) = states.inputs(tile, row, [0], unit, o.n)
        states.finish_row(tile, row, unit, gate(o, states.root, 0, o.add(x, products[0])))


def cell_of(states: States, factors: Sequence[Factor]) -> Cell:
    """The cell of a layer."""
    match states.root:
        case LstmOp():
            return _Lstm(states, factors)
        case GruOp():
            return _Gru(states, factors)
        case _:
            assert isinstance(states.root, RnnOp)
            return _Rnn(states, factors)


def _shortened(e: Emitter, vector: ir.Value, n: int) -> ir.Value:
    """The first n lanes."""
    return vector if int(vector.type.count) == n else e.shuffle(vector, vector, range(n))
