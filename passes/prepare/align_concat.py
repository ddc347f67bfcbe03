"""Bring the parts of a concat to one common grid: lossy, for a single product behind it instead of one per part.

    concat(fake_quantize(a; ±1.28), fake_quantize(b; 0 … 2.55))   →   concat(clip(fake_quantize(a; −1.28 … 2.55)), clip(…))

Every part is quantized over the union [L, H] of the output ranges, nudged so that zero is a level, and clipped to the levels
nearest to its own range, where it saturated before: all parts then have one type. The coarser grid costs accuracy (46 dB where
ranges differ by two). Exactness: lossy, in no preset. OpenVINO: AlignQuantizationIntervals with ConcatTransformation, by default
and silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ClipOp, ConcatOp
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.ranges import Ranges, tolerance


class AlignParts(Pattern):
    """concat(fake_quantize(a), fake_quantize(b)) of unlike output ranges → of one."""

    name = "align-parts"
    matches = ConcatOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConcatOp)
        parts = [x.owner for x in op.xs if isinstance(x.owner, FakeQuantizeOp)]
        if len(parts) < len(op.xs):
            return self.fail(op, "a part is no fake_quantize")
        ranges = [Ranges.of(part) for part in parts]
        if any(part.axis is not None or part.descends or part.flat or part.step for part in ranges):
            return self.fail(op, "the output range of a part is per channel, inverted or empty")
        if len({part.levels for part in ranges}) > 1:
            return self.fail(op, "the parts have different numbers of levels")
        if len({(float(part.output_low), float(part.output_high)) for part in ranges}) == 1:
            return None
        low, step = _common_grid(ranges)
        new, aligned = list[Operation](), list[SSAValue]()
        for part, own in zip(parts, ranges, strict=True):
            ops = _aligned(part, own, low, step)
            new += ops
            aligned.append(ops[-1].results[0])
        joined = ConcatOp.make([aligned], axis=op.axis)
        rewriter.replace(op, [*new, joined], [joined.result])
        return None


def _common_grid(ranges: Sequence[Ranges]) -> tuple[float, float]:
    """The lowest level and the step of the union of the output ranges, zero being a level."""
    low = min(0.0, *(float(part.output_low) for part in ranges))
    high = max(0.0, *(float(part.output_high) for part in ranges))
    step = (high - low) / (ranges[0].levels - 1)
    return float(np.rint(low / step)) * step, step


def _aligned(part: FakeQuantizeOp, own: Ranges, low: float, step: float) -> list[Operation]:
    high = low + step * (own.levels - 1)
    slope = (own.input_high - own.input_low) / (own.output_high - own.output_low)
    inputs = [own.input_low + (bound - own.output_low) * slope for bound in (low, high)]
    bounds = [ConstantOp(np.asarray(value, np.float32)) for value in (*inputs, low, high)]
    il, ih, ol, oh = (bound.result for bound in bounds)
    quantized = FakeQuantizeOp(part.input, (il, ih, ol, oh), own.levels, part.result.type)
    ends = [low + float(np.rint((bound - low) / step)) * step for bound in (own.output_low, own.output_high)]
    if max(abs(ends[0] - low), abs(ends[1] - high)) <= tolerance(own.levels) * step:
        return [*bounds, quantized]
    return [*bounds, quantized, ClipOp.make([quantized.result], min=ends[0], max=ends[1])]


@dataclass(frozen=True)
class AlignConcat(LptPass):
    """One grid for all parts of each concat."""

    name = "lpt-align-concat"
    exactness: ClassVar[Exactness] = Exactness.LOSSY
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [AlignParts()]
