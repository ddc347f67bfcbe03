"""A fake_quantize that stays in floats: the interpreter's bits on every target, whatever its ranges are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import SSAValue

from lpt.dialects.kernel import KernelElementwiseOp
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ReluOp

INF, NAN = float("inf"), float("nan")
CASES: dict[str, tuple[tuple[Any, ...], int]] = {
    "plain": ((-1.23, 2.55, -1.23, 2.55), 256),
    "other output": ((-1.0, 1.0, 3.0, 11.0), 255),
    "two levels": ((-1.0, 1.0, -3.0, 2.0), 2),
    "many levels": ((-1.0, 1.0, -1.0, 1.0), 2**24),
    "inverted input": ((2.0, 0.0, 0.0, 10.0), 11),
    "inverted output": ((-1.0, 2.0, 2.0, -1.0), 16),
    "both inverted": ((2.0, -1.0, 1.0, -3.0), 15),
    "step": ((0.5, 0.5, -2.0, 4.0), 256),
    "step at zero": ((0.0, -0.0, -2.0, 4.0), 256),
    "flat": ((-1.0, 1.0, 0.25, 0.25), 256),
    "infinite input": ((-INF, INF, -1.0, 1.0), 256),
    "infinite output": ((-1.0, 1.0, -INF, INF), 256),
    "width beyond f32": ((-3e38, 3e38, -1.0, 1.0), 256),
    "tiny": ((0.0, 1e-40, 0.0, 1e-40), 256),
    "NaN range": ((NAN, 1.0, 0.0, NAN), 256),
    "mixed shapes": ((np.full((1, 3, 1), -1.0), [[[1.0], [0.0], [-1.0]]], np.arange(43.0), 2.0), 256),
    "per channel": (([[[-1.0], [0.0], [2.0]]], [[[1.0], [0.0], [0.0]]], [[[0.0], [1.0], [5.0]]], [[[0.0], [-1.0], [6.0]]]), 16),
}


def values() -> np.ndarray:
    x = (np.random.default_rng(3).standard_normal((2, 3, 43)) * 2).astype(np.float32)
    x[0, :, :12] = [NAN, INF, -INF, 0.0, -0.0, 1e-45, -1e-45, 0.5, np.nextafter(np.float32(0.5), np.float32(1)), 1.0, 3e38, -3e38]
    return x


@pytest.mark.parametrize("name", CASES)
def test_kernels_have_the_interpreters_bits(name: str, check_kernel: Any) -> None:
    ranges, levels = CASES[name]
    x = values()

    def body(value: SSAValue) -> SSAValue:
        low, high, out_low, out_high = (ConstantOp(np.asarray(r, np.float32)).result for r in ranges)
        return FakeQuantizeOp(value, (low, high, out_low, out_high), levels).result

    check_kernel(KernelElementwiseOp, [TensorType(Float32Type(), x.shape)], body, [x])


def test_ranges_may_be_computed_and_an_epilogue_follow(check_kernel: Any) -> None:
    x = values()
    bounds = [np.array(v, np.float32) for v in (-1.1, 0.9, -1.0, 2.0)]

    def body(value: SSAValue, *ranges: SSAValue) -> SSAValue:
        low, high, out_low, out_high = ranges
        return ReluOp.make([FakeQuantizeOp(value, (low, high, out_low, out_high), 256).result]).result

    types = [TensorType(Float32Type(), array.shape) for array in (x, *bounds)]
    check_kernel(KernelElementwiseOp, types, body, [x, *bounds])
