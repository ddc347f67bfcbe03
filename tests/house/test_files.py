"""What every file of the checkout keeps to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXT = {".py", ".md", ".toml", ".mlir", ".txt", ".svg", ".json", ""}
PLACES = ("lpt", "dialects", "passes", "codegen", "tests", "docs", ".ci", "README.md", "pyproject.toml")
# A path into one machine: a root folder such as "home", not preceded by what would make it part of a longer path.
MACHINE_PATH = re.compile(rb"(?<![\w./)}\]>-])/(?:home|root|opt|work|tmp|mnt|Users)/[\w.]")


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    def walk() -> Iterator[Path]:
        for place in PLACES:
            path = root / place
            yield from [path] if path.is_file() else path.rglob("*")

    return [path for path in walk() if path.is_file() and "__pycache__" not in path.parts]


def test_the_pattern_itself() -> None:
    assert MACHINE_PATH.search(b"open('" + b"/" + b"home/someone/model.onnx')")
    assert not MACHINE_PATH.search(b"docs/work/plan, a/opt/b, https://site.org/home/page, and /dev/null")


def test_no_machine_paths(files: list[Path], root: Path) -> None:
    found = [str(path.relative_to(root)) for path in files if MACHINE_PATH.search(path.read_bytes())]
    assert found == []


def test_python_files_stay_under_500_lines(files: list[Path], root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): length
        for path in files
        if path.suffix == ".py" and (length := path.read_text().count("\n")) >= 500
    }
    assert lengths == {}


def test_text_is_utf8_and_ends_with_a_newline(files: list[Path], root: Path) -> None:
    ragged = [
        str(path.relative_to(root))
        for path in files
        if path.suffix in TEXT and (text := path.read_text(encoding="utf-8")) and not text.endswith("\n")
    ]
    assert ragged == []


def test_text_is_read_and_written_as_utf8_whatever_the_locale(modules: dict[str, Path]) -> None:
    unsaid = [
        f"{name}:{call.lineno}"
        for name, path in modules.items()
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("read_text", "write_text")
        if "encoding" not in {keyword.arg for keyword in call.keywords}
    ]
    assert unsaid == []


def test_links_are_relative(root: Path) -> None:
    links = {name: (root / "lpt" / name).readlink() for name in ("dialects", "passes", "codegen")}
    assert links == {name: Path("..") / name for name in links}


def test_links_in_the_docs_lead_somewhere(files: list[Path], root: Path) -> None:
    broken = []
    for page in (path for path in files if path.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(root)}: {target}")
    assert broken == []
