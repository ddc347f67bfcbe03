"""Quantization by parameters found at run time, as ONNX Runtime's quantize_dynamic writes it: DynamicQuantizeLinear.

ConvInteger and MatMulInteger with a computed zero point (`lpt.importers.onnx.handlers.integer`) are sums of
codes, less the zero point times the sums of the weights.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
from xdsl.dialects.builtin import f32
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp, SubtractZeroPointOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import CastOp, MatMulOp, ReduceSumOp, ReshapeOp, SliceOp, SqueezeOp
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import U8, QuantParams
from lpt.dialects.semantics.contraction import convolve
from lpt.dialects.shapes import tensor_shape
from lpt.importers.builder import integer_type
from lpt.importers.onnx.handlers.contraction import make_conv
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.windows import read_window
from lpt.importers.value import Value


class Quantized(NamedTuple):
    """Codes, and the scale and zero point that they have at run time, f32 tensors of rank 0."""

    codes: SSAValue
    scale: SSAValue
    zero_point: SSAValue


def quantize(node: Node, x: SSAValue) -> Quantized:
    """The codes of a float tensor by its own range."""
    parameters = node.builder.result(DynamicParametersOp(x))
    scale, zero_point = (
        node.one(SqueezeOp, node.one(SliceOp, parameters, starts=[i], ends=[i + 1], axes=[0], steps=[1]), axes=[0])
        for i in range(2)
    )
    return Quantized(node.builder.result(DynamicQuantizeOp(x, scale, zero_point)), scale, zero_point)


@handles("DynamicQuantizeLinear", first=11)
def dynamic_quantize_linear(node: Node) -> list[SSAValue]:
    codes, scale, zero_point = quantize(node, node.f32(0))
    return [codes, scale, node.one(CastOp, zero_point, to=integer_type(U8))]


def is_computed(node: Node, index: int) -> bool:
    """Whether an input is there and found at run time."""
    value = node.optional(index)
    return value is not None and value.array is None


def computed_zero_point(node: Node, index: int) -> SSAValue:
    """A zero point found at run time as an f32 tensor of rank 0."""
    value = node.value(index)
    if value.storage is None or value.storage.width > 8 or prod(value.shape) != 1:
        what = f"a computed zero point of {value.type_name} and shape {value.shape} is not handled"
        raise node.unsupported(what, "use one of up to 8 bits for the tensor")
    plain = node.builder.plain(value)
    scalar = node.one(ReshapeOp, plain, shape=[]) if value.shape else plain
    source = scalar.owner
    if isinstance(source, CastOp) and params_of(source.x) is None and isinstance(source.x.owner, SqueezeOp):
        return source.x
    return node.one(CastOp, scalar, to=f32)


def plain_codes(node: Node, index: int) -> SSAValue:
    """An integer input of up to 8 bits as codes at scale 1 and zero point 0."""
    value = node.value(index)
    if value.storage is None or value.storage.width > 8:
        raise node.unsupported(f"products of {value.type_name} are not handled", "use integers of up to 8 bits")
    return node.builder.quantized(value, QuantParams(value.storage, 1.0))


def _without(node: Node, sums: SSAValue, zero_point: SSAValue, factor: SSAValue | Array) -> SSAValue:
    """sums − zero point · factor."""
    if isinstance(factor, np.ndarray):
        factor = node.builder.constant(Value(factor.astype(np.int32)))
    return node.builder.result(SubtractZeroPointOp(sums, zero_point, factor))


def _centered(weights: SSAValue) -> Array | None:
    """Constant codes less their zero points, i64; None if they are computed."""
    params = params_of(weights)
    if params is None or not isinstance(weights.owner, ConstantOp):
        return None
    array = weights.owner.array
    return np.asarray(array.astype(np.int64) - params.expand(array.shape)[1])


def _column_sums(node: Node, b: SSAValue) -> SSAValue | Array:
    """Σ over the rows of matrices [K, N]."""
    axis, constant = max(len(tensor_shape(b)) - 2, 0), _centered(b)
    if constant is None:
        return node.one(ReduceSumOp, b, axes=[axis], keepdims=1)
    return np.asarray(constant.sum(axis=axis, keepdims=constant.ndim > 1))


def matmul_of_codes(node: Node, a: SSAValue, b: SSAValue, zero_points: tuple[SSAValue | None, SSAValue | None]) -> SSAValue:
    """Σ (a − z_a)(b − z_b) as i32 at scale 1, of codes whose types lack the zero points that are given: those found at run time.

    That is Σ ab − z_a · Σ b − z_b · Σ (a − z_a).
    """
    shapes, y = [tensor_shape(x) for x in (a, b)], node.one(MatMulOp, a, b)
    left, right = zero_points
    if left is not None:
        y = _without(node, y, left, _column_sums(node, b))
    if right is None:
        return y
    if min(len(shape) for shape in shapes) < 2 or shapes[0][-1] < 0:
        raise node.unsupported(f"a computed zero point of input 1 and shapes {shapes}", "give it an initializer")
    rows = node.one(ReduceSumOp, a, axes=[len(shapes[0]) - 1], keepdims=1)
    if left is not None:
        rows = _without(node, rows, left, np.array(shapes[0][-1]))
    return _without(node, y, right, rows)


def dynamic_conv(node: Node, weights: SSAValue) -> SSAValue:
    """ConvInteger by these weights, input 1, whose input 2, the zero point of input 0, is computed.

    Pads are codes of the zero point, so they add nothing to Σ (x − z)·w; as code 0 they add nothing to Σ x·w.
    """
    w = _centered(weights)
    if w is None:
        raise node.unsupported("both input 1 and the zero point of input 0 are computed", "give initializers")
    y = make_conv(node, plain_codes(node, 0), weights, None, 0, 1)
    return _without(node, y, computed_zero_point(node, 2), _window_sums(node, w, tensor_shape(y)))


def _window_sums(node: Node, w: Array, out: tuple[int, ...]) -> Array:
    """Σ of the weights that meet data, for each place of the result [1, M, out…]; [1, M, 1…] without pads."""
    channels, taps = w.shape[0], w.shape[2:]
    by_tap = w.sum(axis=1).reshape(channels, -1)
    window = read_window(node, node.shape(0), list(taps))
    if not any(window.pads):
        return np.asarray(by_tap.sum(axis=1)).reshape(1, -1, *(1,) * len(taps))
    extents = node.shape(0)[2:]
    if -1 in extents:
        what = "a padded convolution of codes with a computed zero point, on dimensions that are not known"
        raise node.unsupported(what, "give the model's inputs fixed dimensions")
    each = np.eye(prod(taps)).reshape(-1, 1, *taps)
    meets = convolve(np.ones((1, 1, *extents)), each, window.strides, window.pads, window.dilations, 1)
    return np.asarray(by_tap @ meets.reshape(prod(taps), -1).astype(np.int64)).reshape(1, channels, *out[2:])
