"""docs/patterns.md beyond its snippets (`test_pages.py` runs those): its promise of brevity, the trace it shows, what it lists."""

from __future__ import annotations

from pathlib import Path

import pytest

import lpt.cli.main
from lpt.passes.rules.constraints import CONSTRAINTS, REWRITES
from lpt.testing.pages import fences


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "patterns.md").read_text(encoding="utf-8")


@pytest.fixture
def files(page: str) -> dict[str, str]:
    return {fence.file: fence.text for fence in fences(page) if fence.file is not None}


def test_the_whole_takes_under_40_lines(files: dict[str, str]) -> None:
    names = ("power_of_two.py", "test_power_of_two.py", "pyproject.toml")
    assert sum(1 for name in names for line in files[name].splitlines() if line.strip()) < 40


def test_the_trace_shown_is_the_trace_given(
    page: str, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = files["scaled.mlir"].replace("0.5", "3.0")
    line = next(line for line in text.splitlines() if "qcast" in line)
    second = line.replace("%y", "%z").replace("%m", "%r").replace("_7", "_9")
    relu = f"    %r = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>\n{second}"
    Path("three.mlir").write_text(text.replace(line, f"{line}\n{relu}"))
    Path("power_of_two.py").write_text(files["power_of_two.py"])
    assert lpt.cli.main.main(["trace", "power_of_two.py:FusePowerOfTwo", "three.mlir"]) == 0
    assert capsys.readouterr().out in page


def test_all_constraints_are_named(page: str) -> None:
    ours = {name for name, function in {**CONSTRAINTS, **REWRITES}.items() if function.__module__.startswith("lpt.")}
    assert {name for name in ours if f"`{name}`" not in page} == set()
