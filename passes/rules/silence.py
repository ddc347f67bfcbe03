"""Where a pattern that gave no reason left an operation alone: the guard of its `rewrite` at which it returned.

Found by running `rewrite` under a line tracer, so that no pattern has to say anything: push_offsets.py:98: if not any(found):
"""

from __future__ import annotations

import inspect
import linecache
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.passes.driver import Pattern


@dataclass(frozen=True)
class Line:
    """A line of a source file."""

    path: str
    number: int

    @property
    def text(self) -> str:
        """What stands there."""
        return linecache.getline(self.path, self.number).strip()

    def __str__(self) -> str:
        return f"{Path(self.path).name}:{self.number}: {self.text}"


class Watched(Pattern):
    """A pattern in the place of which this stands; `silent` has the last line that it ran at each operation it left alone."""

    name = "watched"

    def __init__(self, pattern: Pattern):
        self.pattern = pattern
        self.silent: dict[Operation, Line] = {}
        vars(self).update(name=pattern.name, benefit=pattern.benefit, matches=pattern.matches)
        self._code = inspect.unwrap(type(pattern).rewrite).__code__
        self._lines: list[int] = []

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        """What the pattern does."""
        before, self._lines, self.pattern._reason = sys.gettrace(), [], None
        sys.settrace(self._enter)
        try:
            self.pattern.match_and_rewrite(op, rewriter)
        finally:
            sys.settrace(before)
            self._reason = self.pattern._reason
        self.silent.pop(op, None)
        if self._reason is None and not rewriter.has_done_action and self._lines:
            self.silent[op] = self._guard()

    def _enter(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._step if frame.f_code is self._code else None

    def _step(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "line":
            self._lines.append(frame.f_lineno)
        return self._step

    def _guard(self) -> Line:
        """The last line that ran; of a bare return the one before it, which decided."""
        lines = [Line(self._code.co_filename, number) for number in self._lines]
        return next((line for line in reversed(lines) if line.text not in ("return", "return None", "pass")), lines[-1])
