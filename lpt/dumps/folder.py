"""A folder with the IR after each pass, and after each rewrite where asked for; each file loads again.

00-input.mlir  00-input.npz
01-lpt-normalize.mlir  01-lpt-normalize.npz
01-lpt-normalize/0001-remove-identity.mlir …  data.npz        with rewrites=True
journal.txt                                                   each rewrite and refusal, in order

All .npz are one file under many names (hard links), which grows: the weights of a network are many times its text.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.dumps.dot import write_dot
from lpt.dumps.printing import ModulePrinter, Style
from lpt.errors import LptError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import PassRun, Refusal, Rewrite
from lpt.passes.pipeline import LptPass
from lpt.serialize import SHARED_DATA, append_data, digests_in

__all__ = ["DumpFolder"]

LOG = "journal.txt"

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
        self.data: Path | None = None
        self.held: set[str] = set()
        self.begun = False
        self.log: list[str] = []
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _clear(self.folder)
        except OSError as error:
            raise _cannot("make the folder", self.folder, error) from error

    def write_input(self, module: ModuleOp) -> None:
        """Write `00-input.mlir`, unless that is done."""
        if not self.begun:
            self._write(module, self.folder / "00-input.mlir")

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self.write_input(module)
        self.count += 1
        self.rewritten = 0

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
        self.begun = True
        try:
            self._write_text(module, path, path.with_suffix(".npz"))
            if self.graphs:
                with path.with_suffix(".dot").open("w", encoding="utf-8") as stream:
                    write_dot(module, stream)
        except OSError as error:
            raise _cannot("write the dump", path, error) from error

    def _write_rewrite(self, module: ModuleOp, folder: Path, path: Path) -> None:
        try:
            folder.mkdir(exist_ok=True)
            self._write_text(module, path, folder / SHARED_DATA)
        except OSError as error:
            raise _cannot("write the dump", path, error) from error

    def _write_text(self, module: ModuleOp, path: Path, data: Path) -> None:
        """A module's text, and before it its data, where they are not in the file that all have."""
        text = self.printer.text(module)
        digests = digests_in(text)
        if new := [digest for digest in digests if digest not in self.held]:
            append_data(new, self.data or data)
            self.data = self.data or data
            self.held.update(new)
        if digests and self.data is not None and not data.exists():
            data.hardlink_to(self.data)
        path.write_text(text, encoding="utf-8")

    def _write_log(self) -> None:
        (self.folder / LOG).write_text("".join(f"{line}\n" for line in self.log), encoding="utf-8")


def _clear(folder: Path, *, nested: bool = False) -> None:
    """Remove what an earlier run wrote, and nothing else: the folder may be one that the user keeps other things in."""
    written = [path for path in folder.iterdir() if _NUMBERED.fullmatch(path.name) and path.is_file()]
    beside = [path for name in (SHARED_DATA, LOG) if (path := folder / name).is_file()]
    if nested and (written or set(folder.iterdir()) == set(beside)):  # data alone: that run was broken off
        written += beside
    for path in written:
        path.unlink()
    for path in [path for path in folder.iterdir() if _NUMBERED.fullmatch(f"{path.name}.mlir")]:
        if path.is_dir() and not path.is_symlink():
            _clear(path, nested=True)
            if not any(path.iterdir()):
                path.rmdir()


def _cannot(what: str, path: Path, error: OSError) -> LptError:
    return LptError(f"cannot {what}: {error.strerror}", where=str(path), way_out="choose another folder")
