"""A unary function of an 8-bit value is a table of 256 entries.

    %y = nn.sigmoid %q : (tensor<…x!quant.uniform<u8:f32, 0.05:128>>) -> tensor<…x!quant.uniform<u8:f32, 0.004>>
becomes
    %y = lpt.lookup %q {table = #lpt.blob<…>} : (…) -> …

as is a binary one beside a single number, and a lookup of a lookup is one lookup. The table is made by the interpreter from the
operation's own meaning. Exactness: exact. ONNX Runtime does this for QLinearSigmoid and QLinearLeakyRelu; OpenVINO computes in f32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate, main_function
from lpt.dialects.lpt import ConstantOp, LookupOp
from lpt.dialects.nn import BinaryOp, Kind, NnOp, UnaryOp
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import replace
from lpt.passes.pipeline import Exactness, LptPass


def all_codes(storage: Storage) -> Array:
    """The 256 values an 8-bit storage can hold, in order."""
    low = -128 if storage.signed else 0
    return np.arange(low, low + 256).astype(storage.dtype)


def _table(op: Operation) -> Array | None:
    """The table of a unary operation on 8-bit per-tensor codes, if it is one."""
    if not isinstance(op, UnaryOp | BinaryOp | LookupOp) or (value := _argument(op)) is None:
        return None
    source, target = params_of(value), params_of(op.results[0])
    if source is None or target is None or source.storage.width != 8 or target.storage.width != 8:
        return None
    if isinstance(op, NnOp) and op.kind_of() is not Kind.ROUNDS:
        return None
    if not (source.is_per_tensor and target.is_per_tensor):
        return None
    inner = value.owner
    if isinstance(inner, LookupOp) and inner.result.has_one_use():
        first = params_of(inner.input)
        if first is not None and first.is_per_tensor:
            return evaluate(op, _operands(op, inner.table.array))[0]
    return None if isinstance(op, LookupOp) else evaluate(op, _operands(op, all_codes(source.storage)))[0]


def _argument(op: Operation) -> SSAValue | None:
    """The operand of which an elementwise operation is a function, all others being one known number that does not widen it."""
    others = [value for value in op.operands if isinstance(value.owner, ConstantOp) and value.owner.array.size == 1]
    left = [value for value in op.operands if value not in others]
    return left[0] if len(left) == 1 and tensor_shape(left[0]) == tensor_shape(op.results[0]) else None


def _operands(op: Operation, codes: Array) -> list[Array]:
    constants = (value.owner for value in op.operands)
    return [owner.array.reshape(()) if isinstance(owner, ConstantOp) else codes for owner in constants]


def form_table(op: Operation) -> bool:
    """Replace `op` by a lookup if it is a unary function of 8-bit codes."""
    table = _table(op)
    if table is None:
        return False
    source = _argument(op)
    assert source is not None
    inner = source.owner
    if isinstance(source.owner, LookupOp) and source.has_one_use():
        source = source.owner.input
    lookup = LookupOp(source, table, op.results[0].type)
    lookup.attributes.update(op.attributes)
    Rewriter.insert_op(lookup, InsertPoint.before(op))
    replace(op.results[0], lookup.result, "form-table")
    Rewriter.erase_op(op)
    if isinstance(inner, LookupOp) and inner.result.uses.get_length() == 0:
        Rewriter.erase_op(inner)
    return True


@dataclass(frozen=True)
class FormTables(LptPass):
    """8-bit unary functions become tables."""

    name = "lpt-form-tables"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("no-kernels",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for inner in list(main_function(op).body.block.ops):
            form_table(inner)
