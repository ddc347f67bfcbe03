"""Linear resize against the interpreter, bit for bit, in rows and channel-last, on floats and codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import DenseArrayBase, TensorType, f32, f64
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
