"""Products of 9- to 16-bit operands as products of their bytes.

    %xf = quant.dcast %x  : u16, s:z             %h = lpt.byte %x {index = 1}  : u8, 256·s
    %y = nn.conv %xf, %wf                   →    %l = lpt.byte %x {index = 0}  : u8, s
                                                 %y = nn.add (nn.conv (quant.dcast %h), %wf), (nn.conv (quant.dcast %l), %wf)

Each of the two sums fits i32 where that of the 16-bit codes would not (256 products at most). Weights of 16 bits are cut while
compiling, so that both wide make four products. Exactness: real, one float addition more. OpenVINO removes 16-bit
FakeQuantize operations instead (FQStrippingTransformation).
"""

from __future__ import annotations

from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ByteOp, ConstantOp
from lpt.dialects.nn import AddOp, ConvOp, MatMulOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.passes.driver import Pattern
from lpt.passes.markup.limits import refusal
from lpt.passes.matching import constant_of, dequantized_of
from lpt.passes.transform.values import params, rebuild


class SplitBytes(Pattern):
    """conv(dcast(q16), w) → conv(dcast(byte 1), w) + conv(dcast(byte 0), w), in x or in w, matmul likewise."""

    name = "split-bytes"
    benefit = 2
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        sources = [dequantized_of(operand) for operand in op.operands]
        codes = [source for source in sources if source is not None]
        wide = next((i for i, source in enumerate(codes[:2]) if params(source).storage.width > 8), None)
        if wide is None or len(codes) < len(sources):
            return None
        if len(sources) > 2:
            return self.fail(op, "its bias is not split off")
        if (reason := refusal(op, codes)) is not None:
            return self.fail(op, reason)
        new: list[Operation] = []
        products: list[SSAValue] = []
        for index in (1, 0):
            byte = _byte(codes[wide], index)
            cast = DequantizeCastOp(byte.results[0])
            operands = [cast.result if i == wide else operand for i, operand in enumerate(op.operands)]
            product = rebuild(op, operands)
            new += [byte, cast, product]
            products.append(product.result)
        rewriter.replace(op, [*new, AddOp.make(products)])
        return None


def _byte(codes: SSAValue, index: int) -> Operation:
    byte, constant = ByteOp(codes, index), constant_of(codes)
    if constant is None:
        return byte
    folded = ConstantOp(evaluate(byte, [constant.array])[0], byte.result.type)
    byte.drop_all_references()
    return folded
