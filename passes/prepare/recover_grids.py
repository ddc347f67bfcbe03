"""Float weights that lie on a grid of 8 bits become its integers again.

    %x = quant.dcast %q                              %w = quant.dcast (constant k : i8, s per channel)
    %y = nn.conv %x, %w   (w = k · s, floats)   →    %y = nn.conv %x, %w

Training with fake quantization whose exporter folds constants leaves such weights (tf2onnx: fake_quant of a variable). A channel's
grid is the coarsest in which its greatest magnitude is a whole number of steps, at most 255, and every other weight as well. Only
where the data are quantized: then the product is integer.

Exactness: real; f32 levels computed as q · s − z · s miss k · s by up to 2⁻¹⁶ of themselves. Random weights lie on no such grid:
one weight does with probability 2⁻¹², a channel of eight in none of 10⁹. No peer does this.
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
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.nn import ClipOp, ConvOp, Kind, MatMulOp, NnOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import I8, QuantParams
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_constant, float_array_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import rebuild

STEPS = 255
"""Steps of a channel's greatest magnitude."""
_OF_GREATEST, _OF_ITSELF = 2.0**-21, 2.0**-16
"""How far a weight may lie from its level: of the channel's greatest magnitude, and of its own."""
_LEAST = 8
"""Weights of a channel below which a grid may be chance."""
_PROBE = 16
"""Weights of a channel that are looked at first."""


def on_grid(array: Array) -> tuple[Array, Array, Array] | None:
    """i8 codes [C, …], scales [C] and zero points [C] with array = (codes − points) · scales; None if there are none."""
    rows = array.reshape(len(array), -1)
    if rows.shape[1] < _LEAST or not np.isfinite(rows).all() or not rows.any():
        return None
    if (grid := coarsest_grid(rows)) is None or (codes := as_bytes(grid[1])) is None:
        return None
    return codes[0].reshape(array.shape), grid[0], codes[1]


def coarsest_grid(rows: Array) -> tuple[Array, Array] | None:
    """Scales [C] and whole numbers [C, N] with rows = numbers · scales; None unless all rows of f32 [C, N] have a grid.

    Rows of zeros have scale 1.
    """
    rows = rows.astype(np.float64)
    greatest = np.abs(rows).max(axis=1)
    steps, left = np.zeros(len(rows), np.int64), np.arange(len(rows))
    while left.size:  # a few weights of a row tell what to try on all of them
        found = _fewest_steps(rows[left, :_PROBE], greatest[left], steps[left] + 1)
        if found is None:
            return None
        steps[left] = found
        left = left[~_fits(rows[left], greatest[left], found)]
    scales = np.where(greatest == 0, 1.0, greatest / steps)
    return scales, np.rint(rows / scales[:, None]).astype(np.int64)


def _fewest_steps(rows: Array, greatest: Array, least: Array) -> Array | None:
    """For each row the fewest steps, at least `least`, that its greatest magnitude may have; None if a row has none."""
    found = np.zeros(len(rows), np.int64)
    for steps in range(int(least.min()), STEPS + 1):
        fits = (steps >= least) & _fits(rows, greatest, np.full(len(rows), steps))
        found = np.where((found == 0) & fits, steps, found)
        if found.all():
            return found
    return None


def _fits(rows: Array, greatest: Array, steps: Array) -> Array:
    """Which rows are whole numbers of greatest / steps."""
    scales = np.where(greatest == 0, 1.0, greatest / steps)[:, None]
    limit = np.minimum(_OF_GREATEST * greatest[:, None], _OF_ITSELF * np.abs(rows))
    return np.asarray((np.abs(np.rint(rows / scales) * scales - rows) <= limit).all(axis=1))


def as_bytes(numbers: Array) -> tuple[Array, Array] | None:
    """Codes of i8 and zero points [C] of whole numbers [C, N]; None where a row spans more than 256 of them."""
    low, high = numbers.min(axis=1).clip(max=0), numbers.max(axis=1).clip(min=0)
    if (high - low > 255).any():
        return None
    points = np.where(low < I8.min, I8.min - low, np.where(high > I8.max, I8.max - high, 0))
    return (numbers + points[:, None]).astype(np.int8), points


class RecoverGrid(Pattern):
    """conv(dcast(q), w floats on a grid) → conv(dcast(q), dcast(k)), matmul likewise."""

    name = "recover-grid"
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        array = float_array_of(op.operands[1])
        if array is None or array.ndim < 2 or not is_quantized(op.operands[0]):
            return None
        axis = 0 if isinstance(op, ConvOp) else array.ndim - 1
        if (found := on_grid(np.moveaxis(array, axis, 0))) is None:
            return self.fail(op, "its weights are floats that lie on no grid of 8 bits")
        codes, scales, points = found
        try:
            params = QuantParams(I8, scales, points, axis=axis)
        except ValueError as error:
            return self.fail(op, str(error))
        weights = dequantized_constant(np.ascontiguousarray(np.moveaxis(codes, 0, axis)), params)
        rewriter.replace(op, [*weights, rebuild(op, [op.operands[0], weights[1].result, *op.operands[2:]])])
        return None


def is_quantized(value: SSAValue) -> bool:
    """Whether a value is codes, at most moved or clipped since."""
    while isinstance(op := value.owner, Operation):
        if isinstance(op, DequantizeCastOp | FakeQuantizeOp):
            return True
        if not (isinstance(op, NnOp) and (op.KIND is Kind.MOVES or isinstance(op, ClipOp))):
            return False
        value = op.operands[0]
    return False


@dataclass(frozen=True)
class RecoverGrids(LptPass):
    """Float weights on a grid of 8 bits become integers."""

    name = "lpt-recover-grids"
    exactness: ClassVar[Exactness] = Exactness.REAL
    bound: ClassVar[float] = _OF_ITSELF * 2
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (RecoverGrid(),)
