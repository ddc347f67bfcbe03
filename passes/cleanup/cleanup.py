"""Tidy what the transformations left in floating point.

    quant.dcast(constant)                   →  float constant, unless an integer operation reads the same constant,
                                               or products that read it packed (`lpt.dialects.weight_only`)
    operations on float constants           →  their results
    mul(fake_quantize(x), c)                →  fake_quantize(x) with its output range multiplied by c, of any sign
    add(fake_quantize(x), d), sub           →  fake_quantize(x) with its output range moved by d
    chains of mul and add by constants      →  x · c + d
    nn.softmax %x {lpt.storage = "u8"}      →  nn.softmax %x: markup's word for what may be in integers

Exactness: real. Peers: OpenVINO's FoldConvert, FuseMultiplyToFakeQuantize, FuseSubtractToFakeQuantize and ConstantFolding. Its
MultiplyToGroupConvolution has no counterpart: a scale per channel lives in the type, and costs nothing where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import AddOp, ConvOp, ConvTransposeOp, MatMulOp, MulOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.weight_only import packed_weights
from lpt.passes.driver import Pattern
from lpt.passes.journal import current_journal
from lpt.passes.markup.markup import FLOAT, STORAGE
from lpt.passes.matching import constant_of, float_array_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.fold_constants import EvaluateConstants
from lpt.passes.prepare.linear import LINEAR_PATTERNS, finite, split


class DequantizeConstant(Pattern):
    """dcast(constant) → float constant."""

    name = "dequantize-constant"
    matches = DequantizeCastOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, DequantizeCastOp)
        constant = constant_of(op.input)
        if constant is None:
            return None
        if any(not isinstance(use.operation, DequantizeCastOp) for use in constant.result.uses):
            return self.fail(op, "the constant also feeds an integer operation")
        if op.result.first_use is not None and all(packed_weights(use.operation) for use in op.result.uses):
            return self.fail(op, "the weights of a weight-only product stay packed")
        rewriter.replace(op, ConstantOp(evaluate(op, [constant.array])[0], op.result.type))
        return None


class FuseIntoFakeQuantize(Pattern):
    """mul(fake_quantize(x), c) and add(fake_quantize(x), d) → fake_quantize(x) with another output range."""

    name = "fuse-into-fake-quantize"
    benefit = 2
    matches = (MulOp, AddOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        found = split(op)
        if found is None or not isinstance(fake := found[0].owner, FakeQuantizeOp):
            return None
        low, high = (float_array_of(bound) for bound in (fake.output_low, fake.output_high))
        if low is None or high is None:
            return self.fail(op, "the output range is not constant")
        if not fake.result.has_one_use():
            return self.fail(op, "the fake_quantize has other uses")
        constant = found[2].astype(np.float64)
        bounds = [ConstantOp(finite(b * constant if isinstance(op, MulOp) else b + constant)) for b in (low, high)]
        ranges = (fake.input_low, fake.input_high, bounds[0].result, bounds[1].result)
        levels = fake.levels.value.data
        rewriter.replace(op, [*bounds, FakeQuantizeOp(fake.input, ranges, levels, fake.result.type)])
        return None


@dataclass(frozen=True)
class Cleanup(LptPass):
    """Tidy what the transformations left in floating point."""

    name = "lpt-cleanup"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        _keep_reasons(op)
        for inner in op.walk():
            inner.attributes.pop(STORAGE, None)  # what stays in floats could have been in integers, and is not
        super().apply(ctx, op)

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (DequantizeConstant(), EvaluateConstants(), FuseIntoFakeQuantize(), *(pattern() for pattern in LINEAR_PATTERNS))


def _keep_reasons(module: ModuleOp) -> None:
    """Write down why products stay in floats: once their weights are float constants, no rule can say it."""
    journal = current_journal()
    for op in module.walk():
        if isinstance(op, ConvOp | ConvTransposeOp | MatMulOp) and not op.is_quantized and FLOAT not in op.attributes:
            reasons = dict.fromkeys(refusal.reason for refusal in journal.reasons(op))
            if reasons:
                op.attributes[FLOAT] = StringAttr("; ".join(reasons))
