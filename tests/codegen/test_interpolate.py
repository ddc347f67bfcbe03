"""Resizes that interpolate against the interpreter, bit for bit, in rows and channel-last, on floats and codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import DenseArrayBase, FloatAttr, TensorType, f32, f64
from xdsl.dialects.test import TestOp
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelMoveOp, Layout
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams

Q = QuantParams(U8, 0.0921, 118)
P = QuantParams(U8, 0.08, 100)


def floats(*shape: int) -> np.ndarray:
    return (np.random.default_rng(1).standard_normal(shape) * 5).astype(np.float32)


@pytest.mark.parametrize("mode", ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"])
@pytest.mark.parametrize("rows", [True, False])
def test_modes_and_layouts(check_kernel: Any, mode: str, rows: bool) -> None:
    shape, sizes = (2, 21, 5, 6), [-1, -1, 9, 4]
    check_kernel(
        KernelMoveOp,
        [TensorType(f32, shape)],
        lambda x: nn.ResizeLinearOp.make([x], sizes=sizes, coordinate_mode=mode).result,
        [floats(*shape)],
        layouts=[None if rows else Layout.channel_last(shape)],
        result=None if rows else Layout.channel_last((2, 21, 9, 4)),
    )


@pytest.mark.parametrize(
    "shape, sizes",
    [
        ((1, 3, 7), [1, 3, 40]),
        ((1, 2, 3, 4, 5), [1, 2, 6, 4, 3]),
        ((2, 3, 4, 4), [2, 3, 4, 4]),
        ((3, 5), [7, 17]),
        ((1, 1, 1), [1, 1, 5]),
    ],
)
def test_ranks(check_kernel: Any, shape: tuple[int, ...], sizes: list[int]) -> None:
    check_kernel(
        KernelMoveOp,
        [TensorType(f32, shape)],
        lambda x: nn.ResizeLinearOp.make([x], sizes=sizes, coordinate_mode="half_pixel").result,
        [floats(*shape)],
    )


def test_scales_of_the_model(check_kernel: Any) -> None:
    scales = DenseArrayBase.from_list(f64, [1.0, 1.0, 1.0, 1.7])
    check_kernel(
        KernelMoveOp,
        [TensorType(f32, (1, 3, 4, 7))],
        lambda x: nn.ResizeLinearOp.make([x], sizes=[1, 3, 4, 11], scales=scales, coordinate_mode="asymmetric").result,
        [floats(1, 3, 4, 7)],
    )


@pytest.mark.parametrize("per_channel", [False, True])
def test_codes(check_kernel: Any, per_channel: bool) -> None:
    shape, new = (2, 19, 5, 6), (2, 19, 10, 9)
    q = QuantParams(U8, np.linspace(0.01, 0.09, 19), np.arange(19), axis=1) if per_channel else Q

    def body(x: SSAValue) -> SSAValue:
        value = nn.ResizeLinearOp.make([x], params=P, sizes=list(new), coordinate_mode="half_pixel").result
        return nn.ReluOp.make([value]).result

    codes = np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)
    layouts = [Layout.channel_last(s, (), (), 4) for s in (shape, new)]
    check_kernel(KernelMoveOp, [quantized_tensor(q, shape)], body, [codes], layouts=layouts[:1], result=layouts[1])


def resample(x: SSAValue, axis: int, size: int, **properties: Any) -> SSAValue:
    extent = x.type.get_shape()[axis]  # type: ignore[attr-defined]
    properties = {"coordinate_mode": "half_pixel", "scale": FloatAttr(size / extent, f64), **properties}
    return nn.ResampleOp.make([x], axis=axis, size=size, **properties).result


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize(
    "mode, more", [("cubic", {}), ("linear", {"antialias": 1}), ("cubic", {"antialias": 1, "exclude_outside": 1})]
)
def test_taps(check_kernel: Any, axis: int, mode: str, more: dict[str, int]) -> None:
    shape = (1, 21, 9, 6)
    for size in (4, 17):
        for layout in (None, Layout.channel_last(shape)):
            check_kernel(
                *(
                    KernelMoveOp,
                    [TensorType(f32, shape)],
                    lambda x, s=size: resample(x, axis, s, mode=mode, **more),
                    [floats(*shape)],
                ),
                layouts=[layout],
            )


def test_taps_of_codes(check_kernel: Any) -> None:
    x = np.random.default_rng(2).integers(0, 256, (1, 8, 5, 6)).astype(np.uint8)
    properties = {"mode": "cubic", "coordinate_mode": "asymmetric", "scale": FloatAttr(2.0, f64)}
    check_kernel(
        *(KernelMoveOp, [quantized_tensor(Q, x.shape)]),
        lambda v: nn.ResampleOp.make([v], params=P, axis=3, size=12, **properties).result,  # type: ignore[arg-type]
        [x],
        layouts=[Layout.channel_last(x.shape)],
        result=Layout.channel_last((1, 8, 5, 12)),
    )


@pytest.mark.parametrize("mode", ["linear", "cubic"])
def test_weights_add_up_to_1(mode: str) -> None:
    (x,) = TestOp(result_types=[TensorType(f32, (1, 7))]).results
    for size in (2, 5, 7, 20):
        for more in ({}, {"antialias": 1}, {"exclude_outside": 1}):
            indices, weights = resample(x, 1, size, mode=mode, **more).owner.taps()  # type: ignore[union-attr]
            assert indices.shape == weights.shape and 0 <= indices.min() <= indices.max() < 7
            np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
