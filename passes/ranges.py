"""The ranges of a fake_quantize as vectors along one axis, and the integer grid that its levels lie on.

Shared by the rules for activations (`split_fake_quantize`), for weights (`fold_weights`), and those that move or change ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import StringAttr

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.markup.restrictions import PRECISIONS
from lpt.passes.matching import known_array_of

SYMMETRY = 0.002
"""How far, relatively, a range may be from a symmetric one to be stored signed. Nothing is rounded by it: zero points stay."""


def tolerance(levels: int) -> float:
    """Steps by which a zero point may miss an integer and still be taken for one: what f32 bounds leave open."""
    return float(min(2.0**-15, (levels - 1) * 2.0**-23))


def constant_ranges(op: FakeQuantizeOp) -> list[Array]:
    """input_low, input_high, output_low, output_high in f64, as they are broadcast. Raises AlgebraError if one is computed."""
    found = [known_array_of(operand) for operand in op.operands[1:]]
    known = [array.astype(np.float64) for array in found if array is not None]
    if len(known) < 4:
        raise AlgebraError("its ranges are not constants")
    return known


def along_common_axis(arrays: Sequence[Array], shape: Sequence[int]) -> tuple[list[Array], int | None]:
    """Constants that broadcast to a tensor of `shape`, all as scalars (axis None), or all as one value per index of one axis.

    Each may be a scalar or vary; those that vary must do so along the same axis. Raises AlgebraError otherwise.
    """
    ranked = [array.reshape((1,) * (len(shape) - array.ndim) + array.shape) for array in arrays]
    axes = {axis for array in ranked for axis in range(len(shape)) if _varies(array, axis)}
    if len(axes) > 1:
        raise AlgebraError(f"its ranges vary along the axes {sorted(axes)}: only one can carry scales")
    if not axes:
        return [np.asarray(array.flat[0]) for array in ranked], None
    axis = axes.pop()
    size = max(array.shape[axis] for array in ranked)
    first = [array[tuple(slice(None) if i == axis else slice(0, 1) for i in range(len(shape)))] for array in ranked]
    return [np.array(np.broadcast_to(array.reshape(-1), (size,))) for array in first], axis


def _varies(array: Array, axis: int) -> bool:
    first = array.take([0], axis=axis)
    return not np.array_equal(array, np.broadcast_to(first, array.shape), equal_nan=True)


def common_levels(levels: int) -> int:
    """The number of levels, if codes of up to 16 bits can tell them apart. Raises AlgebraError if not."""
    if levels > 2**16:
        raise AlgebraError(f"{levels} levels do not fit 16 bits")
    return levels


@dataclass(frozen=True)
class Ranges:
    """The four ranges in f64, each a scalar or one value per index of `axis`."""

    levels: int
    axis: int | None
    input_low: Array
    input_high: Array
    output_low: Array
    output_high: Array
    allowed: tuple[str, ...] = ()
    """The storage types that the users allow, any if empty (`lpt.passes.markup.restrictions`)."""

    @classmethod
    def of(cls, op: FakeQuantizeOp) -> Ranges:
        """Raises AlgebraError, with the reason, for ranges that have no integer form."""
        levels = common_levels(op.levels.value.data)
        vectors, axis = along_common_axis(constant_ranges(op), tensor_shape(op.input))
        precisions = op.attributes.get(PRECISIONS)
        allowed = tuple(precisions.data.split("|")) if isinstance(precisions, StringAttr) else ()
        low, high, out_low, out_high = np.broadcast_arrays(*vectors)
        ranges = cls(levels, axis, low, high, out_low, out_high, allowed)
        ranges._check()
        return ranges

    def _check(self) -> None:
        live = ~self.flat
        inputs, outputs = (self.input_low, self.input_high), (self.output_low, self.output_high)
        if not all(np.isfinite(bound).all() for bound in outputs):
            raise AlgebraError("an output range is not finite")
        if not all(np.isfinite(bound[live]).all() for bound in inputs):
            raise AlgebraError("an input range is not finite")
        if (inputs[0] > inputs[1])[live].any():
            raise AlgebraError("an input range is inverted: its levels are not in the order of the values, no codes are")
        if (self.flipped & self.step).any():
            raise AlgebraError("an input range is empty where only some output ranges are inverted")

    @property
    def flat(self) -> Array:
        """Where the result is the same for every input: output_low == output_high."""
        return np.asarray(self.output_low == self.output_high)

    @property
    def step(self) -> Array:
        """Where the result has two values: input_low == input_high."""
        return np.asarray((self.input_low == self.input_high) & ~self.flat)

    @property
    def descends(self) -> bool:
        """Whether all output ranges are inverted."""
        return not self.flat.all() and bool((self.output_low > self.output_high)[~self.flat].all())

    @property
    def flipped(self) -> Array:
        """Where the output range is inverted while others are not."""
        return np.zeros(self.flat.shape, bool) if self.descends else np.asarray(self.output_low > self.output_high)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The output range in ascending order."""
        return np.minimum(self.output_low, self.output_high), np.maximum(self.output_low, self.output_high)

    @property
    def storage(self) -> Storage:
        """`levels` codes, signed where all output ranges are symmetric (ratio −1, or −L / (L − 2) for an even L).

        Of the other sign where the users do not allow that, but the other.
        """
        ratio = -self.levels / (self.levels - 2) if self.levels % 2 == 0 and self.levels > 2 else -1.0
        low, high = (bound[~self.flat] for bound in self.bounds)
        symmetric = (low < 0) & (high > 0) & (np.abs(low - ratio * high) <= SYMMETRY * np.minimum(-low, high))
        width, is_signed = 8 if self.levels <= 256 else 16, bool(symmetric.size and symmetric.all())
        if f"{'i' if is_signed else 'u'}{width}" not in self.allowed and f"{'u' if is_signed else 'i'}{width}" in self.allowed:
            is_signed = not is_signed
        lowest = -(self.levels // 2) if is_signed else 0
        return Storage.of(is_signed, width, lowest, lowest + self.levels - 1)

    def filled(self, values: Array) -> Array:
        """`values` where the result varies; elsewhere that of the first index where it does, 1 if there is none."""
        live = np.flatnonzero(~self.flat.reshape(-1))
        other = values.reshape(-1)[live[0]] if live.size else 1.0
        return np.where(self.flat, other, values)
