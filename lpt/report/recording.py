"""Watches a pipeline and keeps what a report shows of it: the graph behind each pass, and what each rewrite did, as IR."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import PassRun, Rewrite, Touched
from lpt.passes.pipeline import LptPass, PatternPass
from lpt.passes.rules.registering import RulePass
from lpt.report.explain import computes_on_codes
from lpt.report.graph import Catalogue, Picture, Record

_VALUES = re.compile(r"%[\w.$-]+")


@dataclass
class Recorder(Instrumentation):
    """A hook for `Pipeline.run`. `stages`, `rewrites`, `patterns` and `versions` are as the page has them."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    stages: list[Record] = field(default_factory=list)
    rewrites: list[Record] = field(default_factory=list)
    patterns: list[Record] = field(default_factory=list)
    dequantized: dict[SSAValue, SSAValue] = field(default_factory=dict)
    """The result of every dcast that there ever was → its codes, which stand for the same numbers once it is gone."""
    _pictures: list[Picture] = field(default_factory=list)
    _texts: dict[Operation, str] = field(default_factory=dict)
    _numbers: dict[tuple[str, str, type | None], int] = field(default_factory=dict)
    _pass: LptPass | None = None
    _first: int = 0
    """Rewrites before that pass."""

    @property
    def versions(self) -> list[Record]:
        """Every operation in every state that it had."""
        return self.catalogue.versions

    def begin(self, module: ModuleOp) -> None:
        """The module before the first pass: stage 0, unless that is done."""
        if not self.stages:
            blank = {"what": "the model as it was read", "exactness": "", "seconds": 0.0, "verify_seconds": 0.0, "source": None}
            self._add({"name": "input", **blank}, module, 0)

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self.begin(module)
        self._pass, self._first = p, len(self.rewrites)
        self._texts = {op: self._text(op) for op in main_function(module).body.block.ops}
        self._note_casts(self._texts)

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        facts = {
            "name": p.name,
            "what": p.summary(),
            "exactness": p.exactness.value,
            "seconds": round(run.seconds, 6),
            "verify_seconds": round(run.verify_seconds, 6),
            "source": _source_of_pass(p),
        }
        self._add(facts, module, self._first)

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        touched = rewrite.touched or Touched()
        gone = {op: self._texts.pop(op, op.name) for op in touched.removed}
        new = {op: self._text(op) for op in touched.inserted if op.parent is not None}
        changed = list(self._changed(touched.changed))
        self._texts.update(new)
        self._note_casts(new)
        self.rewrites.append(
            {
                "pattern": self._pattern(rewrite, touched.by),
                "name": rewrite.pattern,
                "place": rewrite.place,
                "before": rewrite.before,
                "after": list(rewrite.after),
                "us": round(rewrite.seconds * 1e6),
                "removed": list(gone.values()),
                "inserted": list(new.values()),
                "changed": [[before, after] for _, before, after in changed],
                "gone": [self.catalogue.id_of(op) for op in gone],
                "new": [self.catalogue.id_of(op) for op in new],
                "kept": [self.catalogue.id_of(op) for op, _, _ in changed],
            }
        )

    def _note_casts(self, ops: Iterable[Operation]) -> None:
        self.dequantized.update((op.result, op.input) for op in ops if isinstance(op, DequantizeCastOp))

    def _changed(self, ops: Sequence[Operation]) -> Iterator[tuple[Operation, str, str]]:
        """Operations changed in place, before and after; not those that only read another value now."""
        for op in ops:
            before, after = self._texts.get(op, ""), self._text(op)
            self._texts[op] = after
            if before and _VALUES.sub("%", before) != _VALUES.sub("%", after):
                yield op, before, after

    def _text(self, op: Operation) -> str:
        return self.catalogue.printer.operation(op)

    def _add(self, facts: Record, module: ModuleOp, first: int) -> None:
        picture = self.catalogue.picture(module)
        same = next((i for i, other in enumerate(self._pictures) if other is picture), None)
        record = facts | {"level": level_of(module), "same_as": same, "rewrites": [first, len(self.rewrites)]}
        self.stages.append(record if same is not None else record | self.catalogue.record(picture))
        self._pictures.append(picture)

    def _pattern(self, rewrite: Rewrite, by: type | None) -> int:
        """The number of what made a rewrite: the class of a pattern, or the rule of a pass that works without them."""
        key = rewrite.pass_name, rewrite.pattern, by
        if key not in self._numbers:
            self._numbers[key] = len(self.patterns)
            self.patterns.append(self._pattern_record(rewrite, by or type(self._pass)))
        return self._numbers[key]

    def _pattern_record(self, rewrite: Rewrite, by: type) -> Record:
        source = source_of(by) or {"file": "", "line": 0}
        doc = " ".join((inspect.getdoc(by) or "").partition("\n\n")[0].split())
        claim = getattr(by, "exactness", None) or (self._pass.exactness if self._pass else None)
        told = {"doc": doc, "exactness": claim.value if claim else ""}
        return {"name": rewrite.pattern, "pass": rewrite.pass_name, **source, **told}


def level_of(module: ModuleOp) -> str:
    """`model`, `low precision` or `kernels`."""
    if any(isinstance(op, KernelOp) for op in main_function(module).body.block.ops):
        return "kernels"
    return "low precision" if computes_on_codes(module) else "model"


def source_of(of: type) -> Record | None:
    """File, as the repository has it where it is ours, and first line; None for what has no source."""
    try:
        path, (_, line) = inspect.getsourcefile(of), inspect.getsourcelines(of)
    except (OSError, TypeError):
        return None
    home = of.__module__.split(".")
    if home[0] == "lpt":
        inside = home[1:] if len(home) > 1 and home[1] in ("dialects", "passes", "codegen") else home
        return {"file": "/".join(inside) + ".py", "line": line}
    return {"file": Path(path or "").name, "line": line}


def _source_of_pass(p: LptPass) -> Record | None:
    """Of patterns of one's own that are a pass, the source of the first."""
    rules = p.rules if isinstance(p, PatternPass) else p.makers if isinstance(p, RulePass) else ()
    of = rules[0] if rules else p
    return source_of(of if isinstance(of, type) else type(of))


__all__ = ["Recorder", "level_of", "source_of"]
