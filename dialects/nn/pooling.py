"""Pooling and reductions."""

from __future__ import annotations

import math
from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import DenseArrayBase, IntegerAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import ACCUMULATOR_LIMIT, AlgebraError
from lpt.dialects.nn.base import AccumulatesIntoI32, Kind, NnOp, int_of, ints
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, normalize_axis, tensor_shape, window


class WindowOp(NnOp, ABC):
    """A sliding window over the spatial dimensions of x [N, C, spatial…]; `pads` begin… then end…."""

    x = operand_def()
    kernel_shape = prop_def(DenseArrayBase)
    strides = prop_def(DenseArrayBase)
    pads = prop_def(DenseArrayBase)
    dilations = prop_def(DenseArrayBase)
    ceil_mode = opt_prop_def(IntegerAttr)
    result = result_def()

    def infer_shapes(self) -> list[Shape]:
        x = tensor_shape(self.x)
        rank = len(x) - 2
        kernel, strides, pads, dilations = (ints(a) for a in (self.kernel_shape, self.strides, self.pads, self.dilations))
        if not 1 <= rank <= 3 or (len(kernel), len(strides), len(dilations), len(pads)) != (rank, rank, rank, 2 * rank):
            raise VerifyException(f"{self.name} on {x} needs {rank} kernel extents, strides and dilations and {2 * rank} pads")
        if min((*kernel, *strides, *dilations)) < 1 or min(pads) < 0:
            raise VerifyException(f"{self.name}: kernel, strides and dilations are positive, pads not negative")
        ceil = bool(int_of(self.ceil_mode))
        spatial = (window(x[2 + i], kernel[i], strides[i], dilations[i], (pads[i], pads[rank + i]), ceil) for i in range(rank))
        return [(x[0], x[1], *spatial)]


@irdl_op_definition
class MaxPoolOp(WindowOp):
    """ONNX MaxPool: the greatest element of each window; pads never win. Quantized: of the codes."""

    name = "nn.max_pool"
    KIND: ClassVar[Kind] = Kind.MOVES

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()
        if params[0].axis not in (None, 1):
            raise AlgebraError("max_pool of a tensor quantized along a spatial axis")
        return params


def _scaled_sum(x: QuantParams, count: int, axis: int | None) -> QuantParams:
    """The accumulator of a sum of `count` values that stands for their mean (count as divisor) or sum (1)."""
    return algebra.accumulator(x.scales / count, axis=axis)


def _check_count(x: QuantParams, count: int) -> None:
    if count * algebra.magnitude(x) >= ACCUMULATOR_LIMIT:
        raise AlgebraError(f"a sum of {count} values may leave i32")


@irdl_op_definition
class AveragePoolOp(WindowOp, AccumulatesIntoI32):
    """ONNX AveragePool. Without count_include_pad the divisor is the number of elements inside the input.

    Quantized into i32 it accumulates where the divisor is the same for every window.
    """

    name = "nn.average_pool"
    count_include_pad = opt_prop_def(IntegerAttr)

    def constant_count(self) -> int | None:
        """The divisor if all windows share it, else None."""
        shape, (result,) = tensor_shape(self.x)[2:], self.infer_shapes()
        kernel, strides, pads = ints(self.kernel_shape), ints(self.strides), ints(self.pads)
        dilations = ints(self.dilations)
        rank, include = len(kernel), bool(int_of(self.count_include_pad))
        if -1 in shape and any(pads):
            return None
        for i in range(rank):
            reach = (result[2 + i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1 - pads[i]
            inside = shape[i] + (pads[rank + i] if include else 0)
            if (shape[i] >= 0 and reach > inside) or (pads[i] and not include):
                return None
        return math.prod(kernel)

    def infer_params(self) -> list[QuantParams]:
        (x,) = self.operand_params()
        count = self.constant_count()
        if count is None:
            raise AlgebraError("the windows at the border have fewer elements than the others")
        if x.axis not in (None, 1):
            raise AlgebraError("average_pool of a tensor quantized along a spatial axis")
        return [_scaled_sum(x, count, x.axis)]

    def check_bound(self) -> None:
        _check_count(self.operand_params()[0], math.prod(ints(self.kernel_shape)))


class _GlobalOp(NnOp, ABC):
    """Over all spatial dimensions of x [N, C, spatial…]; the result keeps them at extent 1."""

    x = operand_def()
    result = result_def()

    def infer_shapes(self) -> list[Shape]:
        x = tensor_shape(self.x)
        if len(x) < 3:
            raise VerifyException(f"{self.name} needs spatial dimensions, got {x}")
        return [(*x[:2], *(1,) * (len(x) - 2))]


@irdl_op_definition
class GlobalAveragePoolOp(_GlobalOp, AccumulatesIntoI32):
    """The mean over all spatial dimensions. Quantized into i32 it accumulates Σ(q − z) at scale s / count."""

    name = "nn.global_average_pool"

    @property
    def count(self) -> int:
        """Elements per result, where the spatial extents are known."""
        return math.prod(tensor_shape(self.x)[2:])

    def infer_params(self) -> list[QuantParams]:
        (x,) = self.operand_params()
        if -1 in tensor_shape(self.x)[2:] or x.axis not in (None, 1):
            raise AlgebraError("global_average_pool needs known spatial extents, quantized per tensor or channel")
        return [_scaled_sum(x, self.count, x.axis)]

    def check_bound(self) -> None:
        _check_count(self.operand_params()[0], self.count)


@irdl_op_definition
class GlobalMaxPoolOp(_GlobalOp):
    """The maximum over all spatial dimensions."""

    name = "nn.global_max_pool"
    KIND: ClassVar[Kind] = Kind.MOVES

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()
        if params[0].axis not in (None, 1):
            raise AlgebraError("global_max_pool of a tensor quantized along a spatial axis")
        return params


class ReducingOp(NnOp, ABC):
    """Over `axes` (none: all); `keepdims` (default 1) keeps them at extent 1."""

    x = operand_def()
    axes = opt_prop_def(DenseArrayBase)
    keepdims = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def reduced(self) -> tuple[int, ...]:
        """The reduced axes, sorted, counted from the front."""
        rank = len(tensor_shape(self.x))
        if self.axes is None:
            return tuple(range(rank))
        return tuple(sorted({normalize_axis(axis, rank) for axis in ints(self.axes)}))

    @property
    def keeps(self) -> bool:
        """`keepdims`."""
        return bool(int_of(self.keepdims, 1))

    @property
    def count(self) -> int:
        """Elements per result, -1 if not known."""
        extents = [tensor_shape(self.x)[axis] for axis in self.reduced]
        return -1 if -1 in extents else math.prod(extents)

    def infer_shapes(self) -> list[Shape]:
        reduced, shape = self.reduced, tensor_shape(self.x)
        if self.keeps:
            return [tuple(1 if i in reduced else extent for i, extent in enumerate(shape))]
        return [tuple(extent for i, extent in enumerate(shape) if i not in reduced)]

    def kept_axis(self, axis: int | None) -> int | None:
        """Where an axis that is not reduced lies in the result."""
        return axis if axis is None or self.keeps else axis - sum(other < axis for other in self.reduced)


class ReduceOp(AccumulatesIntoI32, ReducingOp, ABC):
    """A sum or mean. Quantized into i32 it accumulates Σ(q − z) at scale s / divisor."""

    def divisor(self) -> int:
        """What the sum is divided by."""
        return self.count

    def infer_params(self) -> list[QuantParams]:
        (x,) = self.operand_params()
        algebra.require_no_blocks(x, "the operand")
        if self.count < 0 or x.axis in self.reduced:
            raise AlgebraError("a reduction needs known extents, and none of them along the quantized axis")
        return [_scaled_sum(x, self.divisor(), self.kept_axis(x.axis))]

    def check_bound(self) -> None:
        _check_count(self.operand_params()[0], self.count)


@irdl_op_definition
class ReduceMeanOp(ReduceOp):
    """The mean over `axes`."""

    name = "nn.reduce_mean"


@irdl_op_definition
class ReduceSumOp(ReduceOp):
    """The sum over `axes`."""

    name = "nn.reduce_sum"

    def divisor(self) -> int:
        return 1


class ExtremeOp(ReducingOp, ABC):
    """The greatest or the least element over `axes`. Quantized: of the codes, since all that are compared have one scale."""

    KIND: ClassVar[Kind] = Kind.MOVES

    def infer_params(self) -> list[QuantParams]:
        (x,) = self.operand_params()
        algebra.require_no_blocks(x, "the operand")
        if x.axis in self.reduced:
            raise AlgebraError(f"{self.name} along the quantized axis {x.axis}")
        return [x if x.is_per_tensor else algebra.move_axis(x, self.kept_axis(x.axis))]


@irdl_op_definition
class ReduceMaxOp(ExtremeOp):
    """The maximum over `axes`; of no elements −∞ or the lowest integer. A NaN never wins, as in max_pool (ONNX leaves it open)."""

    name = "nn.reduce_max"


@irdl_op_definition
class ReduceMinOp(ExtremeOp):
    """The minimum over `axes`; of no elements +∞ or the greatest integer. A NaN never wins."""

    name = "nn.reduce_min"
