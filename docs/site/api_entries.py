"""What public modules export: each name's kind, signature, docstring and place, and the same of a class's own members."""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FunctionType

from markup import source
from public_modules import MODULES
from xdsl.ir import Data
from xdsl.irdl import IRDLOperation


@dataclass
class Entry:
    """An exported name, or a member of an exported class. `overrides`: a base class says what it does."""

    name: str
    kind: str
    signature: str
    doc: str | None
    place: str = ""
    members: list[Entry] = field(default_factory=list)
    overrides: bool = False
    operation: str = ""
    """Of a class of operations, what they are called in IR."""

    def lines(self, indent: int = 2) -> Iterator[str]:
        """As the golden file of the public interface has it."""
        yield f"{' ' * indent}{self.kind} {self.name}{self.signature}"
        for member in self.members:
            yield from member.lines(indent + 2)


def entries(module_name: str) -> list[Entry]:
    """The names of a module's `__all__`, in alphabetical order."""
    module = importlib.import_module(module_name)
    names: list[str] = sorted(module.__all__)
    return [_entry(name, getattr(module, name), module_name) for name in names]


def _entry(name: str, value: object, module: str) -> Entry:
    if isinstance(value, type) and value.__module__.startswith("lpt"):
        operation = value.name if issubclass(value, IRDLOperation) and "name" in vars(value) else ""
        return Entry(name, "class", _signature(value), _own_doc(value), source(value), list(_members(value)), operation=operation)
    if isinstance(value, FunctionType) or inspect.ismethod(value) or (callable(value) and hasattr(value, "__wrapped__")):
        return Entry(name, "function", _signature(value), _own_doc(value), source(value))
    return Entry(name, "data", f": {_type_of(value)}", attribute_doc(module, name), module)


def _type_of(value: object) -> str:
    return type(value).__name__ if not isinstance(value, type) else "type"


def _own_doc(value: object) -> str | None:
    """A docstring of its own: neither inherited nor the one that `dataclass` makes."""
    doc = value.__dict__.get("__doc__") if isinstance(value, type) else getattr(value, "__doc__", None)
    made = isinstance(value, type) and doc is not None and doc.startswith(f"{value.__name__}(")
    return None if made else doc


def _signature(value: object) -> str:
    if isinstance(value, type) and (issubclass(value, enum.Enum) or _has_made_init(value)):
        return ""
    try:
        text = str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    return re.sub(r"<([\w.]+): [^>]*>", r"\1", re.sub(r"(: |-> )'([^']*)'", r"\1\2", text))


def _has_made_init(cls: type) -> bool:
    """Whether its constructor is xDSL's own, which takes lists of anything."""
    return issubclass(cls, IRDLOperation | Data) and getattr(cls.__init__, "__module__", "").startswith("xdsl")


def _members(cls: type) -> Iterator[Entry]:
    """Public attributes with a docstring, methods and properties: its own, and those of bases that are no part of the interface."""
    if issubclass(cls, enum.Enum):
        yield from (Entry(m.name, "value", f" = {m.value!r}", attribute_doc(cls.__module__, m.name, cls.__name__)) for m in cls)
        return
    seen: set[str] = set()
    for base in [cls, *(base for base in cls.__mro__[1:] if _is_hidden(base))]:
        for entry in (*_attributes(base), *_functions(base)):
            if entry.name not in seen and (entry.doc or not entry.overrides):
                seen.add(entry.name)
                yield entry


def _is_hidden(base: type) -> bool:
    """Whether a base class of ours is exported nowhere, so that what it gives is described where it is inherited."""
    return base.__module__.startswith("lpt.") and base not in _exported()


@functools.cache
def _exported() -> frozenset[type]:
    modules = [importlib.import_module(name) for name in MODULES]
    return frozenset(value for m in modules for name in m.__all__ if isinstance(value := getattr(m, name), type))


def _attributes(cls: type) -> Iterator[Entry]:
    node = next((n for n in _tree(cls.__module__).body if isinstance(n, ast.ClassDef) and n.name == cls.__name__), None)
    for statement in node.body if node is not None else ():
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(statement, ast.AnnAssign) and isinstance(target, ast.Name) and not target.id.startswith("_"):
            doc = attribute_doc(cls.__module__, target.id, cls.__name__)
            yield Entry(target.id, "attribute", f": {ast.unparse(statement.annotation)}", doc, overrides=True)


def _functions(cls: type) -> Iterator[Entry]:
    for name, value in vars(cls).items():
        function, kind = _function_of(value)
        if name.startswith("_") or function is None or not function.__module__.startswith("lpt"):
            continue
        overrides = any(name in vars(base) for base in cls.__mro__[1:])
        if kind == "property":
            gives = str(function.__annotations__.get("return", ""))
            yield Entry(name, kind, f": {gives}" if gives else "", _own_doc(function), overrides=overrides)
        else:
            shown = _signature(function if kind != "class method" else getattr(cls, name))
            yield Entry(name, kind, shown, _own_doc(function), overrides=overrides)


def _function_of(value: object) -> tuple[FunctionType | None, str]:
    """The function behind what stands in a class's namespace, and what it is there."""
    function: object
    match value:
        case classmethod():
            function, kind = value.__func__, "class method"
        case staticmethod():
            function, kind = value.__func__, "static method"
        case property():
            function, kind = value.fget, "property"
        case functools.cached_property():
            function, kind = value.func, "property"
        case _:
            function, kind = value, "method"
    return (function, kind) if isinstance(function, FunctionType) else (None, "")


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


def attribute_doc(module: str, name: str, cls: str | None = None) -> str | None:
    """The string below an assignment, in a module or in a class of it; of an imported name, where it is assigned."""
    body: list[ast.stmt] = _tree(module).body
    if cls is not None:
        body = next(node.body for node in body if isinstance(node, ast.ClassDef) and node.name == cls)
    for node, behind in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ImportFrom) and node.module and any((a.asname or a.name) == name for a in node.names):
            return attribute_doc(node.module, name)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            is_doc = isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant) and isinstance(behind.value.value, str)
            return str(behind.value.value) if is_doc else None  # type: ignore[union-attr]
    return None
