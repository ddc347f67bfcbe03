"""Softmax and batch normalization."""

from __future__ import annotations

from xdsl.dialects.builtin import FloatAttr, IntegerAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, float_of, int_of
from lpt.dialects.shapes import Shape, normalize_axis, tensor_shape


@irdl_op_definition
class SoftmaxOp(NnOp):
    """e^(x − max) / Σ e^(x − max) along `axis` (ONNX Softmax-13; default -1). Quantized: on dcast(q), rounded once."""

    name = "nn.softmax"
    x = operand_def()
    axis = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis, -1), len(tensor_shape(self.x)))


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
