"""Elementwise kernels: broadcast, strided and transposed operands, one pass over the result."""

from __future__ import annotations

from collections.abc import Sequence

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_values import kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes
from lpt.codegen.space import Access
from lpt.dialects.kernel import KernelOp, Layout
from lpt.target import Target


def build_elementwise(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.elementwise`, whose body may also broadcast, transpose, slice and reshape its operands."""
    e = Emitter(target, operands=len(op.inputs))
    body = Body(op, layouts)
    part = _pixels_part(e, body, layouts) or Part.of(e, body)
    return finish(e, units=emit_parts(e, [part]), moved=moved_bytes(op))


def _pixels_part(e: Emitter, body: Body, layouts: Sequence[Layout]) -> Part | None:
    """Pixels of up to four bytes, each a dword of the result: lanes run over pixels, and their channels are joined.

    This is how an image in rows becomes channel-last. Channels that pad a pixel to a dword are written as 0.
    """
    dims = [d for d, extent in enumerate(body.shape) if extent > 1]
    strides = body.result.strides
    channel = next((d for d in dims if strides[d] == 1), None)
    order = [d for d in body.space.order if d != channel]
    if not order or kind_of(body.value) not in ("u8", "i8") or len(body.space.groups[-1]) > 1:
        return None
    channels = 1 if channel is None else body.shape[channel]
    if channels > 4 or strides[order[-1]] != 4 or any(strides[d] % 4 for d in order) or body.result.offset % 4:
        return None
    # A stride that no neighbour continues keeps the channels a group of their own.
    alone = Access(0, tuple(int(d == channel) for d in range(len(body.shape))))
    first = [] if channel is None else [channel]
    turned = Body(body.op, layouts, order=[*first, *order], accesses=[alone])

    def emit(n: int, position: Position) -> None:
        joined: ir.Value | None = None
        for c in range(channels):
            place = (c, *position) if first else position
            point = turned.at(e, n, place)
            byte = point.storage(turned.value, point.get(turned.value, turned.map), turned.map)
            byte = e.b.and_(byte, e.const(255, "i32", n)) if kind_of(turned.value) == "i8" else byte
            byte = e.b.shl(byte, e.const(8 * c, "i32", n)) if c else byte
            joined = byte if joined is None else e.b.or_(joined, byte)
        assert joined is not None
        origin = turned.at(e, n, (0, *position) if first else position)
        e.store(origin.address(e.result, turned.result, 1)[0], joined)

    extents = turned.space.extents[len(first) :]
    return Part(extents, e.lanes, emit, weight=2 * channels)
