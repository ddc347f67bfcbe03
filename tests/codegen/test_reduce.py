"""Reductions against the interpreter: which axes, in which layout, on floats and codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelReduceOp, Layout
from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.dialects.shapes import tensor_shape

Q = QuantParams(U8, 0.0321, 118)
R = QuantParams(U8, 0.0517, 12)
AXES = [(0,), (1,), (-1,), (2, 3), (1, 3), (0, 1), (0, 2, 3), None]


def floats(*shape: int) -> np.ndarray:
    x = (np.random.default_rng(1).standard_normal(shape) * 100).astype(np.float32)
    x.reshape(-1)[2::5] = -0.0
    return x


def codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("op, keepdims, rows", [(nn.ReduceMeanOp, 0, True), (nn.ReduceSumOp, 1, False)])
def test_floats(check_kernel: Any, op: type[nn.NnOp], axes: tuple[int, ...] | None, keepdims: int, rows: bool) -> None:
    shape = (3, 9, 2, 7)
    check_kernel(
        KernelReduceOp,
        [TensorType(f32, shape)],
        lambda x: op.make([x], axes=axes, keepdims=keepdims).results[0],
        [floats(*shape)],
        layouts=None if rows else [Layout.channel_last(shape)],
    )


@pytest.mark.parametrize("length", [1, 3, 15, 16, 17, 31, 33, 127, 1000])
def test_lengths(check_kernel: Any, length: int) -> None:
    op = nn.ReduceMeanOp if length % 2 else nn.ReduceSumOp

    def body(axis: int) -> Any:
        return lambda x: op.make([x], axes=(axis,)).results[0]

    check_kernel(KernelReduceOp, [TensorType(f32, (2, length))], body(1), [floats(2, length)])
    check_kernel(KernelReduceOp, [TensorType(f32, (length, 3))], body(0), [floats(length, 3)])
    check_kernel(KernelReduceOp, [quantized_tensor(Q, (3, length))], body(1), [codes(3, length)])


@pytest.mark.parametrize("axes", AXES)
def test_codes(check_kernel: Any, axes: tuple[int, ...] | None) -> None:
    shape = (3, 9, 2, 7)
    layout = Layout.channel_last(shape, (0, 0, 1, 1), (0, 0, 1, 1), 4)

    def accumulated(x: SSAValue) -> SSAValue:
        total = nn.ReduceMeanOp.make([x], axes=axes)
        return RequantizeOp(total.result, None, quantized_tensor(R, tensor_shape(total.result))).result

    def rounded(x: SSAValue) -> SSAValue:
        return nn.ReduceMeanOp.make([x], axes=axes, params=R).result

    for body in (accumulated, rounded):
        check_kernel(KernelReduceOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=[layout])


def extremes(*shape: int) -> np.ndarray:
    """With NaN, infinities and both zeros."""
    x = floats(*shape)
    x.reshape(-1)[::7] = np.nan
    x.reshape(-1)[3::11] = 0.0
    x.reshape(-1)[5::29] = np.inf
    return x


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("op", [nn.ReduceMaxOp, nn.ReduceMinOp])
def test_extremes(check_kernel: Any, op: type[nn.NnOp], axes: tuple[int, ...] | None) -> None:
    shape = (3, 9, 2, 7)
    layout = Layout.channel_last(shape, (0, 0, 1, 1), (0, 0, 1, 1), 4)
    for keepdims in (0, 1):

        def body(x: SSAValue, keepdims: int = keepdims) -> SSAValue:
            return nn.ReluOp.make([op.make([x], axes=axes, keepdims=keepdims).results[0]]).result

        check_kernel(KernelReduceOp, [TensorType(f32, shape)], body, [extremes(*shape)])
        check_kernel(KernelReduceOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=[layout])


@pytest.mark.parametrize("length", [1, 15, 16, 17, 33, 1000])
@pytest.mark.parametrize("op", [nn.ReduceMaxOp, nn.ReduceMinOp])
def test_extremes_of_zeros_and_nan(check_kernel: Any, op: type[nn.NnOp], length: int) -> None:
    zeros = np.where(np.random.default_rng(length).integers(0, 2, (3, length)) == 1, np.float32(0), np.float32(-0.0))
    for x in (zeros, np.full((3, length), np.nan, np.float32), extremes(3, length)):
        check_kernel(KernelReduceOp, [TensorType(f32, (3, length))], lambda v: op.make([v], axes=(1,)).results[0], [x])
        check_kernel(KernelReduceOp, [TensorType(f32, (length, 3))], lambda v: op.make([v], axes=(0,)).results[0], [x.T.copy()])
