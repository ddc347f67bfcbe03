"""Circular and hyperbolic functions against numpy's in f64, which are within an ulp of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lpt.dialects.semantics import math, trigonometry

FUNCTIONS: dict[str, tuple[Callable[..., Any], float, float]] = {
    "sin": (np.sin, -(2.0**31), 2.0**31),
    "cos": (np.cos, -(2.0**31), 2.0**31),
    "tan": (np.tan, -(2.0**31), 2.0**31),
    "asin": (np.arcsin, -1.0, 1.0),
    "acos": (np.arccos, -1.0, 1.0),
    "atan": (np.arctan, -3e38, 3e38),
    "sinh": (np.sinh, -88.0, 88.0),
    "cosh": (np.cosh, -88.0, 88.0),
    "asinh": (np.arcsinh, -3e38, 3e38),
    "acosh": (np.arccosh, 1.0, 3e38),
    "atanh": (np.arctanh, -1.0, 1.0),
}
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-42, -1e-42, 0.015625, -0.5, 1.5, -2.0], np.float32)


def arguments(low: float, high: float) -> np.ndarray:
    """Of every size that the interval has."""
    rng = np.random.default_rng(7)
    sizes = np.exp2(rng.uniform(-40, np.log2(high), 20_000)) * rng.choice([-1.0, 1.0], 20_000)
    near = rng.uniform(max(low, -20.0), min(high, 20.0), 20_000)
    x = np.concatenate([sizes, near]).astype(np.float32)
    return x[(x >= low) & (x <= high)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_within_half_an_ulp(name: str) -> None:
    exact, low, high = FUNCTIONS[name]
    x = arguments(low, high)
    want = exact(x.astype(np.float64))
    got = math.apply(getattr(trigonometry, name), x)
    assert (np.abs(got - want) <= 0.51 * np.spacing(np.abs(want).astype(np.float32)).astype(np.float64)).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_special_values(name: str) -> None:
    with np.errstate(all="ignore"):
        want = FUNCTIONS[name][0](SPECIAL.astype(np.float64)).astype(np.float32)
    got = math.apply(getattr(trigonometry, name), SPECIAL)
    np.testing.assert_array_equal(got, want)
    zeros = want == 0
    assert (np.signbit(got) == np.signbit(want))[zeros].all()


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_beyond_the_reduction_values_stay_bounded(name: str) -> None:
    x = np.array([2.0**31, 1e20, -1e30, 3e38], np.float32)
    assert (np.abs(math.apply(getattr(trigonometry, name), x)) <= 1).all()
