"""Pooling, reductions and softmax: exact on codes, in the stated order on floats."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from lpt.dialects import nn
from lpt.dialects.quant import QuantParams
from lpt.dialects.semantics import math

Params = Callable[..., QuantParams]
Run = Callable[..., list[np.ndarray]]
WINDOW = {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1], "dilations": [1, 1]}


def lanes(x: np.ndarray) -> np.float32:
    """The order of reductions, element by element: lane i mod 16, then the tree 8, 4, 2, 1."""
    lane = [np.float32(0.0)] * 16
    for i, v in enumerate(x.ravel()):
        lane[i % 16] = np.float32(lane[i % 16] + v)
    for half in (8, 4, 2, 1):
        lane = [np.float32(lane[i] + lane[i + half]) for i in range(half)]
    return lane[0]


def windows(x: np.ndarray, fill: float) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (0, 1)], constant_values=fill)
    h, w = (padded.shape[2] - 3) // 2 + 1, padded.shape[3] - 1
    return padded, list(itertools.product(range(x.shape[0]), range(x.shape[1]), range(h), range(w)))


def test_max_pool_of_codes(params: Params, run: Run) -> None:
    x = np.random.default_rng(0).integers(-128, 128, (1, 2, 6, 5)).astype(np.int8)
    (got,) = run(nn.MaxPoolOp, [(x, params("i8", [0.1, 0.2], [4, -7], axis=1))], **WINDOW)
    padded, positions = windows(x.astype(int), -128)
    assert got.dtype == np.int8 and got.size == len(positions)
    for n, c, i, j in positions:
        assert got[n, c, i, j] == padded[n, c, 2 * i : 2 * i + 3, j : j + 2].max()


def test_float_max_pool_pads_never_win(run: Run) -> None:
    x = np.full((1, 1, 4, 4), -5.0, np.float32)
    assert (run(nn.MaxPoolOp, [(x, None)], **WINDOW)[0] == -5).all()


def test_average_pool_adds_column_by_column_and_divides(run: Run) -> None:
    x = np.random.default_rng(1).standard_normal((1, 2, 6, 5)).astype(np.float32)
    padded, positions = windows(x, 0)
    inside, _ = windows(np.ones_like(x), 0)
    for include in (0, 1):
        (got,) = run(nn.AveragePoolOp, [(x, None)], count_include_pad=include, **WINDOW)
        for n, c, i, j in positions:
            cut = (n, c, slice(2 * i, 2 * i + 3), slice(j, j + 2))
            total = np.float32(0)
            for column in padded[cut].T:
                inner = np.float32(0)
                for v in column:
                    inner = np.float32(inner + v)
                total = np.float32(total + inner)
            assert got[n, c, i, j] == total / np.float32(6 if include else inside[cut].sum())


def test_average_pool_accumulates_codes(params: Params, run: Run) -> None:
    x = np.random.default_rng(2).integers(0, 256, (1, 2, 6, 5)).astype(np.uint8)
    (got,) = run(nn.AveragePoolOp, [(x, params("u8", 0.1, 77))], count_include_pad=1, **WINDOW)
    padded, positions = windows(x.astype(int) - 77, 0)
    assert got.dtype == np.int32
    for n, c, i, j in positions:
        assert got[n, c, i, j] == padded[n, c, 2 * i : 2 * i + 3, j : j + 2].sum()


def test_ceil_mode_divides_by_what_lies_inside(run: Run) -> None:
    """ONNX AveragePool-22: a window beyond the end counts only elements of the (padded) input."""
    x = np.arange(1, 6, dtype=np.float32).reshape(1, 1, 5)
    properties = {"kernel_shape": [2], "strides": [2], "pads": [0, 0], "dilations": [1], "ceil_mode": 1}
    for include in (0, 1):
        (got,) = run(nn.AveragePoolOp, [(x, None)], count_include_pad=include, **properties)
        assert got.ravel().tolist() == [1.5, 3.5, 5.0]


def test_a_window_that_starts_on_the_last_pad_does_not_exist(run: Run) -> None:
    x = np.array([[[1.0, 2.0]]], np.float32)
    properties = {"kernel_shape": [3], "strides": [3], "pads": [1, 1], "dilations": [1], "ceil_mode": 1}
    (got,) = run(nn.AveragePoolOp, [(x, None)], count_include_pad=1, **properties)
    assert got.tolist() == [[[1.0]]]


def test_sums_over_nothing_are_zero(run: Run) -> None:
    (got,) = run(nn.ReduceSumOp, [(np.zeros((2, 0, 3), np.float32), None)], axes=[1], keepdims=0)
    assert got.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert run(nn.ReduceSumOp, [(np.zeros((2, 0, 3), np.float32), None)], axes=[2])[0].shape == (2, 0, 1)


def test_global_pools(params: Params, run: Run) -> None:
    x = np.random.default_rng(3).integers(0, 256, (2, 3, 7, 7)).astype(np.uint8)
    of = params("u8", 0.1, 9)
    assert (run(nn.GlobalAveragePoolOp, [(x, of)])[0] == (x.astype(int) - 9).sum(axis=(2, 3), keepdims=True)).all()
    assert (run(nn.GlobalMaxPoolOp, [(x, of)])[0] == x.max(axis=(2, 3), keepdims=True)).all()
    real = np.random.default_rng(4).standard_normal((1, 2, 7, 7)).astype(np.float32)
    (got,) = run(nn.GlobalAveragePoolOp, [(real, None)])
    for c in range(2):
        total = np.float32(0)
        for v in real[0, c].ravel():
            total = np.float32(total + v)
        assert got[0, c, 0, 0] == total / np.float32(49)


@pytest.mark.parametrize("count", [1, 15, 16, 17, 100, 1000])
def test_reductions_run_in_16_lanes(count: int, run: Run) -> None:
    x = (np.random.default_rng(count).standard_normal((3, count)) * 100).astype(np.float32)
    (total,) = run(nn.ReduceSumOp, [(x, None)], axes=[1])
    (mean,) = run(nn.ReduceMeanOp, [(x, None)], axes=[-1], keepdims=0)
    assert total.shape == (3, 1) and mean.shape == (3,)
    for row in range(3):
        assert total[row, 0] == lanes(x[row]) and mean[row] == lanes(x[row]) / np.float32(count)


def test_reduced_axes_are_flattened_in_row_major_order(run: Run) -> None:
    x = (np.random.default_rng(5).standard_normal((4, 3, 5)) * 100).astype(np.float32)
    (got,) = run(nn.ReduceSumOp, [(x, None)], axes=[0, 2], keepdims=0)
    assert got.tolist() == [lanes(x[:, c]) for c in range(3)]
    assert run(nn.ReduceSumOp, [(x, None)], keepdims=0)[0] == lanes(x)


def test_reductions_of_codes(params: Params, run: Run) -> None:
    x = np.random.default_rng(6).integers(0, 256, (2, 3, 40)).astype(np.uint8)
    of = params("u8", [0.1, 0.2, 0.3], [1, 100, 255], axis=1)
    expected = (x.astype(int) - np.array([1, 100, 255])[:, None]).sum(axis=2)
    assert (run(nn.ReduceMeanOp, [(x, of)], axes=[2], keepdims=0)[0] == expected).all()
    assert (run(nn.ReduceSumOp, [(x, of)], axes=[2])[0][..., 0] == expected).all()


@pytest.mark.parametrize("axis", [-1, 0])
def test_softmax_in_the_stated_order(axis: int, run: Run) -> None:
    x = (np.random.default_rng(7).standard_normal((37, 21)) * 5).astype(np.float32)
    (got,) = run(nn.SoftmaxOp, [(x, None)], axis=axis)
    rows, results = (x, got) if axis else (x.T, got.T)
    for row, result in zip(rows, results, strict=True):
        e = math.apply(math.exp, row - row.max())
        assert (result == e * (np.float32(1) / lanes(e))).all()
    double = np.exp(x.astype(np.float64))
    assert np.allclose(got, double / double.sum(axis=axis, keepdims=True), rtol=5e-6, atol=0)


def test_softmax_of_codes_is_rounded_once(params: Params, run: Run) -> None:
    q = np.random.default_rng(8).integers(0, 256, (3, 10)).astype(np.uint8)
    of, out = params("u8", 0.1, 30), params("u8", 1 / 256)
    real = (q.astype(np.int32) - 30).astype(np.float32) * np.float32(0.1)
    (floats,) = run(nn.SoftmaxOp, [(real, None)])
    (got,) = run(nn.SoftmaxOp, [(q, of)], result=out)
    assert (got == np.clip(np.rint(floats / np.float32(1 / 256)), 0, 255)).all()


def test_batch_normalization(run: Run) -> None:
    rng = np.random.default_rng(9)
    x, (scale, bias, mean), var = rng.standard_normal((2, 3, 4)), rng.standard_normal((3, 3)), rng.uniform(0.5, 2, 3)
    arrays = [a.astype(np.float32) for a in (x, scale, bias, mean, var)]
    (got,) = run(nn.BatchNormalizationOp, [(a, None) for a in arrays], epsilon=1e-3)
    expected = (x - mean[:, None]) / np.sqrt(var[:, None] + 1e-3) * scale[:, None] + bias[:, None]
    assert got.dtype == np.float32 and np.allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_a_batch_of_none_stays_one(run: Run) -> None:
    (out,) = run(nn.GlobalAveragePoolOp, [(np.zeros((0, 4, 3, 3), np.float32), None)])
    assert out.shape == (0, 4, 1, 1)
