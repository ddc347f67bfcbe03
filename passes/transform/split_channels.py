"""Products of activations whose scales differ between runs of channels, as one product per run.

    %x = nn.concat (quant.dcast %a), (quant.dcast %b)         %y = nn.add (nn.conv (quant.dcast %a), %w1),
    %y = nn.conv %x, %w                                   →               (nn.conv (quant.dcast %b), %w2)

w1 and w2 are the weights of each run's channels. A sum of products of unlike scales is no integer, but each run's is; they are
added in floats. Up to four runs, which is what concatenations make; activations with a scale per channel stay in floats, since
folding their scales into the weights would round those again (37–42 dB). Exactness: real. OpenVINO re-grids the parts of a
concat instead, with fewer levels (46 dB).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.nn import AddOp, ConcatOp, ConvOp, MatMulOp, SliceOp
from lpt.dialects.quant import DequantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.markup.limits import refusal
from lpt.passes.matching import constant_of, dequantized_of
from lpt.passes.transform.values import params, rebuild

_MOST = 4
"""Products that one may become."""


class SplitChannels(Pattern):
    """conv(dcast(q), w) → conv(dcast(q[run 1]), w[run 1]) + conv(dcast(q[run 2]), w[run 2]) …, matmul likewise."""

    name = "split-channels"
    benefit = 2
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        codes = [source for operand in op.operands if (source := dequantized_of(operand)) is not None]
        if len(codes) < len(op.operands) or len(codes) != 2 or (isinstance(op, ConvOp) and op.group.value.data != 1):
            return None
        x, w = codes
        axes = (1, 1) if isinstance(op, ConvOp) else (len(tensor_shape(x)) - 1, max(len(tensor_shape(w)) - 2, 0))
        constant = constant_of(w)
        if params(x).axis != axes[0] or params(w).axis == axes[1] or constant is None:
            return None
        runs = _runs(params(x))
        if len(runs) == 1 or refusal(op, codes) is not None:
            return None
        if len(runs) > _MOST:
            return self.fail(op, f"operand 0 is quantized per channel: {len(runs)} runs of channels have scales of their own")
        new: list[Operation] = []
        total: SSAValue | None = None
        for begin, end in runs:
            part = _part(x, axes[0], begin, end)
            piece = _cut(constant.result, axes[1], begin, end)
            folded = ConstantOp(evaluate(piece, [constant.array])[0], piece.result.type)
            piece.drop_all_references()
            casts = [DequantizeCastOp(part[-1].results[0]), DequantizeCastOp(folded.result)]
            product = rebuild(op, [cast.result for cast in casts])
            new += [*part, folded, *casts, product]
            if total is not None:
                new.append(AddOp.make([total, product.result]))
            total = new[-1].results[0]
        rewriter.replace(op, new)
        return None


def _runs(x: QuantParams) -> list[tuple[int, int]]:
    """[begin, end) of neighbours with equal parameters."""
    cuts = np.flatnonzero((np.diff(x.scales) != 0) | (np.diff(x.zero_points) != 0)) + 1
    edges = [0, *(int(cut) for cut in cuts), len(x.scales)]
    return list(pairwise(edges))


def _cut(value: SSAValue, axis: int, begin: int, end: int) -> SliceOp:
    return SliceOp.make([value], starts=[begin], ends=[end], axes=[axis], steps=[1])


def _part(x: SSAValue, axis: int, begin: int, end: int) -> Sequence[Operation]:
    """Codes [begin, end) along the axis, quantized per tensor: an operand of the concat where that is what they are."""
    source, before = None, list[Operation]()
    if isinstance(x.owner, ConcatOp) and x.owner.dim == axis:
        edges = np.cumsum([0, *(tensor_shape(operand)[axis] for operand in x.owner.xs)]).tolist()
        if begin in edges[:-1] and edges[edges.index(begin) + 1] == end:
            source = x.owner.xs[edges.index(begin)]
    if source is None:
        before = [_cut(x, axis, begin, end)]
        source = before[0].results[0]
    alike = algebra.collapse(params(source))
    return [*before, ReinterpretOp(source, quantized_tensor(alike, tensor_shape(source)))]
