"""Reference pages of the Python API: every public module, with each name of its `__all__`.

tests/house/test_public_api.py records the names and signatures.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from api_entries import Entry, entries
from markup import fence, prose, summary, table
from public_modules import MODULES


def pages() -> Iterator[tuple[str, str, str]]:
    """Path, title and text of the page of each public module."""
    for name in MODULES:
        yield f"reference/api/{name}.md", name, _page(name)


def _page(name: str) -> str:
    found = entries(name)
    module = importlib.import_module(name)
    parts = [f"# `{name}`", prose(module.__doc__)]
    parts.append(table(["name", "what it is"], [[f"[`{e.name}`](#{name}.{e.name})", summary(e.doc)] for e in found]))
    return "\n\n".join([*parts, *(_section(entry, name) for entry in found)])


def _section(entry: Entry, module: str) -> str:
    parts = [f"## `{entry.name}` {{ #{module}.{entry.name} }}", _declaration(entry), prose(entry.doc)]
    if entry.operation:
        parts.append(f"Operation `{entry.operation}`, {entry.place}")
    elif entry.place and entry.kind != "data":
        parts.append(entry.place)
    for member in entry.members:
        anchor = f"{{ #{module}.{entry.name}.{member.name} }}"
        parts += [f"### `{entry.name}.{member.name}` {anchor}", _declaration(member), prose(member.doc)]
    return "\n\n".join(part for part in parts if part)


def _declaration(entry: Entry) -> str:
    lead = {
        "class": "class ",
        "function": "def ",
        "method": "def ",
        "class method": "@classmethod\ndef ",
        "property": "@property\n",
    }
    lead["static method"] = "@staticmethod\ndef "
    text = f"{lead.get(entry.kind, '')}{entry.name}{entry.signature}"
    return fence(_wrapped(text), "python")


def _wrapped(text: str) -> str:
    """A long signature with a parameter a line."""
    if len(text) <= 100 or "(" not in text:
        return text
    head, rest = text.split("(", 1)
    depth, pieces, piece = 0, [], ""
    for at, sign in enumerate(rest):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            pieces.append(piece)
            return f"{head}(\n" + "".join(f"    {p.strip()},\n" for p in pieces if p.strip()) + rest[at:]
        if sign == "," and depth == 0:
            pieces.append(piece)
            piece = ""
        else:
            piece += sign
    return text
