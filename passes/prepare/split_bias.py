"""Take the bias out of convolutions, so that what follows sees a plain sum of products and an addition.

    nn.conv(x, w, b)                →  nn.add(nn.conv(x, w), b as [1, M, 1, …])
    nn.conv(x, w, dcast(i32 const)) →  nn.add(nn.conv(x, w), dcast(the constant as [1, M, 1, …]))

Exactness: real (the sum is rounded to f32 before the bias is added).
Peers: OpenVINO keeps convolution and bias apart by construction; ONNX Runtime's ConvAddFusion goes the other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, ConvOp, ConvTransposeOp, ReshapeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import constant_of, quantized_constant_of
from lpt.passes.pipeline import Exactness, LptPass


class SplitConvBias(Pattern):
    """conv(x, w, b) → add(conv(x, w), b), conv_transpose likewise."""

    name = "split-conv-bias"
    matches = (ConvOp, ConvTransposeOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | ConvTransposeOp)
        if op.bias is None:
            return
        conv = type(op).make_raw([op.x, op.w, []], op.properties)
        rewriter.insert(conv)
        bias = _as_channels(op.bias, len(tensor_shape(op.x)), rewriter)
        rewriter.replace(op, AddOp.make([conv.result, bias]))


def _as_channels(bias: SSAValue, rank: int, rewriter: PatternRewriter) -> SSAValue:
    """[M] as [1, M, 1, …] of this rank; a constant is reshaped in place, its quantized axis moved along."""
    shape = [1, tensor_shape(bias)[0], *(1,) * (rank - 2)]
    if (found := quantized_constant_of(bias)) is not None:
        constant, params = found
        moved = algebra.move_axis(params, 1)
        new = rewriter.insert(ConstantOp.quantized(constant.array.reshape(shape), moved))
        return rewriter.insert(DequantizeCastOp(new.result)).result
    if (plain := constant_of(bias)) is not None:
        return rewriter.insert(ConstantOp(plain.array.reshape(shape))).result
    return rewriter.insert(ReshapeOp.make([bias], shape=shape)).result


@dataclass(frozen=True)
class SplitBias(LptPass):
    """Take the bias out of convolutions."""

    name = "lpt-split-bias"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (SplitConvBias(),)
