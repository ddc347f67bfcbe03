"""Elementwise operations on f32, sums and extremes also on integers."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    CeilOp,
    ClipOp,
    DivOp,
    ErfOp,
    ExpOp,
    FloorOp,
    HardSigmoidOp,
    HardSwishOp,
    LogOp,
    MaximumOp,
    MinimumOp,
    ModOp,
    MulOp,
    NegOp,
    NnOp,
    PowOp,
    PReluOp,
    ReluOp,
    RoundOp,
    SigmoidOp,
    SignOp,
    SqrtOp,
    SubOp,
    TanhOp,
)
from lpt.importers.node import unary
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.reshaping import reshaped
from lpt.importers.openvino.table import Handler, handles


def _binary(op: type[NnOp]) -> Handler:
    """Broadcast as numpy, also by `pdpd` where that is the same."""

    def handler(node: Node) -> SSAValue:
        node.broadcasting()
        return node.one(op, node.f32(0), node.f32(1))

    return handler


def _of_numbers(op: type[NnOp]) -> Handler:
    """As `_binary`, also on integers."""

    def handler(node: Node) -> SSAValue:
        node.broadcasting()
        return node.one(op, *node.numbers(0, 1))

    return handler


def _remainder(fmod: int | None) -> Handler:
    """As `_of_numbers`, with the sign of the first operand for `fmod` = 1, else of the second."""

    def handler(node: Node) -> SSAValue:
        node.broadcasting()
        return node.one(ModOp, *node.numbers(0, 1), fmod=fmod)

    return handler


handles("Mod")(_remainder(1))
handles("FloorMod")(_remainder(None))
handles("Power")(_binary(PowOp))
for _name, _op in {"Add": AddOp, "Maximum": MaximumOp, "Minimum": MinimumOp}.items():
    handles(_name)(_of_numbers(_op))
handles("Divide")(_binary(DivOp))
for _name, _unary_op in {
    "Abs": AbsOp,
    "Ceiling": CeilOp,
    "Erf": ErfOp,
    "Exp": ExpOp,
    "Floor": FloorOp,
    "Log": LogOp,
    "Negative": NegOp,
    "ReLU": ReluOp,
    "Relu": ReluOp,
    "Sigmoid": SigmoidOp,
    "Sign": SignOp,
    "Sqrt": SqrtOp,
    "Tanh": TanhOp,
}.items():
    handles(_name)(unary(_unary_op))
handles("HSwish", first=4)(unary(HardSwishOp))


@handles("SquaredDifference")
def squared_difference(node: Node) -> SSAValue:
    """(a − b)²."""
    node.broadcasting()
    difference = node.one(SubOp, node.f32(0), node.f32(1))
    return node.one(MulOp, difference, difference)


@handles("Clamp")
def clamp(node: Node) -> SSAValue:
    low, high = node.number("min"), node.number("max")
    if not low <= high:
        raise node.malformed(f"min {low} is not below max {high}")
    return node.one(ClipOp, node.f32(0), min=low, max=high)


@handles("PReLU")
@handles("PRelu")
def prelu(node: Node) -> SSAValue:
    """A slope of rank 1 is for the channels, dimension 1."""
    shape, slope = node.shape(0), node.shape(1)
    if len(slope) == 1 and len(shape) > 2 and slope[0] != 1:
        return node.one(PReluOp, node.f32(0), reshaped(node, 1, (slope[0], *(1,) * (len(shape) - 2))))
    return node.one(PReluOp, node.f32(0), node.f32(1))


@handles("HardSigmoid")
def hard_sigmoid(node: Node) -> SSAValue:
    """max(0, min(1, alpha · x + beta)); both are inputs."""
    alpha, beta = node.number_input(1, "alpha"), node.number_input(2, "beta")
    return node.one(HardSigmoidOp, node.f32(0), alpha=alpha, beta=beta)


@handles("HSigmoid", first=5)
def h_sigmoid(node: Node) -> SSAValue:
    """min(max(x + 3, 0), 6) / 6."""
    return node.one(HardSigmoidOp, node.f32(0), alpha=1.0 / 6.0, beta=0.5)


@handles("Round", first=5)
def round_(node: Node) -> SSAValue:
    """Half to even; half away from zero is not handled."""
    node.choice("mode", "half_to_even")
    return node.one(RoundOp, node.f32(0))
