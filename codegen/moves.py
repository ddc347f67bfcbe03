"""Where an operation's operands lie, seen from its result: broadcasts, transposes, slices and reshapes as index maps."""

from __future__ import annotations

from xdsl.ir import Operation, SSAValue

from lpt.codegen.space import IndexMap
from lpt.dialects.nn import (
    BatchNormalizationOp,
    BroadcastOp,
    MoveOp,
    ReshapingOp,
    SliceOp,
    TransposeOp,
    ints,
)
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError


def operand_maps(op: Operation, map: IndexMap) -> list[tuple[SSAValue, IndexMap]]:
    """Each operand of `op` with its index map, where `map` is the result's.

    Raises CompileError for a reshape that cuts dimensions which the space does not cut, and for moves that are no
    linear function of the position (pad, resize, gather: roots of `kernel.move`).
    """
    match op:
        case TransposeOp():
            inverse: list[int | None] = [ints(op.perm).index(d) for d in range(len(map.constants))]
            return [(op.x, map.select(inverse))]
        case BroadcastOp():
            return [(op.x, map.broadcast(tensor_shape(op.x)))]
        case SliceOp():
            cuts = [cut.indices(extent) for cut, extent in zip(op.slices(), tensor_shape(op.x), strict=True)]
            return [(op.x, map.sliced([c[0] for c in cuts], [c[2] for c in cuts]))]
        case ReshapingOp():
            reshaped = map.reshaped(tensor_shape(op.result), tensor_shape(op.x))
            if reshaped is None:
                raise CompileError("the reshape mixes dimensions", where=op.name, way_out="this is a bug of lpt")
            return [(op.x, reshaped)]
        case MoveOp():
            raise CompileError(f"{op.name} can only be the root of kernel.move", way_out="this is a bug of lpt")
        case BatchNormalizationOp():
            return [(op.x, map), *((operand, map.select([1])) for operand in op.operands[1:])]
        case _:
            return [(operand, map.broadcast(tensor_shape(operand))) for operand in op.operands]
