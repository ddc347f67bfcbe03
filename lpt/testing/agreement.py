"""Is a transformed network the network it was? Its passes are held to what they state, its codes to those of the formula.

`Agreement.check` runs preset `lpt` on a network of fake-quantized floats and compares, on the network's own inputs:

    every pass     values before it and after it, each forced to the earlier one's (`lpt.passes.validate`)
    codes          of every rounding that stands for a fake_quantize or qcast of the original, computed from the codes that the
                   original has there, with the original's: how many, how many differ at a tie, and how many how far beside one
    results        with the original's codes forced: signal to noise, in dB
    lowering       the interpreter's bits before preset `lower` and behind it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.errors import ValidationError
from lpt.passes.journal import Journal, place_of
from lpt.passes.magnitudes import Magnitudes
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.passes.validate import Comparison, Validator, as_new
from lpt.testing.formula import JUMPS, Formula, Pairs, Values, root_of, run, terms_of, values_of
from lpt.testing.networks import Network

TIE = 2.0**-14
"""Steps by which a value may miss a tie where codes differ, if it is a sum of terms of at most `TIE / BOUND` = 256 steps."""
BOUND = 2.0**-22
"""The same relative to Σ|terms|, of values of more steps than f32 resolves."""
ROUNDING = 2.0**-23
"""Share of Σ|terms| by which f32 misses the formula's value in its few steps: nearer to a tie, that rounding decides."""
LEAST = 120.0
"""dB that every result has, with the original's codes forced."""


@dataclass
class Agreement:
    """What was compared, over all networks checked so far."""

    networks: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    """`nn` operations, fake_quantizes and qcasts of the originals, by name."""
    values: int = 0
    """Comparisons of a value before and after a pass."""
    codes: int = 0
    tied: int = 0
    """Codes that differ where the formula itself, in f32, cannot tell the value from a tie: zero in ±1 of 256 levels is one."""
    differing: int = 0
    """Codes that differ elsewhere."""
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
            f"pass; {self.codes} codes, of which {self.tied} differ at a tie and {self.differing} beside one, at most "
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
        _, reference = run(network.module, network.inputs)

        module = network.module.clone()
        pairs = self._transform(network.module, module, passes[:cut], network.inputs)
        formula = Formula(network.module, reference)
        formula.follow(pairs, module, network.inputs)
        middle = module.clone()
        formula.move(dict(zip(values_of(module), values_of(middle), strict=True)))
        pairs = self._transform(middle, module, passes[cut:], network.inputs)
        results = self._compare_codes(pairs, middle, module, formula, network.inputs)
        self._compare_results(network.module, reference, module, results)
        _check_lowering(module, network.inputs)
        return module

    def _transform(self, before: ModuleOp, module: ModuleOp, passes: Sequence[LptPass], inputs: Sequence[Array]) -> Pairs:
        """Run and validate `passes` on `module`, a copy of `before`. Returns which values of `before` each value now stands for."""
        copies = dict(zip(values_of(module), values_of(before), strict=True))
        journal = Journal()
        checks = Validator(module, inputs).run(Pipeline(tuple(passes)), journal)
        self.values += sum(check.values for check in checks)
        return Comparison(passes[-1], main_function(before), main_function(module), copies, journal.value_map()).pairs

    def _compare_codes(
        self, pairs: Pairs, middle: ModuleOp, module: ModuleOp, formula: Formula, inputs: Sequence[Array]
    ) -> Sequence[Array]:
        """Run the transformed module with every rounding forced to the formula's codes, and count what it has there.

        Returns the results.
        """
        _, reference = run(middle, inputs, formula.codes)
        reference.update(formula.codes)
        roundings = {
            new: old
            for new, olds in pairs.items()
            for old in olds
            if root_of(old) is not None or isinstance(old.owner, FakeQuantizeOp | JUMPS)
        }
        forced = {new: as_new(reference[old], old, new) for new, old in roundings.items()}
        results, values = run(module, inputs, forced)
        counted, terms = set[SSAValue](), terms_of(reference)
        for new, old in roundings.items():
            root = root_of(old)
            if root is not None and root not in counted and not _jumps(root):
                counted.add(root)
                missing = forced[new].astype(np.int64) - values[new].astype(np.int64)
                self._count(root, missing, formula, terms)
        return results

    def _count(self, root: SSAValue, missing: Array, formula: Formula, terms: Magnitudes) -> None:
        """Count the codes of a qcast, of which some are `missing` steps off, and how far from a tie these are."""
        self.codes += missing.size
        if not missing.any():
            return
        is_tied = formula.share(root, missing, terms, ROUNDING) <= 1
        self.tied += int((missing != 0)[is_tied].sum())
        self.differing += int((~is_tied).sum())
        farthest = float(formula.share(root, missing, terms, BOUND, TIE).max())
        self.farthest = max(self.farthest, farthest)
        if farthest > 1:
            text = f"{int((missing != 0).sum())} codes differ, {farthest:.3g} times as far from a tie as is allowed"
            assert isinstance(root.owner, Operation)
            raise ValidationError(text, where=place_of(root.owner))

    def _compare_results(self, original: ModuleOp, reference: Values, module: ModuleOp, results: Sequence[Array]) -> None:
        """Signal to noise of each result; of one whose terms cancel, of the terms. Constants have no codes left to force."""
        sums = terms_of(reference)
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


def _decibels(signal: Array, noise: Array) -> float:
    powers = [float(np.square(array, dtype=np.float64).sum()) for array in (signal, noise)]
    with np.errstate(divide="ignore"):
        return float(10 * np.log10(powers[0] / powers[1])) if powers[1] else float("inf")


def _returned(module: ModuleOp) -> Sequence[SSAValue]:
    last = main_function(module).body.block.last_op
    assert isinstance(last, ReturnOp)
    return last.operands


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


def _check_lowering(module: ModuleOp, inputs: Sequence[Array]) -> None:
    lowered = module.clone()
    Pipeline.parse("lower").run(lowered)
    before, after = (run_function(main_function(m), inputs)[0] for m in (module, lowered))
    for old, new in zip(before, after, strict=True):
        if old.dtype != new.dtype or old.shape != new.shape or old.tobytes() != new.tobytes():
            raise ValidationError(f"lowering changes {int((old != new).sum())} elements of a result")
