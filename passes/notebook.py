"""What notebooks show of a pipeline: a table, as HTML without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpt.passes.pipeline import Pipeline

__all__ = ["html_table", "pipeline_html"]

_CELL = 'style="text-align: left; padding: 1px 12px 1px 0; vertical-align: top"'


def pipeline_html(pipeline: Pipeline) -> str:
    """A row per pass: its text with options, its claim, and what it does."""
    rows = [(str(i), str(p.spec()), p.exactness.value, p.summary()) for i, p in enumerate(pipeline)]
    return html_table(["", "pass", "exactness", "what it does"], rows)


def html_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts, which are escaped; without a first row if there are no heads."""
    head = "".join(f"<th {_CELL}>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if heads else ''}{body}</table>"
