"""Gathers and broadcasts against the interpreter, on sizes around the vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import IntegerType, TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelMoveOp, Layout
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams

Q = QuantParams(U8, 0.0321, 118)


def floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


def codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).integers(0, 256, shape).astype(np.uint8)


def names(extent: int, shape: tuple[int, ...], dtype: type = np.int64) -> np.ndarray:
    """Indices from both ends."""
    return np.random.default_rng(extent).integers(-extent, extent, shape).astype(dtype)


CASES = [
    ((7, 33), 0, (5,)),
    ((7, 33), 1, (17,)),
    ((3, 5, 4), 1, (2, 3)),
    ((3, 5, 4), 2, ()),
    ((130,), 0, (127,)),
    ((2, 18, 5, 6), 1, (36,)),
]


@pytest.mark.parametrize("shape, axis, picked", CASES)
def test_constant_indices(check_kernel: Any, shape: tuple[int, ...], axis: int, picked: tuple[int, ...]) -> None:
    def body(x: SSAValue) -> SSAValue:
        indices = ConstantOp(names(shape[axis], picked)).result
        return nn.ReluOp.make([nn.GatherOp.make([x, indices], axis=axis).result]).result

    check_kernel(KernelMoveOp, [TensorType(f32, shape)], body, [floats(*shape)])
    layouts = [Layout.channel_last(shape, multiple=4)] if len(shape) == 4 else None
    check_kernel(KernelMoveOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=layouts)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("shape, axis, picked", CASES)
def test_indices_of_run_time(check_kernel: Any, shape: tuple[int, ...], axis: int, picked: tuple[int, ...], dtype: type) -> None:
    def body(x: SSAValue, indices: SSAValue) -> SSAValue:
        return nn.ReluOp.make([nn.GatherOp.make([x, indices], axis=axis).result]).result

    types = [quantized_tensor(Q, shape), TensorType(IntegerType(dtype().itemsize * 8), picked)]
    arrays = [codes(*shape), names(shape[axis], picked, dtype)]
    layouts = [Layout.channel_last(shape, multiple=4), None] if len(shape) == 4 else None
    check_kernel(KernelMoveOp, types, body, arrays, layouts=layouts)
    check_kernel(KernelMoveOp, [TensorType(f32, shape), types[1]], body, [floats(*shape), arrays[1]])


def test_indices_outside_read_the_nearest_element(check_kernel: Any) -> None:
    indices = np.array([-(2**40), -6, -5, 4, 5, 2**40, 2**32 + 1], np.int64)
    check_kernel(
        KernelMoveOp,
        [TensorType(f32, (5, 3)), TensorType(IntegerType(64), (7,))],
        lambda x, i: nn.GatherOp.make([x, i], axis=0).result,
        [floats(5, 3), indices],
    )


def test_a_constant_table(check_kernel: Any) -> None:
    def body(indices: SSAValue) -> SSAValue:
        return nn.GatherOp.make([ConstantOp.quantized(codes(11, 20), Q).result, indices], axis=0).result

    check_kernel(KernelMoveOp, [TensorType(IntegerType(64), (4, 3))], body, [names(11, (4, 3))])


@pytest.mark.parametrize(
    "shape, to",
    [
        ((1, 5), (33, 1)),
        ((3, 1), (3, 65)),
        ((4,), (2, 3, 4)),
        ((1, 1), (7, 31)),
        ((2, 1, 3, 1), (1, 18, 1, 6)),
        ((), (5,)),
        ((2, 16, 1, 1), (2, 16, 5, 6)),
    ],
)
def test_broadcast(check_kernel: Any, shape: tuple[int, ...], to: tuple[int, ...]) -> None:
    def body(x: SSAValue) -> SSAValue:
        return nn.ReluOp.make([nn.BroadcastOp.make([x], shape=to).result]).result

    check_kernel(KernelMoveOp, [TensorType(f32, shape)], body, [floats(*shape)])
    layouts = [Layout.channel_last(shape, multiple=4)] if len(shape) == 4 else None
    out = np.broadcast_shapes(shape, to)
    result = Layout.channel_last(out, (0, 0, 1, 1), (0, 0, 1, 1), 4) if len(out) == 4 else None
    check_kernel(KernelMoveOp, [quantized_tensor(Q, shape)], body, [codes(*shape)], layouts=layouts, result=result)


def test_broadcast_per_channel(check_kernel: Any) -> None:
    params = QuantParams(U8, [0.1, 0.2, 0.3], [1, 2, 3], axis=0)

    def body(x: SSAValue) -> SSAValue:
        return nn.ReluOp.make([nn.BroadcastOp.make([x], shape=(2, 3, 5)).result]).result

    check_kernel(KernelMoveOp, [quantized_tensor(params, (3, 1))], body, [codes(3, 1)])
