"""The meanings of resizes that interpolate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.resize import ResampleOp, ResizeLinearOp
from lpt.dialects.semantics.values import rounded


@meaning(ResizeLinearOp)
@rounded
def resize_linear(op: ResizeLinearOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Dimension by dimension from the last to the first: x[i] · w_i + x[j] · w_j, multiplied, then added in f32."""
    (x,) = operands
    result = x
    with np.errstate(all="ignore"):
        for d in reversed(op.resampled(x.shape)):
            low, high, below, above = op.taps(d, x.shape[d])
            view = [-1 if axis == d else 1 for axis in range(x.ndim)]
            result = result.take(low, d) * below.reshape(view) + result.take(high, d) * above.reshape(view)
    return [np.asarray(result, x.dtype)]


def resampled(op: ResampleOp, x: Array, weights: Array) -> Array:
    """Σ x[index] · weight along the axis, in the type of both."""
    indices, _ = op.taps()
    view = [-1 if axis == op.dim else 1 for axis in range(x.ndim)]
    terms = [x.take(indices[:, t], op.dim) * weights[:, t].reshape(view) for t in range(indices.shape[1])]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return np.asarray(total)


@meaning(ResampleOp)
@rounded
def resample(op: ResampleOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Multiplied, then added in f32, from the first tap to the last."""
    with np.errstate(all="ignore"):
        return [np.asarray(resampled(op, operands[0], op.taps()[1]), operands[0].dtype)]
