"""A folder with the IR after each pass, and after each rewrite where asked for; each file loads again.

00-input.mlir  00-input.npz
01-lpt-normalize.mlir  01-lpt-normalize.npz
01-lpt-normalize/0001-remove-identity.mlir …  data.npz        with rewrites=True
journal.txt                                                   each rewrite and refusal, in order
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.dumps.dot import write_dot
from lpt.dumps.printing import ModulePrinter, Style
from lpt.errors import LptError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import PassRun, Refusal, Rewrite
from lpt.passes.pipeline import LptPass
from lpt.serialize import SHARED_DATA, append_data, digests_in, write_text

__all__ = ["DumpFolder"]

_NUMBERED = re.compile(r"\d\d+-[^/]*\.(?:mlir|npz|dot)")


class DumpFolder(Instrumentation):
    """Writes the module before the first pass, after each, and with `rewrites` after each rewrite that a pattern makes.

    `graphs` adds `NN-pass.dot` for Graphviz. Numbered files of an earlier run are removed. Raises LptError for a folder that cannot
    be made or written.
    """

    def __init__(self, folder: str | os.PathLike[str], *, rewrites: bool = False, graphs: bool = False, style: Style | None = None):
        self.folder, self.rewrites, self.graphs = Path(folder), rewrites, graphs
        self.printer = ModulePrinter(style or Style())
        self.count, self.rewritten = 0, 0
        self.last: Path | None = None
        self.last_digests: list[str] = []
        self.shared: set[str] = set()
        self.log: list[str] = []
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear()
        except OSError as error:
            raise _cannot("make the folder", self.folder, error) from error

    def _clear(self) -> None:
        for path in self.folder.iterdir():
            if _NUMBERED.fullmatch(path.name) and path.is_file():
                path.unlink()
            elif _NUMBERED.fullmatch(f"{path.name}.mlir") and path.is_dir():
                shutil.rmtree(path)

    def write_input(self, module: ModuleOp) -> None:
        """Write `00-input.mlir`, unless that is done."""
        if self.last is None:
            self._write(module, self.folder / "00-input.mlir")

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self.write_input(module)
        self.count += 1
        self.rewritten, self.shared = 0, set()

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        self._write(module, self.folder / f"{self._stem(p.name)}.mlir")
        self._write_log()

    def after_failed_pass(self, p: LptPass, module: ModuleOp, error: Exception) -> None:
        self.log.append(f"{self._stem(p.name)}: {error}")
        self._write_log()

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        self.rewritten += 1
        self.log.append(f"{self._stem(rewrite.pass_name)}/{self.rewritten:04d} {rewrite}")
        if self.rewrites and rewrite.whole:
            folder = self.folder / self._stem(rewrite.pass_name)
            self._write_rewrite(module, folder, folder / f"{self.rewritten:04d}-{rewrite.pattern}.mlir")

    def on_refusal(self, refusal: Refusal, op: Operation) -> None:
        self.log.append(f"{self._stem(refusal.pass_name)} refused {refusal}")

    def _stem(self, name: str) -> str:
        return f"{self.count:02d}-{name}"

    def _write(self, module: ModuleOp, path: Path) -> None:
        text = self.printer.text(module)
        digests = digests_in(text)
        try:
            if self.last is not None and digests and set(digests) == set(self.last_digests):
                path.with_suffix(".npz").hardlink_to(self.last.with_suffix(".npz"))
                path.write_text(text)
            else:
                write_text(text, path)
            if self.graphs:
                with path.with_suffix(".dot").open("w", encoding="utf-8") as stream:
                    write_dot(module, stream)
        except OSError as error:
            raise _cannot("write the dump", path, error) from error
        self.last, self.last_digests = path, digests

    def _write_rewrite(self, module: ModuleOp, folder: Path, path: Path) -> None:
        text = self.printer.text(module)
        try:
            folder.mkdir(exist_ok=True)
            if new := [digest for digest in digests_in(text) if digest not in self.shared]:
                append_data(new, folder / SHARED_DATA)
                self.shared.update(new)
            path.write_text(text)
        except OSError as error:
            raise _cannot("write the dump", path, error) from error

    def _write_log(self) -> None:
        (self.folder / "journal.txt").write_text("".join(f"{line}\n" for line in self.log))


def _cannot(what: str, path: Path, error: OSError) -> LptError:
    return LptError(f"cannot {what}: {error.strerror}", where=str(path), way_out="choose another folder")
