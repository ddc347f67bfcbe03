"""Products of integers scaled to floats, fused by ONNX Runtime: com.microsoft DynamicQuantizeMatMul and MatMulIntegerToFloat."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, MatMulOp, MulOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.importers.onnx.handlers.dynamic import dynamic_matmul, is_computed, matmul_of_codes, quantize
from lpt.importers.onnx.handlers.integer import integer_codes
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft


def _weights(node: Node, zero_point: int) -> SSAValue:
    """Input 1 as codes at scale 1, with a zero point for all or for each column."""
    return integer_codes(node, 1, zero_point, len(node.shape(1)) - 1)


def _scaled(node: Node, sums: SSAValue, scales: tuple[SSAValue, SSAValue], bias: int) -> SSAValue:
    """f32(sums) · (scale · scale) + bias."""
    floats = node.builder.result(DequantizeCastOp(sums))
    y = node.one(MulOp, floats, node.one(MulOp, *scales))
    return y if node.optional(bias) is None else node.one(AddOp, y, node.f32(bias))


@microsoft("DynamicQuantizeMatMul")
def dynamic_quantize_matmul(node: Node) -> SSAValue:
    """A by its own range, times B: inputs A, B, B's scale, B's zero point, bias."""
    codes, scale, zero_point = quantize(node, node.f32(0))
    sums = matmul_of_codes(node, codes, zero_point, _weights(node, 3))
    return _scaled(node, sums, (scale, node.f32(2)), 4)


@microsoft("MatMulIntegerToFloat")
def matmul_integer_to_float(node: Node) -> SSAValue:
    """Inputs A, B, the scales of A and B, the zero points of A and B, bias."""
    weights = _weights(node, 5)
    if is_computed(node, 4):
        sums = dynamic_matmul(node, weights, 4)
    else:
        sums = node.one(MatMulOp, integer_codes(node, 0, 4, max(len(node.shape(0)) - 2, 0)), weights)
    return _scaled(node, sums, (node.f32(2), node.f32(3)), 6)
