"""Bring quantized weights into the form dcast(integer constant).

    qcast(constant)                                →  constant of quantized type
    lpt.fake_quantize(constant, constant ranges)   →  dcast(constant), where the zero point is an integer
    nn.reshape(dcast(constant)), nn.transpose(…) … →  dcast(the constant moved, its quantized axis with it)

Exactness: real (fake_quantize computes its levels in f32 steps, dcast by one product; the other two are exact).
Peers: OpenVINO's CompressQuantizeWeights, PullReshapeThroughDequantization and PullTransposeThroughDequantization;
ONNX Runtime folds QuantizeLinear of an initializer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import MoveOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_constant, float_array_of, move_constant, quantized_constant_of
from lpt.passes.pipeline import Exactness, LptPass


class QuantizeConstant(Pattern):
    """qcast(constant) → constant."""

    name = "quantize-constant"
    matches = QuantizeCastOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, QuantizeCastOp)
        array = float_array_of(op.input)
        if array is not None:
            rewriter.replace(op, ConstantOp(evaluate(op, [array])[0], op.result.type))


class MoveConstant(Pattern):
    """move(dcast(constant)) → dcast(constant), for reshape, transpose, slice, pad and their like."""

    name = "move-constant"
    matches = MoveOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MoveOp)
        found = quantized_constant_of(op.x)
        if found is None:
            return
        constant = move_constant(op, found[0])
        rewriter.replace(op, [constant, DequantizeCastOp(constant.result)])


class FoldFakeQuantize(Pattern):
    """fake_quantize(constant) → dcast(constant), where zero is one of its levels."""

    name = "fold-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        arrays = [float_array_of(operand) for operand in op.operands]
        x, *ranges = (array.astype(np.float32) for array in arrays if array is not None)
        if arrays[0] is None:
            return None
        if len(ranges) < 4:
            return self.fail(op, "a range is not constant")
        levels = op.levels.value.data
        if levels > 2**16:
            return self.fail(op, f"{levels} levels do not fit 16 bits")
        if (ranges[0] >= ranges[1]).any() or (ranges[2] >= ranges[3]).any():
            return self.fail(op, "a range is empty or reversed")
        params = output_params(ranges[2], ranges[3], levels, tensor_shape(op.input))
        codes = level_indices(x, ranges[0], ranges[1], levels) + params.storage.min
        rewriter.replace(op, dequantized_constant(codes.astype(params.storage.dtype), params))
        return None


def level_indices(x: Array, low: Array, high: Array, levels: int) -> Array:
    """Which of the levels 0 … levels − 1 fake_quantize gives each element, by the formula of its meaning."""
    with np.errstate(all="ignore"):
        steps = np.rint((x - low) / (high - low) * np.float32(levels - 1))
    steps = np.where(x > high, levels - 1, np.where(x <= low, 0, steps))
    return np.asarray(steps, np.int64)


def output_params(low: Array, high: Array, levels: int, shape: Sequence[int]) -> QuantParams:
    """Parameters whose codes are levels, shifted so that zero has code 0 where the signed storage allows it.

    Raises AlgebraError where zero is no level, or the ranges vary along more than one axis.
    """
    low, high = np.broadcast_arrays(low.astype(np.float64), high.astype(np.float64))
    axis = _varying_axis(low.shape, shape)
    low, high = (bound.reshape(-1) if axis is not None else bound.reshape(()) for bound in (low, high))
    scales = (high - low) / (levels - 1)
    zeros = -low / scales
    if (np.abs(zeros - np.rint(zeros)) > 2.0**-20 * levels).any():
        raise algebra.AlgebraError("zero is not one of the levels: the zero point is no integer")
    if (np.rint(zeros) < 0).any() or (np.rint(zeros) > levels - 1).any():
        raise algebra.AlgebraError("zero lies outside of the output range")
    width = 8 if levels <= 2**8 else 16
    full = Storage.of(True, width)
    first = int(np.clip(-np.rint(np.median(zeros)), full.min, full.max + 1 - levels))
    storage = Storage.of(True, width, first, first + levels - 1)
    return algebra.make(storage, scales, np.rint(zeros).astype(np.int64) + first, axis=axis)


def _varying_axis(range_shape: Sequence[int], shape: Sequence[int]) -> int | None:
    aligned = (1,) * (len(shape) - len(range_shape)) + tuple(range_shape)
    axes = [i for i, extent in enumerate(aligned) if extent != 1]
    if len(axes) > 1:
        raise algebra.AlgebraError(f"the ranges vary along axes {axes}, only one can carry scales")
    return axes[0] if axes else None


@dataclass(frozen=True)
class FoldWeights(LptPass):
    """Bring quantized weights into the form dcast(integer constant)."""

    name = "lpt-fold-weights"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (QuantizeConstant(), MoveConstant(), FoldFakeQuantize())
