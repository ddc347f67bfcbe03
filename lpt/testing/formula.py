"""The codes that a network of fake-quantized floats has by the formula, at the integers of the network that it is split in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp
from lpt.dialects.nn import AddOp, CeilOp, ConcatOp, FloorOp, NegOp, RoundOp, SignOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import place_of
from lpt.passes.magnitudes import Magnitudes
from lpt.passes.ties import ties_of
from lpt.passes.validate import as_new

JUMPS = CeilOp | FloorOp | RoundOp | SignOp
"""Functions that a difference of one bit can take from one integer to the next: their results are forced, as codes are."""

Values = Mapping[SSAValue, Array]
Part = tuple[slice, ...]
Pairs = Mapping[SSAValue, Sequence[SSAValue]]


class Formula:
    """The codes that an original network has, at the qcasts of the network that its fake_quantizes were split in; and at jumps.

    `sources` names the roundings of the original that a qcast's codes come from, and which part of them.
    """

    def __init__(self, original: ModuleOp, reference: Values):
        self.original, self.reference = original, reference
        self.terms = terms_of(reference)
        self.codes: dict[SSAValue, Array] = {}
        self.sources: dict[SSAValue, list[tuple[SSAValue, Part]]] = {}

    def follow(self, pairs: Pairs, module: ModuleOp, inputs: Sequence[Array]) -> None:
        """Find the codes in a split network, whose values stand for those of the original that `pairs` says."""
        rounded = FakeQuantizeOp | QuantizeCastOp | JUMPS
        roundings = {new: old for new, olds in pairs.items() for old in olds if isinstance(old.owner, rounded)}
        forced = {new: as_new(self.reference[old], old, new) for new, old in roundings.items()}
        branches = _branches({old for olds in pairs.values() for old in olds}, self.original, module)
        forced |= {new: self.reference[op.result][part] for new, op, part in branches}
        _, values = run(module, inputs, forced)
        self.codes = {value: array for value, array in values.items() if isinstance(value.owner, QuantizeCastOp)}
        for new, olds in pairs.items():
            for old in olds:
                if isinstance(old.owner, FakeQuantizeOp | QuantizeCastOp):
                    self._name(new, old, ())
        for new, old in roundings.items():
            if isinstance(op := old.owner, FakeQuantizeOp):
                self._correct(new, _levels_missing(op, forced[new], values[new]))
            if new in self.codes or isinstance(old.owner, JUMPS):
                self.codes[new] = forced[new]
        for new, op, part in branches:
            self._name(new, op.result, part)
            self._correct(new, _levels_missing(op, forced[new], values[new], part))

    def move(self, copies: Mapping[SSAValue, SSAValue]) -> None:
        """To a copy of the split network."""
        self.codes = {copies[value]: array for value, array in self.codes.items()}
        self.sources = {copies[value]: sources for value, sources in self.sources.items()}

    def share(self, root: SSAValue, missing: Array, terms: Magnitudes, bound: float, least: float = 0.0) -> Array:
        """`Ties.share` of values whose codes differ: of the original's roundings and of the split one's own the least.

        The split one's `terms` count too, because a channel whose output range is empty stands on another's zero point and
        is moved back to its value: it carries the float rounding of that, which the original does not have.
        """
        shares = [_share(root, terms, missing, bound, least)]
        for old, part in self.sources.get(root, ()):
            whole = np.zeros(tensor_shape(old), np.int64)
            whole[part] = missing
            shares.append(_share(old, self.terms, whole, bound, least)[part])
        return np.asarray(np.minimum.reduce(shares))

    def _name(self, value: SSAValue, old: SSAValue, part: Part) -> None:
        for root, _, inner in _stands_on(value):
            self.sources.setdefault(root, []).append((old, part or inner))

    def _correct(self, value: SSAValue, missing: Array) -> None:
        """Add levels to the codes that a value stands on."""
        for root, sign, part in _stands_on(value) if missing.any() else ():
            self.codes[root] = (self.codes[root] + sign * missing[part]).astype(self.codes[root].dtype)


def _branches(found: set[SSAValue], original: ModuleOp, module: ModuleOp) -> list[tuple[SSAValue, FakeQuantizeOp, Part]]:
    """Of each fake_quantize that was pushed into the operands of a concat which is gone: its values there, and their parts of it.

    It is one that nothing stands for: its name is on values that others take, and one axis joins these to the whole.
    """
    branches = []
    for op in original.walk():
        if not isinstance(op, FakeQuantizeOp) or op.result in found:
            continue
        own = [v for v in values_of(module) if isinstance(v.owner, Operation) and place_of(v.owner) == place_of(op)]
        ends = [v for v in own if any(place_of(use.operation) != place_of(op) for use in v.uses)]
        whole, shapes = tensor_shape(op.result), [tensor_shape(v) for v in ends]
        for axis in range(len(whole)):
            rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
            if rests == {(*whole[:axis], *whole[axis + 1 :])} and sum(shape[axis] for shape in shapes) == whole[axis]:
                branches += [(end, op, part) for end, part in zip(ends, _parts(shapes, axis), strict=True)]
                break
    return branches


def _parts(shapes: Sequence[Sequence[int]], axis: int) -> list[Part]:
    """Which part of the whole each of several arrays is that are joined along an axis."""
    ends = np.cumsum([0, *(shape[axis] for shape in shapes)])
    return [(slice(None),) * axis + (slice(int(a), int(b)),) for a, b in pairwise(ends)]


def _levels_missing(op: FakeQuantizeOp, expected: Array, computed: Array, part: Part = ()) -> Array:
    """Levels by which a part of fake_quantize's results exceeds other ones, upwards in value."""
    low, high = (constant.array.astype(np.float64) for v in op.operands[3:] if isinstance(constant := v.owner, ConstantOp))
    size = np.broadcast_to(np.abs(high - low) / (op.levels.value.data - 1), tensor_shape(op.result))[part]
    return np.rint((expected.astype(np.float64) - computed) / np.where(size > 0, size, 1.0)).astype(np.int64)


def _share(rounding: SSAValue, terms: Magnitudes, missing: Array, bound: float, least: float) -> Array:
    ties = ties_of(rounding, terms)
    assert ties is not None
    return ties.share(missing, bound, least)


def terms_of(reference: Values) -> Magnitudes:
    """Σ|terms| back to inputs, roundings and jumps, which have the same bits in all that is compared."""
    return Magnitudes(reference, {value for value in reference if isinstance(value.owner, JUMPS)})


def _stands_on(value: SSAValue, part: Part = ()) -> Iterator[tuple[SSAValue, int, Part]]:
    """The qcasts whose codes a value is, as they are, dequantized or with an offset: 1, or −1 if mirrored, and the part of it."""
    op = value.owner
    if isinstance(op, ConcatOp):
        for operand, piece in zip(op.operands, _parts([tensor_shape(v) for v in op.operands], op.dim), strict=True):
            yield from _stands_on(operand, piece)
        return
    if isinstance(op, AddOp):
        op = op.a.owner if isinstance(op.b.owner, ConstantOp) else op.b.owner
    inner = op.input if isinstance(op, DequantizeCastOp) else value
    if (root := root_of(inner)) is None:
        return
    sign = 1
    while inner is not root:
        sign = -sign if isinstance(inner.owner, NegOp) else sign
        inner = inner.owner.operands[0]  # type: ignore[union-attr]
    yield root, sign, part


def root_of(value: SSAValue) -> SSAValue | None:
    """The qcast whose codes a value has, as they are or mirrored."""
    while isinstance(value.owner, ReinterpretOp | NegOp):
        value = value.owner.operands[0]
    return value if isinstance(value.owner, QuantizeCastOp) else None


def run(module: ModuleOp, inputs: Sequence[Array], force: Values | None = None) -> tuple[list[Array], dict[SSAValue, Array]]:
    """The results, and all values as they were computed, before they were forced."""
    values: dict[SSAValue, Array] = {}

    def observe(op: Operation, results: Sequence[Array]) -> None:
        values.update(zip(op.results, results, strict=True))

    function = main_function(module)
    values.update(zip(function.body.block.args, inputs, strict=True))
    return run_function(function, inputs, force=force, observe=observe)[0], values


def values_of(module: ModuleOp) -> list[SSAValue]:
    block = main_function(module).body.block
    return [*block.args, *(result for op in block.ops for result in op.results)]
