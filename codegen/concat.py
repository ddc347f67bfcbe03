"""Concatenation: one nest per operand into its part of the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes, vector_lanes
from lpt.codegen.space import IndexMap
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import ConcatOp
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_concat(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.concat`: elementwise operations may stand before the concatenation, per operand, and behind it."""
    root = next((o for o in op.operations() if isinstance(o, ConcatOp)), None)
    if root is None:
        raise CompileError("kernel.concat without nn.concat", where=op.kernel_name.data)
    e = Emitter(target, operands=len(op.inputs))
    return finish(e, units=emit_parts(e, list(_parts(e, op, layouts, root))), moved=moved_bytes(op))


def _parts(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: ConcatOp) -> Iterator[Part]:
    start = 0
    for x in root.xs:
        shape = tensor_shape(x)
        if 0 not in shape:
            starts = [start if d == root.dim else 0 for d in range(len(shape))]
            yield _part(e, op, layouts, root, x, starts)
        start += shape[root.dim]


def _part(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: ConcatOp, x: SSAValue, starts: list[int]) -> Part:
    shape = tensor_shape(x)
    source = IndexMap.identity(shape)
    body = Body(op, layouts, given=[root.result], shape=shape, map=IndexMap.identity(shape, starts), reads=[(x, source)])

    def emit(n: int, position: Position) -> None:
        lanes = body.at(e, n, position).get(x, source)
        body.store(e, n, body.emit(e, n, {root.result: lanes}, position), position)

    return Part(body.space.extents, vector_lanes(e, op), emit)
