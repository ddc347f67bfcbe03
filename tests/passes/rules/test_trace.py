"""Why a rule did not fire: the closest miss first, on the module that the rule would see."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

import lpt
from lpt.cli.main import main
from lpt.data import bundled_model_path
from lpt.dialects.nn import AbsOp, NegOp, ReluOp
from lpt.errors import TransformError
from lpt.passes.rules.finding import find_patterns
from lpt.rules import Node, Ops, Pattern, Rule, Value, trace
from lpt.testing import body, parse


@pytest.fixture
def rule(rule_file: str) -> Pattern:
    return find_patterns(f"{rule_file}:FusePowerOfTwo")[0]


def test_the_closest_miss_is_first(rule: Pattern, scaled_chain: str) -> None:
    found = trace(rule, parse(scaled_chain))
    assert str(found).splitlines() == [
        "fuse-power-of-two did not fire; closest is quant.qcast at Q_mul: 3 is no power of two",
        "  3 of 3 operations fit: 3 is no power of two (Q_mul)",
        "  1 of 3 operations fit: operand 0 of quant.qcast is the result of nn.div, not nn.mul (Q_div)",
        "  1 of 3 operations fit: operand 0 of quant.qcast is the result of nn.relu, not nn.mul (Q_relu)",
    ]


def test_one_place_alone(rule: Pattern, scaled_chain: str) -> None:
    found = trace(rule, parse(scaled_chain), at="Q_relu")
    assert [miss.place for miss in found.misses] == ["Q_relu"]
    assert found.closest is not None and found.closest.matched == 1


def test_a_place_above_the_root_is_told_by_what_reads_it(rule: Pattern, scaled_chain: str) -> None:
    """Rules start from their last operation, and users point at the one in the middle."""
    found = trace(rule, parse(scaled_chain), at="nn.mul")
    head = "fuse-power-of-two did not fire from what reads nn.mul; closest is quant.qcast at Q_mul: 3 is no power of two"
    assert str(found).splitlines() == [head, "  3 of 3 operations fit: 3 is no power of two (Q_mul)"]
    fired = trace(rule, parse(scaled_chain.replace("<dense<3.0", "<dense<2.0")), at="nn.mul")
    assert str(fired) == "fuse-power-of-two fired from what reads nn.mul 1 time: Q_mul"


def test_a_rule_that_fires_says_where(rule: Pattern, scaled_chain: str) -> None:
    module = parse(scaled_chain.replace("<3.0>", "<2.0>").replace("<dense<3.0", "<dense<2.0"))
    text = str(module)
    found = trace(rule, module)
    assert str(found).startswith("fuse-power-of-two fired 1 time: Q_mul\n  1 of 3")
    assert str(module) == text  # on a copy


def test_the_pipeline_runs_first_up_to_the_rule(rule: Pattern, scaled_chain: str) -> None:
    later = trace(rule, parse(scaled_chain), ["lpt-push-dequantize", rule, "lpt-apply-pdl{file=none.mlir}"])
    assert later.closest is not None
    assert later.closest.reason == "operand 0 of quant.qcast is the result of quant.dcast, not nn.mul"


def test_patterns_that_are_no_rules_give_their_refusals() -> None:
    class Old(Pattern):
        name = "old"
        matches = ReluOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            self.fail(op, "never")

    relu = parse(body(["%x: tensor<2xf32>"], "%y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>", "%y: tensor<2xf32>"))
    assert str(trace(Old, relu)) == "old did not fire; closest is nn.relu at nn.relu: never\n  never (nn.relu)"


class Silent(Pattern):
    """Leaves without a word, here or there."""

    name = "silent"
    matches = ReluOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        above = op.operands[0].owner
        if not isinstance(above, Operation):
            return
        if above.name == "nn.neg":
            return


def test_a_pattern_that_gives_no_reason_is_traced_to_its_last_guard() -> None:
    x = "tensor<2xf32>"
    lines = [f'%{i + 1}v = nn.{name} %{i}v {{lpt.node = "N{i}"}} : ({x}) -> {x}' for i, name in enumerate(("relu", "neg", "relu"))]
    text = "\n".join(re.sub(r"%(\d)v", r"%v\1", line) for line in lines)
    found = trace(Silent(), parse(body([f"%v0: {x}"], text, f"%v3: {x}")))
    assert found.closest is not None and found.closest.place == "N2"
    assert re.fullmatch(r'left at test_trace\.py:\d+: if above\.name == "nn\.neg":', found.closest.reason)
    assert [miss.place for miss in found.misses] == ["N2", "N0"] and "isinstance(above, Operation)" in found.misses[1].reason
    assert sys.gettrace() is None or "test_trace" not in repr(sys.gettrace())


def test_patterns_of_passes_are_traced_where_they_stand() -> None:
    model = lpt.load(bundled_model_path())
    found = trace("fuse-requantize", model)
    journal = lpt.Pipeline("lpt").run(lpt.load(bundled_model_path()))
    places = [rewrite.place for rewrite in journal.rewrites if rewrite.pattern == "fuse-requantize"]
    assert places and [rewrite.place for rewrite in found.rewrites] == places
    one = trace("fuse-requantize", model, at=places[0])
    assert [rewrite.place for rewrite in one.rewrites] == [places[0]] and not one.misses
    early = trace("lpt-normalize/fold-casts", model)
    assert {rewrite.pass_name for rewrite in early.rewrites} <= {"lpt-normalize"}
    assert all("left at" in miss.reason for miss in trace("push-offset", model, "lpt").misses)
    with pytest.raises(TransformError, match="there is no pattern 'fuse-requantise'; did you mean fuse-requantize"):
        trace("fuse-requantise", model)
    with pytest.raises(TransformError, match="'lpt-split-bias'; that is a pass"):
        trace("lpt-split-bias", model)
    with pytest.raises(TransformError, match="no pattern 'fuse-requantize'"):
        trace("fuse-requantize", model, "prepare")


def test_what_is_not_there_is_said() -> None:
    class Absent(Rule):
        def pattern(self, op: Ops, x: Value) -> list[Node]:
            return [op.erf(x), op.exp(x)]

        def rewrite(self, x: Value) -> Value:
            return x

    empty = parse(body(["%x: tensor<2xf32>"], "", "%x: tensor<2xf32>"))
    assert str(trace(Absent(), empty)) == "absent did not fire; there is no nn.erf or nn.exp"


def test_the_command(rule_file: str, scaled_chain: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.mlir"
    path.write_text(scaled_chain)
    assert main(["trace", f"{rule_file}:FusePowerOfTwo", str(path), "--at", "Q_mul"]) == 0
    assert capsys.readouterr().out.startswith("fuse-power-of-two did not fire; closest is quant.qcast at Q_mul: 3 is no power")
    assert main(["trace", "fuse-power-of-too", str(path)]) == 2
    assert "there is no pattern 'fuse-power-of-too'; give module:Class" in capsys.readouterr().err
    assert main(["trace", "push-through-contraction", "--shape", "image=1x1x8x8", "-p", "all"]) == 0
    assert capsys.readouterr().out.startswith("push-through-contraction fired ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lpt.rules:Rule2", "lpt.rules:Rule2: it does not load: AttributeError"),
        ("no_such_module_at_all:X", "it does not load: ModuleNotFoundError"),
        ("missing.py:X", "it does not load: FileNotFoundError"),
        ("lpt.rules:trace", "trace is no pattern"),
        ("dce", "there is no pattern 'dce'"),
    ],
)
def test_what_names_no_pattern_is_said(text: str, message: str) -> None:
    with pytest.raises(TransformError, match=message):
        find_patterns(text)


def test_a_rewrite_of_the_pipeline_that_came_first_is_named(rule: Pattern, scaled_chain: str) -> None:
    module = parse(scaled_chain.replace("<dense<3.0", "<dense<2.0"))
    found = trace(rule, module, "lpt")
    taker = "lpt-transform/push-through-scale rewrote nn.mul before: put the rule ahead of lpt-transform"
    assert str(found) == f"fuse-power-of-two did not fire; {taker}"
    assert {taken.place for taken in found.taken} == {"Q_mul", "Q_div"}  # lpt-normalize makes a product of the quotient
    at = trace(rule, module, "lpt", at="Q_mul")
    assert [taken.place for taken in at.taken] == ["Q_mul"]
    assert not trace(rule, module, "lpt", at="Q_relu").taken
    assert not trace(rule, module, "lpt-normalize").taken  # it still fires there
    assert not trace(rule, parse(scaled_chain), "lpt").taken  # it would not have fired at all


def test_a_rule_that_fires_elsewhere_tells_what_was_taken(scaled_chain: str) -> None:
    class ToAbs(Rule):
        def pattern(self, op: Ops, x: Value) -> list[Node]:
            return [op.neg(x), op.exp(x)]

        def rewrite(self, x: Value) -> Value:
            return x

    class Earlier(Pattern):
        name = "earlier"
        matches = NegOp

        def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
            rewriter.replace(op, AbsOp.build(operands=op.operands, result_types=[op.results[0].type]))

    x = "tensor<2xf32>"
    lines = [f'%v{i + 1} = nn.{name} %v{i} {{lpt.node = "N{i}"}} : ({x}) -> {x}' for i, name in enumerate(("neg", "exp"))]
    module = parse(body([f"%v0: {x}"], "\n".join(lines), f"%v2: {x}"))
    assert str(trace(ToAbs(), module, Earlier())).splitlines() == ["to-abs fired 1 time: N1", "  earlier/earlier rewrote N0 before"]
