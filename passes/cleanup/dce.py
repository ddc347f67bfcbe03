"""Remove pure operations whose results nothing uses.

    %y = nn.exp %x, %y unused  →  nothing

Exactness: exact. Peers: MLIR's -trivial-dce; every peer's graph clean-up.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.rewriter import Rewriter

from lpt.passes.driver import is_dead
from lpt.passes.journal import current_journal
from lpt.passes.pipeline import LptPass


@dataclass(frozen=True)
class DeadCode(LptPass):
    """Remove pure operations whose results nothing uses."""

    name = "dce"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        journal = current_journal()
        for inner in reversed(list(op.walk())):  # users stand behind what they use
            if is_dead(inner):
                journal.record("remove-dead", inner, (), ())
                journal.removed(inner)
                Rewriter.erase_op(inner)
