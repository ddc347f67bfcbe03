"""Elementwise operations on codes and on floats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.dialects.builtin import IntegerType
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.interpreter import evaluate
from lpt.dialects.quant import QuantParams
from lpt.dialects.semantics import math

Params = Callable[..., QuantParams]
Run = Callable[..., list[np.ndarray]]


def dcast(q: np.ndarray, of: QuantParams) -> np.ndarray:
    """The definition, written again: f32(q − zp) · f32(scale) per tensor."""
    return np.asarray((q.astype(np.int64) - of.zero_point).astype(np.float32) * np.float32(of.scale))


def qcast(x: np.ndarray, of: QuantParams) -> np.ndarray:
    steps = np.rint(x / np.float32(of.scale))
    return np.asarray(np.clip(steps + of.zero_point, of.storage.min, of.storage.max).astype(of.storage.dtype))


def test_relu_per_channel(params: Params, run: Run) -> None:
    q = np.array([[0, 5, 9], [3, 4, 200]], np.uint8)
    (got,) = run(nn.ReluOp, [(q, params("u8", [0.1, 0.2], [5, 4], axis=0))])
    assert got.tolist() == [[5, 5, 9], [4, 4, 200]] and got.dtype == np.uint8


def test_float_relu_keeps_nan_and_minus_zero(run: Run) -> None:
    (got,) = run(nn.ReluOp, [(np.array([-1.0, -0.0, 2.0, np.nan], np.float32), None)])
    assert got[:3].tolist() == [0, 0, 2] and np.signbit(got[1]) and np.isnan(got[3])


def test_clip_commutes_with_qcast(params: Params, run: Run) -> None:
    """qcast(clip(x)) = clip(qcast(x)) with the bounds' codes, which is what makes pulling it up exact."""
    x = np.random.default_rng(0).uniform(-4, 10, 4000).astype(np.float32)
    for scale, low, high in [(0.05, 0.0, 6.0), (0.0371, -1.234, 2.345), (0.1, -100.0, 100.0)]:
        of = params("u8", scale, 60)
        (got,) = run(nn.ClipOp, [(qcast(x, of), of)], min=low, max=high)
        assert (got == qcast(np.clip(x, np.float32(low), np.float32(high)), of)).all()


def test_clip_without_bounds_per_channel_and_32_bits(params: Params, run: Run) -> None:
    q = np.array([2**31 - 1, -(2**31), 5], np.int32)
    assert run(nn.ClipOp, [(q, params("i32", 1.0))])[0].tolist() == q.tolist()
    assert run(nn.ClipOp, [(q, params("i32", 1.0))], min=0.0)[0].tolist() == [2**31 - 1, 0, 5]
    codes = np.array([[0, 255], [0, 255]], np.uint8)
    (got,) = run(nn.ClipOp, [(codes, params("u8", [0.5, 0.25], [10, 20], axis=0))], min=-1.0, max=6.0)
    assert got.tolist() == [[8, 22], [16, 44]]


def test_neg_is_exact(params: Params, run: Run) -> None:
    for storage, zero_point in (("u8", 100), ("i8", -3)):
        of = params(storage, 0.5, zero_point)
        q = np.arange(of.storage.min, of.storage.max + 1).astype(of.storage.dtype)
        (got,) = run(nn.NegOp, [(q, of)])
        moved = of.storage.min + of.storage.max - zero_point
        assert (got.astype(int) - moved == -(q.astype(int) - zero_point)).all()


def test_add_accumulates_exactly(params: Params, run: Run) -> None:
    a, b = np.array([[0, 255]], np.uint8), np.array([[-128], [127]], np.int8)
    (got,) = run(nn.AddOp, [(a, params("u8", 0.5, 3)), (b, params("i8", 0.5, -1))])
    assert got.dtype == np.int32 and got.tolist() == [[-130, 125], [125, 380]]
    (got,) = run(nn.SubOp, [(a, params("u8", 0.5, 3)), (b, params("i8", 0.5, -1))])
    assert got.tolist() == [[124, 379], [-131, 124]]


def test_mul_accumulates_exactly(params: Params, run: Run) -> None:
    a, b = np.array([0, 255], np.uint8), np.array([-128, 127], np.int8)
    (got,) = run(nn.MulOp, [(a, params("u8", 0.5, 3)), (b, params("i8", 0.5, -1))])
    assert got.tolist() == [-3 * -127, 252 * 128]


@pytest.mark.parametrize("op_class", [nn.AddOp, nn.SubOp])
def test_residual_add_is_rounded_once_in_the_stated_order(op_class: type[nn.BinaryOp], params: Params, run: Run) -> None:
    a, b = (g.ravel().astype(np.uint8) for g in np.meshgrid(np.arange(256), np.arange(256)))
    p, q, out = params("u8", 0.0217, 128), params("u8", 0.0531, 3), params("u8", 0.0611, 77)
    (got,) = run(op_class, [(a, p), (b, q)], result=out)
    left = (a.astype(np.int32) - 128).astype(np.float32) * np.float32(0.0217 / 0.0611)
    right = (b.astype(np.int32) - 3).astype(np.float32) * np.float32(0.0531 / 0.0611)
    steps = left + right if op_class is nn.AddOp else left - right
    assert (got == np.clip(np.rint(steps) + 77, 0, 255)).all()


def test_residual_add_per_channel_and_broadcast(params: Params, run: Run) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 256, (2, 3, 4)).astype(np.uint8), rng.integers(0, 256, (3, 1)).astype(np.uint8)
    p, q = params("u8", [0.1, 0.2, 0.3], [1, 2, 3], axis=1), params("u8", [0.3, 0.2, 0.1], 7, axis=0)
    (got,) = run(nn.AddOp, [(a, p), (b, q)], result=params("u8", 0.4, 5))
    for c in range(3):
        left = (a[:, c].astype(np.int32) - p.zero_points[c]).astype(np.float32) * np.float32(p.scales[c] / 0.4)
        right = (b[c].astype(np.int32) - 7).astype(np.float32) * np.float32(q.scales[c] / 0.4)
        assert (got[:, c] == np.clip(np.rint(left + right) + 5, 0, 255)).all()


def test_rounding_operations_are_qcast_of_the_float_result(params: Params, run: Run) -> None:
    q = np.arange(256, dtype=np.uint8)
    of, out = params("u8", 0.05, 128), params("u8", 1 / 256)
    x = dcast(q, of)
    cases: list[tuple[type[nn.NnOp], dict[str, float], np.ndarray]] = [
        (nn.SigmoidOp, {}, math.apply(math.sigmoid, x)),
        (nn.TanhOp, {}, math.apply(math.tanh, x)),
        (nn.ExpOp, {}, math.apply(math.exp, x)),
        (nn.LeakyReluOp, {"alpha": 0.1}, np.where(x < 0, x * np.float32(0.1), x)),
        (nn.HardSigmoidOp, {"alpha": 0.3, "beta": 0.4}, np.clip(x * np.float32(0.3) + np.float32(0.4), 0, 1)),
        (nn.HardSwishOp, {}, x * np.clip(x * np.float32(1 / 6) + np.float32(0.5), 0, 1)),
    ]
    for op_class, properties, expected in cases:
        (got,) = run(op_class, [(q, of)], result=out, **properties)
        assert got.tolist() == qcast(expected.astype(np.float32), out).tolist(), op_class.name


def test_rounding_multiplication_and_division(params: Params, run: Run) -> None:
    a, b = (g.ravel().astype(np.uint8) for g in np.meshgrid(np.arange(256), np.arange(1, 256)))
    p, q, out = params("u8", 0.02, 100), params("u8", 0.03), params("u8", 0.05, 90)
    assert (run(nn.MulOp, [(a, p), (b, q)], result=out)[0] == qcast(dcast(a, p) * dcast(b, q), out)).all()
    assert (run(nn.DivOp, [(a, p), (b, q)], result=out)[0] == qcast(dcast(a, p) / dcast(b, q), out)).all()


def test_integers_divide_towards_zero(value: Callable[..., SSAValue]) -> None:
    a, b = np.array([7, -7, 7, -7], np.int64), np.array([2, 2, -2, -2], np.int64)
    op = nn.DivOp.make([value([4], IntegerType(64)), value([4], IntegerType(64))])
    assert evaluate(op, [a, b])[0].tolist() == [3, -3, -3, 3]


def test_cast_goes_towards_zero(value: Callable[..., SSAValue]) -> None:
    op = nn.CastOp.make([value([4])], to=IntegerType(64))
    (got,) = evaluate(op, [np.array([1.9, -1.9, 0.5, -0.0], np.float32)])
    assert got.tolist() == [1, -1, 0, 0] and got.dtype == np.int64
    boolean = nn.CastOp.make([value([3])], to=IntegerType(1))
    assert evaluate(boolean, [np.array([0.0, 0.1, np.nan], np.float32)])[0].tolist() == [False, True, True]
