"""OpenVINO's comparison, logic, choice and trigonometry, against OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as opset

import lpt

RNG = np.random.default_rng(3)
A = RNG.integers(-3, 3, (2, 4, 6)).astype(np.float32)
B = RNG.integers(-3, 3, (4, 1)).astype(np.float32)

CASES: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(opset, name) for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
}
CASES |= {
    "logic": lambda a, b: opset.logical_or(opset.logical_not(opset.less(a, b)), opset.equal(a, b)),
    "and, xor": lambda a, b: opset.logical_xor(opset.logical_and(opset.less(a, b), opset.greater(b, a)), opset.equal(a, b)),
    "select": lambda a, b: opset.select(opset.less(a, b), a, b),
    "a mask of integers": lambda a, b: opset.select(
        opset.less(opset.convert(a, "i64"), opset.add(opset.convert(b, "i64"), opset.constant(np.int64(1)))), a, b
    ),
}
FUNCTIONS = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "atanh", "softsign")


def outcomes(build: Callable[[Any, Any], Any], folder: Path, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What OpenVINO computes in f32, and the interpreter."""
    parameters = [opset.parameter(x.shape, np.float32, name=n) for n, x in (("a", a), ("b", b))]
    for parameter, name in zip(parameters, ("a", "b"), strict=True):
        parameter.output(0).set_names({name})
    model = ov.Model([build(*parameters)], parameters, "m")
    ov.save_model(model, folder / "m.xml", compress_to_fp16=False)
    compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    want = compiled([a, b])[compiled.output(0)]
    (got,) = lpt.interpret(lpt.load(folder / "m.xml"), {"a": a, "b": b}).values()
    return np.asarray(want), got


@pytest.mark.parametrize("name", CASES)
def test_masks(name: str, tmp_path: Path) -> None:
    want, got = outcomes(CASES[name], tmp_path, A, B)
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str, tmp_path: Path) -> None:
    x = RNG.uniform(-0.9, 0.9, A.shape).astype(np.float32)
    function = opset.softsign if name == "softsign" else getattr(opset, name)
    want, got = outcomes(lambda a, b: opset.add(function(a), opset.multiply(b, opset.constant(np.float32(0)))), tmp_path, x, B)
    np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-6)
