"""Shift the grid of a fake_quantize by less than half a step, so that zero is one of its levels: lossy.

    fake_quantize(x; il, ih, ol, oh)    →    fake_quantize(x; il + t·s_in, ih + t·s_in, ol + t·s, oh + t·s)

with t = z − rint(z), z = −ol / s. What it saves is the offset which lpt-split-fake-quantize adds where z is no integer,
at a padded border one per border class. Exactness: lossy, in no preset; `lpt validate` measures it. OpenVINO moves the zero point
and leaves the grid, by default and silently (56 dB); NNCF nudges ranges like this when it makes a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.ranges import Ranges, tolerance


class NudgeZeroPoint(Pattern):
    """fake_quantize whose zero point is no integer → one whose is."""

    name = "nudge-zero-point"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        ranges, last = Ranges.of(op), op.levels.value.data - 1
        low, high = ranges.bounds
        if ((low > 0) | (high < 0))[~ranges.flat].any():
            return self.fail(op, "zero lies outside of its output range")
        step = np.where(ranges.flat, 1.0, (ranges.output_high - ranges.output_low) / last)
        zeros = -ranges.output_low / step
        shift = np.where(ranges.flat, 0.0, zeros - np.rint(zeros))
        if (np.abs(shift) <= 2 * tolerance(ranges.levels)).all():
            return None
        in_step = (ranges.input_high - ranges.input_low) / last
        moved = (
            ranges.input_low + shift * in_step,
            ranges.input_high + shift * in_step,
            ranges.output_low + shift * step,
            ranges.output_high + shift * step,
        )
        rank = len(tensor_shape(op.input))
        bounds = [ConstantOp(along(bound.astype(np.float32), rank, ranges.axis)) for bound in moved]
        low_, high_, out_low, out_high = (bound.result for bound in bounds)
        new = FakeQuantizeOp(op.input, (low_, high_, out_low, out_high), ranges.levels, op.result.type)
        rewriter.replace(op, [*bounds, new])
        return None


@dataclass(frozen=True)
class NudgeZeroPoints(LptPass):
    """Make zero a level of every fake_quantize."""

    name = "lpt-nudge-zero-points"
    exactness: ClassVar[Exactness] = Exactness.LOSSY

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [NudgeZeroPoint()]
