"""Reference pages of passes and presets: what each does, claims, needs and takes, and its patterns with their source lines."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from typing import get_type_hints

from markup import escape, fence, prose, source, summary, table
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.passes.conditions import CONDITIONS
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass, Pipeline
from lpt.passes.registry import PASSES, PRESETS, get_pass


def pages() -> Iterator[tuple[str, str, str]]:
    """Path, title and text: the list of all, then a page for each pass."""
    yield "reference/passes/index.md", "Passes and presets", _index()
    for name in PASSES:
        yield f"reference/passes/{name}.md", name, _page(name, get_pass(name))


def stage(name: str) -> str:
    """The stage of a pass: the folder of its file."""
    return PASSES[name].split(".")[2]


def _index() -> str:
    rows = [
        [f"[`{name}`]({name}.md)", stage(name), get_pass(name).exactness.value, summary(get_pass(name).__doc__)] for name in PASSES
    ]
    presets = [[f'<span id="{name}"></span>`{name}`', ", ".join(f"`{part}`" for part in parts)] for name, parts in PRESETS.items()]
    claims = "\n".join(f"- **{claim.value}**: {text}" for claim, text in _claims().items())
    conditions = [[f'<span id="{name}"></span>`{name}`', escape(condition.way_out or "")] for name, condition in CONDITIONS.items()]
    return "\n\n".join(
        [
            "# Passes and presets",
            '`lpt-opt FILE -p NAME` and `lpt.Pipeline("NAME")` run them; `lpt-opt --help-pass NAME` prints what these pages say.',
            table(["pass", "stage", "exactness", "what it does"], rows),
            "## Exactness",
            claims,
            "## Presets",
            table(["preset", "stands for"], presets),
            "## Conditions",
            "What passes require before and ensure behind them; a pipeline checks both.",
            table(["condition", "where it does not hold"], conditions),
        ]
    )


def _claims() -> dict[Exactness, str]:
    lines = inspect.getsource(Exactness).split('"""')[1:]
    texts = [" ".join(text.split()) for text in lines[::2]][1:]
    return dict(zip(Exactness, texts, strict=True))


def _page(name: str, found: type[LptPass]) -> str:
    module = importlib.import_module(found.__module__)
    first = inspect.cleandoc(found.__doc__ or "")
    told = inspect.cleandoc(module.__doc__ or "")
    parts = [f"# `{name}`", "" if told.startswith(first) else prose(first), prose(told)]
    parts.append(table(["", ""], list(_facts(name, found))))
    if options := list(_options(found)):
        parts += ["## Options", table(["option", "type", "default"], options)]
    if patterns := patterns_of(found):
        parts += ["## Patterns", "In the order in which they are tried on an operation; greater benefit goes first."]
        parts += [_pattern(pattern) for pattern in patterns]
    return "\n\n".join(part for part in parts if part)


def _facts(name: str, found: type[LptPass]) -> Iterator[list[str]]:
    bounded = found.exactness in (Exactness.REAL, Exactness.ROUNDS)
    yield ["exactness", f"**{found.exactness.value}**" + (f", bound {found.bound:.3g} · Σ&#124;terms&#124;" if bounded else "")]
    for verb in ("requires", "ensures"):
        if names := getattr(found, verb):
            yield [verb, ", ".join(f"`{condition}`" for condition in names)]
    presets = [preset for preset in PRESETS if name in Pipeline(preset).names]
    yield ["in presets", ", ".join(f"[`{preset}`](index.md#{preset})" for preset in presets) or "none"]
    yield ["source", f"{source(found)}, class `{found.__name__}`"]


def _options(found: type[LptPass]) -> Iterator[list[str]]:
    hints = get_type_hints(found)
    for field in dataclasses.fields(found):
        if field.init:
            kind = hints[field.name]
            default = "required" if field.default is dataclasses.MISSING else f"`{field.default!r}`"
            yield [f"`{field.name}`", f"`{kind.__name__ if isinstance(kind, type) else kind}`", default]


def patterns_of(found: type[LptPass]) -> list[Pattern]:
    """The patterns that the pass drives, by falling benefit; none where options are required or it is no pattern pass."""
    if found.required_fields():
        return []
    return sorted(found().patterns(ModuleOp([])), key=lambda pattern: -pattern.benefit)


def _pattern(pattern: Pattern) -> str:
    kind = type(pattern)
    classes = pattern.matches if isinstance(pattern.matches, tuple) else (pattern.matches,)
    named = [f"`{getattr(op, 'name', '') or op.__name__}`" for op in classes]
    looked = "any operation" if classes == (Operation,) else ", ".join(named)
    facts = f"Looks at {looked}; benefit {pattern.benefit}; {source(kind)}"
    code = fence(inspect.getsource(kind), "python")
    body = "\n".join(f"    {line}" if line else "" for line in code.splitlines())
    return f'### `{pattern.name}`\n\n{prose(kind.__doc__)}\n\n{facts}\n\n??? quote "`{kind.__name__}`"\n\n{body}'
