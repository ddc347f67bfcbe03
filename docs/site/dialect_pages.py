"""Reference pages of the dialects: each operation as its definition says, with a line of IR out of the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markup import ROOT, fence, prose, source, summary, table
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, IntegerAttr, StringAttr, TensorType
from xdsl.ir import Attribute, Dialect, Operation
from xdsl.irdl import AttrConstraint, IRDLOperation, OptionalDef, VariadicDef

from lpt.dialects.registry import DIALECTS


def pages() -> Iterator[tuple[str, str, str]]:
    """Path, title and text of each dialect's page."""
    for dialect in DIALECTS:
        if dialect.name not in ("builtin", "func"):
            yield f"reference/dialects/{dialect.name}.md", dialect.name, _page(dialect)


def _page(dialect: Dialect) -> str:
    operations = sorted(dialect.operations, key=lambda op: op.name)
    attributes = sorted(dialect.attributes, key=lambda attribute: attribute.name)
    module = __import__(f"lpt.dialects.{dialect.name}", fromlist=["_"])
    parts = [f"# Dialect `{dialect.name}`", prose(module.__doc__)]
    rows = [[f"[`{op.name}`](#{op.name})", summary(op.__doc__)] for op in operations]
    parts += [table(["operation", "what it does"], rows)]
    if attributes:
        parts += ["## Types and attributes", *(_attribute(attribute) for attribute in attributes), "## Operations"]
    return "\n\n".join([*parts, *(_operation(op) for op in operations)])


def _attribute(attribute: type[Attribute]) -> str:
    return f"### `{attribute.name}` {{ #{attribute.name} }}\n\n{prose(attribute.__doc__)}\n\n{_class(attribute)}"


def _class(what: type) -> str:
    home = ".".join(what.__module__.split(".")[:3])  # operations of nn are imported from the package
    return f"Class `{home}.{what.__name__}`, {source(what)}"


def _operation(op: type[Operation]) -> str:
    assert issubclass(op, IRDLOperation)
    definition = op.get_irdl_definition()
    parts = [f"### `{op.name}` {{ #{op.name} }}", prose(op.__doc__)]
    if (example := examples().get(op.name)) is not None:
        parts.append(fence(example if len(example) < 100 else example.replace(" : (", "\n    : (", 1), "mlir"))
    rows: list[list[str]] = []
    for role, things in (
        ("operand", definition.operands),
        ("result", definition.results),
        ("region", definition.regions),
    ):
        rows += [[role, f"`{name}`", _count(what), _kind_of(what)] for name, what in things]
    for name, what in {**definition.properties, **definition.attributes}.items():
        rows.append(["property", f"`{name}`", _count(what), _kind_of(what)])
    if rows:
        parts.append(table(["", "name", "", "type"], rows))
    traits = sorted({type(trait).__name__ for trait in op.traits.traits})
    facts = [f"Kind on quantized operands: **{op.KIND.value}**"] if hasattr(op, "KIND") else []
    facts += [f"Traits: {', '.join(f'`{trait}`' for trait in traits)}"] if traits else []
    return "\n\n".join([*parts, "<br>\n".join([*facts, _class(op)])])


def _count(what: object) -> str:
    return "optional" if isinstance(what, OptionalDef) else "any number" if isinstance(what, VariadicDef) else ""


def _kind_of(what: object) -> str:
    """What types or attributes it may have."""
    constraint = getattr(what, "constr", None)
    while not isinstance(constraint, AttrConstraint | None):  # of a list of values: what each of them is
        constraint = getattr(constraint, "constr", None) or getattr(constraint, "constraint", None)
    bases = constraint.get_bases() if constraint is not None else None
    return ", ".join(sorted(_WRITTEN.get(base, f"`{base.__name__}`") for base in bases)) if bases else "any"


_WRITTEN: dict[type, str] = {
    DenseArrayBase: "`array<i64: …>`",
    FloatAttr: "float",
    IntegerAttr: "integer",
    StringAttr: "string",
    TensorType: "tensor",
}
"""How attributes and types are called in tables."""


@cache
def examples() -> dict[str, str]:
    """Operation → the shortest line of it in the tests' IR."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "tests").rglob("*.mlir")):
        for line in file.read_text(encoding="utf-8").splitlines():
            text = line.strip()
            match = re.match(r"(?:%[\w, %]+ = )?(\w+\.\w+) [^{]", text)
            if match and not text.endswith("{") and "#blob" not in text and len(text) < len(found.get(match[1], "x" * 221)):
                found[match[1]] = text
    return found
