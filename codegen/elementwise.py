"""Elementwise kernels: broadcast, strided and transposed operands, one pass over the result."""

from __future__ import annotations

from collections.abc import Sequence

from lpt.codegen.emit import Emitter
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, emit_parts, moved_bytes
from lpt.dialects.kernel import KernelOp, Layout
from lpt.target import Target


def build_elementwise(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.elementwise`, whose body may also broadcast, transpose, slice and reshape its operands."""
    e = Emitter(target, operands=len(op.inputs))
    body = Body(op, layouts)
    units = emit_parts(e, [Part.of(e, body)])
    return finish(e, units=units, moved=moved_bytes(op))
