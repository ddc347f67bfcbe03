"""What all tests share: `.mlir` files with RUN lines are FileCheck tests, run in process; `@pytest.mark.isa(name)`; fixed examples.

hypothesis draws the same examples in every run, so that a change fails on its own faults only; `--hypothesis-profile=explore` draws
new ones.
"""

from __future__ import annotations

import contextlib
import io
import shlex
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from filecheck.finput import FInput
from filecheck.matcher import Matcher
from filecheck.options import parse_argv_options
from filecheck.parser import Parser

from lpt.cli.opt import main as lpt_opt
from lpt.passes.rules import registering
from lpt.target import TARGETS, runs_here

RUN = "// RUN:"

hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("explore", derandomize=False, deadline=None)
hypothesis.settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files from what happens now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked isa(name) needs a processor that runs that target."""
    for item in items:
        for mark in item.iter_markers("isa"):
            if not runs_here(TARGETS[mark.args[0]]):
                item.add_marker(pytest.mark.skip(reason=f"this processor does not run {mark.args[0]}"))


@pytest.fixture(autouse=True)
def rules_of_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers, or names by its file, is unknown to the others."""
    monkeypatch.setattr(registering, "_registered", dict(registering._registered))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FileCheckFile | None:
    if file_path.suffix != ".mlir" or RUN not in file_path.read_text(encoding="utf-8"):
        return None
    file: FileCheckFile = FileCheckFile.from_parent(parent, path=file_path)
    return file


class FileCheckFile(pytest.File):
    """An .mlir file; each RUN line is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.startswith(RUN):
                item = FileCheckItem.from_parent(self, name=f"line{number}")
                item.command = line.removeprefix(RUN).strip()
                yield item


class FileCheckItem(pytest.Item):
    """One RUN line: `[not] lpt-opt %s … [2>&1] | filecheck %s …`. With `not`, lpt-opt must fail."""

    command: str

    def runtest(self) -> None:
        left, _, right = self.command.partition(" | ")
        program, check = (shlex.split(side.replace("%s", str(self.path))) for side in (left, right))
        fails = program[0] == "not"
        program = program[fails:]
        merged = "2>&1" in program
        if program[0] != "lpt-opt" or check[:1] != ["filecheck"]:
            raise FileCheckError(f"not `lpt-opt … | filecheck …`: {self.command}")
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out if merged else err):
            status = lpt_opt([argument for argument in program[1:] if argument != "2>&1"])
        if bool(status) != fails:
            raise FileCheckError(f"lpt-opt returned {status}\n{err.getvalue()}{out.getvalue() if merged else ''}")
        self._match(check, out.getvalue())

    def _match(self, check: list[str], text: str) -> None:
        options = parse_argv_options(list(check))
        message = io.StringIO()
        with contextlib.redirect_stderr(message):
            status = Matcher(options, FInput("lpt-opt", text), Parser.from_opts(options)).run()
        if status:
            raise FileCheckError(f"{message.getvalue()}\n{self.command}\n{text}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        return str(excinfo.value) if excinfo.errisinstance(FileCheckError) else str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.command}"


class FileCheckError(Exception):
    """A RUN line that does not hold."""
