"""The dialects of this project, and a context that has them loaded."""

from __future__ import annotations

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func

from lpt.dialects.kernel import Kernel
from lpt.dialects.lpt import Lpt
from lpt.dialects.nn import Nn
from lpt.dialects.quant import Quant

DIALECTS = (Builtin, Func, Quant, Lpt, Nn, Kernel)


def make_context() -> Context:
    """A context in which every level of a model parses."""
    context = Context()
    for dialect in DIALECTS:
        context.load_dialect(dialect)
    return context
