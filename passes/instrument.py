"""What may watch a pipeline: hooks before and after each pass, on each rewrite and on each refusal.

    class Count(Instrumentation):
        def on_rewrite(self, rewrite, module):
            print(rewrite)

    Pipeline("lpt").run(module, hooks=[Count()])

Hooks are called in the order given, and those behind a pass in reverse, so that what starts last ends first. What one raises
that is no error of ours is told as the hook's own, with its class, method and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.errors import LptError
from lpt.passes.breaking import broken
from lpt.passes.journal import Journal, PassRun, Refusal, Rewrite

if TYPE_CHECKING:
    from lpt.passes.pipeline import LptPass

__all__ = ["Instrumentation"]


class Instrumentation:
    """Base of what watches a pipeline; each method does nothing until overridden. A hook must not change the module."""

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        """A pass is about to run, what it requires not yet checked."""

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        """A pass has run and, unless turned off, the module verifies."""

    def after_failed_pass(self, p: LptPass, module: ModuleOp, error: Exception) -> None:
        """A pass, its conditions or the verifier raised `error`; the module is as it was left."""

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        """A rewrite was made, and the next one not begun; the module is whole if `rewrite.whole`, as it is for all patterns."""

    def on_refusal(self, refusal: Refusal, op: Operation) -> None:
        """A pattern left `op` alone and said why. A later sweep may try, and refuse, again."""


def tell(hook: Instrumentation, method: str, *arguments: object, where: str) -> None:
    """Call a method of a hook. Raises TransformError, naming it, where it raises what is no LptError."""
    try:
        getattr(hook, method)(*arguments)
    except (LptError, BrokenPipeError):  # a reader that has left is no mistake of the hook
        raise
    except Exception as error:
        raise broken(f"hook {type(hook).__name__}.{method} broke", error, type(hook), where=where) from error


@contextmanager
def watching(journal: Journal, module: ModuleOp, hooks: Sequence[Instrumentation]) -> Iterator[None]:
    """Within the block, rewrites and refusals of `journal` go to the hooks that override their methods."""
    rewriting = [hook for hook in hooks if type(hook).on_rewrite is not Instrumentation.on_rewrite]
    refusing = [hook for hook in hooks if type(hook).on_refusal is not Instrumentation.on_refusal]
    before = journal.on_rewrite, journal.on_refusal

    def rewrote(rewrite: Rewrite) -> None:
        if before[0] is not None:
            before[0](rewrite)
        for hook in rewriting:
            tell(hook, "on_rewrite", rewrite, module, where=rewrite.place)

    def refused(refusal: Refusal, op: Operation) -> None:
        if before[1] is not None:
            before[1](refusal, op)
        for hook in refusing:
            tell(hook, "on_refusal", refusal, op, where=refusal.place)

    if rewriting:
        journal.on_rewrite = rewrote
    if refusing:
        journal.on_refusal = refused
    try:
        yield
    finally:
        journal.on_rewrite, journal.on_refusal = before
