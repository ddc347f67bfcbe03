"""Weight-only products: a matmul of float activations with constant codes that a dcast turns into floats.

    %w = lpt.constant … : tensor<KxNx!quant.uniform<u4:f32:{0:32, 1:1}, …>>
    %f = quant.dcast %w
    %y = nn.matmul %x, %f

They stay in this form down to their kernel, which reads the codes packed and dequantizes them in registers.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Operation, SSAValue

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn.contraction import MatMulOp
from lpt.dialects.quant import DequantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape

RUN = 8
"""Rows of a matrix of codes that share a scale are a multiple of this, or all: what 32 bits hold has one scale."""


@dataclass(frozen=True)
class PackedWeights:
    """The matrix [K, N] of a weight-only product: `run` rows in a row share their columns' scales, the last run may be shorter."""

    cast: DequantizeCastOp
    constant: ConstantOp
    params: QuantParams
    run: int

    @property
    def bits(self) -> int:
        """4 or 8: what holds a code."""
        return _bits(self.params)

    @property
    def type_name(self) -> str:
        """`u4`, `s4`, `u8` or `s8`."""
        return f"{'s' if self.params.storage.min else 'u'}{self.bits}"


def packed_weights(op: Operation) -> PackedWeights | None:
    """The weights of a weight-only product; None for another operation.

    8-bit weights with one scale for all of a column are none: their floats are folded, as for any product that stays in floats.
    """
    if not isinstance(op, MatMulOp) or not isinstance(cast := op.b.owner, DequantizeCastOp):
        return None
    constant, params, shape = cast.input.owner, params_of(cast.input), tensor_shape(op.b)
    if not isinstance(constant, ConstantOp) or params is None or len(shape) != 2 or 0 in shape or not _is_f32(op.a):
        return None
    if params.storage.width > 8 or (params.storage.width > 4 and len(params.scales.shape) != 2 and _bits(params) > 4):
        return None
    rows = dict(params.block_sizes).get(0, shape[0])
    run = min(rows, shape[0])
    return None if run % RUN and run < shape[0] else PackedWeights(cast, constant, params, run)


def _bits(params: QuantParams) -> int:
    return 4 if params.storage.max - params.storage.min < 16 else 8


def _is_f32(value: SSAValue) -> bool:
    return isinstance(value.type, TensorType) and value.type.element_type == Float32Type()
