"""What a vector of lanes may hold: plain numbers, codes of a quantized type, or steps that are not rounded yet."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import llvmlite.ir as ir
import numpy as np
from xdsl.dialects.builtin import Float32Type, IntegerType, Signedness, TensorType
from xdsl.ir import Attribute, SSAValue

from lpt.codegen.emit import Kind
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics import math
from lpt.errors import CompileError

Array: TypeAlias = np.ndarray


@dataclass(frozen=True)
class Plain:
    """f32, i32 or i64 lanes of a tensor that is not quantized."""

    value: ir.Value


@dataclass(frozen=True)
class Codes:
    """i32 lanes that hold storage values of a quantized type, zero point included."""

    value: ir.Value


@dataclass(frozen=True)
class Steps:
    """f32 lanes v that stand for the code `rint(clamp(v, low, high)) + zero point` (a NaN for low + zero point).

    Clamps are monotone and have integer bounds, so a relu or clip behind a requantization only moves `low` and
    `high`, f32 arrays that broadcast to the value; and where |v| is known to stay below `SAFE`, they may as well be
    applied to the rounded integers, which packing instructions do for nothing.
    """

    value: ir.Value
    low: Array
    high: Array
    magnitude: float = inf


SAFE = 2.0**30
"""A magnitude of steps that converts to i32 and leaves room for a zero point."""

Lanes: TypeAlias = Plain | Codes | Steps


def kind_of(value: SSAValue | Attribute) -> Kind:
    """How the elements of a tensor lie in memory. Raises CompileError for types that kernels do not handle."""
    type_ = value.type if isinstance(value, SSAValue) else value
    params = params_of(type_)
    if params is not None:
        dtype = params.storage.dtype
        return _INTEGERS[dtype.kind, dtype.itemsize * 8]
    element = type_.element_type if isinstance(type_, TensorType) else type_
    match element:
        case Float32Type():
            return "f32"
        case IntegerType() if element.width.data == 1:
            return "u8"
        case IntegerType():
            sign = "u" if element.signedness.data == Signedness.UNSIGNED else "i"
            if (sign, element.width.data) in _INTEGERS:
                return _INTEGERS[sign, element.width.data]
    raise CompileError(f"kernels do not handle elements of type {element}", way_out="cast to f32 or to integers")


_INTEGERS: dict[tuple[str, int], Kind] = {
    ("u", 8): "u8", ("i", 8): "i8", ("u", 16): "u16", ("i", 16): "i16", ("u", 32): "u32", ("i", 32): "i32", ("i", 64): "i64",
}  # fmt: skip


def quantized(value: SSAValue) -> QuantParams:
    """The parameters of a value that must be quantized."""
    params = params_of(value)
    if params is None:
        raise CompileError(f"expected a quantized value, got {value.type}", way_out="this is a bug of lpt")
    return params


def expanded(value: SSAValue) -> tuple[Array, Array]:
    """Scales (f64) and zero points (i64) of a quantized value, of shape () or broadcasting to it."""
    type_ = value.type
    assert isinstance(type_, TensorType)
    return quantized(value).expand(type_.get_shape())


def bounds(value: SSAValue) -> tuple[Array, Array]:
    """f32 bounds of a quantized value's codes, less its zero points."""
    storage, (_, zero_points) = quantized(value).storage, expanded(value)
    high = np.vectorize(math.below, otypes=[np.float32])(storage.max - zero_points)
    return np.asarray(storage.min - zero_points, np.float32), high


def is_uniform(array: Array) -> bool:
    """Whether all elements have the same bits."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.size <= 1 or bool((flat.view(f"u{flat.itemsize}") == flat[:1].view(f"u{flat.itemsize}")).all())
