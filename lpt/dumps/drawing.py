"""What every picture of a module shows alike: which operations are drawn, what each computes on, and types as people read them."""

from __future__ import annotations

from collections.abc import Set

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Block, Operation

from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, short_name
from lpt.errors import LptError

COLOURS = {"integer": "#9ecae9", "float": "#fdbe85", "cast": "#dddddd", "other": "#ffffff"}
"""The fill of each kind, which the colour-blind tell apart; integer operations have a thicker border besides."""


def following_from_constants(block: Block) -> set[Operation]:
    """The operations all of whose operands are constants or computed from such: what a graph is drawn without."""
    found: set[Operation] = set()
    for op in block.ops:
        if op.results and not op.regions and all(operand.owner in found for operand in op.operands):
            found.add(op)
    return found


def kind_of(op: Operation, fixed: Set[Operation]) -> str:
    """What an operation computes on, for its colour: codes (`integer`), floats (`float`), between both (`cast`), or `other`."""
    inside = op.operations() if isinstance(op, KernelOp) else [op]
    if inside and all(isinstance(inner, QuantizeCastOp | DequantizeCastOp | FakeQuantizeOp) for inner in inside):
        return "cast"
    values = [value for value in (*op.operands, *op.results) if value.owner not in fixed]
    if any(params_of(value) is not None for value in values):
        return "integer"
    return "float" if any(element_text(value.type).startswith(("f", "bf")) for value in values) else "other"


def element_text(type_: Attribute) -> str:
    """The type of a tensor's elements: `u8`, `f32` …; nothing for what is no tensor."""
    if not isinstance(type_, TensorType):
        return ""
    try:
        return short_name(type_)
    except LptError:
        return str(type_.element_type)


def type_text(type_: Attribute) -> str:
    """A tensor type for people: `1×64×56×56 u8`."""
    if not isinstance(type_, TensorType):
        return str(type_)
    shape = "×".join("?" if extent < 0 else str(extent) for extent in type_.get_shape())
    return f"{shape} {element_text(type_)}".strip()


__all__ = ["COLOURS", "element_text", "following_from_constants", "kind_of", "type_text"]
