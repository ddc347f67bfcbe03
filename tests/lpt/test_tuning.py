"""Tuned tiles: what a measurement says is used, kept, and changes no bit. No test measures: `measure` is told what to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt import tuning
from lpt.cli.main import main
from lpt.data import bundled_model_path
from lpt.runtime import tiles
from lpt.runtime.program import Program
from lpt.target import get_target

X = np.random.default_rng(0).standard_normal((12, 40)).astype(np.float32)
NATIVE = get_target("native")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LPT_CACHE", raising=False)
    return tmp_path / "cache" / "lpt"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """y = x · w, in floats."""
    w = np.random.default_rng(1).standard_normal((40, 70)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(X.shape))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [len(X), 70])],
        [numpy_helper.from_array(w, "w")],
    )
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What measurements say of the second program's time, that of the first being 1000 ns a step; the last answer stays."""
    answers: list[float] = []

    def measure(programs: Sequence[Program]) -> list[list[float]]:
        second = answers.pop(0) if len(answers) > 1 else answers[0]
        return [[ns] * len(program.steps) for ns, program in zip((1000.0, second), programs, strict=True)]

    monkeypatch.setattr(tuning, "measure", measure)
    return answers


def symbols(exe: lpt.Executable) -> list[str]:
    return [step.symbol for program in exe.programs for step in program.steps]


def result(exe: lpt.Executable) -> np.ndarray:
    return exe.run({"x": X})["y"]


def test_a_faster_tile_is_used_kept_and_changes_no_bit(folder: Path, model: Path, measured: list[float]) -> None:
    plain = lpt.compile(model)
    measured += [1000, 900, 950]
    tuned = lpt.compile(model, tune=True)
    assert symbols(tuned) != symbols(plain)
    assert np.array_equal(result(tuned), result(plain))
    table = tiles.tuned_tiles(NATIVE)
    assert list(table) == symbols(plain)
    assert symbols(lpt.compile(model)) == symbols(tuned)
    assert symbols(lpt.compile(model.read_bytes(), progress=None)) == symbols(tuned)
    # What the table knows is not measured again.
    measured[:] = [1, 2, 3]
    assert symbols(lpt.compile(model, tune=True)) == symbols(tuned)
    assert measured == [1, 2, 3] and tiles.tuned_tiles(NATIVE) == table


@pytest.mark.parametrize("answers", [[990], [1000], [500, 1000]])
def test_the_models_choice_stays_unless_another_tile_is_clearly_faster(
    answers: list[float], folder: Path, model: Path, measured: list[float]
) -> None:
    """Less than two percent do not count, nor does a tile that wins once but not again."""
    plain = lpt.compile(model)
    measured += answers
    assert symbols(lpt.compile(model, tune=True)) == symbols(plain)
    assert list(tiles.tuned_tiles(NATIVE)) == symbols(plain)


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-1], lambda d: b"", lambda d: d[:40] + bytes([d[40] ^ 1]) + d[41:], lambda d: b"[]"]
)
def test_a_damaged_table_is_ignored(folder: Path, model: Path, measured: list[float], damage: object) -> None:
    plain = lpt.compile(model)
    measured.append(500)
    tuned = lpt.compile(model, tune=True)
    (path,) = (folder / "tiles").glob("*.json")
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert tiles.tuned_tiles(NATIVE) == {}
    assert symbols(lpt.compile(model)) == symbols(plain)
    measured.append(500)
    assert symbols(lpt.compile(model, tune=True)) == symbols(tuned)


def test_a_table_holds_what_several_have_found_and_no_tile_that_does_not_fit(folder: Path, model: Path) -> None:
    plain = symbols(lpt.compile(model))
    tiles.keep_tiles(NATIVE, {"lpt_other": (1, 2)})
    tiles.keep_tiles(NATIVE, {plain[0]: (99, 99)})
    assert tiles.tuned_tiles(NATIVE) == {"lpt_other": (1, 2), plain[0]: (99, 99)}
    assert tiles.tuned_tiles(get_target("x86-64-sse42")) == {}
    assert symbols(lpt.compile(model)) == plain


def test_without_a_cache_tiles_are_measured_and_not_kept(
    folder: Path, model: Path, measured: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPT_CACHE", "off")
    plain = lpt.compile(model)
    measured.append(500)
    tuned = lpt.compile(model, tune=True)
    assert symbols(tuned) != symbols(plain) and np.array_equal(result(tuned), result(plain))
    assert symbols(lpt.compile(model)) == symbols(plain)
    assert not folder.exists()


def test_only_targets_that_run_here_are_tuned(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "runs_here", lambda target: False)
    with pytest.raises(lpt.CompileError, match="x86-64-sse42: cannot measure tiles: this processor lacks its instructions"):
        lpt.compile(model, target="x86-64-sse42", tune=True)


def test_a_lowered_module_is_left_as_it_was(folder: Path, model: Path, measured: list[float]) -> None:
    lowered = lpt.transform(lpt.transform(lpt.load(model), target="native"), pipeline="lower")
    text = str(lowered.module)
    measured.append(500)
    exe = lpt.compile(lowered, tune=True)
    assert str(lowered.module) == text
    assert symbols(exe) == symbols(lpt.compile(lowered)) != list(tiles.tuned_tiles(NATIVE))


def test_measuring_gives_each_step_a_time(folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_SECONDS", 0.0)
    (program,) = lpt.compile(model).programs
    times = tuning.measure([program, program])
    assert [len(steps) for steps in times] == [len(program.steps)] * 2
    assert min(map(min, times)) > 0


@pytest.mark.parametrize("name", ["model.lpt", "model.o"])
def test_the_command_line_tunes(name: str, folder: Path, measured: list[float], tmp_path: Path) -> None:
    measured.append(500)
    assert main(["compile", str(bundled_model_path()), "-o", str(tmp_path / name), "--tune"]) == 0
    assert tiles.tuned_tiles(NATIVE)
