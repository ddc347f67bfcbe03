"""What notebooks show of models: HTML without scripts, that any reader of notebooks keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from lpt.dialects.interpreter import main_function
from lpt.dumps.drawing import COLOURS, following_from_constants, type_text
from lpt.passes.notebook import html_table
from lpt.report.graph import HEIGHT, Catalogue, Picture, Record, width_of
from lpt.report.layout import simplified

if TYPE_CHECKING:
    from lpt.model import Model

MOST_DRAWN = 1000
"""Nodes: a larger graph is counted, not drawn."""


def model_html(model: Model) -> str:
    """Source, interface, operations by number, and the graph with operations coloured by what they compute on."""
    ports = [("inputs", model.inputs), ("outputs", model.outputs)]
    facts = [(key, ", ".join(f"{name}: {type_text(type_)}" for name, type_ in named.items())) for key, named in ports]
    block = main_function(model.module).body.block
    fixed = following_from_constants(block)
    counts = Counter(op.name for op in block.ops if op not in fixed and op.name != "func.return")
    facts.append(("operations", ", ".join(f"{count} {name}" for name, count in counts.most_common())))
    title = f"<p><b>{escape(model.source)}</b></p>"
    if counts.total() > MOST_DRAWN:
        return title + html_table([], facts) + f"<p>{counts.total()} operations: <code>lpt.Report.of(model)</code> draws them.</p>"
    catalogue = Catalogue()
    return title + html_table([], facts) + _scrolling(svg(catalogue.picture(model.module), catalogue.versions))


def svg(picture: Picture, versions: Sequence[Record]) -> str:
    """A picture as an SVG element: its title of a node says its types."""
    layout = picture.layout
    size = f'width="{layout.width:.0f}" height="{layout.height:.0f}" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}"'
    style = 'style="background: #fff" font-family="sans-serif" font-size="11"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style} role="img" aria-label="graph of the model">']
    parts += _edges(picture)
    parts += (_node(versions[number], x, y) for number, x, y in zip(picture.nodes, layout.x, layout.y, strict=True))
    return "".join([*parts, "</svg>"])


def _edges(picture: Picture) -> Iterator[str]:
    x, y = picture.layout.x, picture.layout.y
    for begin, end in picture.edges:
        bends = picture.layout.bends.get((begin, end), [])
        points = simplified([(x[begin], y[begin] + HEIGHT / 2), *bends, (x[end], y[end] - HEIGHT / 2)])
        yield f'<polyline fill="none" stroke="#888" points="{" ".join(f"{a:.0f},{b:.0f}" for a, b in points)}"/>'


def _node(version: Record, x: float, y: float) -> str:
    width, kind = width_of(version), version["kind"]
    title = "\n".join([version["op"], version["place"], *version["results"]])
    name = f"{version['op']}  {version['precision']}".strip()
    texts = _text(x, y - 5, "#000", _cut(name, width)) + _text(x, y + 12, "#444", _cut(version["place"], width))
    box = f'x="{x - width / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{width:.0f}" height="{HEIGHT}" rx="6"'
    border = 2 if kind == "integer" else 1
    return f'<g><title>{escape(title)}</title><rect {box} fill="{COLOURS[kind]}" stroke="#444" stroke-width="{border}"/>{texts}</g>'


def _text(x: float, y: float, fill: str, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" fill="{fill}">{escape(text)}</text>'


def _cut(text: str, width: float) -> str:
    """Its end, where it does not fit: names of nodes differ there."""
    letters = int((width - 16) / 6.4)
    return text if len(text) <= letters else "…" + text[-letters:]


def _scrolling(content: str) -> str:
    return f'<div style="max-height: 480px; overflow: auto; border: 1px solid #8886">{content}</div>'


__all__ = ["MOST_DRAWN", "model_html", "svg"]
