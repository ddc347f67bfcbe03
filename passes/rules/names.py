"""Operations under the short names that rules use: `mul` is `nn.mul`, `qcast` `quant.qcast`, `requantize` `lpt.requantize`."""

from __future__ import annotations

import difflib
import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from xdsl.ir import Operation

from lpt.dialects.lpt import Lpt
from lpt.dialects.nn import Nn
from lpt.dialects.quant import Quant
from lpt.errors import TransformError

MadeT = TypeVar("MadeT")

UNNAMED = "rule"
"""Where a misspelt operation is, until it is known which rule names it."""


@functools.cache
def _by_name() -> dict[str, type[Operation]]:
    """Of two operations of one name the one of `nn` counts, then that of `quant`."""
    return {op.name.partition(".")[2]: op for dialect in (Lpt, Quant, Nn) for op in dialect.operations}


def operation_called(name: str) -> type[Operation]:
    """The class of `nn.{name}`, `quant.{name}` or `lpt.{name}`; `and_` stands for `and`.

    Raises TransformError for an unknown one.
    """
    found = _by_name().get(name.rstrip("_"))
    if found is None:
        close = difflib.get_close_matches(name, _by_name(), n=1)
        raise TransformError(
            f"there is no operation {name!r}", where=UNNAMED, way_out=f"did you mean {close[0]}?" if close else None
        )
    return found


class Names(ABC, Generic[MadeT]):
    """Operations as methods under their short names: `op.mul(a, b)`."""

    def __getattr__(self, name: str) -> Callable[..., MadeT]:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._maker(operation_called(name))

    @abstractmethod
    def _maker(self, op_class: type[Operation]) -> Callable[..., MadeT]:
        """What the method of a class does."""
