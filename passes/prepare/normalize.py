"""Bring what exporters write into one form.

    nn.identity(x), nn.cast(x) to x's type        →  x
    qcast(dcast(q)), equal types up to 16 bits    →  q
    nn.clip(x, -inf, inf)                         →  x            nn.clip(x, 0, inf)  →  nn.relu(x)
    nn.maximum(x, 0.5), nn.prelu(x, 0.1)          →  nn.clip(x, 0.5, inf), nn.leaky_relu(x, 0.1)
    nn.gemm(a, b, c)                              →  nn.matmul(a', b') · alpha + beta · c
    nn.flatten, nn.squeeze, nn.unsqueeze          →  nn.reshape
    reshape(reshape(x)), transpose(transpose(x))  →  one of them, or x
    nn.reduce_mean over all spatial axes          →  nn.global_average_pool (+ nn.reshape)
    nn.conv(nn.pad(x))                            →  nn.conv(x) with greater pads

Exactness: real (gemm and the mean are summed in another order; all else is exact).
Peers: OpenVINO's CommonOptimizations and ConvertGemm; ONNX Runtime's EliminateIdentity, PadFusion and GemmTransposeFusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.nn import (
    CastOp,
    ClipOp,
    ConvOp,
    GlobalAveragePoolOp,
    IdentityOp,
    LeakyReluOp,
    MaximumOp,
    MinimumOp,
    PadOp,
    PReluOp,
    ReduceMeanOp,
    ReluOp,
    ReshapeOp,
    ints,
)
from lpt.dialects.quant import QuantizeCastOp, StorageCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import float_array_of, keeps_shape, sides
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.normalize_gemm import GemmToMatMul
from lpt.passes.prepare.normalize_shapes import SHAPE_PATTERNS, target_shape


class RemoveIdentity(Pattern):
    """identity(x) → x; cast(x) to x's own type → x."""

    name = "remove-identity"
    matches = (IdentityOp, CastOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if op.results[0].type == op.operands[0].type:
            rewriter.replace(op, [], [op.operands[0]])


class FoldCasts(Pattern):
    """qcast(dcast(q)) → q, up to 16 bits, and scast(scast(x)) → x, at equal types. Also a rule of the transform stage."""

    name = "fold-casts"
    benefit = 3
    matches = (QuantizeCastOp, StorageCastOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, QuantizeCastOp | StorageCastOp)
        folded = op.fold()
        if folded is not None:
            rewriter.replace(op, [], [value for value in folded if isinstance(value, SSAValue)])


class SimplifyClip(Pattern):
    """clip with infinite bounds → x; clip(x, 0, inf) → relu(x), which treats NaN and −0 alike."""

    name = "simplify-clip"
    matches = ClipOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ClipOp)
        match op.bounds:
            case (low, high) if low == float("-inf") and high == float("inf"):
                rewriter.replace(op, [], [op.x])
            case (0.0, high) if high == float("inf"):
                rewriter.replace(op, ReluOp.make([op.x]))


class ExtremumToClip(Pattern):
    """maximum(x, c) → clip(x, c, inf), minimum(x, c) → clip(x, -inf, c), for one number c."""

    name = "extremum-to-clip"
    matches = (MaximumOp, MinimumOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MaximumOp | MinimumOp)
        for x, other in sides(op):
            if (bound := _number(x, other)) is not None and not op.is_quantized:
                is_lower = isinstance(op, MaximumOp)
                rewriter.replace(op, ClipOp.make([x], min=bound if is_lower else None, max=None if is_lower else bound))
                return


class PReluToLeakyRelu(Pattern):
    """prelu(x, c) → leaky_relu(x, c), for one number c."""

    name = "prelu-to-leaky-relu"
    matches = PReluOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, PReluOp)
        slope = _number(op.a, op.b)
        if slope is not None and not op.is_quantized:
            rewriter.replace(op, LeakyReluOp.make([op.a], alpha=slope))


def _number(x: SSAValue, value: SSAValue) -> float | None:
    """The finite number that a constant beside x holds, which it does not widen."""
    array = float_array_of(value)
    if array is None or not array.size or (array != array.flat[0]).any() or not np.isfinite(array.flat[0]):
        return None
    return float(array.flat[0]) if keeps_shape(x, array) else None


class MeanToGlobalPool(Pattern):
    """reduce_mean over exactly the spatial axes → global_average_pool, reshaped where the axes are dropped."""

    name = "mean-to-global-pool"
    matches = ReduceMeanOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ReduceMeanOp)
        rank = len(tensor_shape(op.x))
        if rank < 3 or op.reduced != tuple(range(2, rank)):
            return self.fail(op, f"the axes {list(op.reduced)} are not exactly the spatial ones of rank {rank}")
        pool = GlobalAveragePoolOp.make([op.x])
        if op.keeps:
            rewriter.replace(op, pool)
        else:
            rewriter.replace(op, [pool, ReshapeOp.make([pool.result], shape=target_shape(pool.result, tensor_shape(op.result)))])
        return None


class FoldPad(Pattern):
    """conv(pad(x)) → conv(x) with greater pads, where the pad writes zeros around the spatial dimensions."""

    name = "fold-pad"
    matches = ConvOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp)
        pad = op.x.owner
        if not isinstance(pad, PadOp):
            return None
        widths = pad.widths
        if pad.mode_name != "constant" or pad.fill != 0.0:
            return self.fail(op, f"the pad in front is of mode {pad.mode_name} with value {pad.fill:g}, not zeros")
        if any(widths[0]) or any(widths[1]):
            return self.fail(op, "the pad in front widens the batch or the channels")
        if min(min(pair) for pair in widths) < 0:
            return self.fail(op, "the pad in front crops")
        begins, ends = zip(*widths[2:], strict=True)
        pads = [own + more for own, more in zip(ints(op.pads), (*begins, *ends), strict=True)]
        operands: list[SSAValue | list[SSAValue]] = [pad.x, op.w, [op.bias] if op.bias is not None else []]
        new = ConvOp.make(operands, strides=op.strides, pads=pads, dilations=op.dilations, group=op.group)
        rewriter.replace(op, new)
        return None


@dataclass(frozen=True)
class Normalize(LptPass):
    """Bring what exporters write into one form."""

    name = "lpt-normalize"
    exactness: ClassVar[Exactness] = Exactness.REAL
    ensures: ClassVar[tuple[str, ...]] = ("no-gemm",)
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (
            RemoveIdentity(),
            FoldCasts(),
            SimplifyClip(),
            ExtremumToClip(),
            PReluToLeakyRelu(),
            GemmToMatMul(),
            MeanToGlobalPool(),
            FoldPad(),
            *(pattern() for pattern in SHAPE_PATTERNS),
        )
