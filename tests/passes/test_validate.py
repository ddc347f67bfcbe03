"""Validation finds what is less exact than it states, and says where; and it lets pass what keeps its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, MulOp, NegOp, ReluOp
from lpt.dialects.quant import QuantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.errors import ValidationError
from lpt.passes.driver import Pattern
from lpt.passes.magnitudes import Magnitudes
from lpt.passes.pipeline import Exactness, LptPass, Pipeline
from lpt.passes.validate import PassCheck, Validator, random_inputs
from lpt.testing import body, parse

X = "tensor<64xf32>"
Q = "tensor<64x!quant.uniform<i8:f32, 0.02>>"
RELU = body([f"%x: {X}"], f'%y = nn.relu %x {{lpt.node = "Relu_5"}} : ({X}) -> {X}', f"%y: {X}")
QCAST = body([f"%x: {X}"], f'%q = quant.qcast %x {{lpt.node = "Q_5"}} : {X} to {Q}', f"%q: {Q}")


class Scale(Pattern):
    """relu(x) or qcast(x) → the same of x · factor."""

    name = "scale"
    matches = (ReluOp, QuantizeCastOp)

    def __init__(self, factor: float):
        self.factor = factor

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        (x,) = op.operands
        if isinstance(x.owner, MulOp):
            return
        factor = ConstantOp(np.array(self.factor, np.float32))
        scaled = MulOp.make([x, factor.result])
        new = ReluOp.make([scaled.result]) if isinstance(op, ReluOp) else QuantizeCastOp(scaled.result, op.results[0].type)
        rewriter.replace(op, [factor, scaled, new])


@dataclass(frozen=True)
class ScaleExact(LptPass):
    name = "scale-exact"
    factor: float = 1.0

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (Scale(self.factor),)


@dataclass(frozen=True)
class ScaleReal(ScaleExact):
    name = "scale-real"
    exactness: ClassVar[Exactness] = Exactness.REAL


@dataclass(frozen=True)
class ScaleRounds(ScaleExact):
    name = "scale-rounds"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS


@dataclass(frozen=True)
class ScaleLossy(ScaleExact):
    name = "scale-lossy"
    exactness: ClassVar[Exactness] = Exactness.LOSSY


def check(p: LptPass, text: str, inputs: Sequence[np.ndarray] | None = None) -> PassCheck:
    (row,) = Validator(parse(text), inputs).run(Pipeline((p,)))
    return row


ULP = 1 + 2.0**-23


def test_equal_bits_are_exact() -> None:
    row = check(ScaleExact(1.0), RELU)
    assert (row.values, row.differing, row.worst) == (1, 0, 0.0)


def test_one_bit_is_not_exact() -> None:
    with pytest.raises(ValidationError, match=r"pass scale-exact states exact, but nn\.relu differs in \d+ elements") as error:
        check(ScaleExact(ULP), RELU)
    assert error.value.where == "Relu_5"


class Drop(Pattern):
    """relu(x) → x."""

    name = "drop"
    matches = ReluOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rewriter.replace(op, [], op.operands)


@dataclass(frozen=True)
class DropExact(LptPass):
    name = "drop-exact"

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (Drop(),)


def test_an_argument_in_the_place_of_an_operation_is_told_by_that_operation() -> None:
    """The module has an input left and nothing else: the place is that of the ReLU that was there."""
    with pytest.raises(ValidationError, match=r"states exact, but what takes the place of nn\.relu differs") as error:
        check(DropExact(), RELU)
    assert error.value.where == "Relu_5"


def test_one_bit_is_real_and_measured() -> None:
    row = check(ScaleReal(ULP), RELU)
    assert row.differing > 20
    assert 2.0**-5 < row.worst < 2.0**-2  # an ulp is 2⁻²³ to 2⁻²⁴ of a value, the bound 2⁻²⁰
    assert row.place == "Relu_5"


def test_more_than_the_bound_is_not_real() -> None:
    with pytest.raises(ValidationError, match=r"scale-real states real, but nn\.relu is off by .* × Σ\|terms\|"):
        check(ScaleReal(1 + 2.0**-18), RELU)


def test_a_step_at_a_tie_is_rounding() -> None:
    x = np.zeros(64, np.float32)
    x[7] = np.float32(0.02) * np.float32(10.5)  # rounds to 10; one bit more, to 11
    row = check(ScaleRounds(ULP), QCAST, [x])
    assert (row.differing, row.place) == (1, "Q_5")
    assert row.worst < 1


def test_a_step_far_from_a_tie_is_not() -> None:
    x = np.full(64, 0.02 * 10.4, np.float32)
    with pytest.raises(ValidationError, match=r"scale-rounds states rounds, but quant\.qcast is off by a step far from a tie"):
        check(ScaleRounds(1.02), QCAST, [x])


def test_two_steps_are_not_rounding() -> None:
    x = np.full(64, 0.02 * 50, np.float32)
    with pytest.raises(ValidationError, match="a step far from a tie"):
        check(ScaleRounds(1.05), QCAST, [x])


def test_lossy_is_measured_only() -> None:
    assert check(ScaleLossy(2.0), RELU).worst > 1e5


def test_errors_do_not_pile_up() -> None:
    """Each of 40 relus is off by one bit: compared one by one, no difference is greater than that."""
    lines = [f"%v{i + 1} = nn.relu %v{i} : ({X}) -> {X}" for i in range(40)]
    row = check(ScaleReal(ULP), body([f"%v0: {X}"], "\n".join(lines), f"%v40: {X}"))
    assert row.values == 40
    assert row.worst < 2.0**-2


def test_cancellation_is_judged_by_its_terms() -> None:
    """(x · c) + (−x): what is left is small, the terms are not."""

    class Associate(Pattern):
        """neg(relu(x)) → relu(x) · −(1 + ulp)."""

        name = "associate"
        matches = NegOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            factor = ConstantOp(np.array(-ULP, np.float32))
            mul = MulOp.make([op.operands[0], factor.result])
            (add,) = [use.operation for use in op.results[0].uses]
            assert isinstance(add, AddOp)
            total = AddOp.make([add.a, mul.result])
            rewriter.insert([factor, mul])
            rewriter.replace(add, total)
            rewriter.erase(op)

    @dataclass(frozen=True)
    class P(LptPass):
        name = "associate"
        exactness: ClassVar[Exactness] = Exactness.REAL

        def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
            return (Associate(),)

    text = f"%n = nn.neg %x : ({X}) -> {X}\n%y = nn.add %x, %n : ({X}, {X}) -> {X}"
    row = check(P(), body([f"%x: {X}"], text, f"%y: {X}"))
    assert row.differing > 50
    assert row.worst < 1


def test_each_result_of_a_split_has_its_own_terms() -> None:
    source = body(
        ["%x: tensor<1x5xf32>"],
        "%a, %b = nn.split %x {axis = 1 : i64, split = array<i64: 2, 3>} : (tensor<1x5xf32>) -> (tensor<1x2xf32>, tensor<1x3xf32>)",
        "%b : tensor<1x3xf32>",
    )
    (split, _) = main_function(parse(source)).body.block.ops
    terms = Magnitudes({split.operands[0]: np.array([[1, 2, -3, 4, -5]], np.float32)})
    assert [terms.of(result).tolist() for result in split.results] == [[[1, 2]], [[3, 4, 5]]]


def test_terms_of_a_mirrored_difference_are_those_of_the_difference() -> None:
    """−(1 − 1) is 0 by cancellation, and off by what the difference is off by."""
    text = f"%s = nn.sub %x, %x : ({X}, {X}) -> {X}\n%n = nn.neg %s : ({X}) -> {X}"
    (difference, mirrored, _) = main_function(parse(body([f"%x: {X}"], text, f"%n: {X}"))).body.block.ops
    given = difference.operands[0]
    terms = Magnitudes({given: np.ones(tensor_shape(given), np.float32)}, {given})
    assert (terms.of(mirrored.results[0]) == 2).all()


def test_a_change_of_storage_is_followed() -> None:
    """i8 becomes u8 with codes moved by 128: the same values."""
    text = body(
        [f"%x: {X}"],
        f"%q = quant.qcast %x : {X} to {Q}\n%r = nn.relu %q : ({Q}) -> {Q}\n%y = quant.dcast %r : {Q} to {X}",
        f"%y: {X}",
    )
    row = check(Pipeline.parse("lpt-lower-unsigned").passes[0], text)
    assert (row.values, row.differing) == (3, 0)


def test_a_pass_that_does_nothing_is_not_run() -> None:
    assert check(ScaleExact(1.0), QCAST.replace("quant.qcast %x", "quant.qcast %x")).values == 1
    assert check(Pipeline.parse("lpt-normalize").passes[0], QCAST).values == 0


def test_random_inputs_cover_storage_and_an_unknown_batch() -> None:
    text = body(["%x: tensor<?x3xf32>", f"%q: {Q}", "%i: tensor<4xi64>"], "", "%x: tensor<?x3xf32>")
    x, q, i = random_inputs(parse(text))
    assert x.shape == (2, 3)
    assert [a.dtype.name for a in (x, q, i)] == ["float32", "int8", "int64"]
    assert q.min() < -64 and q.max() > 64
    with pytest.raises(ValidationError, match="an input has shape"):
        random_inputs(parse(body(["%x: tensor<1x?xf32>"], "", "%x: tensor<1x?xf32>")))


def test_a_row_is_one_line() -> None:
    row = str(check(ScaleReal(ULP), RELU))
    assert "scale-real" in row and "real" in row and "Relu_5" in row and "\n" not in row


def test_a_long_sum_of_floats_is_allowed_its_own_error() -> None:
    """4,096 floats added one by one are off by 3.1e-6 of their sum; the integers that replace them are exact."""
    x, q = (f"tensor<1x4x64x64x{t}>" for t in ("f32", "!quant.uniform<u8:f32, 2.0e-02:0>"))
    y = "tensor<1x4x1x1xf32>"
    text = f"""%q = quant.qcast %x : {x} to {q}
        %f = quant.dcast %q : {q} to {x}
        %y = nn.global_average_pool %f : ({x}) -> {y}"""
    values = np.abs(np.random.default_rng(0).normal(size=(1, 4, 64, 64)) * 2).astype(np.float32)
    (row,) = Validator(parse(body([f"%x: {x}"], text, f"%y: {y}")), [values]).run(Pipeline("lpt-push-dequantize"))
    assert 0 < row.worst < 0.1
