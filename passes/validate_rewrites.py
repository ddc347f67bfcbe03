"""Hold each rewrite to the exactness that its pass states, on the values that the network has there.

Values of the whole network are computed once. Each rewrite is told from a copy of the module before it (`lpt.passes.slices`): only
the operations that it removed and those that it made are run, on the values around them, and compared as `lpt.passes.validate`
compares a pass. The first rewrite that does more than its pass states is named, with both sides as modules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.errors import ValidationError
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import PassRun, Rewrite
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.slices import Change, Snapshot
from lpt.passes.validate import Comparison, PassCheck, as_new, stands_for

__all__ = ["RewriteCheck", "RewriteError", "RewriteValidator"]

UNNOTED = "(the pass itself)"
"""The name of what a pass changed and did not note in the journal."""


class RewriteError(ValidationError):
    """One rewrite changed results beyond what its pass states; `before` and `after` are its two sides, on `inputs`."""

    def __init__(self, error: ValidationError, p: LptPass, pattern: str, change: Change, inputs: Sequence[Array]):
        super().__init__(f"pattern {pattern}: {error.what}", where=error.where, way_out=error.way_out)
        self.pass_name, self.pattern = str(p.spec()), pattern
        self.before, self.after, self.inputs = change.before, change.after, list(inputs)


@dataclass(frozen=True)
class RewriteCheck:
    """One pattern in one pass: its rewrites, and the worst of them as `PassCheck` has it."""

    pass_name: str
    pattern: str
    claim: Exactness
    rewrites: int
    worst: PassCheck


class RewriteValidator(Instrumentation):
    """A hook that checks each rewrite of a pipeline on these inputs of @main; `checks` are its rows, by pass and pattern.

    Raises RewriteError from within the pipeline.
    """

    def __init__(self, module: ModuleOp, inputs: Sequence[Array]):
        self.checks: dict[tuple[str, str], RewriteCheck] = {}
        function = main_function(module)
        values = {value for op in function.body.block.ops for value in op.results} | set(function.body.block.args)
        _, self.values = run_function(function, inputs, taps=values)
        self._stands: dict[SSAValue, SSAValue] = {}
        self._pass: LptPass | None = None
        self._snapshot: Snapshot | None = None
        self._pending: list[Rewrite] = []

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self._pass, self._stands = p, {}
        if self._snapshot is None or self._snapshot.module is not module:
            self._snapshot = Snapshot(module)
        else:
            self._snapshot.follow()
        self._pending.clear()

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        """What a pass notes while the module is not whole is checked behind the pass, or with the next rewrite."""
        self._stands.update(rewrite.values)
        self._pending.append(rewrite)
        if rewrite.whole:
            self._check(module)

    def after_pass(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        self._check(module)

    def _latest(self, value: SSAValue) -> SSAValue:
        seen = {value}
        while (following := self._stands.get(value)) is not None and following not in seen:
            seen.add(following)
            value = following
        return value

    def _check(self, module: ModuleOp) -> None:
        assert self._snapshot is not None
        pattern = ", ".join(dict.fromkeys(rewrite.pattern for rewrite in self._pending)) or UNNOTED
        count = max(len(self._pending), 1)
        change = self._snapshot.change(self._latest, [(old, self._latest(new)) for r in self._pending for old, new in r.values])
        self._pending.clear()
        if change is not None:
            self._compare(pattern, change, count)
        self._snapshot.follow()

    def _compare(self, pattern: str, change: Change, count: int) -> None:
        p = self._pass
        assert p is not None
        inputs = [self.values[value] for value in change.inputs]
        before, after = main_function(change.before), main_function(change.after)
        arguments: dict[SSAValue, SSAValue] = dict(zip(after.body.block.args, before.body.block.args, strict=True))
        comparison = Comparison(p, before, after, arguments, {})
        try:
            row = comparison.run(inputs)
        except ValidationError as error:
            raise RewriteError(error, p, pattern, change, inputs) from error
        known = self.checks.get((p.name, pattern))
        worst = row if known is None or row.worst > known.worst.worst else known.worst
        total = count + (known.rewrites if known is not None else 0)
        self.checks[p.name, pattern] = RewriteCheck(p.name, pattern, p.exactness, total, worst)
        self._take_values(change, inputs)

    def _take_values(self, change: Change, inputs: Sequence[Array]) -> None:
        """Values of what is new; what replaces an earlier value holds that value."""
        _, computed = run_function(main_function(change.after), inputs, taps=set(change.made.values()))
        self.values.update((value, computed[twin]) for value, twin in change.made.items())
        originals = self._snapshot.originals if self._snapshot is not None else {}
        for old, new in change.replaced:
            known = self.values.get(originals[old])
            if known is not None and stands_for(old, new):
                self.values[new] = as_new(known, old, new)
