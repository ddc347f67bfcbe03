"""Why a rule did not fire: the closest of its failed matches, and how it failed.

print(trace(FusePowerOfTwo(), model, "prepare"))

fuse-power-of-two did not fire; closest is quant.qcast at Q_3: 3 is no power of two
  3 of 3 operations fit: 3 is no power of two (Q_3)
  1 of 3 operations fit: operand 0 of quant.qcast is the result of nn.relu, not nn.mul (Q_1, Q_2)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.journal import Journal, Rewrite, place_of
from lpt.passes.pipeline import Element, HasModule, Pipeline
from lpt.passes.rules.rule import Rule

SHOWN = 8
"""Reasons, and places of each, that are printed."""


@dataclass(frozen=True)
class Miss:
    """An operation that the pattern left alone: how many of `size` operations of the pattern fitted, and why the rest did not.

    Of patterns that are no rules only refusals are known, and both numbers are 1.
    """

    operation: str
    place: str
    matched: int
    size: int
    reason: str


@dataclass(frozen=True)
class Trace:
    """What a pattern did with a module: its rewrites, and its misses, the closest first."""

    pattern: str
    rewrites: tuple[Rewrite, ...]
    misses: tuple[Miss, ...]
    absent: str = ""
    """The operations that the pattern looks at, where the module has none."""

    @property
    def closest(self) -> Miss | None:
        """The failed match that came furthest."""
        return self.misses[0] if self.misses else None

    def __str__(self) -> str:
        return "\n".join([self._headline(), *self._reasons()])

    def _headline(self) -> str:
        if self.rewrites:
            places = ", ".join(dict.fromkeys(rewrite.place for rewrite in self.rewrites))
            return f"{self.pattern} fired {len(self.rewrites)} times: {places}"
        if self.closest is None:
            why = f"there is no {self.absent}" if self.absent else "nothing matches, and it gave no reason"
            return f"{self.pattern} did not fire; {why}"
        return f"{self.pattern} did not fire; closest is {self.closest.operation} at {self.closest.place}: {self.closest.reason}"

    def _reasons(self) -> list[str]:
        grouped: dict[tuple[int, int, str], dict[str, None]] = {}
        for miss in self.misses:
            grouped.setdefault((miss.matched, miss.size, miss.reason), {})[miss.place] = None
        lines = [f"  {m} of {n} operations fit: {reason} ({_some(list(places))})" for (m, n, reason), places in grouped.items()]
        return lines[:SHOWN] + ([f"  … and {len(lines) - SHOWN} other reasons"] if len(lines) > SHOWN else [])


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:SHOWN]) + (f" and {len(places) - SHOWN} others" if len(places) > SHOWN else "")


def trace(
    pattern: Pattern | type[Pattern], module: ModuleOp | HasModule, pipeline: Element = (), *, at: str | None = None
) -> Trace:
    """Try a pattern on a copy of a module, or of a model's, after `pipeline` has run on it.

    If the pattern is itself a pass of the pipeline, only what stands before it runs. `at` names a source node: only misses there
    are kept. Raises what the pipeline or the pattern raises.
    """
    pattern = pattern() if isinstance(pattern, type) else pattern
    copy = (module if isinstance(module, ModuleOp) else module.module).clone()
    before = Pipeline(pipeline)
    if pattern.name in before:
        before = before[: before.names.index(pattern.name)]
    before.run(copy)
    return _traced(pattern, copy, at)


def _traced(pattern: Pattern, module: ModuleOp, at: str | None) -> Trace:
    journal = Journal()
    if isinstance(pattern, Rule):
        pattern.attempts = []
    absent = "" if any(isinstance(op, pattern.matches) for op in module.walk()) else _classes(pattern)
    apply_patterns(module, [pattern], journal=journal)
    misses = [Miss(refusal.operation, refusal.place, 1, 1, refusal.reason) for refusal in journal.refusals]
    if isinstance(pattern, Rule):
        misses = _of_rule(pattern)
    fired = {rewrite.place for rewrite in journal.rewrites}
    kept = [miss for miss in misses if miss.place not in fired and at in (None, miss.place)]
    kept.sort(key=lambda miss: -miss.matched)
    rewrites = tuple(rewrite for rewrite in journal.rewrites if at in (None, rewrite.place))
    return Trace(pattern.name, rewrites, tuple(kept), absent)


def _of_rule(rule: Rule) -> list[Miss]:
    """The last attempt at each operation that is still there."""
    last: dict[Operation, Miss] = {}
    for attempt in rule.attempts or ():
        if attempt.op.parent is not None:
            last[attempt.op] = Miss(attempt.op.name, place_of(attempt.op), attempt.matched, attempt.size, attempt.reason)
    rule.attempts = None
    return list(last.values())


def _classes(pattern: Pattern) -> str:
    classes = pattern.matches if isinstance(pattern.matches, tuple) else (pattern.matches,)
    return " or ".join(c.name if isinstance(getattr(c, "name", None), str) else c.__name__ for c in classes)
