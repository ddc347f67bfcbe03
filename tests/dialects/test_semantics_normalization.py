"""mvn, normalize_l2 and linear resize by their formulas, in f64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import nn
from lpt.dialects.quant import QuantParams

Run = Callable[..., list[np.ndarray]]
X = (np.random.default_rng(0).normal(size=(2, 5, 7, 3)) * 3 + 1).astype(np.float32)


@pytest.mark.parametrize("axes", [[-1], [2, 3], [1, 2, 3]])
@pytest.mark.parametrize("mode", ["inside_sqrt", "outside_sqrt", "mean"])
def test_mvn(axes: list[int], mode: str, run: Run) -> None:
    keep = "inside_sqrt" if mode == "mean" else mode
    properties = {"axes": axes, "eps": 0.25, "eps_mode": keep, "normalize_variance": int(mode != "mean")}
    (got,) = run(nn.MvnOp, [(X, None)], **properties)
    x = X.astype(np.float64)
    d, var = x - x.mean(tuple(axes), keepdims=True), x.var(tuple(axes), keepdims=True)
    divisor = {"inside_sqrt": np.sqrt(var + 0.25), "outside_sqrt": np.sqrt(var) + 0.25, "mean": 1.0}[mode]
    np.testing.assert_allclose(got, d / divisor, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("axes", [[1], [1, 2, 3], []])
@pytest.mark.parametrize("mode", ["add", "max"])
def test_normalize_l2(axes: list[int], mode: str, run: Run) -> None:
    (got,) = run(nn.NormalizeL2Op, [(X, None)], axes=axes, eps=40.0, eps_mode=mode)
    total = np.square(X.astype(np.float64)).sum(tuple(axes), keepdims=True)
    divisor = np.sqrt(total + 40 if mode == "add" else np.maximum(total, 40))
    np.testing.assert_allclose(got, X / divisor, rtol=1e-6)


def test_codes_are_rounded_once(run: Run, params: Callable[..., QuantParams]) -> None:
    x, y = params("u8", 0.05, 3), params("i8", 0.03)
    q = np.random.default_rng(1).integers(0, 256, (2, 40)).astype(np.uint8)
    (got,) = run(nn.MvnOp, [(q, x)], y, axes=[1], eps=0.0, eps_mode="inside_sqrt")
    wide = q.astype(np.float64)
    exact = (wide - wide.mean(1, keepdims=True)) / wide.std(1, keepdims=True) / 0.03
    assert (np.abs(got - np.clip(exact, -128, 127)) <= 0.5 + 1e-4).all()


@pytest.mark.parametrize("change", [{"axes": [4]}, {"eps_mode": "add"}, {"eps": -1.0}])
def test_what_does_not_verify(change: dict[str, Any], value: Callable[..., Any]) -> None:
    with pytest.raises(VerifyException):
        nn.MvnOp.make([value((1, 2, 3, 4))], **{"axes": [1], "eps": 0.0, "eps_mode": "inside_sqrt", **change}).verify()


def test_linear_resize_is_numpys_interpolation(run: Run) -> None:
    """half_pixel along one dimension: what np.interp gives between the centres."""
    x = np.random.default_rng(2).normal(size=(3, 5)).astype(np.float32)
    (got,) = run(nn.ResizeLinearOp, [(x, None)], sizes=[-1, 12], coordinate_mode="half_pixel")
    centres = (np.arange(12) + 0.5) * 5 / 12 - 0.5
    expected = np.stack([np.interp(centres, np.arange(5), row.astype(np.float64)) for row in x])
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_linear_resize_of_a_plane_is_the_plane(run: Run) -> None:
    """align_corners keeps linear functions exactly where they were."""
    i, j, k = np.meshgrid(np.arange(3), np.arange(4), np.arange(5), indexing="ij")
    plane = (2.0 * i - j + 0.5 * k).astype(np.float32)
    (got,) = run(nn.ResizeLinearOp, [(plane[None], None)], sizes=[1, 5, 7, 9], coordinate_mode="align_corners")
    i, j, k = np.meshgrid(np.linspace(0, 2, 5), np.linspace(0, 3, 7), np.linspace(0, 4, 9), indexing="ij")
    np.testing.assert_allclose(got[0], 2 * i - j + 0.5 * k, rtol=0, atol=1e-5)


def test_an_unknown_coordinate_mode_does_not_verify(value: Callable[..., Any]) -> None:
    with pytest.raises(VerifyException, match="coordinate mode"):
        nn.ResizeLinearOp.make([value((1, 2, 3))], sizes=[1, 2, 6], coordinate_mode="sideways").verify()


def test_a_masked_row_gives_zeros(run: Run) -> None:
    """Other rows keep their bits, one with a NaN stays NaN."""
    x = np.concatenate([X.reshape(-1, 6), np.full((1, 6), -np.inf), np.full((1, 6), np.nan)]).astype(np.float32)
    x[0, 2:] = -np.inf
    (plain,), (got,) = (run(nn.SoftmaxOp, [(x, None)], axis=1, masked=masked) for masked in (0, 1))
    np.testing.assert_array_equal(got[:-2], plain[:-2])
    np.testing.assert_array_equal(got[-2], np.zeros(6))
    assert np.isnan(plain[-2:]).all() and np.isnan(got[-1]).all()
