"""Which inputs of a model decide what is computed: shapes, axes, pads, scales …

A node whose parameter is computed at run time cannot be imported. Where the parameter follows from inputs that are small and
only pass through arithmetic on integers, or are moved, the model can be imported for each value of those inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from xdsl.dialects.builtin import IntegerType, TensorType
from xdsl.ir import BlockArgument, Operation, SSAValue

from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.nn import (
    BroadcastOp,
    CastOp,
    ConcatOp,
    FlattenOp,
    GatherOp,
    IdentityOp,
    ReshapeOp,
    SliceOp,
    SplitOp,
    SqueezeOp,
    TransposeOp,
    UnsqueezeOp,
)
from lpt.dialects.quant import DequantizeCastOp, StorageCastOp
from lpt.dialects.shapes import tensor_shape

LIMIT = 1 << 16
"""Elements of an input for each of whose values a model may be imported."""

_MOVES = (
    BroadcastOp,
    CastOp,
    ConcatOp,
    ConstantOp,
    DequantizeCastOp,
    FlattenOp,
    GatherOp,
    IdentityOp,
    ReinterpretOp,
    ReshapeOp,
    SliceOp,
    SplitOp,
    SqueezeOp,
    StorageCastOp,
    TransposeOp,
    UnsqueezeOp,
)


def deciding(value: SSAValue, arguments: Mapping[SSAValue, str]) -> list[str]:
    """The names of the inputs that a value follows from; none if they are too large, or floats are computed with."""
    found: dict[str, None] = {}
    waiting, seen = [value], {value}
    while waiting:
        owner = waiting.pop()
        if isinstance(owner, BlockArgument):
            if owner not in arguments or prod(abs(extent) for extent in tensor_shape(owner)) > LIMIT:
                return []
            found[arguments[owner]] = None
            continue
        op = owner.owner
        if not isinstance(op, Operation) or not (isinstance(op, _MOVES) or _is_on_integers(op)):
            return []
        waiting += [operand for operand in op.operands if operand not in seen]
        seen.update(op.operands)
    return list(found)


def _is_on_integers(op: Operation) -> bool:
    """Whether plain integers and booleans are all that an operation takes and gives."""
    types = [value.type for value in (*op.operands, *op.results)]
    return all(isinstance(type_, TensorType) and isinstance(type_.element_type, IntegerType) for type_ in types)
