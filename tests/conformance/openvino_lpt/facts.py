"""What is said about a transformed model, theirs and ours: facts of each FakeQuantize of an activation and of operations.

Of a FakeQuantize: `type`, its storage; `low` and `high`, its first and last code; `input`, the range that it quantizes. Of an
operation: `types`, those of its operands that carry data; `zero_point` and `scale` of each operand that is still dequantized in
front of it; `weights`, the codes of constant operands; and what is behind each of its results: value = (raw − zero_point)·scale,
or raw·scale + shift where a bias is added. Vectors of equal numbers are written as one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Number = float | list[float]
Fact = dict[str, Any]
LOW = ("u8", "i8", "u4", "i4", "u16", "i16")


def number(values: Any, digits: int = 7) -> Number:
    """One number if all are equal, else a list, to 7 digits: what f32 holds."""
    flat = [float(f"{value:.{digits}g}") + 0.0 for value in np.asarray(values, np.float64).reshape(-1)]
    return flat[0] if len(set(flat)) == 1 else flat


def integers(values: Any) -> list[int]:
    """Codes in row-major order."""
    return [int(value) for value in np.asarray(values).reshape(-1)]


@dataclass
class Affine:
    """value = raw·scale + shift, elementwise along whatever the arrays broadcast over."""

    scale: np.ndarray
    shift: np.ndarray
    has_scale: bool = False
    has_bias: bool = False

    @classmethod
    def identity(cls) -> Affine:
        return cls(np.ones(()), np.zeros(()))

    def subtract(self, value: Any) -> None:
        """A zero point."""
        self.shift = self.shift - value

    def add(self, value: Any) -> None:
        """A bias."""
        self.shift, self.has_bias = self.shift + value, True

    def multiply(self, value: Any) -> None:
        """A scale."""
        self.scale, self.shift, self.has_scale = self.scale * value, self.shift * value, True

    def fact(self) -> Fact:
        """What there is of scale, zero point and shift."""
        found: Fact = {}
        if self.has_scale:
            found["scale"] = number(self.scale)
        if np.any(self.shift):
            if self.has_bias:
                found["shift"] = number(self.shift)
            else:
                with np.errstate(divide="ignore", invalid="ignore"):
                    found["zero_point"] = number(-self.shift / self.scale)
        return found
