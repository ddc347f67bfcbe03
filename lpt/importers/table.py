"""Which function imports which operator, and for which operator sets its meaning is known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.importers.value import Value
from lpt.plugins import load_plugins

Result = SSAValue | Array | Value
"""What a handler returns, or a sequence of it."""

HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])
KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True)
class Entry(Generic[HandlerT]):
    """A handler and the operator sets it is for, both ends included."""

    handler: HandlerT
    first: int
    last: int


class Table(Generic[KeyT, HandlerT]):
    """Handlers by operator; `load` imports the files that register them."""

    def __init__(self, load: Callable[[], None]):
        self._load = load
        self._entries: dict[KeyT, list[Entry[HandlerT]]] = {}

    def add(self, key: KeyT, handler: HandlerT, first: int, last: int) -> None:
        """Register a handler for an operator at operator sets from `first` to `last`."""
        self._entries.setdefault(key, []).append(Entry(handler, first, last))

    def lookup(self, key: KeyT, opset: int) -> HandlerT | None:
        """The handler for an operator at an operator set, if its meaning there is known: ours, else a plugin's."""
        self._load()
        if (found := self._find(key, opset)) is None:
            load_plugins()
            found = self._find(key, opset)
        return found

    def _find(self, key: KeyT, opset: int) -> HandlerT | None:
        entries = self._entries.get(key, ())
        return next((entry.handler for entry in entries if entry.first <= opset <= entry.last), None)

    @property
    def is_ours(self) -> bool:
        """Whether nobody else has registered a handler."""
        handlers = (entry.handler for entries in self._entries.values() for entry in entries)
        return all(handler.__module__.partition(".")[0] == "lpt" for handler in handlers)

    def supported(self) -> dict[KeyT, list[tuple[int, int]]]:
        """Operator → ranges of operator sets."""
        self._load()
        keys = sorted(self._entries, key=str)
        return {key: [(entry.first, entry.last) for entry in self._entries[key]] for key in keys}


def as_values(results: Result | Sequence[Result]) -> list[Value]:
    """What a handler returned, as values."""
    many = [results] if isinstance(results, SSAValue | np.ndarray | Value) else list(results)
    return [_as_value(result) for result in many]


def _as_value(result: Result) -> Value:
    match result:
        case Value():
            return result
        case SSAValue():
            return Value(ssa=result)
        case _:
            return Value(result)
