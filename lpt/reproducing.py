"""What is left of a failure for whoever corrects it: a folder with the smallest module that shows it.

    lpt.Pipeline(…).run(model, hooks=[Reproduce("reproducer")])

before.mlir     the module, reduced, on which the pass fails
after.mlir      what the pattern makes of it, where it makes anything that prints
inputs.npz      arguments of @main, where results are wrong
error.txt       the error, the pattern that it names, and the command that repeats it in this folder
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.errors import LptError, TransformError
from lpt.interpreting import input_names
from lpt.model import Model
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Journal, Rewrite
from lpt.passes.pipeline import LptPass, Pipeline, verify_module
from lpt.passes.rules.pdl import ApplyPdl
from lpt.passes.rules.registering import text_of
from lpt.passes.validate_rewrites import RewriteError
from lpt.reducing import reduce_failure
from lpt.serialize import save

__all__ = ["Failure", "Reproduce"]

WATCHED = 32
"""Rewrites behind which a reduced module is verified, at most."""


@dataclass(frozen=True)
class Failure:
    """A failure to be written: the error, the pass, both sides and the inputs, if known."""

    error: LptError
    pass_text: str
    before: ModuleOp
    after: ModuleOp | None = None
    inputs: Sequence[Array] = ()

    def write(self, folder: str | os.PathLike[str]) -> Path:
        """Write the files; returns the folder. Raises LptError where that is not possible."""
        path = Path(folder)
        try:
            path.mkdir(parents=True, exist_ok=True)
            save(Model(self.before), path / "before.mlir")
            if self.after is not None:
                save(Model(self.after), path / "after.mlir")
            if self.inputs:
                names = input_names(main_function(self.before))
                np.savez(path / "inputs.npz", **dict(zip(names, self.inputs, strict=True)))  # type: ignore[arg-type]
            pass_text = _from_folder(self.pass_text, path)
            quoted = f"'{pass_text}'" if '"' in pass_text else f'"{pass_text}"'
            command = f"lpt-opt before.mlir -p {quoted}"
            if self.inputs:  # results are wrong, which lpt-opt does not see
                command = f"lpt validate before.mlir --pipeline {quoted} --input inputs.npz"
            (path / "error.txt").write_text(f"{self.error}\n\n{command}\n", encoding="utf-8")
        except OSError as error:
            raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another folder") from error
        return path


class Reproduce(Instrumentation):
    """A hook: where a pass fails, its module is reduced and written to `folder`, and the error says so.

    A pattern that breaks a type is named too: the pass runs once more, the module verified behind each rewrite.
    """

    def __init__(self, folder: str | os.PathLike[str]):
        self.folder = Path(folder)
        self._before: ModuleOp | None = None

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self._before = module.clone()

    def after_failed_pass(self, p: LptPass, module: ModuleOp, error: Exception) -> None:
        if not isinstance(error, LptError) or self._before is None:
            return
        if isinstance(error, RewriteError):
            failed = Failure(error, str(p.spec()), error.before, error.after, error.inputs)
        else:
            failed = _reduced(p, self._before, error)
        folder = failed.write(self.folder)
        _say(error, f"{failed.error}; reproducer: {folder}")


def _reduced(p: LptPass, before: ModuleOp, error: LptError) -> Failure:
    try:
        small, smaller_error = reduce_failure(before, p)
    except TransformError:  # fails only where it stands in this pipeline
        return Failure(error, str(p.spec()), before)
    blamed, after = _blame(p, small)
    return Failure(blamed or _placed(smaller_error, error), str(p.spec()), small, after)


def _placed(error: LptError, original: LptError) -> LptError:
    """The error as it was in the whole module."""
    return original if type(error) is type(original) else error


class _Watch(Instrumentation):
    """Verifies behind each rewrite, and keeps the module behind the first one that breaks it, else behind the first of all."""

    def __init__(self) -> None:
        self.error: LptError | None = None
        self.after: ModuleOp | None = None
        self.left = WATCHED

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        if not rewrite.whole:
            return
        self.left -= 1
        if not self.left:
            raise TransformError("no pattern breaks the module early")
        if self.after is None:
            self.after = module.clone()
        try:
            verify_module(module, rewrite.place)
        except TransformError as error:
            what = f"pattern {rewrite.pattern} breaks the module: {error.what}"
            self.error, self.after = TransformError(what, where=rewrite.place), module.clone()
            raise


def _blame(p: LptPass, module: ModuleOp) -> tuple[LptError | None, ModuleOp | None]:
    """The error that names the pattern which breaks the module, if one does; and what its first rewrite makes."""
    watch = _Watch()
    with suppress(LptError):
        Pipeline(p).run(module.clone(), journal=Journal(), hooks=[watch])
    return watch.error, watch.after


def _from_folder(pass_text: str, folder: Path) -> str:
    """A pass as a new process in `folder` finds it: what was named by a file is, by its way there, as `before.mlir` is."""
    name, brace, options = pass_text.partition("{")
    if name == ApplyPdl.name:
        options = re.sub('file="([^"]*)"', lambda found: f'file="{_way(found[1], folder)}"', options)
    home, _, class_name = text_of(name).rpartition(":")
    known_by = f"{_way(home, folder)}:{class_name}" if home.endswith(".py") else text_of(name)
    return f"{known_by}{brace}{options}"


def _way(file: str, folder: Path) -> str:
    return os.path.relpath(file, folder.resolve())


def _say(error: LptError, text: str) -> None:
    """Let an error that is on its way up say more."""
    error.args = (text,)
