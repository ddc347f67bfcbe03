"""Store every activation of up to 8 bits as u8, every weight as i8: what the dot-product instructions take.

    %q = quant.qcast %x : … to tensor<…x!quant.uniform<i8:f32, 0.02:-3>>
    %y = nn.conv %q, %w : (…, tensor<…x!quant.uniform<u8:f32, 0.1:128>>) -> …
becomes
    %q = quant.qcast %x : … to tensor<…x!quant.uniform<u8:f32, 0.02:125>>
    %y = nn.conv %q, %w : (…, tensor<…x!quant.uniform<i8:f32, 0.1>>) -> …

Codes and zero points move by 128 together, so q − zp stays. Where a model's own integers enter or leave, an exact requantize
converts. Exactness: exact. ONNX Runtime's QDQS8ToU8 does this per edge and only for single consumers; OpenVINO adds zero point 128
at convolutions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, Operation, SSAValue, Use
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.blob import BlobAttr
from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp, LookupOp, RequantizeOp
from lpt.dialects.nn import ConvOp, MatMulOp, RecurrentOp
from lpt.dialects.quant import StorageCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.lower.matrix_factors import is_packed_early
from lpt.passes.pipeline import Exactness, LptPass


def shifted(params: QuantParams, signed: bool) -> QuantParams:
    """The same scales over 8-bit storage of the wanted sign: codes and zero points move by 128 where the sign changes."""
    storage = params.storage
    move = 0 if storage.signed == signed else (-128 if signed else 128)
    new = Storage.of(signed, 8, storage.min + move, storage.max + move)
    return params.replace(storage=new, zero_points=params.zero_points + move)


def _wanted(value: SSAValue) -> QuantParams | None:
    """The parameters this value should have, if it is of up to 8 bits and has others now."""
    params = params_of(value)
    if params is None or params.storage.width > 8:
        return None
    new = shifted(params, _is_weight(value))
    return None if new == params else new


def _is_weight(value: SSAValue) -> bool:
    return isinstance(value.owner, ConstantOp) and all(_reads_weights(use) for use in value.uses)


def _reads_weights(use: Use) -> bool:
    op = use.operation
    return use.index == 1 and (isinstance(op, ConvOp | RecurrentOp) or (isinstance(op, MatMulOp) and is_packed_early(op)))


def _is_boundary(op: Operation | Block) -> bool:
    """Where a value keeps the type the model gave it."""
    return isinstance(op, Block | StorageCastOp | ReturnOp)


def _retype(value: SSAValue, params: QuantParams) -> SSAValue:
    old = params_of(value)
    assert old is not None
    move = params.storage.min - old.storage.min
    owner = value.owner
    if isinstance(owner, ConstantOp):
        codes = owner.array.astype(np.int16) + move
        owner.properties["value"] = BlobAttr.of(codes.astype(params.storage.dtype))
    if isinstance(owner, LookupOp):
        table = owner.table.array.astype(np.int16) + move
        owner.properties["table"] = BlobAttr.of(table.astype(params.storage.dtype))
    return Rewriter.replace_value_with_new_type(value, quantized_tensor(params, tensor_shape(value)))


def _enter(value: SSAValue, params: QuantParams) -> None:
    """A value that arrives in the model's own type: convert it behind its definition."""
    convert = RequantizeOp(value, None, quantized_tensor(params, tensor_shape(value)))
    owner = value.owner
    point = InsertPoint.at_start(owner) if isinstance(owner, Block) else InsertPoint.after(owner)
    Rewriter.insert_op(convert, point)
    value.replace_uses_with_if(convert.result, lambda use: use.operation is not convert and not _is_boundary(use.operation))


def _leave(value: SSAValue, params: QuantParams) -> None:
    """Retype a value, and convert it back where it leaves in the model's own type."""
    original = value.type
    new = _retype(value, params)
    for use in [use for use in new.uses if _is_boundary(use.operation)]:
        back = RequantizeOp(new, None, original)
        Rewriter.insert_op(back, InsertPoint.before(use.operation))
        use.operation.operands[use.index] = back.result


def _split_weights(block: Block) -> None:
    """A constant that is a weight here and an activation there becomes two."""
    for op in [op for op in block.ops if isinstance(op, ConstantOp)]:
        uses = list(op.result.uses)
        weights = [use for use in uses if _reads_weights(use)]
        if weights and len(weights) < len(uses):
            copy = op.clone()
            Rewriter.insert_op(copy, InsertPoint.after(op))
            for use in weights:
                use.operation.operands[use.index] = copy.result


def lower_unsigned(block: Block) -> None:
    """Rewrite all values of a function's block."""
    _split_weights(block)
    for argument in block.args:
        if (params := _wanted(argument)) is not None:
            _enter(argument, params)
    for op in list(block.ops):
        for result in op.results:
            params = _wanted(result)
            if params is None:
                continue
            if _is_boundary(op):
                _enter(result, params)
            elif not (isinstance(op, RequantizeOp) and any(_is_boundary(u.operation) for u in result.uses)):
                _leave(result, params)
    for op in list(block.ops):
        if isinstance(op, RequantizeOp) and op.bias is None and op.result.type == op.input.type:
            Rewriter.replace_op(op, [], [op.input])


@dataclass(frozen=True)
class LowerUnsigned(LptPass):
    """Activations of up to 8 bits as u8, weights as i8."""

    name = "lpt-lower-unsigned"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("no-kernels",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        lower_unsigned(main_function(op).body.block)
