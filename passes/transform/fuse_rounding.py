"""Operations that round: their operands' dcasts and the qcast behind become part of the operation's own meaning.

    %af = quant.dcast %a
    %bf = quant.dcast %b
    %s = nn.add %af, %bf                    →    %y = nn.add %a, %b : (u8, s_a:z_a), (u8, s_b:z_b) -> u8, s:z
    %y = quant.qcast %s

sigmoid, tanh, softmax, div, mvn, prelu, maximum, linear resize …: exact, their meaning on codes is this very chain. add and sub:
v = f32(q_a − z_a)·f32(s_a / s) ± …, rounded once. mul: the product of codes in i32, then requantize. Exactness: rounds. OpenVINO
computes all of these in f32; ONNX Runtime has QLinear operators for some, each with rounding of its own.
"""

from __future__ import annotations

from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import (
    AddOp,
    AveragePoolOp,
    BinaryOp,
    DivOp,
    Kind,
    MaximumOp,
    MinimumOp,
    MulOp,
    NnOp,
    NormalizeOp,
    PowOp,
    PReluOp,
    ResampleOp,
    ResizeLinearOp,
    SoftmaxOp,
    SubOp,
    UnaryOp,
)
from lpt.dialects.quant import QuantizeCastOp
from lpt.passes.driver import Pattern
from lpt.passes.markup.limits import refusal
from lpt.passes.matching import dequantized_of, is_known, not_quantized
from lpt.passes.transform.values import exact_codes, params, quantizing_users, rebuild

_BESIDE_CONSTANTS = (DivOp, MaximumOp, MinimumOp, PowOp, PReluOp)
"""What may have a float constant as an operand, which becomes codes that stand for it exactly."""

_ROUNDING = (AddOp, SubOp, *_BESIDE_CONSTANTS, UnaryOp, SoftmaxOp, AveragePoolOp, NormalizeOp, ResampleOp, ResizeLinearOp)


def _codes(op: NnOp) -> list[SSAValue] | str:
    """The codes of all operands, or why they cannot be used."""
    sources = [dequantized_of(operand) for operand in op.operands]
    if isinstance(op, _BESIDE_CONSTANTS) and sources.count(None) == 1:
        constant = exact_codes(op.operands[sources.index(None)])
        sources[sources.index(None)] = None if constant is None else constant.result
    if None in sources:
        return not_quantized(op, sources.index(None))
    codes = [source for source in sources if source is not None]
    return refusal(op, codes) or codes


def _beside_constant(op: AddOp | SubOp) -> int | None:
    """The operand that a constant is added to: requantize does that, with one multiplication."""
    constant = [is_known(operand) for operand in op.operands]
    return constant.index(False) if constant.count(True) == 1 else None


def _quantizers(op: NnOp) -> list[QuantizeCastOp] | str:
    found = [cast for cast in quantizing_users(op.results[0]) if params(cast.result).storage.width <= 16]
    return found or "its result is not quantized"


class FuseRounding(Pattern):
    """qcast(op(dcast(a), dcast(b) …)) → op(a, b …) of the qcast's type."""

    name = "fuse-rounding"
    matches = _ROUNDING

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, NnOp)
        if op.is_quantized or op.KIND is not Kind.ROUNDS:
            return None
        codes, quantizers = _codes(op), _quantizers(op)
        if isinstance(op, AddOp | SubOp) and (data := _beside_constant(op)) is not None:
            if dequantized_of(op.operands[data]) is None:
                return self.fail(op, not_quantized(op, data))
            return self.fail(op, "a constant is added in integers only where a quantize follows")
        if isinstance(codes, str):
            return self.fail(op, codes)
        if isinstance(quantizers, str):
            return self.fail(op, quantizers)
        if (reason := _scales_refusal(op, codes)) is not None:
            return self.fail(op, reason)
        rewriter.insert([code.owner for code in codes if isinstance(code.owner, ConstantOp) and code.owner.parent is None])
        for cast in quantizers:
            if isinstance(op, AddOp | SubOp):
                for code in codes:
                    algebra.require_ratio(params(code), params(cast.result))
            fused = rebuild(op, codes, params(cast.result))
            rewriter.replace(cast, [fused], [fused.results[0]])
        return None


def _scales_refusal(op: NnOp, codes: list[SSAValue]) -> str | None:
    """Why an operation cannot read codes of these scales."""
    axis = params(codes[0]).axis
    if (isinstance(op, ResizeLinearOp) and axis in op.resampled()) or (isinstance(op, ResampleOp) and axis == op.dim):
        return f"its operand has scales along axis {axis}, which it interpolates"
    return None


class FuseProduct(Pattern):
    """qcast(mul(dcast(a), dcast(b))) → requantize(mul(a, b) : i32)."""

    name = "fuse-product"
    matches = MulOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, BinaryOp)
        if op.is_quantized:
            return None
        codes, quantizers = _codes(op), _quantizers(op)
        if isinstance(codes, str):
            return self.fail(op, codes)
        if isinstance(quantizers, str):
            return self.fail(op, quantizers)
        for cast in quantizers:
            product = rebuild(op, codes)
            product.check_bound()
            algebra.multiplier(params(product.result), params(cast.result))
            fused = RequantizeOp(product.result, None, cast.result.type)
            rewriter.replace(cast, [product, fused], [fused.result])
        return None
