"""The operations that float functions are sequences of, as an interface and on numpy arrays.

`lpt.codegen.math.LaneOperations` has them as LLVM instructions.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import numpy as np

__all__ = ["NUMPY", "NumpyOperations", "Operations"]

V = TypeVar("V")


class Operations(Protocol[V]):
    """f32, f64 and i32 operations on values `V`: arrays, or vectors of lanes. Each rounds once, half to even.

    `less` and `select` take f64 as well as f32; f64 has operations of its own otherwise.
    """

    def f32(self, value: float) -> V:
        """A constant."""

    def i32(self, value: int) -> V:
        """A constant."""

    def add(self, a: V, b: V) -> V:
        """a + b in f32."""

    def sub(self, a: V, b: V) -> V:
        """a − b in f32."""

    def mul(self, a: V, b: V) -> V:
        """a · b in f32."""

    def div(self, a: V, b: V) -> V:
        """a / b in f32."""

    def sqrt(self, a: V) -> V:
        """The root of an f32."""

    def rint_i32(self, a: V) -> V:
        """The nearest integer, half to even, of an f32 within [-2^31, 2^31 - 128]."""

    def less(self, a: V, b: V) -> V:
        """The mask a < b of two f32; false where either is NaN."""

    def is_nan(self, a: V) -> V:
        """A mask of where an f32 is NaN."""

    def select(self, mask: V, a: V, b: V) -> V:
        """a where the mask is set, else b."""

    def to_f32(self, a: V) -> V:
        """i32 to f32, rounded half to even."""

    def bits(self, a: V) -> V:
        """The bits of an f32 as i32."""

    def from_bits(self, a: V) -> V:
        """The f32 of these bits."""

    def iadd(self, a: V, b: V) -> V:
        """a + b in i32, wrapping."""

    def isub(self, a: V, b: V) -> V:
        """a − b in i32, wrapping."""

    def iand(self, a: V, b: V) -> V:
        """The bits set in both."""

    def ior(self, a: V, b: V) -> V:
        """The bits set in either."""

    def shift_left(self, a: V, count: int) -> V:
        """An i32 times 2^count, wrapping."""

    def shift_right(self, a: V, count: int) -> V:
        """Arithmetic shift of an i32."""

    def f64(self, value: float) -> V:
        """A constant."""

    def widen(self, a: V) -> V:
        """f32 to f64, exactly."""

    def narrow(self, a: V) -> V:
        """f64 to f32, rounded half to even; beyond its range infinite."""

    def wide_add(self, a: V, b: V) -> V:
        """a + b in f64."""

    def wide_sub(self, a: V, b: V) -> V:
        """a − b in f64."""

    def wide_mul(self, a: V, b: V) -> V:
        """a · b in f64."""

    def wide_div(self, a: V, b: V) -> V:
        """a / b in f64."""


class NumpyOperations:
    """`Operations` on float32 and int32 arrays (or numpy scalars), broadcasting."""

    def f32(self, value: float) -> Any:
        return np.float32(value)

    def i32(self, value: int) -> Any:
        return np.int32(value)

    def add(self, a: Any, b: Any) -> Any:
        return np.add(a, b, dtype=np.float32)

    def sub(self, a: Any, b: Any) -> Any:
        return np.subtract(a, b, dtype=np.float32)

    def mul(self, a: Any, b: Any) -> Any:
        return np.multiply(a, b, dtype=np.float32)

    def div(self, a: Any, b: Any) -> Any:
        return np.divide(a, b, dtype=np.float32)

    def sqrt(self, a: Any) -> Any:
        return np.sqrt(a, dtype=np.float32)

    def rint_i32(self, a: Any) -> Any:
        return np.rint(a, dtype=np.float32).astype(np.int32)

    def less(self, a: Any, b: Any) -> Any:
        return np.less(a, b)

    def is_nan(self, a: Any) -> Any:
        return np.not_equal(a, a)

    def select(self, mask: Any, a: Any, b: Any) -> Any:
        return np.where(mask, a, b)

    def to_f32(self, a: Any) -> Any:
        return np.asarray(a, np.int32).astype(np.float32)

    def bits(self, a: Any) -> Any:
        return np.asarray(a, np.float32).view(np.int32)

    def from_bits(self, a: Any) -> Any:
        return np.asarray(a, np.int32).view(np.float32)

    def iadd(self, a: Any, b: Any) -> Any:
        return np.add(a, b, dtype=np.int32)

    def isub(self, a: Any, b: Any) -> Any:
        return np.subtract(a, b, dtype=np.int32)

    def iand(self, a: Any, b: Any) -> Any:
        return np.bitwise_and(a, b, dtype=np.int32)

    def ior(self, a: Any, b: Any) -> Any:
        return np.bitwise_or(a, b, dtype=np.int32)

    def shift_left(self, a: Any, count: int) -> Any:
        return np.left_shift(a, count, dtype=np.int32)

    def shift_right(self, a: Any, count: int) -> Any:
        return np.right_shift(a, count, dtype=np.int32)

    def f64(self, value: float) -> Any:
        return np.float64(value)

    def widen(self, a: Any) -> Any:
        return np.asarray(a, np.float32).astype(np.float64)

    def narrow(self, a: Any) -> Any:
        return np.asarray(a, np.float64).astype(np.float32)

    def wide_add(self, a: Any, b: Any) -> Any:
        return np.add(a, b, dtype=np.float64)

    def wide_sub(self, a: Any, b: Any) -> Any:
        return np.subtract(a, b, dtype=np.float64)

    def wide_mul(self, a: Any, b: Any) -> Any:
        return np.multiply(a, b, dtype=np.float64)

    def wide_div(self, a: Any, b: Any) -> Any:
        return np.divide(a, b, dtype=np.float64)


NUMPY = NumpyOperations()
