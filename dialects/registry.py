"""The dialects of this project, those of one's own, and a context that has them loaded."""

from __future__ import annotations

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func
from xdsl.ir import Dialect

from lpt.dialects.kernel import Kernel
from lpt.dialects.lpt import Lpt
from lpt.dialects.nn import Nn
from lpt.dialects.quant import Quant
from lpt.errors import LptError
from lpt.plugins import load_plugins

__all__ = ["DIALECTS", "all_dialects", "make_context", "register_dialect"]

DIALECTS = (Builtin, Func, Quant, Lpt, Nn, Kernel)
"""What every module may hold."""

_registered: dict[str, Dialect] = {}


def register_dialect(dialect: Dialect) -> Dialect:
    """From now on, in this process, modules with this dialect's operations are read. Raises LptError for a name that is taken."""
    if any(dialect.name == ours.name for ours in DIALECTS):
        raise LptError(f"{dialect.name!r} is a dialect of lpt", where="dialect", way_out="choose another name")
    _registered[dialect.name] = dialect
    return dialect


def all_dialects() -> tuple[Dialect, ...]:
    """Ours, and those of one's own, installed plugins' among them."""
    load_plugins()
    return (*DIALECTS, *_registered.values())


def make_context() -> Context:
    """A context in which every level of a model parses."""
    context = Context()
    for dialect in all_dialects():
        context.load_dialect(dialect)
    return context
