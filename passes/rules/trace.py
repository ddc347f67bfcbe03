"""Why a rule did not fire: the closest of its failed matches, and how it failed.

print(trace(FusePowerOfTwo(), model, "prepare"))

fuse-power-of-two did not fire; closest is quant.qcast at Q_3: 3 is no power of two
  3 of 3 operations fit: 3 is no power of two (Q_3)
  1 of 3 operations fit: operand 0 of quant.qcast is the result of nn.relu, not nn.mul (Q_1, Q_2)
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from lpt.errors import LptError, TransformError
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.journal import Journal, Rewrite, place_of
from lpt.passes.pipeline import Element, HasModule, LptPass, Pipeline
from lpt.passes.registry import PASSES
from lpt.passes.rules.pdl import PdlPattern
from lpt.passes.rules.registering import pattern_names
from lpt.passes.rules.rule import Rule
from lpt.passes.rules.silence import Watched
from lpt.passes.rules.taken import Taken, WatchFits

SHOWN = 8
"""Reasons, and places of each, that are printed."""

REACH = 4
"""Operations from a source node down to that from which a pattern starts."""


@dataclass(frozen=True)
class Miss:
    """An operation that the pattern left alone: how many of `size` operations of the pattern fitted, and why the rest did not.

    Of patterns that are no rules the reason alone is known, or the line of `rewrite` that left without one: `size` is 0.
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
    reads: str = ""
    """The source node asked for, where the pattern starts from none of its operations: the rest is of what reads it."""
    taken: tuple[Taken, ...] = ()
    """Rewrites of the pipeline, made where the rule would have fired before the pass that made them."""

    @property
    def closest(self) -> Miss | None:
        """The failed match that came furthest."""
        return self.misses[0] if self.misses else None

    def __str__(self) -> str:
        return "\n".join([self._headline(), *self._losses(), *self._reasons()])

    def _headline(self) -> str:
        start = f" from what reads {self.reads}" if self.reads else ""
        if self.rewrites:
            places = list(dict.fromkeys(rewrite.place for rewrite in self.rewrites))
            times = "time" if len(self.rewrites) == 1 else "times"
            return f"{self.pattern} fired{start} {len(self.rewrites)} {times}: {_some(places)}"
        if self.taken:
            why = f"{self.taken[0]}: put the rule ahead of {self.taken[0].rewrite.pass_name}"
        elif self.closest is None:
            why = f"there is no {self.absent}" if self.absent else "nothing matches, and it gave no reason"
        else:
            why = f"closest is {self.closest.operation} at {self.closest.place}: {self.closest.reason}"
        return f"{self.pattern} did not fire{start}; {why}"

    def _losses(self) -> list[str]:
        """A line per pattern that took operations from the rule; one alone is in the headline."""
        places: dict[str, dict[str, None]] = {}
        for taken in self.taken:
            places.setdefault(f"{taken.rewrite.pass_name}/{taken.rewrite.pattern}", {})[taken.rewrite.place] = None
        if sum(map(len, places.values())) == 1 and not self.rewrites:
            return []
        return [f"  {pattern} rewrote {_some(list(at))} before" for pattern, at in places.items()]

    def _reasons(self) -> list[str]:
        grouped: dict[tuple[int, int, str], dict[str, None]] = {}
        for miss in self.misses:
            grouped.setdefault((miss.matched, miss.size, miss.reason), {})[miss.place] = None
        lines = [
            f"  {f'{matched} of {size} operations fit: ' if size else ''}{reason} ({_some(list(places))})"
            for (matched, size, reason), places in grouped.items()
        ]
        return lines[:SHOWN] + ([f"  … and {len(lines) - SHOWN} other reasons"] if len(lines) > SHOWN else [])


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:SHOWN]) + (f" and {len(places) - SHOWN} others" if len(places) > SHOWN else "")


def trace(
    pattern: Pattern | type[Pattern] | str, module: ModuleOp | HasModule, pipeline: Element = (), *, at: str | None = None
) -> Trace:
    """Try a pattern on a copy of a module, or of a model's, after `pipeline` has run on it.

    If the pattern is itself a pass of the pipeline, only what stands before it runs. Where that rewrites what a rule would have
    fired on, `taken` has those rewrites. A name is that of a pattern in a pass of the pipeline, "fuse-requantize" or
    "lpt-transform/fuse-requantize": the pipeline runs as far as that pass, which is the last to have it, and what the pattern then
    still leaves alone are its misses. Without a pipeline that is `lpt`, or `all`.

    `at` names a source node: only rewrites and misses there are kept. A pattern is looked for from its last operation up, so where
    there are none at that node, those at the nearest operations that read it are. Raises TransformError for a name that no pass
    has, and what the pipeline or the pattern raises.
    """
    copy = (module if isinstance(module, ModuleOp) else module.module).clone()
    if at is None:
        return _trace(pattern, copy, Pipeline(pipeline))
    _check_place(at, copy)
    readers = _readers(at, copy)
    return _only(_trace(pattern, copy, Pipeline(pipeline)), at, readers)


def _trace(pattern: Pattern | type[Pattern] | str, copy: ModuleOp, before: Pipeline) -> Trace:
    if isinstance(pattern, str):
        return _of_pass(pattern, copy, before)
    pattern = pattern() if isinstance(pattern, type) else pattern
    if pattern.name in before:
        before = before[: before.names.index(pattern.name)]
    watch = [WatchFits(pattern)] if isinstance(pattern, Rule) else []
    before.run(copy, hooks=watch)
    found = _traced(pattern, copy)
    fired = {rewrite.place for rewrite in found.rewrites}
    taken = tuple(taken for hook in watch for taken in hook.taken.values() if taken.place not in fired)
    return replace(found, taken=taken)


def _readers(at: str, module: ModuleOp) -> list[set[str]]:
    """The places of operations that read the results of those at a source node, the nearest first; `REACH` of such steps."""
    seen = {op for op in module.walk() if place_of(op) == at}
    step, found = seen, []
    for _ in range(REACH):
        step = {use.operation for op in step for result in op.results for use in result.uses} - seen
        seen = seen | step
        found.append({place_of(op) for op in step})
    return found


def _only(found: Trace, at: str, readers: Sequence[set[str]]) -> Trace:
    """What happened at a source node, or else at the nearest operations that read it."""
    for places in ({at}, *readers):
        rewrites = tuple(rewrite for rewrite in found.rewrites if rewrite.place in places)
        misses = tuple(miss for miss in found.misses if miss.place in places)
        taken = tuple(taken for taken in found.taken if {taken.place, taken.rewrite.place} & places)
        if rewrites or misses or taken:
            reads = "" if places == {at} else at
            return replace(found, rewrites=rewrites, misses=misses, taken=taken, reads=reads)
    return replace(found, rewrites=(), misses=(), taken=())


def _check_place(at: str, module: ModuleOp) -> None:
    places = list(dict.fromkeys(place_of(op) for op in module.walk()))
    if at not in places:
        close = difflib.get_close_matches(at, places, n=1, cutoff=0.5)
        way_out = f"did you mean {close[0]}?" if close else "give the name of a node, as lpt.node has it"
        raise TransformError(f"the model has no node {at!r}", way_out=way_out)


def _of_pass(name: str, module: ModuleOp, pipeline: Pipeline) -> Trace:
    pass_name, _, pattern_name = name.rpartition("/")
    seen: list[str] = []
    for tried in (pipeline,) if len(pipeline) else (Pipeline("lpt"), Pipeline("all")):
        names = [_names(p, module) for p in tried]
        seen += [known for of_pass in names for known in of_pass]
        places = [i for i, p in enumerate(tried) if pattern_name in names[i] and pass_name in ("", p.name)]
        if places:
            return _in_pass(pattern_name, pass_name, module, tried[: places[-1] + 1])
    raise _unknown(name, seen)


def _in_pass(name: str, pass_name: str, module: ModuleOp, pipeline: Pipeline) -> Trace:
    """The pattern `name` of the last pass of a pipeline, or of all its passes if `pass_name` is empty."""
    journal = pipeline.run(module)
    found = _traced(next(p for p in pipeline[-1].patterns(module) if p.name == name), module)
    made = [r for r in journal.rewrites if r.pattern == name and pass_name in ("", r.pass_name)]
    fired = {rewrite.place for rewrite in made}
    return Trace(name, (*made, *found.rewrites), tuple(miss for miss in found.misses if miss.place not in fired), found.absent)


def _names(p: LptPass, module: ModuleOp) -> list[str]:
    """The patterns of a pass; none of one that cannot say so before it runs."""
    try:
        return [pattern.name for pattern in p.patterns(module)]
    except LptError:
        return []


def _unknown(name: str, known: Sequence[str]) -> TransformError:
    if name in PASSES:
        way_out = "that is a pass; lpt-opt --pattern-stats names its patterns"
    else:
        known = [*known, *pattern_names()]
        close = difflib.get_close_matches(name.rpartition("/")[2], known, n=1, cutoff=0.75)
        way_out = f"did you mean {close[0]}?" if close else "give module:Class, file.py:Class, a .mlir file, or a pattern of a pass"
    return TransformError(f"there is no pattern {name!r}", way_out=way_out)


def _traced(pattern: Pattern, module: ModuleOp) -> Trace:
    journal = Journal()
    tried = pattern
    if isinstance(pattern, Rule):
        pattern.attempts = []
    elif not isinstance(pattern, PdlPattern):
        tried = Watched(pattern)
    absent = "" if any(isinstance(op, pattern.matches) for op in module.walk()) else _classes(pattern)
    apply_patterns(module, [tried], journal=journal)
    misses = _of_rule(pattern) if isinstance(pattern, Rule) else _of_pattern(journal, tried)
    fired = {rewrite.place for rewrite in journal.rewrites}
    return Trace(pattern.name, tuple(journal.rewrites), tuple(miss for miss in misses if miss.place not in fired), absent)


def _of_pattern(journal: Journal, tried: Pattern) -> list[Miss]:
    """Refusals with a reason, then what was left without one, by how far down its `rewrite` that was."""
    misses = [Miss(refusal.operation, refusal.place, 1, 0, refusal.reason) for refusal in journal.refusals]
    silent = tried.silent.items() if isinstance(tried, Watched) else ()
    for op, line in sorted(silent, key=lambda entry: -entry[1].number):
        if op.parent is not None:
            misses.append(Miss(op.name, place_of(op), 0, 0, f"left at {line}"))
    return misses


def _of_rule(rule: Rule) -> list[Miss]:
    """The last attempt at each operation that is still there, those that came furthest first."""
    last: dict[Operation, Miss] = {}
    for attempt in rule.attempts or ():
        if attempt.op.parent is not None:
            last[attempt.op] = Miss(attempt.op.name, place_of(attempt.op), attempt.matched, attempt.size, attempt.reason)
    rule.attempts = None
    times = Counter(miss.reason for miss in last.values())
    return sorted(last.values(), key=lambda miss: (-miss.matched, -times[miss.reason]))  # of equal ones the most common


def _classes(pattern: Pattern) -> str:
    classes = pattern.matches if isinstance(pattern.matches, tuple) else (pattern.matches,)
    return " or ".join(c.name if isinstance(getattr(c, "name", None), str) else c.__name__ for c in classes)
