"""Linear resize, and the source coordinates that all resizes share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, ints
from lpt.dialects.shapes import Shape, tensor_shape


def resized(sizes: Sequence[int], shape: Sequence[int]) -> Shape:
    """The extents a resize gives; size -1 keeps one. Raises VerifyException if their number differs."""
    if len(sizes) != len(shape):
        raise VerifyException(f"resize of {tuple(shape)} to {tuple(sizes)}")
    return tuple(extent if size < 0 else size for size, extent in zip(sizes, shape, strict=True))


def coordinates(extent: int, size: int, scale: float, mode: str) -> np.ndarray:
    """Where each of `size` result indices lies in a dimension of `extent`, in f64 (ONNX Resize-19).

    `asymmetric` i / scale; `half_pixel` (i + 0.5) / scale − 0.5; `pytorch_half_pixel` the same, 0 where the size is 1;
    `align_corners` i · (extent − 1) / (size − 1). Raises VerifyException for another mode.
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
