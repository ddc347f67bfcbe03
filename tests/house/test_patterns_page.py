"""docs/patterns.md as a new user follows it: its files are written, its rule tested, packaged, found, traced and validated."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import lpt.cli.main
import lpt.cli.opt
from lpt.passes.rules import registering
from lpt.passes.rules.constraints import CONSTRAINTS, REWRITES

PROGRAMS = {"lpt-opt": lpt.cli.opt.main, "lpt": lpt.cli.main.main}
FILE = re.compile(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "patterns.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page's files, its package installed as pip would: the entry points of its pyproject.toml beside its module."""
    for name, text in FILE.findall(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    info = tmp_path / "lpt_power_of_two-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    entries = project["entry-points"]["lpt.patterns"]
    (info / "entry_points.txt").write_text("[lpt.patterns]\n" + "".join(f"{k} = {v}\n" for k, v in entries.items()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registering, "_registered", {})
    yield tmp_path
    sys.modules.pop("power_of_two", None)


def test_the_whole_takes_under_40_lines(folder: Path) -> None:
    names = ("power_of_two.py", "test_power_of_two.py", "pyproject.toml")
    lines = [line for name in names for line in (folder / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) < 40


def test_the_rules_own_test_passes(folder: Path) -> None:
    names: dict[str, object] = {}
    exec(compile((folder / "test_power_of_two.py").read_text(), "test_power_of_two.py", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        assert callable(test)
        test()


def test_commands(page: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for language, block in BLOCK.findall(page):
        for line in block.splitlines() if language == "sh" else ():
            program, *arguments = shlex.split(line)
            assert PROGRAMS[program](arguments) == 0, line
            outputs.append(capsys.readouterr().out)
    fused, traced, validated, pdl = outputs
    assert fused.count("lpt.requantize") == 1 and "nn.mul" not in fused
    assert traced in page
    assert "fuse-power-of-two  fuse-power-of-two" in validated and "rounds" in validated
    assert pdl.count("lpt.requantize") == 1


def test_the_trace_shown_is_the_trace_given(page: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "scaled.mlir").read_text().replace("0.5", "3.0")
    line = next(line for line in text.splitlines() if "qcast" in line)
    second = line.replace("%y", "%z").replace("%m", "%r").replace("_7", "_9")
    relu = f"    %r = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>\n{second}"
    (folder / "three.mlir").write_text(text.replace(line, f"{line}\n{relu}"))
    assert PROGRAMS["lpt"](["trace", "power_of_two.py:FusePowerOfTwo", "three.mlir"]) == 0
    assert capsys.readouterr().out in page


def test_python(page: str, folder: Path) -> None:
    names: dict[str, object] = {"__name__": "page"}
    for language, block in BLOCK.findall(page):
        if language == "python" and "def test_" not in block:
            exec(compile(block, "patterns.md", "exec"), names)


def test_all_constraints_are_named(page: str) -> None:
    ours = {name for name, function in {**CONSTRAINTS, **REWRITES}.items() if function.__module__.startswith("lpt.")}
    assert {name for name in ours if f"`{name}`" not in page} == set()
