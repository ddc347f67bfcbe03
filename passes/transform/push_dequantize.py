"""Push dcast down through everything that allows it, so that what stands above computes on integers.

    %xf = quant.dcast %x                         %a = nn.conv %x, %w
    %wf = quant.dcast %w                         %t = nn.add %a, %b2
    %c = nn.conv %xf, %wf                   →    %y = quant.dcast %t
    %y = nn.add %c, %bf

All push rules in one fixpoint: moves, contractions, reductions, constant factors, offsets and integer biases, each described in
its file. Exactness: real, since contractions no longer round each product. OpenVINO: the "main" stage of LowPrecision, one
GraphRewrite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp

from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.integer_bias import JoinBias
from lpt.passes.transform.join_zero_points import JoinZeroPoints
from lpt.passes.transform.push_clip import PushThroughClip
from lpt.passes.transform.push_contractions import PushThroughContraction
from lpt.passes.transform.push_extrema import PushThroughExtremum
from lpt.passes.transform.push_moves import PushThroughMoves
from lpt.passes.transform.push_normalizations import PushThroughNormalization
from lpt.passes.transform.push_offsets import offset_patterns
from lpt.passes.transform.push_pads import PadAsConcat
from lpt.passes.transform.push_product_offsets import ProductOffset
from lpt.passes.transform.push_reductions import PushThroughReduction
from lpt.passes.transform.push_scales import PushThroughScale
from lpt.passes.transform.push_signs import SignsAsProduct, SignsIntoWeights
from lpt.passes.transform.push_weight_offsets import WeightOffset
from lpt.passes.transform.split_bytes import SplitBytes
from lpt.passes.transform.split_channels import SplitChannels


def push_patterns() -> list[Pattern]:
    """All rules that push dcast down."""
    return [
        JoinBias(),
        SignsIntoWeights(),
        SignsAsProduct(),
        PushThroughScale(),
        WeightOffset(),
        ProductOffset(),
        JoinZeroPoints(),
        SplitBytes(),
        SplitChannels(),
        PushThroughContraction(),
        PushThroughReduction(),
        PushThroughMoves(),
        PadAsConcat(),
        PushThroughExtremum(),
        PushThroughNormalization(),
        PushThroughClip(),
        *offset_patterns(),
    ]


@dataclass(frozen=True)
class PushDequantize(LptPass):
    """dcast down through all operations that allow it."""

    name = "lpt-push-dequantize"
    exactness: ClassVar[Exactness] = Exactness.REAL

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return push_patterns()
