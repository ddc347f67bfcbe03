"""Softmax against the interpreter, bit for bit, along and across the axis."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelSoftmaxOp, Layout
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams

Q = QuantParams(U8, 0.0921, 118)
P = QuantParams(U8, 1 / 256)


def floats(*shape: int) -> np.ndarray:
    return (np.random.default_rng(1).standard_normal(shape) * 5).astype(np.float32)


def codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("length", [1, 3, 15, 16, 17, 31, 33, 127, 1000])
@pytest.mark.parametrize("axis", [0, 1])
def test_lengths(check_kernel: Any, length: int, axis: int) -> None:
    shape = (3, length) if axis else (length, 3)
    check_kernel(KernelSoftmaxOp, [TensorType(f32, shape)], lambda x: nn.SoftmaxOp.make([x], axis=axis).result, [floats(*shape)])


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("rows", [True, False])
def test_axes_and_layouts(check_kernel: Any, axis: int, rows: bool) -> None:
    shape = (2, 21, 5, 6)
    layout = None if rows else Layout.channel_last(shape)
    check_kernel(
        KernelSoftmaxOp,
        [TensorType(f32, shape)],
        lambda x: nn.SoftmaxOp.make([x], axis=axis).result,
        [floats(*shape)],
        layouts=[layout],
        result=layout,
    )


def test_infinities_and_nan(check_kernel: Any) -> None:
    x = floats(6, 40)
    x[0, 3], x[1, 5], x[2, 39], x[3] = np.nan, np.inf, -np.inf, -np.inf
    x[4] *= 1000
    for axis, masked in itertools.product((0, 1), (None, 1)):
        check_kernel(
            KernelSoftmaxOp,
            [TensorType(f32, x.shape)],
            lambda v, a=axis, m=masked: nn.SoftmaxOp.make([v], axis=a, masked=m).result,
            [x],
        )


@pytest.mark.parametrize("length", [10, 16, 1000])
def test_codes(check_kernel: Any, length: int) -> None:
    shape = (2, length)

    def between_casts(x: SSAValue) -> SSAValue:
        y = nn.SoftmaxOp.make([DequantizeCastOp(x).result], axis=1)
        return QuantizeCastOp(y.result, quantized_tensor(P, shape)).result

    def rounded(x: SSAValue) -> SSAValue:
        return nn.SoftmaxOp.make([x], axis=1, params=P).result

    for body in (between_casts, rounded):
        check_kernel(KernelSoftmaxOp, [quantized_tensor(Q, shape)], body, [codes(*shape)])


@pytest.mark.parametrize("length", [40, 9000])
@pytest.mark.parametrize("scale", [0.02, 0.6])
def test_rows_too_long_to_keep_and_codes_far_apart(check_kernel: Any, length: int, scale: float) -> None:
    """e^−87 is the last normal f32, and 8192 exponentials are what is kept."""
    params = QuantParams(U8, scale, 7)

    def body(x: SSAValue) -> SSAValue:
        return nn.SoftmaxOp.make([DequantizeCastOp(x).result], axis=1).result

    check_kernel(KernelSoftmaxOp, [quantized_tensor(params, (2, length))], body, [codes(2, length)])
