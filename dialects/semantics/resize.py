"""The meaning of the linear resize."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.resize import ResizeLinearOp
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
