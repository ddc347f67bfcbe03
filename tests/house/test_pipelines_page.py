"""docs/pipelines.md: its Python snippets run in order, and its commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import lpt.cli.main
import lpt.cli.opt
from lpt.data import bundled_model_path

PROGRAMS = {"lpt-opt": lpt.cli.opt.main, "lpt": lpt.cli.main.main}


def blocks(root: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (root / "docs" / "pipelines.md").read_text(), re.DOTALL)


def test_python(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(root, "python"):
        exec(compile(block, "pipelines.md", "exec"), names)


def test_commands(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with the bundled model as model.onnx; commands find what earlier ones wrote."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.onnx").write_bytes(bundled_model_path().read_bytes())
    for block in blocks(root, "sh"):
        for line in block.splitlines():
            program, *arguments = shlex.split(line, comments=True)
            try:
                status = PROGRAMS[program](arguments)
            except SystemExit as leave:
                status = int(leave.code or 0)
            assert status == 0, line
