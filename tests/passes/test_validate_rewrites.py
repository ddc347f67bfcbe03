"""Each rewrite on the values around it: what is right passes, and what is wrong is named, with both sides as small modules."""

from __future__ import annotations

import numpy as np
import pytest

import lpt
from lpt.data import bundled_data, bundled_model_path
from lpt.passes.pipeline import Exactness, Pipeline
from lpt.passes.validate import random_inputs
from lpt.passes.validate_rewrites import UNNOTED, RewriteError, RewriteValidator
from lpt.rules import Build, Node, Ops, Reals, Rule, Value
from lpt.testing import assert_equivalent, body, parse, results
from lpt.validating import validate

X = "tensor<8xf32>"


class ReluToAbs(Rule):
    """Wrong, and only seen where an operand is negative."""

    exactness = Exactness.EXACT

    def pattern(self, op: Ops, x: Reals) -> Node:
        return op.relu(x)

    def rewrite(self, op: Build, x: Reals) -> Value:
        return op.abs(x)


def chain(*names: str) -> str:
    text = [f'%v{i + 1} = nn.{n} %v{i} {{lpt.node = "N{i}"}} : ({X}) -> {X}' for i, n in enumerate(names)]
    return body([f"%v0: {X}"], "\n".join(text), f"%v{len(names)}: {X}")


def check(rule: Rule, text: str, x: np.ndarray) -> RewriteValidator:
    module = parse(text)
    validator = RewriteValidator(module, [x])
    Pipeline(rule).run(module, hooks=[validator])
    return validator


def test_a_wrong_rewrite_is_named_with_both_sides() -> None:
    x = np.linspace(-1, 1, 8, dtype=np.float32)
    with pytest.raises(RewriteError, match=r"N2: pattern relu-to-abs: pass relu-to-abs states exact, but nn\.abs differs") as error:
        check(ReluToAbs(), chain("exp", "neg", "relu", "exp"), x)
    found = error.value
    assert [op.name for op in found.before.walk() if op.name.startswith("nn.")] == ["nn.relu"]
    assert [op.name for op in found.after.walk() if op.name.startswith("nn.")] == ["nn.abs"]
    np.testing.assert_allclose(found.inputs, [-np.exp(x)], rtol=1e-6)
    old, new = (results(module, found.inputs)[0] for module in (found.before, found.after))
    assert not np.array_equal(old, new)
    with pytest.raises(AssertionError):
        assert_equivalent(found.before, found.after)


def test_values_are_those_of_the_network() -> None:
    """Behind exp no operand is negative: there the rule holds."""
    found = check(ReluToAbs(), chain("exp", "relu", "relu"), np.linspace(-1, 1, 8, dtype=np.float32))
    ((key, row),) = found.checks.items()
    assert key == ("relu-to-abs", "relu-to-abs")
    assert (row.rewrites, row.worst.differing, row.worst.worst) == (2, 0, 0.0)


def test_values_bound_to_each_other_are_not_given_apart() -> None:
    """The rule looks through a dcast, which becomes part of both sides."""

    class DequantizedNegation(Rule):
        exactness = Exactness.EXACT

        def pattern(self, op: Ops, q: Value) -> Node:
            return op.relu(op.neg(op.dcast(q)))

        def rewrite(self, op: Build, q: Value) -> Value:
            return op.maximum(op.neg(op.dcast(q)), 0.0)

    q = "tensor<8x!quant.uniform<i8:f32, 5.0e-01>>"
    text = f"%f = quant.dcast %q : {q} to {X}\n%n = nn.neg %f : ({X}) -> {X}\n%y = nn.relu %n : ({X}) -> {X}"
    module = parse(body([f"%q: {q}"], text, f"%y: {X}"))
    validator = RewriteValidator(module, random_inputs(module))
    Pipeline(DequantizedNegation()).run(module, hooks=[validator])
    assert [row.rewrites for row in validator.checks.values()] == [1]


def test_every_rewrite_of_the_bundled_model_keeps_its_claim() -> None:
    model = lpt.load(bundled_model_path()).specialize({"image": [2, 1, 8, 8]})
    found = validate(model, "all", inputs={"image": bundled_data()["images"][:2].astype(np.float32) / 16}, rewrites=True)
    assert found.error is None
    assert {row.name for row in found.passes} == set(Pipeline("all").names)
    patterns = {row.pattern: row.rewrites for row in found.rewrites}
    assert {"split-conv-bias", "push-through-contraction", "join-bias", "fuse-requantize", "form-kernel", UNNOTED} <= set(patterns)
    assert patterns["split-conv-bias"] == 6


@pytest.mark.parametrize("rewrites", [False, True])
def test_validation_finds_the_pattern_of_a_wrong_pass(rewrites: bool) -> None:
    model = lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]})

    class MaxForMean(Rule):
        exactness = Exactness.ROUNDS

        def pattern(self, op: Ops, x: Reals) -> Node:
            return op.global_average_pool(x)

        def rewrite(self, op: Build, x: Reals) -> Value:
            return op.global_max_pool(x)

    found = validate(model, Pipeline("lpt-normalize", MaxForMean, "dce"), rewrites=rewrites)
    assert isinstance(found.error, RewriteError)
    assert (found.error.pattern, found.error.where) == ("max-for-mean", "/GlobalAveragePool")
    assert [row.name for row in found.passes] == ["lpt-normalize"]
