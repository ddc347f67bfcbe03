"""Move the activations' scales per channel into the weights of a full convolution or matrix product: lossy.

    %y = nn.conv (quant.dcast %x : s_x[c]), (quant.dcast %w : s_w[o])
 →  %y = nn.conv (quant.dcast (lpt.reinterpret %x : s)), (quant.dcast %w')      w' = quantize(w · s_w[o] · s_x[c] / s), s = max s_x

The weights are rounded again, on a grid per output channel, which costs accuracy (37–42 dB). Without this pass such products run in
floats, or as one product per run of equal scales (`split_channels`). The zero points of all channels must be equal. Exactness:
lossy, in no preset. OpenVINO leaves such convolutions in f32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.lpt import ReinterpretOp
from lpt.dialects.nn import ConvOp, MatMulOp
from lpt.dialects.quant import DequantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along, dequantized_constant, dequantized_of, known_array_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import params, rebuild


class FoldActivationScales(Pattern):
    """conv(dcast(q : s[c]), w) → conv(dcast(q : s), w · s[c] / s), the weights quantized anew; matmul likewise."""

    name = "fold-activation-scales"
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        codes, weights = dequantized_of(op.operands[0]), known_array_of(op.operands[1])
        if codes is None or weights is None or len(op.operands) != 2:
            return None
        rank = len(tensor_shape(codes))
        channel, reduced, kept = (1, 1, 0) if isinstance(op, ConvOp) else (rank - 1, weights.ndim - 2, weights.ndim - 1)
        x = params(codes)
        if x.axis != channel or (isinstance(op, ConvOp) and op.group.value.data != 1) or reduced < 0:
            return None
        if len(set(x.zero_points.tolist())) > 1:
            return self.fail(op, "the zero points of the channels differ")
        scale = x.scales.max()
        scaled = weights.astype(np.float64) * along(x.scales / scale, weights.ndim, reduced)
        largest = np.abs(scaled).max(axis=tuple(i for i in range(weights.ndim) if i != kept))
        steps = np.where(largest > 0, largest, 1.0) / I8.max
        grid = algebra.make(I8, steps, axis=kept)
        array = np.rint(scaled / along(steps, weights.ndim, kept)).astype(np.int8)
        uniform = x.replace(scales=scale, zero_points=x.zero_points[0], block_sizes=())
        like = ReinterpretOp(codes, quantized_tensor(uniform, tensor_shape(codes)))
        cast = DequantizeCastOp(like.result)
        constant, weight_cast = dequantized_constant(array, grid)
        rewriter.replace(op, [like, cast, constant, weight_cast, rebuild(op, [cast.result, weight_cast.result])])
        return None


@dataclass(frozen=True)
class FoldScales(LptPass):
    """Activation scales per channel into weights."""

    name = "lpt-fold-activation-scales"
    exactness: ClassVar[Exactness] = Exactness.LOSSY
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [FoldActivationScales()]
