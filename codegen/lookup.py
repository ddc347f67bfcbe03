"""Table kernels: u8 → u8 through 256 entries held in registers."""

from __future__ import annotations

from collections.abc import Sequence

from lpt.codegen.emit import Emitter
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_values import kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes
from lpt.codegen.table import lookup_bytes
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.lpt import LookupOp
from lpt.target import Target


def build_lookup(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.lookup`. With an epilogue, or entries wider than bytes, it is an elementwise kernel."""
    e = Emitter(target, operands=len(op.inputs))
    body = Body(op, layouts)
    part = _bytes_part(e, body) or Part.of(e, body)
    return finish(e, units=emit_parts(e, [part]), moved=moved_bytes(op))


def _bytes_part(e: Emitter, body: Body) -> Part | None:
    """Bytes in, bytes out, contiguous in both: without widening them."""
    root = body.op.root
    if not isinstance(root, LookupOp) or body.op.yielded is not root.result:
        return None
    operand = body.op.argument_of(root.input)
    if operand is None or (kind_of(root.input), kind_of(root.result)) != ("u8", "u8"):
        return None
    access = body.operand_access(operand, body.map)
    if {body.space.strides(access)[-1], body.space.strides(body.result)[-1]} != {1}:
        return None

    def emit(n: int, position: Position) -> None:
        point = body.at(e, n, position)
        source, _ = point.address(e.operand(operand), access, 1)
        target, _ = point.address(e.result, body.result, 1)
        e.store(target, lookup_bytes(e, e.load(source, "u8", n), root.table.array))

    return Part(body.space.extents, e.target.vector_bits // 8, emit, weight=2)
