"""Which function imports which operator, and for which operator sets its meaning is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.importers.onnx.value import Value

if TYPE_CHECKING:
    from lpt.importers.onnx.node import Node

Result = SSAValue | Array | Value
Handler = Callable[["Node"], Result | Sequence[Result]]
HandlerT = TypeVar("HandlerT", bound=Handler)

OLDEST, NEWEST = 7, 28
"""Operator sets of ai.onnx whose operators were read: 7 brought numpy's broadcasting."""

MICROSOFT = "com.microsoft"


@dataclass(frozen=True)
class Entry:
    """A handler and the operator sets it is for, both ends included."""

    handler: Handler
    first: int
    last: int


_table: dict[tuple[str, str], list[Entry]] = {}


def handles(
    op_type: str, first: int = OLDEST, last: int = NEWEST, *, domain: str = "", also: Sequence[str] = ()
) -> Callable[[HandlerT], HandlerT]:
    """Register a handler for an operator of ai.onnx ("") or another `domain`, and for the domains in `also`."""

    def register(handler: HandlerT) -> HandlerT:
        _table.setdefault((domain, op_type), []).append(Entry(handler, first, last))
        for other in also:
            _table.setdefault((other, op_type), []).append(Entry(handler, 1, NEWEST))
        return handler

    return register


def microsoft(op_type: str) -> Callable[[HandlerT], HandlerT]:
    """Register a handler for an operator of com.microsoft, version 1."""
    return handles(op_type, 1, 1, domain=MICROSOFT)


def lookup(domain: str, op_type: str, opset: int) -> Handler | None:
    """The handler for an operator at an operator set, if its meaning there is known."""
    from lpt.importers.onnx import handlers

    handlers.load()
    for entry in _table.get((domain, op_type), ()):
        if entry.first <= opset <= entry.last:
            return entry.handler
    return None


def supported() -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(domain, operator) → ranges of operator sets."""
    from lpt.importers.onnx import handlers

    handlers.load()
    return {key: [(entry.first, entry.last) for entry in entries] for key, entries in sorted(_table.items())}
