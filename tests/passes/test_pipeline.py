"""Pipeline text, options, presets, conditions, and what the errors say."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import ClassVar

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.nn import ReluOp
from lpt.errors import TransformError
from lpt.passes.conditions import CONDITIONS, violation
from lpt.passes.pipeline import Exactness, LptPass, Pipeline, set_target, target_of
from lpt.passes.pipeline_text import parse_specs
from lpt.passes.registry import PASSES, PRESETS, get_pass
from lpt.target import TARGETS, get_target
from lpt.testing import body, parse

X = "tensor<2xf32>"
RELU = body([f"%x: {X}"], f"%y = nn.relu %x : ({X}) -> {X}", f"%y: {X}")


@dataclass(frozen=True)
class Options(LptPass):
    """A pass with an option of each kind."""

    name = "options"
    flag: bool = False
    ratio: float = 1.0
    text: str = "a"
    numbers: tuple[int, ...] = ()
    maybe: int | None = None


def read(text: str) -> Options:
    (spec,) = parse_specs(text)
    return Options.from_spec(spec)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("options", Options()),
        ("options{flag}", Options(flag=True)),
        ("options{flag=true}", Options(flag=True)),
        ("options{flag=1}", Options(flag=True)),
        ("options{flag=0}", Options(flag=False)),
        ("options{ratio=1}", Options(ratio=1.0)),
        ("options{ratio=1e-3}", Options(ratio=0.001)),
        ("options{ratio=1e-07}", Options(ratio=1e-7)),
        ("options{text=per-tensor}", Options(text="per-tensor")),
        ('options{text="with space, and {brace}"}', Options(text="with space, and {brace}")),
        ("options{numbers=1,2,3 maybe=4}", Options(numbers=(1, 2, 3), maybe=4)),
        ("  options { numbers = 1 , 2   flag }  ", Options(numbers=(1, 2), flag=True)),
    ],
)
def test_options_are_read_leniently(text: str, expected: Options) -> None:
    assert read(text) == expected


def test_a_pipeline_reads_back_what_it_prints() -> None:
    p = Options(flag=True, ratio=1e-7, text="b c", numbers=(1, 2), maybe=3)
    assert read(str(Pipeline((p,)))) == p


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("options{zz=1}", "pass options has no option 'zz'; options: flag, ratio, text, numbers, maybe"),
        ("options{ratio=x}", "option options{ratio} is 'x', which is no float"),
        ("options{maybe=1.5}", "option options{maybe} is 1.5, which is no int"),
        ("options{ratio=1,2}", "option options{ratio} takes one value"),
        ("options{flag", "a closing } is missing"),
        ("options{flag=}", "option flag lacks a value"),
    ],
)
def test_wrong_options(text: str, message: str) -> None:
    with pytest.raises(TransformError) as error:
        read(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lpt-normalise", "unknown pass 'lpt-normalise'; did you mean lpt-normalize?"),
        ("quux", "unknown pass 'quux'; presets: prepare, markup"),
        ("prepare{x=1}", "the preset prepare has no options"),
        ("dce cse", "expected a comma behind dce"),
        (",dce", "expected a pass name, found ','"),
    ],
)
def test_misspelt_pipelines(text: str, message: str) -> None:
    with pytest.raises(TransformError) as error:
        Pipeline.parse(text)
    assert message in str(error.value)


def test_presets_are_made_of_known_names() -> None:
    for parts in PRESETS.values():
        assert set(parts) <= set(PASSES) | set(PRESETS)
    assert [p.name for p in Pipeline.parse(" prepare , dce ").passes] == [*PRESETS["prepare"], "dce"]


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_is_where_the_registry_says(name: str) -> None:
    found = get_pass(name)
    assert found.name == name
    assert isinstance(found.exactness, Exactness)
    assert {*found.requires, *found.ensures} <= set(CONDITIONS)
    module = importlib.import_module(PASSES[name].partition(":")[0])
    assert module.__doc__ and "xactness" in module.__doc__


@dataclass(frozen=True)
class Retype(LptPass):
    """Leaves a module that does not verify."""

    name = "retype"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for relu in [inner for inner in op.walk() if isinstance(inner, ReluOp)]:
            relu.x.owner.args[0]._type = TensorType(f32, [3])  # type: ignore[union-attr]


@dataclass(frozen=True)
class Demanding(LptPass):
    """Requires and ensures conditions."""

    name = "demanding"
    requires: ClassVar[tuple[str, ...]] = ("static-shapes",)
    ensures: ClassVar[tuple[str, ...]] = ("no-gemm",)


def test_a_pass_that_breaks_the_module_is_named() -> None:
    with pytest.raises(TransformError, match="after pass retype: the module does not verify") as error:
        Pipeline((Retype(),)).run(parse(RELU))
    assert len(str(error.value)) < 300  # not the module


def test_requires_and_ensures_are_checked() -> None:
    symbolic = body(["%x: tensor<?xf32>"], "%y = nn.relu %x : (tensor<?xf32>) -> tensor<?xf32>", "%y: tensor<?xf32>")
    with pytest.raises(
        TransformError, match=r"requires static-shapes, but argument %x of func\.func has the symbolic shape \(-1,\)"
    ):
        Pipeline((Demanding(),)).run(parse(symbolic))
    m = "tensor<2x2xf32>"
    gemm = body([f"%x: {m}"], f"%y = nn.gemm %x, %x : ({m}, {m}) -> {m}", f"%y: {m}")
    with pytest.raises(TransformError, match=r"pass demanding ensures no-gemm, but nn\.gemm is left"):
        Pipeline((Demanding(),)).run(parse(gemm))


def test_conditions_hold_on_a_plain_module() -> None:
    found = {name: violation(name, parse(RELU)) for name in CONDITIONS}
    assert found == {**dict.fromkeys(CONDITIONS), "only-kernels": "nn.relu is no kernel"}


def test_the_journal_counts_per_pass() -> None:
    text = body([f"%x: {X}"], f"%y = nn.identity %x : ({X}) -> {X}", f"%y: {X}")
    seen: list[tuple[str, int]] = []
    journal = Pipeline.parse("lpt-normalize,dce").run(parse(text), after=lambda p, m, run: seen.append((p.name, run.rewrites)))
    assert seen == [("lpt-normalize", 1), ("dce", 0)]
    (first, _) = journal.passes
    assert first.operations_before - first.operations_after == 1
    assert journal.rewrites[0].pass_name == "lpt-normalize"


def test_the_target_is_recorded_in_the_module() -> None:
    module = parse(RELU)
    assert target_of(module) is get_target("native")
    set_target(module, TARGETS["x86-64-avx2"])
    assert target_of(parse(str(module))) is TARGETS["x86-64-avx2"]


def test_what_a_session_shows_of_a_run_is_short() -> None:
    journal = Pipeline("lpt-normalize,dce").run(lpt.load(bundled_model_path()))
    assert re.fullmatch(r"<Journal: 2 passes, \d+ rewrites, \d+ refusals, \d+\.\d\d s>", repr(journal))


def test_mistakes_in_python_are_told_as_those_in_text() -> None:
    pipeline = Pipeline("lpt-strip-fake-quantize,dce")
    assert ("cse" + pipeline).names == ("cse", "lpt-strip-fake-quantize", "dce")
    assert pipeline.with_options(0, levels=[3, 4])[0] == Pipeline("lpt-strip-fake-quantize{levels=3,4}")[0]
    module = lpt.load(bundled_model_path()).module
    with pytest.raises(TransformError, match=r"option lpt-strip-fake-quantize\{levels\} is 'many', which is no int"):
        pipeline.with_options(0, levels=("many",))
    with pytest.raises(TransformError, match="3 is no pass; give a name"):
        Pipeline("dce", 3)  # type: ignore[arg-type]
    with pytest.raises(TransformError, match=r"'model\.onnx' is no module; give a Model"):
        pipeline.run("model.onnx")  # type: ignore[arg-type]
    with pytest.raises(TransformError, match=r"is no hook; derive it from lpt\.Instrumentation"):
        pipeline.run(module, hooks=[print])  # type: ignore[list-item]
    pipeline.run(module, hooks=lpt.Instrumentation())
