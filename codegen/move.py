"""Copies that a layout could not avoid: transpose, slice, reshape, pad, nearest-neighbour resize, broadcast and gather."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
from xdsl.ir import SSAValue

from lpt.codegen.emit import Emitter, lanes_kind
from lpt.codegen.gather import RunTimeGather, gather_access
from lpt.codegen.interpolate import linear_part, tap_part
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lane_values import Array, Codes, Lanes, Plain, kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, emit_parts, moved_bytes, vector_lanes
from lpt.codegen.space import Access, IndexMap, refinement
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import GatherOp, PadOp, ResampleOp, ReshapingOp, ResizeLinearOp, ResizeOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_move(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.move`, with an elementwise epilogue."""
    e = Emitter(target, operands=len(op.inputs))
    return finish(e, units=emit_parts(e, list(_parts(e, op, layouts))), moved=moved_bytes(op))


def _parts(e: Emitter, op: KernelOp, layouts: Sequence[Layout]) -> Iterator[Part]:
    match op.root:
        case ReshapingOp() as root:
            yield _reshape(e, op, layouts, root)
        case ResizeOp() as root:
            yield _indexed(e, op, layouts, root.x, root.result, root.indices())
        case GatherOp() as root if root.known_indices is None:
            yield RunTimeGather(e, op, layouts, root).part()
        case GatherOp() as root:
            access = gather_access(layouts[_argument(op, root.x)], root)
            yield _access_part(e, op, layouts, root.x, root.result, access)
        case ResizeLinearOp() as root:
            yield linear_part(e, op, layouts, _argument(op, root.x), root)
        case ResampleOp() as root:
            yield tap_part(e, op, layouts, _argument(op, root.x), root)
        case PadOp() as root if root.mode_name == "constant":
            yield from _pad(e, op, layouts, root)
        case PadOp() as root:
            yield _indexed(e, op, layouts, root.x, root.result, list(_pad_indices(root)))
        case _:
            yield Part.of(e, Body(op, layouts))


def _pad_indices(root: PadOp) -> Iterator[Array]:
    """For each dimension, which element of x each result index reads, in the modes reflect, edge, wrap and symmetric."""
    for extent, (before, after) in zip(tensor_shape(root.x), root.widths, strict=True):
        inside = np.arange(extent)[max(-before, 0) : extent - max(-after, 0)]
        widths = (max(before, 0), max(after, 0))
        yield np.pad(inside, widths, mode=root.mode_name)  # type: ignore[call-overload]


def _reshape(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: ReshapingOp) -> Part:
    """Positions run over the dimensions of both shapes; where those do not nest, a table says where each element lies."""
    old, new = tensor_shape(root.x), tensor_shape(root.result)
    fine = refinement(old, new)
    if fine is not None:
        map = IndexMap.identity(fine).reshaped(fine, new)
        if map is not None:
            return Part.of(e, Body(op, layouts, shape=fine, map=map))
    layout = layouts[_argument(op, root.x)]
    places = np.indices(old).reshape(len(old), prod(old))
    table = np.tensordot(np.array(layout.strides), places, 1).reshape(new)
    return _table_part(e, op, layouts, root.x, root.result, (table,))


def _indexed(e: Emitter, op: KernelOp, layouts: Sequence[Layout], x: SSAValue, result: SSAValue, indices: Sequence[Array]) -> Part:
    """Along each dimension, result index i reads element indices[d][i] of x."""
    layout = layouts[_argument(op, x)]
    rank = len(indices)
    tables = tuple(
        (index * stride).reshape([-1 if d == axis else 1 for axis in range(rank)])
        for d, (index, stride) in enumerate(zip(indices, layout.strides, strict=True))
        if not np.array_equal(index, np.arange(len(index)))
    )
    return _table_part(e, op, layouts, x, result, tables)


def _argument(op: KernelOp, x: SSAValue) -> int:
    argument = op.argument_of(x)
    if argument is None:
        raise CompileError("a kernel moves what it computes", where=op.kernel_name.data, way_out="this is a bug of lpt")
    return argument


def _table_part(
    e: Emitter, op: KernelOp, layouts: Sequence[Layout], x: SSAValue, result: SSAValue, tables: tuple[Array, ...]
) -> Part:
    shape, layout = tensor_shape(result), layouts[_argument(op, x)]
    varies = [any(table.shape[d] > 1 for table in tables) for d in range(len(shape))]
    own = layout.strides if len(layout.strides) == len(shape) else (0,) * len(shape)
    strides = tuple(0 if moved else stride for moved, stride in zip(varies, own, strict=True))
    return _access_part(e, op, layouts, x, result, Access(layout.offset, strides, tables))


def _access_part(e: Emitter, op: KernelOp, layouts: Sequence[Layout], x: SSAValue, result: SSAValue, access: Access) -> Part:
    """The result's elements from where `access` finds them in x."""
    operand = _argument(op, x)
    body = Body(op, layouts, given=[result], accesses=[access])

    def emit(n: int, position: Position) -> None:
        loaded = body.at(e, n, position).load(e.operand(operand), access, kind_of(x))
        body.store(e, n, body.emit(e, n, {result: _wrap(result, loaded)}, position), position)

    return Part(body.space.extents, vector_lanes(e, op), emit)


def _wrap(value: SSAValue, lanes: object) -> Lanes:
    return Plain(lanes) if params_of(value) is None else Codes(lanes)


def _pad(e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: PadOp) -> Iterator[Part]:
    """The interior, then the slabs before and behind it along each dimension, which do not overlap."""
    new = tensor_shape(root.result)
    lows = [max(before, 0) for before, _ in root.widths]
    sizes = [n - max(before, 0) - max(after, 0) for n, (before, after) in zip(new, root.widths, strict=True)]
    crop = [max(-before, 0) for before, _ in root.widths]
    if min(sizes, default=1) > 0:
        yield _box(e, op, layouts, root, lows, sizes, crop)
    for d, (start, size) in enumerate(zip(lows, sizes, strict=True)):
        head, tail = [*lows[:d]], [*sizes[:d]]
        for begin, length in ((0, start), (start + size, new[d] - start - size)):
            box = [*tail, length, *new[d + 1 :]]
            if min(box) > 0:
                yield _box(e, op, layouts, root, [*head, begin, *(0,) * (len(new) - d - 1)], box, None)


def _box(
    e: Emitter,
    op: KernelOp,
    layouts: Sequence[Layout],
    root: PadOp,
    starts: list[int],
    shape: list[int],
    crop: list[int] | None,
) -> Part:
    """A box of the result: copied from the operand from `crop` on, or filled with the pad value."""
    map = IndexMap.identity(shape, starts)
    source = None if crop is None else IndexMap.identity(shape, crop)
    reads = [] if source is None else [(root.x, source)]
    body = Body(op, layouts, given=[root.result], shape=shape, map=map, reads=reads)
    params = params_of(root.x)

    def emit(n: int, position: Position) -> None:
        point = body.at(e, n, position)
        if source is not None:
            lanes = point.get(root.x, source)
        elif params is None:
            lanes = Plain(e.const(root.fill, lanes_kind(kind_of(root.x)), n))
        else:
            scales, zero_points = params.expand(tensor_shape(root.result))
            code = (np.rint(root.fill / scales) + zero_points).astype(np.int64)
            lanes = Codes(point.constant(code, "i32", map))
        body.store(e, n, body.emit(e, n, {root.result: lanes}, position), position)

    return Part(body.space.extents, vector_lanes(e, op), emit)
