"""Bring quantized weights into the form dcast(integer constant).

    qcast(constant)                                →  constant of quantized type
    lpt.fake_quantize(constant, constant ranges)   →  dcast(constant) + δ, δ = 0 where zero is one of the levels
    nn.reshape(dcast(constant)), nn.transpose(…) … →  dcast(the constant moved, its quantized axis with it)

Codes of a fake_quantize are whatever 8 bits can hold (`weight_grid`): few levels are spread so that zero becomes one of them,
inverted and flat output ranges are codes as well, and the input range may be of any form, as the levels are known numbers.
Exactness: real (fake_quantize computes its levels in f32 steps, dcast by one product; the other two are exact).
Peers: OpenVINO's CompressQuantizeWeights, PullReshapeThroughDequantization and PullTransposeThroughDequantization, of 255 or
256 levels in integers (others in f32); ONNX Runtime folds QuantizeLinear of an initializer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import AddOp, MoveOp, PadOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import (
    along,
    dequantized_constant,
    float_array_of,
    move_constant,
    quantized_constant_of,
    shifted_constant_of,
)
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.weight_grid import Grid
from lpt.passes.ranges import along_common_axis, common_levels
from lpt.passes.transform.push_offsets import shrink


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


class MoveShiftedConstant(Pattern):
    """move(dcast(constant) + δ) → dcast(constant moved) + δ moved."""

    name = "move-shifted-constant"
    matches = MoveOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MoveOp)
        if op.is_quantized or (found := shifted_constant_of(op.x)) is None:
            return None
        constant, offset = found
        if isinstance(op, PadOp):
            return self.fail(op, "the offset of the constant is no code of it")
        moved = move_constant(op, constant)
        cast = DequantizeCastOp(moved.result)
        delta = move_constant(op, ConstantOp(np.array(np.broadcast_to(offset, tensor_shape(op.x)))))
        shrunk = ConstantOp(shrink(delta.array))
        rewriter.replace(op, [moved, cast, shrunk, AddOp.make([cast.result, shrunk.result])])
        return None


class FoldFakeQuantize(Pattern):
    """fake_quantize(constant) → dcast(constant) + δ."""

    name = "fold-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        if (x := float_array_of(op.input)) is None:
            return None
        ranges = [float_array_of(operand) for operand in op.operands[1:]]
        low, high, out_low, out_high = (r if r is not None else np.zeros(()) for r in ranges)
        if any(r is None for r in ranges):
            return self.fail(op, "a range is not constant")
        levels = common_levels(op.levels.value.data)
        if not np.isfinite(x).all():
            return self.fail(op, "a weight is not finite")
        (first, last), axis = along_common_axis([out_low.astype(np.float64), out_high.astype(np.float64)], x.shape)
        if not (np.isfinite(first) & np.isfinite(last)).all():
            return self.fail(op, "an output range is not finite")
        grid = Grid.of(levels, first, last)
        steps = np.broadcast_to(level_indices(x, low, high, levels), x.shape)
        codes, params, offset = grid.encode(steps, axis)
        new: list[Operation] = [*dequantized_constant(codes, params)]
        if offset.any():
            delta = ConstantOp(along(offset.astype(np.float32), x.ndim, axis))
            new += [delta, AddOp.make([new[-1].results[0], delta.result])]
        rewriter.replace(op, new)
        return None


def level_indices(x: Array, low: Array, high: Array, levels: int) -> Array:
    """Which of the levels 0 … levels − 1 fake_quantize gives each element, by the formula of its meaning."""
    with np.errstate(all="ignore"):
        steps = np.rint((x - low) / (high - low) * np.float32(levels - 1))
    steps = np.where(x <= np.minimum(low, high), 0, np.where(x > np.maximum(low, high), levels - 1, steps))
    return np.asarray(np.nan_to_num(steps), np.int64)


@dataclass(frozen=True)
class FoldWeights(LptPass):
    """Bring quantized weights into the form dcast(integer constant)."""

    name = "lpt-fold-weights"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (QuantizeConstant(), MoveConstant(), MoveShiftedConstant(), FoldFakeQuantize())
