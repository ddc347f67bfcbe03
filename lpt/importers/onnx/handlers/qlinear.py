"""Operators of the QOperator form, each as dcast → operation → qcast, which is what it stands for.

ai.onnx QLinearConv, QLinearMatMul; com.microsoft QLinearAdd, QLinearMul, QLinearConcat, QLinearAveragePool,
QLinearGlobalAveragePool, QLinearSigmoid, QLinearLeakyRelu, QLinearSoftmax, QGemm.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AddOp,
    ConcatOp,
    GemmOp,
    GlobalAveragePoolOp,
    LeakyReluOp,
    MatMulOp,
    MulOp,
    NnOp,
    SigmoidOp,
)
from lpt.dialects.quant import QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I32, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.importers.files import one_line
from lpt.importers.onnx.handlers.contraction import make_conv
from lpt.importers.onnx.handlers.pooling import make_average_pool
from lpt.importers.onnx.handlers.softmax import make_softmax
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.params import dequantize, read_params, storage_of_zero_point
from lpt.importers.onnx.table import MICROSOFT, Handler, handles, microsoft


def _read(node: Node, index: int, scale: int, zero_point: int, *, axis: int = 0) -> tuple[SSAValue, QuantParams]:
    """An integer input as floats, with its parameters."""
    value, params = dequantize(node, index, scale, zero_point, axis=axis)
    return node.builder.dequantized(value, params), params


def _write(node: Node, y: SSAValue, scale: int, zero_point: int, default: QuantParams) -> SSAValue:
    """A float result as integers; without a zero point in the type of `default`."""
    storage = storage_of_zero_point(node, zero_point) or default.storage
    shape = tensor_shape(y)
    params = read_params(node, scale, zero_point, storage, shape)
    if not params.is_per_tensor:
        raise node.unsupported("results with a scale per channel are not handled")
    return node.builder.result(QuantizeCastOp(y, quantized_tensor(params, shape)))


def _bias(node: Node, index: int, x: QuantParams, w: QuantParams, axis: int, alpha: float = 1.0) -> SSAValue | None:
    """The i32 bias as floats: its scale is the product of the operands', in f32 as the Q/DQ form writes it."""
    value = node.optional(index)
    if value is None:
        return None
    if value.storage != I32:
        raise node.malformed(f"the bias is {value.type_name}, expected i32")
    scales = np.float32(alpha) * x.scales.astype(np.float32) * w.scales.astype(np.float32)
    try:
        params = QuantParams(I32, scales, 0, axis=axis if scales.ndim else None)
        params.check_shape(value.shape)
    except ValueError as error:
        raise node.malformed(f"the bias: {one_line(error)}") from error
    return node.builder.dequantized(value, params)


def _require_channels_first(node: Node) -> None:
    if node.int_attr("channels_last", 0):
        raise node.unsupported("channels_last is not handled", "export with channels first")


@handles("QLinearConv", first=10, also=[MICROSOFT])
def qlinear_conv(node: Node) -> SSAValue:
    _require_channels_first(node)
    x, x_params = _read(node, 0, 1, 2)
    w, w_params = _read(node, 3, 4, 5, axis=0)
    bias = _bias(node, 8, x_params, w_params, axis=0)
    return _write(node, make_conv(node, x, w, bias, 0, 3), 6, 7, x_params)


@handles("QLinearMatMul", first=10)
def qlinear_matmul(node: Node) -> SSAValue:
    """a may have a scale per row, b per column."""
    a, params = _read(node, 0, 1, 2, axis=max(len(node.shape(0)) - 2, 0))
    b, _ = _read(node, 3, 4, 5, axis=len(node.shape(3)) - 1)
    return _write(node, node.one(MatMulOp, a, b), 6, 7, params)


@microsoft("QGemm")
def qgemm(node: Node) -> SSAValue:
    """alpha · a' · b' + c; without an output scale the result is f32."""
    trans_a, trans_b, alpha = node.int_attr("transA", 0), node.int_attr("transB", 0), node.float_attr("alpha", 1.0)
    a, a_params = _read(node, 0, 1, 2)
    b, b_params = _read(node, 3, 4, 5, axis=0 if trans_b else 1)
    if not a_params.is_per_tensor:
        raise node.unsupported("a left operand with several scales is not handled")
    shape = () if node.optional(6) is None else node.shape(6)
    c = _bias(node, 6, a_params, b_params, axis=max(len(shape) - 1, 0), alpha=alpha)
    y = node.one(GemmOp, a, b, [] if c is None else [c], alpha=alpha, beta=1.0, trans_a=trans_a, trans_b=trans_b)
    return y if node.optional(7) is None else _write(node, y, 7, 8, a_params)


def _binary(op: type[NnOp]) -> Handler:
    def handler(node: Node) -> SSAValue:
        a, params = _read(node, 0, 1, 2)
        b, _ = _read(node, 3, 4, 5)
        return _write(node, node.one(op, a, b), 6, 7, params)

    return handler


microsoft("QLinearAdd")(_binary(AddOp))
microsoft("QLinearMul")(_binary(MulOp))


@microsoft("QLinearConcat")
def qlinear_concat(node: Node) -> SSAValue:
    """Inputs: result scale and zero point, then (tensor, scale, zero point) for each part."""
    if len(node.inputs) < 5 or len(node.inputs) % 3 != 2:
        raise node.malformed(f"{len(node.inputs)} inputs are no result scale, zero point and triples")
    parts = [_read(node, i, i + 1, i + 2) for i in range(2, len(node.inputs), 3)]
    y = node.one(ConcatOp, [part for part, _ in parts], axis=node.int_attr("axis", 0))
    return _write(node, y, 0, 1, parts[0][1])


@microsoft("QLinearAveragePool")
def qlinear_average_pool(node: Node) -> SSAValue:
    _require_channels_first(node)
    x, params = _read(node, 0, 1, 2)
    return _write(node, make_average_pool(node, x), 3, 4, params)


@microsoft("QLinearGlobalAveragePool")
def qlinear_global_average_pool(node: Node) -> SSAValue:
    _require_channels_first(node)
    x, params = _read(node, 0, 1, 2)
    return _write(node, node.one(GlobalAveragePoolOp, x), 3, 4, params)


@microsoft("QLinearSigmoid")
def qlinear_sigmoid(node: Node) -> SSAValue:
    x, params = _read(node, 0, 1, 2)
    return _write(node, node.one(SigmoidOp, x), 3, 4, params)


@microsoft("QLinearLeakyRelu")
def qlinear_leaky_relu(node: Node) -> SSAValue:
    x, params = _read(node, 0, 1, 2)
    return _write(node, node.one(LeakyReluOp, x, alpha=node.float_attr("alpha", 0.01)), 3, 4, params)


@microsoft("QLinearSoftmax")
def qlinear_softmax(node: Node) -> SSAValue:
    """The attribute `opset` says which Softmax it stands for."""
    flattens = node.int_attr("opset", node.opset) < 13
    x, params = _read(node, 0, 1, 2)
    y = make_softmax(node, x, node.shape(0), node.int_attr("axis", 1 if flattens else -1), flattens=flattens)
    return _write(node, y, 3, 4, params)
