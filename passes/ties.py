"""How far a value that is rounded lies from a tie, and how far float rounding may have carried it there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.passes.magnitudes import Magnitudes


@dataclass(frozen=True)
class Ties:
    """Of each element: `away` steps from the next tie, a sum of terms of `sums` steps; `is_jump` where all levels are one step."""

    away: Array
    sums: Array
    is_jump: Array

    def share(self, apart: Array, bound: float, least: float = 0.0) -> Array:
        """The least distance that makes codes `apart` steps differ / max(bound · Σ|terms|, least); ∞ where unknown."""
        ties = np.where(self.is_jump, np.sign(np.abs(apart)), np.abs(apart))
        with np.errstate(all="ignore"):
            share = (ties - 1 + self.away) / np.maximum(bound * self.sums, least)
        return np.where(ties == 0, 0.0, np.where(np.isnan(share), np.inf, share))


def ties_of(rounding: SSAValue, terms: Magnitudes) -> Ties | None:
    """Those of a quantized value, or of the result of fake_quantize, with Σ|terms| from `terms`; None of what is not rounded."""
    op = rounding.owner
    if not isinstance(op, FakeQuantizeOp):
        found = terms.before_rounding(rounding)
        return None if found is None else Ties(_from_tie(found[0]), found[1], np.zeros((), bool))
    x, low, high = (terms.value(v).astype(np.float64) for v in op.operands[:3])
    width = np.abs(high - low)
    unit = np.where(width > 0, width, 1.0) / (op.levels.value.data - 1)
    away = np.where(width > 0, _from_tie((x - low) / unit), np.abs(x - low) / unit)
    return Ties(away, (terms.of_operand(op.operands[0]) + np.abs(low)) / unit, width == 0)


def level_size(op: FakeQuantizeOp, terms: Magnitudes) -> Array:
    """How far two neighbouring results of fake_quantize are from each other."""
    low, high = (terms.value(v).astype(np.float64) for v in op.operands[3:])
    return np.asarray(np.abs(high - low) / (op.levels.value.data - 1))


def _from_tie(steps: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(np.abs(steps - np.floor(steps)) - 0.5))
