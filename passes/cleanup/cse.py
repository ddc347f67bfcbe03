"""Compute equal things once.

    %a = op %x {…}, %b = op %x {…}  →  one of them

Operations are equal if name, operands, properties, result types and attributes are; the source node they come from does not count.
Only pure operations without regions take part.

Exactness: exact. Peers: MLIR's -cse, OpenVINO's SharedOpOptimization, ONNX Runtime's CommonSubexpressionElimination.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation
from xdsl.rewriter import Rewriter
from xdsl.traits import IsTerminator, Pure

from lpt.passes.journal import NODE, current_journal
from lpt.passes.pipeline import LptPass


def _key(op: Operation) -> object:
    attributes = frozenset((name, value) for name, value in op.attributes.items() if name != NODE)
    properties = frozenset(op.properties.items())
    return op.name, tuple(map(id, op.operands)), properties, attributes, tuple(op.result_types)


def merge_equal(block: Block) -> int:
    """Merge equal operations of one block; returns how many were removed. Journalled."""
    journal, seen, removed = current_journal(), dict[object, Operation](), 0
    for op in list(block.ops):
        if op.regions or not op.results or not op.has_trait(Pure) or op.has_trait(IsTerminator):
            continue
        first = seen.setdefault(_key(op), op)
        if first is op:
            continue
        values = tuple(zip(op.results, first.results, strict=True))
        journal.record("merge-equal", op, (), values)
        for old, new in values:
            old.replace_all_uses_with(new)
        Rewriter.erase_op(op)
        journal.removed(op)
        removed += 1
    return removed


@dataclass(frozen=True)
class CommonSubexpressions(LptPass):
    """Compute equal things once."""

    name = "cse"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for inner in list(op.walk()):
            for region in inner.regions:
                for block in region.blocks:
                    merge_equal(block)
