"""The pattern driver: greedy rewriting to a fixpoint, with a name, a count and a reason for everything.

xDSL's own walker has no benefits, names or statistics, loops for ever on a pattern that always reports a change, removes dead
operations unasked, and prints the whole module when a pattern raises. This one does none of that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from time import perf_counter
from typing import Any, ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriterListener, RewritePattern
from xdsl.rewriter import Rewriter
from xdsl.traits import ConstantLike, IsTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.errors import LptError, TransformError
from lpt.passes.breaking import broken
from lpt.passes.fuel import FUEL
from lpt.passes.journal import NODE, Journal, Rewrite, Statistics, Touched, current_journal, place_of

__all__ = ["Pattern", "apply_patterns", "is_dead"]

LIMIT: ContextVar[tuple[int, int]] = ContextVar("lpt_limit", default=(16, 1024))
"""Rewrites that a pattern may make for each operation, and beyond: fewer where endless ones are run again and again."""


class Pattern(RewritePattern, ABC):
    """A rewrite rule: a name, the operations it looks at, a benefit (greater is tried first), and `rewrite`.

    `rewrite` changes the module through the rewriter, or returns. Where a guard refuses it calls `self.fail(op, "reason")`; an
    AlgebraError or VerifyException that it lets pass is a refusal with that text. What it inserted before it refused is taken back.
    """

    name: ClassVar[str]
    benefit: ClassVar[int] = 1
    matches: ClassVar[type[Operation] | tuple[type[Operation], ...]] = Operation

    _reason: str | None = None

    @abstractmethod
    def rewrite(self, *args: Any, **variables: Any) -> Any:
        """`rewrite(op, rewriter)`: rewrite `op`, which is of a class in `matches`, or leave it.

        Not so declared, since `lpt.rules.Rule` calls it with what its pattern matched.
        """

    def fail(self, op: Operation, reason: str) -> None:
        """Refuse, and say why. The reason is kept per operation and pattern."""
        self._reason = reason

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter, /) -> None:
        """xDSL's interface: the pattern also works in its walkers."""
        if isinstance(op, self.matches):
            self.rewrite(op, rewriter)


def is_dead(op: Operation) -> bool:
    """Pure, with results that nothing uses."""
    return (
        bool(op.results)
        and op.has_trait(Pure)
        and not op.has_trait(IsTerminator)
        and all(result.first_use is None for result in op.results)
    )


def apply_patterns(
    module: ModuleOp,
    patterns: Iterable[Pattern],
    *,
    journal: Journal | None = None,
    remove_dead: bool = False,
    limit: int | None = None,
) -> bool:
    """Apply patterns to all operations until none matches; returns whether anything changed.

    Patterns of greater benefit go first, equal ones in the order given. Operations that a rewrite inserts inherit the matched
    one's `lpt.node`. With `remove_dead`, pure operations without uses are removed on the way; otherwise nothing is removed that
    no pattern removes. Raises TransformError, naming the pattern, if one breaks or rewrites more than `limit` times (default:
    16 × the operations + 1024).
    """
    return _Driver(module, list(patterns), journal or current_journal(), remove_dead, limit).run()


class _Driver:
    def __init__(self, module: ModuleOp, patterns: Sequence[Pattern], journal: Journal, remove_dead: bool, limit: int | None):
        self.module, self.journal, self.remove_dead = module, journal, remove_dead
        self.fuel = FUEL.get()
        allowed = [p for p in patterns if self.fuel is None or self.fuel.allows(p.name)]
        self.patterns = sorted(allowed, key=lambda p: -p.benefit)
        self.by_type: dict[type[Operation], list[Pattern]] = {}
        each, beyond = LIMIT.get()
        self.limit = limit if limit is not None else each * sum(1 for _ in module.walk()) + beyond
        self.rewrites: dict[int, int] = {}  # by id: a pattern may be a dataclass, which is not hashable
        self.worklist: dict[Operation, None] = {}  # an ordered set, last in first out
        self.changed = False
        self.listener = PatternRewriterListener(
            operation_insertion_handler=[self._on_insert],
            operation_removal_handler=[self._on_remove],
            operation_modification_handler=[self._push],
            operation_replacement_handler=[self._on_replace],
        )
        self._forget()

    def _forget(self) -> None:
        """Start a rewrite's record."""
        self.inserted: list[Operation] = []
        self.removed: list[Operation] = []
        self.modified: dict[Operation, None] = {}
        self.destructive = False
        self.values: list[tuple[SSAValue, SSAValue]] = []

    # What the rewriter tells.

    def _push(self, op: Operation) -> None:
        self.destructive = True
        self.modified[op] = None
        self._enqueue(op)

    def _enqueue(self, op: Operation) -> None:
        self.worklist.pop(op, None)
        self.worklist[op] = None

    def _on_insert(self, op: Operation) -> None:
        self.inserted.append(op)
        self._enqueue(op)

    def _on_remove(self, op: Operation) -> None:
        self.destructive = True
        self.removed.append(op)
        self.worklist.pop(op, None)
        self.journal.removed(op)
        for operand in op.operands:
            if isinstance(operand.owner, Operation):
                self._enqueue(operand.owner)

    def _on_replace(self, op: Operation, new_results: Sequence[SSAValue | None]) -> None:
        self.destructive = True
        self.values.extend((old, new) for old, new in zip(op.results, new_results, strict=True) if new is not None)

    # The loop.

    def run(self) -> bool:
        """Sweeps until one changes nothing: a worklist alone misses patterns that look further than one operation."""
        while self._sweep():
            self.changed = True
        return self.changed

    def _sweep(self) -> bool:
        changed = False
        self.worklist = dict.fromkeys(reversed([op for op in self.module.walk() if op is not self.module]))
        while self.worklist:
            op, _ = self.worklist.popitem()
            if op.parent is None:
                continue
            if self.remove_dead and is_dead(op):
                self._erase(op)
                changed = True
            elif self._visit(op):
                changed = True
        return changed

    def _erase(self, op: Operation) -> None:
        self._on_remove(op)
        Rewriter.erase_op(op)

    def _candidates(self, op: Operation) -> list[Pattern]:
        found = self.by_type.get(type(op))
        if found is None:
            found = self.by_type[type(op)] = [p for p in self.patterns if issubclass(type(op), p.matches)]
        return found

    def _visit(self, op: Operation) -> bool:
        if self.fuel is not None and self.fuel.left == 0:
            return False
        return any(self._try(pattern, op) for pattern in self._candidates(op))

    def _try(self, pattern: Pattern, op: Operation) -> bool:
        self._forget()
        place, before, node = place_of(op), op.name, op.attributes.get(NODE)
        rewriter = PatternRewriter(op)
        rewriter.extend_from_listener(self.listener)
        pattern._reason = None
        start = perf_counter()
        try:
            pattern.match_and_rewrite(op, rewriter)
        except (AlgebraError, VerifyException) as error:
            pattern._reason = str(error) or type(error).__name__
            _drop_detached(op)
        except LptError:
            raise
        except Exception as error:
            raise broken(f"pattern {pattern.name} broke on {before}", error, type(pattern), where=place) from error
        seconds = perf_counter() - start
        statistics = self.journal.statistics.setdefault((self.journal.current_pass, pattern.name), Statistics())
        statistics.tried += 1
        statistics.seconds += seconds
        if pattern._reason is not None:
            self._refuse(pattern, op, place)
            return False
        if not rewriter.has_done_action:
            return False
        statistics.matched += 1
        for new in self.inserted:
            if node is not None and NODE not in new.attributes and not new.has_trait(ConstantLike):
                new.attributes[NODE] = node
        self.journal.matched(op, pattern.name)
        after = tuple(new.name for new in self.inserted)
        rewrite = Rewrite(self.journal.current_pass, pattern.name, place, before, after, tuple(self.values), seconds)
        if self.fuel is not None:
            self.fuel.burn(rewrite)
        self.journal.add(rewrite, None if self.journal.on_rewrite is None else self._touched(pattern))
        self._count(pattern, place)
        return True

    def _touched(self, pattern: Pattern) -> Touched:
        gone, new = set(self.removed), set(self.inserted)
        changed = tuple(op for op in self.modified if op not in gone and op not in new)
        inserted = tuple(op for op in self.inserted if op not in gone)
        return Touched(inserted, tuple(op for op in self.removed if op not in new), changed, type(pattern))

    def _refuse(self, pattern: Pattern, op: Operation, place: str) -> None:
        assert pattern._reason is not None
        if self.destructive:
            raise TransformError(f"pattern {pattern.name} refused after it had changed the module: {pattern._reason}", where=place)
        for new in reversed(self.inserted):
            self.worklist.pop(new, None)
            Rewriter.erase_op(new)
        self.journal.refuse(op, pattern.name, pattern._reason)

    def _count(self, pattern: Pattern, place: str) -> None:
        count = self.rewrites[id(pattern)] = self.rewrites.get(id(pattern), 0) + 1
        if count > self.limit:
            raise TransformError(
                f"pattern {pattern.name} rewrote {count} times without an end",
                where=place,
                way_out="a pattern must not match what it has made",
            )


def _drop_detached(op: Operation) -> None:
    """Operations that a refusing pattern built and never inserted must not count as uses."""
    near = {*op.operands, *op.results}
    for operand in op.operands:
        if isinstance(operand.owner, Operation):
            near.update(operand.owner.operands)
    for value in near:
        for user in {use.operation for use in value.uses}:
            if user.parent is None:
                user.drop_all_references()
