"""Markdown pages whose snippets run: each fence of a page in order, in one folder and one namespace.

docs/CONTRIBUTING.md has the conventions as its writers see them. `tests/house/test_pages.py` runs this project's pages; a package
of patterns can run its own the same way: `run_page(Path("README.md"), folder)`.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from lpt.data import bundled_model_path
from lpt.errors import LptError, ValidationError
from lpt.testing.commands import run_commands

__all__ = ["Fence", "fences", "matches", "run_page"]

LANGUAGES = frozenset(
    {"", "asm", "c", "css", "diff", "html", "json", "llvm", "mermaid", "mlir", "python", "sh", "text", "toml", "yaml"}
)
"""Languages of fences; any other is refused, so that nothing is left out by a misspelling."""

_FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
_NAMED = re.compile(r"`([\w./-]+\.\w+)`:$")
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Fence:
    """A fenced block: its text, the words behind its opening marks, the line of the page it starts on (1-based), and, where the
    paragraph before ends in a file name and a colon, that name."""

    text: str
    language: str
    words: tuple[str, ...]
    line: int
    file: str | None
    indent: int = 0

    @property
    def runs(self) -> bool:
        """Whether it is a block that is run where it stands."""
        return self.language in ("python", "sh") and self.file is None and "quote" not in self.words

    @property
    def is_output(self) -> bool:
        """Whether it shows what the block before it printed."""
        return "output" in self.words


def fences(text: str) -> list[Fence]:
    """All fenced blocks of a Markdown text. Raises ValidationError for one that never ends."""
    found: list[Fence] = []
    lines, number, paragraph = text.splitlines(), 0, ""
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            paragraph = lines[number].strip() or paragraph
            number += 1
            continue
        start, (indent, marks, info) = number, opening.groups()
        number += 1
        while number < len(lines) and lines[number].strip() != marks:
            number += 1
        if number == len(lines):
            raise ValidationError("a fence never ends", where=f"line {start + 1}")
        body = "".join(line.removeprefix(indent) + "\n" for line in lines[start + 1 : number])
        language, *words = info.split() or [""]
        named = _NAMED.search(paragraph)
        file = named[1] if named and not {"output", "quote"} & set(words) else None
        found.append(Fence(body, language, tuple(words), start + 1, file, len(indent)))
        paragraph, number = "", number + 1
    return found


def matches(shown: str, printed: str) -> str | None:
    """None if what is shown is what was printed, else the first line shown that was not, or the first printed beyond it.

    `…` within a line stands for any text, a line of `…` alone for any lines.
    """
    want, have = (_lines(text) for text in (shown, printed))
    place = 0
    while want:
        line, *want = want
        if line.strip() == _ELLIPSIS:
            if not want:
                return None
            place = next((at for at in range(place, len(have)) if _fits(want[0], have[at])), len(have))
            if place == len(have):
                return want[0]
        elif place < len(have) and _fits(line, have[place]):
            place += 1
        else:
            return line
    return None if place == len(have) else f"(not shown) {have[place]}"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n ").splitlines()]


def _fits(shown: str, printed: str) -> bool:
    return re.fullmatch(".*?".join(re.escape(part) for part in shown.split(_ELLIPSIS)), printed) is not None


def run_page(page: Path, folder: Path, text: str | None = None) -> list[str]:
    """Run a page's fences in `folder`, with the bundled model there as model.onnx; returns what each that ran has printed.

    `text` stands for the page's own. Files that it shows are written, Python runs in a module called `page`, what is shown as
    output is compared, whole modules of IR are parsed. Raises ValidationError with the page's line where one is not as shown.
    """
    read = fences(page.read_text(encoding="utf-8") if text is None else text)
    (folder / "model.onnx").write_bytes(bundled_model_path().read_bytes())
    outputs: list[str] = []
    last: str | None = None
    with _place(folder) as module:
        for fence in read:
            where = f"{page.name}:{fence.line}"
            _check(fence, where)
            if fence.is_output:
                _compare(fence, last, where)
            elif fence.file is not None:
                _write(fence, folder / fence.file)
            elif fence.runs:
                last = _run(fence, page, where, module)
                outputs.append(last)
                continue
            elif fence.language == "mlir" and fence.text.lstrip().startswith("builtin.module") and _ELLIPSIS not in fence.text:
                _parse(fence, where)
            last = None
    return outputs


def _check(fence: Fence, where: str) -> None:
    if fence.language not in LANGUAGES:
        raise ValidationError(f"unknown language {fence.language!r}", where=where, way_out=f"one of {', '.join(sorted(LANGUAGES))}")
    if unknown := set(fence.words) - {"output", "quote", "raises"}:
        raise ValidationError(f"unknown word {min(unknown)!r} behind the language", where=where, way_out="output, quote or raises")
    if fence.indent and fence.runs:
        raise ValidationError("an indented fence does not run", where=where, way_out="begin it at the line's start")


def _compare(fence: Fence, printed: str | None, where: str) -> None:
    if printed is None:
        raise ValidationError("nothing ran directly before this output", where=where)
    if (line := matches(fence.text, printed)) is not None:
        raise ValidationError(f"not as shown: {line}\n--- printed\n{printed}", where=where)


def _write(fence: Fence, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(fence.text, encoding="utf-8")
    importlib.invalidate_caches()


def _parse(fence: Fence, where: str) -> None:
    from lpt.serialize import parse

    try:
        parse(fence.text)
    except LptError as error:
        raise ValidationError(str(error), where=where) from error


def _run(fence: Fence, page: Path, where: str, module: ModuleType) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if fence.language == "sh":
            run_commands(fence.text, where)
        else:
            _run_python(fence, page, where, module)
    return out.getvalue()


def _run_python(fence: Fence, page: Path, where: str, module: ModuleType) -> None:
    """With the page's own line numbers, so that tracebacks and the source of what it defines are the page's."""
    code = compile("\n" * fence.line + fence.text, str(page.resolve()), "exec", dont_inherit=True)
    try:
        exec(code, module.__dict__)
    except (Exception, SystemExit) as error:
        if "raises" not in fence.words:
            raise ValidationError(f"{type(error).__name__}: {error}", where=where) from error
        print(f"{type(error).__name__}: {error}")
        return
    if "raises" in fence.words:
        raise ValidationError("it does not raise", where=where)


@contextlib.contextmanager
def _place(folder: Path) -> Iterator[ModuleType]:
    """The folder as working directory and first on the path, an empty module `page`; what is registered meanwhile is taken back."""
    modules, path = set(sys.modules), list(sys.path)
    module = ModuleType("page")
    sys.modules["page"] = module
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with contextlib.chdir(folder), _registries_kept():
            yield module
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "") or "").startswith(str(folder)) or name == "page":
                del sys.modules[name]
        importlib.invalidate_caches()


@contextlib.contextmanager
def _registries_kept() -> Iterator[None]:
    """All that packages can add to is as it was behind the block."""
    from lpt.codegen.isa import SEQUENCES
    from lpt.codegen.tiling import COSTS
    from lpt.dialects import interpreter
    from lpt.dialects import registry as dialects
    from lpt.dialects.semantics import activation
    from lpt.importers.onnx import table as onnx
    from lpt.importers.openvino import table as openvino
    from lpt.passes.rules import constraints, registering
    from lpt.target import TARGETS

    for load in (onnx.supported, openvino.supported, interpreter._load):
        load()  # ours are there before they are counted
    registries: list[dict[Any, Any]] = [registering._registered, registering._texts, constraints.CONSTRAINTS, constraints.REWRITES]
    registries += [dialects._registered, interpreter._meanings, activation._functions]
    registries += [onnx._table._entries, openvino._table._entries, TARGETS, SEQUENCES, COSTS]
    kept = [{key: list(value) if isinstance(value, list) else value for key, value in one.items()} for one in registries]
    try:
        yield
    finally:
        for registry, before in zip(registries, kept, strict=True):
            registry.clear()
            registry.update(before)
