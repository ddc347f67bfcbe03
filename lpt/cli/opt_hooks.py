"""What `lpt-opt` prints while passes run, all on stderr."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp

from lpt.dumps.folder import DumpFolder
from lpt.dumps.printing import ModulePrinter, Style
from lpt.errors import LptError, TransformError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Journal, PassRun
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.reproducing import Reproduce


def style_of(options: argparse.Namespace) -> Style:
    """How the options want IR printed."""
    return Style(
        constants=options.elide_constants_if_larger,
        scales=options.elide_scales_if_larger,
        elements=options.elide_elementsattrs_if_larger,
        full=options.full,
        generic=options.print_op_generic,
        locations=options.print_debuginfo,
    )


def hooks_of(options: argparse.Namespace, pipeline: Pipeline, piece: int | None = None) -> list[Instrumentation]:
    """The hooks that the options ask for; of several inputs for number `piece`, whose dumps have a folder of their own.

    Raises LptError for a pass that the pipeline lacks, and a folder that cannot be made.
    """
    for name in (*(options.print_ir_before or ()), *(options.print_ir_after or ())):
        if name != "*" and name not in pipeline.names:
            close = difflib.get_close_matches(name, pipeline.names, n=1, cutoff=0.5)
            way_out = f"did you mean {close[0]}?" if close else f"the pipeline is {pipeline or 'empty'}"
            raise TransformError(f"no pass {name!r} is run", where="--print-ir", way_out=way_out)
    if options.journal and options.print_ir_tree_dir is None:
        raise LptError("there is no folder for the rewrites", where="--journal", way_out="give --print-ir-tree-dir=DIR too")
    hooks: list[Instrumentation] = []
    if options.print_ir_tree_dir is not None:
        folder = Path(options.print_ir_tree_dir)
        folder = folder / f"{piece:02d}-piece" if piece else folder
        hooks.append(DumpFolder(folder, rewrites=options.journal, graphs=options.target == "dot"))
    if options.time_passes:
        hooks.append(_Times())
    hooks.append(PrintIr(options))
    if options.reproducer is not None:
        if Path(options.reproducer).is_file():
            raise LptError("it is a file", where=options.reproducer, way_out="choose another --reproducer DIR")
        hooks.append(Reproduce(options.reproducer))
    return hooks


class PrintIr(Instrumentation):
    """`--print-ir-before`, `-after`, `-all`, `-change` and `-failure`."""

    def __init__(self, options: argparse.Namespace):
        self.before = ("*",) if options.print_ir_before_all else options.print_ir_before or ()
        self.after = ("*",) if options.print_ir_after_all else options.print_ir_after or ()
        self.changes, self.failures = options.print_ir_after_change, options.print_ir_after_failure
        self.printer = ModulePrinter(style_of(options))
        self.last: str | None = None

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        if self.changes and self.last is None:
            self.last = self.printer.text(module)
        if _names(self.before, p):
            self._print(f"IR before {p.name}", self.printer.text(module))

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        wanted = _names(self.after, p)
        if not wanted and not self.changes:
            return
        text = self.printer.text(module)
        if wanted or text != self.last:
            self._print(f"IR after {p.name}", text)
        self.last = text

    def after_failed_pass(self, p: LptPass, module: ModuleOp, error: Exception) -> None:
        if self.failures:
            self._print(f"IR after {p.name} failed", self.printer.text(module))

    def _print(self, title: str, text: str) -> None:
        print(f"// -----// {title} //----- //\n{text}", file=sys.stderr)


class _Times(Instrumentation):
    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        print(f"// {p.name}: {run.seconds * 1e3:.1f} ms, {run.rewrites} rewrites", file=sys.stderr)


def _names(names: Sequence[str], p: LptPass) -> bool:
    return "*" in names or p.name in names


def print_remarks(journal: Journal) -> None:
    """Each rewrite, then each refusal that still stands."""
    for rewrite in journal.rewrites:
        print(f"remark: {rewrite}", file=sys.stderr)
    for refusal in journal.refusals:
        print(f"refused: {refusal.pass_name}/{refusal}", file=sys.stderr)
