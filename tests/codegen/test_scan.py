"""Kernels that walk an axis in order, against the interpreter; the interpreter against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute

from lpt.dialects import nn
from lpt.dialects.blob import element_type
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelScanOp, Layout
from lpt.dialects.lpt import ConstantOp

TYPES = [np.float32, np.int64, np.int32, np.uint32, np.int8, np.uint8]


def values(dtype: Any, *shape: int) -> np.ndarray:
    """With many equal elements, zeros of both signs, infinities and NaN."""
    rng = np.random.default_rng(sum(shape))
    if np.dtype(dtype).kind == "f":
        few = np.array([0.0, -0.0, 1.5, -2.0, np.inf, -np.inf, np.nan], np.float32)
        return np.where(rng.random(shape) < 0.3, rng.choice(few, shape), rng.standard_normal(shape).astype(np.float32))
    info = np.iinfo(dtype)
    wide = rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    return np.asarray(np.where(rng.random(shape) < 0.5, wide, rng.integers(0, 4, shape).astype(dtype)))


def typed(*arrays: np.ndarray) -> list[Attribute]:
    return [TensorType(element_type(a.dtype), a.shape) for a in arrays]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape, axis", [((3, 37), 1), ((37, 3), 0), ((40,), 0), ((2, 18, 3, 5), 1), ((5, 1), 1)])
def test_the_best_element(check_kernel: Any, dtype: Any, shape: tuple[int, ...], axis: int) -> None:
    x = values(dtype, *shape)
    layouts = [Layout.channel_last(shape, multiple=4)] if len(shape) == 4 else None
    for largest, last in ((1, 0), (0, 0), (1, 1), (0, 1)):
        properties = {"k": 1, "axis": axis, "largest": largest, "last": last}
        check_kernel(KernelScanOp, typed(x), lambda v, p=properties: nn.TopKOp.make([v], **p).result, [x], layouts=layouts)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8])
@pytest.mark.parametrize("k", [2, 5, 37])
@pytest.mark.parametrize("largest", [0, 1])
def test_several(check_kernel: Any, dtype: Any, k: int, largest: int) -> None:
    for shape, axis in (((3, 37), 1), ((37, 2), 0)):
        x = values(dtype, *shape)
        properties = {"k": k, "axis": axis, "largest": largest}
        check_kernel(KernelScanOp, typed(x), lambda v, p=properties: nn.TopKOp.make([v], **p).result, [x])


def test_sorted_ends() -> None:
    x = np.array([[3, 1, 2, 3, np.nan, -np.inf]], np.float32)
    value = TestOp(result_types=typed(x)).results[0]
    assert evaluate(nn.TopKOp.make([value], k=4), [x])[0].tolist() == [[4, 0, 3, 2]]
    assert evaluate(nn.TopKOp.make([value], k=3, largest=0), [x])[0].tolist() == [[5, 1, 2]]
    assert evaluate(nn.TopKOp.make([value], k=1, last=1), [np.nan_to_num(x)])[0].tolist() == [[3]]


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("shape, axis", [((3, 37), 1), ((37, 21), 0), ((40,), 0), ((2, 18, 3, 5), 1)])
@pytest.mark.parametrize("exclusive, reverse", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_running_sums(check_kernel: Any, dtype: Any, shape: tuple[int, ...], axis: int, exclusive: int, reverse: int) -> None:
    x = np.random.default_rng(1).integers(-9, 9, shape).astype(dtype)
    layouts = [Layout.channel_last(shape)] if len(shape) == 4 else None

    def body(v: Any) -> Any:
        return nn.CumSumOp.make([v], axis=axis, exclusive=exclusive, reverse=reverse).result

    kernel = check_kernel(KernelScanOp, typed(x), body, [x], layouts=layouts)
    (got,) = evaluate(kernel, [x])
    turned = np.flip(x, axis) if reverse else x
    want = np.cumsum(turned, axis, dtype=dtype) - (turned if exclusive else 0)
    np.testing.assert_array_equal(got, np.flip(want, axis) if reverse else want)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("exclusive, reverse", [(0, 0), (1, 1)])
def test_running_products(check_kernel: Any, dtype: Any, exclusive: int, reverse: int) -> None:
    x = np.random.default_rng(1).integers(1, 3, (3, 21)).astype(dtype)
    properties: dict[str, Any] = {"axis": 1, "product": 1, "exclusive": exclusive, "reverse": reverse}
    kernel = check_kernel(KernelScanOp, typed(x), lambda v: nn.CumSumOp.make([v], **properties).result, [x])
    (got,) = evaluate(kernel, [x])
    turned = np.flip(x, 1) if reverse else x
    want = np.cumprod(turned, 1, dtype=dtype) // (turned if exclusive else 1)
    np.testing.assert_array_equal(got, np.flip(want, 1) if reverse else want)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("mode", ["none", "add", "mul", "max", "min"])
@pytest.mark.parametrize("rows, width, count", [(7, 37, 5), (40, 1, 70), (3, 16, 9)])
def test_scatter(check_kernel: Any, dtype: Any, mode: str, rows: int, width: int, count: int) -> None:
    """Several updates meet in a row; some indices count from the end, some lie outside."""
    x, updates = values(dtype, rows, width), values(dtype, count, width)
    indices = np.random.default_rng(3).integers(-rows - 1, rows + 1, count)

    def body(*operands: Any) -> Any:
        return nn.ScatterOp.make(operands, reduction=mode).result

    check_kernel(KernelScanOp, typed(x, indices, updates), body, [x, indices, updates])


def test_scatter_into_a_constant(check_kernel: Any) -> None:
    zeros, updates = ConstantOp(np.zeros((5, 20), np.float32)).result, values(np.float32, 3, 20)
    indices = ConstantOp(np.array([4, 0, 4])).result
    check_kernel(KernelScanOp, typed(updates), lambda u: nn.ScatterOp.make([zeros, indices, u]).result, [updates])
