"""Casts, requantize, lookup and fake_quantize against their formulas in exact and double arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from xdsl.dialects.builtin import i8, i32
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import FakeQuantizeOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, QuantParams, StorageCastOp, params_of, quantized_tensor
from lpt.dialects.shapes import tensor_type

Params = Callable[..., QuantParams]
Value = Callable[..., SSAValue]


def qcast(x: np.ndarray, params: QuantParams, value: Value) -> np.ndarray:
    op = QuantizeCastOp(value(x.shape), quantized_tensor(params, x.shape))
    op.verify()
    return np.asarray(evaluate(op, [x])[0])


def requantize(q: np.ndarray, source: QuantParams, target: QuantParams, value: Value, bias: np.ndarray | None = None) -> np.ndarray:
    bias_value = None if bias is None else value(bias.shape)
    op = RequantizeOp(value(q.shape, source), bias_value, quantized_tensor(target, q.shape))
    op.verify()
    return np.asarray(evaluate(op, [q] if bias is None else [q, bias])[0])


def test_qcast_rounds_ties_to_even_before_the_zero_point(params: Params, value: Value) -> None:
    """ONNX QuantizeLinear: with zero point 1, 0.5 1.5 2.5 3.5 become 1 3 3 5."""
    x = np.array([0.5, 1.5, 2.5, 3.5], np.float32)
    assert qcast(x, params("u8", 1.0, 1), value).tolist() == [1, 3, 3, 5]
    assert qcast(-x, params("i8", 1.0, 1), value).tolist() == [1, -1, -1, -3]


def test_qcast_saturates_and_nan_is_the_lowest(params: Params, value: Value) -> None:
    x = np.array([1e30, -1e30, np.inf, -np.inf, np.nan, -0.0], np.float32)
    assert qcast(x, params("u8", 0.1, 7), value).tolist() == [255, 0, 255, 0, 0, 7]
    assert qcast(x, params("i8", 0.1, -7), value).tolist() == [127, -128, 127, -128, -128, -7]
    assert qcast(x, params("i4", 0.1, 3), value).tolist() == [7, -8, 7, -8, -8, 3]
    assert qcast(x, params("u16", 0.1), value).tolist() == [65535, 0, 65535, 0, 0, 0]


def test_qcast_to_32_bits_stays_inside(params: Params, value: Value) -> None:
    x = np.array([3e38, -3e38, np.nan], np.float32)
    assert qcast(x, params("i32", 1.0), value).tolist() == [2147483520, -(2**31), -(2**31)]
    assert qcast(x, params("u32", 1.0), value).tolist() == [4294967040, 0, 0]


def test_qcast_narrow_range(value: Value, parse_type: Callable[[str], Attribute]) -> None:
    narrow = params_of(parse_type("!quant.uniform<i8<-127:127>:f32, 1.0>"))
    assert narrow is not None
    assert qcast(np.array([-200.0, 200.0], np.float32), narrow, value).tolist() == [-127, 127]


def test_qcast_divides_by_the_f32_scale(params: Params, value: Value) -> None:
    scale = 0.1234567890123
    x = np.random.default_rng(0).uniform(-20, 20, 10000).astype(np.float32)
    expected = np.clip(np.rint(x / np.float32(scale)), -128, 127).astype(np.int8)
    assert (qcast(x, params("i8", scale), value) == expected).all()


def test_casts_per_axis_and_by_blocks(params: Params, value: Value) -> None:
    x = np.array([[1.0, 1.0], [1.0, 1.0]], np.float32)
    assert qcast(x, params("u8", [0.5, 0.25], [1, 2], axis=1), value).tolist() == [[3, 6], [3, 6]]
    blocked = QuantParams(params("u8", 1.0).storage, [[0.5], [0.25]], [[1], [2]], block_sizes=((0, 1), (1, 2)))
    q = qcast(x, blocked, value)
    assert q.tolist() == [[3, 3], [6, 6]]
    assert np.asarray(evaluate(DequantizeCastOp(value(q.shape, blocked)), [q])[0]).tolist() == x.tolist()


@pytest.mark.parametrize("storage", ["u8", "i8", "u4", "u16"])
def test_every_code_survives_dcast_and_qcast(storage: str, params: Params, value: Value) -> None:
    of = params(storage, 0.0371, 3)
    codes = np.arange(of.storage.min, of.storage.max + 1).astype(of.storage.dtype)
    real = np.asarray(evaluate(DequantizeCastOp(value(codes.shape, of)), [codes])[0])
    assert real.dtype == np.float32
    assert (real == (codes.astype(np.int64) - 3).astype(np.float32) * np.float32(0.0371)).all()
    assert (qcast(real, of, value) == codes).all()


def test_requantize_ties_go_to_even_before_the_zero_point(params: Params, value: Value) -> None:
    acc = np.array([1, 3, 5, 7, -1, -3], np.int32)
    assert requantize(acc, params("i32", 0.5), params("u8", 1.0, 11), value).tolist() == [11, 13, 13, 15, 11, 9]


def test_requantize_against_exact_arithmetic(params: Params, value: Value) -> None:
    """Away from ties the exact value's rounding is hit; f32 errors are below 2⁻²² relative."""
    source, target = params("i32", 0.02 * 0.013), params("u8", 0.11, 120)
    acc = np.random.default_rng(1).integers(-60000, 60000, 3000).astype(np.int32)
    bias = np.float32(0.37)
    got = requantize(acc, source, target, value, np.full(acc.shape, bias, np.float32))
    for q, y in zip(acc.tolist(), got.tolist(), strict=True):
        exact = (Fraction(source.scale) * q + Fraction(float(bias))) / Fraction(target.scale)
        if abs(exact - int(exact) - Fraction(1, 2)) > Fraction(1, 1000):
            assert y == min(max(round(exact) + 120, 0), 255)


def test_requantize_multiplies_then_adds_in_f32(params: Params, value: Value) -> None:
    """The stated sequence, step by step; a fused multiply-add would give other results."""
    source, target = params("i32", [0.0123, 0.0321], axis=0), params("i16", 0.0007)
    acc = np.random.default_rng(2).integers(-(2**20), 2**20, (2, 5000)).astype(np.int32)
    bias = np.array([[0.123], [-4.56]], np.float32)
    got = requantize(acc, source, target, value, bias)
    m = (source.scales / 0.0007).astype(np.float32).reshape(2, 1)
    b = (bias.astype(np.float64) / 0.0007).astype(np.float32)
    steps = (acc.astype(np.float32) * m).astype(np.float32) + b
    assert (got == np.clip(np.rint(steps), -32768, 32767)).all()


def test_requantize_saturates_and_nan_bias_is_the_lowest(params: Params, value: Value) -> None:
    acc = np.array([2**31 - 1, -(2**31), 0, 0, 0], np.int32)
    bias = np.array([0, 0, np.nan, np.inf, -np.inf], np.float32)
    got = requantize(acc, params("i32", 1.0), params("i8", 1e-3, 5), value, bias)
    assert got.tolist() == [127, -128, -128, 127, -128]


def test_requantize_with_multiplier_one_is_the_identity_between_zero_points(params: Params, value: Value) -> None:
    q = np.arange(256, dtype=np.uint8)
    got = requantize(q, params("u8", 0.3, 128), params("i8", 0.3), value)
    assert (got == q.astype(np.int32) - 128).all()


def test_reinterpret_and_scast_keep_the_bits(params: Params, value: Value) -> None:
    q = np.array([0, 127, 128, 255], np.uint8)
    of = params("u8", 0.1, 7)
    other = ReinterpretOp(value([4], of), quantized_tensor(params("u8", 3.0), [4]))
    other.verify()
    assert (evaluate(other, [q])[0] == q).all()
    signed = StorageCastOp(value([4], of), value([4], i8).type)
    signed.verify()
    assert evaluate(signed, [q])[0].tolist() == [0, 127, -128, -1]


@pytest.mark.parametrize(("storage", "low"), [("u8", 0), ("i8", -128)])
def test_lookup_counts_from_the_full_types_minimum(storage: str, low: int, params: Params, value: Value) -> None:
    of = params(storage, 0.1)
    table = np.arange(256, dtype=np.uint16)[::-1].copy()
    op = LookupOp(value([3], of), table, quantized_tensor(params("u16", 1.0), [3]))
    op.verify()
    q = np.array([low, low + 1, low + 255]).astype(of.storage.dtype)
    assert evaluate(op, [q])[0].tolist() == [255, 254, 0]


def fake_quantize(x: np.ndarray, ranges: tuple[float | np.ndarray, ...], levels: int, value: Value) -> np.ndarray:
    arrays = [np.asarray(r, np.float32) for r in ranges]
    low, high, out_low, out_high = (value(a.shape) for a in arrays)
    op = FakeQuantizeOp(value(x.shape), (low, high, out_low, out_high), levels)
    op.verify()
    return np.asarray(evaluate(op, [x, *arrays])[0])


def test_fake_quantize_rounds_half_to_even(value: Value) -> None:
    """Measured on OpenVINO: 0.5 → 0, 1.5 → 2, 2.5 → 2, 254.5 → 254."""
    x = np.array([0.5, 1.5, 2.5, 254.5, -3, 300], np.float32)
    assert fake_quantize(x, (0, 255, 0, 255), 256, value).tolist() == [0, 2, 2, 254, 0, 255]


def test_fake_quantize_with_inverted_input_range_is_not_monotone(value: Value) -> None:
    """Measured on OpenVINO's reference: il = 2, ih = 0, ol = 0, oh = 10, 11 levels."""
    x = np.array([-1, 0, 1, 2, 3], np.float32)
    assert fake_quantize(x, (2, 0, 0, 10), 11, value).tolist() == [0, 0, 5, 0, 10]


def test_fake_quantize_binarizes_with_two_levels(value: Value) -> None:
    x = np.array([-5, -0.1, 0, 0.1, 5], np.float32)
    assert fake_quantize(x, (-1, 1, 2, 3), 2, value).tolist() == [2, 2, 2, 3, 3]


def test_fake_quantize_at_an_empty_range_is_a_step(value: Value) -> None:
    x = np.array([0.9, 1.0, 1.1], np.float32)
    assert fake_quantize(x, (1, 1, -2, 4), 256, value).tolist() == [-2, -2, 4]


def test_fake_quantize_per_channel_and_nan(value: Value) -> None:
    x = np.array([[0.6, np.nan], [0.6, np.inf]], np.float32)
    got = fake_quantize(x, (0, np.array([[1.0], [2.0]]), 0, np.array([[1.0], [2.0]])), 3, value)
    assert got[:, 0].tolist() == [0.5, 1.0] and np.isnan(got[0, 1]) and got[1, 1] == 2


def test_fake_quantize_type_is_a_float_tensor(value: Value) -> None:
    scalar = value([])
    with pytest.raises(VerifyException, match="works on floats"):
        FakeQuantizeOp(value([2], i32), (scalar,) * 4, 256, tensor_type(i32, [2])).verify()
    with pytest.raises(VerifyException, match="at least 2 levels"):
        FakeQuantizeOp(value([2]), (scalar,) * 4, 1).verify()
    with pytest.raises(VerifyException, match="not broadcast"):
        FakeQuantizeOp(value([2]), (value([3]), scalar, scalar, scalar), 256).verify()
    with pytest.raises(VerifyException, match=r"range of shape \(3, 1\) does not broadcast"):
        FakeQuantizeOp(value([2]), (value([3, 1]), scalar, scalar, scalar), 256).verify()
