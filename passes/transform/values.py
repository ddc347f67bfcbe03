"""What the rules of this folder ask of values: the codes behind a dcast, the floats of a constant, an operation on codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import ConcatOp, ConvOp, GemmOp, NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams

NnOpT = TypeVar("NnOpT", bound=NnOp)


def dequantized(value: SSAValue) -> SSAValue | None:
    """q of dcast(q), else None."""
    return value.owner.input if isinstance(value.owner, DequantizeCastOp) else None


def quantizing_users(value: SSAValue) -> list[QuantizeCastOp]:
    """The qcasts that use a value, each once."""
    users = dict.fromkeys(use.operation for use in value.uses)
    return [user for user in users if isinstance(user, QuantizeCastOp)]


def float_constant(value: SSAValue) -> Array | None:
    """The floats of a constant, or of the dcast of one; None for anything else."""
    owner = value.owner
    if isinstance(owner, ConstantOp) and owner.array.dtype == np.float32:
        return owner.array
    if isinstance(owner, DequantizeCastOp) and isinstance(owner.input.owner, ConstantOp):
        return evaluate(owner, [owner.input.owner.array])[0]
    return None


def params(value: SSAValue) -> QuantParams:
    """The parameters of a value that is known to be quantized. Raises AlgebraError if it is not."""
    found = params_of(value)
    if found is None:
        raise AlgebraError("an operand is not quantized")
    return found


def describe(value: SSAValue) -> str:
    """Where a value comes from, in a refusal's words."""
    return f"the result of {value.owner.name}" if isinstance(value.owner, Operation) else "an input of the model"


def not_quantized(op: Operation, index: int) -> str:
    """The reason that operand `index` keeps an operation in floats."""
    return f"operand {index} is not quantized: it is {describe(op.operands[index])}"


def rebuild(op: NnOpT, operands: Sequence[SSAValue], result: QuantParams | None = None) -> NnOpT:
    """The same operation on other operands, its result types inferred (or quantized by `result`).

    Raises AlgebraError or VerifyException where the operands do not allow it.
    """
    match op:
        case ConcatOp():
            grouped: list[SSAValue | Sequence[SSAValue]] = [list(operands)]
        case ConvOp():
            grouped = [*operands[:2], list(operands[2:])]
        case GemmOp():
            grouped = [*operands[:2], list(operands[2:])]
        case _:
            grouped = list(operands)
    return type(op).make_raw(grouped, op.properties, result)


def along_one_axis(values: Array, shape: Sequence[int]) -> tuple[Array, int | None]:
    """A constant that broadcasts against a tensor of `shape` as a scalar (axis None) or as one value per index of an axis.

    Raises AlgebraError if it varies along several axes.
    """
    if values.size and (values == values.flat[0]).all():
        return np.asarray(values.flat[0]), None
    long = [i for i, extent in enumerate(values.shape) if extent != 1]
    if len(long) != 1:
        raise AlgebraError(f"the constant of shape {values.shape} varies along more than one axis")
    return values.reshape(-1), long[0] + len(shape) - values.ndim
