"""Which patterns may fire, and how often: halving a limit finds the rewrite that breaks what comes later.

    with limited(rewrites=100, without=["fuse-rounding"]) as fuel:
        Pipeline("lpt").run(model)
    print(fuel.last)      # the hundredth rewrite

`lpt-opt --rewrite-limit=100 --disable-patterns=fuse-rounding` does the same; LLVM calls it compiler fuel, or bisect limit.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from lpt.errors import TransformError
from lpt.passes.journal import Rewrite

__all__ = ["Fuel", "limited"]


@dataclass
class Fuel:
    """What may still be rewritten; `left` is None where that is not limited. `met` are the patterns there were."""

    left: int | None = None
    without: frozenset[str] = frozenset()
    last: Rewrite | None = None
    met: set[str] = field(default_factory=set)

    def allows(self, pattern: str) -> bool:
        """Whether a pattern of this name may fire."""
        self.met.add(pattern)
        return pattern not in self.without

    def burn(self, rewrite: Rewrite) -> None:
        """A rewrite was made."""
        self.last = rewrite
        if self.left is not None:
            self.left -= 1


FUEL: ContextVar[Fuel | None] = ContextVar("lpt_fuel", default=None)
"""What the pattern driver asks; None where everything may be rewritten."""


@contextmanager
def limited(rewrites: int | None = None, without: Sequence[str] = ()) -> Iterator[Fuel]:
    """Within the block patterns rewrite at most so often, all together, and those in `without` not at all.

    What passes do without patterns is not held back, and what they ensure is not checked. Raises TransformError at the end for a
    name in `without` that no pattern had.
    """
    fuel = Fuel(rewrites, frozenset(without))
    token = FUEL.set(fuel)
    try:
        yield fuel
    finally:
        FUEL.reset(token)
    for name in without:
        if name not in fuel.met:
            close = difflib.get_close_matches(name, fuel.met, n=1, cutoff=0.5)
            way_out = f"did you mean {close[0]}?" if close else "lpt-opt --pattern-stats names them"
            raise TransformError(f"no pass has a pattern {name!r}", where="pipeline", way_out=way_out)
