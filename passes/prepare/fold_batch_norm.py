"""Turn batch normalization into a multiplication and an addition, and fold multiplications into float weights.

    nn.batch_normalization(x)          →  x · c + d,  c = scale / √(var + ε), d = bias − mean · c, as [1, C, 1, …]
    nn.conv(x, w) · c, w float         →  nn.conv(x, w · c)           (nn.matmul likewise, c per column)
    x · c1 · c2,  x + d1 + d2          →  x · (c1 · c2),  x + (d1 + d2)
    (x + d) · c,  x − d,  x / c        →  x · c + d · c,  x + (−d),  x · (1 / c)

Behind weights that are dequantized integers the multiplication stays: lpt-transform moves it into their scales.

Exactness: real (constants are computed in f64 and kept in f32).
Peers: OpenVINO's BatchNormDecomposition and ConvolutionMultiplyFusion; ONNX Runtime's ConvBNFusion and ConvMulFusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, BatchNormalizationOp, ConvOp, ConvTransposeOp, MatMulOp, MulOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along, float_array_of, known_array_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.linear import LINEAR_PATTERNS, channel_factor, finite


class BatchNormToMulAdd(Pattern):
    """batch_normalization(x) → add(mul(x, c), d)."""

    name = "batch-norm-to-mul-add"
    matches = BatchNormalizationOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, BatchNormalizationOp)
        arrays = [known_array_of(operand) for operand in op.operands[1:]]
        parameters = [array.astype(np.float64) for array in arrays if array is not None]
        if len(parameters) < 4:
            return self.fail(op, "a parameter is not constant")
        scale, bias, mean, var = parameters
        if (var + op.eps <= 0).any():
            return self.fail(op, "a variance is not positive")
        factor = scale / np.sqrt(var + op.eps)
        rank = len(tensor_shape(op.x))
        c, d = (ConstantOp(along(finite(v), rank, 1)) for v in (factor, bias - mean * factor))
        mul = MulOp.make([op.x, c.result])
        rewriter.replace(op, [c, d, mul, AddOp.make([mul.result, d.result])])
        return None


class FoldMulIntoConv(Pattern):
    """mul(conv(x, w), c) → conv(x, w · c), for constant float weights and c per output channel."""

    name = "fold-mul-into-conv"
    benefit = 2
    matches = MulOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        found = channel_factor(op, 1)
        if found is None or not isinstance(conv := found[0].owner, ConvOp | ConvTransposeOp):
            return None
        w = float_array_of(conv.w)
        if w is None:
            return self.fail(op, "the weights are not float constants")
        if not conv.result.has_one_use():
            return self.fail(op, "the convolution's result has other uses")
        if conv.bias is not None:
            return self.fail(op, "the convolution has a bias: split it first")
        weights = ConstantOp(finite(_scaled_weights(conv, w.astype(np.float64), found[1])))
        new = type(conv).make_raw([conv.x, weights.result, []], conv.properties)
        rewriter.replace(op, [weights, new])
        return None


def _scaled_weights(conv: ConvOp | ConvTransposeOp, w: Array, factor: Array) -> Array:
    """The weights times a factor, or one per output channel."""
    if isinstance(conv, ConvOp) or not factor.ndim:
        return w * along(factor, w.ndim, 0)
    grouped = w.reshape(conv.groups, -1, *w.shape[1:])
    return np.asarray(grouped * factor.reshape(conv.groups, 1, w.shape[1], *(1,) * (w.ndim - 2))).reshape(w.shape)


class FoldMulIntoMatMul(Pattern):
    """mul(matmul(a, w), c) → matmul(a, w · c), for constant float weights and c per column."""

    name = "fold-mul-into-matmul"
    benefit = 2
    matches = MulOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        rank = len(tensor_shape(op.results[0]))
        found = channel_factor(op, rank - 1)
        if found is None or not isinstance(product := found[0].owner, MatMulOp):
            return None
        w = float_array_of(product.b)
        if w is None or w.ndim < 2:
            return self.fail(op, "the weights are not a constant float matrix")
        if not product.result.has_one_use():
            return self.fail(op, "the product has other uses")
        weights = ConstantOp(finite(w.astype(np.float64) * found[1]))
        rewriter.replace(op, [weights, MatMulOp.make([product.a, weights.result])])
        return None


@dataclass(frozen=True)
class FoldBatchNorm(LptPass):
    """Fold batch normalization, and chains of multiplications and additions by constants."""

    name = "lpt-fold-batch-norm"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (
            BatchNormToMulAdd(),
            FoldMulIntoConv(),
            FoldMulIntoMatMul(),
            *(pattern() for pattern in LINEAR_PATTERNS),
        )
