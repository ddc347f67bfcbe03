"""The generated reference: all its pages, and their order. Nothing of it is written by hand or kept in a file."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import api_pages
import command_pages
import dialect_pages
import pass_pages
from markup import summary, table
from public_modules import MODULES

from lpt.passes.registry import PASSES
from lpt.passes.rules.constraints import CONSTRAINTS, REWRITES
from lpt.target import TARGETS


@dataclass(frozen=True)
class ReferencePage:
    """A generated page: where it stands, its title in the navigation, its Markdown."""

    path: str
    title: str
    text: str


def pages() -> Iterator[ReferencePage]:
    """All pages of the reference."""
    for path, title, text in (
        ("reference/index.md", "Overview", _index()),
        *dialect_pages.pages(),
        *pass_pages.pages(),
        *command_pages.pages(),
        ("reference/targets.md", "Targets", _targets()),
        ("reference/constraints.md", "Constraints of PDL patterns", _constraints()),
        *api_pages.pages(),
    ):
        yield ReferencePage(path, title, text)


_GROUPS = {
    "Rules, tests, validation": ("lpt.rules", "lpt.testing", "lpt.validating", "lpt.checking", "lpt.reducing", "lpt.reproducing"),
    "Dumps": ("lpt.dumps",),
    "Passes": ("lpt.passes",),
    "Dialects": ("lpt.dialects",),
    "Importers, code generation": ("lpt.importers", "lpt.codegen"),
}
"""Part of the navigation → how the modules in it begin."""


def navigation() -> list[object]:
    """The reference's part of the navigation."""
    by_stage: dict[str, list[object]] = {}
    for name in PASSES:
        by_stage.setdefault(pass_pages.stage(name), []).append({name: f"reference/passes/{name}.md"})
    python: dict[str, list[object]] = {}
    for name in MODULES:
        group = next((title for title, prefixes in _GROUPS.items() if name.startswith(prefixes)), "Use")
        python.setdefault(group, []).append({name: f"reference/api/{name}.md"})
    return [
        "reference/index.md",
        {"Dialects": [{title: path} for path, title, _ in dialect_pages.pages()]},
        {"Passes": ["reference/passes/index.md", *({stage: pages} for stage, pages in by_stage.items())]},
        {"Command line": [{name: f"reference/cli/{name}.md"} for name in ("lpt", "lpt-opt", "lpt-gui")]},
        {"Targets": "reference/targets.md"},
        {"Constraints of PDL patterns": "reference/constraints.md"},
        {"Python": [{group: entries} for group, entries in python.items()]},
    ]


def _index() -> str:
    rows = [[f"[`{name}`](api/{name}.md)", text] for name, text in MODULES.items()]
    dialects = [[f"[`{title}`](dialects/{title}.md)", summary(text.split("\n\n")[1])] for _, title, text in dialect_pages.pages()]
    return "\n\n".join(
        [
            "# Reference",
            "Generated from the code: definitions of operations and passes, parsers of the commands, signatures and docstrings.",
            "## Dialects",
            table(["dialect", "what it holds"], dialects),
            "## Passes, commands, targets",
            "- [Passes and presets](passes/index.md), each with its exactness, options and patterns\n"
            "- [`lpt`](cli/lpt.md), [`lpt-opt`](cli/lpt-opt.md), [`lpt-gui`](cli/lpt-gui.md)\n"
            "- [Targets](targets.md)\n"
            "- [Constraints of PDL patterns](constraints.md)",
            "## Python",
            "What these modules export is public; everything else may change without notice.",
            table(["module", "what one finds there"], rows),
        ]
    )


def _targets() -> str:
    rows = [
        [f'<span id="{t.name}"></span>`{t.name}`', str(t.vector_bits), str(t.registers), ", ".join(f"`{dot}`" for dot in t.dots),
         "yes" if t.fma else "no", " ".join(t.features)]
        for t in TARGETS.values()
    ]  # fmt: skip
    return "\n\n".join(
        [
            "# Targets",
            "`native` is the best of these that the processor runs. Data: `lpt.target.TARGETS`.",
            table(["target", "bits", "registers", "8-bit dot products, in order of preference", "FMA", "LLVM features"], rows),
        ]
    )


def _constraints() -> str:
    parts = [
        "# Constraints of PDL patterns",
        "For `pdl.apply_native_constraint` and `pdl.apply_native_rewrite` ([how](../patterns.md#in-pdl)).",
    ]
    for title, functions in (("Constraints", CONSTRAINTS), ("Rewrites", REWRITES)):
        rows = [[f'<span id="{name}"></span>`{name}{_arguments(f)}`', summary(f.__doc__)] for name, f in sorted(functions.items())]
        parts += [f"## {title}", table(["", "holds where" if functions is CONSTRAINTS else "gives"], rows)]
    return "\n\n".join(parts)


def _arguments(function: object) -> str:
    return f"({', '.join(inspect.signature(function).parameters)})"  # type: ignore[arg-type]
