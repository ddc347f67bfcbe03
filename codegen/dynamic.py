"""Scale and zero point of a tensor's range, found in one pass over it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import result_layout
from lpt.codegen.math import LaneOperations
from lpt.codegen.nest import moved_bytes
from lpt.codegen.space import IndexMap, Space
from lpt.dialects.dynamic import DynamicParametersOp, ExtremaOp
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.semantics import dynamic
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target

Range = tuple[ir.Value, ir.Value]
"""The least and the greatest numbers, in equally many lanes."""


def build_dynamic_parameters(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.dynamic_parameters`, one unit, and extrema of parts, a unit for each: both read the tensor once.

    Extremes start at +0 and only strictly better numbers replace them, so a NaN never wins and the order does not matter.
    """
    root = op.root
    assert isinstance(root, DynamicParametersOp | ExtremaOp)
    operand = op.argument_of(root.x)
    if operand is None or len(op.operations()) > 1:
        raise CompileError("a range is of an operand and nothing else", where=op.kernel_name.data, way_out="this is a bug of lpt")
    e = Emitter(target, operands=len(op.inputs))
    layout, shape = layouts[operand], tensor_shape(root.x)
    with e.loop(e.begin, e.end) as unit:
        place: Index = 0
        if isinstance(root, ExtremaOp):
            pair = _range(e, *_part(e, root, layout, unit.index))
            place = e.mul(unit.index, 4 * result_layout(op).strides[0])
        else:
            pair = dynamic.parameters(LaneOperations(e, 1), *_range(e, shape, layout, layout.offset))
        e.store(e.at(e.result, place), e.shuffle(*pair, [0, 1]))
    return finish(e, units=len(root.starts) if isinstance(root, ExtremaOp) else 1, moved=moved_bytes(op))


def _part(e: Emitter, op: ExtremaOp, layout: Layout, part: Index) -> tuple[tuple[int, ...], Layout, Index]:
    """A part's shape, layout and first element."""
    shape, axis, size = tensor_shape(op.x), op.axis.value.data, op.size.value.data
    start = e.imin(e.index(e.mul(part, size)), e.index(shape[axis] - size))
    return (*shape[:axis], size, *shape[axis + 1 :]), layout, e.add(layout.offset, e.mul(start, layout.strides[axis]))


def _range(e: Emitter, shape: tuple[int, ...], layout: Layout, first: Index) -> Range:
    """The extremes of a tensor of these strides whose first element lies at `first`."""
    if 0 in shape:
        return e.const(0.0, "f32", 1), e.const(0.0, "f32", 1)
    access = IndexMap.identity(shape).access(0, layout.strides)
    space = Space.collapsed(shape, Space.loop_order(shape, access), [access])
    strides, (*outer, extent) = space.strides(access), space.extents
    n = min(4 * e.lanes, 1 << (max(extent, 1).bit_length() - 1))
    zero = e.const(0.0, "f32", n)
    with e.loop(0, prod(outer), carried=[zero, zero]) as rows:
        place = first
        for index, stride in zip(e.unflatten(rows.index, outer), strides[:-1], strict=True):
            place = e.add(place, e.mul(index, stride))

        def widened(found: Sequence[ir.Value], index: Index, place: Index = place) -> Range:
            x = _read(e, n, e.add(place, e.mul(index, strides[-1])), strides[-1])
            return e.fmin(x, found[0]), e.fmax(x, found[1])

        with e.loop(0, extent - extent % n, n, carried=rows.values) as loop:
            loop.set(widened(loop.values, loop.index))
        found = loop.results
        rows.set(widened(found, extent - n) if extent % n else found)
    low, high = rows.results
    return joined(e, low, is_high=False), joined(e, high, is_high=True)


def _read(e: Emitter, n: int, place: Index, stride: int) -> ir.Value:
    address = e.at(e.operand(0), e.mul(place, 4))
    return e.load(address, "f32", n) if stride == 1 or n == 1 else e.load_strided(address, "f32", n, 4 * stride)


def joined(e: Emitter, lanes: ir.Value, *, is_high: bool) -> ir.Value:
    """The one extreme of all lanes."""
    width = int(lanes.type.count)
    while (width := width // 2) > 0:
        lower, upper = (e.shuffle(lanes, lanes, range(start, start + width)) for start in (0, width))
        lanes = e.fmax(upper, lower) if is_high else e.fmin(upper, lower)
    return lanes
