"""lpt.transform: the model given stays, dumps can be read back, the journal is kept, and the claims of each pass hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lpt
from lpt.data import bundled_model_path
from lpt.errors import LptError, TransformError
from lpt.model import Model
from lpt.transforming import validate_passes


@pytest.fixture(scope="module")
def model() -> Model:
    return lpt.load(bundled_model_path())


def test_the_model_given_stays(model: Model) -> None:
    text = str(model)
    prepared = lpt.transform(model, "prepare")
    assert str(model) == text
    assert str(prepared) != text
    assert model.journal is None
    assert prepared.journal is not None and prepared.journal.at("/Flatten")


def test_the_target_is_recorded(model: Model) -> None:
    prepared = lpt.transform(model, "dce", target="x86-64-sse42")
    assert '"x86-64-sse42"' in str(prepared.module.attributes["lpt.target"])
    with pytest.raises(LptError, match="unknown target 'z80'"):
        lpt.transform(model, "dce", target="z80")


def test_dumps_read_back(model: Model, tmp_path: Path) -> None:
    lpt.transform(model, "lpt-normalize,lpt-split-bias", dump_dir=tmp_path / "dumps")
    names = sorted(path.name for path in (tmp_path / "dumps").glob("*.mlir"))
    assert names == ["00-input.mlir", "01-lpt-normalize.mlir", "02-lpt-split-bias.mlir"]
    again = lpt.load(tmp_path / "dumps" / names[-1])
    x = {name: np.zeros([1 if e < 0 else e for e in t.get_shape()], np.float32) for name, t in again.inputs.items()}
    expected = lpt.interpret(lpt.transform(model, "lpt-normalize,lpt-split-bias"), x)
    for name, array in lpt.interpret(again, x).items():
        np.testing.assert_array_equal(array, expected[name])


def test_a_dump_folder_that_cannot_be_made(model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LptError, match="cannot make the folder"):
        lpt.transform(model, "dce", dump_dir=tmp_path / "file" / "dumps")


def test_a_misspelt_pipeline(model: Model) -> None:
    with pytest.raises(TransformError, match="did you mean lpt-transform"):
        lpt.transform(model, "lpt-transfrom")


def test_every_pass_keeps_its_claim(model: Model) -> None:
    shapes = {name: [3, *t.get_shape()[1:]] for name, t in model.inputs.items()}
    rows = validate_passes(model.specialize(shapes), "lpt,lower")
    assert len(rows) > 10
    assert all(row.worst <= 1 for row in rows)
    exact = [row for row in rows if row.claim.value == "exact"]
    assert sum(row.values for row in exact) > 20
    assert sum(row.differing for row in exact) == 0


def test_validation_inputs_are_by_name(model: Model) -> None:
    shapes = {name: [1, *t.get_shape()[1:]] for name, t in model.inputs.items()}
    inputs = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    lpt.transform(model, "prepare", validate=inputs)
    with pytest.raises(LptError, match="validation inputs are wrong"):
        lpt.transform(model, "prepare", validate={"wrong": np.zeros(1, np.float32)})


def test_kernels_keep_the_target_they_were_made_for(model: Model) -> None:
    kernels = lpt.transform(model.specialize({"image": (1, 1, 8, 8)}), "all", target="x86-64-avx2")
    with pytest.raises(TransformError, match="made for x86-64-avx2, not for x86-64-sse42"):
        lpt.transform(kernels, "dce", target="x86-64-sse42")
    lpt.transform(kernels, "dce", target="x86-64-avx2")


def test_a_path_is_no_model() -> None:
    """compile, explain and Report.of read files; these two take what lpt.load gives, and say so."""
    with pytest.raises(lpt.TransformError, match=r"a str is no model; lpt\.load\(…\) gives one"):
        lpt.transform("model.onnx")  # type: ignore[arg-type]
    with pytest.raises(lpt.RunError, match=r"a str is no model; lpt\.load\(…\) gives one"):
        lpt.interpret("model.onnx", {})  # type: ignore[call-overload]
