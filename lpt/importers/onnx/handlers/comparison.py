"""Comparison, logic and choice, on f32, integers and booleans; masks that follow from shapes."""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import i1, i64
from xdsl.ir import SSAValue

from lpt.dialects.blob import numpy_dtype
from lpt.dialects.nn import (
    AddOp,
    AndOp,
    CastOp,
    EqualOp,
    LessOp,
    LessOrEqualOp,
    ModOp,
    NnOp,
    NotOp,
    OrOp,
    ShiftOp,
    SliceOp,
    UnsqueezeOp,
    WhereOp,
    XorOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import Handler, handles
from lpt.importers.value import LIMIT, Value


def _compare(op: type[NnOp], *, swapped: bool = False) -> Handler:
    order = (1, 0) if swapped else (0, 1)

    def handler(node: Node) -> SSAValue:
        a, b = node.alike(0, 1)
        return node.one(op, *((a, b)[i] for i in order))

    return handler


handles("Equal")(_compare(EqualOp))
handles("Less")(_compare(LessOp))
handles("Greater")(_compare(LessOp, swapped=True))
handles("LessOrEqual", first=12)(_compare(LessOrEqualOp))
handles("GreaterOrEqual", first=12)(_compare(LessOrEqualOp, swapped=True))


def _logic(op: type[NnOp], of_booleans: bool) -> Handler:
    def handler(node: Node) -> SSAValue:
        operands = node.alike(*range(1 if op is NotOp else 2))
        element = element_of(operands[0])
        if (element == i1) != of_booleans:
            raise node.malformed(f"works on {'booleans' if of_booleans else 'integers'}, got {element}")
        return node.one(op, *operands)

    return handler


for _name, _op in {"And": AndOp, "Or": OrOp, "Xor": XorOp, "Not": NotOp}.items():
    handles(_name)(_logic(_op, of_booleans=True))
    handles(f"Bitwise{_name}", first=18)(_logic(_op, of_booleans=False))


@handles("Where", first=9)
def where(node: Node) -> SSAValue:
    return node.one(WhereOp, node.plain(0), *node.alike(1, 2))


@handles("BitShift", first=11)
def bit_shift(node: Node) -> SSAValue:
    direction = node.string_attr("direction", "")
    if direction not in ("LEFT", "RIGHT"):
        raise node.malformed(f"direction is LEFT or RIGHT, got {direction!r}")
    return node.one(ShiftOp, *node.numbers(0, 1), right=1 if direction == "RIGHT" else None)


@handles("Mod", first=10)
def mod(node: Node) -> SSAValue:
    return node.one(ModOp, *node.numbers(0, 1), fmod=node.int_attr("fmod", 0) or None)


@handles("IsNaN", first=9)
def is_nan(node: Node) -> SSAValue:
    """What does not equal itself."""
    x = node.f32(0)
    return node.one(NotOp, node.one(EqualOp, x, x))


@handles("IsInf", first=10)
def is_inf(node: Node) -> SSAValue:
    x = node.f32(0)
    signs = [v for name, v in (("detect_negative", -np.inf), ("detect_positive", np.inf)) if node.int_attr(name, 1)]
    found = [node.one(EqualOp, x, node.builder.constant(Value(np.array(v, np.float32)))) for v in signs]
    if not found:
        never = node.one(EqualOp, x, x)
        return node.one(XorOp, never, never)
    return found[0] if len(found) == 1 else node.one(OrOp, *found)


@handles("Trilu", first=14)
def trilu(node: Node) -> SSAValue:
    """Where a constant mask says so x, else 0."""
    x, shape = node.plain(0), node.shape(0)
    if len(shape) < 2:
        raise node.malformed(f"takes matrices, got shape {shape}")
    if min(shape[-2:]) < 0:
        raise node.unsupported("the matrix has a dimension that is not known", "give the model's inputs fixed dimensions")
    k = (node.known_ints(1, "k") or [0])[0]
    if shape[-2] * shape[-1] > LIMIT:
        raise node.unsupported(f"asks for a mask of {shape[-2]} x {shape[-1]} elements")
    ones = np.ones(shape[-2:], np.bool_)
    mask = np.triu(ones, k) if node.int_attr("upper", 1) else np.tril(ones, k)
    return node.one(WhereOp, node.builder.constant(Value(mask)), x, _zero_like(node, x))


def _zero_like(node: Node, x: SSAValue) -> SSAValue:
    return node.builder.constant(Value(np.zeros((), numpy_dtype(element_of(x)))))


@handles("OneHot", first=9)
def one_hot(node: Node) -> SSAValue:
    """on where the index along a new axis equals it, else off; negative ones count from depth, others outside give off."""
    indices, depth, values = node.plain(0), node.known_scalar(1, "depth"), node.plain(2)
    rank = len(node.shape(0))
    axis = node.axis(node.int_attr("axis", -1), rank + 1)
    dtype = numpy_dtype(element_of(indices))
    if depth is None or depth < 1 or depth > LIMIT or node.shape(2) != (2,):
        raise node.malformed("depth is a positive number, values are [off, on]")
    if dtype.kind == "f":
        indices, dtype = node.one(CastOp, indices, to=i64), np.dtype(np.int64)
    if dtype.kind not in "iu":
        raise node.malformed(f"indices are numbers, got {node.value(0).type_name}")

    def constant(array: object) -> SSAValue:
        return node.builder.constant(Value(np.asarray(array, dtype)))

    if dtype.kind == "i":
        from_end = node.one(AddOp, indices, constant(int(depth)))
        indices = node.one(WhereOp, node.one(LessOp, indices, constant(0)), from_end, indices)
    places = np.arange(int(depth)).reshape([-1 if d == axis else 1 for d in range(rank + 1)])
    is_on = node.one(EqualOp, node.one(UnsqueezeOp, indices, axes=[axis]), constant(places))
    off, on = (node.one(SliceOp, values, starts=[i], ends=[i + 1], axes=[0], steps=[1]) for i in (0, 1))
    return node.one(WhereOp, is_on, on, off)
