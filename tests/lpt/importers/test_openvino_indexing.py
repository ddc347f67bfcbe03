"""OpenVINO's operations by computed indices, at computed places and by labels, and some others, against OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset8, opset13

import lpt

RNG = np.random.default_rng(9)
X = RNG.standard_normal((2, 3, 4, 5)).astype(np.float32)
PLACES = RNG.integers(-4, 4, (2, 3, 2, 5))
UPDATES = RNG.standard_normal((2, 3, 2, 5)).astype(np.float32)
GRID = RNG.standard_normal((2, 3, 6, 2)).astype(np.float32) / 1.5
BOXES = np.array([[0, 0, 3, 3], [1.3, -2, 4, 4], [-1.5, 2, 6, 7]], np.float32)
Build = Callable[..., Any]


def c(value: object, dtype: Any = np.int64) -> Any:
    return opset13.constant(np.array(value, dtype))


def sampled(x: Any, grid: Any, **attributes: Any) -> Any:
    return opset13.grid_sample(x, grid, {"align_corners": False, "mode": "bilinear", "padding_mode": "zeros", **attributes})


CASES: dict[str, tuple[Build, list[np.ndarray]]] = {
    "TopK": (lambda x: opset13.topk(x, c(2), 2, "max", "value"), [X]),
    "TopK, least, by place": (lambda x: opset13.topk(x, c(3), -1, "min", "index", "i64"), [X]),
    "CumSum": (lambda x: opset13.cum_sum(x, c(2), exclusive=True, reverse=True), [X]),
    "Gather in batches": (lambda x, i: opset8.gather(x, i, c(2), 1), [X, np.array([[0, 3], [-1, 1]])]),
    "Gather in batches, at once": (lambda x, i: opset8.gather(x, i, c(1), 1), [X, np.array([[0, 2, 1], [-1, 1, 0]])]),
    "GatherElements": (lambda x, i: opset13.gather_elements(x, i, 2), [X, np.abs(PLACES) % 4]),
    "GatherND": (lambda x, i: opset8.gather_nd(x, i, 1), [X, np.array([[[0, 3], [1, 1]], [[2, 0], [2, 2]]])]),
    "ScatterElementsUpdate": (lambda x, i, u: opset13.scatter_elements_update(x, i, u, c(2)), [X, PLACES, UPDATES]),
    "ScatterElementsUpdate, sums": (lambda x, i, u: opset13.scatter_elements_update(x, i, u, c(2), "sum"), [X, PLACES, UPDATES]),
    "ScatterNDUpdate": (lambda x, u: opset13.scatter_nd_update(x, c([[1, 2], [0, 0]]), u), [X, UPDATES[:, 0, :1].repeat(4, 1)]),
    "ScatterUpdate": (lambda x, u: opset13.scatter_update(x, c([3, 1]), u, c(2)), [X, UPDATES]),
    "ReverseSequence": (lambda x, n: opset13.reverse_sequence(x, n, 0, 2), [X, np.array([4, 2])]),
    "ReverseSequence, last": (lambda x, n: opset13.reverse_sequence(x, n, 3, 1), [X, np.array([1, 3, 2, 3, 1])]),
    "OneHot": (lambda i: opset13.one_hot(i, c(4), c(2.0, np.float32), c(-1.0, np.float32), 1), [np.array([[0, 3], [2, 1]])]),
    "Roll": (lambda x: opset13.roll(x, c([2, -1]), c([3, 1])), [X]),
    "Mod": (lambda x: opset13.mod(x, c(0.7, np.float32)), [X]),
    "FloorMod": (lambda x: opset13.floor_mod(x, c(0.7, np.float32)), [X]),
    "Einsum": (lambda x, y: opset13.einsum([x, y], "abcd,ebcd->aec"), [X, X]),
    "GridSample": (sampled, [X, GRID]),
    "GridSample, cubic": (lambda x, g: sampled(x, g, mode="bicubic", padding_mode="reflection"), [X, GRID]),
    "GridSample, nearest": (lambda x, g: sampled(x, g, mode="nearest", align_corners=True), [X, GRID]),
    "ROIAlign": (lambda x, b: opset13.roi_align(x, b, c([0, 1, 1]), 2, 3, 2, 0.5, "avg"), [X, BOXES]),
    "ROIAlign, half_pixel": (lambda x, b: opset13.roi_align(x, b, c([0, 1, 0]), 2, 3, 2, 0.7, "avg", "half_pixel"), [X, BOXES]),
    "ROIAlign, for_nn": (lambda x, b: opset13.roi_align(x, b, c([0, 1, 0]), 2, 3, 2, 0.7, "avg", "half_pixel_for_nn"), [X, BOXES]),
    "attention": (opset13.scaled_dot_product_attention, [X, X, X]),
    "attention, causal": (lambda q, k, v: opset13.scaled_dot_product_attention(q, k, v, causal=True), [X, X, X]),
    "attention, masked": (lambda q, k, v, m: opset13.scaled_dot_product_attention(q, k, v, m), [X, X, X, X[0, 0, :, :4]]),
    "LRN": (lambda x: opset13.lrn(x, c([1]), alpha=0.3, beta=0.75, bias=1.0, size=3), [X]),  # whose bias OpenVINO leaves out
    "GroupNormalization": (
        lambda x: opset13.group_normalization(x, c([1, 2, 3, 4], np.float32), c([0, 1, 0, 1], np.float32), 2, 1e-3),
        [X.transpose(0, 2, 1, 3)],
    ),
    "IsNaN, IsInf, IsFinite": (
        lambda x: opset13.concat([opset13.is_nan(x), opset13.is_inf(x), opset13.is_finite(x)], 0),
        [np.array([1, np.inf, np.nan, -np.inf], np.float32)],
    ),
    "IsInf, negative": (lambda x: opset13.is_inf(x, {"detect_positive": False}), [np.array([1, np.inf, -np.inf], np.float32)]),
    "bits": (
        lambda a, b: opset13.bitwise_xor(opset13.bitwise_and(a, opset13.bitwise_not(b)), opset13.bitwise_or(a, b)),
        [np.arange(6, dtype=np.int32), np.arange(6, dtype=np.int32)[::-1].copy()],
    ),
    "Pad, symmetric": (lambda x: opset13.pad(x, c([0, 0, 2, 1]), c([0, 1, 1, 3]), "symmetric"), [X]),
}


@pytest.mark.parametrize("name", CASES)
def test_operations(name: str, tmp_path: Path) -> None:
    build, inputs = CASES[name]
    names = [f"x{i}" for i in range(len(inputs))]
    parameters = [opset13.parameter(x.shape, x.dtype.type, name=n) for n, x in zip(names, inputs, strict=True)]
    for parameter, label in zip(parameters, names, strict=True):
        parameter.output(0).set_names({label})
    node = build(*parameters)
    model = ov.Model([opset13.result(output) for output in node.outputs()], parameters, "m")
    ov.save_model(model, tmp_path / "m.xml", compress_to_fp16=False)
    want = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(inputs)
    got = lpt.interpret(lpt.load(tmp_path / "m.xml"), dict(zip(names, inputs, strict=True)))
    for expected, result in zip(want.values(), got.values(), strict=True):
        assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-5)
