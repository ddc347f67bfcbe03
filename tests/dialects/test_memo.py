"""Remembered results are those that the interpreter gives: one operation on the same bits is computed once, any other anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from xdsl.dialects import test
from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr, TensorType, f32
from xdsl.ir import Block, Region
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, opt_attr_def, opt_region_def, result_def

from lpt.dialects import interpreter
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate, main_function, run_function
from lpt.dialects.memo import MEMO, Memo, forgetting, remembering
from lpt.testing import body, parse

X = "tensor<2x3xf32>"


def module(operation: str) -> ModuleOp:
    """One operation on an argument."""
    return parse(body([f"%x: {X}"], f"%y = {operation} : ({X}) -> {X}", f"%y: {X}"))


def run(of: ModuleOp, x: Array) -> Array:
    (result,), _ = run_function(main_function(of), [x])
    return result


@pytest.fixture
def x() -> Array:
    return np.array([[1, -2, np.nan], [0.0, -0.0, 3]], np.float32)


def test_equal_bits_are_computed_once(x: Array) -> None:
    relu = module("nn.relu %x")
    with remembering() as memo:
        first = run(relu, x)
        assert run(relu.clone(), x.copy()) is first and memo.hits == 1
    assert run(relu, x) is not first and MEMO.get() is None


def test_another_operation_property_or_sign_of_zero_is_another_result(x: Array) -> None:
    soft, hard = (module(f"nn.leaky_relu %x {{alpha = {alpha} : f32}}") for alpha in ("0.5", "0.25"))
    with remembering() as memo:
        expected = [np.where(x < 0, x * np.float32(alpha), x) for alpha in (0.5, 0.25)]
        np.testing.assert_array_equal(run(soft, x), expected[0])
        np.testing.assert_array_equal(run(hard, x), expected[1])
        negative = run(module("nn.neg %x"), np.zeros_like(x))
        assert np.signbit(negative).all()
        assert not np.signbit(run(module("nn.neg %x"), -np.zeros_like(x))).any()
        assert memo.hits == 0


@irdl_op_definition
class PlusOp(IRDLOperation):
    """x + an amount, which stands in an attribute or in a region."""

    name = "memo_test.plus"
    x = operand_def()
    y = result_def()
    amount = opt_attr_def(IntAttr)
    inside = opt_region_def()


def plus(amount: int, node: str, *, inside: bool) -> PlusOp:
    x = test.TestOp(result_types=[TensorType(f32, [4])]).results[0]
    op = PlusOp.create(
        operands=[x],
        result_types=[x.type],
        attributes={"lpt.node": StringAttr(node)} | ({} if inside else {"amount": IntAttr(amount)}),
        regions=[Region(Block([test.TestTermOp(attributes={"amount": IntAttr(amount)})]))] if inside else [],
    )
    op.verify()
    return op


@pytest.fixture
def plus_means(monkeypatch: pytest.MonkeyPatch) -> None:
    def add(op: PlusOp, operands: Sequence[Array]) -> Sequence[Array]:
        holder = op.inside.block.first_op if op.inside is not None else op
        amount = holder.attributes["amount"] if holder is not None else None
        assert isinstance(amount, IntAttr)
        return [operands[0] + amount.data]

    meanings: dict[Any, Any] = interpreter._meanings
    monkeypatch.setitem(meanings, PlusOp, add)


@pytest.mark.usefixtures("plus_means")
@pytest.mark.parametrize("inside", [False, True], ids=["attribute", "region"])
def test_what_an_operation_of_ones_own_keeps_elsewhere_than_in_properties_counts(inside: bool) -> None:
    zeros = np.zeros(4, np.float32)
    with remembering() as memo:
        for amount in (1, 2):
            assert evaluate(plus(amount, "A", inside=inside), [zeros])[0].tolist() == [amount] * 4
        assert memo.hits == 0
        evaluate(plus(2, "B", inside=inside), [zeros])  # where it is from is no part of its meaning
        assert memo.hits == (0 if inside else 1)


def test_arrays_of_another_type_or_shape_are_others() -> None:
    memo = Memo()
    shapes, types = ((), (0,), (1,), (1, 1), (4,)), (np.float32, np.int32, np.int8, np.bool_)
    zeros = [np.zeros(shape, dtype) for shape in shapes for dtype in types]
    assert len({memo.digest(array) for array in zeros}) == len(zeros)
    assert memo.one(zeros[0]) is zeros[0] and memo.one(np.zeros((), np.float32)) is zeros[0]


def test_an_array_in_the_place_of_one_that_is_gone_has_its_own_digest() -> None:
    memo, digests = Memo(), set[object]()
    for value in range(100):  # memory, and with it id(), is used again
        digests.add(memo.digest(np.full(64, value, np.int32)))
    assert len(digests) == 100


def test_what_was_used_longest_ago_goes_first(x: Array) -> None:
    relu, neg, exp = (module(f"nn.{name} %x") for name in ("relu", "neg", "exp"))
    with remembering(limit=2 * x.nbytes) as memo:
        for of in (relu, neg, relu, exp, relu):
            run(of, x)
        assert memo.hits == 2 and memo.size == 2 * x.nbytes
        run(neg, x)
        assert memo.hits == 2


def test_blocks_share_what_they_remember(x: Array) -> None:
    relu = module("nn.relu %x")
    with remembering() as outer:
        with remembering() as inner:
            assert inner is outer
            run(relu, x)
        with forgetting():
            run(relu, x)
        assert outer.hits == 0
        run(relu, x)
        assert outer.hits == 1
    assert evaluate(next(iter(main_function(relu).body.block.ops)), [x])[0][0, 0] == 1
