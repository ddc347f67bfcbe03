"""What a recorder keeps of a pipeline: every operation that stands in the module, and what each rewrite did to it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp
from lpt.dumps.printing import ModulePrinter, Style
from lpt.passes.driver import Pattern
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Rewrite
from lpt.passes.pipeline import LptPass
from lpt.passes.rules.finding import find_patterns
from lpt.passes.transform.transform import Transform
from lpt.report.graph import describe
from lpt.report.recording import Recorder, source_of
from lpt.rules import Build, Node, Ops, Reals, Rule, Value
from lpt.testing import body, parse


@pytest.fixture(scope="module")
def recorded() -> tuple[Recorder, lpt.Model]:
    recorder, model = Recorder(), lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]})
    lpt.Pipeline("all").run(model, hooks=[recorder])
    return recorder, model


def test_there_is_a_stage_per_pass_and_one_for_the_input(recorded: tuple[Recorder, lpt.Model]) -> None:
    recorder, _ = recorded
    assert [stage["name"] for stage in recorder.stages] == ["input", *lpt.Pipeline("all").names]
    assert recorder.stages[0]["level"] == "model"
    assert recorder.stages[-1]["level"] == "kernels"


def test_the_last_stage_is_the_module(recorded: tuple[Recorder, lpt.Model]) -> None:
    recorder, model = recorded
    stage = recorder.stages[-1]
    shown = [recorder.versions[number] for number in stage["nodes"]]
    names = [op.name for op in main_function(model.module).body.block.ops]
    assert [version["op"] for version in shown] == ["input", *(name if name != "func.return" else "return" for name in names)]
    ids = {version["id"] for version in shown}
    assert all(source in ids for version in shown for source, _ in version["operands"])


def test_rewrites_tell_what_went_and_what_came(recorded: tuple[Recorder, lpt.Model]) -> None:
    recorder, _ = recorded
    first, end = next(stage["rewrites"] for stage in recorder.stages if stage["name"] == "lpt-transform")
    assert end > first
    for rewrite in recorder.rewrites[first:end]:
        assert rewrite["removed"] or rewrite["inserted"] or rewrite["changed"]
        assert len(rewrite["new"]) == len(rewrite["inserted"]) and len(rewrite["gone"]) == len(rewrite["removed"])


def test_texts_are_those_of_a_dump() -> None:
    """Replayed: lines before a rewrite, less what it removed, with what it inserted, have all that stands there behind it.

    And no more, but for what the driver has found to be dead since.
    """
    recorder, model = Recorder(), lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]})
    printer = ModulePrinter(Style(locations=True))

    def lines() -> list[str]:
        return [re.sub(r"%[\w.$-]+", "%", printer.operation(op)) for op in main_function(model.module).body.block.ops]

    class Replay(Instrumentation):
        def before_pass(self, p: LptPass, module: object) -> None:
            self.lines = lines()

        def on_rewrite(self, rewrite: Rewrite, module: object) -> None:
            if rewrite.whole:
                told = recorder.rewrites[-1]
                bare = {key: [re.sub(r"%[\w.$-]+", "%", text) for text in told[key]] for key in ("removed", "inserted")}
                for text in bare["removed"] + [re.sub(r"%[\w.$-]+", "%", before) for before, _ in told["changed"]]:
                    self.lines.remove(text)
                self.lines += bare["inserted"] + [re.sub(r"%[\w.$-]+", "%", after) for _, after in told["changed"]]
                self.seen += 1
            now = lines()
            assert not rewrite.whole or not Counter(now) - Counter(self.lines)
            self.lines = now

        seen = 0

    replay = Replay()
    lpt.Pipeline("lpt").run(model, hooks=[recorder, replay])
    assert replay.seen > 20


def test_patterns_have_their_source(recorded: tuple[Recorder, lpt.Model]) -> None:
    recorder, _ = recorded
    root = Path(__file__).resolve().parents[3]
    for pattern in recorder.patterns:
        line = (root / pattern["file"]).read_text().splitlines()[pattern["line"] - 1]
        assert line.startswith(("class ", "@dataclass"))
        assert pattern["doc"]


RULE = """
from lpt.rules import *


class ReluToAbs(Rule):
    def pattern(self, op, x: Reals):
        return op.relu(x)

    def rewrite(self, op, x: Reals):
        return op.abs(x)
"""


@pytest.mark.parametrize("as_object", [False, True], ids=["named", "object"])
def test_a_rule_of_ones_own_has_its_source(tmp_path: Path, as_object: bool) -> None:
    """By its file in a pipeline's text, and as an object in Python: the pass is where the rule is."""
    (tmp_path / "my_rule.py").write_text(RULE)
    name = f"{tmp_path / 'my_rule.py'}:ReluToAbs"
    recorder = Recorder()
    relu = parse(body(["%x: tensor<2xf32>"], "%y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>", "%y: tensor<2xf32>"))
    lpt.Pipeline(find_patterns(name)[0] if as_object else name).run(relu, hooks=[recorder])
    place = {"file": "my_rule.py", "line": RULE.splitlines().index("class ReluToAbs(Rule):") + 1}
    assert recorder.stages[1]["source"] == place
    assert {key: recorder.patterns[0][key] for key in ("file", "line")} == place


def test_two_rules_of_one_name_have_a_line_each() -> None:
    def rule() -> Pattern:
        class DropRelu(Rule):
            """relu(x) → x."""

            def pattern(self, op: Ops, x: Reals) -> Node:
                return op.relu(x)

            def rewrite(self, op: Build, x: Reals) -> Value:
                return x

        return DropRelu()

    first, second = rule(), rule()
    module = parse(body(["%x: tensor<2xf32>"], "%y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>", "%y: tensor<2xf32>"))
    recorder = Recorder()
    lpt.Pipeline(first).run(module.clone(), hooks=[recorder])
    lpt.Pipeline(second).run(module, hooks=[recorder])
    assert [told["name"] for told in recorder.patterns] == ["drop-relu", "drop-relu"]
    assert [recorder.rewrites[i]["pattern"] for i in range(2)] == [0, 1]
    assert all(told["file"] == "test_recording.py" and told["line"] > 0 for told in recorder.patterns)


def test_what_follows_from_constants_is_told_at_its_reader() -> None:
    grid = "!quant.uniform<i8:f32, 2.5e-01>"
    module = parse(
        body(
            ["%x: tensor<2x2xf32>"],
            f"""
            %w = lpt.constant {{value = #lpt.blob<dense<[[1, -2], [3, 4]]> : tensor<2x2xi8>>}} : tensor<2x2x{grid}>
            %f = quant.dcast %w : tensor<2x2x{grid}> to tensor<2x2xf32>
            %y = nn.matmul %x, %f : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
            """,
            "%y: tensor<2x2xf32>",
        )
    )
    recorder = Recorder()
    recorder.begin(module)
    assert [recorder.versions[n]["op"] for n in recorder.stages[0]["nodes"]] == ["input", "nn.matmul", "return"]
    told = recorder.versions[1]
    assert told["constants"] == [{"operand": 1, "type": "2×2 s8", "values": [-2.0, 4.0]}]
    assert told["grids"] == [
        {
            "of": "operand 1",
            "storage": "i8",
            "scales": 1,
            "scale": [0.25, 0.25],
            "zero_point": [0, 0],
            "range": [-32.0, 31.75],
            "axis": None,
        }
    ]
    assert told["kind"] == "float" and told["precision"] == "f32"


def test_infinite_constants_are_numbers_too() -> None:
    constant = ConstantOp(np.array([np.inf, -np.inf], np.float32))
    add = AddOp(operands=[constant.result, constant.result], result_types=[constant.result.type])
    assert describe(add, {constant})["constants"][0]["values"] == [-3.4e38, 3.4e38]


def test_a_source_is_named_as_the_repository_has_it() -> None:
    source = source_of(Transform)
    assert source is not None and source["file"] == "passes/transform/transform.py"
