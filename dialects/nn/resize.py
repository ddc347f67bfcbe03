"""Resizes that interpolate, and the source coordinates that all resizes share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, IntegerAttr, StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, float_of, int_of, ints
from lpt.dialects.shapes import Shape, normalize_axis, tensor_shape


def resized(sizes: Sequence[int], shape: Sequence[int]) -> Shape:
    """The extents a resize gives; size -1 keeps one. Raises VerifyException if their number differs."""
    if len(sizes) != len(shape):
        raise VerifyException(f"resize of {tuple(shape)} to {tuple(sizes)}")
    return tuple(extent if size < 0 else size for size, extent in zip(sizes, shape, strict=True))


def coordinates(extent: int, size: int, scale: float, mode: str, roi: tuple[float, float] = (0.0, 1.0)) -> np.ndarray:
    """Where each of `size` result indices lies in a dimension of `extent`, in f64 (ONNX Resize-19).

    `asymmetric` i / scale; `half_pixel` (i + 0.5) / scale − 0.5; `pytorch_half_pixel` the same, 0 where the size is 1;
    `align_corners` i · (extent − 1) / (size − 1); `half_pixel_symmetric` half_pixel around the middle of the extent · scale that
    a result of size elements leaves; `tf_crop_and_resize` align_corners within the part `roi` of the dimension, of a result of one
    element its middle. Raises VerifyException for another mode.
    """
    i = np.arange(size, dtype=np.float64)
    match mode:
        case "asymmetric":
            return i / scale
        case "half_pixel":
            return (i + 0.5) / scale - 0.5
        case "pytorch_half_pixel":
            return (i + 0.5) / scale - 0.5 if size > 1 else i * 0.0
        case "align_corners":
            return i * (extent - 1) / (size - 1) if size > 1 else i * 0.0
        case "half_pixel_symmetric":
            return (i + 0.5) / scale - 0.5 + extent / 2 * (1 - size / (scale * extent))
        case "tf_crop_and_resize":
            begin, end = (bound * (extent - 1) for bound in roi)
            return begin + i * (end - begin) / (size - 1) if size > 1 else i + (begin + end) / 2
        case _:
            raise VerifyException(f"resize coordinate mode {mode!r} is not known")


@irdl_op_definition
class ResizeLinearOp(NnOp):
    """Linear resize to `sizes` (-1 keeps an extent), dimension by dimension from the last to the first.

    A result index at coordinate c (`coordinates`, kept to [0, extent − 1]) is x[⌊c⌋] · (1 − f) + x[⌊c⌋ + 1] · f with f = c − ⌊c⌋,
    weights computed in f64 and rounded to f32 (ONNX Resize-19 "linear", OpenVINO Interpolate "linear_onnx"). `scales`, one per
    dimension, are those given by the model; absent: sizes / shape. Quantized: on dcast(q), rounded once.
    """

    name = "nn.resize_linear"
    x = operand_def()
    sizes = prop_def(DenseArrayBase)
    scales = opt_prop_def(DenseArrayBase)
    coordinate_mode = prop_def(StringAttr)
    result = result_def()

    def infer_shapes(self) -> list[Shape]:
        return [resized(ints(self.sizes), tensor_shape(self.x))]

    def resampled(self, shape: Sequence[int] | None = None) -> list[int]:
        """The dimensions that are interpolated, of x or of an array of `shape`."""
        shape = tensor_shape(self.x) if shape is None else shape
        given = None if self.scales is None else [float(v) for v in self.scales.get_values()]
        sizes = resized(ints(self.sizes), shape)
        return [d for d, extent in enumerate(shape) if sizes[d] != extent or (given is not None and given[d] != 1.0)]

    def taps(self, dim: int, extent: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(i, j, w_i, w_j) of a dimension: each result index is x[i] · w_i + x[j] · w_j, weights as f32.

        Raises VerifyException for an unknown coordinate mode.
        """
        extent = tensor_shape(self.x)[dim] if extent is None else extent
        size = ints(self.sizes)[dim]
        size = extent if size < 0 else size
        scale = size / extent if self.scales is None else float(self.scales.get_values()[dim])
        at = np.clip(coordinates(extent, size, scale, self.coordinate_mode.data), 0, extent - 1)
        low = np.floor(at).astype(np.int64)
        part = at - low
        return low, np.minimum(low + 1, extent - 1), (1.0 - part).astype(np.float32), part.astype(np.float32)

    def verify_(self) -> None:
        super().verify_()
        coordinates(1, 1, 1.0, self.coordinate_mode.data)


def linear_weights(offsets: np.ndarray) -> np.ndarray:
    """1 − |offset|, from 1 on 0."""
    return np.asarray(np.clip(1 - np.abs(offsets), 0, 1))


def cubic_weights(offsets: np.ndarray, a: float) -> np.ndarray:
    """Keys' cubic convolution ("Cubic convolution interpolation for digital image processing", 1981): 0 from distance 2 on."""
    x = np.abs(offsets)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.asarray(np.where(x <= 1, near, np.where(x < 2, far, 0.0)))


_MOST_SHRINKING = 64
"""How much narrower an antialiased result may be: a kernel of four taps then has 256."""


@irdl_op_definition
class ResampleOp(NnOp):
    """Dimension `axis` resized to `size` by a kernel of several taps: y[i] = Σ x[index] · weight, added from left to right.

    The taps of index i are the elements around its coordinate (`coordinates`; `scale`, and `roi` where the mode takes one), those
    outside being the nearest inside; `mode` linear has 2, cubic 4, with `coefficient` a. With `antialias` = 1 a shrinking kernel is
    wider by 1 / scale, and its weights add up to 1. With `exclude_outside` = 1 taps outside have no weight, the others add up to 1.
    Weights are computed in f64 and rounded to f32 (ONNX Resize-19). Quantized: on dcast(q), rounded once.
    """

    name = "nn.resample"
    x = operand_def()
    axis = prop_def(IntegerAttr)
    size = prop_def(IntegerAttr)
    scale = prop_def(FloatAttr)
    mode = prop_def(StringAttr)
    coordinate_mode = prop_def(StringAttr)
    coefficient = opt_prop_def(FloatAttr)
    antialias = opt_prop_def(IntegerAttr)
    exclude_outside = opt_prop_def(IntegerAttr)
    roi = opt_prop_def(DenseArrayBase)
    result = result_def()

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis), len(tensor_shape(self.x)))

    def infer_shapes(self) -> list[Shape]:
        shape, dim = tensor_shape(self.x), self.dim
        if shape[dim] < 1 or int_of(self.size) < 0:
            raise VerifyException(f"{self.name} of {shape} to {int_of(self.size)} elements along {dim}")
        if int_of(self.antialias) and float_of(self.scale, 1.0) * _MOST_SHRINKING < 1:
            raise VerifyException(f"{self.name} to 1 / {_MOST_SHRINKING} of the extent at least, got {float_of(self.scale, 1.0)}")
        return [(*shape[:dim], int_of(self.size), *shape[dim + 1 :])]

    def taps(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices (i64) and weights (f32) [size, taps]."""
        extent, scale = tensor_shape(self.x)[self.dim], float_of(self.scale, 1.0)
        at = self._coordinates(extent)
        stretch = min(scale, 1.0) if int_of(self.antialias) else 1.0
        reach = 1 if self.mode.data == "linear" else 2
        first = int(np.floor(-reach / stretch)) + 1
        places = np.floor(at).astype(np.int64)[:, None] + np.arange(first, 2 - first)
        offsets = (places - at[:, None]) * stretch
        weights = linear_weights(offsets) if reach == 1 else cubic_weights(offsets, float_of(self.coefficient, -0.75))
        if int_of(self.exclude_outside):
            weights = np.where((places >= 0) & (places < extent), weights, 0.0)
        if int_of(self.exclude_outside) or stretch < 1:
            weights = weights / weights.sum(axis=1, keepdims=True)
        return np.clip(places, 0, extent - 1), weights.astype(np.float32)

    def _coordinates(self, extent: int) -> np.ndarray:
        bounds = (0.0, 1.0) if self.roi is None else (float(self.roi.get_values()[0]), float(self.roi.get_values()[1]))
        return coordinates(extent, int_of(self.size), float_of(self.scale, 1.0), self.coordinate_mode.data, bounds)

    def verify_(self) -> None:
        super().verify_()
        self._coordinates(1)
        if self.mode.data not in ("linear", "cubic") or not float_of(self.scale, 1.0) > 0:
            raise VerifyException(f"{self.name} is linear or cubic, by a positive scale")
        if self.roi is not None and len(self.roi.get_values()) != 2:
            raise VerifyException(f"{self.name}: the part of a dimension is two numbers")
