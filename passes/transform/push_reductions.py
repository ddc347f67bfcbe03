"""Pools and reductions of codes.

    %f = quant.dcast %q                          %a = nn.global_average_pool %q : (u8, s) -> i32, s / count
    %y = nn.global_average_pool %f          →    %y = quant.dcast %a

average_pool (where every window has the same divisor), global_average_pool, reduce_mean, reduce_sum: the codes are summed in
i32, and the divisor goes into the scale. Exactness: real, 2⁻²⁰·Σ|x|; a global pool of n floats, which adds them one by one, is
itself off by n·2⁻²⁴·Σ|x|. OpenVINO: AvgPoolTransformation, ReduceMeanTransformation,
ReduceSumTransformation, which compute in f32 behind a u8 load.
"""

from __future__ import annotations

from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import AveragePoolOp, GlobalAveragePoolOp, ReduceOp
from lpt.passes.driver import Pattern
from lpt.passes.markup.limits import refusal
from lpt.passes.matching import dequantized_of, not_quantized
from lpt.passes.transform.values import rebuild, replace_by_codes


class PushThroughReduction(Pattern):
    """pool(dcast(q)) → dcast(pool(q) : i32)."""

    name = "push-through-reduction"
    matches = (AveragePoolOp, GlobalAveragePoolOp, ReduceOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, AveragePoolOp | GlobalAveragePoolOp | ReduceOp)
        if op.is_quantized:
            return None
        source = dequantized_of(op.x)
        if source is None:
            return self.fail(op, not_quantized(op, 0))
        if (reason := refusal(op, [source])) is not None:
            return self.fail(op, reason)
        accumulator = rebuild(op, [source])
        accumulator.check_bound()
        return replace_by_codes(op, [accumulator], rewriter)
