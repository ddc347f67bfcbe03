"""Patterns of one's own in pipelines: by decorator, as objects, from a package's entry point; and what is wrong is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp

from lpt.cli.opt import main
from lpt.errors import TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, Pipeline
from lpt.passes.rules import registering
from lpt.rules import Build, LptPass, Node, Ops, Reals, Rule, Value, pattern_names, register
from lpt.testing import assert_rewrites, body

X = "tensor<2xf32>"


def unary(name: str) -> str:
    return body([f"%x: {X}"], f"%y = nn.{name} %x : ({X}) -> {X}", f"%y: {X}")


class TanhToExp(Rule):
    exactness = Exactness.LOSSY

    def pattern(self, op: Ops, x: Reals) -> Node:
        return op.tanh(x)

    def rewrite(self, op: Build, x: Reals) -> Value:
        return op.exp(x)


class DropIdentity(Rule):
    def pattern(self, op: Ops, x: Value) -> Node:
        return op.identity(x)

    def rewrite(self, x: Value) -> Value:
        return x


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_registered", {})


def test_a_registered_rule_is_a_pass() -> None:
    assert register(TanhToExp) is TanhToExp
    assert "tanh-to-exp" in pattern_names()
    pipeline = Pipeline("lpt-normalize, tanh-to-exp")
    assert str(pipeline) == "lpt-normalize,tanh-to-exp"
    assert pipeline["tanh-to-exp"].exactness is Exactness.LOSSY
    assert_rewrites(pipeline, unary("tanh"), unary("exp"))


def test_pipelines_with_a_registered_rule_are_equal_until_another_has_its_name() -> None:
    register(TanhToExp)
    pipeline = Pipeline("tanh-to-exp")
    assert pipeline == Pipeline(str(pipeline)) and hash(pipeline) == hash(Pipeline("tanh-to-exp"))
    register(type("Other", (DropIdentity,), {"name": "tanh-to-exp"}))
    assert pipeline != Pipeline("tanh-to-exp")
    assert_rewrites(pipeline, unary("tanh"), unary("exp"))


def test_a_rule_is_inserted_into_a_pipeline() -> None:
    pipeline = Pipeline("lpt-normalize,dce").insert_after("lpt-normalize", TanhToExp())
    assert pipeline.names == ("lpt-normalize", "tanh-to-exp", "dce")
    assert pipeline[1].exactness is Exactness.LOSSY
    assert Pipeline(DropIdentity)[0].exactness is Exactness.EXACT
    assert_rewrites(pipeline, unary("tanh"), unary("exp"))


@dataclass(frozen=True)
class Drop(LptPass):
    """A pass with an option."""

    name = "drop"
    twice: bool = False

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [DropIdentity()]


def test_a_registered_pass_keeps_its_options() -> None:
    assert register(Drop) is Drop
    assert Pipeline("drop{twice}") == Pipeline(Drop(twice=True))
    assert str(Pipeline("drop{twice=true}")) == "drop{twice=true}"


def test_what_this_process_registered_is_listed_with_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    register(TanhToExp)
    register(Drop)
    assert main(["--list-passes"]) == 0
    listed = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "drop exact A pass with an option. (test_registering.py)" in listed
    assert any(re.fullmatch(r"tanh-to-exp lossy .*\(test_registering\.py\)", line) for line in listed)


def test_names_of_ours_are_taken() -> None:
    class Taken(TanhToExp):
        name = "cse"

    with pytest.raises(TransformError, match="'cse' is a pass of lpt; choose another name"):
        register(Taken)


def test_a_misspelt_rule_is_guessed() -> None:
    register(TanhToExp)
    with pytest.raises(TransformError, match="unknown pass 'tanh-to-xp'; did you mean tanh-to-exp"):
        Pipeline("tanh-to-xp")


RULES = """
from dataclasses import dataclass

from lpt.rules import LptPass, Rule

class ReluToAbs(Rule):
    "What is positive."
    def pattern(self, op, x):
        return op.relu(x)

    def rewrite(self, op, x):
        return op.abs(x)

class AbsToNeg(ReluToAbs):
    def pattern(self, op, x):
        return op.abs(x)

    def rewrite(self, op, x):
        return op.neg(x)

both = [ReluToAbs, AbsToNeg()]
number = 3

@dataclass(frozen=True)
class Whole(LptPass):
    "Works on the whole module."
    name = "whole"
    level: int = 1
"""
ENTRIES = """[lpt.patterns]
relu-to-abs = a_package_of_rules:ReluToAbs
both = a_package_of_rules:both
number = a_package_of_rules:number
missing = a_package_of_rules:Missing
dce = a_package_of_rules:ReluToAbs
whole = a_package_of_rules:Whole
other = a_package_of_rules:Whole
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package with entry points, and a module to run on."""
    (tmp_path / "a_package_of_rules.py").write_text(RULES)
    info = tmp_path / "a_package_of_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a-package-of-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "model.mlir").write_text(unary("relu"))
    yield tmp_path


def test_lpt_opt_finds_the_rule_of_a_package(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {"relu-to-abs", "both"} <= set(pattern_names())
    assert main([str(package / "model.mlir"), "-p", "relu-to-abs"]) == 0
    assert "nn.abs" in capsys.readouterr().out
    assert main([str(package / "model.mlir"), "-p", "both,dce"]) == 0
    assert "nn.neg" in capsys.readouterr().out
    assert main(["--list-passes"]) == 0
    listed = capsys.readouterr().out.partition("registered passes and patterns:\n")[2].partition("\n\n")[0].splitlines()
    assert [" ".join(line.split()) for line in listed if line.split()[0] in ("relu-to-abs", "missing", "whole")] == [
        "missing it does not load: AttributeError: module 'a_package_of_rules' has no attribute 'Missing' (a-package-of-rules 1.0)",
        "relu-to-abs exact What is positive. (a-package-of-rules 1.0)",
        "whole exact Works on the whole module. (a-package-of-rules 1.0)",
    ]
    assert main(["--help-pass", "relu-to-abs"]) == 0
    assert capsys.readouterr().out.startswith("relu-to-abs: What is positive")
    assert main([str(package / "model.mlir"), "-p", "whole{level=2}"]) == 0
    assert "nn.relu" in capsys.readouterr().out
    assert main(["--help-pass", "whole"]) == 0
    assert "option level: int, default 1" in capsys.readouterr().out


def test_a_file_need_not_be_installed(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule or a pass by its file or module; the pipeline's own text reads back."""
    rules = package / "a_package_of_rules.py"
    assert main([str(package / "model.mlir"), "-p", f"{rules}:ReluToAbs, dce"]) == 0
    assert "nn.abs" in capsys.readouterr().out
    pipeline = Pipeline(f"{rules}:Whole{{level=2}}, a_package_of_rules:ReluToAbs")
    assert str(pipeline) == "whole{level=2},relu-to-abs"
    assert Pipeline(str(pipeline)).names == pipeline.names


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a_package_of_rules:number", r"a_package_of_rules:number: number is no pass; name a subclass"),
        ("a_package_of_rules:Missing", r"a_package_of_rules:Missing: it does not load: AttributeError"),
        ("nowhere.py:Missing", r"nowhere.py:Missing: it does not load: FileNotFoundError"),
        ("number", r"entry point number = a_package_of_rules:number: 3 is no pattern; name a subclass"),
        ("other", r"entry point other = a_package_of_rules:Whole: the pass is called 'whole'; give the entry point that name"),
        ("missing", r"entry point missing = .*: it does not load: AttributeError"),
    ],
)
def test_a_broken_entry_point_is_named(package: Path, name: str, message: str) -> None:
    with pytest.raises(TransformError, match=message):
        Pipeline(name)


def test_our_own_passes_cannot_be_replaced(package: Path) -> None:
    assert type(Pipeline("dce")[0]).__name__ == "DeadCode"
