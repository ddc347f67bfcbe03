"""An elementwise function of one 8-bit value is a table of 256 entries.

    %h = lpt.lookup %q : (tensor<…x!quant.uniform<u8:f32, 0.05:128>>) -> tensor<…x!quant.uniform<u8:f32, 0.004>>
    %p = nn.mul %q, %h
    %y = lpt.requantize %p : (…) -> tensor<…x!quant.uniform<u8:f32, 0.03>>
becomes
    %y = lpt.lookup %q {table = #lpt.blob<…>} : (…) -> …

so that a GELU written as five quantized operations costs what a sigmoid does. The table is made by the interpreter from the
operations' own meanings. Chains of requantizations and clamps alone are no tables: a multiplication is as fast.
Exactness: exact. ONNX Runtime has tables for QLinearSigmoid and QLinearLeakyRelu; OpenVINO computes in f32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate, main_function
from lpt.dialects.lpt import ConstantOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import BinaryOp, Kind, NnOp, UnaryOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import replace
from lpt.passes.pipeline import Exactness, LptPass


def all_codes(storage: Storage) -> Array:
    """The 256 values an 8-bit storage can hold, in order."""
    low = -128 if storage.signed else 0
    return np.arange(low, low + 256).astype(storage.dtype)


@dataclass(frozen=True)
class _Function:
    """What a value is of `source`, an 8-bit value: `table` has its elements for all codes. `pays` if it is worth a lookup."""

    source: SSAValue
    table: Array
    pays: bool


def _identity(value: SSAValue) -> _Function | None:
    """An 8-bit value of one scale, as a function of itself."""
    params = params_of(value)
    if params is None or params.storage.width != 8 or not params.is_per_tensor:
        return None
    return _Function(value, all_codes(params.storage), False)


_ELEMENTWISE = (UnaryOp, BinaryOp, LookupOp, RequantizeOp, ReinterpretOp, QuantizeCastOp, DequantizeCastOp)


def _function(op: Operation, known: dict[SSAValue, _Function]) -> _Function | None:
    """What the result of `op` is of one 8-bit value, if it is a function of one, and of single numbers."""
    if not isinstance(op, _ELEMENTWISE) or len(op.results) != 1:
        return None
    params = params_of(op.results[0])
    if params is not None and not params.is_per_tensor:
        return None
    shape, operands, functions = tensor_shape(op.results[0]), [], []
    for value in op.operands:
        if isinstance(value.owner, ConstantOp) and value.owner.array.size == 1:
            operands.append(value.owner.array.reshape(()))
        elif tensor_shape(value) == shape and (function := known.get(value) or _identity(value)):
            operands.append(function.table)
            functions.append(function)
        else:
            return None
    if len({function.source for function in functions}) != 1:
        return None
    pays = isinstance(op, LookupOp) or len(functions) > 1 or (isinstance(op, NnOp) and op.kind_of() is Kind.ROUNDS)
    table = np.broadcast_to(evaluate(op, operands)[0], (256,))
    return _Function(functions[0].source, table, pays or any(function.pays for function in functions))


def form_tables(block: Block) -> None:
    """Replace what pays by lookups, from the last operation on: what only led to it is then without a use."""
    known: dict[SSAValue, _Function] = {}
    for op in block.ops:
        if (function := _function(op, known)) is not None:
            known[op.results[0]] = function
    for op in reversed(list(block.ops)):
        if len(op.results) != 1 or (function := known.get(op.results[0])) is None:
            continue
        if op.results[0].first_use is None:
            Rewriter.erase_op(op)
        elif function.pays and _identity(op.results[0]) and not (isinstance(op, LookupOp) and op.input is function.source):
            lookup = LookupOp(function.source, np.ascontiguousarray(function.table), op.results[0].type)
            lookup.attributes.update(op.attributes)
            Rewriter.insert_op(lookup, InsertPoint.before(op))
            replace(op.results[0], lookup.result, "form-table")
            Rewriter.erase_op(op)


@dataclass(frozen=True)
class FormTables(LptPass):
    """Functions of one 8-bit value become tables."""

    name = "lpt-form-tables"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("no-kernels",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        form_tables(main_function(op).body.block)
