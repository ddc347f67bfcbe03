"""The kernels of dynamic quantization against the interpreter, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp, ExtremaOp, SubtractZeroPointOp
from lpt.dialects.kernel import KernelConvOp, KernelDynamicParametersOp, KernelElementwiseOp, KernelGemmOp, Layout
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, ConvOp, MatMulOp, MulOp
from lpt.dialects.quant import DequantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams

CODES = QuantParams(U8, 1.0)
SCALAR = TensorType(f32, [])


def floats(*shape: int, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(shape) * 5 + 1).astype(np.float32)


def check_parameters(check_kernel: Any, x: np.ndarray, layout: Layout | None = None) -> None:
    check_kernel(
        KernelDynamicParametersOp, [TensorType(f32, x.shape)], lambda v: DynamicParametersOp(v).result, [x], layouts=[layout]
    )


@pytest.mark.parametrize("count", [1, 2, 3, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000])
def test_lengths(check_kernel: Any, count: int) -> None:
    """The extremes at either end, where a tail could miss them."""
    for first, last in ((100.0, -100.0), (-100.0, 100.0)):
        x = floats(3, count)
        x[0, 0], x[2, -1] = first, last
        check_parameters(check_kernel, x)


def test_layouts(check_kernel: Any) -> None:
    x = floats(2, 5, 3, 4)
    check_parameters(check_kernel, x, Layout.channel_last(x.shape))
    check_parameters(check_kernel, x, Layout.channel_last(x.shape, (0, 0, 1, 1), (0, 0, 2, 1), 4))
    strided = Layout((80, 2), 3, 3 + 80 * 7, (0, 0), (0, 0))
    check_parameters(check_kernel, floats(7, 40), strided)


@pytest.mark.parametrize(
    "values",
    [
        [0.0, -0.0, 0.0],
        [np.nan, 1, np.nan],
        [np.nan, np.nan],
        [np.inf, 1],
        [-np.inf, np.inf],
        [1e-45, 0],
        [3e-38, -2e-38],
        [3e38, -3e38],
        [7, 9],
        [-7, -9],
    ],
)
def test_edges(check_kernel: Any, values: list[float]) -> None:
    x = np.array(values, np.float32)
    check_parameters(check_kernel, x)
    check_parameters(check_kernel, np.resize(x, 37))


@pytest.mark.parametrize(("axis", "size"), [(0, 1), (0, 3), (0, 7), (1, 2), (2, 5), (3, 4)])
def test_parts(check_kernel: Any, axis: int, size: int) -> None:
    x = floats(7, 5, 13, 17)
    x[2, 3, 4] = np.nan
    for layout in (None, Layout.channel_last(x.shape, (0, 0, 1, 1), (0, 0, 2, 1), 4)):
        types = [TensorType(f32, x.shape)]
        check_kernel(KernelDynamicParametersOp, types, lambda v: ExtremaOp(v, axis, size).result, [x], layouts=[layout])


@pytest.mark.parametrize(("scale", "zero_point"), [(0.05, 128), (1.0, 0), (2.5, 255), (1e-30, 7), (np.inf, 0)])
def test_codes(check_kernel: Any, scale: float, zero_point: int) -> None:
    x = floats(3, 37)
    x[0, :5] = np.nan, np.inf, -np.inf, 0.0, 1e-40
    x[1] = (np.arange(37) - 18 + 0.5) * np.float32(scale if np.isfinite(scale) else 1)
    check_kernel(
        KernelElementwiseOp,
        [TensorType(f32, x.shape), SCALAR, SCALAR],
        lambda v, s, z: DynamicQuantizeOp(v, s, z).result,
        [x, np.float32(scale), np.float32(zero_point)],
    )


@pytest.mark.parametrize(("rows", "inner", "columns"), [(1, 16, 16), (5, 20, 7), (33, 67, 35), (4, 128, 130)])
def test_product_to_floats_in_its_epilogue(check_kernel: Any, rows: int, inner: int, columns: int) -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (rows, inner)).astype(np.uint8)
    w = rng.integers(-128, 128, (inner, columns)).astype(np.int8)
    scales, bias = floats(columns), floats(columns, seed=1)

    def body(x: SSAValue, zero_point: SSAValue, scale: SSAValue) -> SSAValue:
        weights = ConstantOp.quantized(w, QuantParams(I8, 1.0)).result
        sums = ConstantOp(w.sum(0, dtype=np.int32)).result
        exact = SubtractZeroPointOp(MatMulOp.make([x, weights]).result, zero_point, sums).result
        scaled = MulOp.make([DequantizeCastOp(exact).result, scale]).result
        return AddOp.make([scaled, ConstantOp(bias).result]).result

    types = [quantized_tensor(CODES, codes.shape), SCALAR, TensorType(f32, [columns])]
    width = -(-inner // 4) * 4
    padded = Layout((width, 1), 0, rows * width, (0, 0), (0, 0))
    check_kernel(KernelGemmOp, types, body, [codes, np.float32(77), scales], layouts=[padded, None, None])


def test_convolution_subtracts_by_place(check_kernel: Any) -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (1, 8, 6, 7)).astype(np.uint8)
    w = rng.integers(-128, 128, (5, 8, 1, 1)).astype(np.int8)
    sums = rng.integers(-3000, 3000, (1, 5, 6, 7)).astype(np.int32)
    channels_last = [Layout.channel_last(codes.shape, multiple=4), None]

    def body(x: SSAValue, zero_point: SSAValue) -> SSAValue:
        weights = ConstantOp.quantized(w, QuantParams(I8, 1.0)).result
        y = ConvOp.make([x, weights, []], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1).result
        return DequantizeCastOp(SubtractZeroPointOp(y, zero_point, ConstantOp(sums).result).result).result

    types = [quantized_tensor(CODES, codes.shape), SCALAR]
    result = Layout.channel_last(sums.shape)
    check_kernel(KernelConvOp, types, body, [codes, np.float32(201)], layouts=channels_last, result=result)
