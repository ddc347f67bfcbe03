"""`--verify-diagnostics`: errors that a file expects, as comments say where.

%y = nn.relu %x : …    // expected-error {{no such value}}
// expected-error@below {{the next line}}, @above, @+2, @-1
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXPECTED = re.compile(r"//\s*expected-(?P<kind>error|remark)\s*(?:@(?P<at>[+-]\d+|above|below))?\s*\{\{(?P<text>.*?)\}\}")


@dataclass(frozen=True)
class Diagnostic:
    """A message. `line` of the file counts from 1; None if the message names none."""

    kind: str
    text: str
    line: int | None = None


def expected_in(text: str, offset: int = 0) -> list[Diagnostic]:
    """What a text expects; its first line is number `offset` + 1."""
    found = []
    for number, line in enumerate(text.splitlines(), offset + 1):
        for match in _EXPECTED.finditer(line):
            at = {"above": -1, "below": 1, None: 0}.get(match["at"])
            found.append(Diagnostic(match["kind"], match["text"], number + (int(match["at"]) if at is None else at)))
    return found


def mismatches(expected: list[Diagnostic], produced: list[Diagnostic]) -> list[str]:
    """A line for each diagnostic expected and not produced, and each error that was not expected."""
    missing = [f"line {e.line}: expected {e.kind} {e.text!r} was not produced" for e in expected if not _any(e, produced)]
    unexpected = [p for p in produced if p.kind == "error" and not any(_any(e, [p]) for e in expected)]
    return missing + [f"{f'line {p.line}: ' if p.line else ''}unexpected error: {p.text}" for p in unexpected]


def _any(expected: Diagnostic, produced: list[Diagnostic]) -> bool:
    return any(p.kind == expected.kind and expected.text in p.text and p.line in (None, expected.line) for p in produced)
