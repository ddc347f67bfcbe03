"""Meanings of softmax and batch normalization."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.normalization import BatchNormalizationOp, SoftmaxOp
from lpt.dialects.semantics import math
from lpt.dialects.semantics.values import rounded, sum_in_lanes


@meaning(SoftmaxOp)
@rounded
def softmax(op: SoftmaxOp, operands: Sequence[Array]) -> Sequence[Array]:
    """e = exp(x − max) by `math.exp`; e / Σ e, summed in 16 lanes along the axis, divided by IEEE division.

    A NaN or +∞ makes its whole row NaN.
    """
    x = operands[0].astype(np.float32)
    with np.errstate(all="ignore"):
        e = math.apply(math.exp, x - x.max(axis=op.dim, keepdims=True, initial=-np.inf))
        return [np.asarray(e / sum_in_lanes(e, [op.dim]))]


@meaning(BatchNormalizationOp)
@rounded
def batch_normalization(op: BatchNormalizationOp, operands: Sequence[Array]) -> Sequence[Array]:
    """(x − mean) / √(var + f32(epsilon)) · scale + bias, from left to right in f32."""
    x = operands[0]
    view = (1, -1, *(1,) * (x.ndim - 2))
    scale, bias, mean, var = (p.reshape(view) for p in operands[1:])
    with np.errstate(all="ignore"):
        return [np.asarray((x - mean) / np.sqrt(var + np.float32(op.eps)) * scale + bias, x.dtype)]
