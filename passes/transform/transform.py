"""The transform stage: push dcast, pull qcast and fuse, all rules to one common fixpoint.

    dcast → conv → add → relu → qcast       →    nn.conv (i32) → nn.add (i32) → lpt.requantize → nn.relu

The three passes it joins are `lpt-push-dequantize`, `lpt-pull-quantize` and `lpt-fuse-requantize`. They end: dcasts only move
down, qcasts only up, and a fused pair is gone. Exactness: rounds, as its least exact rule. OpenVINO: LowPrecision; ONNX
Runtime: the QDQ transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.fuse_requantize import fuse_patterns
from lpt.passes.transform.pull_quantize import pull_patterns
from lpt.passes.transform.push_dequantize import push_patterns


@dataclass(frozen=True)
class Transform(LptPass):
    """All rules of the transform stage."""

    name = "lpt-transform"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [*push_patterns(), *pull_patterns(), *fuse_patterns()]

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Pull first: else dcast of a 32-bit accumulator would pass a relu or pool that can work on 8 bits."""
        apply_patterns(op, pull_patterns(), remove_dead=self.remove_dead)
        apply_patterns(op, self.patterns(op), remove_dead=self.remove_dead)
