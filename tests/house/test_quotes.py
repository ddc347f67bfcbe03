"""What pages quote of the code stands there: a fence `python quote` behind a paragraph that ends in `` `path`: ``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

QUOTE = re.compile(r"`([\w./-]+)`:\n\n```\w+ quote\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = sorted((Path(__file__).parents[2] / "docs").glob("*.md"))
QUOTING = [page for page in PAGES if "```python quote" in page.read_text(encoding="utf-8")]


def missing(quote: str, text: str) -> str | None:
    """The first part of a quote that does not follow the one before in `text`, in whole lines; `…` on a line skips some."""
    text = f"\n{text}"
    for part in re.split(r"^ *…\n", quote, flags=re.MULTILINE):
        _, found, text = text.partition(f"\n{part}")
        if not found:
            return part
        text = f"\n{text}"
    return None


@pytest.mark.parametrize("page", QUOTING, ids=lambda page: page.stem)
def test_quotes_are_true(page: Path, root: Path) -> None:
    text = page.read_text(encoding="utf-8")
    quotes = QUOTE.findall(text)
    assert len(quotes) == text.count(" quote\n"), "a quote names no file in the paragraph before it"
    for path, quote in quotes:
        part = missing(quote, (root / path).read_text(encoding="utf-8"))
        assert part is None, f"{page.name}: {path} has no\n{part}"


def test_some_pages_quote() -> None:
    assert QUOTING


@pytest.mark.parametrize(
    ("quote", "part"), [("b\nc\n", None), ("a\n…\nc\n", None), ("c\n…\na\n", "a\n"), ("x\n", "x\n"), (" b\n", " b\n")]
)
def test_what_is_missing(quote: str, part: str | None) -> None:
    assert missing(quote, "a\nb\nc\nd\n") == part
