"""lpt-opt in process: inputs, outputs, and one line for what is wrong."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

import lpt
from lpt.cli.opt import main
from lpt.data import bundled_model_path
from lpt.testing import parse

X = "tensor<2xf32>"
TEXT = f"""func.func @main(%x: {X}) -> {X} {{
  %y = nn.identity %x {{lpt.node = "I"}} : ({X}) -> {X}
  func.return %y : {X}
}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.mlir"
    path.write_text(TEXT)
    return path


def test_passes_run_and_the_result_parses(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "-p", "lpt-normalize"]) == 0
    out = capsys.readouterr().out
    assert "nn.identity" not in out
    parse(out)


def test_onnx_models_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(bundled_model_path()), "-p", "prepare", "--target", "x86-64-avx2"]) == 0
    out = capsys.readouterr().out
    assert out.count("nn.conv") > 1
    assert 'lpt.target = "x86-64-avx2"' in out


def test_stdin_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert main(["-p", "lpt-normalize"]) == 0
    assert "func.return %x" in capsys.readouterr().out


def test_the_result_can_go_to_a_file(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "-o", str(tmp_path / "out.mlir")]) == 0
    assert capsys.readouterr().out == ""
    assert "nn.identity" in (tmp_path / "out.mlir").read_text()


def test_ir_after_each_pass_goes_to_stderr(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "-p", "dce,lpt-normalize", "--print-ir-after-all", "--time-passes"]) == 0
    out, err = capsys.readouterr()
    assert out.count("func.func") == 1
    first, second = err.split("IR after ")[1:]
    assert first.startswith("dce ") and "nn.identity" in first
    assert second.startswith("lpt-normalize ") and "nn.identity" not in second
    assert "ms, 1 rewrites" in second


def test_remarks_name_pattern_and_place(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "-p", "lpt-normalize", "--remarks"]) == 0
    assert capsys.readouterr().err == "remark: lpt-normalize/remove-identity at I: nn.identity → nothing new\n"


def test_constants_are_printed_in_full_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = ", ".join(str(i) for i in range(40))
    path = tmp_path / "c.mlir"
    path.write_text(
        f"func.func @main() -> tensor<40xi32> {{\n"
        f"  %c = lpt.constant {{value = #lpt.blob<dense<[{values}]> : tensor<40xi32>>}} : tensor<40xi32>\n"
        f"  func.return %c : tensor<40xi32>\n}}\n"
    )
    main([str(path)])
    assert "38, 39" not in capsys.readouterr().out
    main([str(path), "--full"])
    assert "38, 39" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "bogus", "FILE"], "unknown pass 'bogus'"),
        (["-p", "dce{", "FILE"], "a closing } is missing"),
        (["nowhere.mlir"], "nowhere.mlir: No such file or directory"),
        (["FILE", "--target", "z80"], "unknown target 'z80'"),
        (["setup.cfg"], "setup.cfg: no such file; give an .mlir"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(
    arguments: list[str], message: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(file) if a == "FILE" else a for a in arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.startswith("lpt-opt: ") and err.count("\n") == 1


def test_a_parse_error_names_the_line_of_the_whole_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.mlir"
    path.write_text(TEXT + "// -----\n" + TEXT.replace("nn.identity", "nn.idantity"))
    assert main([str(path), "--split-input-file"]) == 2
    err = capsys.readouterr().err
    assert "b.mlir:7" in err and err.count("\n") == 1


def test_a_module_that_does_not_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "v.mlir"
    path.write_text(TEXT.replace(f"-> {X}\n  func", "-> tensor<3xf32>\n  func").replace("%y : ", "%y : "))
    assert main([str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_option_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--no-such-option"])
    assert exit_.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_a_written_mlir_has_its_data_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "digits.mlir"
    assert main([str(bundled_model_path()), "-p", "lpt", "-o", str(path)]) == 0
    assert path.with_suffix(".npz").exists()
    code = "import sys, lpt; assert all(row.reason == '' for row in lpt.explain(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


@pytest.mark.parametrize("pipeline", ["lpt", "all"])
def test_what_was_made_for_a_target_stays_that_targets(pipeline: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "digits.mlir"
    made = ["-p", pipeline, "--shape", "image=1x1x8x8", "--target", "x86-64-avx2", "-o", str(path)]
    assert main([str(bundled_model_path()), *made]) == 0
    assert main([str(path), "--target", "x86-64-avx512"]) == 2
    assert capsys.readouterr().err == (
        "lpt-opt: the model was transformed for x86-64-avx2, not for x86-64-avx512; "
        "leave --target out, or transform the original model for x86-64-avx512\n"
    )
    with pytest.raises(lpt.CompileError, match="the model was transformed for x86-64-avx2, not for x86-64-avx512"):
        lpt.compile(path, target="x86-64-avx512")
    for same in ([], ["--target", "x86-64-avx2"]):
        assert main([str(path), *same]) == 0
        assert 'lpt.target = "x86-64-avx2"' in capsys.readouterr().out


def test_kernels_of_no_known_target_get_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "digits.mlir"
    assert main([str(bundled_model_path()), "-p", "all", "--shape", "image=1x1x8x8", "-o", str(path)]) == 0
    assert main([str(path), "--target", "x86-64-avx2"]) == 2
    assert capsys.readouterr().err.startswith("lpt-opt: the model is made of kernels already, not known to be for x86-64-avx2; ")


def test_shapes_are_bound_before_the_first_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(bundled_model_path()), "-p", "all"]) == 2
    err = capsys.readouterr().err
    assert "argument %image of func.func has the symbolic shape (-1, 1, 8, 8)" in err
    assert "--shape NAME=1x3x224x224" in err and err.count("\n") == 1
    assert main([str(bundled_model_path()), "-p", "all", "--shape", "image=5x1x8x8"]) == 0
    out = capsys.readouterr().out
    assert "(%image: tensor<5x1x8x8xf32>) -> tensor<5x10xf32>" in out and "lpt.arena" in out


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("image=1x1x8x9", "input 'image': shape (1, 1, 8, 9) does not fit (-1, 1, 8, 8)"),
        ("picture=1x1x8x8", "the model has no input 'picture'; it has image"),
    ],
)
def test_shapes_that_the_model_does_not_take(shape: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(bundled_model_path()), "--shape", shape]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


def test_a_misspelt_shape(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--shape", "image:1x3"])
    assert "expected NAME=1x3x224x224, not 'image:1x3'" in capsys.readouterr().err


def test_what_fails_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kernels.mlir"
    path.write_text("before")
    assert main([str(bundled_model_path()), "-p", "all", "-o", str(path)]) == 2
    assert path.read_text() == "before"
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_option_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--nope"])
    assert capsys.readouterr().err.count("\n") == 1
