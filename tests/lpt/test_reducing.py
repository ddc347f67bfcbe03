"""Failures made small, written, and told: loops, broken types, patterns that raise, and results beyond a claim."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import IntAttr, ModuleOp, TensorType, f32
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

import lpt
from lpt.cli.main import main
from lpt.cli.opt import main as lpt_opt
from lpt.dialects.nn import NegOp, TanhOp
from lpt.errors import LptError, TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Pipeline
from lpt.passes.rules import registering
from lpt.reducing import reduce_failure, reduce_module
from lpt.reproducing import Reproduce
from lpt.rules import Build, Exactness, Node, Ops, Reals, Rule, Value, register
from lpt.serialize import load_mlir
from lpt.testing import body, parse

X = "tensor<8xf32>"
UNARY = ("relu", "abs", "exp", "neg", "sigmoid", "tanh", "neg", "tanh", "abs", "relu")


def network() -> ModuleOp:
    """A chain of ten operations, the sum of its results, and constants beside."""
    lines = [f'%v{i + 1} = nn.{n} %v{i} {{lpt.node = "N{i}"}} : ({X}) -> {X}' for i, n in enumerate(UNARY)]
    lines += ["%c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>"]
    lines += [f"%p = nn.mul %v5, %c : ({X}, tensor<f32>) -> {X}", f"%y = nn.add %v10, %p : ({X}, {X}) -> {X}"]
    return parse(body([f"%v0: {X}"], "\n".join(lines), f"%y: {X}"))


def names(module: ModuleOp) -> list[str]:
    return [op.name for op in module.walk() if op.name.startswith("nn.")]


class Endless(Rule):
    def pattern(self, op: Ops, x: Reals) -> Node:
        return op.tanh(op.neg(x))

    def rewrite(self, op: Build, x: Reals) -> Value:
        return op.tanh(op.neg(x))


class BreaksType(Pattern):
    """tanh(neg(x)) of a type that the users do not take."""

    name = "breaks-type"
    matches = TanhOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if isinstance(op.operands[0].owner, NegOp):
            wrong = TanhOp.build(operands=[op.operands[0].owner.x], result_types=[TensorType(f32, [3])])
            rewriter.replace(op, wrong)


class Raises(Endless):
    def rewrite(self, op: Build, x: Reals) -> Value:
        raise KeyError("no such thing")


class ForgetsSign(Endless):
    exactness = Exactness.EXACT

    def rewrite(self, op: Build, x: Reals) -> Value:
        return op.tanh(op.identity(x))


def test_operations_are_taken_out_as_long_as_it_fails() -> None:
    small = reduce_module(network(), lambda m: {"nn.mul", "nn.exp"} <= set(names(m)))
    small.verify()
    assert names(small) == ["nn.exp", "nn.mul"]
    assert sum(op.name == "lpt.constant" for op in small.walk()) == 1


@pytest.mark.parametrize(
    ("pattern", "message"),
    [(Endless(), "endless rewrote"), (BreaksType(), "does not verify"), (Raises(), "raises broke on nn.tanh: KeyError")],
)
def test_a_failing_pattern_is_reduced_to_what_it_matches(pattern: Pattern, message: str) -> None:
    small, error = reduce_failure(network(), Pipeline(pattern))
    small.verify()
    assert names(small)[:2] == ["nn.neg", "nn.tanh"] and len(names(small)) <= 3  # a user, where that is what breaks
    assert message in str(error)


def test_what_does_not_fail_is_said() -> None:
    with pytest.raises(TransformError, match="the pipeline does not fail"):
        reduce_failure(network(), "dce")
    with pytest.raises(TransformError, match=r"it fails otherwise: .*endless rewrote"):
        reduce_failure(network(), Pipeline(Endless()), expect="another text")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (Endless(), r"N7: pattern endless rewrote \d+ times without an end.*; reproducer: "),
        (BreaksType(), r"N7: pattern breaks-type breaks the module: .*nn\.tanh gives shape \(8,\).*; reproducer: "),
        (Raises(), r"raises broke on nn.tanh: KeyError: 'no such thing' \(test_reducing.py:\d+\); reproducer: "),
    ],
)
def test_a_failure_is_written(pattern: Pattern, message: str, tmp_path: Path) -> None:
    with pytest.raises(LptError, match=message):
        Pipeline("lpt-normalize", pattern, "dce").run(network(), hooks=[Reproduce(tmp_path / "found")])
    before = load_mlir(tmp_path / "found" / "before.mlir").module
    assert names(before)[:2] == ["nn.neg", "nn.tanh"]
    with pytest.raises(LptError, match=pattern.name if not isinstance(pattern, BreaksType) else "does not verify"):
        Pipeline(pattern).run(before)
    text = (tmp_path / "found" / "error.txt").read_text()
    assert f'lpt-opt before.mlir -p "{pattern.name}"' in text


def test_what_a_rewrite_makes_is_written_too(tmp_path: Path) -> None:
    with pytest.raises(LptError):
        Pipeline(Endless()).run(network(), hooks=[Reproduce(tmp_path)])
    assert names(load_mlir(tmp_path / "after.mlir").module).count("nn.tanh") == 1


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The network as a file in the current folder, with rules registered."""
    monkeypatch.setattr(registering, "_registered", {})
    monkeypatch.chdir(tmp_path)
    register(Endless)
    register(ForgetsSign)
    lpt.save(lpt.Model(network()), "model.mlir")
    return "model.mlir"


def test_lpt_reduce(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reduce", model, "-p", "lpt-normalize, endless", "-o", "small.mlir"]) == 0
    assert "operations became 4 in small.mlir: N7: pattern endless rewrote" in capsys.readouterr().out
    assert names(load_mlir("small.mlir").module) == ["nn.neg", "nn.tanh"]
    assert main(["reduce", model, "-p", "forgets-sign", "--validate", "-o", "wrong.mlir"]) == 0
    assert names(load_mlir("wrong.mlir").module) == ["nn.neg", "nn.tanh"]
    assert main(["reduce", model, "-p", "dce"]) == 2
    assert "reduce: the pipeline does not fail; give the passes that break on this module; --validate" in capsys.readouterr().err
    assert main(["validate", model, "-p", "forgets-sign"]) == 1
    assert capsys.readouterr().out == ""  # no table of no rows


@pytest.mark.parametrize("options", [[], ["--rewrites"]])
def test_lpt_validate_names_the_offender(model: str, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    np.save("x.npy", np.linspace(-2, 2, 8, dtype=np.float32))
    arguments = ["validate", model, "--pipeline", "lpt-normalize,forgets-sign,dce", "--input", "v0=x.npy", *options]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert "lpt-normalize" in out and "dce" not in out
    assert "pattern forgets-sign: pass forgets-sign states exact, but nn.tanh differs in 8 elements" in err
    assert "before, after and inputs are in lpt-reproducer" in err
    with np.load("lpt-reproducer/inputs.npz") as inputs:
        assert len(inputs.files) == 1
    assert names(load_mlir("lpt-reproducer/after.mlir").module) == ["nn.identity", "nn.tanh"]
    command = (Path("lpt-reproducer") / "error.txt").read_text().splitlines()[-1]
    assert command == 'lpt validate before.mlir --pipeline "forgets-sign" --input inputs.npz'
    capsys.readouterr()
    with contextlib.chdir("lpt-reproducer"):
        assert main(shlex.split(command)[1:]) == 1
    assert "pattern forgets-sign: pass forgets-sign states exact" in capsys.readouterr().err
    assert main(["validate", model, "--pipeline", "lpt-normalize,dce", *options]) == 0
    assert "every pass keeps the exactness that it claims" in capsys.readouterr().out


def test_lpt_opt_writes_a_reproducer(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert lpt_opt([model, "-p", "lpt-normalize, endless", "--reproducer=found"]) == 2
    assert "without an end; a pattern must not match what it has made; reproducer: found" in capsys.readouterr().err
    assert names(load_mlir("found/before.mlir").module) == ["nn.neg", "nn.tanh"]
    assert lpt_opt(["found/before.mlir", "-p", "endless"]) == 2


class Busy(Pattern):
    """A hundred rewrites of each operation, and then none."""

    name = "busy"
    matches = TanhOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        times = op.attributes.get("times")
        count = times.data if isinstance(times, IntAttr) else 0
        if count < 100:
            op.attributes["times"] = IntAttr(count + 1)
            rewriter.notify_op_modified(op)


def test_what_only_looks_endless_is_no_failure() -> None:
    with pytest.raises(TransformError, match="the pipeline does not fail"):
        reduce_failure(network(), Pipeline(Busy()))


ENDLESS = """
from lpt.rules import Build, Node, Ops, Reals, Rule, Value


class FromFile(Rule):
    def pattern(self, op: Ops, x: Reals) -> Node:
        return op.tanh(op.neg(x))

    def rewrite(self, op: Build, x: Reals) -> Value:
        return op.tanh(op.NEGATION(x))
"""


@pytest.mark.parametrize(
    ("negation", "run", "status", "tool"),
    [
        ("neg", ["opt", "--reproducer=found/here"], 2, lpt_opt),
        ("identity", ["validate", "--reproducer=found/here"], 1, main),
    ],
)
def test_a_rule_that_was_named_by_its_file_is_in_the_reproducer(
    negation: str, run: list[str], status: int, tool: Callable[[list[str]], int], model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new process, which has registered nothing, repeats it from the folder."""
    Path("rules.py").write_text(ENDLESS.replace("NEGATION", negation), encoding="utf-8")
    arguments = [model, "-p", "lpt-normalize, rules.py:FromFile, dce", *run[1:]]
    assert tool(arguments if tool is lpt_opt else [run[0], *arguments]) == status
    command = Path("found/here/error.txt").read_text().splitlines()[-1]
    assert '"../../rules.py:FromFile"' in command
    registering._registered.clear()
    registering._texts.clear()
    capsys.readouterr()
    with contextlib.chdir("found/here"):
        assert tool(shlex.split(command)[1:]) == status
    assert "from-file" in capsys.readouterr().err


ENDLESS_PDL = """
pdl.pattern @from_pdl : benefit(1) {
  %type = pdl.type
  %x = pdl.operand
  %root = pdl.operation "nn.tanh"(%x : !pdl.value) -> (%type : !pdl.type)
  pdl.rewrite %root {
    %new = pdl.operation "nn.tanh"(%x : !pdl.value) -> (%type : !pdl.type)
    pdl.replace %root with %new
  }
}
"""


def test_a_pdl_file_is_in_the_reproducer_by_its_way_from_there(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("my rules.mlir").write_text(ENDLESS_PDL, encoding="utf-8")
    assert lpt_opt([model, "-p", 'lpt-normalize, lpt-apply-pdl{file="my rules.mlir"}', "--reproducer=found"]) == 2
    command = Path("found/error.txt").read_text().splitlines()[-1]
    assert 'file="../my rules.mlir"' in command
    capsys.readouterr()
    with contextlib.chdir("found"):
        assert lpt_opt(shlex.split(command)[1:]) == 2
    assert "from_pdl rewrote" in capsys.readouterr().err
