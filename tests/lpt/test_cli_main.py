"""The `lpt` program: help, bad input, files. What needs whole models is in test_cli_models.py."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpt.cli.common import print_table, write_json
from lpt.cli.main import main, make_parser
from lpt.errors import LptError, ValidationError
from lpt.report.explain import integer_share
from lpt.runtime.executable import Executable, ReportRow
from lpt.runtime.program import Program

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("demo", "compile", "run", "bench", "explain", "validate")


@pytest.fixture
def saved(chain: Callable[..., Program], tmp_path: Path) -> Path:
    path = tmp_path / "model.lpt"
    Executable([chain("add_1", "add_2")]).save(path)
    return path


def test_help_lists_each_command_and_imports_nothing_heavy() -> None:
    program = (
        "import sys; from lpt.cli.main import main\n"
        "assert main(['--help']) == 0\n"
        "heavy = {'xdsl', 'numpy', 'llvmlite', 'onnx', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert f"\n    {name} " in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"usage: lpt {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "lpt: the following arguments are required: COMMAND; see lpt --help"),
        (["bench", "--threads", "0"], "expected a number from 1 on, not '0'"),
        (["bench", "--against", "tvm"], "unknown peer 'tvm', known are onnxruntime, openvino"),
        (["bench", "absent.onnx"], "absent.onnx: no such file"),
        (["bench", "--threads", "1,two"], "expected a number from 1 on, not 'two'"),
        (["bench", "--sparsity", "75"], "expected a share from 0 to 1, not '75'"),
        (["bench", "--seconds", "-1"], "expected seconds, not '-1'"),
        (["bench", "--suite", "."], "no .onnx files here; give a folder of models"),
        (["bench", "a.onnx", "--suite", "."], "give MODEL or --suite DIR, not both"),
        (["compile", "absent.onnx", "-o", "out.exe"], "expected a name that ends in .lpt"),
        (["compile", "absent.onnx", "-o", "out.lpt"], "absent.onnx: no such file"),
        (["compile", "absent.onnx", "-o", "out.lpt", "--shape", "x=1,2"], "expected NAME=1x3x224x224, not 'x=1,2'"),
        (["run", "absent.lpt"], "absent.lpt: No such file or directory"),
        (["validat"], "); did you mean validate?"),
        (["validate", "--rewrits"], "unrecognized arguments: --rewrits; did you mean --rewrites?"),
        (["validate", "--nothing-like-it"], "unrecognized arguments: --nothing-like-it; see lpt --help"),
        (["run", "absent.lpt", "--input", "x"], "expected NAME=FILE.npy, not 'x'"),
        (["run", "absent.lpt", "--input", "x=absent.npy"], "absent.npy: No such file or directory"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "status"), [(LptError("two\nlines"), 2), (ValidationError("lpt-push"), 1), (KeyboardInterrupt(), 130)]
)
def test_errors_become_exit_statuses(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(options: object) -> int:
        raise error

    monkeypatch.setattr("lpt.cli.explain.run", fail)
    assert main(["explain"]) == status
    assert capsys.readouterr().err.count("\n") == 1


def test_run_says_how_inputs_are_given(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(saved)]) == 2
    assert re.search(r"missing input x \(uint8\[\d+\]\); give --input x=FILE\.npy\n", capsys.readouterr().err)


def test_run_reads_npy_and_writes_npz(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.arange(64, dtype=np.uint8)
    np.save(tmp_path / "x.npy", x)
    out = tmp_path / "y.npz"
    assert main(["run", str(saved), "--input", f"x={tmp_path / 'x.npy'}", "-o", str(out)]) == 0
    with np.load(out) as archive:
        assert np.array_equal(archive["y"], x + 3)
    assert capsys.readouterr().out.split() == ["output", "type", "shape", "min", "max", "y", "uint8", "[64]", "3", "66"]


@pytest.mark.parametrize(
    ("content", "message"), [(b"text", "x.npy: not an array in .npy format"), (b"", "x.npy: not an array in .npy format")]
)
def test_run_refuses_what_is_no_array(
    saved: Path, tmp_path: Path, content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    assert main(["run", str(saved), "--input", f"x={tmp_path / 'x.npy'}"]) == 2
    assert message in capsys.readouterr().err


def test_an_npz_has_all_inputs(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x, given, out = np.arange(64, dtype=np.uint8), tmp_path / "in.npz", tmp_path / "out.npz"
    np.savez(given, x=x)
    assert main(["run", str(saved), "--input", str(given), "-o", str(out)]) == 0
    with np.load(out) as archive:
        assert np.array_equal(archive["y"], x + 3)
    assert main(["run", str(saved), "--input", f"x={given}"]) == 2
    assert "several arrays; give a .npy file, or --input in.npz alone" in capsys.readouterr().err
    given.write_bytes(b"text")
    assert main(["run", str(saved), "--input", str(given)]) == 2
    assert "in.npz: not arrays in .npz format" in capsys.readouterr().err


def test_json_holds_rows_and_facts(tmp_path: Path) -> None:
    row = ReportRow("conv_0", "conv", "u8s8", "vpdpbusd", 10, 20, None)
    write_json(tmp_path / "a.json", [row], target="x")
    assert json.loads((tmp_path / "a.json").read_text()) == {
        "target": "x",
        "rows": [
            {
                "name": "conv_0",
                "operation": "conv",
                "precision": "u8s8",
                "instructions": "vpdpbusd",
                "macs": 10,
                "bytes": 20,
                "ns": None,
            }
        ],
    }
    with pytest.raises(LptError, match="cannot write: No such file or directory"):
        write_json(tmp_path / "no" / "a.json", [row])


def test_integer_share_counts_macs() -> None:
    assert integer_share([(30, "u8s8"), (10, "f32"), (0, "f32")]) == 0.75
    assert integer_share([(10, "u8s8"), (30, "weight-only u4")]) == 0.25
    assert integer_share([]) == 1.0


def test_tables_print_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_table({"shape": "left"}, [["[1, 3]"], ["[bold]"], [None]])
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == ["shape", "[1, 3]", "[bold]", ""]


def test_the_program_is_called_lpt() -> None:
    assert make_parser().prog == "lpt"
