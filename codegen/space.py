"""Iteration spaces: where the elements of every tensor of a kernel lie, seen from one position.

A kernel that works element by element walks the logical dimensions of its result. A tensor seen from there is
an `Access`: an offset and a stride for each of those dimensions, 0 where it is broadcast. An `IndexMap` says
which element of a body's value belongs to a position; transposes and slices change the map, not the data.
Adjacent dimensions that every access walks contiguously are collapsed into one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Access:
    """Element `offset + Σ position[d] · strides[d]` of a buffer, d over the space's logical dimensions.

    `tables` are arrays of offsets that are added, each with one axis per dimension, of extent 1 where it does not vary:
    for indices that are no linear function of the position.
    """

    offset: int
    strides: tuple[int, ...]
    tables: tuple[np.ndarray, ...] = ()

    def varies(self, dim: int) -> bool:
        """Whether a table varies along a dimension."""
        return any(table.shape[dim] > 1 for table in self.tables)


@dataclass(frozen=True)
class IndexMap:
    """The index of a value at a position: in its dimension d, `constants[d] + Σ_k rows[d][k] · position[k]`.

    `extents` are those of the position's dimensions.
    """

    constants: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    extents: tuple[int, ...]

    @staticmethod
    def identity(shape: Sequence[int], starts: Sequence[int] | None = None) -> IndexMap:
        """The position itself, or the position in a box that begins at `starts`."""
        rank = len(shape)
        rows = tuple(tuple(int(d == k and shape[d] > 1) for k in range(rank)) for d in range(rank))
        return IndexMap(tuple(starts or (0,) * rank), rows, tuple(shape))

    def select(self, dims: Sequence[int | None]) -> IndexMap:
        """The map of a value whose dimension d is this one's dims[d], or has extent 1 where that is None."""
        constants = tuple(0 if d is None else self.constants[d] for d in dims)
        zero = (0,) * len(self.extents)
        return IndexMap(constants, tuple(zero if d is None else self.rows[d] for d in dims), self.extents)

    def broadcast(self, shape: Sequence[int]) -> IndexMap:
        """The map of an operand of `shape` that is broadcast (numpy's rules) to the value of this map."""
        skipped = len(self.constants) - len(shape)
        return self.select([None if extent == 1 else skipped + d for d, extent in enumerate(shape)])

    def sliced(self, starts: Sequence[int], steps: Sequence[int]) -> IndexMap:
        """The map of a value of which this one's is a slice: index · step + start in each dimension."""
        constants = tuple(c * step + start for c, start, step in zip(self.constants, starts, steps, strict=True))
        rows = tuple(tuple(k * step for k in row) for row, step in zip(self.rows, steps, strict=True))
        return IndexMap(constants, rows, self.extents)

    def reshaped(self, old: Sequence[int], new: Sequence[int]) -> IndexMap | None:
        """The map of a value of shape `new` that this one's value, of shape `old`, is a reshape of.

        None if an index of `new` is no linear function of the position, because the reshape cuts a dimension
        that the position does not cut.
        """
        linear = self.access(0, row_major(old))
        constants, rows = [], []
        rest = linear.offset
        left = {k for k, stride in enumerate(linear.strides) if stride and self.extents[k] > 1}
        for extent, step in zip(new, row_major(new), strict=True):
            inside = {k for k in left if linear.strides[k] % step == 0}
            left -= inside
            row = tuple(linear.strides[k] // step if k in inside else 0 for k in range(len(self.extents)))
            constant, rest = divmod(rest, step)
            if constant + sum(c * (e - 1) for c, e in zip(row, self.extents, strict=True)) >= max(extent, 1):
                return None
            constants.append(constant)
            rows.append(row)
        return None if left else IndexMap(tuple(constants), tuple(rows), self.extents)

    def access(self, offset: int, strides: Sequence[int]) -> Access:
        """How a buffer is accessed whose value dimensions have these strides, the origin lying at `offset`."""
        offset += sum(c * stride for c, stride in zip(self.constants, strides, strict=True))
        columns = range(len(self.extents))
        return Access(offset, tuple(sum(row[k] * s for row, s in zip(self.rows, strides, strict=True)) for k in columns))

    def take(self, array: np.ndarray, order: Sequence[int]) -> np.ndarray:
        """A constant with this map over all positions: axes as in `order`, of extent 1 where it does not vary."""
        grids = [np.full((1,) * len(order), constant) for constant in self.constants]
        for d, row in enumerate(self.rows):
            for axis, k in enumerate(order):
                if row[k]:
                    shape = [-1 if other == axis else 1 for other in range(len(order))]
                    grids[d] = grids[d] + (np.arange(self.extents[k]) * row[k]).reshape(shape)
        taken = array[tuple(np.broadcast_arrays(*grids))] if grids else array.reshape((1,) * len(order))
        return np.ascontiguousarray(taken)


def row_major(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides of a dense tensor in C order."""
    return tuple(prod(shape[d + 1 :]) for d in range(len(shape)))


def refinement(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...] | None:
    """The coarsest shape of which both `a` and `b` (of equally many elements) merge neighbours, if there is one."""
    ends = sorted({prod(shape[d:]) for shape in (a, b) for d in range(len(shape))} | {1}, reverse=True)
    steps = [outer // inner for outer, inner in itertools.pairwise(ends) if outer % inner == 0]
    return tuple(steps) if len(steps) == len(ends) - 1 else None


@dataclass(frozen=True)
class Space:
    """A nest of loops over logical extents: `groups` of logical dimensions, outermost loop first, lanes along the last.

    Each group is one loop over its dimensions, row-major. A position is one index per group.
    """

    shape: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    @property
    def extents(self) -> tuple[int, ...]:
        return tuple(prod(self.shape[d] for d in group) for group in self.groups)

    @property
    def order(self) -> tuple[int, ...]:
        """The logical dimensions, outermost first."""
        return tuple(d for group in self.groups for d in group)

    def strides(self, access: Access) -> tuple[int, ...]:
        """The access's stride for each group."""
        return tuple(access.strides[group[-1]] if group else 0 for group in self.groups)

    @staticmethod
    def plain(shape: Sequence[int], lane_dim: int) -> Space:
        """Every dimension a loop of its own, in logical order, but lanes along `lane_dim`."""
        outer = [(d,) for d in range(len(shape)) if d != lane_dim]
        return Space(tuple(shape), (*outer, (lane_dim,)))

    @staticmethod
    def loop_order(shape: Sequence[int], result: Access) -> tuple[int, ...]:
        """The dimensions of other than one element by falling stride of the result, so that stores run through memory."""
        dims = [d for d, extent in enumerate(shape) if extent != 1]
        return tuple(sorted(dims, key=lambda d: -abs(result.strides[d])))

    @staticmethod
    def collapsed(shape: Sequence[int], order: Sequence[int], accesses: Iterable[Access]) -> Space:
        """Loops in this order; neighbours that are contiguous in every access become one."""
        accesses = list(accesses)
        groups: list[tuple[int, ...]] = []
        for d in order:
            if groups and all(_adjacent(a, groups[-1][-1], d, shape[d]) for a in accesses):
                groups[-1] = (*groups[-1], d)
            else:
                groups.append((d,))
        return Space(tuple(shape), tuple(groups) or ((),))


def _adjacent(access: Access, outer: int, inner: int, extent: int) -> bool:
    continues = access.strides[outer] == access.strides[inner] * extent
    return continues and not access.varies(outer) and not access.varies(inner)


@dataclass(frozen=True)
class Units:
    """How a nest is cut into work units: every index of the `outer` first loops, and blocks of the next one."""

    outer: int
    block: int
    count: int


def cut(extents: Sequence[int], target: int = 4096) -> Units:
    """Units of about `target` elements."""
    outer = 0
    while outer < len(extents) - 1 and prod(extents[outer + 1 :]) >= target:
        outer += 1
    inner = max(1, prod(extents[outer + 1 :]))
    block = max(1, min(extents[outer], target // inner))
    return Units(outer, block, prod(extents[:outer]) * -(-extents[outer] // block))
