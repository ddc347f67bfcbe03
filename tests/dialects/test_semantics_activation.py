"""Unary functions, pow and extrema against f64 references, at their limits and IEEE's special cases."""

from __future__ import annotations

import math as libm
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lpt.dialects import nn
from lpt.dialects.quant import QuantParams

Run = Callable[..., list[np.ndarray]]
Params = Callable[..., QuantParams]
F64 = np.ndarray


def erfc(x: F64) -> F64:
    return np.asarray(np.vectorize(libm.erfc, otypes=[np.float64])(x))


def expit(x: F64) -> F64:
    return np.asarray(np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x)))))


def mish(x: F64) -> F64:
    w = np.exp(np.minimum(x, 40)) * (np.exp(np.minimum(x, 40)) + 2)
    return np.asarray(x * w / (w + 2))


SELU = (1.67326319217681884765625, 1.05070102214813232421875)
Z = np.sqrt(2 / np.pi)
FUNCTIONS: dict[str, tuple[type[nn.NnOp], dict[str, Any], Callable[[F64], F64]]] = {
    "elu": (nn.EluOp, {"alpha": 1.5}, lambda x: np.where(x > 0, x, 1.5 * np.expm1(x))),
    "selu": (nn.SeluOp, {}, lambda x: SELU[1] * np.where(x > 0, x, SELU[0] * np.expm1(x))),
    "softplus": (nn.SoftplusOp, {}, lambda x: np.logaddexp(0, x)),
    "mish": (nn.MishOp, {}, mish),
    "log": (nn.LogOp, {}, np.log),
    "reciprocal": (nn.ReciprocalOp, {}, lambda x: 1 / x),
}

GATES: dict[str, tuple[type[nn.NnOp], dict[str, Any], Callable[[F64], F64]]] = {
    "swish": (nn.SwishOp, {}, lambda x: x * expit(x)),
    "quick gelu": (nn.SwishOp, {"beta": 1.702}, lambda x: x * expit(x * np.float64(np.float32(1.702)))),
    "gelu": (nn.GeluOp, {}, lambda x: x / 2 * erfc(-x / libm.sqrt(2))),
    "tanh gelu": (nn.GeluOp, {"approximate": "tanh"}, lambda x: x * expit(2 * Z * (x + 0.044715 * x**3))),
}
"""x times a share of it. In f32, as the share is little where x is far below 0, they are exact to a part of x."""


def ulps(got: np.ndarray, exact: F64) -> F64:
    with np.errstate(over="ignore"):
        unit = np.spacing(np.maximum(np.abs(exact.astype(np.float32)), np.float32(1e-45)))
    return np.asarray(np.abs(got - exact) / unit)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_within_half_an_ulp_of_f64(name: str, run: Run) -> None:
    op_class, properties, exact = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    tiny = 10.0 ** rng.uniform(-40, 2, 20000) * rng.choice([-1, 1], 20000)
    x = np.concatenate([rng.uniform(-100, 88, 20000), rng.normal(size=20000), tiny]).astype(np.float32)
    x = np.abs(x) if name == "log" else x
    (got,) = run(op_class, [(x, None)], **properties)
    with np.errstate(all="ignore"):
        reference = exact(x.astype(np.float64))
    inside = np.abs(reference) <= np.finfo(np.float32).max
    assert ulps(got, reference)[inside].max() < 0.51 and inside.mean() > 0.9
    assert np.isinf(got[~inside]).all()


@pytest.mark.parametrize("name", GATES)
def test_gates_within_a_part_of_x(name: str, run: Run) -> None:
    op_class, properties, exact = GATES[name]
    rng = np.random.default_rng(0)
    tiny = 10.0 ** rng.uniform(-30, 2, 20000) * rng.choice([-1, 1], 20000)
    x = np.concatenate([rng.uniform(-100, 88, 20000), rng.normal(size=20000), tiny]).astype(np.float32)
    (got,) = run(op_class, [(x, None)], **properties)
    reference = exact(x.astype(np.float64))
    assert (np.abs(got - reference) / np.abs(x.astype(np.float64))).max() < 2.6e-7
    assert ulps(got, reference)[x > 0].max() < 3.5


def test_erf_and_tanh_are_within_their_ulps(run: Run) -> None:
    x = np.random.default_rng(1).normal(size=30000).astype(np.float32) * 2
    wide = x.astype(np.float64)
    assert ulps(run(nn.ErfOp, [(x, None)])[0], 1 - erfc(wide)).max() < 6.5
    assert ulps(run(nn.TanhOp, [(x, None)])[0], np.tanh(wide)).max() < 1.5


LIMITS: dict[str, tuple[float, float]] = {
    "elu": (-1.5, np.inf),
    "softplus": (0.0, np.inf),
    "swish": (0.0, np.inf),
    "mish": (0.0, np.inf),
    "gelu": (0.0, np.inf),
    "tanh gelu": (0.0, np.inf),
    "log": (np.nan, np.inf),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_and_nan(name: str, run: Run) -> None:
    op_class, properties, _ = (FUNCTIONS | GATES)[name]
    x = np.array([-np.inf, np.inf, np.nan, -3e38, 3e38], np.float32)
    (got,) = run(op_class, [(x, None)], **properties)
    np.testing.assert_array_equal(got[:3], np.array([*LIMITS[name], np.nan], np.float32))
    np.testing.assert_array_equal(got[3], np.float32(LIMITS[name][0]))


def test_to_integers(run: Run) -> None:
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(size=1000) * 10, rng.integers(-100, 100, 100) / 2, 2.0 ** rng.uniform(20, 40, 100)])
    x = np.concatenate([x, [0.0, -0.0, 0.3, -0.3, np.inf, -np.inf]]).astype(np.float32)
    for op_class, exact in ((nn.RoundOp, np.rint), (nn.FloorOp, np.floor), (nn.CeilOp, np.ceil), (nn.AbsOp, np.abs)):
        (got,) = run(op_class, [(x, None)])
        np.testing.assert_array_equal(got.view(np.int32), exact(x).view(np.int32))
    np.testing.assert_array_equal(run(nn.SignOp, [(x, None)])[0], np.sign(x))


def test_pow_has_the_special_cases_of_ieee(run: Run) -> None:
    special = [0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 2**24, 2**24 + 2, -2.5]
    a, b = (side.astype(np.float32).ravel() for side in np.meshgrid(special, special))
    (got,) = run(nn.PowOp, [(a, None), (b, None)])
    with np.errstate(all="ignore"):
        expected = np.power(a.astype(np.float64), b.astype(np.float64)).astype(np.float32)
    np.testing.assert_array_equal(got, expected)
    numbers = ~np.isnan(got)
    np.testing.assert_array_equal(np.signbit(got)[numbers], np.signbit(expected)[numbers])


def test_pow_is_within_half_an_ulp(run: Run) -> None:
    rng = np.random.default_rng(3)
    a, b = 10.0 ** rng.uniform(-5, 5, 30000), rng.normal(size=30000) * 7
    a, b = a.astype(np.float32), b.astype(np.float32)
    exact = a.astype(np.float64) ** b.astype(np.float64)
    (got,) = run(nn.PowOp, [(a, None), (b, None)])
    inside = (np.abs(exact) < 3e38) & (np.abs(exact) > 1e-45)
    assert ulps(got, exact)[inside].max() < 0.51


def test_extrema_give_nan_where_one_is(run: Run) -> None:
    a, b = np.array([1, np.nan, 2, -np.inf], np.float32), np.array([2, 1, np.nan, 0], np.float32)
    np.testing.assert_array_equal(run(nn.MaximumOp, [(a, None), (b, None)])[0], np.maximum(a, b))
    np.testing.assert_array_equal(run(nn.MinimumOp, [(a, None), (b, None)])[0], np.minimum(a, b))


def test_prelu_on_codes_is_rounded_once(params: Params, run: Run) -> None:
    x, slope, y = params("u8", 0.05, 120), params("i8", [0.25, 0.1], axis=0), params("u8", 0.07, 90)
    q, sign = np.tile(np.arange(256, dtype=np.uint8)[:, None], 2), np.array([1, -1], np.int8)
    (got,) = run(nn.PReluOp, [(q, x), (sign, slope)], y)
    real = (q.astype(np.float32) - 120) * np.float32(0.05)
    value = np.where(real < 0, real * (sign * np.array([0.25, 0.1])).astype(np.float32), real)
    np.testing.assert_array_equal(got, np.clip(np.rint(value / np.float32(0.07)) + 90, 0, 255))
