"""One function of a module as a module of its own, so that a pipeline runs on it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation

MAIN = "main"
"""The name under which passes look for the network."""


@contextmanager
def alone(function: FuncOp) -> Iterator[ModuleOp]:
    """Within the block, `function` is `@main` of a module of its own with the attributes of its module.

    Behind it the function is back in its place under its name, whatever happened, and attributes that were set on the module
    are set on its own. A function that is in no module is in none again.
    """
    parent, following, name = function.parent, function.next_op, function.sym_name
    home = _module_of(function)
    if parent is not None:
        function.detach()  # type: ignore[no-untyped-call]
    function.properties["sym_name"] = StringAttr(MAIN)
    module = ModuleOp([function], dict(home.attributes) if home is not None else None)
    try:
        yield module
    finally:
        function.properties["sym_name"] = name
        function.detach()  # type: ignore[no-untyped-call]
        if home is not None:
            home.attributes.update(module.attributes)
        if parent is not None and following is not None:
            parent.insert_op_before(function, following)
        elif parent is not None:
            parent.add_op(function)


def _module_of(op: Operation) -> ModuleOp | None:
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, ModuleOp):
        parent = parent.parent_op()
    return parent
