"""Accuracy of the fixed f32 sequences against double precision, their ends, and the quantization steps."""

from __future__ import annotations

import math as libm
from collections.abc import Callable

import numpy as np
import pytest

from lpt.dialects.semantics import math


def grid() -> np.ndarray:
    """Every 1021st finite f32 bit pattern, and dense lines where the functions bend."""
    patterns = np.arange(-(2**31), 2**31, 1021, dtype=np.int64).astype(np.int32).view(np.float32)
    lines = [np.linspace(-b, b, 40001, dtype=np.float32) for b in (0.7, 5.0, 110.0)]
    return np.concatenate([patterns[np.isfinite(patterns)][::5], *lines])


def double_sigmoid(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, e, 1.0) / (1.0 + e))


REFERENCES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "exp": (np.exp, 1.1),
    "tanh": (np.tanh, 1.5),
    "sigmoid": (double_sigmoid, 2.5),
    "erf": (np.vectorize(libm.erf), 6.5),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_within_the_stated_ulp_of_double_precision(name: str) -> None:
    x = grid() if name != "erf" else grid()[::8]
    reference, bound = REFERENCES[name]
    with np.errstate(all="ignore"):
        expected = reference(x.astype(np.float64))
        finite = np.isfinite(expected.astype(np.float32))
        ulp = np.spacing(np.abs(expected[finite]).astype(np.float32)).astype(np.float64)
    got = math.apply(getattr(math, name), x)
    assert got.dtype == np.float32
    assert np.isinf(got[~finite]).all()
    assert (np.abs(got[finite] - expected[finite]) / ulp).max() <= bound


@pytest.mark.parametrize("name", REFERENCES)
def test_bits_do_not_depend_on_position_or_length(name: str) -> None:
    """A vectorized loop's tail and its body agree: whole array, shifted array and single elements give the same bits."""
    x = np.linspace(-20, 20, 67, dtype=np.float32)
    function = getattr(math, name)
    whole = math.apply(function, x).view(np.int32)
    assert (math.apply(function, x[3:]).view(np.int32) == whole[3:]).all()
    assert [int(math.apply(function, v).view(np.int32)) for v in x] == whole.tolist()


@pytest.mark.parametrize(
    ("name", "at_minus_infinity", "at_zero", "at_infinity"),
    [("exp", 0.0, 1.0, np.inf), ("tanh", -1.0, 0.0, 1.0), ("sigmoid", 0.0, 0.5, 1.0), ("erf", -1.0, 0.0, 1.0)],
)
def test_ends(name: str, at_minus_infinity: float, at_zero: float, at_infinity: float) -> None:
    got = math.apply(getattr(math, name), np.array([-np.inf, 0.0, np.inf, np.nan], np.float32))
    assert got[:3].tolist() == [at_minus_infinity, at_zero, at_infinity]
    assert np.isnan(got[3])


@pytest.mark.parametrize("name", ["tanh", "erf", "relu"])
def test_minus_zero_keeps_its_sign(name: str) -> None:
    assert np.signbit(math.apply(getattr(math, name), np.array([-0.0], np.float32))).all()


def test_exp_reaches_the_smallest_denormal() -> None:
    assert math.apply(math.exp, np.float32(-103.5)) == np.float32(1.4e-45)


def test_quantize_is_ieee_division_rounded_half_to_even_and_saturated() -> None:
    x = np.array([0.25, 0.75, 1.25, -0.25, 1e30, -1e30, np.inf, -np.inf, np.nan], np.float32)
    got = math.apply(math.quantize, x, np.float32(0.5), np.float32(-128), np.float32(127), np.int32(128))
    assert got.tolist() == [128, 130, 130, 128, 255, 0, 255, 0, 0]


def test_quantize_to_32_bits_does_not_overflow_the_conversion() -> None:
    high = math.below(2**31 - 1)
    assert high == 2147483520.0
    got = math.apply(math.quantize, np.float32(3e38), np.float32(1), np.float32(-(2**31)), np.float32(high), np.int32(0))
    assert got == 2147483520


def test_dequantize() -> None:
    got = math.apply(math.dequantize, np.array([0, 128, 255], np.int32), np.float32(0.1), np.int32(128))
    assert got.tolist() == (np.array([-128, 0, 127], np.float32) * np.float32(0.1)).tolist()


def test_activations() -> None:
    x = np.array([-4.0, -1.0, 0.0, 2.0, 5.0, np.nan], np.float32)
    expected = {
        "relu": ((), [0, 0, 0, 2, 5]),
        "clip": ((np.float32(-1), np.float32(3)), [-1, -1, 0, 2, 3]),
        "leaky_relu": ((np.float32(0.5),), [-2, -0.5, 0, 2, 5]),
        "hard_sigmoid": ((np.float32(0.25), np.float32(0.5)), [0, 0.25, 0.5, 1, 1]),
        "negate": ((), [4, 1, 0, -2, -5]),
        "absolute": ((), [4, 1, 0, 2, 5]),
    }
    for name, (parameters, values) in expected.items():
        got = math.apply(getattr(math, name), x, *parameters)
        assert got[:5].tolist() == values, name
        assert np.isnan(got[5]), name
    swish = math.apply(math.hard_swish, np.array([-3.0, 0.0, 3.0, 6.0], np.float32))
    assert np.allclose(swish, [0, 0, 3, 6], rtol=1e-6)
