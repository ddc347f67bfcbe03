"""The table of OpenVINO operations, by type and operator set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from lpt.importers.table import Result, Table

if TYPE_CHECKING:
    from lpt.importers.openvino.node import Node

__all__ = ["handles", "supported"]

Handler = Callable[["Node"], Result | Sequence[Result]]
HandlerT = TypeVar("HandlerT", bound=Handler)

OLDEST, NEWEST = 1, 16
"""Operator sets whose operations were read."""


def _load() -> None:
    from lpt.importers.openvino import handlers

    handlers.load()


_table: Table[str, Handler] = Table(_load)


def handles(op_type: str, first: int = OLDEST, last: int = NEWEST) -> Callable[[HandlerT], HandlerT]:
    """Register a handler for an operation as it is from operator set `first` to `last`.

    An IR names the set that brought the operation in its present form, or a later one.
    """

    def register(handler: HandlerT) -> HandlerT:
        _table.add(op_type, handler, first, last)
        return handler

    return register


def lookup(op_type: str, opset: int) -> Handler | None:
    """The handler for an operation at an operator set, if its meaning there is known."""
    return _table.lookup(op_type, opset)


def is_ours() -> bool:
    """Whether nobody else has registered a handler."""
    return _table.is_ours


def supported() -> dict[str, list[tuple[int, int]]]:
    """Operation → ranges of operator sets."""
    return _table.supported()
