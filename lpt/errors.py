"""The errors a user meets. Each says what is wrong, where, and the way out.

This module is a leaf: everything may import it, it imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

__all__ = [
    "CompileError",
    "LoadError",
    "LptError",
    "RunError",
    "TransformError",
    "UnsupportedError",
    "ValidationError",
]


class LptError(Exception):
    """Wrong input. `what` went wrong, `where` (a node, a file, a value), and the `way_out`."""

    def __init__(self, what: str, *, where: str | None = None, way_out: str | None = None):
        self.what, self.where, self.way_out = what, where, way_out
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}; {way_out}" if way_out else text)


class LoadError(LptError):
    """A model file cannot be read: truncated, cyclic, outside its folder, of an unknown format."""


class UnsupportedError(LptError):
    """The model is well formed, but an operator, type or shape in it is not handled."""


class TransformError(LptError):
    """A pass pipeline is misspelt, or a pass broke its contract."""


class ValidationError(LptError):
    """A pass changed results beyond the exactness it declares."""


class CompileError(LptError):
    """The module cannot be compiled for the target."""


class RunError(LptError):
    """A call of an executable with wrong inputs."""


class ValuesNeeded(UnsupportedError):
    """The model can only be imported for given values of the inputs `names`: they decide what is computed."""

    def __init__(self, what: str, *, names: Sequence[str], where: str | None = None, way_out: str | None = None):
        super().__init__(what, where=where, way_out=way_out)
        self.names = tuple(names)


@contextmanager
def memory_for(what: str, kind: type[LptError]) -> Iterator[None]:
    """Around what a model may take too much memory for: a MemoryError becomes an error of this kind."""
    try:
        yield
    except MemoryError as error:
        raise kind(f"{what} needs more memory than there is", way_out="use smaller shapes") from error
