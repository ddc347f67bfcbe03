"""Transposed convolution by its definition: each element times each tap, added where it lands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra, nn
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.quant import QuantParams, params_of
from lpt.dialects.quant_params import I8

Run = Callable[..., list[np.ndarray]]
Params = Callable[..., QuantParams]
FORMS: dict[str, dict[str, Any]] = {
    "plain": {"strides": [1, 1], "pads": [0] * 4, "output_padding": [0, 0], "dilations": [1, 1], "group": 1},
    "stride": {"strides": [2, 3], "pads": [1, 0, 0, 2], "output_padding": [1, 0], "dilations": [1, 1], "group": 1},
    "dilation": {"strides": [1, 2], "pads": [0, 1, 2, 0], "output_padding": [0, 1], "dilations": [2, 3], "group": 2},
    "depthwise": {"strides": [2, 2], "pads": [1] * 4, "output_padding": [1, 1], "dilations": [1, 1], "group": 4},
}


def naive(x: np.ndarray, w: np.ndarray, form: dict[str, Any]) -> np.ndarray:
    """In f64, one product at a time."""
    (sh, sw), (dh, dw), group, pads = form["strides"], form["dilations"], form["group"], form["pads"]
    n, c, height, width = x.shape
    outputs, kh, kw = w.shape[1:]
    size = sh * (height - 1) + dh * (kh - 1) + 1, sw * (width - 1) + dw * (kw - 1) + 1
    y = np.zeros((n, outputs * group, *(e + p for e, p in zip(size, form["output_padding"], strict=True))))
    for channel, i, j, t, u in np.ndindex(c, height, width, kh, kw):
        first = channel // (c // group) * outputs
        y[:, first : first + outputs, sh * i + dh * t, sw * j + dw * u] += x[:, channel, i, j, None] * w[channel, :, t, u]
    return y[:, :, pads[0] : y.shape[2] - pads[2], pads[1] : y.shape[3] - pads[3]]


@pytest.mark.parametrize("name", FORMS)
def test_floats(name: str, run: Run) -> None:
    rng, form = np.random.default_rng(0), FORMS[name]
    x, w = rng.normal(size=(2, 4, 3, 4)).astype(np.float32), rng.normal(size=(4, 3, 3, 2)).astype(np.float32)
    (got,) = run(nn.ConvTransposeOp, [(x, None), (w, None)], absent=1, **form)
    np.testing.assert_allclose(got, naive(x.astype(float), w.astype(float), form), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", FORMS)
def test_asymmetric_codes_are_summed_exactly(name: str, run: Run, params: Params) -> None:
    rng, form = np.random.default_rng(1), FORMS[name]
    q, w = rng.integers(0, 256, (2, 4, 3, 4)).astype(np.uint8), rng.integers(-128, 128, (4, 3, 3, 2)).astype(np.int8)
    of = params("i8", [0.01, 0.02, 0.03], [3, -5, 0], axis=1)
    (got,) = run(nn.ConvTransposeOp, [(q, params("u8", 0.5, 77)), (w, of)], absent=1, **form)
    expected = naive(q.astype(float) - 77, w - np.array([3.0, -5.0, 0.0]).reshape(1, 3, 1, 1), form)
    np.testing.assert_array_equal(got, expected)


def make(value: Callable[..., Any], x: QuantParams, w: QuantParams, group: int, shape: tuple[int, ...] = (4, 3, 3, 2)) -> Any:
    form = {**FORMS["plain"], "group": group}
    return nn.ConvTransposeOp.make([value((1, 4, 3, 3), x), value(shape, w), []], **form)


def test_scales_per_output_channel_repeat_over_groups(value: Callable[..., Any], params: Params) -> None:
    scales = np.array([0.5, 0.25, 2.0])
    op = make(value, params("u8", 0.5), params("i8", scales, axis=1), group=2)
    assert params_of(op.result) == algebra.accumulator(np.tile(0.5 * scales, 2), axis=1)


def test_scales_by_blocks_are_one_per_group_and_channel(value: Callable[..., Any], params: Params) -> None:
    blocks = np.array([[0.5, 0.25, 2.0], [1.0, 4.0, 8.0]]).reshape(2, 3, 1, 1)
    w = QuantParams(I8, blocks, block_sizes=((0, 2), (1, 1), (2, 3), (3, 2)))
    op = make(value, params("u8", 0.5), w, group=2)
    assert params_of(op.result) == algebra.accumulator(0.5 * blocks.reshape(-1), axis=1)


def test_scales_per_input_channel_are_refused(value: Callable[..., Any], params: Params) -> None:
    with pytest.raises(AlgebraError, match="vary over the input channels"):
        make(value, params("u8", 0.5), params("i8", [0.1, 0.2, 0.3, 0.4], axis=0), group=2)


def test_a_sum_that_may_leave_i32_is_refused(value: Callable[..., Any], params: Params) -> None:
    op = make(value, params("u8", 0.5), params("i8", 0.5), group=1, shape=(4, 1, 200, 200))
    with pytest.raises(VerifyException, match="may leave i32"):
        op.verify()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"strides": [1]}, "strides"),
        ({"pads": [0, 0, 0, -1]}, "not negative"),
        ({"group": 3}, "channels do not fit"),
        ({"pads": [9, 0, 9, 0]}, "crops all"),
    ],
)
def test_shapes_that_do_not_fit(value: Callable[..., Any], change: dict[str, Any], message: str) -> None:
    with pytest.raises(VerifyException, match=message):
        nn.ConvTransposeOp.make([value((1, 4, 3, 3)), value((4, 3, 3, 2)), []], **{**FORMS["plain"], **change})
