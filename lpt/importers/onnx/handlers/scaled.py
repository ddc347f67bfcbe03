"""Products of integers scaled to floats: com.microsoft DynamicQuantizeMatMul, MatMulIntegerToFloat and QAttention."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, MulOp, SplitOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.importers.onnx.handlers.attention_microsoft import attend_joined
from lpt.importers.onnx.handlers.dynamic import matmul_of_codes, quantize
from lpt.importers.onnx.handlers.integer import integer_codes, integer_product
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft


def _scaled(node: Node, sums: SSAValue, scales: tuple[SSAValue, SSAValue], bias: int) -> SSAValue:
    """f32(sums) · (scale · scale) + bias."""
    floats = node.builder.result(DequantizeCastOp(sums))
    y = node.one(MulOp, floats, node.one(MulOp, *scales))
    return y if node.optional(bias) is None else node.one(AddOp, y, node.f32(bias))


@microsoft("DynamicQuantizeMatMul")
def dynamic_quantize_matmul(node: Node) -> SSAValue:
    """A by its own range, times B: inputs A, B, B's scale, B's zero point, bias."""
    codes, scale, zero_point = quantize(node, node.f32(0))
    sums = matmul_of_codes(node, codes, integer_codes(node, 1, 3, len(node.shape(1)) - 1), (zero_point, None))
    return _scaled(node, sums, (scale, node.f32(2)), 4)


@microsoft("MatMulIntegerToFloat")
def matmul_integer_to_float(node: Node) -> SSAValue:
    """Inputs A, B, the scales of A and B, the zero points of A and B, bias."""
    return _scaled(node, integer_product(node, (4, 5)), (node.f32(2), node.f32(3)), 6)


@microsoft("QAttention")
def qattention(node: Node) -> list[SSAValue]:
    """One product of integers gives queries, keys and values, all else is float.

    Inputs x, weights, bias, the scales of x and the weights, mask, the zero points of x and the weights, past.
    """
    joined = _scaled(node, integer_product(node, (6, 7)), (node.f32(3), node.f32(4)), 2)
    parts = node.make(SplitOp, [joined], axis=2, split=[node.shape(1)[1] // 3] * 3)
    return attend_joined(node, parts, mask=5, more=len(node.inputs), past=8)
