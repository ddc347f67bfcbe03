"""Is a transformed network the network it was? Its passes are held to what they state, its codes to those of the formula.

`Agreement.check` runs preset `lpt` on a network of fake-quantized floats and compares, on the network's own inputs:

    every pass     values before it and after it, each forced to the earlier one's (`lpt.passes.validate`)
    codes          of every rounding that stands for a fake_quantize or qcast of the original, computed from the codes that the
                   original has there, with the original's: how many, how many differ, and how far these are from a tie
    results        with the original's codes forced: signal to noise, in dB
    lowering       the interpreter's bits before preset `lower` and behind it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp
from lpt.dialects.nn import AddOp, CeilOp, ConcatOp, FloorOp, NegOp, NnOp, RoundOp, SignOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.errors import ValidationError
from lpt.passes.journal import Journal, place_of
from lpt.passes.magnitudes import Magnitudes
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.passes.ties import ties_of
from lpt.passes.validate import Comparison, Validator, as_new
from lpt.testing.networks import Network

TIE = 2.0**-14
"""Steps by which a value may miss a tie where codes differ, if it is a sum of terms of at most `TIE / BOUND` = 256 steps."""
BOUND = 2.0**-22
"""The same relative to Σ|terms|, of values of more steps than f32 resolves."""
LEAST = 120.0
"""dB that every result has, with the original's codes forced."""

JUMPS = CeilOp | FloorOp | RoundOp | SignOp
"""Functions that a difference of one bit can take from one integer to the next: their results are forced, as codes are."""

Values = Mapping[SSAValue, Array]
Part = tuple[slice, ...]
Pairs = Mapping[SSAValue, Sequence[SSAValue]]


@dataclass
class Agreement:
    """What was compared, over all networks checked so far."""

    networks: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    """`nn` operations, fake_quantizes and qcasts of the originals, by name."""
    values: int = 0
    """Comparisons of a value before and after a pass."""
    codes: int = 0
    differing: int = 0
    farthest: float = 0.0
    """The greatest distance from a tie of a code that differs, as a share of what is allowed."""
    results: int = 0
    cancelled: int = 0
    """Results of less than `LEAST` dB because they are small beside the terms that they are sums of: there the terms count."""
    worst: float = float("inf")
    """The least signal-to-noise ratio of a result, in dB."""

    def __str__(self) -> str:
        kinds = ", ".join(f"{name.partition('.')[2]} {count}" for name, count in self.operations.most_common())
        return (
            f"{self.networks} networks, {sum(self.operations.values())} operations ({kinds}); {self.values} values compared over a "
            f"pass; {self.codes} codes, of which {self.differing} differ ({self.differing / max(self.codes, 1):.2g}), at most "
            f"{self.farthest:.2g} of what is allowed from a tie; {self.results} results, the worst of {self.worst:.1f} dB"
            f", {self.cancelled} of them of their terms"
        )

    def check(self, network: Network) -> ModuleOp:
        """Transform, compare, and count; returns the transformed module.

        Raises ValidationError where a pass is less exact than it states, a code differs far from a tie, a result has less than
        `LEAST` dB, or lowering changes a bit.
        """
        self.networks += 1
        self.operations.update(op.name for op in network.module.walk() if isinstance(op, NnOp | FakeQuantizeOp | QuantizeCastOp))
        passes = Pipeline.parse("lpt").passes
        cut = 1 + [p.name for p in passes].index("lpt-split-fake-quantize")
        _, reference = _run(network.module, network.inputs)

        module = network.module.clone()
        pairs = self._transform(network.module, module, passes[:cut], network.inputs)
        formula = _Formula(network.module, reference)
        formula.follow(pairs, module, network.inputs)
        middle = module.clone()
        formula.move(dict(zip(_values(module), _values(middle), strict=True)))
        pairs = self._transform(middle, module, passes[cut:], network.inputs)
        results = self._compare_codes(pairs, middle, module, formula, network.inputs)
        self._compare_results(network.module, reference, module, results)
        _check_lowering(module, network.inputs)
        return module

    def _transform(self, before: ModuleOp, module: ModuleOp, passes: Sequence[LptPass], inputs: Sequence[Array]) -> Pairs:
        """Run and validate `passes` on `module`, a copy of `before`. Returns which values of `before` each value now stands for."""
        copies = dict(zip(_values(module), _values(before), strict=True))
        journal = Journal()
        checks = Validator(module, inputs).run(Pipeline(tuple(passes)), journal)
        self.values += sum(check.values for check in checks)
        return Comparison(passes[-1], main_function(before), main_function(module), copies, journal.value_map()).pairs

    def _compare_codes(
        self, pairs: Pairs, middle: ModuleOp, module: ModuleOp, formula: _Formula, inputs: Sequence[Array]
    ) -> Sequence[Array]:
        """Run the transformed module with every rounding forced to the formula's codes, and count what it has there.

        Returns the results.
        """
        _, reference = _run(middle, inputs, formula.codes)
        reference.update(formula.codes)
        roundings = {
            new: old
            for new, olds in pairs.items()
            for old in olds
            if _root(old) is not None or isinstance(old.owner, FakeQuantizeOp | JUMPS)
        }
        forced = {new: as_new(reference[old], old, new) for new, old in roundings.items()}
        results, values = _run(module, inputs, forced)
        counted, terms = set[SSAValue](), _terms(reference)
        for new, old in roundings.items():
            root = _root(old)
            if root is not None and root not in counted and not _jumps(root):
                counted.add(root)
                missing = forced[new].astype(np.int64) - values[new].astype(np.int64)
                self._count(root, missing, formula, terms)
        return results

    def _count(self, root: SSAValue, missing: Array, formula: _Formula, terms: Magnitudes) -> None:
        """Count the codes of a qcast, of which some are `missing` steps off, and how far from a tie these are."""
        self.codes += missing.size
        if not missing.any():
            return
        self.differing += int((missing != 0).sum())
        farthest = float(formula.share(root, missing, terms).max())
        self.farthest = max(self.farthest, farthest)
        if farthest > 1:
            text = f"{int((missing != 0).sum())} codes differ, {farthest:.3g} times as far from a tie as is allowed"
            assert isinstance(root.owner, Operation)
            raise ValidationError(text, where=place_of(root.owner))

    def _compare_results(self, original: ModuleOp, reference: Values, module: ModuleOp, results: Sequence[Array]) -> None:
        """Signal to noise of each result; of one whose terms cancel, of the terms. Constants have no codes left to force."""
        sums = _terms(reference)
        for old, value, new in zip(_returned(original), _returned(module), results, strict=True):
            if isinstance(value.owner, ConstantOp):
                continue
            expected = reference[old].astype(np.float64)
            ratio = _decibels(expected, noise := expected - new)
            if ratio < LEAST:
                self.cancelled += 1
                ratio = _decibels(sums.of(old), noise)
            self.results += 1
            self.worst = min(self.worst, ratio)
            if ratio < LEAST:
                raise ValidationError(f"a result has {ratio:.1f} dB with the original's codes forced")


def _run(module: ModuleOp, inputs: Sequence[Array], force: Values | None = None) -> tuple[list[Array], dict[SSAValue, Array]]:
    """The results, and all values as they were computed, before they were forced."""
    values: dict[SSAValue, Array] = {}

    def observe(op: Operation, results: Sequence[Array]) -> None:
        values.update(zip(op.results, results, strict=True))

    function = main_function(module)
    values.update(zip(function.body.block.args, inputs, strict=True))
    return run_function(function, inputs, force=force, observe=observe)[0], values


def _values(module: ModuleOp) -> list[SSAValue]:
    block = main_function(module).body.block
    return [*block.args, *(result for op in block.ops for result in op.results)]


def _decibels(signal: Array, noise: Array) -> float:
    powers = [float(np.square(array, dtype=np.float64).sum()) for array in (signal, noise)]
    with np.errstate(divide="ignore"):
        return float(10 * np.log10(powers[0] / powers[1])) if powers[1] else float("inf")


def _share(rounding: SSAValue, missing: Array, terms: Magnitudes) -> Array:
    ties = ties_of(rounding, terms)
    assert ties is not None
    return ties.share(missing, BOUND, TIE)


def _terms(reference: Values) -> Magnitudes:
    """Σ|terms| back to inputs, roundings and jumps, which have the same bits in all that is compared."""
    return Magnitudes(reference, {value for value in reference if isinstance(value.owner, JUMPS)})


def _returned(module: ModuleOp) -> Sequence[SSAValue]:
    last = main_function(module).body.block.last_op
    assert isinstance(last, ReturnOp)
    return last.operands


def _root(value: SSAValue) -> SSAValue | None:
    """The qcast whose codes a value has, as they are or mirrored."""
    while isinstance(value.owner, ReinterpretOp | NegOp):
        value = value.owner.operands[0]
    return value if isinstance(value.owner, QuantizeCastOp) else None


def _jumps(rounding: SSAValue) -> bool:
    """Whether a function that jumps lies between a rounding and those before it."""
    stack = list(rounding.owner.operands[:1]) if isinstance(rounding.owner, Operation) else []
    while stack:
        value = stack.pop()
        if isinstance(value.owner, JUMPS):
            return True
        if not isinstance(value.owner, Block | FakeQuantizeOp | QuantizeCastOp | DequantizeCastOp):
            stack.extend(value.owner.operands)
    return False


class _Formula:
    """The codes that an original network has, at the qcasts of the network that its fake_quantizes were split in; and at jumps.

    `sources` names the roundings of the original that a qcast's codes come from, and which part of them.
    """

    def __init__(self, original: ModuleOp, reference: Values):
        self.original, self.reference = original, reference
        self.terms = _terms(reference)
        self.codes: dict[SSAValue, Array] = {}
        self.sources: dict[SSAValue, list[tuple[SSAValue, Part]]] = {}

    def follow(self, pairs: Pairs, module: ModuleOp, inputs: Sequence[Array]) -> None:
        """Find the codes in a split network, whose values stand for those of the original that `pairs` says."""
        rounded = FakeQuantizeOp | QuantizeCastOp | JUMPS
        roundings = {new: old for new, olds in pairs.items() for old in olds if isinstance(old.owner, rounded)}
        forced = {new: as_new(self.reference[old], old, new) for new, old in roundings.items()}
        branches = _branches({old for olds in pairs.values() for old in olds}, self.original, module)
        forced |= {part: array for branch in branches for part, array in branch.parts(self.reference[branch.op.result]).items()}
        _, values = _run(module, inputs, forced)
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
        for branch in branches:
            missing = _levels_missing(branch.op, self.reference[branch.op.result], branch.joined(values))
            start = 0
            for part, array in branch.parts(missing).items():
                self._correct(part, array)
                stop = start + array.shape[branch.axis]
                self._name(part, branch.op.result, (slice(None),) * branch.axis + (slice(start, stop),))
                start = stop

    def move(self, copies: Mapping[SSAValue, SSAValue]) -> None:
        """To a copy of the split network."""
        self.codes = {copies[value]: array for value, array in self.codes.items()}
        self.sources = {copies[value]: sources for value, sources in self.sources.items()}

    def share(self, root: SSAValue, missing: Array, terms: Magnitudes) -> Array:
        """How far from a tie values are whose codes differ: of the original's roundings and of the split one's own the least.

        The split one's `terms` count too, because a channel whose output range is empty stands on another's zero point and
        is moved back to its value: it carries the float rounding of that, which the original does not have.
        """
        shares = [_share(root, missing, terms)]
        for old, part in self.sources.get(root, ()):
            whole = np.zeros(tensor_shape(old), np.int64)
            whole[part] = missing
            shares.append(_share(old, whole, self.terms)[part])
        return np.asarray(np.minimum.reduce(shares))

    def _name(self, value: SSAValue, old: SSAValue, part: Part) -> None:
        for root, _, inner in _stands_on(value):
            self.sources.setdefault(root, []).append((old, part or inner))

    def _correct(self, value: SSAValue, missing: Array) -> None:
        """Add levels to the codes that a value stands on."""
        for root, sign, part in _stands_on(value) if missing.any() else ():
            self.codes[root] = (self.codes[root] + sign * missing[part]).astype(self.codes[root].dtype)


@dataclass(frozen=True)
class _Branches:
    """A fake_quantize that was pushed into the operands of a concat which is gone: results of its parts, in order, along `axis`."""

    op: FakeQuantizeOp
    results: Sequence[SSAValue]
    axis: int

    def parts(self, array: Array) -> dict[SSAValue, Array]:
        """What of an array of the whole shape each part has."""
        ends = np.cumsum([tensor_shape(result)[self.axis] for result in self.results])[:-1]
        return dict(zip(self.results, np.split(array, ends, self.axis), strict=True))

    def joined(self, values: Values) -> Array:
        return np.concatenate([values[result] for result in self.results], self.axis)


def _branches(found: set[SSAValue], original: ModuleOp, module: ModuleOp) -> list[_Branches]:
    """Of each fake_quantize that no value stands for: the values of its name that others take, if one axis joins them."""
    branches = []
    for op in original.walk():
        if not isinstance(op, FakeQuantizeOp) or op.result in found:
            continue
        own = [v for v in _values(module) if isinstance(v.owner, Operation) and place_of(v.owner) == place_of(op)]
        ends = [v for v in own if any(place_of(use.operation) != place_of(op) for use in v.uses)]
        shapes = [tensor_shape(v) for v in ends]
        whole = tensor_shape(op.result)
        for axis in range(len(whole)):
            rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
            if rests == {(*whole[:axis], *whole[axis + 1 :])} and sum(shape[axis] for shape in shapes) == whole[axis]:
                branches.append(_Branches(op, ends, axis))
                break
    return branches


def _levels_missing(op: FakeQuantizeOp, expected: Array, computed: Array) -> Array:
    """Levels by which results of fake_quantize exceed other ones, upwards in value."""
    low, high = (constant.array.astype(np.float64) for v in op.operands[3:] if isinstance(constant := v.owner, ConstantOp))
    size = np.abs(high - low) / (op.levels.value.data - 1)
    return np.rint((expected.astype(np.float64) - computed) / np.where(size > 0, size, 1.0)).astype(np.int64)


def _stands_on(value: SSAValue, part: Part = ()) -> Iterator[tuple[SSAValue, int, Part]]:
    """The qcasts whose codes a value is, as they are, dequantized or with an offset: 1, or −1 if mirrored, and the part of it."""
    op = value.owner
    if isinstance(op, ConcatOp):
        start = 0
        for operand in op.operands:
            stop = start + tensor_shape(operand)[op.dim]
            yield from _stands_on(operand, (slice(None),) * op.dim + (slice(start, stop),))
            start = stop
        return
    if isinstance(op, AddOp):
        op = op.a.owner if isinstance(op.b.owner, ConstantOp) else op.b.owner
    inner = op.input if isinstance(op, DequantizeCastOp) else value
    if (root := _root(inner)) is None:
        return
    sign = 1
    while inner is not root:
        sign = -sign if isinstance(inner.owner, NegOp) else sign
        inner = inner.owner.operands[0]  # type: ignore[union-attr]
    yield root, sign, part


def _check_lowering(module: ModuleOp, inputs: Sequence[Array]) -> None:
    lowered = module.clone()
    Pipeline.parse("lower").run(lowered)
    before, after = (run_function(main_function(m), inputs)[0] for m in (module, lowered))
    for old, new in zip(before, after, strict=True):
        if old.dtype != new.dtype or old.shape != new.shape or old.tobytes() != new.tobytes():
            raise ValidationError(f"lowering changes {int((old != new).sum())} elements of a result")
