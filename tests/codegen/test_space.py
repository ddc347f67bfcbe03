"""Iteration spaces: index maps against numpy's own indexing, collapsing against addresses computed one by one."""

from __future__ import annotations

import itertools
from math import prod

import numpy as np
import pytest

from lpt.codegen.space import Access, IndexMap, Space, cut, refinement, row_major


def read(map: IndexMap, shape: tuple[int, ...]) -> np.ndarray:
    """The elements of arange(shape) that a map reads, position by position."""
    source = np.arange(prod(shape)).reshape(shape)
    access = map.access(0, row_major(shape))
    places = [access.offset + sum(i * s for i, s in zip(p, access.strides, strict=True)) for p in np.ndindex(map.extents)]
    return source.reshape(-1)[places].reshape(map.extents)


@pytest.mark.parametrize("operand", [(4, 5), (5,), (1, 5), (4, 1), (3, 1, 5), (1, 1, 1), ()])
def test_broadcast_map(operand: tuple[int, ...]) -> None:
    shape = (3, 4, 5)
    expected = np.broadcast_to(np.arange(prod(operand)).reshape(operand), shape)
    assert (read(IndexMap.identity(shape).broadcast(operand), operand) == expected).all()


def test_transposed_and_sliced_map() -> None:
    x = np.arange(60).reshape(3, 4, 5)
    transposed = IndexMap.identity((5, 3, 4)).select([1, 2, 0])
    assert (read(transposed, x.shape) == x.transpose(2, 0, 1)).all()
    sliced = IndexMap.identity((2, 2, 5)).sliced([0, 3, 4], [2, -2, -1])
    assert (read(sliced, x.shape) == x[::2, ::-2, ::-1]).all()


@pytest.mark.parametrize(
    "old, new", [((2, 12), (2, 3, 4)), ((2, 3, 4), (6, 4)), ((6, 4), (2, 3, 4)), ((4, 1, 6), (2, 2, 2, 3)), ((4, 6), (2, 2, 6))]
)
def test_reshaped_map_over_the_refinement(old: tuple[int, ...], new: tuple[int, ...]) -> None:
    fine = refinement(old, new)
    assert fine is not None
    identity = IndexMap.identity(fine)
    from_old, from_new = identity.reshaped(fine, old), identity.reshaped(fine, new)
    assert from_old is not None and from_new is not None
    assert (read(from_old, old) == read(from_new, new)).all()
    assert (read(from_new, new) == np.arange(prod(new)).reshape(fine)).all()


def test_a_reshape_that_mixes_dimensions_has_no_map() -> None:
    assert refinement((4, 6), (3, 8)) is None
    assert IndexMap.identity((4, 6)).reshaped((4, 6), (3, 8)) is None


@pytest.mark.parametrize("array_shape", [(3, 1, 5), (1, 4, 1), (5,)])
def test_constants_are_laid_out_in_loop_order(array_shape: tuple[int, ...]) -> None:
    shape, order = (3, 4, 5), (0, 2, 1)
    array = np.arange(prod(array_shape)).reshape(array_shape)
    taken = IndexMap.identity(shape).broadcast(array_shape).take(array, order)
    expected = np.broadcast_to(array, shape).transpose(order)
    assert (np.broadcast_to(taken, expected.shape) == expected).all()
    assert taken.size == array.size


ACCESSES = {
    "dense": [(60, 20, 5, 1), (60, 20, 5, 1)],
    "per channel": [(60, 1, 15, 3), (0, 1, 0, 0)],
    "rows against channels": [(60, 20, 5, 1), (60, 1, 15, 3)],
    "halo": [(90, 1, 21, 3), (60, 1, 15, 3)],
    "broadcast": [(60, 20, 5, 1), (0, 20, 0, 0)],
}


@pytest.mark.parametrize("name", ACCESSES)
def test_collapsed_loops_visit_the_same_addresses(name: str) -> None:
    shape = (2, 3, 4, 5)
    accesses = [Access(7, strides) for strides in ACCESSES[name]]
    space = Space.collapsed(shape, Space.loop_order(shape, accesses[0]), accesses)
    assert prod(space.extents) == prod(shape)
    for access in accesses:
        strides = space.strides(access)
        walked = [sum(i * s for i, s in zip(p, strides, strict=True)) for p in np.ndindex(space.extents)]
        ordered = itertools.product(*(range(shape[d]) for d in space.order))
        assert walked == [sum(i * access.strides[d] for i, d in zip(p, space.order, strict=True)) for p in ordered]


def test_what_collapses() -> None:
    shape = (2, 3, 4, 5)
    dense = Access(0, (60, 20, 5, 1))
    assert Space.collapsed(shape, (0, 1, 2, 3), [dense, dense]).extents == (120,)
    per_channel = Access(0, (0, 1, 0, 0))
    assert Space.collapsed(shape, (0, 1, 2, 3), [dense, per_channel]).extents == (2, 3, 20)
    table = Access(0, (60, 20, 0, 1), (np.zeros((1, 1, 4, 1), np.int64),))
    assert Space.collapsed(shape, (0, 1, 2, 3), [dense, table]).extents == (6, 4, 5)


@pytest.mark.parametrize("extents", [(1,), (7,), (100000,), (3, 5000), (56, 56, 64), (100, 3), (1, 1, 1)])
@pytest.mark.parametrize("target", [1, 64, 4096])
def test_units_cover_everything_once(extents: tuple[int, ...], target: int) -> None:
    units = cut(extents, target)
    assert units.count == prod(extents[: units.outer]) * -(-extents[units.outer] // units.block)
    assert units.block * prod(extents[units.outer + 1 :]) <= max(target, prod(extents[units.outer + 1 :]))
