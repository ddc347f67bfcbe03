"""What fake_quantize means, against its formula in double precision and against OpenVINO's reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openvino import opset13
from xdsl.dialects.builtin import Float32Type
from xdsl.dialects.test import TestOp

from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.shapes import tensor_type

INF, NAN = float("inf"), float("nan")
Ranges = tuple[Any, Any, Any, Any]


def ours(x: np.ndarray, ranges: Ranges, levels: int) -> np.ndarray:
    arrays = [np.asarray(r, np.float32) for r in ranges]
    values = [TestOp(result_types=[tensor_type(Float32Type(), a.shape)]).results[0] for a in (x, *arrays)]
    low, high, out_low, out_high = values[1:]
    op = FakeQuantizeOp(values[0], (low, high, out_low, out_high), levels)
    op.verify()
    return np.asarray(evaluate(op, [x, *arrays])[0])


def reference(x: np.ndarray, ranges: Ranges, levels: int) -> np.ndarray:
    """OpenVINO's own evaluation of the operation, outside any plugin."""
    constants = [opset13.constant(np.asarray(r, np.float32)) for r in (x, *ranges)]
    node = opset13.fake_quantize(*constants, levels)
    result = openvino.Tensor(np.empty(x.shape, np.float32))
    assert node.evaluate([result], [openvino.Tensor(np.ascontiguousarray(np.asarray(a, np.float32))) for a in (x, *ranges)])
    return np.array(result.data)


def formula(x: np.ndarray, ranges: Ranges, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """The definition in f64, and how far from a tie each value is, in levels."""
    low, high, out_low, out_high = (np.asarray(np.asarray(r, np.float32), np.float64) for r in ranges)
    with np.errstate(all="ignore"):
        steps = (x.astype(np.float64) - low) / (high - low) * (levels - 1)
        inside = np.rint(steps) / (levels - 1) * (out_high - out_low) + out_low
    exact = np.where(x <= np.minimum(low, high), out_low, np.where(x > np.maximum(low, high), out_high, inside))
    whole = np.floor(np.nan_to_num(steps, posinf=0, neginf=0))
    return exact, np.abs(np.abs(steps - whole) - 0.5)


SHAPES = [(), (1,), (4,), (3, 1), (3, 4), (1, 1, 1), (2, 1, 1), (2, 3, 4), (1, 3, 1)]


@settings(max_examples=120)
@given(
    levels=st.sampled_from([2, 3, 15, 16, 17, 128, 255, 256, 65535, 65536]),
    shapes=st.tuples(*[st.sampled_from(SHAPES)] * 4),
    seed=st.integers(0, 10**6),
)
def test_the_formula_with_four_independent_shapes(levels: int, shapes: tuple[tuple[int, ...], ...], seed: int) -> None:
    """Ranges of any order: normal, inverted, or equal."""
    generator = np.random.default_rng(seed)
    ranges: Any = tuple(np.round(generator.uniform(-3, 3, shape), generator.integers(0, 4)).astype(np.float32) for shape in shapes)
    x = generator.uniform(-4, 4, (2, 3, 4)).astype(np.float32)
    exact, from_tie = formula(x, ranges, levels)
    low, high, out_low, out_high = ranges
    with np.errstate(all="ignore"):
        slack = 2.0**-22 * levels * np.maximum(1, (np.abs(low) + np.abs(x)) / np.abs(high - low))
    step = np.abs(out_high.astype(float) - out_low) / (levels - 1)
    error = np.abs(ours(x, ranges, levels).astype(float) - exact)
    bound = np.where(from_tie <= slack, 1.001, 0.0) * step + 2.0**-21 * (np.abs(out_low) + np.abs(out_high))
    assert (error <= np.nan_to_num(bound, nan=0.0, posinf=0.0)).all()


SPECIAL = np.array([-5, -1, -0.6, -0.1, -0.0, 0.0, 0.1, 0.5, 0.9, 1.0, 1.1, 1.5, 2.0, 2.1, 3.0, INF, -INF, 1e-40], np.float32)
CASES: dict[str, tuple[Ranges, int]] = {
    "ties": ((0.0, 15.0, 0.0, 15.0), 31),
    "inverted input": ((2.0, 0.0, 0.0, 10.0), 11),
    "inverted output": ((0.0, 2.0, 10.0, 0.0), 11),
    "both inverted": ((2.0, 0.0, 10.0, 0.0), 11),
    "empty input": ((1.0, 1.0, -2.0, 4.0), 256),
    "empty input at 0": ((0.0, 0.0, -2.0, 4.0), 256),
    "empty output": ((0.0, 1.0, 3.0, 3.0), 256),
    "two levels": ((-1.0, 1.0, -3.0, 3.0), 2),
    "two levels, inverted": ((1.0, -1.0, -3.0, 3.0), 2),
    "65536 levels": ((-2.0, 2.0, -2.0, 2.0), 65536),
    "per element": ((np.linspace(-2, 2, 18), np.linspace(2, -2, 18), 0.0, np.arange(18)), 16),
}


@pytest.mark.parametrize("name", CASES)
def test_openvinos_reference(name: str) -> None:
    ranges, levels = CASES[name]
    np.testing.assert_array_equal(ours(SPECIAL, ranges, levels), reference(SPECIAL, ranges, levels))


def test_nan_stays_nan_as_in_openvinos_reference() -> None:
    x = np.array([NAN, 0.25], np.float32)
    for ranges in ((0.0, 1.0, 0.0, 1.0), (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 1.0), (0.0, 1.0, 2.0, 2.0)):
        got = ours(x, ranges, 3)
        assert np.isnan(got[0]) and not np.isnan(got[1])
        np.testing.assert_array_equal(got, reference(x, ranges, 3))


def test_mixed_shapes_as_in_openvinos_reference() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    channel = np.array([1.0, 2.0, 0.5]).reshape(3, 1)
    for ranges in ((-1.0, channel, -1.0, channel), (-channel, 1.0, 0.0, channel), (np.zeros((2, 1, 1)), 1.0, channel, 4.0)):
        np.testing.assert_array_equal(ours(x, ranges, 256), reference(x, ranges, 256))


@pytest.mark.parametrize(("mixed", "error"), [(False, 2e-6), (True, 0.6)])
def test_openvinos_cpu_plugin(mixed: bool, error: float) -> None:
    """Agrees but for float rounding where all ranges are per channel; with a scalar among them it is off by 0.6 of a range of 2."""
    x = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)
    high = np.array([[1.0], [2.0], [0.5]], np.float32)
    low = np.float32(-1) if mixed else np.full_like(high, -1)
    parameter = opset13.parameter(x.shape, np.float32)
    node = opset13.fake_quantize(parameter, *(opset13.constant(np.float32(r)) for r in (low, high, low, high)), 256)
    hints = {"INFERENCE_PRECISION_HINT": "f32"}
    plugin = openvino.Core().compile_model(openvino.Model([node], [parameter], "m"), "CPU", hints)([x])[0]
    got, expected = ours(x, (low, high, low, high), 256), formula(x, (low, high, low, high), 256)[0]
    assert np.abs(got - expected).max() < 2e-6
    assert (np.abs(got - plugin).max() > error) == mixed
