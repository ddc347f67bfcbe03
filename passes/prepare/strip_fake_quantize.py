"""Remove fake_quantize of given numbers of levels: lossy, for models whose 16-bit steps are meant as none.

    lpt.fake_quantize %x, l, h, l, h {levels = 65536}    →    %x

where the output range is the input range (to 10⁻⁶). Clamping at the ends goes as well. Exactness: lossy, in no preset.
OpenVINO: FQStrippingTransformation, which also rescales weights for f16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import FakeQuantizeOp
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.ranges import constant_ranges

_CLOSE = 1e-6


class StripLevels(Pattern):
    """fake_quantize(x) → x."""

    name = "strip-fake-quantize"
    matches = FakeQuantizeOp

    def __init__(self, levels: Sequence[int]):
        self.levels = levels

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        if op.levels.value.data not in self.levels:
            return self.fail(op, f"it has {op.levels.value.data} levels")
        low, high, out_low, out_high = constant_ranges(op)
        if (np.abs(low - out_low) > _CLOSE).any() or (np.abs(high - out_high) > _CLOSE).any():
            return self.fail(op, "its output range is not its input range")
        rewriter.replace(op, [], [op.input])
        return None


@dataclass(frozen=True)
class StripFakeQuantize(LptPass):
    """Remove fake_quantize of these numbers of levels."""

    name = "lpt-strip-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.LOSSY
    levels: tuple[int, ...] = (65535, 65536)

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [StripLevels(self.levels)]
