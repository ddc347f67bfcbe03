"""A fake_quantize that changes nothing is dropped, and two that share a grid become one.

    fake_quantize(fake_quantize(x; in, r); r, r)       →    fake_quantize(x; in, r)
    fake_quantize(fake_quantize(x; in, r); r, out)     →    fake_quantize(x; in, out)            the same number of levels
    fake_quantize(quant.dcast(q); r, r)                →    quant.dcast(q)           r the range of q's type, levels its codes

The second grid must be one on which f32 tells levels apart. Exactness: real; r and the range of q's type may differ by what f32
bounds leave open. OpenVINO: EliminateFakeQuantizeTransformation, which takes ranges within one step of the type's for equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.ranges import Ranges
from lpt.passes.transform.values import params

_CLOSE = 2.0**-22
"""Share of a bound by which it may miss a type's limit."""


def same(a: np.ndarray, b: np.ndarray, axes: tuple[int | None, int | None]) -> bool:
    """Whether two bounds are equal everywhere."""
    if a.ndim and b.ndim and axes[0] != axes[1]:
        return False
    return bool((a == b).all())


class MergeFakeQuantize(Pattern):
    """fake_quantize(fake_quantize(x)) of one grid → fake_quantize(x)."""

    name = "merge-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        if not isinstance(inner := op.input.owner, FakeQuantizeOp):
            return None
        first, second = Ranges.of(inner), Ranges.of(op)
        axes = first.axis, second.axis
        if first.levels != second.levels or not (
            same(first.output_low, second.input_low, axes) and same(first.output_high, second.input_high, axes)
        ):
            return self.fail(op, "the fake_quantize in front of it has other levels")
        if first.flat.any() or second.step.any():
            return self.fail(op, "the fake_quantize in front of it has an empty output range")
        if not _tells_apart(first):
            return self.fail(op, "f32 does not tell the levels in front of it apart")
        if same(second.input_low, second.output_low, (0, 0)) and same(second.input_high, second.output_high, (0, 0)):
            rewriter.replace(op, [], [inner.result])
        elif inner.result.has_one_use():
            ranges = (inner.input_low, inner.input_high, op.output_low, op.output_high)
            rewriter.replace(op, FakeQuantizeOp(inner.input, ranges, second.levels, op.result.type))
        else:
            return self.fail(op, "the fake_quantize in front of it has other users")
        return None


def _tells_apart(ranges: Ranges) -> bool:
    low, high = ranges.bounds
    return bool((np.maximum(np.abs(low), np.abs(high)) * (ranges.levels - 1) <= 2.0**20 * (high - low)).all())


class DropFakeQuantize(Pattern):
    """fake_quantize(dcast(q)) over just the values that q has → dcast(q)."""

    name = "drop-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        if not isinstance(op.input.owner, DequantizeCastOp) or (codes := dequantized_of(op.input)) is None:
            return None
        ranges, of = Ranges.of(op), params(codes)
        if ranges.levels != of.storage.max - of.storage.min + 1:
            return self.fail(op, f"it has {ranges.levels} levels, its input {of.storage.max - of.storage.min + 1}")
        if not all(
            np.array_equal(a, b) for a, b in ((ranges.input_low, ranges.output_low), (ranges.input_high, ranges.output_high))
        ):
            return self.fail(op, "its output range is not its input range")
        if not _covers(ranges, of, tensor_shape(op.input)):
            return self.fail(op, "its range is not the one of its input's type")
        rewriter.replace(op, [], [op.input])
        return None


def _covers(ranges: Ranges, of: QuantParams, shape: Sequence[int]) -> bool:
    if (of.axis is None) != of.is_per_tensor or (ranges.axis is not None and of.axis not in (None, ranges.axis)):
        return False
    low, high = ((limit - of.zero_points) * of.scales for limit in (of.storage.min, of.storage.max))
    slack = _CLOSE * np.maximum(np.abs(low), np.abs(high))
    return bool((np.abs(ranges.input_low - low) <= slack).all() and (np.abs(ranges.input_high - high) <= slack).all())


@dataclass(frozen=True)
class EliminateFakeQuantize(LptPass):
    """Drop fake_quantize that changes nothing."""

    name = "lpt-eliminate-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [MergeFakeQuantize(), DropFakeQuantize()]
