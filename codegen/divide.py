"""Division by a known scale as three multiplications and additions, where rounding to codes cannot tell the difference.

q = x · r with r = f32(1 / s), then q + (x − q · s) · r, each with one rounding: the correction that Markstein proved to give the
correctly rounded quotient where nothing under- or overflows and q is within one ulp ("Computation of elementary functions on the
IBM RISC System/6000 processor", 1990). Codes only ask on which side of a tie the quotient lies, and only the f32 next to the
multiples of half a step can lie on the wrong one: `multiplies` tries them all while compiling. vdivps takes 5 to 16 cycles for
a register, the correction 3.
"""

from __future__ import annotations

import functools

import numpy as np

_WIDEST = 1 << 12
"""Codes of more values are divided: there are too many ties to try."""

_NEAR = 8
"""Numbers on either side of a tie that are tried; the quotients err by fewer."""


@functools.cache
def multiplies(scale: float, low: float, high: float) -> bool:
    """Whether rint(clamp(·, low, high)) of the corrected product is that of x / scale for all x in [low − 1, high + 1] steps."""
    if not (2.0**-90 < scale < 2.0**90 and high - low < _WIDEST):
        return False
    s = np.float32(scale)
    r = np.float32(1 / np.float64(s))
    ties = np.arange(np.floor(low) - 1, np.ceil(high) + 1) + 0.5
    at = (ties * np.float64(s)).astype(np.float32)
    x = np.concatenate([_moved(at, steps) for steps in range(-_NEAR, _NEAR + 1)])
    q = x * r
    remainder = (x.astype(np.float64) - q.astype(np.float64) * np.float64(s)).astype(np.float32)
    exact = q.astype(np.float64) + remainder.astype(np.float64) * np.float64(r)
    corrected = exact.astype(np.float32)
    # A sum that f64 puts half-way between two f32 may have been rounded twice here, where fma rounds once.
    unsure = (exact.view(np.int64) & 0x1FFFFFFF) == 0x10000000
    return bool((np.rint(corrected) == np.rint(x / s)).all() and not unsure.any())


def _moved(x: np.ndarray, steps: int) -> np.ndarray:
    """The f32 so many representable numbers further from zero."""
    bits = x.view(np.int32)
    return np.where(x == 0, x, (bits + steps).view(np.float32)).astype(np.float32)
