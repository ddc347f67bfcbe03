"""Scale and zero point of a tensor's range, found in one pass over it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import llvmlite.ir as ir

from lpt.codegen.emit import Emitter, Index
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.math import LaneOperations
from lpt.codegen.nest import moved_bytes
from lpt.codegen.space import IndexMap, Space
from lpt.dialects.dynamic import DynamicParametersOp
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.semantics import dynamic
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target

Range = tuple[ir.Value, ir.Value]
"""Vectors of the least and of the greatest numbers so far."""


def build_dynamic_parameters(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """`kernel.dynamic_parameters`: one unit, which reads the tensor once.

    Extremes start at +0 and only strictly better numbers replace them, so a NaN never wins and the order does not matter.
    """
    root = op.root
    assert isinstance(root, DynamicParametersOp)
    operand = op.argument_of(root.x)
    if operand is None or len(op.operations()) > 1:
        raise CompileError("a range is of an operand and nothing else", where=op.kernel_name.data, way_out="this is a bug of lpt")
    e = Emitter(target, operands=len(op.inputs))
    with e.loop(e.begin, e.end):
        low, high = _range(e, op, layouts[operand])
        pair = dynamic.parameters(LaneOperations(e, 1), _joined(e, low, is_high=False), _joined(e, high, is_high=True))
        e.store(e.result, e.shuffle(*pair, [0, 1]))
    return finish(e, units=1, moved=moved_bytes(op))


def _range(e: Emitter, op: KernelOp, layout: Layout) -> Range:
    """The extremes of an operand in vectors of a power of two of lanes."""
    shape = tensor_shape(op.inputs[0])
    access = IndexMap.identity(shape).access(layout.offset, layout.strides)
    space = Space.collapsed(shape, Space.loop_order(shape, access), [access])
    strides, (*outer, extent) = space.strides(access), space.extents
    n = min(4 * e.lanes, 1 << (max(extent, 1).bit_length() - 1))
    zero = e.const(0.0, "f32", n)
    if 0 in shape:
        return zero, zero
    with e.loop(0, prod(outer), carried=[zero, zero]) as rows:
        place: Index = access.offset
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
    return low, high


def _read(e: Emitter, n: int, place: Index, stride: int) -> ir.Value:
    address = e.at(e.operand(0), e.mul(place, 4))
    return e.load(address, "f32", n) if stride == 1 or n == 1 else e.load_strided(address, "f32", n, 4 * stride)


def _joined(e: Emitter, lanes: ir.Value, *, is_high: bool) -> ir.Value:
    """The one extreme of all lanes."""
    width = int(lanes.type.count)
    while (width := width // 2) > 0:
        lower, upper = (e.shuffle(lanes, lanes, range(start, start + width)) for start in (0, width))
        lanes = e.fmax(upper, lower) if is_high else e.fmin(upper, lower)
    return lanes
