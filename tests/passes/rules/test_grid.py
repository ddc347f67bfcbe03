"""Arithmetic on grids says what happens to the reals that codes express, or refuses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.quant_params import I8, I32, U8, QuantParams
from lpt.rules import Grid

U = Grid(QuantParams(U8, 0.5, 128), (4, 3))
S = Grid(QuantParams(I8, [0.5, 0.25, 2.0], axis=1), (4, 3))


def reals(grid: Grid, codes: np.ndarray) -> np.ndarray:
    scales, zero_points = grid.params.expand(codes.shape)
    return (codes - zero_points) * scales


CODES = np.arange(96, 108).reshape(4, 3)


@pytest.mark.parametrize("factor", [0.125, 3.0, np.array([[1.0, 2.0, 4.0]]), np.array([[1.0], [2.0], [4.0], [8.0]])])
def test_factors_scale_the_reals(factor: float | np.ndarray) -> None:
    np.testing.assert_array_equal(reals(U * factor, CODES), reals(U, CODES) * factor)
    np.testing.assert_array_equal(reals(U * factor / factor, CODES), reals(U, CODES))


def test_products_and_sums_accumulate() -> None:
    assert (U * S).params == QuantParams(I32, [0.25, 0.125, 1.0], axis=1)
    assert (S * U).params == (U * S).params
    assert (U + U).params == QuantParams(I32, 0.5)


def test_mirrored_codes_express_the_negative() -> None:
    np.testing.assert_array_equal(reals(-U, 255 - CODES), -reals(U, CODES))


def test_quantized_scales_compose() -> None:
    outer = Grid(QuantParams(U8, 0.125), (4, 3))
    np.testing.assert_array_equal(reals(U.compose(outer), CODES), reals(outer, reals(U, CODES)))
    assert U.compose(outer).params.storage == U8


def test_per_axis_repeats() -> None:
    assert U.per_axis(1).params == QuantParams(U8, [0.5] * 3, [128] * 3, axis=1)
    assert S.per_axis(1) == S
    assert U.is_per_tensor and not S.is_per_tensor and U.scale == 0.5


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (QuantParams(U8, 1.0, 128), True),
        (QuantParams(U8, 1.0, 0), False),
        (QuantParams(I8, 1.0), True),
        (QuantParams(I8, [1.0, 2.0], [0, 1], axis=0), False),
    ],
)
def test_symmetric_is_about_the_middle(params: QuantParams, expected: bool) -> None:
    assert algebra.is_symmetric(params) is expected


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (lambda: U * -1.0, "not positive"),
        (lambda: U / 0.0, "the divisor is not positive"),
        (lambda: U * np.ones((2, 4, 1)) * np.arange(1, 3).reshape(2, 1, 1), "broadcasts the operand"),
        (lambda: S * np.array([[1.0], [2.0], [3.0], [4.0]]), "varies along axis 0, the scales along axis 1"),
        (lambda: S * S, "both operands are quantized per axis"),
        (lambda: U + S, "different scales"),
        (lambda: S.compose(U), "the outer parameters have zero points"),
        (lambda: S.per_axis(0), "along another axis than 0"),
        (lambda: S.scale, "not quantized per tensor"),
    ],
)
def test_what_a_grid_cannot_carry_is_refused(operation: Callable[[], object], reason: str) -> None:
    with pytest.raises(AlgebraError, match=reason):
        operation()
