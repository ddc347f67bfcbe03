"""What a rule's variables stand for: tensors, codes with their grid, constants with their data.

q: Codes        a quantized tensor; q.grid * 2.0 is its grid at twice the scale
c: Constant     a constant of floats, or a dequantized one; c.array, c.scalar, c.is_power_of_two
x: Reals        a float tensor
v: Value        any tensor
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from xdsl.ir import Attribute, Operation, SSAValue

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.passes.matching import is_known, known_array_of
from lpt.passes.transform.values import along_one_axis


@dataclass(frozen=True)
class Grid:
    """The quantization parameters of a tensor of `shape`, under arithmetic on the reals that they express.

    `g * 2.0`, `g * c` and `g / c` rescale, `g * h` is the i32 accumulator of products, `g + h` that of sums, `-g` mirrors. What the
    algebra does not allow raises AlgebraError, which is a rule's refusal. Equal to another one of equal parameters.
    """

    params: QuantParams
    shape: Shape

    def _factor(self, other: Constant | ArrayLike) -> tuple[Array, int | None]:
        array = other.array if isinstance(other, Constant) else np.asarray(other, np.float64)
        factor, axis = along_one_axis(array.astype(np.float64), self.shape)
        if array.ndim > len(self.shape) or (axis is not None and self.shape[axis] != factor.size):
            raise AlgebraError(f"the constant of shape {array.shape} broadcasts the operand of shape {self.shape}")
        return factor, axis

    def __mul__(self, other: Grid | Constant | ArrayLike) -> Grid:
        if isinstance(other, Grid):
            axis = self.params.axis if self.params.axis is not None else other.params.axis
            return Grid(algebra.product(self.params, other.params, axis=axis), self.shape)
        factor, axis = self._factor(other)
        return Grid(algebra.rescale(self.params, factor, axis), self.shape)

    def __truediv__(self, other: Constant | ArrayLike) -> Grid:
        factor, axis = self._factor(other)
        if not (factor > 0).all():
            raise AlgebraError("the divisor is not positive")
        return Grid(algebra.rescale(self.params, 1.0 / factor, axis), self.shape)

    def __add__(self, other: Grid) -> Grid:
        return Grid(algebra.sum_of(self.params, other.params), self.shape)

    def __neg__(self) -> Grid:
        return Grid(algebra.negate(self.params), self.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and self.params == other.params

    def __hash__(self) -> int:
        return hash(self.params)

    def compose(self, outer: Grid) -> Grid:
        """`algebra.compose`: these codes where their reals are codes of `outer`."""
        return Grid(algebra.compose(self.params, outer.params), self.shape)

    def per_axis(self, axis: int) -> Grid:
        """`algebra.per_axis`: the same, one scale and zero point per index of `axis`."""
        return Grid(algebra.per_axis(self.params, axis, self.shape[axis]), self.shape)

    @property
    def is_symmetric(self) -> bool:
        """`algebra.is_symmetric`."""
        return algebra.is_symmetric(self.params)

    @property
    def is_per_tensor(self) -> bool:
        """One scale and zero point for all elements."""
        return self.params.is_per_tensor

    @property
    def scale(self) -> float:
        """The scale of a grid per tensor. Raises AlgebraError of another one."""
        if not self.params.is_per_tensor:
            raise AlgebraError("the operand is not quantized per tensor")
        return self.params.scale

    @property
    def type(self) -> Attribute:
        """The tensor type."""
        return quantized_tensor(self.params, self.shape)

    def __str__(self) -> str:
        return str(self.params)


@dataclass(frozen=True)
class Value:
    """A tensor of the module: any type."""

    value: SSAValue

    KIND: ClassVar[str] = "a tensor"

    @classmethod
    def of(cls, value: SSAValue) -> Self | None:
        """The value if it is of this kind, else None."""
        return cls(value)

    @property
    def type(self) -> Attribute:
        """The tensor type."""
        return self.value.type

    @property
    def shape(self) -> Shape:
        """The extents; -1 is one that is not known."""
        return tensor_shape(self.value)

    @property
    def owner(self) -> Operation | None:
        """The operation that computes it; None for an input of the model."""
        return self.value.owner if isinstance(self.value.owner, Operation) else None

    @property
    def is_used_once(self) -> bool:
        """Whether one operand in the whole module reads it."""
        return self.value.has_one_use()


@dataclass(frozen=True)
class Reals(Value):
    """A tensor that is not quantized."""

    KIND: ClassVar[str] = "a tensor that is not quantized"

    @classmethod
    def of(cls, value: SSAValue) -> Self | None:
        return cls(value) if params_of(value) is None else None


@dataclass(frozen=True)
class Codes(Value):
    """A quantized tensor."""

    KIND: ClassVar[str] = "a quantized tensor"

    @classmethod
    def of(cls, value: SSAValue) -> Self | None:
        return cls(value) if params_of(value) is not None else None

    @property
    def params(self) -> QuantParams:
        """Storage, scales, zero points."""
        found = params_of(self.value)
        assert found is not None
        return found

    @property
    def grid(self) -> Grid:
        """The parameters, for arithmetic."""
        return Grid(self.params, self.shape)

    @property
    def constant(self) -> Array | None:
        """The codes of a constant, else None."""
        return self.value.owner.array if isinstance(self.value.owner, ConstantOp) else None


@dataclass(frozen=True)
class Constant(Value):
    """A constant of f32, or a constant of codes behind a dcast."""

    KIND: ClassVar[str] = "a constant"

    @classmethod
    def of(cls, value: SSAValue) -> Self | None:
        return cls(value) if is_known(value) else None

    @property
    def array(self) -> Array:
        """The data, as f32."""
        found = known_array_of(self.value)
        assert found is not None
        return found

    @property
    def scalar(self) -> float:
        """The one number that all elements are. Raises AlgebraError if they differ, or there is none."""
        array = self.array
        if not array.size or (array != array.flat[0]).any():
            raise AlgebraError(f"the constant of shape {array.shape} is no single number")
        return float(array.flat[0])

    @property
    def is_power_of_two(self) -> bool:
        """Whether every element is 2ᵏ for a whole k."""
        mantissa, _ = np.frexp(self.array)
        return bool((mantissa == 0.5).all())

    def __str__(self) -> str:
        array = self.array
        one = array.size and (array == array.flat[0]).all()
        return f"{array.flat[0]:g}" if one else f"constant of shape {array.shape}"
