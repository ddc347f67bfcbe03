"""The helpers for tests of rules fail where the rule does not do what the test says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import MulOp, ReluOp
from lpt.errors import TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness
from lpt.testing import (
    Parts,
    assert_close,
    assert_equivalent,
    assert_filecheck,
    assert_keeps_claim,
    assert_leaves,
    assert_refuses,
    assert_rewrites,
    assert_same_bits,
    body,
    generated_inputs,
    results,
)

X = "tensor<2xf32>"


def unary(name: str) -> str:
    return body([f"%x: {X}"], f"%y = nn.{name} %x : ({X}) -> {X}", f"%y: {X}")


class Wrong(Pattern):
    """relu(x) → 1.001 · relu(x), once; a negation is refused."""

    name = "wrong"

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if op.name == "nn.neg":
            return self.fail(op, "a negation is no tanh")
        if isinstance(op, ReluOp) and not any(isinstance(use.operation, MulOp) for use in op.result.uses):
            relu, factor = ReluOp.make([op.x]), ConstantOp(np.array(1.001, np.float32))
            rewriter.replace(op, [relu, factor, MulOp.make([relu.result, factor.result])])
        return None


@pytest.mark.parametrize(
    "check",
    [
        lambda: assert_leaves(Wrong(), unary("relu")),
        lambda: assert_refuses(Wrong(), unary("neg"), "another reason"),
        lambda: assert_refuses(Wrong(), unary("tanh"), "a negation"),
        lambda: assert_refuses(Wrong(), unary("relu"), "a negation"),
        lambda: assert_rewrites(Wrong(), unary("neg"), unary("tanh")),
        lambda: assert_same_bits(Wrong(), unary("relu")),
        lambda: assert_close(Wrong(), unary("relu"), relative=1e-4),
    ],
)
def test_what_is_wrong_fails(check: Callable[[], object]) -> None:
    with pytest.raises(AssertionError):
        check()


def test_what_is_right_passes() -> None:
    assert_leaves(Wrong(), unary("tanh"))
    assert_refuses(Wrong(), unary("neg"), "no tanh")
    assert_same_bits(Wrong(), unary("neg"))
    assert_close(Wrong(), unary("relu"), relative=2e-3)
    assert_rewrites("dce", body([f"%x: {X}"], f"%d = nn.exp %x : ({X}) -> {X}", f"%x: {X}"), body([f"%x: {X}"], "", f"%x: {X}"))


def test_source_nodes_count_where_they_are_named() -> None:
    def relu(node: str) -> str:
        return body([f"%x: {X}"], f"%y = nn.relu %x {node}: ({X}) -> {X}", f"%y: {X}")

    assert_rewrites("dce", relu('{lpt.node = "Relu_1"} '), relu(""))
    with pytest.raises(AssertionError, match="Relu_2"):
        assert_rewrites("dce", relu('{lpt.node = "Relu_1"} '), relu('{lpt.node = "Relu_2"} '))


SCALED = body(
    [f"%x: {X}"],
    f"""%c = lpt.constant {{value = #lpt.blob<dense<1.001> : tensor<f32>>}} : tensor<f32>
        %r = nn.relu %x : ({X}) -> {X}
        %y = nn.mul %r, %c : ({X}, tensor<f32>) -> {X}""",
    f"%y: {X}",
)


def test_equivalence_is_to_the_exactness_given() -> None:
    assert_equivalent(unary("relu"), unary("relu"))
    assert_equivalent(SCALED, unary("relu"), "lossy")
    assert_equivalent(SCALED, unary("relu"), exactness=Exactness.REAL, bound=2e-3)
    with pytest.raises(AssertionError, match=r"not exact: nn\.relu differs in 2 elements"):
        assert_equivalent(SCALED, unary("relu"), inputs=[[np.array([1, 2], np.float32)]])
    with pytest.raises(AssertionError, match=r"not real: nn\.relu is off by .* × Σ\|terms\|"):
        assert_equivalent(SCALED, unary("relu"), "real")
    with pytest.raises(AssertionError, match="the signatures differ"):
        assert_equivalent(unary("relu"), unary("relu").replace("2x", "3x"))


def test_generated_inputs_reach_the_ends() -> None:
    q = "tensor<64x!quant.uniform<i8:f32, 5.0e-01:3>>"
    inputs = list(generated_inputs(body([f"%q: {q}", "%x: tensor<64xf32>"], "", f"%q: {q}")))
    codes, floats = (np.stack([arrays[i] for arrays in inputs]) for i in range(2))
    assert (int(codes.min()), int(codes.max()), codes.dtype.name) == (-128, 127, "int8")
    assert np.abs(floats).max() > 64 and (floats == 0).all(axis=1).any()
    assert np.isin([0.25, -0.25, 0.75], floats).all()  # halves of steps of 0.5


class Claims(Wrong):
    """The same, stated."""

    name = "claims"
    exactness = Exactness.EXACT


class ClaimsLess(Claims):
    name = "claims-less"
    exactness = Exactness.REAL
    bound = 2e-3


def test_a_rule_is_held_to_its_claim() -> None:
    assert_keeps_claim(Wrong(), unary("relu"))  # states nothing
    (row,) = assert_keeps_claim(ClaimsLess(), unary("relu"))
    assert row.name == "claims-less" and 0 < row.worst < 1
    with pytest.raises(AssertionError, match=r"pass claims states exact, but nn\.mul differs"):
        assert_keeps_claim(Claims(), unary("relu"))
    with pytest.raises(AssertionError, match="nothing changed"):
        assert_keeps_claim(ClaimsLess(), unary("tanh"))


CHECKED = f"""
// CHECK-LABEL: func.func @main
// CHECK-NEXT: [[R:%.*]] = nn.relu
// CHECK: nn.mul [[R]], {{{{%.*}}}}
{unary("relu")}
// ABS: nn.abs
"""


def test_filecheck_in_one_string() -> None:
    assert_filecheck(Wrong(), CHECKED)
    with pytest.raises(AssertionError, match=r'Couldn\'t match "nn\.abs"'):
        assert_filecheck(Wrong(), CHECKED, prefix="ABS")
    with pytest.raises(AssertionError, match=r"(?s)nn\.mul"):
        assert_filecheck("dce", CHECKED)


def test_parts_are_a_module() -> None:
    p = Parts((2, 3))
    module = p.module(p.div(p.difference(), p.sqrt(p.add(p.mean(p.squared(p.x)), 1.0))))
    module.verify()
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    expected = (x - x.mean(1, keepdims=True)) / np.sqrt((x**2).mean(1, keepdims=True) + 1)
    np.testing.assert_allclose(results(module, [x])[0], expected, rtol=1e-6)


def test_models_and_modules_are_taken_as_texts_are() -> None:
    model = lpt.load(bundled_model_path())
    text, prepared = str(model), lpt.transform(model, "lpt-normalize")
    del prepared.module.attributes["lpt.target"]  # which transform records
    assert_rewrites("lpt-normalize", model, prepared.module)
    assert_leaves("lpt-align-concat", model.module)
    assert_equivalent(model, prepared, exactness="real")
    assert_keeps_claim("lpt-normalize", model, [[np.ones((1, 1, 8, 8), np.float32)]])
    assert str(model) == text
    with pytest.raises(TransformError, match="'exakt' is no exactness; one of exact, real, rounds, lossy"):
        assert_equivalent(model, model, exactness="exakt")
