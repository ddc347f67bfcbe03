"""Transposed convolution."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, IntegerAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.nn.base import Kind, NnOp, int_of, ints
from lpt.dialects.nn.contraction import check_sum, per_group
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, tensor_shape


@irdl_op_definition
class ConvTransposeOp(NnOp):
    """ONNX ConvTranspose: x [N, C, spatial…], w [C, M / group, kernel…], optional bias [M]; 1 to 3 spatial dimensions.

    Element x[c, i] times w[c, m, t] is added to the result at stride · i + dilation · t − pad_begin, so extents are
    stride · (extent − 1) + dilation · (kernel − 1) + 1 + output_padding − pads. On quantized operands (x per tensor, or per channel
    with equal parameters inside each group; w per tensor, or with parameters that agree over the input channels of a group and over
    the kernel: along axis 1, or by blocks of input channels) it sums (q_x − z_x)(q_w − z_w) in i32; there is no bias then.
    """

    name = "nn.conv_transpose"
    KIND: ClassVar[Kind] = Kind.ACCUMULATES
    x = operand_def()
    w = operand_def()
    bias = opt_operand_def()
    strides = prop_def(DenseArrayBase)
    pads = prop_def(DenseArrayBase)
    output_padding = prop_def(DenseArrayBase)
    dilations = prop_def(DenseArrayBase)
    group = prop_def(IntegerAttr)
    result = result_def()

    @property
    def groups(self) -> int:
        """`group`."""
        return int_of(self.group)

    @property
    def channels(self) -> int:
        """Output channels."""
        return tensor_shape(self.w)[1] * self.groups

    def infer_shapes(self) -> list[Shape]:
        x, w = tensor_shape(self.x), tensor_shape(self.w)
        rank, group = len(x) - 2, self.groups
        strides, pads, dilations, extra = (ints(a) for a in (self.strides, self.pads, self.dilations, self.output_padding))
        if len(w) != len(x) or not 1 <= rank <= 3:
            raise VerifyException(f"conv_transpose of {x} with weights {w}: 1 to 3 spatial dimensions, equal ranks")
        if (len(strides), len(dilations), len(extra), len(pads)) != (rank, rank, rank, 2 * rank):
            raise VerifyException(f"conv_transpose needs {rank} strides, dilations and output_padding, and {2 * rank} pads")
        if min((*strides, *dilations, group)) < 1 or min((*pads, *extra)) < 0:
            raise VerifyException("conv_transpose strides, dilations and group are positive, pads and output_padding not negative")
        if (x[1] >= 0 and x[1] != w[0]) or w[0] % group:
            raise VerifyException(f"conv_transpose of {x} with weights {w} in {group} groups: the channels do not fit")
        if self.bias is not None and tensor_shape(self.bias) != (self.channels,):
            raise VerifyException(f"conv_transpose bias has shape {tensor_shape(self.bias)}, expected ({self.channels},)")
        spatial = []
        for i in range(rank):
            whole = strides[i] * (x[2 + i] - 1) + dilations[i] * (w[2 + i] - 1) + 1 + extra[i] - pads[i] - pads[rank + i]
            if x[2 + i] >= 0 and whole < 1:
                raise VerifyException(f"conv_transpose crops all of spatial dimension {i}")
            spatial.append(-1 if x[2 + i] < 0 else whole)
        return [(x[0], self.channels, *spatial)]

    def weight_params(self) -> QuantParams:
        """The weights' parameters per output channel (axis 0 of [M]), or per tensor. Raises AlgebraError if they vary otherwise."""
        w, shape = self.operand_params()[1], tensor_shape(self.w)
        if w.is_per_tensor:
            return w
        scales, zero_points = (np.broadcast_to(array, shape) for array in w.expand(shape))
        groups = (self.groups, shape[0] // self.groups, shape[1], -1)
        scales, zero_points = scales.reshape(groups), zero_points.reshape(groups)
        first_scales, first_zeros = scales[:, :1, :, :1], zero_points[:, :1, :, :1]
        if (scales != first_scales).any() or (zero_points != first_zeros).any():
            raise AlgebraError("the weights' parameters vary over the input channels of a group, or over the kernel")
        return w.replace(scales=first_scales.reshape(-1), zero_points=first_zeros.reshape(-1), block_sizes=((0, 1),))

    def infer_params(self) -> list[QuantParams]:
        if self.bias is not None:
            raise AlgebraError("a quantized conv_transpose has no bias operand")
        x, w = self.operand_params()[0], self.weight_params()
        if not x.is_per_tensor:
            x = per_group(x, self.groups, self.channels)
            return [algebra.accumulator(x.scales * w.scales, axis=1)]
        return [algebra.product(x, w, axis=1)]

    @property
    def most_taps(self) -> int:
        """How many taps of the kernel reach one element of the result, at most."""
        kernel, strides, dilations = tensor_shape(self.w)[2:], ints(self.strides), ints(self.dilations)
        return math.prod(-(-k // (s // math.gcd(s, d))) for k, s, d in zip(kernel, strides, dilations, strict=True))

    def check_bound(self) -> None:
        x, w = self.operand_params()
        shape = tensor_shape(self.w)
        check_sum(shape[0] // self.groups * self.most_taps, x, w, self.w, (0, *range(2, len(shape))))
