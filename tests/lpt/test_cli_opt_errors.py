"""What a user gets wrong with lpt-opt and its kin: one line with what, where and the way out, and status 2."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lpt
from lpt.cli.main import main as lpt_main
from lpt.cli.opt import main
from lpt.data import bundled_model_path
from lpt.errors import TransformError

MODEL = str(bundled_model_path())
ROOT = Path(__file__).resolve().parents[2]
X = "tensor<4xf32>"


def function(operation: str) -> str:
    return f"func.func @main(%x: {X}) -> {X} {{\n  %y = {operation} %x : ({X}) -> {X}\n  func.return %y : {X}\n}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.mlir").write_text(function("nn.identity"))
    (tmp_path / "empty.mlir").write_text("// nothing\n\n")
    (tmp_path / "bytes.mlir").write_bytes(b"\xff\xfe")
    (tmp_path / "model.txt").write_text(function("nn.identity"))
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.mlir"], "no.mlir: No such file or directory"),
        (["no.foo"], "no.foo: no such file; give an .mlir, .onnx or .xml file"),
        (["folder"], "folder: it is a folder; give an .mlir, .onnx or .xml file, or its format: -f onnx"),
        (["model.txt"], "model.txt: the suffix names no format that is read; give an .mlir, .onnx"),
        (["empty.mlir"], "empty.mlir: there is no operation in it; give the text of a module"),
        (["bytes.mlir"], "bytes.mlir: not a text file; name its format: -f onnx"),
        (["good.mlir", "-o", "no/x.mlir"], "no/x.mlir: cannot write: there is no such folder; choose another -o FILE"),
        (["good.mlir", "-o", "folder"], "folder: cannot write: it is a folder"),
        (["good.mlir", "-p", "dce", "--print-ir-after=dse"], "--print-ir: no pass 'dse' is run; did you mean dce?"),
        (["good.mlir", "--print-ir-afer-all"], "unrecognized arguments: --print-ir-afer-all; did you mean --print-ir-after-all?"),
        (["good.mlir", "-p", "dce", "--reproducer=good.mlir"], "good.mlir: it is a file; choose another --reproducer DIR"),
        (["good.mlir", "-p", "builtin.module(dce"], "pipeline: the closing ) of builtin.module is missing"),
        (["good.mlir", "-p", "dce)"], "pipeline: a ) closes nothing"),
        (["good.mlir", "-p", "(dce)"], "pipeline: expected a pass name, found '('"),
    ],
)
def test_it_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: int | str | None = main(arguments)
    except SystemExit as leave:
        status = leave.code
    out, err = capsys.readouterr()
    assert status == 2 and not out
    assert err.startswith(f"lpt-opt: {message}") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("builtin.module(cse, func.func(dce))", ("cse", "dce")),
        (" builtin.module ( func.func( dce ) , any(cse)) ", ("dce", "cse")),
        ("func.func()", ()),
    ],
)
def test_anchors_of_mlir_opt_may_stand_around_passes(text: str, names: tuple[str, ...]) -> None:
    assert lpt.Pipeline(text).names == names


def test_options_of_mlir_opt_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["good.mlir", "--pass-pipeline=builtin.module(lpt-normalize)", "--mlir-print-ir-after-all"]) == 0
    assert "IR after lpt-normalize" in capsys.readouterr().err


def test_one_wrong_piece_does_not_hold_up_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [function("nn.identity"), function("nn.identit"), "// a comment\n", function("nn.identity")]
    (folder / "split.mlir").write_text("// -----\n".join(pieces))
    arguments = ["split.mlir", "--split-input-file", "-p", "lpt-normalize", "--print-ir-tree-dir=dumps", "-o", "out.mlir"]
    assert main(arguments) == 2
    assert capsys.readouterr().err == "lpt-opt: split.mlir:7: Operation nn.identit is not registered; correct the text\n"
    written = (folder / "out.mlir").read_text().split("// -----\n")
    assert [text.count("func.return %x") for text in written] == [1, 0, 0, 1]
    found = sorted(str(path.relative_to(folder / "dumps")) for path in (folder / "dumps").rglob("*.mlir"))
    assert found == [f"0{n}-piece/{name}.mlir" for n in (1, 3, 4) for name in ("00-input", "01-lpt-normalize")]
    assert main(arguments) == 2
    assert sorted(path.name for path in (folder / "dumps").iterdir() if path.is_dir()) == [f"0{n}-piece" for n in (1, 2, 3, 4)]


def test_reports_are_printed_as_far_as_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([MODEL, "-p", "lpt-normalize,lpt-assign-layouts", "--mlir-timing", "--pattern-stats"]) == 2
    err = capsys.readouterr().err
    assert "Execution time report" in err and "lpt-normalize/fold-casts" in err
    assert err.splitlines()[-1].startswith("lpt-opt: pipeline: pass lpt-assign-layouts requires")


def test_pieces_have_their_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([MODEL, "-p", "lpt", "-o", "low.mlir"]) == 0
    path = folder / "low.mlir"
    path.write_text(f"{path.read_text()}// -----\n{function('nn.identity')}")
    assert main(["low.mlir", "--split-input-file", "--shape", "image=1x1x8x8", "-p", "dce"]) == 2  # the second has no such input
    out, err = capsys.readouterr()
    assert "lpt.constant" in out and "has no input 'image'" in err
    assert main(["low.mlir", "--split-input-file", "-p", "dce"]) == 0


def test_text_without_its_data_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "lpt.cli.opt"]
    text = subprocess.run([*program, MODEL, "-p", "lpt"], env=environment, capture_output=True, timeout=60, check=True).stdout
    done = subprocess.run([*program, "-"], input=text, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().endswith("not loaded; print it with lpt-opt --full, or read a file\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(function("nn.identity").encode())))
    assert main(["-", "-p", "lpt-normalize"]) == 0
    assert "nn.identity" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reduce", MODEL, "-p", "lptt"], "pipeline: unknown pass 'lptt'; did you mean lpt?"),
        (["reduce", MODEL, "-p", "lpt", "-o", "x.txt"], "x.txt: models are saved as .mlir; choose another -o FILE.mlir"),
        (["reduce", MODEL, "-p", "lpt", "-o", "no/x.mlir"], "no/x.mlir: cannot write: there is no such folder"),
        (
            ["trace", "fuse-requantize", MODEL, "--at", "/classify/Gem"],
            "the model has no node '/classify/Gem'; did you mean /class",
        ),
        (["validate", "empty.mlir"], "empty.mlir: there is no operation in it"),
    ],
)
def test_programs_beside_it_say_so_too(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert lpt_main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"lpt: {message}") and err.count("\n") == 1


def test_a_misspelt_pipeline_is_no_failure_to_reduce() -> None:
    from lpt.reducing import reduce_failure

    with pytest.raises(TransformError, match="unknown pass 'lptt'"):
        reduce_failure(lpt.load(MODEL).module, "lptt")
