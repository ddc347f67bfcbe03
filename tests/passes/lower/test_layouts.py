"""Layouts against numpy's own strides, and memory plans against liveness."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.dialects.test import TestOp as Source

from lpt.dialects.kernel import Layout
from lpt.dialects.nn import ReshapeOp, SliceOp, TransposeOp
from lpt.passes.lower.layouts import channels_fit, columns_fit, reshaped_strides, rows_fit, rows_layout, sub_layout, view_layout
from lpt.passes.lower.plan_memory import Buffer, live_bound, place


def read(buffer: np.ndarray, layout: Layout, shape: tuple[int, ...]) -> np.ndarray:
    """The tensor that a layout sees in a buffer of one-byte elements."""
    return np.lib.stride_tricks.as_strided(buffer[layout.offset :], shape, layout.strides)


@pytest.mark.parametrize("multiple", [1, 4])
def test_channel_last_is_a_padded_transpose(multiple: int) -> None:
    layout = Layout.channel_last((2, 3, 5, 7), (0, 0, 1, 2), (0, 0, 1, 0), multiple)
    stored = -(-3 // multiple) * multiple
    assert layout.size == 2 * (5 + 2) * (7 + 2) * stored
    whole = np.arange(layout.size).reshape(2, 7, 9, stored)
    expected = whole[:, 1:6, 2:9, :3].transpose(0, 3, 1, 2)
    strides = [s * whole.itemsize for s in layout.strides]
    got = np.lib.stride_tricks.as_strided(whole.ravel()[layout.offset :], (2, 3, 5, 7), strides)
    np.testing.assert_array_equal(got, expected)


@given(st.permutations([0, 1, 2, 3]))
def test_a_transposed_view_reads_the_transposed_tensor(perm: list[int]) -> None:
    shape, layout = (1, 2, 3, 5), Layout.channel_last((1, 2, 3, 5))
    x = Source(result_types=[TensorType(Float32Type(), shape)]).results[0]
    op = TransposeOp.make([x], perm=perm)
    view = view_layout(op, layout)
    buffer = np.arange(layout.size, dtype=np.int8)
    assert view is not None
    expected = read(buffer, layout, shape).transpose(perm)
    np.testing.assert_array_equal(read(buffer, view, expected.shape), expected)


def test_a_sliced_view_reads_the_slice() -> None:
    shape, layout = (1, 8, 4, 4), Layout.channel_last((1, 8, 4, 4))
    x = Source(result_types=[TensorType(Float32Type(), shape)]).results[0]
    view = view_layout(SliceOp.make([x], starts=[2, 0], ends=[7, 4], axes=[1, 3], steps=[2, 1]), layout)
    buffer = np.arange(layout.size, dtype=np.uint8)
    assert view is not None
    np.testing.assert_array_equal(read(buffer, view, (1, 3, 4, 4)), read(buffer, layout, shape)[:, 2:7:2])


def test_a_reshape_is_a_view_only_where_nothing_moves() -> None:
    x = Source(result_types=[TensorType(Float32Type(), (1, 8, 3, 3))]).results[0]
    channel_last = Layout.channel_last((1, 8, 3, 3))
    split = view_layout(ReshapeOp.make([x], shape=[1, 2, 4, 3, 3]), channel_last)
    assert split is not None and split.strides[1:] == (4, 1, 24, 8)
    assert view_layout(ReshapeOp.make([x], shape=[1, 72]), channel_last) is None
    assert reshaped_strides((2, 8, 1, 1), (8, 1, 8, 8), (2, 8)) == (8, 1)


def test_what_kernels_can_read() -> None:
    layout = Layout.channel_last((1, 6, 4, 4), (0, 0, 1, 1), (0, 0, 1, 1), 4)
    none, ones, twos = (0,) * 4, (0, 0, 1, 1), (0, 0, 2, 2)
    assert channels_fit(layout, (1, 6, 4, 4), ones, ones, 1)
    assert not channels_fit(layout, (1, 6, 4, 4), twos, ones, 1)
    assert not channels_fit(Layout.row_major((1, 6, 4, 4)), (1, 6, 4, 4), none, none, 1)
    assert not channels_fit(sub_layout(layout, 2), (1, 2, 4, 4), none, none, 1)
    assert channels_fit(sub_layout(layout, 4), (1, 2, 4, 4), none, none, 1)
    assert rows_fit(rows_layout((3, 7), 4), (3, 7), 1) and not rows_fit(Layout.row_major((3, 7)), (3, 7), 1)
    assert rows_fit(Layout.row_major((3, 7)), (3, 7), 4)


def test_what_can_be_packed() -> None:
    heads = Layout.row_major((5, 2, 8))  # tokens, heads, features
    assert columns_fit(Layout((8, 16, 1), 0, 80, (0,) * 3, (0,) * 3), (2, 5, 8))
    assert columns_fit(Layout((8, 1, 16), 0, 80, (0,) * 3, (0,) * 3), (2, 8, 5))
    assert not columns_fit(Layout((1, 16, 8), 0, 80, (0,) * 3, (0,) * 3), (8, 5, 2))
    assert columns_fit(heads, (5, 2, 8)) and not columns_fit(Layout.row_major((8,)), (8,))
    assert not columns_fit(Layout((-1, 1), 0, 8, (0, 0), (0, 0)), (2, 4))


buffers = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(0, 12), st.integers(0, 5)).map(lambda t: Buffer(t[0], t[1], t[1] + t[2])),
    max_size=25,
)


def resnet_block(*, first: int, size: int, small: int) -> list[Buffer]:
    """A residual block's buffers: what comes in, two inner ones, what goes out."""
    return [
        Buffer(size, first, first + 3),
        Buffer(small + 14_592, first + 1, first + 2),
        Buffer(small, first + 2, first + 3),
        Buffer(size, first + 3, first + 6),
    ]


def test_a_residual_network_meets_its_bound() -> None:
    # By size alone this takes 1.11 times the bound.
    plan = [Buffer(802_816, 1, 2), Buffer(200_704, 2, 4), *resnet_block(first=3, size=802_816, small=200_704)]
    plan += [Buffer(215_296, 7, 8), Buffer(200_704, 8, 9), Buffer(802_816, 9, 12), Buffer(215_296, 10, 11)]
    plan += [Buffer(200_704, 11, 12), Buffer(802_816, 12, 14), Buffer(401_408, 13, 16), Buffer(415_872, 14, 15)]
    assert place(plan) == live_bound(plan) == 2 * 802_816 + 200_704


def test_no_buffers_need_no_arena() -> None:
    assert place([]) == live_bound([]) == 0


@given(buffers)
def test_buffers_that_live_together_do_not_overlap(plan: list[Buffer]) -> None:
    arena = place(plan)
    assert arena >= live_bound(plan)
    for i, a in enumerate(plan):
        assert a.offset % 64 == 0 and a.offset + a.size <= arena
        for b in plan[:i]:
            apart = a.last < b.first or b.last < a.first
            assert apart or a.offset + a.size <= b.offset or b.offset + b.size <= a.offset
