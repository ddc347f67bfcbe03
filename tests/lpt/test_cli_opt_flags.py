"""lpt-opt's flags: what is printed between passes, reports, listings, expected diagnostics."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdsl.transforms import get_all_passes

import lpt
from lpt.cli.opt import main
from lpt.data import bundled_model_path
from lpt.passes.registry import PASSES, PRESETS
from lpt.testing import parse

X = "tensor<2xf32>"
TEXT = f"""func.func @main(%x: {X}) -> {X} {{
  %y = nn.identity %x {{lpt.node = "I"}} : ({X}) -> {X}
  func.return %y : {X}
}}
"""
MODEL = str(bundled_model_path())


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.mlir"
    path.write_text(TEXT)
    return str(path)


def titles(err: str) -> list[str]:
    return re.findall(r"^// -----// IR (.*?) //", err, re.MULTILINE)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--print-ir-before"], ["before dce", "before lpt-normalize", "before cse"]),
        (["--print-ir-before-all"], ["before dce", "before lpt-normalize", "before cse"]),
        (["--print-ir-after=cse,dce"], ["after dce", "after cse"]),
        (["--print-ir-before=cse", "--print-ir-after=dce"], ["after dce", "before cse"]),
        (["--print-ir-after-change"], ["after lpt-normalize"]),
        (["--until=dce", "--print-ir-after-all"], ["after dce"]),
    ],
)
def test_ir_is_printed_where_asked(flags: list[str], expected: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*flags, file, "-p", "dce, lpt-normalize ,cse"]) == 0  # a flag's value is never FILE
    out, err = capsys.readouterr()
    assert titles(err) == expected
    parse(out)
    for dump in re.split(r"^// -----// .*$", err, flags=re.MULTILINE)[1:]:
        parse(dump)


def test_ir_behind_a_failure(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "-p", "dce,lpt-plan-memory", "--print-ir-after-failure"]) == 2
    assert titles(capsys.readouterr().err) == ["after lpt-plan-memory failed"]


def test_a_dump_folder_loads_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "dumps"
    assert main([MODEL, "-p", "prepare", f"--print-ir-tree-dir={folder}", "--journal"]) == 0
    assert sorted(p.name for p in folder.glob("*.mlir"))[:2] == ["00-input.mlir", "01-lpt-normalize.mlir"]
    assert str(lpt.load(max(folder.glob("*.mlir")))) == str(parse(capsys.readouterr().out))
    assert list(folder.glob("*/0001-*.mlir"))


def test_the_pipeline_of_mlir_opt_is_read(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "--pass-pipeline=builtin.module( dce , lpt-strip-fake-quantize{levels=256} )", "--dump-pass-pipeline"]) == 0
    assert capsys.readouterr().err == "dce,lpt-strip-fake-quantize{levels=256}\n"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--print-ir-after=nope"], "--print-ir: no pass 'nope' is run; the pipeline is dce"),
        (["--journal"], "--journal: there is no folder for the rewrites; give --print-ir-tree-dir=DIR too"),
        (["--until", "cse"], "there is no pass 'cse'"),
        (["--help-pass", "lpt-normalise"], "did you mean lpt-normalize?"),
    ],
)
def test_wrong_flags_are_one_line(flags: list[str], message: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "-p", "dce", *flags]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


@pytest.mark.parametrize("flags", [["-t", "jpeg"], ["--verify-each=perhaps"], ["--elide-scales-if-larger=0"]])
def test_values_that_argparse_refuses(flags: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave:
        main([file, *flags])
    assert leave.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_timing_has_reading_passes_verification_and_printing(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "-p", "dce,cse", "--mlir-timing"]) == 0
    rows = [line.split()[-1] for line in capsys.readouterr().err.splitlines() if "%)" in line]
    assert rows == ["dce", "cse", "(verify)", "Parser", "Output", "Total"]


@pytest.mark.parametrize(
    ("value", "verifies"), [("--verify-each=false", False), ("--disable-verify", False), ("--verify-each", True)]
)
def test_verification_can_be_left_out(
    value: str, verifies: bool, file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr("lpt.passes.pipeline.verify_module", lambda module, where: called.append(where))
    assert main([file, value, "-p", "dce"]) == 0
    assert bool(called) == verifies


def test_pattern_statistics(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "-p", "lpt-normalize", "--pattern-stats"]) == 0
    (row,) = [line.split() for line in capsys.readouterr().err.splitlines() if "remove-identity" in line]
    assert row[:3] == ["1", "1", "0"] and row[-1] == "lpt-normalize/remove-identity"


def test_all_passes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-passes"]) == 0
    out = capsys.readouterr().out
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == [*PRESETS, *PASSES]
    assert len(out.splitlines()[-1]) < 120 and "of xDSL and its plugins" in out.splitlines()[-1]
    assert main(["--list-passes=xdsl"]) == 0
    assert set(get_all_passes()) - {"cse", "dce"} <= set(re.findall(r"[\w-]+", capsys.readouterr().out))
    with pytest.raises(SystemExit, match="2"):
        main(["--list-passes=mlir"])
    assert "expected nothing or xdsl, not 'mlir'" in capsys.readouterr().err


def test_help_on_a_pass_has_its_options_and_exactness(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help-pass", "lpt-strip-fake-quantize"]) == 0
    out = capsys.readouterr().out
    assert "option levels: tuple[int, ...], default (65535, 65536)" in out
    assert "exactness: lossy" in out and "in presets: openvino" in out
    assert main(["--help-pass", "openvino"]) == 0
    assert "lpt-markup,lpt-align-concat" in capsys.readouterr().out


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help-pass", name]) == 0
    first = capsys.readouterr().out.partition("\n")[0]
    assert re.fullmatch(rf"{name}: \S.*", first)


def test_a_graph_has_an_edge_per_use(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "-t", "dot"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("digraph model {") and out.rstrip().endswith("}")
    assert out.count(" -> ") == 2 and "nn.identity\\nI" in out
    assert main([MODEL, "-p", "lpt", "-t", "dot"]) == 0
    assert "#9ecae9" in capsys.readouterr().out


def test_sources_are_locations_where_asked(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([file, "--print-debuginfo"]) == 0
    out = capsys.readouterr().out
    assert 'loc("I")' in out and "lpt.node" not in out
    Path(file).write_text(out)
    assert main([file]) == 0
    assert 'lpt.node = "I"' in capsys.readouterr().out


def test_elided_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for limit in ("2", "100000"):
        assert main([MODEL, "-p", "lpt", f"--elide-constants-if-larger={limit}", f"--elide-scales-if-larger={limit}"]) == 0
        texts.append(capsys.readouterr().out)
    short, long = texts
    assert len(short) < len(long) / 2
    assert "dense<" not in re.sub(r"dense<[^>]*> : tensor<[12]?x?[^>]*>", "", short)


BROKEN = TEXT.replace("nn.identity", "nn.idantity")


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        (BROKEN.replace("{lpt", "// expected-error {{not registered}}\n  {lpt"), 0, ""),
        ("// expected-error@+2 {{not registered}}\n" + BROKEN, 0, ""),
        ("// expected-error@below {{not registered}}\n" + BROKEN, 1, "line 2: expected error 'not registered' was not produced"),
        (TEXT + "// expected-error@above {{not registered}}\n", 1, "line 4: expected error 'not registered' was not produced"),
        (TEXT + "// -----\n// expected-error@+2 {{not registered}}\n" + BROKEN, 0, ""),
        (TEXT + "// expected-remark {{remove-identity at I}}\n// -----\n" + BROKEN, 1, "line 8: unexpected error: a.mlir:8"),
    ],
)
def test_expected_diagnostics(text: str, status: int, message: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(file).write_text(text)
    assert main([file, "-p", "lpt-normalize", "--split-input-file", "--verify-diagnostics"]) == status
    assert message in capsys.readouterr().err


def test_without_expectations_errors_are_printed_and_the_next_input_is_read(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(file).write_text(f"{BROKEN}// -----\n{TEXT}")
    assert main([file, "--split-input-file", "--verify-diagnostics"]) == 0
    out = capsys.readouterr().out
    assert "not registered" in out and "nn.identity" in out
