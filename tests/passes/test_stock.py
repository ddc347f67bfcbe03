"""xDSL's passes in our pipelines: by name, class and object; they state no exactness, and are measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.irdl import IRDLOperation, irdl_op_definition
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.universe import Universe

import lpt
from lpt.cli.opt import main
from lpt.dialects.nn import NegOp
from lpt.errors import LptError, TransformError
from lpt.passes import stock
from lpt.passes.pipeline import Exactness, LptPass, Pipeline
from lpt.passes.registry import get_pass
from lpt.testing import body, parse
from lpt.validating import validate

X = "tensor<4xf32>"
TEXT = body([f"%x: {X}"], f"%a = nn.neg %x : ({X}) -> {X}\n%b = nn.neg %x : ({X}) -> {X}", f"%b: {X}")


@dataclass(frozen=True)
class Reverse(ModulePass):
    """Takes the sign away, of the first `count` negations."""

    name = "reverse"
    count: int = 1
    factor: float = 1.0
    loud: bool = False

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for found in [o for o in op.walk() if isinstance(o, NegOp)][: self.count]:
            found.results[0].replace_all_uses_with(found.operands[0])


@dataclass(frozen=True)
class Breaks(ModulePass):
    name = "breaks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        raise RuntimeError("no way")


@irdl_op_definition
class TheirsOp(IRDLOperation):
    name = "theirs.op"


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a universe that has these passes, and one that cannot be imported."""

    class Point:
        def __init__(self, name: str, loaded: object):
            self.name, self.value, self.loaded = name, f"{name}:U", loaded

        def load(self) -> object:
            if self.loaded is None:
                raise ImportError("no such package")
            return self.loaded

    dialects = {"theirs": lambda: Dialect("theirs", [TheirsOp]), "arith": lambda: Dialect("arith")}
    universe = Universe(all_dialects=dialects, all_passes={"reverse": lambda: Reverse, "breaks": lambda: Breaks})
    monkeypatch.setattr(stock, "entry_points", lambda group: [Point("theirs", universe), Point("broken", None)])
    for cached in (stock.stock_passes, stock.universes):
        cached.cache_clear()
    yield
    for cached in (stock.stock_passes, stock.universes):
        cached.cache_clear()


@pytest.mark.parametrize("name", sorted(set(get_all_passes()) - {"test-deprecation"}))  # which warns whoever names it
def test_each_is_a_pass_whose_text_reads_back(name: str) -> None:
    visible = f"xdsl-{name}" if name in ("cse", "dce") else name
    found = get_pass(visible)
    assert found.name == visible and found.exactness is Exactness.LOSSY and issubclass(found, LptPass)
    if not found.required_fields():
        assert Pipeline(str(Pipeline(visible))) == Pipeline(visible)


def test_they_run_among_ours() -> None:
    module = parse(TEXT)
    journal = Pipeline("canonicalize", "xdsl-cse", CommonSubexpressionElimination(), CanonicalizePass, "dce").run(module)
    assert [run.name for run in journal.passes] == ["canonicalize", "xdsl-cse", "xdsl-cse", "canonicalize", "dce"]
    assert sum(isinstance(op, NegOp) for op in module.walk()) == 1


def test_names_of_ours_stay_ours() -> None:
    from lpt.passes.cleanup.cse import CommonSubexpressions

    assert isinstance(Pipeline("cse")[0], CommonSubexpressions)
    assert str(Pipeline(CommonSubexpressionElimination)) == "xdsl-cse"


@pytest.mark.usefixtures("plugin")
def test_options_are_read_as_ours_are() -> None:
    pipeline = Pipeline("reverse { count=2 factor=1 loud }")
    assert pipeline == Pipeline(Reverse(count=2, factor=1.0, loud=True)) == Pipeline(str(pipeline))
    assert pipeline.with_options("reverse", count=3)[0].spec().parameters["count"] == (3,)
    with pytest.raises(TransformError, match=r"no option 'size'; options: count, factor, loud"):
        Pipeline("reverse{size=2}")
    with pytest.raises(TransformError, match="which is no wse2 or wse3"):
        Pipeline("csl-stencil-to-csl-wrapper{target=wse4}")
    with pytest.raises(TransformError, match=r"write stencil-unroll\{unroll_factor=…\}"):
        Pipeline("stencil-unroll")


@pytest.mark.usefixtures("plugin")
def test_what_they_change_is_measured() -> None:
    found = validate(lpt.Model(parse(TEXT)), "canonicalize, reverse{count=2}")
    assert found.error is not None and "pass reverse states lossy" in str(found.error)
    assert [row.name for row in found.passes] == ["canonicalize"]


def test_what_they_take_away_is_no_difference() -> None:
    found = validate(lpt.Model(parse(TEXT)), "xdsl-cse, xdsl-dce, canonicalize", rewrites=True)
    assert found.error is None
    assert [(row.name, row.claim.value, row.differing) for row in found.passes] == [
        (name, "lossy", 0) for name in ("xdsl-cse", "xdsl-dce", "canonicalize")
    ]


@pytest.mark.usefixtures("plugin")
def test_one_that_breaks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LptError, match=r"pass breaks broke: RuntimeError: no way \(test_stock.py:\d+\)"):
        Pipeline("breaks").run(parse(TEXT))
    (tmp_path / "a.mlir").write_text(str(parse(TEXT)))
    assert main([str(tmp_path / "a.mlir"), "-p", "breaks", f"--reproducer={tmp_path / 'r'}"]) == 2
    assert "RuntimeError: no way" in capsys.readouterr().err and (tmp_path / "r" / "before.mlir").exists()


def test_a_pass_of_ones_own_with_a_second_base_is_none_of_xdsls() -> None:
    class Helping:
        pass

    @dataclass(frozen=True)
    class Mine(Helping, LptPass):
        name = "mine"

    assert stock.is_stock(get_pass("canonicalize")) and not stock.is_stock(Mine) and not stock.is_stock(get_pass("cse"))


def test_a_name_nearly_right_is_told() -> None:
    with pytest.raises(TransformError, match="did you mean canonicalize"):
        Pipeline("canonicalise")
    with pytest.raises(TransformError, match="did you mean lpt-normalize"):
        Pipeline("lpt-normalise")


@pytest.mark.usefixtures("plugin")
def test_dialects_of_plugins_are_read_where_xdsl_has_none_of_their_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mlir").write_text('"theirs.op"() : () -> ()\n%c = arith.constant 0 : i32\n')
    assert main([str(tmp_path / "a.mlir"), "-p", "reverse"]) == 0
    assert "theirs.op" in capsys.readouterr().out


def test_text_of_xdsls_dialects_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["%c = arith.constant 0 : i32", "%b = arith.addi %a, %c : i32", "func.return %b : i32"]
    (tmp_path / "a.mlir").write_text("func.func @f(%a: i32) -> i32 {\n" + "\n".join(lines) + "\n}\n")
    assert main([str(tmp_path / "a.mlir"), "-p", "canonicalize"]) == 0
    assert "arith" not in capsys.readouterr().out
