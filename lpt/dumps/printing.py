"""Modules as text, short and complete: constants and scales elided from a size on, source nodes as locations where asked for.

A `ModulePrinter` prints the states of one module through a pipeline. A value keeps its name in all of them, and an operation that
has not changed is not printed anew: after one rewrite of resnet50 that is a hundredth of the time.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.printer import Printer

from lpt.dialects.blob import INLINE_LIMIT, inline_constants, inline_scales, print_full
from lpt.passes.journal import NODE

__all__ = ["ModulePrinter", "Style"]


@dataclass(frozen=True)
class Style:
    """What is printed. Text of any style but `elements` reads back."""

    constants: int = INLINE_LIMIT
    """Constants of more elements are a digest, shape and range."""
    scales: int = INLINE_LIMIT
    """Types with more scales have their digest, number and range."""
    elements: int | None = None
    """`dense<…>` of other dialects with more elements are `dense_resource<__elided__>`, which has no data."""
    full: bool = False
    """Everything as upstream MLIR prints it."""
    generic: bool = False
    """Operations in the generic form."""
    locations: bool = False
    """Source nodes as `loc("Conv_0")` behind an operation, not as the attribute `lpt.node`."""


@contextmanager
def _set(variable: ContextVar[Any], value: object) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


@dataclass
class ModulePrinter:
    """Prints the states of a module; each operation once, until it changes."""

    style: Style = field(default_factory=Style)
    names: dict[SSAValue, str] = field(default_factory=dict)
    printed: dict[Operation, tuple[object, str]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)

    def text(self, module: ModuleOp) -> str:
        """The module as it is now, with a newline at the end."""
        text = self._printed(lambda printer: printer.print_op(module))
        self._forget(module)
        return text + "\n"

    def operation(self, op: Operation) -> str:
        """One operation of a function as it is now, without indentation."""
        return dedent(self._printed(lambda printer: printer.print_op(op))).strip("\n")

    def _printed(self, write: Callable[[Printer], None]) -> str:
        stream = io.StringIO()
        style = self.style
        with ExitStack() as stack:
            for variable, value in ((print_full, style.full), (inline_constants, style.constants), (inline_scales, style.scales)):
                stack.enter_context(_set(variable, value))
            printer = _Printer(stream=stream, print_generic_format=style.generic)
            printer.session = self
            write(printer)
        return stream.getvalue()

    def name_of(self, value: SSAValue) -> str:
        """The name of a value, without the %: its hint, made unique, or a number."""
        name = self.names.get(value)
        if name is None:
            name = self.names[value] = self._new_name(value.name_hint)
        return name

    def _new_name(self, hint: str | None) -> str:
        count = self._counts.get(hint or "", 0)
        name = hint if hint and not count else f"{hint}_{count}" if hint else str(count)
        self._counts[hint or ""] = count + 1
        if name in self._taken:
            return self._new_name(hint)
        self._taken.add(name)
        return name

    def _forget(self, module: ModuleOp) -> None:
        """Drop what is no longer in the module, once that is most of what is held."""
        if len(self.printed) > 64 and len(self.printed) > 2 * sum(1 for _ in module.walk()):
            alive = set(module.walk())
            self.printed = {op: entry for op, entry in self.printed.items() if op in alive}
            self.names = {v: name for v, name in self.names.items() if isinstance(v.owner, Block) or v.owner in alive}


class _Printer(Printer):
    session: ModulePrinter

    def print_ssa_value(self, value: SSAValue) -> str:
        name = self.session.name_of(value)
        self.print_string(f"%{name}")
        return name

    def print_attribute(self, attribute: Attribute) -> None:
        limit = self.session.style.elements
        if limit is not None and isinstance(attribute, DenseIntOrFPElementsAttr) and len(attribute) > limit:
            self.print_string("dense_resource<__elided__> : ")
            attribute = attribute.type
        super().print_attribute(attribute)

    def print_op(self, op: Operation) -> None:
        if not isinstance(op.parent_op(), FuncOp):
            self._print_located(op)
            return
        state, held = _state(op), self.session.printed.get(op)
        if held is None or held[0] != state:
            held = self.session.printed[op] = (state, self._captured(op))
        assert self.stream is not None
        self.stream.write(held[1])

    def _captured(self, op: Operation) -> str:
        outer, self.stream = self.stream, io.StringIO()
        try:
            self._print_located(op)
            return self.stream.getvalue()
        finally:
            self.stream = outer

    def _print_located(self, op: Operation) -> None:
        node = op.attributes.get(NODE)
        if not self.session.style.locations or not isinstance(node, StringAttr):
            super().print_op(op)
            return
        kept = dict(op.attributes)
        del op.attributes[NODE]
        try:
            super().print_op(op)
        finally:
            op.attributes.clear()
            op.attributes.update(kept)
        self.print_string(" loc(")
        self.print_string_literal(node.data)
        self.print_string(")")


def _state(op: Operation) -> tuple[object, ...]:
    """What an operation's text follows from; its values have one name for ever."""
    inside = tuple(
        (tuple((argument, argument.type) for argument in block.args), tuple(map(_state, block.ops)))
        for region in op.regions
        for block in region.blocks
    )
    return (op, tuple(op.operands), op.result_types, tuple(op.attributes.items()), tuple(op.properties.items()), inside)
