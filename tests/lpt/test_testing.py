"""The helpers for tests of rules fail where the rule does not do what the test says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import MulOp, ReluOp
from lpt.passes.driver import Pattern
from lpt.testing import assert_close, assert_leaves, assert_refuses, assert_rewrites, assert_same_bits, body

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
