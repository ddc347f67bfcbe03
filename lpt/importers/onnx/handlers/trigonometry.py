"""Circular and hyperbolic functions, and activations of few models, on f32."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AcoshOp,
    AcosOp,
    AsinhOp,
    AsinOp,
    AtanhOp,
    AtanOp,
    CeluOp,
    CoshOp,
    CosOp,
    ShrinkOp,
    SinhOp,
    SinOp,
    SoftsignOp,
    TanOp,
    ThresholdedReluOp,
)
from lpt.importers.node import unary
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles

for _name, _op in {
    "Acos": AcosOp,
    "Acosh": AcoshOp,
    "Asin": AsinOp,
    "Asinh": AsinhOp,
    "Atan": AtanOp,
    "Atanh": AtanhOp,
    "Cos": CosOp,
    "Cosh": CoshOp,
    "Sin": SinOp,
    "Sinh": SinhOp,
    "Softsign": SoftsignOp,
    "Tan": TanOp,
}.items():
    handles(_name)(unary(_op))


@handles("Celu", first=12)
def celu(node: Node) -> SSAValue:
    alpha = node.float_attr("alpha", 1.0)
    if alpha == 0:
        raise node.malformed("alpha is 0")
    return node.one(CeluOp, node.f32(0), alpha=alpha)


@handles("Shrink", first=9)
def shrink(node: Node) -> SSAValue:
    return node.one(ShrinkOp, node.f32(0), bias=node.float_attr("bias", 0.0), lambd=node.float_attr("lambd", 0.5))


@handles("ThresholdedRelu", first=10)
def thresholded_relu(node: Node) -> SSAValue:
    return node.one(ThresholdedReluOp, node.f32(0), alpha=node.float_attr("alpha", 1.0))
