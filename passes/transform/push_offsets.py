"""A constant offset behind a dcast is pushed on like a bias.

    %x = nn.add (quant.dcast %q), %δ             %c = nn.conv (quant.dcast %q), %w
    %y = nn.conv %x, %w                     →    %y = nn.add %c, %field          field = conv(δ, w), folded

through convolutions, matrix products, averages, constant factors and operations that move elements. At a padded border fewer
taps see the offset: the field is computed on the offset's full extent, so every border class is right by construction, and
shrinks to [1, OC, 1, 1] where all positions agree. Constant addends in a row become one. Exactness: real. OpenVINO has no
counterpart: it rounds the zero point instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import (
    AddOp,
    AveragePoolOp,
    ConcatOp,
    ConvOp,
    ConvTransposeOp,
    DivOp,
    ExtremeOp,
    GatherOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    MatMulOp,
    MaxPoolOp,
    MoveOp,
    MulOp,
    NnOp,
    PadOp,
    ReducingOp,
    SplitOp,
    SubOp,
)
from lpt.dialects.shapes import Shape, is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import constant_of, dequantized_of, is_known, known_array_of, sides
from lpt.passes.transform.values import params, rebuild

_WEIGHTED = (ConvOp, ConvTransposeOp, MatMulOp, MulOp, DivOp)
_POOLS = (AveragePoolOp, GlobalAveragePoolOp, MaxPoolOp, GlobalMaxPoolOp)
_PUSHED = (*_WEIGHTED, *_POOLS, ConcatOp, SplitOp, MoveOp, ReducingOp)


def with_offset(value: SSAValue, width: int = 16) -> tuple[SSAValue, Array] | None:
    """(dcast(q), δ) of dcast(q) + δ for codes of up to `width` bits, δ constant and not broadcasting; else None."""
    if not isinstance(value.owner, AddOp):
        return None
    for data, other in sides(value.owner):
        codes, offset = dequantized_of(data), known_array_of(other)
        if codes is None or offset is None or params(codes).storage.width > width:
            continue
        if tensor_shape(data) == tensor_shape(value):
            return data, offset
    return None


def shrink(field: Array) -> Array:
    """The field with extent 1 along each axis where all its slices are equal."""
    for axis in range(field.ndim):
        first = field.take([0], axis=axis)
        if (field == first).all():
            field = first
    return field


def images(op: NnOp, operands: Sequence[Array]) -> Sequence[Array]:
    """What a float operation makes of constant operands, one array per result."""
    floats = (array if array.dtype.kind == "i" else np.asarray(array, np.float32) for array in operands)  # indices stay
    constants = [ConstantOp(np.ascontiguousarray(array)) for array in floats]
    probe = rebuild(op, [constant.result for constant in constants])
    results = evaluate(probe, [constant.array for constant in constants])
    probe.drop_all_references()
    return results


def _extent(op: NnOp, operand: SSAValue, pair: tuple[SSAValue, Array] | None) -> Shape:
    """The shape an operand's offset is computed on; every batch of a weighted operation or pool sees the same, so one is enough."""
    shape = tensor_shape(operand)
    alike = pair is not None and (pair[1].ndim < len(shape) or pair[1].shape[0] == 1)
    return (1, *shape[1:]) if isinstance(op, (*_WEIGHTED, *_POOLS)) and alike and len(shape) > 1 else shape


def _field(op: NnOp, operand: SSAValue, pair: tuple[SSAValue, Array] | None) -> Array:
    """An operand's offset on its whole extent; an operand without offset is the constant that it is, or adds 0."""
    shape = _extent(op, operand, pair)
    if pair is None and operand not in op.data_operands:
        indices = constant_of(operand)
        assert indices is not None
        return indices.array
    if pair is None:
        constant = known_array_of(operand) if isinstance(op, _WEIGHTED) else None
        return np.broadcast_to(np.float32(0), shape) if constant is None else constant
    return np.broadcast_to(pair[1], shape)


class PushOffset(Pattern):
    """op(dcast(q) + δ) → op(dcast(q)) + op(δ)."""

    name = "push-offset"
    matches = _PUSHED

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, NnOp)
        if op.is_quantized:
            return None
        width = 32 if isinstance(op, MulOp | DivOp) else 16  # the bias of an accumulator is not to be spread by moves
        found = [with_offset(operand, width) for operand in op.operands]
        if not any(found):
            return None
        if (reason := self._refusal(op, found)) is not None:
            return self.fail(op, reason)
        plain = [operand if pair is None else pair[0] for operand, pair in zip(op.operands, found, strict=True)]
        fields = [_field(op, operand, pair) for operand, pair in zip(op.operands, found, strict=True)]
        constants = [ConstantOp(shrink(field)) for field in images(op, fields)]
        rest = rebuild(op, plain)
        totals = [AddOp.make([result, field.result]) for result, field in zip(rest.results, constants, strict=True)]
        rewriter.replace(op, [rest, *constants, *totals], [total.result for total in totals])
        return None

    def _refusal(self, op: NnOp, found: Sequence[tuple[SSAValue, Array] | None]) -> str | None:
        if not all(is_static(_extent(op, x, pair)) for x, pair in zip(op.operands, found, strict=True)):
            return "the extent of the offset of its operand is not known"
        if isinstance(op, _WEIGHTED):
            others = [x for x, pair in zip(op.operands, found, strict=True) if pair is None]
            if isinstance(op, DivOp) and found[1] is not None:
                return "the divisor has an offset"
            if len(others) != 1 or not is_known(others[0]):
                return "an operand has an offset and the other is no constant"
        if isinstance(op, ConcatOp) and any(p is None and dequantized_of(x) is None for x, p in zip(op.xs, found, strict=True)):
            return "an operand has an offset and another is not quantized"
        if isinstance(op, GatherOp) and op.known_indices is None:
            return "its operand has an offset and its indices are computed at run time"
        if isinstance(op, PadOp) and op.mode_name == "constant":
            return "its operand has an offset that the padding has not"
        if isinstance(op, ExtremeOp):
            offset = next(pair[1] for pair in found if pair is not None)
            skipped = len(tensor_shape(op.x)) - offset.ndim
            if any(axis >= skipped and offset.shape[axis - skipped] != 1 for axis in op.reduced):
                return "the offset differs among the elements that are compared"
        if isinstance(op, MaxPoolOp | GlobalMaxPoolOp):
            offset = next(pair[1] for pair in found if pair is not None)
            if any(extent != 1 for extent in offset.shape[2 - len(tensor_shape(op.x)) :]):
                return "the offset differs inside a window"
        return None


class MergeOffsets(Pattern):
    """(x + c) + d → x + (c + d), and the same with differences."""

    name = "merge-offsets"
    benefit = 2
    matches = (AddOp, SubOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, AddOp | SubOp)
        if op.is_quantized or (outer := _split(op)) is None:
            return
        inner_op = outer[0].owner
        if not isinstance(inner_op, AddOp | SubOp) or inner_op.is_quantized or (inner := _split(inner_op)) is None:
            return
        constant = ConstantOp(np.asarray(inner[1] + outer[1]).astype(np.float32))
        total = AddOp.make([inner[0], constant.result])
        if tensor_shape(total.result) == tensor_shape(op.result) == tensor_shape(inner[0]):
            rewriter.replace(op, [constant, total], [total.result])
        else:
            total.drop_all_references()


def _split(op: AddOp | SubOp) -> tuple[SSAValue, Array] | None:
    """(x, c) of x + c, c + x or x − c, c in f64."""
    for data, other in sides(op):
        constant = None if is_known(data) else known_array_of(other)
        if constant is not None:
            wide = constant.astype(np.float64)
            return data, -wide if isinstance(op, SubOp) else wide
    return None


def offset_patterns() -> list[Pattern]:
    """The rules for offsets."""
    return [MergeOffsets(), PushOffset()]
