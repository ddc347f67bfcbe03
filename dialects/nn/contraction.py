"""Convolution and matrix products: they accumulate in i32 on quantized operands."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, IntegerAttr
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import ACCUMULATOR_LIMIT, AlgebraError
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn.base import Kind, NnOp, float_of, int_of, ints
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, broadcast, product, tensor_shape, window


def check_sum(terms: int, x: QuantParams, w: QuantParams, weight: SSAValue, reduce_axes: tuple[int, ...]) -> None:
    """Raise AlgebraError unless `terms` products fit i32: by the types' ranges, else by the constant weights' own sums."""
    if terms < 0:
        raise AlgebraError("the number of products is not known")
    if terms * algebra.magnitude(x) * algebra.magnitude(w) < ACCUMULATOR_LIMIT:
        return
    if not isinstance(owner := weight.owner, ConstantOp):
        raise AlgebraError(f"a sum of {terms} products may leave i32")
    sums = algebra.distances(owner.array, w).sum(axis=reduce_axes, dtype=np.int64)
    if int(sums.max()) * algebra.magnitude(x) >= ACCUMULATOR_LIMIT:
        raise AlgebraError(f"a sum of {terms} products may leave i32, even with these weights")


@irdl_op_definition
class ConvOp(NnOp):
    """ONNX Conv: x [N, C, spatial…], w [M, C / group, kernel…], optional bias [M]; 1 to 3 spatial dimensions.

    `pads` are begin… then end…, as ONNX has them. On quantized operands (x per tensor, or per channel with equal parameters inside
    each group; w per tensor or per output channel) it sums (q_x − z_x)(q_w − z_w) in i32; there is no bias then.
    """

    name = "nn.conv"
    KIND: ClassVar[Kind] = Kind.ACCUMULATES
    x = operand_def()
    w = operand_def()
    bias = opt_operand_def()
    strides = prop_def(DenseArrayBase)
    pads = prop_def(DenseArrayBase)
    dilations = prop_def(DenseArrayBase)
    group = prop_def(IntegerAttr)
    result = result_def()

    @property
    def is_depthwise(self) -> bool:
        """Each group has one input channel."""
        return tensor_shape(self.w)[1] == 1 and int_of(self.group) > 1

    def infer_shapes(self) -> list[Shape]:
        x, w = tensor_shape(self.x), tensor_shape(self.w)
        rank, group = len(x) - 2, int_of(self.group)
        strides, pads, dilations = ints(self.strides), ints(self.pads), ints(self.dilations)
        if len(w) != len(x) or not 1 <= rank <= 3:
            raise VerifyException(f"conv of {x} with weights {w}: 1 to 3 spatial dimensions, equal ranks")
        if (len(strides), len(dilations), len(pads)) != (rank, rank, 2 * rank):
            raise VerifyException(f"conv needs {rank} strides and dilations and {2 * rank} pads")
        if min((*strides, *dilations, group)) < 1 or min(pads) < 0:
            raise VerifyException("conv strides, dilations and group are positive, pads not negative")
        if (x[1] >= 0 and x[1] != w[1] * group) or w[0] % group:
            raise VerifyException(f"conv of {x} with weights {w} in {group} groups: the channels do not fit")
        if self.bias is not None and tensor_shape(self.bias) != (w[0],):
            raise VerifyException(f"conv bias has shape {tensor_shape(self.bias)}, expected ({w[0]},)")
        spatial = (window(x[2 + i], w[2 + i], strides[i], dilations[i], (pads[i], pads[rank + i])) for i in range(rank))
        return [(x[0], w[0], *spatial)]

    def infer_params(self) -> list[QuantParams]:
        if self.bias is not None:
            raise AlgebraError("a quantized conv has no bias operand")
        x, w = self.operand_params()
        if w.axis not in (None, 0):
            raise AlgebraError(f"weights are quantized along axis {w.axis}, not along the output channels")
        algebra.require_no_blocks(w, "the weights")
        channels = tensor_shape(self.w)[0]
        if not x.is_per_tensor:
            x = per_group(x, int_of(self.group), channels)
            return [algebra.accumulator(x.scales * w.scales, axis=1)]
        return [algebra.product(x, w, axis=1)]

    def check_bound(self) -> None:
        x, w = self.operand_params()
        shape = tensor_shape(self.w)
        check_sum(product(shape[1:]), x, w, self.w, tuple(range(1, len(shape))))


def per_group(x: QuantParams, group: int, channels: int) -> QuantParams:
    """Per-channel input parameters, equal inside each group, as one per output channel."""
    if x.axis != 1:
        raise AlgebraError("activations must be quantized per tensor or per channel")
    per_group = x.scales.reshape(group, -1)
    zero_points = x.zero_points.reshape(group, -1)
    if (per_group != per_group[:, :1]).any() or (zero_points != zero_points[:, :1]).any():
        raise AlgebraError("activations are quantized per channel, with different parameters inside one group")
    return x.replace(
        scales=np.repeat(per_group[:, 0], channels // group),
        zero_points=np.repeat(zero_points[:, 0], channels // group),
    )


@irdl_op_definition
class MatMulOp(NnOp):
    """ONNX MatMul (numpy's matmul): a […, M, K] · b […, K, N].

    On quantized operands (a per tensor or per row, b per tensor or per column) it sums in i32.
    """

    name = "nn.matmul"
    KIND: ClassVar[Kind] = Kind.ACCUMULATES
    a = operand_def()
    b = operand_def()
    result = result_def()

    def infer_shapes(self) -> list[Shape]:
        a, b = tensor_shape(self.a), tensor_shape(self.b)
        if not a or not b:
            raise VerifyException("matmul needs operands of rank 1 or more")
        left, right = (1, *a) if len(a) == 1 else a, (*b, 1) if len(b) == 1 else b
        if left[-1] != right[-2] and -1 not in (left[-1], right[-2]):
            raise VerifyException(f"matmul of {a} with {b}: inner dimensions differ")
        shape = broadcast(left[:-2], right[:-2])
        return [shape + (() if len(a) == 1 else (left[-2],)) + (() if len(b) == 1 else (right[-1],))]

    def infer_params(self) -> list[QuantParams]:
        a, b = self.operand_params()
        rank_a, rank_b = len(tensor_shape(self.a)), len(tensor_shape(self.b))
        rank = len(self.infer_shapes()[0])
        if a.axis is not None and (rank_a < 2 or a.axis != rank_a - 2):
            raise AlgebraError("the left operand is quantized along another axis than its rows")
        if b.axis is not None and (rank_b < 2 or b.axis != rank_b - 1):
            raise AlgebraError("the right operand is quantized along another axis than its columns")
        return [algebra.product(a, b, axis=rank - 1 if b.axis is not None else rank - 2)]

    def check_bound(self) -> None:
        a, b = self.operand_params()
        shape = tensor_shape(self.b)
        axis = max(len(shape) - 2, 0)
        check_sum(tensor_shape(self.a)[-1] if shape[axis] < 0 else shape[axis], a, b, self.b, (axis,))


@irdl_op_definition
class GemmOp(NnOp):
    """ONNX Gemm: alpha · a' · b' + beta · c, a' and b' transposed where asked. Prepared into matmul before quantized use."""

    name = "nn.gemm"
    a = operand_def()
    b = operand_def()
    c = opt_operand_def()
    alpha = opt_prop_def(FloatAttr)
    beta = opt_prop_def(FloatAttr)
    trans_a = opt_prop_def(IntegerAttr)
    trans_b = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def factors(self) -> tuple[float, float]:
        """alpha and beta."""
        return float_of(self.alpha, 1.0), float_of(self.beta, 1.0)

    @property
    def transposed(self) -> tuple[bool, bool]:
        """Whether a and b are."""
        return bool(int_of(self.trans_a)), bool(int_of(self.trans_b))

    def infer_shapes(self) -> list[Shape]:
        a, b = tensor_shape(self.a), tensor_shape(self.b)
        if len(a) != 2 or len(b) != 2:
            raise VerifyException(f"gemm needs matrices, got {a} and {b}")
        trans_a, trans_b = self.transposed
        a, b = a[::-1] if trans_a else a, b[::-1] if trans_b else b
        if a[1] != b[0] and -1 not in (a[1], b[0]):
            raise VerifyException(f"gemm of {a} with {b}: inner dimensions differ")
        shape = (a[0], b[1])
        if self.c is not None and len(broadcast(shape, tensor_shape(self.c))) != 2:
            raise VerifyException(f"gemm's c of shape {tensor_shape(self.c)} does not broadcast to {shape}")
        return [shape]
