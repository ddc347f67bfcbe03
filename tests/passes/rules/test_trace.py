"""Why a rule did not fire: the closest miss first, on the module that the rule would see."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.cli.main import main
from lpt.dialects.nn import ReluOp
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


def test_a_rule_that_fires_says_where(rule: Pattern, scaled_chain: str) -> None:
    module = parse(scaled_chain.replace("<3.0>", "<2.0>").replace("<dense<3.0", "<dense<2.0"))
    text = str(module)
    found = trace(rule, module)
    assert str(found).startswith("fuse-power-of-two fired 1 times: Q_mul\n  1 of 3")
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
    assert str(trace(Old, relu)).startswith("old did not fire; closest is nn.relu at nn.relu: never")


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
