"""From codes to codes: what stands between a dcast and a qcast becomes one requantize.

    %f = quant.dcast %acc
    %s = nn.add %f, %bias                   →    %y = lpt.requantize %acc, %bias : (i32, s_acc) -> u8, s:z
    %y = quant.qcast %s

The bias is any constant; without one the same. At equal types of up to 16 bits qcast(dcast(q)) is q itself.
Exactness: rounds; one multiplication by f32(s_acc / s) takes the place of one by s_acc and a division by s.
OpenVINO: FakeQuantizeDecomposition with FuseMultiplyToFakeQuantize; ONNX Runtime: QDQ selectors, which differ by operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import AddOp, SubOp
from lpt.dialects.quant import QuantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, known_array_of, sides
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.normalize import FoldCasts
from lpt.passes.transform.fuse_rounding import FuseProduct, FuseRounding
from lpt.passes.transform.values import params


def _with_bias(value: SSAValue) -> tuple[SSAValue, Array | None] | None:
    """(q, b) of dcast(q) + b or dcast(q) − b, (q, None) of dcast(q)."""
    if (source := dequantized_of(value)) is not None:
        return source, None
    if not isinstance(op := value.owner, AddOp | SubOp):
        return None
    for data, other in sides(op):
        source, bias = dequantized_of(data), known_array_of(other)
        if source is not None and bias is not None and tensor_shape(source) == tensor_shape(value):
            return source, -bias if isinstance(op, SubOp) else bias
    return None


class RequantizeCasts(Pattern):
    """qcast(dcast(q) + b) → requantize(q, b)."""

    name = "fuse-requantize"
    matches = QuantizeCastOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, QuantizeCastOp)
        if (found := _with_bias(op.input)) is None:
            return
        source, bias = found
        if isinstance(source.owner, ConstantOp):
            return
        algebra.multiplier(params(source), params(op.result))
        constant = None if bias is None else ConstantOp(bias)
        fused = RequantizeOp(source, constant.result if constant else None, op.result.type)
        rewriter.replace(op, [*([constant] if constant else []), fused], [fused.result])


def fuse_patterns() -> list[Pattern]:
    """All rules that fuse a qcast with the dcasts above it."""
    return [FoldCasts(), RequantizeCasts(), FuseProduct(), FuseRounding()]


@dataclass(frozen=True)
class FuseRequantize(LptPass):
    """Codes to codes without a float tensor between."""

    name = "lpt-fuse-requantize"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return fuse_patterns()
