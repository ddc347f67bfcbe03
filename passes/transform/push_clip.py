"""Clip of codes, where its bounds are codes themselves.

    %f = quant.dcast %q                          %c = nn.clip %q {min, max}     : min(max(q, qcast(min)), qcast(max))
    %y = nn.clip %f {min, max}              →    %y = quant.dcast %c

for bounds that dcast gives back to 2⁻²⁰, or that do nothing as all codes lie inside of them. Others are values that no code
stands for: there a qcast has to follow (`pull_quantize`). Exactness: real. OpenVINO: ClampTransformation, which continues in f32.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import ClipOp
from lpt.dialects.quant_params import QuantParams
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of
from lpt.passes.transform.values import params, rebuild, replace_by_codes

_CLOSE = 2.0**-20


class PushThroughClip(Pattern):
    """clip(dcast(q)) → dcast(clip(q))."""

    name = "push-through-clip"
    matches = ClipOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ClipOp)
        codes = dequantized_of(op.x)
        if codes is None or params(codes).storage.width > 16:  # an accumulator is clipped as it is rounded
            return None
        if not all(_is_code(bound, params(codes), upper) for upper, bound in enumerate(op.bounds)):
            return self.fail(op, "a bound lies between two codes: it is computed in integers only where a quantize follows")
        return replace_by_codes(op, [rebuild(op, [codes])], rewriter)


def _is_code(bound: float, of: QuantParams, upper: int) -> bool:
    """Whether clipping codes at qcast(bound) is clipping what they stand for at `bound`.

    A lower bound below all codes, or an upper one above them, does nothing; one on their other side is the result, and no code.
    """
    steps = np.float64(bound) / of.scales + of.zero_points
    low, high = of.storage.min - _CLOSE, of.storage.max + _CLOSE
    if ((steps < low) if upper else (steps > high)).any():
        return False
    beyond = (steps >= of.storage.max) if upper else (steps <= of.storage.min)
    inside = np.where(beyond, 0.0, steps)
    return bool((np.abs(inside - np.rint(inside)) <= _CLOSE * (1 + np.abs(inside))).all())
