"""Comparison, logic, choice, circular and hyperbolic functions."""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import i1
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AcoshOp,
    AcosOp,
    AndOp,
    AsinhOp,
    AsinOp,
    AtanhOp,
    AtanOp,
    CoshOp,
    CosOp,
    EqualOp,
    LessOp,
    LessOrEqualOp,
    NegOp,
    NnOp,
    NotOp,
    OrOp,
    SinhOp,
    SinOp,
    SoftsignOp,
    TanOp,
    WhereOp,
    XorOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.importers.node import unary
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import Handler, handles
from lpt.importers.value import Value


def _compare(op: type[NnOp], *, swapped: bool = False) -> Handler:
    def handler(node: Node) -> SSAValue:
        node.broadcasting()
        a, b = node.alike(0, 1)
        return node.one(op, b, a) if swapped else node.one(op, a, b)

    return handler


handles("Equal")(_compare(EqualOp))
handles("Less")(_compare(LessOp))
handles("Greater")(_compare(LessOp, swapped=True))
handles("LessEqual")(_compare(LessOrEqualOp))
handles("GreaterEqual")(_compare(LessOrEqualOp, swapped=True))


@handles("NotEqual")
def not_equal(node: Node) -> SSAValue:
    node.broadcasting()
    return node.one(NotOp, node.one(EqualOp, *node.alike(0, 1)))


def _logic(op: type[NnOp], operands: int = 2) -> Handler:
    def handler(node: Node) -> SSAValue:
        if operands > 1:
            node.broadcasting()
        values = node.alike(*range(operands))
        if element_of(values[0]) != i1:
            raise node.malformed(f"works on booleans, got {node.value(0).type_name}")
        return node.one(op, *values)

    return handler


for _name, _op in {"LogicalAnd": AndOp, "LogicalOr": OrOp, "LogicalXor": XorOp}.items():
    handles(_name)(_logic(_op))
handles("LogicalNot")(_logic(NotOp, 1))


def _bitwise(op: type[NnOp], operands: int = 2) -> Handler:
    """Of integers and booleans."""

    def handler(node: Node) -> SSAValue:
        if operands > 1:
            node.broadcasting()
        return node.one(op, *node.alike(*range(operands)))

    return handler


for _name, _op in {"BitwiseAnd": AndOp, "BitwiseOr": OrOp, "BitwiseXor": XorOp}.items():
    handles(_name, first=13)(_bitwise(_op))
handles("BitwiseNot", first=13)(_bitwise(NotOp, 1))


@handles("IsNaN", first=10)
def is_nan(node: Node) -> SSAValue:
    """What does not equal itself."""
    x = node.f32(0)
    return node.one(NotOp, node.one(EqualOp, x, x))


@handles("IsFinite", first=10)
def is_finite(node: Node) -> SSAValue:
    """What lies between the infinities."""
    return node.one(LessOp, node.one(AbsOp, node.f32(0)), _infinity(node))


@handles("IsInf", first=10)
def is_inf(node: Node) -> SSAValue:
    """Of both signs, or the one that is detected."""
    x, infinity = node.f32(0), _infinity(node)
    negative, positive = node.flag("detect_negative", True), node.flag("detect_positive", True)
    if not negative and not positive:
        raise node.unsupported("infinities of no sign are not handled")
    if negative and positive:
        return node.one(EqualOp, node.one(AbsOp, x), infinity)
    return node.one(EqualOp, x if positive else node.one(NegOp, x), infinity)


def _infinity(node: Node) -> SSAValue:
    return node.builder.constant(Value(np.array(np.inf, np.float32)))


@handles("Select")
def select(node: Node) -> SSAValue:
    """By numpy's rules, or where shapes are equal."""
    node.broadcasting()
    condition = node.plain(0)
    if element_of(condition) != i1:
        raise node.malformed(f"chooses by booleans, got {node.value(0).type_name}")
    return node.one(WhereOp, condition, *node.alike(1, 2))


for _name, _function in {
    "Acos": AcosOp,
    "Asin": AsinOp,
    "Atan": AtanOp,
    "Cos": CosOp,
    "Cosh": CoshOp,
    "Sin": SinOp,
    "Sinh": SinhOp,
    "Tan": TanOp,
}.items():
    handles(_name)(unary(_function))
for _name, _inverse in {"Acosh": AcoshOp, "Asinh": AsinhOp, "Atanh": AtanhOp}.items():
    handles(_name, first=4)(unary(_inverse))
handles("SoftSign", first=9)(unary(SoftsignOp))
