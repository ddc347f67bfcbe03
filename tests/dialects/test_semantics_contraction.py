"""Convolution and matrix products against plain loops over integers, and against double precision."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from lpt.dialects import nn
from lpt.dialects.quant import QuantParams

Params = Callable[..., QuantParams]
Run = Callable[..., list[np.ndarray]]


def by_loops(
    x: np.ndarray, w: np.ndarray, strides: Sequence[int], pads: Sequence[int], dilations: Sequence[int], group: int
) -> np.ndarray:
    """The definition of convolution on centred values, in Python or numpy numbers of the operands' type."""
    rank = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0), *((pads[i], pads[rank + i]) for i in range(rank))])
    out = [(x.shape[2 + i] - dilations[i] * (w.shape[2 + i] - 1) - 1) // strides[i] + 1 for i in range(rank)]
    result = np.zeros((x.shape[0], w.shape[0], *out), x.dtype)
    per_group, outputs = w.shape[1], w.shape[0] // group
    for m in range(w.shape[0]):
        channels = slice(m // outputs * per_group, (m // outputs + 1) * per_group)
        for position in itertools.product(*map(range, out)):
            cut = tuple(
                slice(p * s, p * s + d * (k - 1) + 1, d)
                for p, s, d, k in zip(position, strides, dilations, w.shape[2:], strict=True)
            )
            axes = tuple(range(1, rank + 2))
            where: tuple[int | slice, ...] = (slice(None), m, *position)
            result[where] = (x[(slice(None), channels, *cut)] * w[m]).sum(axis=axes)
    return result


CASES = {
    "1d": ((2, 3, 9), (4, 3, 3), (2,), (1, 0), (1,), 1),
    "2d": ((2, 3, 7, 6), (4, 3, 3, 2), (1, 2), (1, 0, 1, 1), (1, 1), 1),
    "dilated": ((1, 2, 9, 9), (3, 2, 3, 3), (1, 1), (2, 2, 2, 2), (2, 2), 1),
    "groups": ((1, 6, 5, 5), (4, 3, 3, 3), (1, 1), (1, 1, 1, 1), (1, 1), 2),
    "depthwise": ((2, 4, 5, 5), (4, 1, 3, 3), (2, 2), (1, 1, 1, 1), (1, 1), 4),
    "depthwise x2": ((1, 3, 5, 5), (6, 1, 3, 3), (1, 1), (0, 0, 0, 0), (1, 1), 3),
    "3d": ((1, 2, 4, 4, 4), (2, 2, 2, 2, 2), (1, 1, 2), (0, 0, 0, 1, 1, 1), (1, 1, 1), 1),
}


@pytest.mark.parametrize("case", CASES)
def test_quantized_conv_is_exact(case: str, params: Params, run: Run) -> None:
    x_shape, w_shape, strides, pads, dilations, group = CASES[case]
    rng = np.random.default_rng(3)
    x, w = rng.integers(0, 256, x_shape).astype(np.uint8), rng.integers(-128, 128, w_shape).astype(np.int8)
    zero_points = rng.integers(-5, 6, w_shape[0])
    expected = by_loops(
        x.astype(np.int64) - 77, w.astype(np.int64) - zero_points.reshape(-1, *(1,) * (w.ndim - 1)), strides, pads, dilations, group
    )
    operands = [(x, params("u8", 0.1, 77)), (w, params("i8", np.full(w_shape[0], 0.2), zero_points, axis=0))]
    (got,) = run(nn.ConvOp, operands, absent=1, strides=strides, pads=pads, dilations=dilations, group=group)
    assert got.dtype == np.int32 and (got == expected).all()


@pytest.mark.parametrize("case", CASES)
def test_float_conv_is_the_rounded_double_sum(case: str, run: Run) -> None:
    x_shape, w_shape, strides, pads, dilations, group = CASES[case]
    rng = np.random.default_rng(4)
    x, w, bias = (rng.standard_normal(s).astype(np.float32) for s in (x_shape, w_shape, w_shape[:1]))
    expected = by_loops(x.astype(np.float64), w.astype(np.float64), strides, pads, dilations, group)
    expected += bias.astype(np.float64).reshape(-1, *(1,) * (x.ndim - 2))
    (got,) = run(nn.ConvOp, [(x, None), (w, None), (bias, None)], strides=strides, pads=pads, dilations=dilations, group=group)
    assert got.dtype == np.float32
    assert (np.abs(got - expected) <= np.spacing(np.abs(got))).all()


def test_large_sums_are_exact_beyond_f32(params: Params, run: Run) -> None:
    """4096 products of 255 · 127 exceed 2²⁴, where f32 stops being exact."""
    x, w = np.full((1, 4096), 255, np.uint8), np.full((4096, 1), 127, np.int8)
    x[0, 0] = 254
    (got,) = run(nn.MatMulOp, [(x, params("u8", 1.0)), (w, params("i8", 1.0))])
    assert got.item() == 4095 * 255 * 127 + 254 * 127


@pytest.mark.parametrize(
    ("a", "b"), [((3, 4), (4, 5)), ((4,), (4, 5)), ((3, 4), (4,)), ((4,), (4,)), ((2, 1, 3, 4), (6, 4, 5)), ((2, 3, 4), (4, 1))]
)
def test_quantized_matmul_is_exact(a: tuple[int, ...], b: tuple[int, ...], params: Params, run: Run) -> None:
    rng = np.random.default_rng(5)
    left, right = rng.integers(0, 256, a).astype(np.uint8), rng.integers(-128, 128, b).astype(np.int8)
    (got,) = run(nn.MatMulOp, [(left, params("u8", 0.1, 100)), (right, params("i8", 0.1, -3))])
    assert (got == np.matmul(left.astype(np.int64) - 100, right.astype(np.int64) + 3)).all() and got.dtype == np.int32


def test_matmul_with_zero_points_per_row_and_column(params: Params, run: Run) -> None:
    rng = np.random.default_rng(6)
    left, right = rng.integers(0, 256, (3, 4)).astype(np.uint8), rng.integers(-128, 128, (4, 2)).astype(np.int8)
    rows, columns = np.array([1, 2, 3]), np.array([-1, 5])
    (by_rows,) = run(nn.MatMulOp, [(left, params("u8", [0.1] * 3, rows, axis=0)), (right, params("i8", 0.1))])
    assert (by_rows == (left.astype(np.int64) - rows[:, None]) @ right.astype(np.int64)).all()
    (by_columns,) = run(nn.MatMulOp, [(left, params("u8", 0.1)), (right, params("i8", [0.1] * 2, columns, axis=1))])
    assert (by_columns == left.astype(np.int64) @ (right.astype(np.int64) - columns)).all()


@pytest.mark.parametrize("trans_a", [0, 1])
@pytest.mark.parametrize("trans_b", [0, 1])
def test_gemm(trans_a: int, trans_b: int, run: Run) -> None:
    rng = np.random.default_rng(7)
    a, b, c = (rng.standard_normal(s).astype(np.float32) for s in ((3, 4), (4, 5), (5,)))
    expected = 0.5 * (a.astype(np.float64) @ b) + 2.0 * c
    operands = [(a.T.copy() if trans_a else a, None), (b.T.copy() if trans_b else b, None), (c, None)]
    (got,) = run(nn.GemmOp, operands, alpha=0.5, beta=2.0, trans_a=trans_a, trans_b=trans_b)
    assert np.allclose(got, expected, rtol=1e-6, atol=1e-6)
