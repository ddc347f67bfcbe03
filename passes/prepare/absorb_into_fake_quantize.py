"""Multiplications and additions by constants in front of a fake_quantize become part of its input range.

    fake_quantize(x · c; il, ih, ol, oh)    →    fake_quantize(x; il / c, ih / c, ol, oh)             c > 0
                                            →    fake_quantize(x; ih / c, il / c, oh, ol)             c < 0
    fake_quantize(x + d; il, ih, ol, oh)    →    fake_quantize(x; il − d, ih − d, ol, oh)             x − d likewise

c and d are scalars or have one value per index of the ranges' axis; bounds are computed in f64 and kept in f32. What scales or
shifts a convolution or matrix product stays: there it becomes part of weights, scales and bias. Exactness: rounds; with c < 0 a
value that lies exactly between two levels goes to the other one. OpenVINO: FakeQuantizeTransformation (c > 0 only).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import AddOp, ConvOp, ConvTransposeOp, DivOp, GemmOp, MatMulOp, MulOp, SubOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.linear import finite, split
from lpt.passes.ranges import Ranges, along_common_axis, constant_ranges

_CONTRACTIONS = (ConvOp, ConvTransposeOp, MatMulOp, GemmOp)


def linear_root(value: SSAValue) -> SSAValue:
    """What a chain of additions and multiplications by constants starts from."""
    while isinstance(value.owner, Operation) and (found := split(value.owner)) is not None:
        value = found[0]
    return value


class AbsorbLinear(Pattern):
    """fake_quantize(x · c) → fake_quantize(x), fake_quantize(x + d) → fake_quantize(x)."""

    name = "absorb-into-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        linear = op.input.owner
        if not isinstance(linear, MulOp | DivOp | AddOp | SubOp) or (found := split(linear)) is None:
            return None
        x, _, constant = found
        shape = tensor_shape(op.input)
        root = linear_root(x).owner
        if isinstance(root, _CONTRACTIONS):
            return self.fail(op, f"what stands in front of it is the scale or bias of {root.name}")
        if isinstance(linear, MulOp | DivOp) and (not np.isfinite(constant).all() or (constant == 0).any()):
            return self.fail(op, "the factor in front of it is 0 or not finite")
        along_common_axis([*constant_ranges(op), constant.astype(np.float64)], shape)
        bounds = [ConstantOp(finite(bound)) for bound in _moved(linear, constant.astype(np.float64), constant_ranges(op))]
        low, high, out_low, out_high = (bound.result for bound in bounds)
        new = FakeQuantizeOp(x, (low, high, out_low, out_high), op.levels.value.data, op.result.type)
        Ranges.of(new)
        rewriter.replace(op, [*bounds, new])
        return None


def _moved(linear: Operation, constant: Array, ranges: Sequence[Array]) -> tuple[Array, Array, Array, Array]:
    """The four ranges for the input of `linear`."""
    low, high, out_low, out_high = ranges
    if isinstance(linear, AddOp | SubOp):
        shift = constant if isinstance(linear, AddOp) else -constant
        return low - shift, high - shift, out_low, out_high
    factor = 1.0 / constant if isinstance(linear, DivOp) else constant
    first, last = low / factor, high / factor
    if (factor > 0).all():
        return first, last, out_low, out_high
    turned = factor < 0
    return (
        np.where(turned, last, first),
        np.where(turned, first, last),
        np.where(turned, out_high, out_low),
        np.where(turned, out_low, out_high),
    )


@dataclass(frozen=True)
class AbsorbIntoFakeQuantize(LptPass):
    """Constant factors and addends into the input ranges of fake_quantize."""

    name = "lpt-absorb-into-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.ROUNDS
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [AbsorbLinear()]
