"""Emit a kernel body's elementwise operations on vectors of lanes: what all families share as epilogue.

`Body` plans: it follows the body from its result back to the operands, and finds how each operand and constant is
accessed, so that it knows which loops may be collapsed. `Point` emits: the value of the body for `n` lanes at one
position of the space. A family that computes the root itself (a convolution) names it in `given` and hands its lanes
to `Body.emit`; the rest of the body is emitted behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, TypeVar

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.codegen.emit import Emitter, Index, Kind
from lpt.codegen.lane_values import Array, Lanes, expanded, is_uniform, kind_of
from lpt.codegen.moves import operand_maps
from lpt.codegen.point import Point
from lpt.codegen.space import Access, IndexMap, Space
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape

T = TypeVar("T")


def result_layout(op: KernelOp) -> Layout:
    """The layout of a kernel's result: row-major unless annotated."""
    return op.layout.data if op.layout is not None else Layout.row_major(tensor_shape(op.result))


class Body:
    """A kernel's body seen from a space of positions.

    `shape` are the extents of a position's dimensions and `map` says which element of the yielded value belongs to
    a position; by default they are the result's own dimensions. `given` are values whose lanes the family provides.
    `reads` are further values that it reads through maps of its own (the window of a pool), and `accesses` further ones
    that are not the body's. The loops are `space`; by default they follow the dimensions in `order`, or the result
    through memory, collapsed as far as `self.accesses` allow. `lanes` says which index along the last loop each lane stands for,
    if they are not in order: constants are laid out accordingly.
    """

    def __init__(
        self,
        op: KernelOp,
        layouts: Sequence[Layout],
        *,
        given: Sequence[SSAValue] = (),
        shape: Sequence[int] | None = None,
        map: IndexMap | None = None,
        space: Space | None = None,
        value: SSAValue | None = None,
        result: Access | None = None,
        reads: Sequence[tuple[SSAValue, IndexMap]] = (),
        order: Sequence[int] | None = None,
        accesses: Sequence[Access] = (),
        lanes: Array | None = None,
    ):
        self.op, self.layouts, self.given = op, layouts, tuple(given)
        self.value = op.yielded if value is None else value
        self.shape = tuple(tensor_shape(self.value) if shape is None else shape)
        self.map = IndexMap.identity(self.shape) if map is None else map
        layout = result_layout(op)
        self.result = self.map.access(layout.offset, layout.strides) if result is None else result
        if space is not None:
            order = space.order
        self._order = Space.loop_order(self.shape, self.result) if order is None else tuple(order)
        self._lanes = lanes
        self._blobs: dict[tuple[bytes, tuple[int, ...], Kind, IndexMap], tuple[Array, Access]] = {}
        self._pointers: dict[int, ir.Value] = {}
        self._memo: dict[Hashable, Any] = {}
        self.accesses = [self.result, *accesses, *self._accesses(self.value, self.map)]
        for read, read_map in reads:
            self.accesses.extend(self._accesses(read, read_map))
        self.space = Space.collapsed(self.shape, self._order, self.accesses) if space is None else space

    def _accesses(self, value: SSAValue, map: IndexMap) -> Iterator[Access]:
        """How everything that `value` needs at a position is accessed."""
        params = params_of(value)
        if params is not None and not params.is_per_tensor:
            shape = expanded(value)[0].shape
            yield from self._constant_access(np.arange(prod(shape)).reshape(shape), map)
        if value in self.given:
            return
        if (operand := self.op.argument_of(value)) is not None:
            yield self.operand_access(operand, map)
            return
        owner = value.owner
        assert isinstance(owner, Operation)
        if isinstance(owner, ConstantOp):
            yield from self._constant_access(owner.array, map)
        for needed, needed_map in operand_maps(owner, map):
            yield from self._accesses(needed, needed_map)

    def operand_access(self, operand: int, map: IndexMap) -> Access:
        """How an operand's buffer is accessed through `map`."""
        layout = self.layouts[operand]
        return map.access(layout.offset, layout.strides)

    def _constant_access(self, array: Array, map: IndexMap) -> Iterator[Access]:
        if not is_uniform(array):
            yield self.laid_out(array, "i32", map.broadcast(array.shape))[1]

    def laid_out(self, array: Array, kind: Kind, map: IndexMap) -> tuple[Array, Access]:
        """A constant in the order in which the loops read it, and how."""
        key = (array.tobytes(), array.shape, kind, map)
        if key not in self._blobs:
            taken = map.take(array, self._order)
            if self._lanes is not None and taken.ndim and taken.shape[-1] == len(self._lanes):
                taken = np.ascontiguousarray(taken[..., self._lanes])
            strides = [0] * len(self.shape)
            step = 1
            for axis in reversed(range(len(self._order))):
                if taken.shape[axis] > 1:
                    strides[self._order[axis]] = step
                step *= taken.shape[axis]
            self._blobs[key] = taken, Access(0, tuple(strides))
        return self._blobs[key]

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """compute(), remembered: a body is emitted at many positions."""
        if key not in self._memo:
            self._memo[key] = compute()
        found: T = self._memo[key]
        return found

    def parameters(self, value: SSAValue) -> tuple[Array, Array]:
        """Scales (f64) and zero points (i64) of a quantized value, of shape () or broadcasting to it."""
        return self.once(("parameters", value), lambda: expanded(value))

    def pointer(self, e: Emitter, blob: Array) -> ir.Value:
        """The pointer to a constant, passed to the kernel once."""
        if id(blob) not in self._pointers:
            self._pointers[id(blob)] = e.constant(blob)
        return self._pointers[id(blob)]

    def at(self, e: Emitter, n: int, position: Sequence[Index], given: Mapping[SSAValue, Lanes] | None = None) -> Point:
        """Lanes at `position`, one index per group of the space, the last one that of the first lane."""
        return Point(self, e, n, tuple(position), dict(given or {}))

    def emit(self, e: Emitter, n: int, given: Mapping[SSAValue, Lanes], position: Sequence[Index]) -> Lanes:
        """The lanes of the yielded value at `position`."""
        return self.at(e, n, position, given).get(self.value, self.map)

    def store(self, e: Emitter, n: int, lanes: Lanes, position: Sequence[Index]) -> None:
        """Store lanes of the yielded value into the result buffer at `position`."""
        point = self.at(e, n, position)
        point.store(e.result, self.result, kind_of(self.value), point.storage(self.value, lanes, self.map))

    @property
    def packs(self) -> bool:
        """Whether the result are u8 codes, adjacent along the lanes."""
        return kind_of(self.value) == "u8" and params_of(self.value) is not None and self.space.strides(self.result)[-1] == 1
