"""The table of ONNX operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from lpt.importers.table import Result, Table

if TYPE_CHECKING:
    from lpt.importers.onnx.node import Node

__all__ = ["handles", "supported"]

Handler = Callable[["Node"], Result | Sequence[Result]]
HandlerT = TypeVar("HandlerT", bound=Handler)

OLDEST, NEWEST = 7, 28
"""Operator sets of ai.onnx whose operators were read: 7 brought numpy's broadcasting."""

MICROSOFT = "com.microsoft"
OPENVINO = "org.openvinotoolkit"


def _load() -> None:
    from lpt.importers.onnx import handlers

    handlers.load()


_table: Table[tuple[str, str], Handler] = Table(_load)


def handles(
    op_type: str, first: int = OLDEST, last: int = NEWEST, *, domain: str = "", also: Sequence[str] = ()
) -> Callable[[HandlerT], HandlerT]:
    """Register a handler for an operator of ai.onnx ("") or another `domain`, and for the domains in `also`."""

    def register(handler: HandlerT) -> HandlerT:
        _table.add((domain, op_type), handler, first, last)
        for other in also:
            _table.add((other, op_type), handler, 1, NEWEST)
        return handler

    return register


def microsoft(op_type: str) -> Callable[[HandlerT], HandlerT]:
    """Register a handler for an operator of com.microsoft, version 1."""
    return handles(op_type, 1, 1, domain=MICROSOFT)


def lookup(domain: str, op_type: str, opset: int) -> Handler | None:
    """The handler for an operator at an operator set, if its meaning there is known."""
    return _table.lookup((domain, op_type), opset)


def is_ours() -> bool:
    """Whether nobody else has registered a handler."""
    return _table.is_ours


def supported() -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(domain, operator) → ranges of operator sets."""
    return _table.supported()
