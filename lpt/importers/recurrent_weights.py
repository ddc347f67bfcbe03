"""Known weights of recurrent layers: codes where they are dequantized, wherever exporters have moved them since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import (
    ConcatOp,
    FlattenOp,
    NnOp,
    ReshapeOp,
    SliceOp,
    SplitOp,
    SqueezeOp,
    TransposeOp,
    UnsqueezeOp,
)
from lpt.dialects.quant import DequantizeCastOp, params_of
from lpt.dialects.quant_params import U8, QuantParams, Storage
from lpt.importers.node import BaseNode
from lpt.importers.value import Value

_MOVES = (ConcatOp, FlattenOp, ReshapeOp, SliceOp, SplitOp, SqueezeOp, TransposeOp, UnsqueezeOp)


_NEAR = 2.0**-10
"""Steps by which a range may miss 0 as a level: what rounding its ends to f32 explains."""


@dataclass(frozen=True)
class Weights:
    """Known floats, or codes with a scale and a zero point for each of them."""

    array: Array
    storage: Storage | None = None
    scales: Array = field(default_factory=lambda: np.ones((), np.float64))
    zero_points: Array = field(default_factory=lambda: np.zeros((), np.int64))

    def moved(self, move: Callable[[Array], Array]) -> Weights:
        """The same elements in other places."""
        if self.storage is None:
            return replace(self, array=np.ascontiguousarray(move(self.array)))
        parts = (np.ascontiguousarray(move(part)) for part in (self.array, self.scales, self.zero_points))
        return Weights(next(parts), self.storage, next(parts), next(parts))

    def of_direction(self, direction: int) -> Weights:
        """One of those along the first dimension."""
        return self.moved(lambda array: array[direction])

    def floats(self) -> Array:
        """What they stand for."""
        if self.storage is None:
            return self.array
        return (self.array.astype(np.int64) - self.zero_points).astype(np.float32) * self.scales.astype(np.float32)

    def value(self, node: BaseNode, *, codes: bool = False) -> SSAValue:
        """A matrix as a constant: floats, or the dcast of codes with one scale per column, or with `codes` the codes themselves."""
        if self.storage is None or (self.scales != self.scales[:1]).any() or (self.zero_points != self.zero_points[:1]).any():
            return node.builder.constant(Value(self.floats()))
        scales, points = self.scales[0], self.zero_points[0]
        is_per_tensor = (scales == scales[0]).all() and (points == points[0]).all()
        params = (
            QuantParams(self.storage, scales[0], points[0]) if is_per_tensor else QuantParams(self.storage, scales, points, axis=1)
        )
        value = Value(self.array, storage=self.storage)
        return node.builder.quantized(value, params) if codes else node.builder.dequantized(value, params)


def coded(array: Array, storage: Storage, scales: Array, zero_points: Array) -> Weights:
    """Codes under scales and zero points that broadcast to them."""
    scales, points = (np.array(np.broadcast_to(p, array.shape)) for p in (scales.astype(np.float64), zero_points.astype(np.int64)))
    return Weights(array, storage, scales, points)


def read_weights(node: BaseNode, index: int, what: str) -> Weights:
    """A known input: the codes behind a dequantization, wherever they have been moved since. Raises UnsupportedError."""
    found = _known(node.as_f32(node.value(index)))
    if found is not None:
        return found
    array = node.known(index, what)
    assert array is not None  # known data are constants
    return Weights(array)


def _of_fake_quantize(op: FakeQuantizeOp, operands: Sequence[Array]) -> Weights:
    """Levels as codes where 0 is one of at most 256, else as floats."""
    levels, floats = op.levels.value.data, evaluate(op, operands)[0]
    low, high = (np.broadcast_to(bound.astype(np.float64), floats.shape) for bound in operands[3:])
    if levels > 256 or (high <= low).any():
        return Weights(floats)
    scales = (high - low) / (levels - 1)
    zero_points = np.rint(-low / scales)
    is_level = (np.abs(zero_points * scales + low) <= _NEAR * scales) & (zero_points >= 0) & (zero_points < levels)
    if not is_level.all() or scales.min(initial=1.0) < np.finfo(np.float32).tiny:
        return Weights(floats)
    codes = np.rint((floats - low) / scales).astype(np.uint8)
    return Weights(codes, U8, scales, zero_points.astype(np.int64))


def _known(value: SSAValue) -> Weights | None:
    owner = value.owner
    if not isinstance(owner, Operation):
        return None
    if isinstance(owner, ConstantOp):
        return Weights(owner.array)
    if isinstance(owner, DequantizeCastOp) and isinstance(owner.input.owner, ConstantOp):
        params, codes = params_of(owner.input), owner.input.owner.array
        assert params is not None
        return coded(codes, params.storage, *params.expand(codes.shape)) if params.storage.width <= 8 else None
    parts = [_known(operand) for operand in owner.operands]
    if not parts or any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    number = [result is value for result in owner.results].index(True)
    if isinstance(owner, _MOVES) and len({part.storage for part in known}) == 1 and known[0].storage is not None:
        arrays = ([part.array for part in known], [part.scales for part in known], [part.zero_points for part in known])
        moved = [np.ascontiguousarray(evaluate(owner, given)[number]) for given in arrays]
        return Weights(moved[0], known[0].storage, moved[1], moved[2])
    if isinstance(owner, FakeQuantizeOp):
        return _of_fake_quantize(owner, [part.floats() for part in known])
    if isinstance(owner, NnOp):
        return Weights(evaluate(owner, [part.floats() for part in known])[number])
    return None
