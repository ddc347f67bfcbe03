"""What the rules of this folder ask of values beyond `lpt.passes.matching`: parameters, casts behind, an operation on codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import ConcatOp, ConvOp, ConvTransposeOp, GemmOp, NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.quant_params import I8, QuantParams
from lpt.passes.journal import NODE
from lpt.passes.matching import float_array_of

NnOpT = TypeVar("NnOpT", bound=NnOp)


def quantizing_users(value: SSAValue) -> list[QuantizeCastOp]:
    """The qcasts that use a value, each once."""
    users = dict.fromkeys(use.operation for use in value.uses)
    return [user for user in users if isinstance(user, QuantizeCastOp)]


def params(value: SSAValue) -> QuantParams:
    """The parameters of a value that is known to be quantized. Raises AlgebraError if it is not."""
    found = params_of(value)
    if found is None:
        raise AlgebraError("an operand is not quantized")
    return found


def rebuild(op: NnOpT, operands: Sequence[SSAValue], result: QuantParams | None = None) -> NnOpT:
    """The same operation of the same source node on other operands, its result types inferred (or quantized by `result`).

    Raises AlgebraError or VerifyException where the operands do not allow it.
    """
    match op:
        case ConcatOp():
            grouped: list[SSAValue | Sequence[SSAValue]] = [list(operands)]
        case ConvOp() | ConvTransposeOp() | GemmOp():
            grouped = [*operands[:2], list(operands[2:])]
        case _:
            grouped = list(operands)
    new = type(op).make_raw(grouped, op.properties, result)
    if (node := op.attributes.get(NODE)) is not None:
        new.attributes[NODE] = node
    return new


def exact_codes(value: SSAValue) -> ConstantOp | None:
    """A float constant as codes −1, 0 and 1 under its magnitudes as scales, which stand for it exactly; None for what is none.

    Raises AlgebraError where it varies along several axes, or a magnitude is no normal number.
    """
    array = float_array_of(value)
    if array is None:
        return None
    magnitudes, axis = along_one_axis(np.abs(array), array.shape)
    scales = np.where(magnitudes == 0, 1.0, magnitudes.astype(np.float64))
    return ConstantOp.quantized(np.sign(array).astype(np.int8), algebra.make(I8, scales, axis=axis))


def replace_by_codes(op: Operation, new: Sequence[Operation], rewriter: PatternRewriter) -> None:
    """Put `new` in the place of an operation on floats: dcasts of the last one's results stand for its results."""
    casts = [DequantizeCastOp(result) for result in new[-1].results]
    rewriter.replace(op, [*new, *casts], [cast.result for cast in casts])


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
