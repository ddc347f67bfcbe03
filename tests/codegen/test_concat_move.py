"""Concatenations and moves against the interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import DenseArrayBase, TensorType, f32, f64
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelConcatOp, KernelMoveOp, Layout
from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams

Q = QuantParams(U8, 0.0321, 118)
R = QuantParams(U8, 0.0517, 12)


def floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


def codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("sizes", [(1, 3), (16, 17, 5), (64, 4), (127, 1)])
@pytest.mark.parametrize("axis", [1, 2])
def test_concat(check_kernel: Any, sizes: tuple[int, ...], axis: int) -> None:
    shapes = [(2, n, 3, 5) if axis == 1 else (2, 6, n, 5) for n in sizes]
    whole = (2, sum(sizes), 3, 5) if axis == 1 else (2, 6, sum(sizes), 5)
    border = (0, 0, 1, 1)
    check_kernel(
        KernelConcatOp,
        [quantized_tensor(Q, s) for s in shapes],
        lambda *xs: nn.ConcatOp.make([list(xs)], axis=axis).result,
        [codes(*s) for s in shapes],
        layouts=[Layout.channel_last(s, multiple=4) for s in shapes],
        result=Layout.channel_last(whole, border, border, 4),
    )


def test_concat_of_requantized_operands_and_a_relu(check_kernel: Any) -> None:
    def body(a: SSAValue, b: SSAValue) -> SSAValue:
        a = RequantizeOp(a, None, quantized_tensor(R, (1, 9, 2, 3))).result
        return nn.ReluOp.make([nn.ConcatOp.make([[a, b]], axis=1).result]).result

    types = [quantized_tensor(Q, (1, 9, 2, 3)), quantized_tensor(R, (1, 4, 2, 3))]
    check_kernel(KernelConcatOp, types, body, [codes(1, 9, 2, 3), codes(1, 4, 2, 3)])


@pytest.mark.parametrize("groups", [2, 4, 3])
def test_channel_shuffle(check_kernel: Any, groups: int) -> None:
    shape = (1, groups, 12, 5, 6)
    layout = Layout((720 * groups, 12, 1, 72 * groups * 2, 12 * groups), 0, 12 * groups * 60, (0,) * 5, (0,) * 5)

    def body(x: SSAValue) -> SSAValue:
        return nn.TransposeOp.make([x], perm=(0, 2, 1, 3, 4)).result

    result = Layout((720 * groups, groups, 1, 72 * groups, 12 * groups), 0, 12 * groups * 30, (0,) * 5, (0,) * 5)
    check_kernel(KernelMoveOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=[layout], result=result)


@pytest.mark.parametrize("shape, perm", [((2, 5, 17), (2, 0, 1)), ((33, 20), (1, 0)), ((1, 3, 8, 9), (0, 2, 3, 1))])
def test_transpose(check_kernel: Any, shape: tuple[int, ...], perm: tuple[int, ...]) -> None:
    check_kernel(KernelMoveOp, [TensorType(f32, shape)], lambda x: nn.TransposeOp.make([x], perm=perm).result, [floats(*shape)])


RESHAPES = [
    ((2, 6, 5), (12, 5)),
    ((4, 30), (4, 5, 6)),
    ((2, 3, 4, 5), (2, 60)),
    ((4, 6), (3, 8)),
    ((6, 1, 10), (4, 15)),
    ((24,), (2, 3, 4)),
]


@pytest.mark.parametrize("old, new", RESHAPES)
def test_reshape_of_padded_operand(check_kernel: Any, old: tuple[int, ...], new: tuple[int, ...]) -> None:
    padded = Layout.row_major((*old[:-1], old[-1] + 3))
    layout = Layout(padded.strides, 1, padded.size + 1, (0,) * len(old), (0,) * len(old))

    def body(x: SSAValue) -> SSAValue:
        return nn.ReluOp.make([nn.ReshapeOp.make([x], shape=new).result]).result

    check_kernel(KernelMoveOp, [TensorType(f32, old)], body, [floats(*old)], layouts=[layout])


def test_flatten_channels_last(check_kernel: Any) -> None:
    shape = (2, 9, 3, 4)
    check_kernel(
        KernelMoveOp,
        [quantized_tensor(Q, shape)],
        lambda x: nn.ReshapeOp.make([x], shape=(2, 108)).result,
        [codes(*shape)],
        layouts=[Layout.channel_last(shape, multiple=4)],
    )


@pytest.mark.parametrize("steps", [(1, 2), (-1, 1), (3, -2)])
def test_slice(check_kernel: Any, steps: tuple[int, int]) -> None:
    bounds = [(1, 20) if s > 0 else (-2, -30) for s in steps]

    def body(x: SSAValue) -> SSAValue:
        starts, ends = zip(*bounds, strict=True)
        return nn.SliceOp.make([x], starts=starts, ends=ends, axes=(1, 2), steps=steps).result

    check_kernel(KernelMoveOp, [TensorType(f32, (2, 21, 40))], body, [floats(2, 21, 40)])


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect"])
@pytest.mark.parametrize("pads", [(0, 0, 1, 2, 0, 0, 3, 0), (0, 0, -1, 2, 0, 0, 2, -2), (0, 2, 0, 0, 0, 1, 0, 0)])
@pytest.mark.parametrize("channel_last", [False, True])
def test_pad(check_kernel: Any, mode: str, pads: tuple[int, ...], channel_last: bool) -> None:
    shape = (1, 18, 5, 6)

    def body(x: SSAValue) -> SSAValue:
        return nn.ReluOp.make([nn.PadOp.make([x], pads=pads, mode=mode, value=0.0).result]).result

    out = tuple(e + pads[d] + pads[4 + d] for d, e in enumerate(shape))
    layouts = [Layout.channel_last(shape, multiple=4)] if channel_last else None
    result = Layout.channel_last(out, multiple=4) if channel_last else None
    check_kernel(KernelMoveOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=layouts, result=result)
    if not channel_last:
        check_kernel(KernelMoveOp, [TensorType(f32, shape)], body, [floats(*shape)])


@pytest.mark.parametrize(
    "coordinate, nearest", [("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"), ("align_corners", "ceil")]
)
@pytest.mark.parametrize("sizes", [(1, 17, 8, 10), (1, 17, 3, 7)])
@pytest.mark.parametrize("channel_last", [False, True])
def test_resize(check_kernel: Any, coordinate: str, nearest: str, sizes: tuple[int, ...], channel_last: bool) -> None:
    shape = (1, 17, 4, 5)

    def body(x: SSAValue) -> SSAValue:
        return nn.ResizeOp.make([x], sizes=sizes, coordinate_mode=coordinate, nearest_mode=nearest).result

    layouts = [Layout.channel_last(shape, multiple=4)] if channel_last else None
    result = Layout.channel_last(sizes, multiple=4) if channel_last else None
    check_kernel(KernelMoveOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=layouts, result=result)


def test_resize_with_scales(check_kernel: Any) -> None:
    scales = DenseArrayBase.from_list(f64, [1.0, 1.0, 1.7])
    check_kernel(
        KernelMoveOp,
        [TensorType(f32, (1, 3, 5))],
        lambda x: nn.ResizeOp.make([x], sizes=(1, 3, 8), scales=scales, coordinate_mode="asymmetric", nearest_mode="floor").result,
        [floats(1, 3, 5)],
    )
