"""Which storage each operand of an operation may have to be computed in integers: data that markup and the transform rules share.

Kernels store activations as u8 and weights as i8; both signs, any zero point and any narrower range of up to 8 bits are brought to
that form exactly (`lpt-lower-unsigned`), so a limit is a width and a granularity, not a sign. Products of wider operands are
products of their bytes (`split_bytes`).
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import SSAValue

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import (
    AddOp,
    AveragePoolOp,
    ConvOp,
    ConvTransposeOp,
    DivOp,
    GlobalAveragePoolOp,
    MatMulOp,
    MaximumOp,
    MinimumOp,
    MulOp,
    NnOp,
    NormalizeOp,
    PowOp,
    PReluOp,
    ReduceOp,
    ResampleOp,
    ResizeLinearOp,
    SoftmaxOp,
    SubOp,
    UnaryOp,
)
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.markup import restrictions


@dataclass(frozen=True)
class Limit:
    """What an operand must be: at most `width` bits, and a constant where `constant`."""

    width: int
    constant: bool = False

    def refusal(self, index: int, storage: Storage, *, is_constant: bool) -> str | None:
        """Why codes of this storage cannot be operand `index`, or None if they can."""
        if storage.width > self.width:
            return f"operand {index} has {storage.width} bits, at most {self.width} are handled"
        return f"operand {index} is not a constant" if self.constant and not is_constant else None


_ACTIVATION, _WEIGHTS, _WIDE = Limit(8), Limit(16, constant=True), Limit(32)

LIMITS: tuple[tuple[type[NnOp] | tuple[type[NnOp], ...], tuple[Limit, ...]], ...] = (
    (ConvOp, (Limit(16), _WEIGHTS)),
    (MatMulOp, (Limit(16), Limit(16))),
    (ConvTransposeOp, (_ACTIVATION, Limit(8, constant=True))),
    ((AddOp, SubOp), (_WIDE, _WIDE)),
    (MulOp, (_ACTIVATION, _ACTIVATION)),
    ((AveragePoolOp, GlobalAveragePoolOp, ReduceOp), (Limit(16),)),
    ((DivOp, MaximumOp, MinimumOp, PowOp, PReluOp), (Limit(16), Limit(16))),
    ((UnaryOp, SoftmaxOp, NormalizeOp, ResampleOp, ResizeLinearOp), (Limit(16),)),
)


def limits_of(op: NnOp) -> tuple[Limit, ...] | None:
    """The limits of an operation's operands, None if it has no integer form of its own."""
    return next((limits for classes, limits in LIMITS if isinstance(op, classes)), None)


def refusal(op: NnOp, codes: list[SSAValue]) -> str | None:
    """Why an operation cannot take these codes as its operands, or None if it can."""
    limits = limits_of(op)
    if limits is None:
        return f"{op.name} has no integer form"
    known = [params for value in codes if (params := params_of(value)) is not None]
    if (reason := restrictions.refusal(op, [(params.storage, params) for params in known])) is not None:
        return reason
    for index, (limit, value) in enumerate(zip(limits, codes, strict=False)):
        params = params_of(value)
        if params is None:
            return f"operand {index} is not quantized"
        if (reason := limit.refusal(index, params.storage, is_constant=isinstance(value.owner, ConstantOp))) is not None:
            return reason
    if isinstance(op, MatMulOp) and not (isinstance(codes[1].owner, ConstantOp) and len(tensor_shape(codes[1])) <= 2):
        return _unlike_zero_points(known)
    return None


def _unlike_zero_points(factors: list[QuantParams]) -> str | None:
    """Why factors that are packed at run time have no integer product: a zero point is one number times the other's sums."""
    varying = (i for i, params in enumerate(factors) if (params.zero_points != params.zero_points.flat[0]).any())
    return next((f"operand {index} has several zero points, and operand 1 is not a constant matrix" for index in varying), None)
