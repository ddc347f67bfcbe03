"""FakeQuantize as quantize, reinterpret, dequantize and an offset.

    %y = lpt.fake_quantize %x, il, ih, ol, oh {levels = 256}
becomes
    %q = quant.qcast (%x − il)  : u8, s_in = (ih − il) / 255, zero point 0
    %r = lpt.reinterpret %q     : u8, s_out = (oh − ol) / 255, zero point rint(z), z = −ol / s_out
    %y = quant.dcast %r  +  δ,    δ = (rint(z) − z) · s_out, |δ| ≤ s_out / 2 where 0 lies in the range

so a zero point that is no integer keeps FakeQuantize's grid, through the float offset δ, which is pushed on like a bias. Where
z is an integer (to 2⁻¹⁵ steps) there is no offset, and where −il / s_in is one, x is quantized with that zero point directly.

    oh < ol everywhere          codes are mirrored (nn.neg); in some channels: those of −x
    il == ih in a channel       a step: s_in so small that every x above il takes the last code
    ol == oh in a channel       (x · 0) has the first code, δ is the value; everywhere: a constant

Storage is signed where all output ranges are symmetric, else unsigned, of just `levels` codes. Exactness: rounds; NaN, which no
code stands for, takes the first level. Refused, and computed by the formula in f32: an input range that is inverted, infinite or
computed, ranges along several axes, scales that are no normal f32. OpenVINO: FakeQuantizeDecompositionTransformation, which
rounds z without moving the grid (56 dB instead of 139), clamps scales to 1e-32, and takes channel 0's scale for all where ol and
oh have different shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp
from lpt.dialects.nn import AddOp, MulOp, NegOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.ranges import Ranges, tolerance

_SMALL, _GAIN = 2.0**-60, 2.0**64
"""Below `_SMALL`, the difference to a step's place is multiplied by `_GAIN`, so that the least denormal exceeds all codes."""


def output_grid(ranges: Ranges) -> tuple[QuantParams, Array]:
    """The integer grid nearest to the output range, and the offset (real units) by which the true one lies above it."""
    storage, last = ranges.storage, ranges.levels - 1
    low, high = ranges.bounds
    scales = ranges.filled((high - low) / last)
    zero_points = np.clip(np.rint(-low / scales) + storage.min, storage.min, storage.max)
    # A flat channel has the first code, which is the last one where codes are mirrored.
    zero_points = ranges.filled(zero_points) if not ranges.flat.all() else np.full_like(scales, storage.min)
    start = np.where(ranges.flat & ranges.descends, low - last * scales, low)
    offset = start + (zero_points - storage.min) * scales
    offset = np.where(np.abs(offset) <= tolerance(ranges.levels) * scales, 0.0, offset)
    params = algebra.make(storage, scales, zero_points.astype(np.int64), axis=ranges.axis)
    return algebra.collapse(params), offset


def input_scales(ranges: Ranges) -> Array:
    """The input's step; of a step function one so small that any difference to its place leaves the codes."""
    width = ranges.input_high - ranges.input_low
    place = np.abs(ranges.input_low)
    # Neighbours of x are at least 2⁻²⁵·|x| apart: 2¹⁷ of these steps.
    edge = np.where(place < _SMALL, 2.0**-126, place * 2.0**-42)
    return ranges.filled(np.where(ranges.step, edge, width / (ranges.levels - 1)))


class SplitRanges(Pattern):
    """fake_quantize(x) → dcast(reinterpret(qcast(x − il))) + δ."""

    name = "split-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        ranges, shape = Ranges.of(op), tensor_shape(op.input)
        if ranges.flat.all() and is_static(shape):
            values = along(ranges.output_low.astype(np.float32), len(shape), ranges.axis)
            rewriter.replace(op, ConstantOp(np.ascontiguousarray(np.broadcast_to(values, shape))))
            return
        target, offset = output_grid(ranges)
        new = _codes(op.input, ranges)
        if ranges.descends:
            new.append(NegOp.make([new[-1].results[0]]))
        result = quantized_tensor(target, shape)
        if new[-1].results[0].type != result:
            new.append(ReinterpretOp(new[-1].results[0], result))
        new.append(DequantizeCastOp(new[-1].results[0], op.result.type))
        if offset.any():
            new += _with(AddOp, new[-1].results[0], offset, ranges)
        rewriter.replace(op, new, [new[-1].results[0]])


def _with(op: type[AddOp] | type[SubOp] | type[MulOp], x: SSAValue, values: Array, ranges: Ranges) -> list[Operation]:
    """x combined with real values per tensor or along the axis."""
    constant = ConstantOp(along(values.astype(np.float32), len(tensor_shape(x)), ranges.axis))
    return [constant, op.make([x, constant.result])]


def _codes(x: SSAValue, ranges: Ranges) -> list[Operation]:
    """qcast(x) where the input grid has an integer zero point, else qcast(±(x − il)) with the lowest code for il."""
    storage, shape, scales = ranges.storage, tensor_shape(x), input_scales(ranges)
    factor = np.where(ranges.flat, 0.0, np.where(ranges.flipped, -1.0, 1.0))
    factor = np.where(ranges.step & (np.abs(ranges.input_low) < _SMALL), _GAIN, factor)
    start = np.where(ranges.flat, 0.0, np.where(ranges.flipped, ranges.input_high, ranges.input_low))
    zeros = -start / scales
    whole = np.rint(zeros)
    inside = (whole >= 0) & (whole < ranges.levels) & (np.abs(zeros - whole) <= tolerance(ranges.levels))
    if inside.all() and (factor == 1).all() and not ranges.step.any():
        direct = algebra.make(storage, scales, whole.astype(np.int64) + storage.min, axis=ranges.axis)
        return [QuantizeCastOp(x, quantized_tensor(algebra.collapse(direct), shape))]
    start, scales = _keep_ties_of_zero(start, scales, tolerance(ranges.levels))
    new: list[Operation] = []
    for op, values, neutral in ((SubOp, start, 0.0), (MulOp, factor, 1.0)):
        if (values != neutral).any():
            new += _with(op, new[-1].results[0] if new else x, values, ranges)
    params = algebra.collapse(algebra.make(storage, scales, storage.min, axis=ranges.axis))
    return [*new, QuantizeCastOp(new[-1].results[0] if new else x, quantized_tensor(params, shape))]


def _keep_ties_of_zero(start: Array, scales: Array, nearly: float) -> tuple[Array, Array]:
    """Start and scale, moved by a last bit where zero lies midway between two levels and −start / scale in f32 would miss that.

    So of the zeros that relu and padding make, in a symmetric range of an even number of levels, none takes the other level.
    """
    steps = -start / scales
    middle = np.floor(steps) + 0.5
    open_ = (np.abs(steps - middle) <= nearly) & (middle > 0)
    for ulps in (0, 1, -1, 2, -2, 3, -3):
        unit = scales.astype(np.float32)
        unit = (unit + ulps * np.spacing(unit)).astype(np.float64)  # the same in f32 and f64, as qcast and requantize divide
        place = (-middle * unit).astype(np.float32).astype(np.float64)
        found = open_ & ((-place / unit).astype(np.float32) == middle)
        start, scales = np.where(found, place, start), np.where(found, unit, scales)
        open_ = open_ & ~found
    return start, scales


@dataclass(frozen=True)
class SplitFakeQuantize(LptPass):
    """fake_quantize into its integer grid."""

    name = "lpt-split-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [SplitRanges()]
