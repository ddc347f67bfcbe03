"""Operations that move elements without computing: on quantized tensors the codes move."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, Float32Type, FloatAttr, IntegerAttr, StringAttr, TensorType
from xdsl.ir import Attribute
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    var_operand_def,
    var_result_def,
)
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.nn.base import Kind, NnOp, float_of, int_of, ints
from lpt.dialects.nn.resize import coordinates, resized
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, fits, normalize_axis, product, resolve_reshape, tensor_shape


class MoveOp(NnOp, ABC):
    """One operand whose elements appear in the result."""

    KIND: ClassVar[Kind] = Kind.MOVES
    x = operand_def()
    result = result_def()


class ReshapingOp(MoveOp, ABC):
    """Same elements in the same order, another shape."""

    def infer_params(self) -> list[QuantParams]:
        return [algebra.reshape(self.operand_params()[0], tensor_shape(self.x), self.infer_shapes()[0])]


@irdl_op_definition
class ReshapeOp(ReshapingOp):
    """ONNX Reshape to `shape`: 0 copies a dimension (unless allow_zero = 1), -1 takes what is left."""

    name = "nn.reshape"
    shape = prop_def(DenseArrayBase)
    allow_zero = opt_prop_def(IntegerAttr)

    def infer_shapes(self) -> list[Shape]:
        return [resolve_reshape(tensor_shape(self.x), ints(self.shape), bool(int_of(self.allow_zero)))]


@irdl_op_definition
class FlattenOp(ReshapingOp):
    """ONNX Flatten: a matrix of the dimensions before `axis` by those from it on."""

    name = "nn.flatten"
    axis = opt_prop_def(IntegerAttr)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        axis = int_of(self.axis, 1)
        if not -len(shape) <= axis <= len(shape):
            raise VerifyException(f"flatten axis {axis} is outside a tensor of rank {len(shape)}")
        axis += len(shape) if axis < 0 else 0
        return [(product(shape[:axis]), product(shape[axis:]))]


@irdl_op_definition
class SqueezeOp(ReshapingOp):
    """Drop the dimensions `axes` (none: all) of extent 1."""

    name = "nn.squeeze"
    axes = opt_prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        if self.axes is None:
            return [tuple(extent for extent in shape if extent != 1)]
        axes = {normalize_axis(axis, len(shape)) for axis in ints(self.axes)}
        if any(shape[axis] not in (1, -1) for axis in axes):
            raise VerifyException(f"squeeze of {shape} along {sorted(axes)}: extents are not 1")
        return [tuple(extent for i, extent in enumerate(shape) if i not in axes)]


@irdl_op_definition
class UnsqueezeOp(ReshapingOp):
    """Insert dimensions of extent 1 so that they stand at `axes` of the result."""

    name = "nn.unsqueeze"
    axes = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        rank = len(shape) + len(ints(self.axes))
        axes = {normalize_axis(axis, rank) for axis in ints(self.axes)}
        if len(axes) != rank - len(shape):
            raise VerifyException("unsqueeze axes repeat")
        rest = iter(shape)
        return [tuple(1 if i in axes else next(rest) for i in range(rank))]


@irdl_op_definition
class TransposeOp(MoveOp):
    """Dimension i of the result is dimension perm[i] of x."""

    name = "nn.transpose"
    perm = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape, perm = tensor_shape(self.x), ints(self.perm)
        if sorted(perm) != list(range(len(shape))):
            raise VerifyException(f"transpose of rank {len(shape)} by {perm}, which is no permutation")
        return [tuple(shape[axis] for axis in perm)]

    def infer_params(self) -> list[QuantParams]:
        return [algebra.permute(self.operand_params()[0], ints(self.perm))]


@irdl_op_definition
class ConcatOp(NnOp):
    """The operands one after the other along `axis`. Quantized: scales along that axis are joined, off it they must agree."""

    name = "nn.concat"
    KIND: ClassVar[Kind] = Kind.MOVES
    xs = var_operand_def()
    axis = prop_def(IntegerAttr)
    result = result_def()

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis), len(tensor_shape(self.xs[0])))

    def infer_shapes(self) -> list[Shape]:
        if not self.xs:
            raise VerifyException("concat needs an operand")
        shapes, axis = [tensor_shape(x) for x in self.xs], self.dim
        if any(not fits((*s[:axis], *s[axis + 1 :]), (*shapes[0][:axis], *shapes[0][axis + 1 :])) for s in shapes):
            raise VerifyException(f"concat of {shapes} along {axis}: other extents differ")
        sizes = [shape[axis] for shape in shapes]
        return [(*shapes[0][:axis], -1 if -1 in sizes else sum(sizes), *shapes[0][axis + 1 :])]

    def infer_params(self) -> list[QuantParams]:
        return [algebra.concatenate(self.operand_params(), [tensor_shape(x)[self.dim] for x in self.xs], self.dim)]


@irdl_op_definition
class SplitOp(NnOp):
    """x cut along `axis` into parts of the extents `split`."""

    name = "nn.split"
    KIND: ClassVar[Kind] = Kind.MOVES
    x = operand_def()
    axis = prop_def(IntegerAttr)
    split = prop_def(DenseArrayBase)
    outputs = var_result_def()

    @classmethod
    def _variadic_results(cls) -> bool:
        return True

    @classmethod
    def _placeholder(cls, properties: Mapping[str, Attribute]) -> Sequence[Attribute | Sequence[Attribute]]:
        split = properties["split"]
        assert isinstance(split, DenseArrayBase)
        return [[TensorType(Float32Type(), [])] * len(ints(split))]

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis), len(tensor_shape(self.x)))

    def infer_shapes(self) -> list[Shape]:
        shape, axis, sizes = tensor_shape(self.x), self.dim, ints(self.split)
        if (shape[axis] >= 0 and sum(sizes) != shape[axis]) or min(sizes) < 0:
            raise VerifyException(f"split of {shape} along {axis} into {sizes}")
        return [(*shape[:axis], size, *shape[axis + 1 :]) for size in sizes]

    def infer_params(self) -> list[QuantParams]:
        x, axis, sizes = self.operand_params()[0], self.dim, ints(self.split)
        ends = np.cumsum(sizes)
        return [algebra.take(x, axis, slice(end - size, end)) for end, size in zip(ends, sizes, strict=True)]


_FAR = (1 << 31) - 1
"""A bound from here on stands for the end of a dimension."""


@irdl_op_definition
class SliceOp(MoveOp):
    """x[start:end:step] along `axes`, as ONNX Slice: negative indices count from the end, bounds are clamped."""

    name = "nn.slice"
    starts = prop_def(DenseArrayBase)
    ends = prop_def(DenseArrayBase)
    axes = prop_def(DenseArrayBase)
    steps = prop_def(DenseArrayBase)

    def slices(self, shape: Sequence[int] | None = None) -> tuple[slice, ...]:
        """One Python slice per dimension of x, or of an array of `shape`.

        Raises VerifyException for a sliced dimension that is not known.
        """
        shape = tensor_shape(self.x) if shape is None else shape
        result = [slice(None)] * len(shape)
        for start, end, axis, step in zip(*(ints(a) for a in (self.starts, self.ends, self.axes, self.steps)), strict=True):
            dim = normalize_axis(axis, len(shape))
            if shape[dim] < 0 or step == 0:
                raise VerifyException(f"slice of {shape} along {dim} by step {step}: extent and a step other than 0 are needed")
            result[dim] = _clamped(start, end, step, shape[dim])
        return tuple(result)

    def infer_shapes(self) -> list[Shape]:
        """Of a dimension that is not known, what lies between two bounds from its end, or between one and the end itself, is."""
        shape = list(tensor_shape(self.x))
        for start, end, axis, step in zip(*(ints(a) for a in (self.starts, self.ends, self.axes, self.steps)), strict=True):
            dim = normalize_axis(axis, len(shape))
            if step == 0:
                raise VerifyException(f"slice of {tuple(shape)} along {dim} by step 0")
            if shape[dim] >= 0:
                shape[dim] = len(range(*_clamped(start, end, step, shape[dim]).indices(shape[dim])))
            elif step == 1 and start < 0 and (end < 0 or end >= _FAR):
                shape[dim] = max((end if end < 0 else 0) - start, 0)
        return [tuple(shape)]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        axes = [normalize_axis(axis, len(tensor_shape(self.x))) for axis in ints(self.axes)]
        for axis, _ in params.block_sizes:
            if axis in axes:
                params = algebra.take(params, axis, self.slices()[axis])
        return [params]


def _clamped(start: int, end: int, step: int, extent: int) -> slice:
    start, end = (i + extent if i < 0 else i for i in (start, end))
    if step > 0:
        return slice(min(max(start, 0), extent), min(max(end, 0), extent), step)
    start, end = min(max(start, 0), extent - 1), min(max(end, -1), extent - 1)
    return slice(start, None if end < 0 else end, step)


@irdl_op_definition
class PadOp(MoveOp):
    """Pad by `pads` (begin of each dimension, then end of each): mode constant (with `value`), or one of numpy's."""

    name = "nn.pad"
    pads = prop_def(DenseArrayBase)
    mode = opt_prop_def(StringAttr)
    value = opt_prop_def(FloatAttr)

    @property
    def mode_name(self) -> str:
        """constant, reflect, edge, wrap or symmetric."""
        return "constant" if self.mode is None else self.mode.data

    @property
    def fill(self) -> float:
        """What mode constant pads with, in real units."""
        return float_of(self.value, 0.0)

    @property
    def widths(self) -> list[tuple[int, int]]:
        """(before, after) for each dimension; negative crops."""
        pads = ints(self.pads)
        half = len(pads) // 2
        return list(zip(pads[:half], pads[half:], strict=True))

    def infer_shapes(self) -> list[Shape]:
        shape, widths = tensor_shape(self.x), self.widths
        if len(widths) != len(shape) or self.mode_name not in ("constant", "reflect", "edge", "wrap", "symmetric"):
            raise VerifyException(f"pad of rank {len(shape)} by {len(widths)} pairs, mode {self.mode_name}")
        result = tuple(e if e < 0 else e + before + after for e, (before, after) in zip(shape, widths, strict=True))
        if any(e >= 0 and r < 0 for e, r in zip(shape, result, strict=True)):
            raise VerifyException(f"pad crops more than there is of {shape}")
        kept = [e if e < 0 else e + min(before, 0) + min(after, 0) for e, (before, after) in zip(shape, widths, strict=True)]
        if self.mode_name != "constant" and any(k == 0 and max(w) > 0 for k, w in zip(kept, widths, strict=True)):
            raise VerifyException(f"pad of {shape} leaves nothing that mode {self.mode_name} could repeat")
        return [result]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if not params.is_per_tensor and any(self.widths[algebra.axis_of(params)]):
            raise AlgebraError("pad along the quantized axis")
        if self.mode_name == "constant":
            scales, zero_points = params.scales, params.zero_points
            codes = np.rint(self.fill / scales) + zero_points
            exact = (codes - zero_points) * scales == self.fill
            if not (exact & (codes >= params.storage.min) & (codes <= params.storage.max)).all():
                raise AlgebraError(f"the pad value {self.fill} is no code of the operand's type")
        return [params]


@irdl_op_definition
class ResizeOp(MoveOp):
    """Nearest-neighbour resize to `sizes`: result index i reads x at coordinate(i), rounded by `nearest_mode`.

    coordinate: `coordinates` of `lpt.dialects.nn.resize`. scale = `scales` (f64 bits as given by the model) or sizes / shape.
    nearest: `round_prefer_floor`, `round_prefer_ceil`, `floor`, `ceil` (ONNX Resize-19).
    """

    name = "nn.resize"
    sizes = prop_def(DenseArrayBase)
    scales = opt_prop_def(DenseArrayBase)
    coordinate_mode = prop_def(StringAttr)
    nearest_mode = prop_def(StringAttr)

    def infer_shapes(self) -> list[Shape]:
        return [resized(ints(self.sizes), tensor_shape(self.x))]

    def indices(self, shape: Sequence[int] | None = None) -> list[np.ndarray]:
        """For each dimension of x, or of an array of `shape`, which element each result index reads; size -1 keeps the extent.

        Raises VerifyException for unknown modes.
        """
        shape = tensor_shape(self.x) if shape is None else shape
        sizes = resized(ints(self.sizes), shape)
        scales = [s / e for s, e in zip(sizes, shape, strict=True)]
        if self.scales is not None:
            scales = [float(v) for v in self.scales.get_values()]
        return [
            nearest_indices(extent, size, scale, self.coordinate_mode.data, self.nearest_mode.data)
            for extent, size, scale in zip(shape, sizes, scales, strict=True)
        ]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if not params.is_per_tensor:
            axis = algebra.axis_of(params)
            params = algebra.take(params, axis, self.indices()[axis])
        return [params]


def nearest_indices(
    extent: int, size: int, scale: float, coordinate: str, rounding: str, roi: tuple[float, float] = (0.0, 1.0)
) -> np.ndarray:
    """Which element each of `size` result indices reads (ONNX Resize-19). Raises VerifyException for unknown modes."""
    if extent == size and scale == 1.0 and roi == (0.0, 1.0):
        return np.arange(size)
    x = coordinates(extent, size, scale, coordinate, roi)
    match rounding:
        case "floor":
            x = np.floor(x)
        case "ceil":
            x = np.ceil(x)
        case "round_prefer_floor":
            x = np.ceil(x - 0.5)
        case "round_prefer_ceil":
            x = np.floor(x + 0.5)
        case _:
            raise VerifyException(f"resize nearest mode {rounding!r} is not known")
    return np.asarray(np.clip(x, 0, extent - 1), np.int64)
