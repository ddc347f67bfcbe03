"""Ranges of every form, split into integers: the formula's levels in double precision, except within 2⁻¹⁴ step of a tie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import Float32Type, ModuleOp

from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ConvOp, NegOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.shapes import tensor_type
from lpt.passes.pipeline import Pipeline
from lpt.passes.prepare.nudge_zero_points import NudgeZeroPoints
from lpt.passes.transform.split_fake_quantize import SplitFakeQuantize
from lpt.passes.validate import Validator
from lpt.testing import results, run

INF = float("inf")
EDGES = [0.0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 0.5, -0.5, 3e38, -3e38, INF, -INF]


def formula(x: np.ndarray, low: Any, high: Any, out_low: Any, out_high: Any, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """FakeQuantize-1 in f64, and the distance of each value from a tie, in steps."""
    low, high, out_low, out_high = (np.asarray(np.asarray(r, np.float32), np.float64) for r in (low, high, out_low, out_high))
    with np.errstate(all="ignore"):
        steps = np.nan_to_num((x.astype(np.float64) - low) / (high - low) * (levels - 1), posinf=0, neginf=0)
    inside = np.rint(steps) / (levels - 1) * (out_high - out_low) + out_low
    value = np.where(x <= np.minimum(low, high), out_low, np.where(x > np.maximum(low, high), out_high, inside))
    return value, np.abs(np.abs(steps - np.floor(steps)) - 0.5)


def check(module: ModuleOp, x: np.ndarray, ranges: tuple[Any, ...], levels: int) -> None:
    low, high, out_low, out_high = ranges
    exact, from_tie = formula(x, low, high, out_low, out_high, levels)
    found = results(module, [x])[0].astype(float)
    step = np.abs(np.asarray(ranges[3], float) - ranges[2]) / (levels - 1)
    magnitude = np.maximum(np.abs(ranges[2]), np.abs(ranges[3]))
    near = np.broadcast_to(from_tie <= 2.0**-14 * max(1, levels / 256), x.shape)
    assert (np.abs(found - exact) <= np.where(near, 1.01, 2.0**-14) * step + 2.0**-20 * magnitude).all()


@st.composite
def channels(draw: st.DrawFn) -> tuple[int, tuple[np.ndarray, ...]]:
    """Levels, and four ranges of three channels, each of which may be a scalar."""
    bound = st.integers(-1023, 1023).map(lambda n: n / 128)
    width = st.integers(8, 2047).map(lambda n: n / 128)
    directions = draw(st.sampled_from([(1,), (-1,), (1, 0), (-1, 0), (1, -1, 0)]))
    columns = []
    for _ in range(3):
        low, span, out, direction = draw(bound), draw(width), draw(bound), draw(st.sampled_from(directions))
        step = len({*directions} - {0}) < 2 and draw(st.integers(0, 4)) == 0
        columns.append((low, low if step else low + span, out, out + direction * draw(width)))
    arrays = [np.array(column, np.float32).reshape(1, 3, 1) for column in zip(*columns, strict=True)]
    return draw(st.sampled_from([2, 3, 5, 15, 16, 17, 100, 255, 256])), tuple(arrays)


@settings(max_examples=100)
@given(case=channels(), seed=st.integers(0, 1000))
def test_the_levels_are_the_formulas(case: tuple[int, tuple[np.ndarray, ...]], seed: int, graph: type[Any]) -> None:
    levels, ranges = case
    g = graph((2, 3, 60))
    module = g.module(g.fake_quantize(g.inputs[0], ranges, levels))
    run(SplitFakeQuantize(), module)
    assert not any(isinstance(op, FakeQuantizeOp) for op in module.walk())
    x = np.random.default_rng(seed).uniform(-12, 28, (2, 3, 60)).astype(np.float32)
    x[0, :, : len(EDGES)] = EDGES
    x[1, :, :3] = [[float(ranges[0].flat[c]), float(ranges[1].flat[c]), np.nextafter(ranges[0].flat[c], INF)] for c in range(3)]
    check(module, x, ranges, levels)


@pytest.mark.parametrize("place", [0.0, -0.0, 1e-30, 3e-19, 0.7, -1e20])
@pytest.mark.parametrize("outputs", [(-2.0, 4.0), (3.0, -1.0)])
@pytest.mark.parametrize("levels", [2, 256, 65536])
def test_a_step_is_exact_for_every_float(place: float, outputs: tuple[float, float], levels: int, graph: type[Any]) -> None:
    """OpenVINO's CPU plugin makes NaN of all elements where an input range is empty."""
    at = np.float32(place)
    x = np.array([at, np.nextafter(at, np.float32(INF)), np.nextafter(at, np.float32(-INF)), *EDGES], np.float32)
    g = graph(x.shape)
    module = g.module(g.fake_quantize(g.inputs[0], (at, at, *outputs), levels))
    expected = results(module, [x])[0]
    run(SplitFakeQuantize(), module)
    np.testing.assert_allclose(results(module, [x])[0], expected, rtol=0, atol=1e-6)


def dequantized_params(module: ModuleOp) -> list[Any]:
    return [params_of(op.input) for op in module.walk() if isinstance(op, DequantizeCastOp)]


def test_inverted_outputs_mirror_the_codes(graph: type[Any]) -> None:
    g = graph((4,))
    module = g.module(g.fake_quantize(g.inputs[0], (0.0, 2.55, 2.55, 0.0)))
    run(SplitFakeQuantize(), module)
    assert [isinstance(op, NegOp) for op in module.walk()].count(True) == 1
    (params,) = dequantized_params(module)
    assert (str(params.storage), params.zero_point) == ("u8", 0)
    x = np.array([-1.0, 0.0, 0.014, 5.0], np.float32)
    np.testing.assert_allclose(results(module, [x])[0], [2.55, 2.55, 2.54, 0.0], atol=1e-6)


def test_equal_output_ranges_are_one_scale_whatever_the_inputs_are(graph: type[Any]) -> None:
    """And a dead channel has the scale and zero point of the others."""
    g = graph((1, 3, 8))
    high = np.array([1.0, 2.0, 0.0]).reshape(3, 1)
    out_high = np.array([2.55, 2.55, 0.0]).reshape(3, 1)
    module = g.module(g.fake_quantize(g.inputs[0], (0.0, high, 0.0, out_high)))
    run(SplitFakeQuantize(), module)
    (params,) = dequantized_params(module)
    assert params.is_per_tensor and params.scale == pytest.approx(0.01) and params.zero_point == 0
    x = np.random.default_rng(0).normal(size=(1, 3, 8)).astype(np.float32)
    x[0, 2, :3] = [INF, -INF, np.nan]
    assert (results(module, [x])[0][0, 2] == 0).all()
    check(module, np.nan_to_num(x), (0.0, high, 0.0, out_high), 256)


@pytest.mark.parametrize("shape", [(2, 3), (-1, 3)])
def test_flat_outputs_are_a_constant(shape: tuple[int, int], graph: type[Any]) -> None:
    g = graph(tensor_type(Float32Type(), shape))
    module = g.module(g.fake_quantize(g.inputs[0], (5.0, -1.0, [0.5, 1.5, -2.0], [0.5, 1.5, -2.0])))
    run(SplitFakeQuantize(), module)
    returned = main_function(module).body.block.last_op
    assert returned is not None and isinstance(returned.operands[0].owner, ConstantOp) == (shape[0] > 0)
    assert results(module, [np.array([[1, INF, -INF], [np.nan, 0, 7]], np.float32)])[0].tolist() == [[0.5, 1.5, -2.0]] * 2


@pytest.mark.parametrize(
    ("levels", "limits", "storage"),
    [
        (65535, (-1.0, 1.0), "i16<-32767:32767>"),
        (65536, (-1.28, 1.27996), "i16"),
        (65536, (0.0, 6.0), "u16"),
        (128, (0.0, 1.0), "u8<0:127>"),
        (16, (0.0, 1.0), "u8<0:15>"),
        (300, (0.0, 1.0), "u16<0:299>"),
    ],
)
def test_storage(levels: int, limits: tuple[float, float], storage: str, graph: type[Any]) -> None:
    g = graph((1000,))
    module = g.module(g.fake_quantize(g.inputs[0], (*limits, *limits), levels))
    run(SplitFakeQuantize(), module)
    assert str(dequantized_params(module)[0].storage) == storage
    check(module, np.random.default_rng(0).uniform(-2, 2, 1000).astype(np.float32), (*limits, *limits), levels)


@pytest.mark.parametrize("limits", [(-1.2801, 1.27), (-1.0, 1.001), (-1.27, 1.2699)])
def test_nearly_symmetric_ranges_keep_their_grid(limits: tuple[float, float], graph: type[Any]) -> None:
    """OpenVINO drops the zero point within 0.2 %: 0.06 steps of bias, 65 to 70 dB."""
    g = graph((4000,))
    module = g.module(g.fake_quantize(g.inputs[0], (*limits, *limits)))
    run(SplitFakeQuantize(), module)
    x = np.random.default_rng(0).uniform(-1.3, 1.3, 4000).astype(np.float32)
    exact, from_tie = formula(x, *limits, *limits, 256)
    error = (results(module, [x])[0] - exact)[from_tie > 2.0**-14]
    assert 10 * np.log10((exact**2).mean() / (error**2).mean()) > 130


def signal_to_noise(module: ModuleOp, x: np.ndarray, codes: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """dB at each output position, the formula's codes forced."""
    cast = next(op for op in module.walk() if isinstance(op, QuantizeCastOp))
    found = run_function(main_function(module), [x], force={cast.result: codes})[0][0]
    noise = (found.astype(float) - exact) ** 2
    return np.asarray(10 * np.log10((exact**2).mean((0, 1)) / np.maximum(noise.mean((0, 1)), 1e-30)))


def padded_conv(graph: type[Any]) -> tuple[ModuleOp, np.ndarray, np.ndarray, np.ndarray]:
    """fake_quantize of [−1.23, 2.55] → padded 3×3 conv; an input, its codes by the formula, the exact result."""
    generator = np.random.default_rng(5)
    x = generator.normal(size=(2, 8, 7, 6)).astype(np.float32)
    q = generator.integers(-127, 128, (16, 8, 3, 3))
    scales = generator.uniform(0.001, 0.01, 16).astype(np.float32)
    g = graph(x.shape)
    w = g.codes(q, g.params("i8", scales, axis=0))
    module = g.module(g.conv(g.fake_quantize(g.inputs[0], (-1.23, 2.55, -1.23, 2.55)), w, pad=1))
    real = formula(x, -1.23, 2.55, -1.23, 2.55, 256)[0]
    low, high = float(np.float32(-1.23)), float(np.float32(2.55))
    codes = np.rint((real - low) / (high - low) * 255).astype(np.uint8)
    padded = np.pad(real, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    exact = np.einsum("nchwij,ocij->nohw", windows, q * scales.astype(np.float64).reshape(-1, 1, 1, 1))
    return module, x, codes, exact


def test_a_fractional_zero_point_is_exact_in_every_border_class(graph: type[Any]) -> None:
    """At least 120 dB at each position of a padded convolution; a rounded zero point on an unmoved grid gives 56 dB (OpenVINO)."""
    module, x, codes, exact = padded_conv(graph)
    run("lpt", module)
    (conv,) = [op for op in module.walk() if isinstance(op, ConvOp)]
    assert conv.is_quantized
    assert signal_to_noise(module, x, codes, exact).min() > 120


def test_nudging_is_lossy(graph: type[Any]) -> None:
    """What lpt-nudge-zero-points costs on the same convolution, and that no offset is left."""
    module, x, _, exact = padded_conv(graph)
    run(NudgeZeroPoints(), module)
    run("lpt", module)
    assert [op.name for op in module.walk() if op.name.startswith("nn.")] == ["nn.conv"]
    error = results(module, [x])[0] - exact
    assert 45 < 10 * np.log10((exact**2).mean() / (error**2).mean()) < 60


def test_validation_measures_what_nudging_costs(graph: type[Any]) -> None:
    """53 dB: the grid moves by a fraction of a step, and values near a tie to the next level."""
    g = graph((4000,))
    module = g.module(g.fake_quantize(g.inputs[0], (-1.23, 2.55, -1.23, 2.55)))
    (row,) = Validator(module).run(Pipeline((NudgeZeroPoints(),)))
    assert row.sqnr is not None and 45 < row.sqnr < 60 and f"{row.sqnr:.1f} dB" in str(row)
    assert Validator(module).run(Pipeline((SplitFakeQuantize(),)))[0].sqnr is None
