"""Softmax, batch normalization, and normalizations by what the tensor itself holds."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, IntegerAttr, StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, float_of, int_of, ints
from lpt.dialects.shapes import Shape, normalize_axis, tensor_shape


@irdl_op_definition
class SoftmaxOp(NnOp):
    """e^(x − max) / Σ e^(x − max) along `axis` (ONNX Softmax-13; default -1). Quantized: on dcast(q), rounded once.

    `masked` (default 0): a row of −∞ alone gives zeros instead of NaN (ONNX Attention-23: a query that attends to no key).
    """

    name = "nn.softmax"
    x = operand_def()
    axis = opt_prop_def(IntegerAttr)
    masked = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis, -1), len(tensor_shape(self.x)))

    @property
    def guards(self) -> bool:
        """`masked`."""
        return bool(int_of(self.masked))


@irdl_op_definition
class BatchNormalizationOp(NnOp):
    """ONNX BatchNormalization in inference: (x − mean) / √(var + epsilon) · scale + bias, per channel (dimension 1)."""

    name = "nn.batch_normalization"
    x = operand_def()
    scale = operand_def()
    bias = operand_def()
    mean = operand_def()
    var = operand_def()
    epsilon = opt_prop_def(FloatAttr)
    result = result_def()

    @property
    def eps(self) -> float:
        """epsilon; ONNX's default is 1e-5."""
        return float_of(self.epsilon, 1e-5)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        for operand in self.operands[1:]:
            if len(shape) < 2 or tensor_shape(operand) != (shape[1],):
                raise VerifyException(f"batch_normalization of {shape} with parameters of shape {tensor_shape(operand)}")
        return [shape]


class NormalizeOp(NnOp, ABC):
    """Over `axes` together, which may count from the end. Quantized: on dcast(q), rounded once."""

    EPS_MODES: ClassVar[tuple[str, str]]

    x = operand_def()
    axes = prop_def(DenseArrayBase)
    eps = prop_def(FloatAttr)
    eps_mode = prop_def(StringAttr)
    result = result_def()

    @property
    def reduced(self) -> tuple[int, ...]:
        """The axes, sorted, counted from the front."""
        rank = len(tensor_shape(self.x))
        return tuple(sorted({normalize_axis(axis, rank) for axis in ints(self.axes)}))

    @property
    def epsilon(self) -> float:
        """eps."""
        return float_of(self.eps, 0.0)

    def verify_(self) -> None:
        super().verify_()
        self.reduced  # noqa: B018 — raises for an axis that does not exist
        if self.eps_mode.data not in self.EPS_MODES:
            raise VerifyException(f"{self.name}: eps_mode is one of {', '.join(self.EPS_MODES)}, got {self.eps_mode.data!r}")
        if not self.epsilon >= 0:
            raise VerifyException(f"{self.name}: eps is not negative, got {self.epsilon}")


@irdl_op_definition
class MvnOp(NormalizeOp):
    """d = x − mean(x); with `normalize_variance` (default 1) d / √(mean(d²) + eps), or d / (√mean(d²) + eps).

    `eps_mode` is "inside_sqrt" or "outside_sqrt" (OpenVINO MVN-6; ONNX MeanVarianceNormalization-13 is outside with 1e-9).
    """

    name = "nn.mvn"
    EPS_MODES: ClassVar[tuple[str, str]] = ("inside_sqrt", "outside_sqrt")
    normalize_variance = opt_prop_def(IntegerAttr)

    @property
    def divides(self) -> bool:
        """`normalize_variance`."""
        return bool(int_of(self.normalize_variance, 1))


@irdl_op_definition
class NormalizeL2Op(NormalizeOp):
    """x / √(Σx² + eps) where `eps_mode` is "add", x / √max(Σx², eps) where it is "max" (OpenVINO NormalizeL2-1)."""

    name = "nn.normalize_l2"
    EPS_MODES: ClassVar[tuple[str, str]] = ("add", "max")
