"""The pattern driver: order, refusals, what it takes back, when it stops, what it records."""

from __future__ import annotations

from typing import ClassVar

import pytest
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.nn import ExpOp, IdentityOp, NegOp, ReluOp, SigmoidOp, TanhOp, UnaryOp
from lpt.errors import TransformError
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.journal import Journal
from lpt.testing import assert_leaves, assert_refuses, assert_rewrites, body, parse

X = "tensor<2xf32>"


def chain(*names: str) -> str:
    """A function that applies unary operations, each from the source node N0, N1 …"""
    text = [f'%v{i + 1} = nn.{n} %v{i} {{lpt.node = "N{i}"}} : ({X}) -> {X}' for i, n in enumerate(names)]
    return body([f"%v0: {X}"], "\n".join(text), f"%v{len(names)}: {X}")


def names(text_or_module: object) -> list[str]:
    module = parse(text_or_module) if isinstance(text_or_module, str) else text_or_module
    return [op.name for op in module.walk() if op.name.startswith("nn.")]  # type: ignore[attr-defined]


class Swap(Pattern):
    """relu → the class that a subclass names."""

    matches: ClassVar[type[Operation]] = ReluOp
    to: ClassVar[type[UnaryOp]] = TanhOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rewriter.replace(op, self.to.make([op.operands[0]]))


class ToTanh(Swap):
    name = "to-tanh"


class ToExp(Swap):
    name = "to-exp"
    benefit = 2
    to = ExpOp


class DropIdentity(Pattern):
    name = "drop-identity"
    matches = IdentityOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rewriter.replace(op, [], [op.operands[0]])


def test_patterns_of_greater_benefit_go_first() -> None:
    for patterns in ([ToTanh(), ToExp()], [ToExp(), ToTanh()]):
        module = parse(chain("relu"))
        assert apply_patterns(module, patterns)
        assert names(module) == ["nn.exp"]


def test_a_pattern_works_in_xdsls_walker_too() -> None:
    module = parse(chain("identity", "relu"))
    assert PatternRewriteWalker(DropIdentity()).rewrite_module(module)
    assert names(module) == ["nn.relu"]


def test_the_source_node_is_inherited() -> None:
    module = parse(chain("relu"))
    apply_patterns(module, [ToTanh()])
    (tanh,) = [op for op in module.walk() if isinstance(op, TanhOp)]
    assert str(tanh.attributes["lpt.node"]) == '"N0"'


def test_the_journal_says_what_replaced_what() -> None:
    module, journal = parse(chain("identity", "relu")), Journal()
    old = [op.results[0] for op in module.walk() if op.results]
    apply_patterns(module, [DropIdentity(), ToTanh()], journal=journal)
    assert [(r.pattern, r.place, r.before, r.after) for r in journal.rewrites] == [
        ("drop-identity", "N0", "nn.identity", ()),
        ("to-tanh", "N1", "nn.relu", ("nn.tanh",)),
    ]
    (tanh,) = [op for op in module.walk() if isinstance(op, TanhOp)]
    assert journal.value_map() == {old[0]: tanh.x, old[1]: tanh.result}
    assert journal.value_map(since=1) == {old[1]: tanh.result}
    assert [r.pattern for r in journal.at("N1")] == ["to-tanh"]
    statistics = journal.statistics[("patterns", "to-tanh")]
    assert (statistics.matched, statistics.tried) == (1, 1)


def test_chains_in_the_value_map_are_followed() -> None:
    class TanhToNeg(Swap):
        name = "tanh-to-neg"
        matches = TanhOp
        to = NegOp

    module, journal = parse(chain("relu")), Journal()
    (old,) = [op.results[0] for op in module.walk() if isinstance(op, ReluOp)]
    apply_patterns(module, [ToTanh(), TanhToNeg()], journal=journal)
    (neg,) = [op for op in module.walk() if isinstance(op, NegOp)]
    assert journal.value_map()[old] is neg.result


class Refuses(Pattern):
    name = "refuses"
    matches = ReluOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rewriter.insert(SigmoidOp.make([op.operands[0]]))
        return self.fail(op, "because of this")


class Raises(Pattern):
    """Builds an operation that it never inserts, inserts one, then lets an error pass."""

    name = "raises"
    matches = ReluOp
    error: type[Exception] = AlgebraError

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        self.left = TanhOp.make([op.operands[0]])
        rewriter.insert(SigmoidOp.make([op.operands[0]]))
        raise self.error("no such scale")


def test_a_refusal_is_kept_and_leaves_nothing_behind() -> None:
    journal = assert_refuses(Refuses(), chain("relu"), "because of this")
    (refusal,) = journal.reasons("N0")
    assert str(refusal) == "refuses at N0 (nn.relu): because of this"
    assert journal.rewrites == []


@pytest.mark.parametrize("error", [AlgebraError, VerifyException])
def test_errors_of_the_algebra_are_refusals(error: type[Exception]) -> None:
    pattern = Raises()
    pattern.error = error
    assert_refuses(pattern, chain("relu"), "no such scale")


def test_what_a_refusing_pattern_built_is_no_use() -> None:
    module, pattern = parse(chain("relu")), Raises()
    (relu,) = [op for op in module.walk() if isinstance(op, ReluOp)]
    apply_patterns(module, [pattern])
    assert [use.operation for use in relu.x.uses] == [relu]


def test_a_match_takes_back_the_refusal() -> None:
    class Later(Pattern):
        name = "later"
        matches = ReluOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            if isinstance(op.operands[0].owner, IdentityOp):
                return self.fail(op, "an identity in front")
            rewriter.replace(op, TanhOp.make([op.operands[0]]))
            return None

    module, journal = parse(chain("identity", "relu")), Journal()
    apply_patterns(module, [Later()], journal=journal)
    assert [r.reason for r in journal.refusals] == ["an identity in front"]
    apply_patterns(module, [Later(), DropIdentity()], journal=journal)
    assert journal.refusals == []
    assert names(module) == ["nn.tanh"]


def test_a_pattern_without_end_is_named() -> None:
    class Again(Swap):
        name = "again"
        to = ReluOp

    with pytest.raises(TransformError, match="pattern again rewrote 11 times without an end") as error:
        apply_patterns(parse(chain("relu")), [Again()], limit=10)
    assert error.value.where == "N0"


def test_a_broken_pattern_is_named() -> None:
    class Broken(Pattern):
        name = "broken"

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            raise KeyError("oops")

    with pytest.raises(TransformError, match=r"pattern broken broke on .*KeyError"):
        apply_patterns(parse(chain("relu")), [Broken()])


def test_refusing_after_a_change_is_an_error() -> None:
    class Halfway(Pattern):
        name = "halfway"
        matches = ReluOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            rewriter.replace(op, TanhOp.make([op.operands[0]]))
            return self.fail(op, "too late")

    with pytest.raises(TransformError, match="halfway refused after it had changed the module: too late"):
        apply_patterns(parse(chain("relu")), [Halfway()])


DEAD = body([f"%x: {X}"], f"%d = nn.relu %x : ({X}) -> {X}\n%e = nn.exp %d : ({X}) -> {X}", f"%x: {X}")


def test_dead_operations_stay_unless_told() -> None:
    assert_leaves(DropIdentity(), DEAD)
    module = parse(DEAD)
    assert apply_patterns(module, [DropIdentity()], remove_dead=True)
    assert names(module) == []


def test_a_pattern_that_looks_two_operations_back() -> None:
    class Third(Pattern):
        """exp(neg(tanh(x))) → x, which appears only once relu has become tanh."""

        name = "third"
        matches = ExpOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            neg = op.operands[0].owner
            if isinstance(neg, NegOp) and isinstance(tanh := neg.x.owner, TanhOp):
                rewriter.replace(op, [], [tanh.x])

    assert_rewrites([Third(), ToTanh()], chain("relu", "neg", "exp"), body([f"%x: {X}"], "", f"%x: {X}"))
