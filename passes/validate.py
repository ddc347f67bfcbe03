"""Hold each pass to the exactness it states, teacher-forced.

Two correct evaluations of 24 layers end up 12 quantization steps apart, so results are never compared across a rounding. The module
before a pass is run in the interpreter; then the one after it, where every value that stands for an earlier one (the journal says
which) is compared with it and replaced by it. So each comparison spans one rewrite:

    exact    equal bits
    real     |difference| ≤ bound · Σ|terms|; quantized values as under rounds
    rounds   where the value before rounding lies within bound · Σ|terms| of a tie, on its other side; of as many ties as that spans
    lossy    measured: the least signal-to-noise ratio of all values; judged only against the pass's `floor`, 0 dB
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, OpResult, SSAValue

from lpt.dialects.blob import Array, numpy_dtype
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.memo import remembering
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import ValidationError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Journal, PassRun, place_of
from lpt.passes.magnitudes import Magnitudes, real
from lpt.passes.pipeline import AfterPass, Exactness, LptPass, Pipeline
from lpt.passes.ties import level_size, ties_of

__all__ = ["Comparison", "PassCheck", "Validator", "random_inputs", "signal_to_noise"]


@dataclass(frozen=True)
class PassCheck:
    """One pass: values compared, elements that differ, and the worst difference as a share of what the claim allows.

    `place` names the source node of the worst difference. For a lossy pass `worst` is the greatest difference relative to Σ|terms|,
    and `sqnr` the least signal-to-noise ratio of a value that it changed, in dB.
    """

    name: str
    claim: Exactness
    values: int
    differing: int
    worst: float
    place: str
    sqnr: float | None = None

    def __str__(self) -> str:
        at = f" at {self.place}" if self.place else ""
        at += f", {self.sqnr:.1f} dB" if self.sqnr is not None else ""
        return f"{self.name:28} {self.claim.value:7} {self.values:6} values {self.differing:9} differ  {self.worst:8.3g}{at}"


def random_inputs(module: ModuleOp, seed: int = 0) -> list[Array]:
    """One array per argument of @main: normal floats, and codes over the whole storage range. An unknown batch becomes 2.

    Raises ValidationError if another extent is not known.
    """
    generator = np.random.default_rng(seed)
    arrays: list[Array] = []
    for argument in main_function(module).body.block.args:
        assert isinstance(argument.type, TensorType)
        declared = tensor_shape(argument)
        if -1 in declared[1:]:
            raise ValidationError(f"an input has shape {declared}", way_out="give inputs, or specialize the model")
        shape = [2 if extent < 0 else extent for extent in declared]
        params = params_of(argument)
        if params is not None:
            storage = params.storage
            arrays.append(generator.integers(storage.min, storage.max, shape, endpoint=True).astype(storage.dtype))
        elif (dtype := numpy_dtype(argument.type.element_type)).kind == "f":
            arrays.append(generator.normal(size=shape).astype(dtype))
        else:
            arrays.append(generator.integers(0, 2, shape).astype(dtype))
    return arrays


class Validator:
    """Runs a pipeline on a module in place, and checks each pass on the same inputs."""

    def __init__(self, module: ModuleOp, inputs: Sequence[Array] | None = None):
        self.module = module
        self.inputs = random_inputs(module) if inputs is None else list(inputs)
        self.done: list[PassCheck] = []

    def run(
        self,
        pipeline: Pipeline,
        journal: Journal | None = None,
        after: AfterPass | None = None,
        hooks: Sequence[Instrumentation] = (),
    ) -> list[PassCheck]:
        """Returns a row per pass, which are in `done` too. Raises ValidationError where a pass is less exact than it states."""
        journal, self.done = Journal() if journal is None else journal, []
        with remembering():
            for p in pipeline.passes:
                self.done.append(self._run_pass(p, journal, after, hooks))
        return self.done

    def _run_pass(self, p: LptPass, journal: Journal, after: AfterPass | None, hooks: Sequence[Instrumentation]) -> PassCheck:
        mapper: dict[SSAValue, SSAValue] = {}
        before = self.module.clone(mapper)
        since, runs = len(journal.rewrites), list[PassRun]()
        Pipeline(p).run(self.module, journal=journal, after=lambda q, m, run: runs.append(run), hooks=hooks)
        comparison = Comparison(p, main_function(before), main_function(self.module), mapper, journal.value_map(since))
        unchanged = len(journal.rewrites) == since and _is_same(before, self.module)
        check = PassCheck(p.name, p.exactness, 0, 0, 0.0, "") if unchanged else comparison.run(self.inputs)
        if after is not None:
            after(p, self.module, runs[0])
        return check


class Comparison:
    """A function before a pass and after it, and which values stand for which."""

    def __init__(
        self,
        p: LptPass,
        before: FuncOp,
        after: FuncOp,
        clones: dict[SSAValue, SSAValue],
        replaced: dict[SSAValue, SSAValue],
    ):
        self.p, self.before, self.after = p, before, after
        self.pairs: dict[SSAValue, list[SSAValue]] = {}  # value after → values before that it stands for
        for original, clone in clones.items():
            self._pair(clone, _current(replaced.get(original, original)))
        for old, new in zip(_returned(before), _returned(after), strict=True):
            self._pair(old, new)
        self.values = self.differing = 0
        self.worst, self.place = 0.0, ""
        self.sqnr: float | None = None

    def _pair(self, old: SSAValue, new: SSAValue) -> None:
        if isinstance(old.owner, ConstantOp) or not _lives_in(old, self.before) or not _lives_in(new, self.after):
            return
        if old not in self.pairs.get(new, ()) and _shift(old, new) is not None:
            self.pairs.setdefault(new, []).append(old)

    def run(self, inputs: Sequence[Array]) -> PassCheck:
        """Run both on `inputs`. Raises ValidationError."""
        taps = {old for olds in self.pairs.values() for old in olds}
        _, self.reference = run_function(self.before, inputs, taps=taps)
        forced = {new: self._as_new(olds[0], new) for new, olds in self.pairs.items()}
        self.new_terms = Magnitudes(forced)
        for argument, array in zip(self.after.body.block.args, inputs, strict=True):  # a rule may leave nothing but its operand
            for old in self.pairs.get(argument, ()):
                if isinstance(old.owner, Operation):
                    self._compare(old, argument, self._as_new(old, argument), array)
        run_function(self.after, inputs, force=forced, observe=self._observe)
        return PassCheck(self.p.name, self.p.exactness, self.values, self.differing, self.worst, self.place, self.sqnr)

    def _as_new(self, old: SSAValue, new: SSAValue) -> Array:
        """The reference as storage of the new type."""
        return as_new(self.reference[old], old, new)

    def _observe(self, op: Operation, results: Sequence[Array]) -> None:
        for new, computed in zip(op.results, results, strict=True):
            for old in self.pairs.get(new, ()):
                self._compare(old, new, self._as_new(old, new), computed)

    def _compare(self, old: SSAValue, new: SSAValue, expected: Array, computed: Array) -> None:
        self.values += 1
        if expected is computed:
            return
        if expected.dtype == computed.dtype and expected.shape == computed.shape and expected.tobytes() == computed.tobytes():
            return
        if expected.shape != computed.shape or expected.dtype != computed.dtype:
            text = f"{computed.dtype}{computed.shape} instead of {expected.dtype}{expected.shape}"
            raise self._error(old, new, f"is {text}")
        if self.p.exactness is Exactness.EXACT:
            different = int((expected != computed).sum()) or "the sign of zero or NaN of some"
            worst = float(np.nanmax(np.abs(expected.astype(np.float64) - computed.astype(np.float64))))
            raise self._error(old, new, f"differs in {different} elements, by up to {worst:.6g}")
        if self.p.exactness is Exactness.LOSSY:
            ratio = signal_to_noise(real(expected, params_of(new)), real(computed, params_of(new)))
            self.sqnr = ratio if self.sqnr is None else min(ratio, self.sqnr)
            if -np.inf < ratio < self.p.floor:
                raise self._error(old, new, f"has noise of {-ratio:.1f} dB above its signal")
        quantized = params_of(new) is not None
        terms = Magnitudes(self.reference, self._frontier(new))
        if quantized:
            share = self._rounding_share(terms, new, expected, computed)
        else:
            sums = np.maximum(terms.of(old), self.new_terms.of(new))
            share = self._float_share(sums, expected, computed)
            if isinstance(old.owner, FakeQuantizeOp) and self.p.exactness is Exactness.ROUNDS:
                share = self._level_share(terms, old.owner, sums, expected, computed, share)
        self.differing += int((expected != computed).sum())
        worst = float(share.max(initial=0.0))
        if worst > self.worst:
            self.worst, self.place = worst, _place(old, new)
        if worst > 1 and self.p.exactness is not Exactness.LOSSY:
            what = "a step far from a tie" if quantized else f"{worst * self.p.bound:.3g} × Σ|terms|"
            raise self._error(old, new, f"is off by {what}")

    def _frontier(self, new: SSAValue) -> set[SSAValue]:
        """The values before whose bits were forced on the values which `new` is computed from.

        A value after that stands for several which differ, `x` and `(x + d) − d`, is forced to the first: through the others,
        terms are followed further back.
        """
        found, seen, stack = set[SSAValue](), set[SSAValue](), [new]
        while stack:
            owner = stack.pop().owner
            operands = owner.operands if isinstance(owner, Operation) else ()
            for operand in operands:
                if operand in self.pairs:
                    first, *others = self.pairs[operand]
                    forced = self._as_new(first, operand)
                    found.update({first, *(old for old in others if np.array_equal(self._as_new(old, operand), forced))})
                elif operand not in seen:
                    seen.add(operand)
                    stack.append(operand)
        return found

    def _float_share(self, terms: Array, expected: Array, computed: Array) -> Array:
        """|difference| / (bound · Σ|terms|), 0 where equal or both are NaN."""
        a, b = expected.astype(np.float64), computed.astype(np.float64)
        equal = (a == b) | (np.isnan(a) & np.isnan(b))
        with np.errstate(all="ignore"):
            share = np.abs(a - b) / (self.p.bound * terms + float(np.finfo(np.float32).tiny))
        return np.where(equal, 0.0, np.nan_to_num(share, nan=np.inf))

    def _level_share(
        self, terms: Magnitudes, op: FakeQuantizeOp, sums: Array, expected: Array, computed: Array, share: Array
    ) -> Array:
        """`share`, but distance from a tie / (bound · Σ|terms|) where fake_quantize's results are levels apart."""
        apart, size = np.abs(expected.astype(np.float64) - computed.astype(np.float64)), level_size(op, terms)
        with np.errstate(all="ignore"):
            levels = np.rint(apart / size)
            are_levels = (share > 1) & (levels > 0) & (np.abs(apart - levels * size) <= self.p.bound * (sums + apart))
        ties = ties_of(op.result, terms)
        assert ties is not None
        return np.where(are_levels, ties.share(np.where(are_levels, levels, 0.0), self.p.bound), share)

    def _rounding_share(self, terms: Magnitudes, new: SSAValue, expected: Array, computed: Array) -> Array:
        """Distance from the ties between the two codes / (bound · Σ|terms|), 0 where equal.

        A value that stands for several equal ones (a rounding, a cast that changed nothing) may be near a tie of any.
        """
        apart = np.abs(expected.astype(np.int64) - computed.astype(np.int64))
        share = np.where(apart == 0, 0.0, np.inf)
        for old in self.pairs[new]:
            ties = ties_of(old, terms)
            if ties is not None and np.array_equal(self._as_new(old, new), expected):
                share = np.minimum(share, ties.share(apart, self.p.bound))
        return share

    def _error(self, old: SSAValue, new: SSAValue, what: str) -> ValidationError:
        name = new.owner.name if isinstance(new.owner, Operation) else f"what takes the place of {_owner(old).name}"
        claim = self.p.exactness.value
        return ValidationError(
            f"pass {self.p.name} states {claim}, but {name} {what}",
            where=_place(old, new),
            way_out="correct the pass, or what it states",
        )


def signal_to_noise(expected: Array, computed: Array) -> float:
    """Σ expected² / Σ (expected − computed)² in dB, over the elements that are finite in both."""
    finite = np.isfinite(expected) & np.isfinite(computed)
    signal, noise = (
        float((array[finite] ** 2).sum()) for array in (expected, np.where(finite, expected, 0) - np.where(finite, computed, 0))
    )
    if not noise:
        return float("inf")
    return float(10 * np.log10(signal / noise)) if signal else float("-inf")


def stands_for(old: SSAValue, new: SSAValue) -> bool:
    """Whether the types say that both hold the same values, perhaps with storage moved."""
    return _shift(old, new) is not None


def as_new(array: Array, old: SSAValue, new: SSAValue) -> Array:
    """What `old` holds as storage of the type of `new`, which stands for the same values."""
    shift, params = _shift(old, new), params_of(new)
    if params is None or old.type == new.type:
        return array
    assert shift is not None
    moved = array.astype(np.int64) + shift.reshape([-1 if i == params.axis else 1 for i in range(array.ndim)] if shift.ndim else ())
    return np.asarray(moved.astype(params.storage.dtype))


def _is_same(a: ModuleOp, b: ModuleOp) -> bool:
    """Equal structure and equal types, which xDSL's comparison leaves out."""
    return a.is_structurally_equivalent(b) and all(
        x.result_types == y.result_types for x, y in zip(a.walk(), b.walk(), strict=True)
    )


def _current(value: SSAValue) -> SSAValue:
    """The value itself, or what its operation now has in its place: a value whose type changed is another value."""
    if isinstance(value, OpResult) and value.index < len(value.op.results):
        return value.op.results[value.index]
    return value


def _returned(function: FuncOp) -> Sequence[SSAValue]:
    last = function.body.block.last_op
    return last.operands if isinstance(last, ReturnOp) else ()


def _lives_in(value: SSAValue, function: FuncOp) -> bool:
    owner = value.owner
    block = owner if isinstance(owner, Block) else owner.parent
    return block is function.body.block


def _place(old: SSAValue, new: SSAValue) -> str:
    """Where `new` is computed; of an argument, which is computed nowhere, where `old` was."""
    return place_of(new.owner if isinstance(new.owner, Operation) else _owner(old))


def _owner(value: SSAValue) -> Operation:
    assert isinstance(value.owner, Operation)  # an argument never stands for another argument: `Comparison.run`
    return value.owner


def _shift(old: SSAValue, new: SSAValue) -> Array | None:
    """What to add to the old storage to get the new one; None if the types do not stand for the same values."""
    if old.type == new.type:
        return np.zeros((), np.int64)
    a, b = params_of(old), params_of(new)
    if a is None or b is None or a.block_sizes != b.block_sizes or not np.array_equal(a.scales, b.scales):
        return None
    shift = np.asarray(b.zero_points - a.zero_points)
    fits = (a.storage.min + shift >= b.storage.min).all() and (a.storage.max + shift <= b.storage.max).all()
    return shift if fits else None
