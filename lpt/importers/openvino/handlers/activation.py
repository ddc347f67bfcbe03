"""Smooth activations with parameters."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import EluOp, GeluOp, MishOp, SeluOp, SoftplusOp, SwishOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles


@handles("Elu")
def elu(node: Node) -> SSAValue:
    return node.one(EluOp, node.f32(0), alpha=node.number("alpha"))


@handles("Selu")
def selu(node: Node) -> SSAValue:
    """lambda · (x or alpha · (e^x − 1)); both are inputs."""
    return node.one(SeluOp, node.f32(0), alpha=node.number_input(1, "alpha"), gamma=node.number_input(2, "lambda"))


@handles("Gelu", first=2, last=6)
def gelu_2(node: Node) -> SSAValue:
    return node.one(GeluOp, node.f32(0))


@handles("Gelu", first=7)
def gelu(node: Node) -> SSAValue:
    mode = node.choice("approximation_mode", "erf", "tanh")
    return node.one(GeluOp, node.f32(0), approximate="tanh" if mode == "tanh" else None)


@handles("Swish", first=4)
def swish(node: Node) -> SSAValue:
    """x / (1 + e^(−beta · x)); beta is an optional input."""
    return node.one(SwishOp, node.f32(0), beta=1.0 if node.optional(1) is None else node.number_input(1, "beta"))


@handles("Mish", first=4)
def mish(node: Node) -> SSAValue:
    return node.one(MishOp, node.f32(0))


@handles("SoftPlus", first=4)
def softplus(node: Node) -> SSAValue:
    return node.one(SoftplusOp, node.f32(0))
