"""Meanings of softmax and normalizations."""

from __future__ import annotations

import math as libm
from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.normalization import BatchNormalizationOp, MvnOp, NormalizeL2Op, SoftmaxOp
from lpt.dialects.semantics import math
from lpt.dialects.semantics.values import rounded, sum_in_lanes

LOWEST = float(np.finfo(np.float32).min)
"""What the maximum of a masked row is at least."""


@meaning(SoftmaxOp)
@rounded
def softmax(op: SoftmaxOp, operands: Sequence[Array]) -> Sequence[Array]:
    """e = exp(x − max) by `math.exp`; e · (1 / Σ e), summed in 16 lanes along the axis, as ONNX Runtime and OpenVINO do.

    A NaN or +∞ makes its whole row NaN. Where it is `masked` the maximum is at least the lowest f32, and the sum at least 1,
    which it always is but for a row of −∞ alone.
    """
    x = operands[0].astype(np.float32)
    with np.errstate(all="ignore"):
        greatest = np.asarray(x.max(axis=op.dim, keepdims=True, initial=-np.inf))
        if op.guards:
            greatest = np.asarray(math.greatest(math.NUMPY, greatest, np.asarray(np.float32(LOWEST))))
        e = math.apply(math.exp, x - greatest)
        total = sum_in_lanes(e, [op.dim])
        if op.guards:
            total = np.asarray(math.greatest(math.NUMPY, total, np.asarray(np.float32(1))))
        return [np.asarray(e * (np.float32(1) / total))]


@meaning(BatchNormalizationOp)
@rounded
def batch_normalization(op: BatchNormalizationOp, operands: Sequence[Array]) -> Sequence[Array]:
    """(x − mean) / √(var + f32(epsilon)) · scale + bias, from left to right in f32."""
    x = operands[0]
    view = (1, -1, *(1,) * (x.ndim - 2))
    scale, bias, mean, var = (p.reshape(view) for p in operands[1:])
    with np.errstate(all="ignore"):
        return [np.asarray((x - mean) / np.sqrt(var + np.float32(op.eps)) * scale + bias, x.dtype)]


@meaning(MvnOp)
@rounded
def mvn(op: MvnOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Means are sums in 16 lanes (`sum_in_lanes`) over f32(count); then the two forms of `MvnOp`, operation by operation in f32."""
    (x,), eps = operands, np.float32(op.epsilon)
    count = np.float32(libm.prod(x.shape[axis] for axis in op.reduced))
    with np.errstate(all="ignore"):
        d = x - sum_in_lanes(x, op.reduced) / count
        if not op.divides:
            return [np.asarray(d, x.dtype)]
        variance = sum_in_lanes(d * d, op.reduced) / count
        inside = op.eps_mode.data == "inside_sqrt"
        return [np.asarray(d / (np.sqrt(variance + eps) if inside else np.sqrt(variance) + eps), x.dtype)]


@meaning(NormalizeL2Op)
@rounded
def normalize_l2(op: NormalizeL2Op, operands: Sequence[Array]) -> Sequence[Array]:
    """Σx² in 16 lanes (`sum_in_lanes`); + eps or max(·, eps); IEEE square root and division."""
    (x,), eps = operands, np.float32(op.epsilon)
    with np.errstate(all="ignore"):
        total = sum_in_lanes(x * x, op.reduced)
        total = total + eps if op.eps_mode.data == "add" else math.greatest(math.NUMPY, total, np.asarray(eps))
        return [np.asarray(x / np.sqrt(total), x.dtype)]
