"""QONNX, which Brevitas and QKeras write: quantizers of any number of bits from float to float (Quant, BipolarQuant, Trunc).

What they mean: qonnx.custom_op.general of the Python package qonnx, operator sets 1 and 2. All become codes and their dcast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    AveragePoolOp,
    CeilOp,
    DivOp,
    FloorOp,
    GlobalAveragePoolOp,
    LessOrEqualOp,
    MaxPoolOp,
    MulOp,
    ReduceMeanOp,
    ReduceSumOp,
    ReluOp,
    RoundOp,
    SignOp,
    SubOp,
    WhereOp,
)
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.importers.files import one_line
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.params import scale_of
from lpt.importers.onnx.table import handles
from lpt.importers.value import Value

QONNX = "qonnx.custom_op.general"
_OLDER = ("onnx.brevitas", "finn.custom_op.general")
"""What the domain was called before."""

_MOST = 32
"""Bits of a code."""


@dataclass(frozen=True)
class Grid:
    """Codes and what they stand for: (code − zero) · scale; scale and zero broadcast to the data."""

    storage: Storage
    scale: Array
    zero: Array


@handles("Quant", 1, 2, domain=QONNX, also=_OLDER)
def quant(node: Node) -> SSAValue:
    """`(round(clip(x / scale + zero_point)) − zero_point) · scale`: inputs x, scale, zero_point, bits."""
    scale, zero, bits = scale_of(node, 1), _zero_point(node, 2), _bits(node, 3)
    signed, rounding = bool(node.int_attr("signed", 1)), node.string_attr("rounding_mode", "ROUND")
    if bits == 1 and signed:
        return _bipolar(node, _codes(node, node.f32(0), scale, zero), scale, zero)
    grid = Grid(_storage(node, bits, signed, bool(node.int_attr("narrow", 1))), scale, zero)
    if _is_half_even(rounding) and not zero.any():
        return node.builder.result(DequantizeCastOp(_quantize(node, node.f32(0), _params(node, grid))))
    return _encode(node, _codes(node, node.f32(0), scale, zero), rounding, grid)


handles("IntQuant", 1, 2, domain=QONNX)(quant)


@handles("BipolarQuant", 1, 2, domain=QONNX, also=_OLDER)
def bipolar_quant(node: Node) -> SSAValue:
    """`scale` where x ≥ 0, else `−scale`: inputs x, scale."""
    return _bipolar(node, node.f32(0), scale_of(node, 1), np.zeros((), np.float32))


@handles("Trunc", 1, 1, domain=QONNX, also=_OLDER)
def trunc_1(node: Node) -> SSAValue:
    """Codes without their lowest bits, under the same scale: inputs x, scale, zero_point, input bits, output bits."""
    scale, zero, bits, left = scale_of(node, 1), _zero_point(node, 2), _bits(node, 3), _bits(node, 4)
    x = node.f32(0)
    codes = node.one(RoundOp, _codes(node, x, scale, zero))
    return _shifted(node, codes, 2.0 ** (bits - left), Grid(_storage_of_trunc(node, x, left), scale, zero))


@handles("Trunc", 2, 2, domain=QONNX)
def trunc_2(node: Node) -> SSAValue:
    """Codes divided by a power of two: inputs x, scale, zero_point, input bits, output scale, output bits."""
    scale, zero, out_scale = scale_of(node, 1), _zero_point(node, 2), scale_of(node, 4)
    ratios = np.unique(np.rint(np.log2(out_scale / scale)))
    if len(ratios) != 1:
        raise node.unsupported("scales that are not one power of two of the input's are not handled")
    factor = float(2.0 ** ratios[0])
    storage = _storage(node, _bits(node, 5), bool(node.int_attr("signed", 1)), bool(node.int_attr("narrow", 0)))
    codes = node.one(RoundOp, _codes(node, node.f32(0), scale, zero))
    return _shifted(node, codes, factor, Grid(storage, out_scale, np.asarray(zero / np.float32(factor))))


def _shifted(node: Node, codes: SSAValue, factor: float, grid: Grid) -> SSAValue:
    divided = node.one(DivOp, codes, _number(node, factor))
    return _encode(node, divided, node.string_attr("rounding_mode", "FLOOR"), grid)


# Parameters


def _zero_point(node: Node, index: int) -> Array:
    zero = node.known(index, "the zero point")
    if zero is None or zero.dtype != np.float32 or not np.isfinite(zero).all():
        raise node.malformed("the zero point must be given as finite f32 numbers")
    return zero


def _bits(node: Node, index: int) -> int:
    bits = node.known_scalar(index, "the number of bits")
    if bits is None or not math.isfinite(bits) or bits != int(bits) or not 1 <= bits <= _MOST:
        raise node.unsupported(f"{bits} bits are not handled", f"quantize to a whole number of bits from 1 to {_MOST}")
    return int(bits)


def _storage(node: Node, bits: int, signed: bool, narrow: bool) -> Storage:
    """Codes of so many bits: the lowest signed one is left out where `narrow`, else the highest."""
    low, high = (narrow - 2 ** (bits - 1), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1 - narrow)
    try:
        return Storage.of(signed, _width(bits), low, high)
    except ValueError as error:
        raise node.unsupported(one_line(error)) from error


def _width(bits: int) -> int:
    return 8 if bits <= 8 else 16 if bits <= 16 else 32


def _storage_of_trunc(node: Node, x: SSAValue, bits: int) -> Storage:
    """Trunc of set 1 does not say whether its codes have a sign: what x is computed from may; else they fit codes of both kinds."""
    signed = _sign_of(x)
    if signed is not None:
        return _storage(node, bits, signed, narrow=False)
    return Storage.of(True, _width(bits + 1), -(2 ** (bits - 1)), 2 ** min(bits, _MOST - 1) - 1)


_KEEP_SIGN = (AveragePoolOp, GlobalAveragePoolOp, MaxPoolOp, ReduceMeanOp, ReduceSumOp)


def _sign_of(x: SSAValue) -> bool | None:
    """Whether codes of x can be negative, if its zero point is 0 and what it is computed from tells."""
    while isinstance(op := x.owner, Operation):
        if isinstance(op, ReluOp):
            return False
        if isinstance(op, DequantizeCastOp):
            params = params_of(op.operands[0])
            return None if params is None or params.zero_points.any() else params.storage.min < 0
        if isinstance(op, MulOp) and isinstance(factor := op.b.owner, ConstantOp) and (factor.array > 0).all():
            x = op.a
        elif isinstance(op, _KEEP_SIGN):
            x = op.operands[0]
        else:
            return None
    return None


def _params(node: Node, grid: Grid) -> QuantParams:
    """The grid as parameters of input 0: scale and zero point of one number, or varying along one axis.

    Where a zero point is no code, it is 0 here and `_encode` subtracts it.
    """
    rank = len(node.shape(0))
    shape = np.broadcast_shapes(grid.scale.shape, grid.zero.shape)
    wide = [axis + rank - len(shape) for axis, extent in enumerate(shape) if extent != 1]
    if len(wide) > 1 or len(shape) > rank:
        raise node.unsupported(f"scales of shape {shape} for a tensor of shape {node.shape(0)} are not handled")
    zero = grid.zero if _has_codes_of_zero(grid) else np.zeros((), np.float32)
    form = (-1,) if wide else ()
    scales, zeros = (np.broadcast_to(array, shape).reshape(form) for array in (grid.scale, zero))
    try:
        params = QuantParams(grid.storage, scales.astype(np.float64), zeros.astype(np.int64), axis=wide[0] if wide else None)
        params.check_shape(node.shape(0))
    except ValueError as error:
        raise node.malformed(one_line(error)) from error
    return params


def _has_codes_of_zero(grid: Grid) -> bool:
    zero = grid.zero
    return bool(((zero == np.rint(zero)) & (zero >= grid.storage.min) & (zero <= grid.storage.max)).all())


# Computation


def _number(node: Node, number: float) -> SSAValue:
    return node.builder.constant(Value(np.array(number, np.float32)))


def _codes(node: Node, x: SSAValue, scale: Array, zero: Array) -> SSAValue:
    """x / scale + zero, in floats."""
    quotient = node.one(DivOp, x, node.builder.constant(Value(scale)))
    return node.one(AddOp, quotient, node.builder.constant(Value(zero))) if zero.any() else quotient


def _quantize(node: Node, x: SSAValue, params: QuantParams) -> SSAValue:
    return node.builder.result(QuantizeCastOp(x, quantized_tensor(params, node.shape(0))))


def _encode(node: Node, codes: SSAValue, rounding: str, grid: Grid) -> SSAValue:
    """Codes as floats, rounded and kept to the grid's: the floats that they stand for."""
    params = _params(node, grid)
    rounded = _quantize(node, _round(node, codes, rounding), QuantParams(grid.storage, 1.0))
    y = node.builder.result(DequantizeCastOp(node.builder.retyped(rounded, params)))
    if _has_codes_of_zero(grid):
        return y
    offset = np.asarray(grid.zero.astype(np.float64) * grid.scale, np.float32)
    return node.one(SubOp, y, node.builder.constant(Value(offset)))


def _bipolar(node: Node, x: SSAValue, scale: Array, zero: Array) -> SSAValue:
    """Codes 1 where x ≥ 0, else −1."""
    nought, plus, minus = (_number(node, value) for value in (0, 1, -1))
    signs = node.one(WhereOp, node.one(LessOrEqualOp, nought, x), plus, minus)
    return _encode(node, signs, "ROUND", Grid(Storage.of(True, 8, -1, 1), scale, zero))


def _is_half_even(rounding: str) -> bool:
    return rounding.upper() in ("ROUND", "HALF_EVEN")


def _round(node: Node, x: SSAValue, rounding: str) -> SSAValue:
    """By QONNX's name of the mode; half to even is left to the quantize that follows."""
    mode = rounding.upper()
    if _is_half_even(mode):
        return x
    if mode in ("CEIL", "FLOOR"):
        return node.one(CeilOp if mode == "CEIL" else FloorOp, x)
    if mode not in ("UP", "DOWN", "HALF_UP", "HALF_DOWN"):
        raise node.malformed(f"rounding_mode {rounding!r} is none of QONNX's")
    magnitude = node.one(AbsOp, x)
    if mode.startswith("HALF"):
        magnitude = node.one(AddOp if mode == "HALF_UP" else SubOp, magnitude, _number(node, 0.5))
    whole = node.one(CeilOp if mode in ("UP", "HALF_DOWN") else FloorOp, magnitude)
    return node.one(MulOp, node.one(SignOp, x), whole)
