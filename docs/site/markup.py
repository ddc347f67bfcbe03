"""Docstrings and code as Markdown."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def escape(text: str) -> str:
    """Text whose signs Markdown and HTML would read, outside of code spans."""
    pieces, last = [], 0
    for span in _SPAN.finditer(text):
        pieces += [_plain(text[last : span.start()]), span[0]]
        last = span.end()
    return "".join([*pieces, _plain(text[last:])])


def _plain(text: str) -> str:
    return re.sub(r"([*_\[\]])", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def prose(doc: str | None) -> str:
    """A docstring as Markdown: paragraphs, with blocks indented by four as code, and lists."""
    blocks: list[str] = []
    for block in filter(None, re.split(r"\n\s*\n", inspect.cleandoc(doc or ""))):
        if all(line.startswith("    ") for line in block.splitlines()):
            blocks.append(_code(block))
        elif _is_head_of_code(block):
            head, code = _head_and_code(block)
            blocks += [escape(head), _code(code)]
        else:
            blocks.append(escape(re.sub(r"(?<=[^\n])\n(?=[-*] )", "\n\n", block, count=1)))
    return "\n\n".join(blocks)


def _code(block: str) -> str:
    """An indented block as a fence: IR, Python, or neither."""
    text = inspect.cleandoc(f"\n{block}")
    return fence(text, "mlir" if re.search(r"%\w+ = |\b(nn|quant)\.", text) else "python" if _is_python(text) else "text")


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _is_head_of_code(block: str) -> bool:
    first, *rest = block.splitlines()
    return bool(rest) and not first.startswith((" ", "- ")) and rest[-1].startswith("    ")


def _head_and_code(block: str) -> tuple[str, str]:
    lines = block.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("    "))
    return "\n".join(lines[:at]), "\n".join(lines[at:])


def summary(doc: str | None) -> str:
    """The first sentence or line of a docstring, on one line."""
    first = inspect.cleandoc(doc or "").split("\n\n")[0].replace("\n", " ")
    end = re.search(r"(?<=[\w`)])[.:](?= [A-Z]|$)", first)
    return escape(first[: end.start()] if end else first)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown, in which bars are kept from ending them."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def fence(code: str, language: str) -> str:
    """A fenced block."""
    return f"```{language}\n{code.rstrip()}\n```"


def source(thing: object) -> str:
    """`file:line` of a class, function or module, from the checkout's root, through no link."""
    found = inspect.unwrap(thing) if callable(thing) else thing
    file = Path(inspect.getsourcefile(found) or "").resolve()  # type: ignore[arg-type]
    line = 1 if inspect.ismodule(found) else inspect.getsourcelines(found)[1]  # type: ignore[arg-type]
    return f"{relative(file)}:{line}"


def relative(file: Path) -> str:
    """A file of the package from the checkout's root, wherever the package was imported from."""
    if file.is_relative_to(ROOT):
        return file.relative_to(ROOT).as_posix()
    parts = file.parts[len(file.parts) - 1 - file.parts[::-1].index("lpt") :] if "lpt" in file.parts else file.parts[-1:]
    inner = parts[1:] if parts[1:] and parts[1] in ("dialects", "passes", "codegen") else parts
    return "/".join(inner)
