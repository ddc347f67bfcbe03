"""The page of `lpt report`: one file of HTML that needs nothing but a browser.

`render` puts the data, the style sheets and the scripts of this folder into `page.html`. There is no library and no build step: the
scripts are read in the order of `SCRIPTS` and share one function's scope.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files

__all__ = ["render"]

STYLES = ("palette.css", "layout.css", "graph.css", "panels.css", "tables.css", "rewrites.css")
SCRIPTS = (
    "dom.js",
    "data.js",
    "changes.js",
    "state.js",
    "palette.js",
    "view.js",
    "nodes.js",
    "scene.js",
    "minimap.js",
    "tip.js",
    "pointer.js",
    "keyboard.js",
    "stages.js",
    "table.js",
    "chart.js",
    "diff.js",
    "altered.js",
    "overview.js",
    "rewrites.js",
    "reasons.js",
    "roofline.js",
    "kernels.js",
    "drift.js",
    "operation.js",
    "search.js",
    "frame.js",
    "main.js",
)


def render(data: Mapping[str, object]) -> str:
    """The whole page as text, to be written as UTF-8. `data` is what `lpt.report` gathers about a model, as JSON can hold it.

    No text of `data` becomes markup: the title is escaped, and JSON has `<` as an escape, so that no name ends the script.
    Raises ValueError for infinities and NaN, which JSON has no words for.
    """
    model = data["model"]
    name = str(model["name"]) if isinstance(model, Mapping) else ""
    parts = {
        "title": html.escape(f"{name} · lpt report"),
        "style": "\n".join(map(_asset, STYLES)),
        "script": "\n".join(map(_asset, SCRIPTS)),
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda slot: parts[slot[1]], _asset("page.html"))


def _asset(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
