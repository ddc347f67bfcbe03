"""Notebooks as pages: each cell is run while the site is built, and shown with what it prints and displays."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import tempfile
from pathlib import Path
from types import ModuleType

from markup import fence

import lpt

DISPLAYED: dict[str, str] = {}
"""What stands for an object in a page's Markdown → its HTML, put there when the page is written: it is not to be searched."""


def page(notebook: Path) -> str:
    """A notebook as Markdown, with each cell's output behind it; objects are shown as Jupyter shows them, by `_repr_html_`."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    names = ModuleType("notebook_page").__dict__
    parts: list[str] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for cell in cells:
            source = "".join(cell["source"])
            parts += [source] if cell["cell_type"] == "markdown" else [fence(source, "python"), *_outputs(source, names)]
    first, *others = parts
    link = f"The same as a notebook: [{notebook.name}]({notebook.name})."
    return "\n\n".join([first, link, *others])


def _outputs(source: str, names: dict[str, object]) -> list[str]:
    """What a cell prints, and the value of its last expression. Raises what the cell raises."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    text = printed.getvalue()
    if value is not None and not hasattr(value, "_repr_html_"):
        text += f"{value!r}\n"
    found = [fence(_without_folder(text), "text")] if text else []
    if value is not None and hasattr(value, "_repr_html_"):
        mark = f'<div class="output" id="output-{len(DISPLAYED)}"></div>'
        DISPLAYED[mark] = mark.replace("></div>", f">{_without_folder(value._repr_html_())}</div>")
        found.append(mark)
    return found


def _without_folder(text: str) -> str:
    """Text without the folder in which this machine has the package."""
    return text.replace(f"{Path(lpt.__file__).parents[1]}/", "")
