"""The public interface: every name that a public module exports is recorded, has a docstring of its own, and is in the reference.

A change of it is seen in review: `pytest tests/house/test_public_api.py --update-golden` writes public_api.txt anew.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lpt.testing.pages import fences

if TYPE_CHECKING:
    Entry = Any

GOLDEN = Path(__file__).with_name("public_api.txt")
SITE = Path(__file__).resolve().parents[2] / "docs" / "site"


@pytest.fixture(scope="module")
def public() -> Iterator[dict[str, list[Entry]]]:
    """Public module → its entries, read as the site's reference reads them."""
    sys.path.insert(0, str(SITE))
    try:
        modules, entries = (importlib.import_module(name) for name in ("public_modules", "api_entries"))
        yield {module: entries.entries(module) for module in modules.MODULES}
    finally:
        sys.path.remove(str(SITE))


@pytest.fixture(scope="module")
def reference(public: dict[str, list[Entry]]) -> dict[str, str]:
    """Path → Markdown of all generated pages."""
    return {page.path: page.text for page in importlib.import_module("reference").pages()}


def test_the_interface_is_as_recorded(public: dict[str, list[Entry]], pytestconfig: pytest.Config) -> None:
    text = "".join(
        f"{module}\n" + "".join(f"{line}\n" for e in entries for line in e.lines()) for module, entries in public.items()
    )
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_name_has_a_docstring_of_its_own(public: dict[str, list[Entry]]) -> None:
    bare = [f"{module}.{entry.name}" for module, entries in public.items() for entry in entries if not entry.doc]
    bare += [
        f"{module}.{entry.name}.{member.name}"
        for module, entries in public.items()
        for entry in entries
        for member in entry.members
        if not member.doc and not member.overrides
    ]
    assert bare == []


def test_every_name_is_in_the_reference(public: dict[str, list[Entry]], reference: dict[str, str]) -> None:
    missing = [
        f"{module}.{entry.name}"
        for module, entries in public.items()
        for entry in entries
        if f"{{ #{module}.{entry.name} }}" not in reference[f"reference/api/{module}.md"]
    ]
    assert missing == []


def test_every_operation_pass_command_and_target_is_in_the_reference(reference: dict[str, str]) -> None:
    from lpt.cli.main import make_parser
    from lpt.dialects.registry import DIALECTS
    from lpt.passes.registry import PASSES, PRESETS
    from lpt.passes.rules.constraints import CONSTRAINTS, REWRITES
    from lpt.target import TARGETS

    ours = [dialect for dialect in DIALECTS if dialect.name not in ("builtin", "func")]
    for dialect in ours:
        page = reference[f"reference/dialects/{dialect.name}.md"]
        assert [op.name for op in dialect.operations if f"{{ #{op.name} }}" not in page] == []
    assert {f"reference/passes/{name}.md" for name in PASSES} <= set(reference)
    assert [name for name in PRESETS if f'id="{name}"' not in reference["reference/passes/index.md"]] == []
    commands = make_parser()._subparsers
    assert commands is not None
    (action,) = commands._group_actions
    assert action.choices is not None
    assert [name for name in action.choices if f"{{ #{name} }}" not in reference["reference/cli/lpt.md"]] == []
    assert [name for name in TARGETS if f'id="{name}"' not in reference["reference/targets.md"]] == []
    assert [name for name in {**CONSTRAINTS, **REWRITES} if f'id="{name}"' not in reference["reference/constraints.md"]] == []


def test_every_operation_and_pattern_is_described(reference: dict[str, str]) -> None:
    """A heading that is followed by a table or another heading has no text: its docstring is missing."""
    bare = [
        block.splitlines()[0]
        for path, text in reference.items()
        if path.startswith(("reference/dialects", "reference/passes"))
        for block in text.split("\n### ")[1:]
        if block.partition("\n")[2].lstrip()[:1] in ("", "|", "#", "?")
        or block.partition("\n\n")[2].startswith(("Looks at", "Class "))
    ]
    assert bare == []


def test_a_docstring_that_is_inherited_does_not_count() -> None:
    sys.path.insert(0, str(SITE))
    try:
        entries = importlib.import_module("api_entries")
    finally:
        sys.path.remove(str(SITE))
    (error,) = [entry for entry in entries.entries("lpt.errors") if entry.name == "RunError"]
    assert error.doc
    assert entries._own_doc(type("Bare", (Exception,), {})) is None


def test_every_module_that_pages_import_from_is_public(root: Path, public: dict[str, list[Entry]]) -> None:
    """What a page shows is what users write: it may only use public modules, and exported names."""
    from lpt.passes.registry import PASSES

    names = {*public, *(f"{module}.{entry.name}" for module, entries in public.items() for entry in entries)}
    names |= {home.replace(":", ".") for home in PASSES.values()}
    private: set[str] = set()
    for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        known = {f"{page.name}: {name}" for name in names}
        for fence in fences(page.read_text(encoding="utf-8")):
            if fence.language != "python" or "quote" in fence.words:
                continue
            for node in ast.walk(ast.parse(fence.text)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lpt"):
                    private |= {f"{page.name}: {node.module}.{alias.name}" for alias in node.names} - known
    assert private == set()


def exists(dotted: str) -> bool:
    """Whether a name such as lpt.Pipeline.run can be imported, fields of dataclasses among them."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        try:
            value: object = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            if part in getattr(value, "__dataclass_fields__", ()):
                return True
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def test_names_in_the_text_of_pages_exist(root: Path, modules: dict[str, Path]) -> None:
    """`lpt.…` in code spans: what can be imported, or what IR is full of: operations, attributes."""
    assert exists("lpt.Pipeline.insert_after") and exists("lpt.target.Target.features") and not exists("lpt.Pipelin")
    code = "".join(path.read_text(encoding="utf-8") for path in modules.values())
    wrong = []
    for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        names = {match[0] for span in re.findall(r"`([^`\n]+)`", prose) if (match := re.match(r"lpt(\.\w+)+", span))}
        wrong += [f"{page.name}: {name}" for name in sorted(names) if not exists(name) and f'"{name}"' not in code]
    assert wrong == []
