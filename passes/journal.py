"""What a pipeline did: every rewrite with the values it replaced, every refusal with its reason, and the time of both.

The journal answers three questions: which rewrite changed this operation (`Journal.at`), why was one not made
(`Journal.reasons`, what `lpt explain` prints), and which value of the module stands for a value of an earlier one
(`Journal.value_map`, what validation forces).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation, SSAValue

__all__ = [
    "NODE",
    "Journal",
    "PassRun",
    "Refusal",
    "Rewrite",
    "Statistics",
    "Touched",
    "current_journal",
    "place_of",
    "replace",
]

NODE = "lpt.node"
"""The attribute that names the source node of an operation."""


def place_of(op: Operation) -> str:
    """The source node that an operation comes from, else its own name."""
    node = op.attributes.get(NODE)
    return node.data if isinstance(node, StringAttr) else op.name


@dataclass(frozen=True)
class Touched:
    """The operations that one rewrite inserted, took out, and changed in place (readers of what it replaced among them).

    `by` is the class of the pattern that made it.
    """

    inserted: tuple[Operation, ...] = ()
    removed: tuple[Operation, ...] = ()
    changed: tuple[Operation, ...] = ()
    by: type | None = None


@dataclass(frozen=True)
class Rewrite:
    """One rewrite: operation names before and after, and which value took the place of which. `seconds` of wall time."""

    pass_name: str
    pattern: str
    place: str
    before: str
    after: tuple[str, ...]
    values: tuple[tuple[SSAValue, SSAValue], ...]
    seconds: float
    whole: bool = True
    """Whether the module was whole when this was noted: a pass that works on the whole block tells of changes as it makes them."""
    touched: Touched | None = field(default=None, compare=False, repr=False)
    """Of patterns, and only while hooks are told: a journal that kept it would keep all weights that were ever folded."""

    def __str__(self) -> str:
        after = ", ".join(self.after) or "nothing new"
        return f"{self.pass_name}/{self.pattern} at {self.place}: {self.before} → {after}"


@dataclass(frozen=True)
class Refusal:
    """Why a pattern left an operation alone."""

    pass_name: str
    pattern: str
    place: str
    operation: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pattern} at {self.place} ({self.operation}): {self.reason}"


@dataclass
class Statistics:
    """How often a pattern was tried and matched, and the seconds spent in it."""

    tried: int = 0
    matched: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class PassRun:
    """One pass of a pipeline: seconds of wall time, operations before and after, number of rewrites."""

    name: str
    seconds: float
    operations_before: int
    operations_after: int
    rewrites: int
    verify_seconds: float = 0.0
    """Spent on verifying the module and the pass's conditions; not in `seconds`."""


@dataclass(repr=False)
class Journal:
    """The record of one or more pipelines on one module."""

    rewrites: list[Rewrite] = field(default_factory=list)
    passes: list[PassRun] = field(default_factory=list)
    statistics: dict[tuple[str, str], Statistics] = field(default_factory=dict)
    """Per (pass, pattern)."""
    current_pass: str = "patterns"
    on_rewrite: Callable[[Rewrite], None] | None = None
    """Called with each rewrite once it is made."""
    on_refusal: Callable[[Refusal, Operation], None] | None = None
    """Called with each refusal and the operation left alone, also with one made again in a later sweep."""
    _refusals: dict[Operation, dict[str, Refusal]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """In short: a session that shows what `Pipeline.run` returned is not to print the module again and again."""
        seconds = sum(run.seconds + run.verify_seconds for run in self.passes)
        counts = f"{len(self.passes)} passes, {len(self.rewrites)} rewrites, {len(self.refusals)} refusals"
        return f"<Journal: {counts}, {seconds:.2f} s>"

    def add(self, rewrite: Rewrite, touched: Touched | None = None) -> None:
        """Note a rewrite; hooks are told what it touched."""
        self.rewrites.append(rewrite)
        if self.on_rewrite is not None:
            self.on_rewrite(rewrite if touched is None else replace_fields(rewrite, touched=touched))

    def refuse(self, op: Operation, pattern: str, reason: str) -> None:
        """Keep `reason` as the last one that `pattern` refused `op` with."""
        refusal = self._refusals.setdefault(op, {})[pattern] = Refusal(self.current_pass, pattern, place_of(op), op.name, reason)
        if self.on_refusal is not None:
            self.on_refusal(refusal, op)

    def matched(self, op: Operation, pattern: str) -> None:
        """A pattern that matches has nothing left to complain about."""
        if op in self._refusals:
            self._refusals[op].pop(pattern, None)

    def removed(self, op: Operation) -> None:
        """An operation is gone, and its refusals with it."""
        self._refusals.pop(op, None)

    @property
    def refusals(self) -> list[Refusal]:
        """The last refusal of each pattern at each operation that still exists."""
        return [refusal for by_pattern in self._refusals.values() for refusal in by_pattern.values()]

    def reasons(self, where: Operation | str) -> list[Refusal]:
        """The refusals at an operation, or at all operations of a source node."""
        if isinstance(where, Operation):
            return list(self._refusals.get(where, {}).values())
        return [refusal for refusal in self.refusals if refusal.place == where]

    def merge_statistics(self, other: Journal) -> None:
        """Add the counts of another journal, and its refusals."""
        for key, row in other.statistics.items():
            mine = self.statistics.setdefault(key, Statistics())
            mine.tried, mine.matched, mine.seconds = mine.tried + row.tried, mine.matched + row.matched, mine.seconds + row.seconds
        self._refusals.update(other._refusals)

    def at(self, place: str) -> list[Rewrite]:
        """The rewrites at a source node, in order."""
        return [rewrite for rewrite in self.rewrites if rewrite.place == place]

    def value_map(self, since: int = 0) -> dict[SSAValue, SSAValue]:
        """Old value → the value that stands for it now, chains followed, over the rewrites from number `since` on."""
        latest: dict[SSAValue, SSAValue] = {}
        for rewrite in reversed(self.rewrites[since:]):
            for old, new in rewrite.values:
                latest[old] = latest.get(new, new)
        return latest

    def record(self, pattern: str, op: Operation, after: tuple[str, ...], values: tuple[tuple[SSAValue, SSAValue], ...]) -> None:
        """Note a rewrite that no pattern made (a pass that works on the whole block)."""
        self.add(Rewrite(self.current_pass, pattern, place_of(op), op.name, after, values, 0.0, whole=False))


def replace(old: SSAValue, new: SSAValue, rule: str) -> None:
    """Let `new` take the place of `old` everywhere, and note it: for passes that work on the whole block, without patterns."""
    if isinstance(old.owner, Operation):
        after = (new.owner.name,) if isinstance(new.owner, Operation) else ()
        current_journal().record(rule, old.owner, after, ((old, new),))
    old.replace_all_uses_with(new)


_current: ContextVar[Journal | None] = ContextVar("lpt_journal", default=None)


def current_journal() -> Journal:
    """The journal of the running pipeline; a fresh one outside of any."""
    return _current.get() or Journal()


@contextmanager
def journal_of_pass(journal: Journal, pass_name: str) -> Iterator[Journal]:
    """Within the block, rewrites are recorded in `journal` under `pass_name`."""
    previous, journal.current_pass = journal.current_pass, pass_name
    token = _current.set(journal)
    try:
        yield journal
    finally:
        _current.reset(token)
        journal.current_pass = previous
