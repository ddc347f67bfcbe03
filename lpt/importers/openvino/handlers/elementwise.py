"""Elementwise operations on f32."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AddOp,
    ClipOp,
    DivOp,
    ExpOp,
    HardSigmoidOp,
    HardSwishOp,
    NegOp,
    NnOp,
    ReluOp,
    SigmoidOp,
    SqrtOp,
    TanhOp,
)
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import OLDEST, Handler, handles


def binary(op: type[NnOp]) -> Handler:
    """Broadcast as numpy; `pdpd` without an axis in the IR is the same."""

    def handler(node: Node) -> SSAValue:
        node.choice("auto_broadcast", "numpy", "none", "pdpd")
        return node.one(op, node.f32(0), node.f32(1))

    return handler


def _unary(op: type[NnOp]) -> Handler:
    return lambda node: node.one(op, node.f32(0))


for _name, _op in {"Add": AddOp, "Divide": DivOp}.items():
    handles(_name)(binary(_op))
for _name, (_unary_op, _first) in {
    "ReLU": (ReluOp, OLDEST),
    "Sigmoid": (SigmoidOp, OLDEST),
    "Tanh": (TanhOp, OLDEST),
    "Exp": (ExpOp, OLDEST),
    "Sqrt": (SqrtOp, OLDEST),
    "Negative": (NegOp, OLDEST),
    "HSwish": (HardSwishOp, 4),
}.items():
    handles(_name, _first)(_unary(_unary_op))


@handles("Clamp")
def clamp(node: Node) -> SSAValue:
    return node.one(ClipOp, node.f32(0), min=node.number("min"), max=node.number("max"))


@handles("HardSigmoid")
def hard_sigmoid(node: Node) -> SSAValue:
    """max(0, min(1, alpha · x + beta)); both are inputs."""
    alpha, beta = node.known_scalar(1, "alpha"), node.known_scalar(2, "beta")
    if alpha is None or beta is None:
        raise node.malformed("alpha or beta is missing")
    return node.one(HardSigmoidOp, node.f32(0), alpha=alpha, beta=beta)


@handles("HSigmoid", first=5)
def h_sigmoid(node: Node) -> SSAValue:
    """min(max(x + 3, 0), 6) / 6."""
    return node.one(HardSigmoidOp, node.f32(0), alpha=1.0 / 6.0, beta=0.5)
