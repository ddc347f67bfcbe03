"""The greater or lesser of two tensors on one grid is that of their codes.

    %y = nn.maximum (quant.dcast %a), (quant.dcast %b)   →   %y = quant.dcast (nn.maximum %a, %b : u8, s:z)

where both have the same parameters, per tensor and up to 16 bits; on other grids a quantize behind rounds once (`fuse_rounding`),
and one number is a bound of clip (`normalize`). Exactness: real with bound 0, since dcast is monotone: only the sign of a zero may
differ. OpenVINO and ONNX Runtime compute in f32.
"""

from __future__ import annotations

from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import MaximumOp, MinimumOp
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, not_quantized
from lpt.passes.transform.values import params, rebuild, replace_by_codes


class PushThroughExtremum(Pattern):
    """maximum(dcast(a), dcast(b)) → dcast(maximum(a, b)), minimum likewise."""

    name = "push-through-extremum"
    matches = (MaximumOp, MinimumOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MaximumOp | MinimumOp)
        if op.is_quantized:
            return None
        sources = [dequantized_of(operand) for operand in op.operands]
        if None in sources:
            return self.fail(op, not_quantized(op, sources.index(None)))
        codes = [source for source in sources if source is not None]
        a, b = (params(code) for code in codes)
        if a != b or not a.is_per_tensor or a.storage.width > 16:
            return self.fail(op, "its operands are on different grids: it is computed on codes only where a quantize follows")
        return replace_by_codes(op, [rebuild(op, codes, a)], rewriter)
