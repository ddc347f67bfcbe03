"""Pipelines built, edited, printed, watched, and run on a part of a module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.nn import IdentityOp, ReluOp
from lpt.errors import LptError, TransformError
from lpt.passes.cleanup.dce import DeadCode
from lpt.passes.driver import Pattern
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Journal, PassRun, Refusal, Rewrite
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.passes.registry import PRESETS
from lpt.passes.statistics import pattern_report, timing_report
from lpt.testing import parse

X = "tensor<2xf32>"


def function(name: str) -> str:
    return f"""
func.func @{name}(%x: {X}) -> {X} attributes {{lpt.inputs = ["x"], lpt.outputs = ["y"]}} {{
  %y = nn.identity %x {{lpt.node = "I"}} : ({X}) -> {X}
  %z = nn.relu %y {{lpt.node = "R"}} : ({X}) -> {X}
  func.return %z : {X}
}}"""


class KeepRelu(Pattern):
    """Refuses every relu."""

    name = "keep-relu"
    matches = ReluOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        self.fail(op, "it stays")


class DropIdentity(Pattern):
    """Replaces an identity by its operand."""

    name = "drop-identity"
    matches = IdentityOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rewriter.replace(op, [], [op.operands[0]])


def test_built_from_names_text_objects_classes_patterns_and_pipelines() -> None:
    built = Pipeline("lpt-normalize, dce", DeadCode(), DeadCode, [KeepRelu(), DropIdentity], Pipeline("cse"))
    assert built.names == ("lpt-normalize", "dce", "dce", "dce", "keep-relu", "drop-identity", "cse")
    assert Pipeline("prepare").names == PRESETS["prepare"]
    assert Pipeline() == Pipeline([]) and not Pipeline()


@pytest.mark.parametrize("wrong", [3, None, int, [object()]])
def test_what_is_no_pass(wrong: object) -> None:
    with pytest.raises(TransformError, match="is no pass"):
        Pipeline(wrong)  # type: ignore[arg-type]


def test_editing_gives_new_pipelines() -> None:
    p = Pipeline("lpt-normalize,lpt-markup,dce")
    assert p.insert_before("lpt-markup", "cse").names == ("lpt-normalize", "cse", "lpt-markup", "dce")
    assert p.insert_after("lpt-markup", "cse,dce").names == ("lpt-normalize", "lpt-markup", "cse", "dce", "dce")
    assert p.replace("dce", "cse").names == ("lpt-normalize", "lpt-markup", "cse")
    assert p.drop("dce", 0).names == ("lpt-markup",)
    assert p.append("cse").names == (p + "cse").names == ("lpt-normalize", "lpt-markup", "dce", "cse")
    assert p.names == ("lpt-normalize", "lpt-markup", "dce")


def test_slices_end_before_and_until_behind() -> None:
    p = Pipeline("lpt-normalize,lpt-markup,dce,cse,dce")
    assert p["lpt-markup":"cse"].names == ("lpt-markup", "dce")
    assert p[1:3] == p["lpt-markup":"cse"]
    assert p[-1] == DeadCode() and p["cse"].name == "cse"
    assert p.until("lpt-markup").names == ("lpt-normalize", "lpt-markup")
    assert p.until("dce").names == ("lpt-normalize", "lpt-markup", "dce")
    assert len(p.until(-1)) == 5
    assert "cse" in p and DeadCode() in p and "lpt" not in p


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("dce", "pass dce is there 2 times; give one of 0, 2"),
        ("lpt-normalise", "there is no pass 'lpt-normalise'; did you mean lpt-normalize?"),
        (3, "there is no pass 3 of 3"),
    ],
)
def test_places_that_are_none(place: str | int, message: str) -> None:
    with pytest.raises(TransformError) as error:
        Pipeline("dce,lpt-normalize,dce").insert_after(place, "cse")
    assert message in str(error.value)


def test_options_of_one_pass() -> None:
    p = Pipeline("lpt-normalize,lpt-strip-fake-quantize").with_options("lpt-strip-fake-quantize", levels=(256,))
    assert str(p) == "lpt-normalize,lpt-strip-fake-quantize{levels=256}"
    assert Pipeline(str(p)) == p
    with pytest.raises(TransformError, match="pass lpt-strip-fake-quantize has no option 'limit'; options: levels"):
        p.with_options(1, limit=3)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_print_as_text_that_reads_back(preset: str) -> None:
    p = Pipeline(preset)
    assert Pipeline(str(p)) == p
    assert repr(p) == f"Pipeline('{p}')"


def test_openvinos_stages_are_in_its_order() -> None:
    names = Pipeline("openvino").names
    order = [
        "lpt-fold-weights",
        "lpt-move-fake-quantize",
        "lpt-markup",
        "lpt-align-concat",
        "lpt-split-fake-quantize",
        "lpt-cleanup",
    ]
    assert sorted(order, key=names.index) == order


@pytest.mark.parametrize("preset", ["openvino", "openvino,lower"])
def test_openvinos_order_gives_integers(preset: str) -> None:
    model = lpt.load(bundled_model_path()).specialize({"image": (1, 1, 8, 8)})
    ours, theirs = (lpt.transform(model, pipeline) for pipeline in ("lpt", preset))
    assert sum("i32" in str(op.results[0].type) for op in ours.module.walk() if op.name == "nn.conv") > 0
    assert [row.precision for row in lpt.explain(theirs) if row.macs] == [row.precision for row in lpt.explain(ours) if row.macs]


class Watch(Instrumentation):
    """Writes down what it is told."""

    def __init__(self, name: str = "", said: list[str] | None = None):
        self.name, self.said = name, [] if said is None else said

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self.said.append(f"{self.name}before {p.name}")

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        self.said.append(f"{self.name}after {p.name}")

    def after_failed_pass(self, p: LptPass, module: ModuleOp, error: Exception) -> None:
        self.said.append(f"{self.name}{type(error).__name__} in {p.name}")


class WatchAll(Watch):
    """Rewrites and refusals too."""

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        module.verify()  # the module is whole between two rewrites
        self.said.append(f"{rewrite.pattern} at {rewrite.place}")

    def on_refusal(self, refusal: Refusal, op: Operation) -> None:
        assert op.name == refusal.operation
        self.said.append(f"{refusal.pattern} not at {refusal.place}")


def test_hooks_hear_of_passes_rewrites_and_refusals() -> None:
    watch, module = WatchAll(), parse(function("main"))
    Pipeline(DropIdentity(), KeepRelu(), "cse").run(module, hooks=[watch], until="keep-relu")
    assert watch.said == [
        "before drop-identity", "drop-identity at I", "after drop-identity",
        "before keep-relu", "keep-relu not at R", "after keep-relu",
    ]  # fmt: skip


def test_hooks_behind_a_pass_are_called_in_reverse() -> None:
    said: list[str] = []
    Pipeline("dce").run(parse(function("main")), hooks=[Watch("1 ", said), Watch("2 ", said)])
    assert said == ["1 before dce", "2 before dce", "2 after dce", "1 after dce"]


@dataclass(frozen=True)
class Never(LptPass):
    """Requires what no module has."""

    name = "never"
    requires: ClassVar[tuple[str, ...]] = ("only-kernels",)


def test_hooks_hear_of_a_failure() -> None:
    watch = Watch()
    with pytest.raises(TransformError):
        Pipeline(Never()).run(parse(function("main")), hooks=[watch])
    assert watch.said == ["before never", "TransformError in never"]


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("before_pass", "pass drop-identity"),
        ("after_pass", "pass drop-identity"),
        ("after_failed_pass", "pass never"),
        ("on_rewrite", "I"),
        ("on_refusal", "R"),
    ],
)
def test_a_hook_that_raises_is_named(method: str, where: str) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("too many")

    hook = type("Mine", (Instrumentation,), {method: breaks, "__module__": __name__})()
    pipeline = Pipeline(DropIdentity(), KeepRelu(), Never())
    with pytest.raises(
        TransformError, match=rf"^{where}: hook Mine\.{method} broke: ValueError: too many \(test_editing"
    ) as raised:
        pipeline.run(parse(function("main")), hooks=[hook])
    assert isinstance(raised.value.__cause__, ValueError)


def test_an_error_of_ours_in_a_hook_ends_the_run_as_it_is() -> None:
    class Enough(Instrumentation):
        def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
            raise LptError("that will do")

    with pytest.raises(LptError, match=r"^that will do$"):
        Pipeline(DropIdentity()).run(parse(function("main")), hooks=[Enough()])


def test_one_function_is_run_alone() -> None:
    module = parse(function("first") + function("second") + function("third"))
    second = [op for op in module.walk() if isinstance(op, FuncOp)][1]
    Pipeline(DropIdentity()).run(second)
    left = {op.sym_name.data: sum(isinstance(o, IdentityOp) for o in op.walk()) for op in module.ops if isinstance(op, FuncOp)}
    assert left == {"first": 1, "second": 0, "third": 1}
    module.verify()
    with pytest.raises(TransformError):
        Pipeline(Never()).run(second)
    assert [op.sym_name.data for op in module.ops if isinstance(op, FuncOp)] == ["first", "second", "third"]


def test_a_whole_model_can_be_run_on() -> None:
    model = lpt.load(bundled_model_path())
    seen = WatchAll()
    assert Pipeline("lpt-normalize").run(model).rewrites
    assert lpt.transform(model, Pipeline("prepare"), hooks=[seen]).journal is not None
    assert "before lpt-split-bias" in seen.said


def test_verification_is_timed_apart() -> None:
    journal = Pipeline("lpt-normalize,dce").run(parse(function("main")))
    assert all(p.verify_seconds > 0 for p in journal.passes)
    lines = timing_report(journal, {"Parser": 0.5}).splitlines()
    assert [line.split()[-1] for line in lines[-5:]] == ["lpt-normalize", "dce", "(verify)", "Parser", "Total"]
    assert sum(float(line.split()[0]) for line in lines[-5:-1]) == pytest.approx(float(lines[-1].split()[0]), abs=1e-3)


def test_pattern_statistics_count_tries_matches_and_refusals() -> None:
    journal: Journal = Pipeline([DropIdentity(), KeepRelu()]).run(parse(function("main")))
    rows = {line.split()[-1]: line.split()[:3] for line in pattern_report(journal).splitlines() if "/" in line}
    assert rows["drop-identity/drop-identity"] == ["1", "1", "0"]
    assert rows["keep-relu/keep-relu"] == ["1", "0", "1"]
