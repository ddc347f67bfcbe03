"""Convolutions and matrix products in integers.

    %xf = quant.dcast %x                         %a = nn.conv %x, %w : (u8 codes, i8 codes)
    %wf = quant.dcast %w                    →          -> tensor<…x!quant.uniform<i32:f32:1, {s_x · s_w}>>
    %y = nn.conv %xf, %wf                        %y = quant.dcast %a

The sum of (q_x − z_x)(q_w − z_w) is computed exactly in i32, which the operation's verifier bounds. Exactness: real; the float
operation rounded each product and sum, so they differ by 2⁻²⁰·Σ|x·w| at most. OpenVINO: ConvolutionTransformation,
GroupConvolutionTransformation, MatMulTransformation, which need symmetric weights and fold others to f32.
"""

from __future__ import annotations

from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import ConvOp, ConvTransposeOp, MatMulOp
from lpt.passes.driver import Pattern
from lpt.passes.markup.limits import refusal
from lpt.passes.matching import dequantized_of, not_quantized
from lpt.passes.transform.values import params, rebuild, replace_by_codes


class PushThroughContraction(Pattern):
    """conv(dcast(q), dcast(w)) → dcast(conv(q, w)), conv_transpose and matmul likewise."""

    name = "push-through-contraction"
    matches = (ConvOp, ConvTransposeOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | ConvTransposeOp | MatMulOp)
        if op.is_quantized:
            return None
        sources = [dequantized_of(operand) for operand in op.operands]
        if None in sources:
            return self.fail(op, not_quantized(op, sources.index(None)))
        codes = [source for source in sources if source is not None]
        if (reason := refusal(op, codes)) is not None:
            return self.fail(op, reason)
        if any(params(source).storage.width > 8 for source in codes):
            return self.fail(op, "an operand has more than 8 bits: its bytes are multiplied apart")
        accumulator = rebuild(op, codes)
        accumulator.check_bound()
        return replace_by_codes(op, [accumulator], rewriter)
