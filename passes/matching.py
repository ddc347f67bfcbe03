"""What patterns of all stages ask about the values around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, BinaryOp, ClipOp, DivOp, Kind, NnOp, PowOp, PReluOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape

__all__ = [
    "along",
    "as_float32",
    "constant_of",
    "dequantized_constant",
    "dequantized_of",
    "float_array_of",
    "is_known",
    "is_movable",
    "keeps_shape",
    "known_array_of",
    "move_constant",
    "not_quantized",
    "quantized_constant_of",
    "scalar_or_channels",
    "shifted_constant_of",
    "sides",
]


def constant_of(value: SSAValue) -> ConstantOp | None:
    """The constant that defines a value, if it is one."""
    return value.owner if isinstance(value.owner, ConstantOp) else None


def dequantized_of(value: SSAValue) -> SSAValue | None:
    """q where the value is dcast(q)."""
    return value.owner.input if isinstance(value.owner, DequantizeCastOp) else None


def quantized_constant_of(value: SSAValue) -> tuple[ConstantOp, QuantParams] | None:
    """The constant q and its parameters where the value is dcast(q)."""
    source = dequantized_of(value)
    constant = constant_of(source) if source is not None else None
    params = params_of(constant.result) if constant is not None else None
    return (constant, params) if constant is not None and params is not None else None


def float_array_of(value: SSAValue) -> Array | None:
    """The data of an f32 constant. Those of other float types are left alone: what rules compute is f32."""
    constant = constant_of(value)
    return constant.array if constant is not None and constant.array.dtype == np.float32 else None


def is_known(value: SSAValue) -> bool:
    """Whether `known_array_of` gives an array; it dequantizes all weights, which takes their memory four times over."""
    return float_array_of(value) is not None or quantized_constant_of(value) is not None


def known_array_of(value: SSAValue) -> Array | None:
    """The real values of an f32 constant or of a dequantized one."""
    array = float_array_of(value)
    if array is None and (found := quantized_constant_of(value)) is not None:
        assert isinstance(value.owner, DequantizeCastOp)
        array = evaluate(value.owner, [found[0].array])[0]
    return array


def dequantized_constant(array: Array, params: QuantParams) -> tuple[ConstantOp, DequantizeCastOp]:
    """A new constant of quantized type and its dcast, to be inserted in this order."""
    constant = ConstantOp.quantized(array, params)
    return constant, DequantizeCastOp(constant.result)


def shifted_constant_of(value: SSAValue) -> tuple[ConstantOp, Array] | None:
    """(q, δ) where the value is dcast(q) + δ, both constant; else None."""
    if not isinstance(value.owner, AddOp):
        return None
    for data, other in sides(value.owner):
        found, offset = quantized_constant_of(data), float_array_of(other)
        if found is not None and offset is not None and data.type == value.type:
            return found[0], offset
    return None


def move_constant(op: NnOp, constant: ConstantOp) -> ConstantOp:
    """The constant that a moving operation of one data operand makes of another one: its codes moved, its parameters with them.

    Raises AlgebraError if the parameters do not survive, or indices are computed at run time.
    """
    others = [constant_of(operand) for operand in op.operands[1:]]
    if None in others:
        raise AlgebraError("its indices are computed at run time")
    probe = type(op).make_raw([constant.result, *op.operands[1:]], op.properties)
    try:
        (array,) = evaluate(probe, [constant.array, *(other.array for other in others if other is not None)])
        return ConstantOp(array, probe.results[0].type)
    finally:
        probe.drop_all_references()


def sides(op: BinaryOp) -> tuple[tuple[SSAValue, SSAValue], ...]:
    """(data, other): which operand may be the data that the other is combined with; of some only the left one."""
    return ((op.a, op.b),) if isinstance(op, SubOp | DivOp | PowOp | PReluOp) else ((op.a, op.b), (op.b, op.a))


def is_movable(op: Operation) -> bool:
    """Whether dcast can be pushed through operations of this class."""
    return isinstance(op, NnOp) and op.KIND is Kind.MOVES and not isinstance(op, ClipOp)


def not_quantized(op: Operation, index: int) -> str:
    """The reason that operand `index` keeps an operation in floats."""
    owner = op.operands[index].owner
    place = f"the result of {owner.name}" if isinstance(owner, Operation) else "an input of the model"
    return f"operand {index} is not quantized: it is {place}"


def scalar_or_channels(array: Array, shape: Sequence[int], axis: int) -> Array | None:
    """A constant factor of a tensor of `shape` as a scalar [] or a vector [C] along `axis`; None if it varies otherwise.

    The constant must broadcast to the tensor without widening it.
    """
    if array.size == 1 and array.ndim <= len(shape):
        return array.reshape(())
    aligned = (1,) * (len(shape) - array.ndim) + array.shape
    if len(aligned) != len(shape) or any(n != 1 for i, n in enumerate(aligned) if i != axis) or aligned[axis] != shape[axis]:
        return None
    return array.reshape(-1)


def along(vector: Array, rank: int, axis: int | None) -> Array:
    """A scalar as it is, a vector [C] shaped to broadcast along `axis` of a tensor of `rank`."""
    return vector if vector.ndim == 0 else vector.reshape([-1 if i == axis else 1 for i in range(rank)])


def keeps_shape(x: SSAValue, array: Array) -> bool:
    """Whether a constant combines with x elementwise without widening it."""
    shape = tensor_shape(x)
    if array.ndim > len(shape):
        return False
    aligned = (1,) * (len(shape) - array.ndim) + array.shape
    return all(n in (1, extent) for n, extent in zip(aligned, shape, strict=True))


def as_float32(array: Array) -> Array:
    """Computed in f64, kept in f32."""
    with np.errstate(over="ignore"):
        return np.asarray(array, dtype=np.float32)
