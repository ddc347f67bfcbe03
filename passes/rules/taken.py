"""Which rewrite of a pipeline took an operation from a rule that would have fired there, had it come first.

    my-rule did not fire; lpt-transform/push-through-scale rewrote Halve before: put the rule ahead of lpt-transform

Before each pass the rule is matched, and not applied, to all operations; behind each rewrite those near it are matched again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Rewrite, place_of
from lpt.passes.pipeline import LptPass
from lpt.passes.rules.rule import Rule
from lpt.passes.rules.template import Furthest, Node, Tree, match_operation


@dataclass(frozen=True)
class Taken:
    """At source node `place` the rule fitted until this `rewrite` of a pass changed what it matches."""

    place: str
    rewrite: Rewrite

    def __str__(self) -> str:
        return f"{self.rewrite.pass_name}/{self.rewrite.pattern} rewrote {self.rewrite.place} before"


class WatchFits(Instrumentation):
    """A hook: `taken` has, per source node, the last rewrite that left a rule nothing to fire on there."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.taken: dict[str, Taken] = {}
        self._depth = max(_depth(node) for node in rule.nodes)
        self._fits: dict[Operation, str] = {}
        self._above: dict[Operation, set[Operation]] = defaultdict(set)
        """Operation → the roots that may be matched through it."""

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self._fits, self._above = {}, defaultdict(set)
        for op in module.walk():
            if fits(self.rule, op):
                self._fits[op] = place_of(op)
                self.taken.pop(place_of(op), None)
                for near in _cone(op, self._depth):
                    self._above[near].add(op)

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        if rewrite.touched is None:
            roots = set(self._fits)
        else:
            roots = {root for op in (*rewrite.touched.removed, *rewrite.touched.changed) for root in self._above.get(op, ())}
        for root in [root for root in self._fits if root in roots]:
            if root.parent is None or not fits(self.rule, root):
                place = self._fits.pop(root)
                self.taken[place] = Taken(place, rewrite)


def fits(rule: Rule, op: Operation) -> bool:
    """Whether a rule would fire at an operation, as far as `pattern` and `check` decide; one whose `check` breaks would not."""
    for node in rule.nodes:
        if isinstance(op, node.op_class):
            for bound, _ in match_operation(node, op, {}, 0, Furthest()):
                try:
                    rule._call("check", rule.check, bound)
                except (AlgebraError, VerifyException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                    continue
                return True
    return False


def _depth(tree: Tree) -> int:
    return 1 + max((_depth(operand) for operand in tree.operands), default=0) if isinstance(tree, Node) else 0


def _cone(op: Operation, depth: int) -> Iterator[Operation]:
    """The operation, and those above it within `depth` of them."""
    if depth > 0:
        yield op
        for operand in op.operands:
            if isinstance(operand.owner, Operation):
                yield from _cone(operand.owner, depth - 1)
