"""Rules of ten lines: what matches, which reason a refusal has, what is made, and how mistakes are named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from xdsl.dialects.builtin import ModuleOp

from lpt.errors import TransformError
from lpt.passes.driver import apply_patterns
from lpt.passes.journal import Journal
from lpt.rules import Build, Codes, Constant, Exactness, Node, Ops, Reals, Rule, Value
from lpt.testing import assert_leaves, assert_refuses, assert_rewrites, body, parse

X = "tensor<4xf32>"
Q = "tensor<4x!quant.uniform<u8:f32, 2.0e-02:3>>"
P = "tensor<4x!quant.uniform<i8:f32, 5.0e-02>>"
S = "tensor<4x!quant.uniform<u8:f32, 1.0e-02:3>>"


class FusePowerOfTwo(Rule):
    """qcast(mul(dcast(q), 2ᵏ)) → requantize(q : s·2ᵏ)."""

    exactness = Exactness.ROUNDS

    def pattern(self, op: Ops, q: Codes, c: Constant) -> Node:
        return op.qcast(op.mul(op.dcast(q), c))

    def check(self, c: Constant) -> None:
        if not c.is_power_of_two:
            self.fail(f"{c} is no power of two")

    def rewrite(self, op: Build, q: Codes, c: Constant) -> Value:
        return op.requantize(op.reinterpret(q, q.grid * c), op.result)


def scaled(factor: str, operation: str = "nn.mul", swapped: bool = False, shape: str = "") -> str:
    """qcast(dcast(q) · factor)."""
    c = f"tensor<{shape}f32>"
    operands, types = ("%c, %f", f"{c}, {X}") if swapped else ("%f, %c", f"{X}, {c}")
    text = f"""%c = lpt.constant {{value = #lpt.blob<dense<{factor}> : {c}>}} : {c}
        %f = quant.dcast %q : {Q} to {X}
        %m = {operation} {operands} : ({types}) -> {X}
        %y = quant.qcast %m {{lpt.node = "Q_1"}} : {X} to {P}"""
    return body([f"%q: {Q}"], text, f"%y: {P}")


FUSED = body(
    [f"%q: {Q}"], f'%r = lpt.reinterpret %q : ({Q}) -> {S}\n%y = lpt.requantize %r {{lpt.node = "Q_1"}} : ({S}) -> {P}', f"%y: {P}"
).replace("lpt.reinterpret %q :", 'lpt.reinterpret %q {lpt.node = "Q_1"} :')


def test_the_name_is_the_classs() -> None:
    assert FusePowerOfTwo.name == "fuse-power-of-two"


@pytest.mark.parametrize("swapped", [False, True])
def test_it_fires_in_either_order_of_a_product(swapped: bool) -> None:
    assert_rewrites(FusePowerOfTwo(), scaled("0.5", swapped=swapped), FUSED)


def test_check_refuses_with_its_reason() -> None:
    journal = assert_refuses(FusePowerOfTwo(), scaled("3.0"), "3 is no power of two")
    assert [str(r) for r in journal.reasons("Q_1")] == ["fuse-power-of-two at Q_1 (quant.qcast): 3 is no power of two"]


def test_the_algebra_refuses() -> None:
    assert_refuses(FusePowerOfTwo(), scaled("0.0").replace("dense<0.0>", "dense<1.1754944e-38>"), "normal f32")


def test_what_does_not_match_is_no_refusal() -> None:
    assert assert_leaves(FusePowerOfTwo(), scaled("0.5", "nn.div")).refusals == []


def attempts(rule: Rule, text: str) -> Sequence[tuple[int, str]]:
    rule.attempts = []
    apply_patterns(parse(text), [rule])
    return [(attempt.matched, attempt.reason) for attempt in rule.attempts]


def test_failed_matches_say_how_far_they_came() -> None:
    assert attempts(FusePowerOfTwo(), scaled("0.5", "nn.div")) == [
        (1, "operand 0 of quant.qcast is the result of nn.div, not nn.mul")
    ]
    assert attempts(FusePowerOfTwo(), scaled("3.0")) == [(3, "3 is no power of two")]
    free = scaled("1.0").replace(f"(%q: {Q})", f"(%q: {Q}, %c: {X})").replace("%c = lpt.constant", "%d = lpt.constant")
    reason = (3, "operand 1 of nn.mul is an input of the model, but c is a constant")
    assert attempts(FusePowerOfTwo(), free.replace(f"({X}, tensor<f32>)", f"({X}, {X})")) == [reason]


class Distribute(Rule):
    """(x + c)·c → c·x + c·c: one name twice, numbers and several patterns."""

    def pattern(self, op: Ops, x: Reals, c: Constant) -> list[Node]:
        return [op.mul(op.add(x, c), c), op.add(op.mul(x, 2.0), c)]

    def rewrite(self, op: Build, x: Reals, c: Constant) -> Value:
        return op.neg(x)


def floats(text: str) -> str:
    constants = "".join(f"%c{n} = lpt.constant {{value = #lpt.blob<dense<{n}.0> : tensor<f32>>}} : tensor<f32>\n" for n in (2, 3))
    return body([f"%x: {X}"], constants + text, f"%y: {X}")


NEGATED = body([f"%x: {X}"], f"%y = nn.neg %x : ({X}) -> {X}", f"%y: {X}")
T = "tensor<f32>"


def test_a_name_that_stands_twice_is_one_value() -> None:
    same = f"%a = nn.add %c3, %x : ({T}, {X}) -> {X}\n%y = nn.mul %a, %c3 : ({X}, {T}) -> {X}"
    assert_rewrites(Distribute(), floats(same), NEGATED)
    assert_leaves(Distribute(), floats(same.replace("%a, %c3", "%a, %c2")))


def test_any_of_several_patterns_matches_and_numbers_are_constants() -> None:
    text = f"%a = nn.mul %x, %c2 : ({X}, {T}) -> {X}\n%y = nn.add %a, %c3 : ({X}, {T}) -> {X}"
    assert_rewrites(Distribute(), floats(text), NEGATED)
    other = floats(text.replace("%x, %c2", "%x, %c3"))
    assert_leaves(Distribute(), other)
    assert (1, "operand 0 of nn.add is the result of nn.mul, not nn.mul") not in attempts(Distribute(), other)
    assert (2, "operand 1 of nn.mul is another constant, not the constant 2") in attempts(Distribute(), other)


def test_properties_are_compared() -> None:
    class LastAxis(Rule):
        def pattern(self, op: Ops, x: Reals) -> Node:
            return op.softmax(x, axis=1)

        def rewrite(self, x: Reals) -> Value:
            return x

    text = "%y = nn.softmax %x {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>"
    first = body(["%x: tensor<2x3xf32>"], text, "%y: tensor<2x3xf32>")
    assert_leaves(LastAxis(), first)
    assert_rewrites(LastAxis(), first.replace("axis = 0", "axis = 1"), body(["%x: tensor<2x3xf32>"], "", "%x: tensor<2x3xf32>"))


def test_another_shape_is_a_refusal_and_another_type_a_mistake() -> None:
    wide = scaled("[[0.5], [2.0]]", shape="2x1x").replace(f"-> {X}", "-> tensor<2x4xf32>", 1)
    wide = wide.replace(f"%m : {X}", "%m : tensor<2x4xf32>").replace(f'%m {{lpt.node = "Q_1"}} : {X}', "%m : tensor<2x4xf32>")
    wide = wide.replace(P, P.replace("<4x", "<2x4x"))
    assert_refuses(FusePowerOfTwo(), wide, "broadcasts the operand of shape (4,)")

    class Forgets(FusePowerOfTwo):
        def rewrite(self, op: Build, q: Codes, c: Constant) -> Value:
            return op.reinterpret(q, q.grid * c)

    with pytest.raises(TransformError, match=r"Q_1: rule forgets makes tensor<4x!quant.*of quant.qcast, whose type is"):
        apply_patterns(parse(scaled("0.5")), [Forgets()])


def build_wrong(name: str) -> Rule:
    class NoPattern(Rule):
        pass

    class Unknown(Rule):
        def pattern(self, op: Ops, x: Value) -> Node:
            return op.mull(x, x)

    class Asks(Rule):
        def pattern(self, op: Ops, x: Value) -> Node:
            return op.neg(x)

        def check(self, y: Value) -> None:
            """Asks for what is not there."""

    class Kind(Rule):
        def pattern(self, op: Ops, x: int) -> Node:
            return op.neg(x)

    class NotOne(Rule):
        def pattern(self, op: Ops, x: Value) -> Value:
            return x

    return {"none": NoPattern, "unknown": Unknown, "asks": Asks, "kind": Kind, "not one": NotOne}[name]()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none", "^rule no-pattern has no pattern"),
        ("unknown", "^pattern of rule unknown: there is no operation 'mull'; did you mean mul"),
        ("asks", "check of rule asks asks for y; known: x"),
        ("kind", "x of rule kind is a <class 'int'>; Codes, Constant, Reals or Value"),
        ("not one", "the pattern of rule not-one is no operation"),
    ],
)
def test_mistakes_in_a_rule_are_named(name: str, message: str) -> None:
    with pytest.raises(TransformError, match=message):
        build_wrong(name)


def test_a_misspelt_operation_of_a_rewrite_is_named_with_its_rule() -> None:
    class Misspells(FusePowerOfTwo):
        def rewrite(self, op: Build, q: Codes, c: Constant) -> Value:
            return op.rellu(q)

    with pytest.raises(TransformError, match=r"^rewrite of rule misspells: there is no operation 'rellu'; did you mean relu"):
        apply_patterns(parse(scaled("0.5")), [Misspells()])


def test_statistics_and_rewrites_are_under_the_rules_name() -> None:
    module: ModuleOp = parse(scaled("0.5"))
    journal = Journal()
    apply_patterns(module, [FusePowerOfTwo()], journal=journal)
    (rewrite,) = journal.rewrites
    assert str(rewrite) == "patterns/fuse-power-of-two at Q_1: quant.qcast → lpt.reinterpret, lpt.requantize"
