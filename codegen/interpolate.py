"""Resizes that interpolate.

Linear: each result element from the corners around it, weighted dimension by dimension from the last to the first. By taps: from
several elements along one dimension.
"""

from __future__ import annotations

from collections.abc import Sequence

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.lane_ops import rounded
from lpt.codegen.lane_values import Array, Codes, Plain, kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, vector_lanes
from lpt.codegen.point import Point
from lpt.codegen.space import Access, IndexMap
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.nn import ResampleOp, ResizeLinearOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape


def linear_part(e: Emitter, op: KernelOp, layouts: Sequence[Layout], operand: int, root: ResizeLinearOp) -> Part:
    """The part of `kernel.move` that interpolates its operand of that number."""
    layout = layouts[operand]
    rank, dims = len(tensor_shape(root.x)), root.resampled()
    taps = {d: root.taps(d) for d in dims}

    def along(values: Array, d: int) -> Array:
        return values.reshape([-1 if axis == d else 1 for axis in range(rank)])

    strides = tuple(0 if d in taps else stride for d, stride in enumerate(layout.strides))
    corners = {}
    for corner in np.ndindex(*(2,) * len(dims)):
        tables = (along(taps[d][side] * layout.strides[d], d) for d, side in zip(dims, corner, strict=True))
        corners[corner] = Access(layout.offset, strides, tuple(tables))
    # Dimensions with weights of their own stay loops of their own.
    apart = Access(0, tuple(1000003 * (1 + d) if d in taps else 0 for d in range(rank)))
    reads = [(root.x, IndexMap.identity(tensor_shape(root.result)))]
    body = Body(op, layouts, given=[root.result], reads=reads, accesses=[*corners.values(), apart])

    def corner_value(point: Point, corner: tuple[int, ...]) -> ir.Value:
        if len(corner) < len(dims):
            d = dims[len(corner)]
            sides = []
            for side in (0, 1):
                weight = point.constant(along(taps[d][2 + side], d), "f32", body.map)
                sides.append(point.o.mul(corner_value(point, (*corner, side)), weight))
            return point.o.add(*sides)
        loaded = point.load(e.operand(operand), corners[corner], kind_of(root.x))
        return point.real(root.x, Plain(loaded) if params_of(root.x) is None else Codes(loaded), body.map)

    def emit(n: int, position: Position) -> None:
        point = body.at(e, n, position)
        value = rounded(point, corner_value(point, ()), root.result, body.map)
        body.store(e, n, body.emit(e, n, {root.result: value}, position), position)

    return Part(body.space.extents, min(vector_lanes(e, op), e.lanes), emit, weight=4 * len(corners))


def tap_part(e: Emitter, op: KernelOp, layouts: Sequence[Layout], operand: int, root: ResampleOp) -> Part:
    """The part of `kernel.move` that resamples its operand of that number along one dimension."""
    layout, dim = layouts[operand], root.dim
    rank, (indices, weights) = len(tensor_shape(root.x)), root.taps()
    view = [-1 if axis == dim else 1 for axis in range(rank)]
    strides = tuple(0 if d == dim else stride for d, stride in enumerate(layout.strides))
    taps = range(indices.shape[1])
    accesses = [Access(layout.offset, strides, ((indices[:, t] * layout.strides[dim]).reshape(view),)) for t in taps]
    columns = [np.ascontiguousarray(weights[:, t]).reshape(view) for t in taps]
    # The dimension with weights of its own stays a loop of its own.
    apart = Access(0, tuple(1000003 if d == dim else 0 for d in range(rank)))
    reads = [(root.x, IndexMap.identity(tensor_shape(root.result)))]
    body = Body(op, layouts, given=[root.result], reads=reads, accesses=[*accesses, apart])

    def term(point: Point, t: int) -> ir.Value:
        loaded = point.load(e.operand(operand), accesses[t], kind_of(root.x))
        x = point.real(root.x, Plain(loaded) if params_of(root.x) is None else Codes(loaded), body.map)
        return point.o.mul(x, point.constant(columns[t], "f32", body.map))

    def emit(n: int, position: Position) -> None:
        point = body.at(e, n, position)
        total = term(point, 0)
        for t in taps[1:]:
            total = point.o.add(total, term(point, t))
        value = rounded(point, total, root.result, body.map)
        body.store(e, n, body.emit(e, n, {root.result: value}, position), position)

    return Part(body.space.extents, min(vector_lanes(e, op), e.lanes), emit, weight=4 * len(accesses))
