"""Models whose outputs have as many rows as run time finds: against ONNX Runtime and OpenVINO, interpreted, compiled and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import openvino as ov
import pytest
from openvino import opset13 as opset

import lpt
from lpt.errors import UnsupportedError

RNG = np.random.default_rng(11)
CORNERS = RNG.random((1, 30, 4)).astype(np.float32)
FEEDS = {
    "b": np.concatenate([CORNERS[..., :2], CORNERS[..., :2] + CORNERS[..., 2:] / 3], -1),
    "s": RNG.random((1, 3, 30), np.float32),
}

DETECTOR = """(float[1, 30, 4] b, float[1, 3, 30] s) => (int64[?, 3] i, float[?, 4] box, float[?] score) {
    i = NonMaxSuppression(b, s, most, iou, least)
    c1, c2, c3 = Split<axis=1>(i, ones)
    n = Squeeze(c3, one)
    all = Squeeze(b, zero)
    chosen = Gather(all, n)
    two = Constant<value_float=2.0>()
    box = Mul(chosen, two)
    pair = Concat<axis=1>(c2, c3)
    scores = Squeeze(s, zero)
    score = GatherND(scores, pair)
}"""
CONSTANTS = {"most": np.int64(7), "iou": np.float32(0.3), "least": np.float32(0.8), "one": np.array([1]), "zero": np.array([0])}


def detector(model: Callable[..., onnx.ModelProto], text: str = DETECTOR) -> onnx.ModelProto:
    return model(text, ones=np.array([1, 1, 1]), **CONSTANTS)


def check(want: dict[str, np.ndarray], got: dict[str, np.ndarray]) -> None:
    assert list(got) == list(want)
    for name, array in want.items():
        np.testing.assert_array_equal(got[name], array, name)


def test_rows_are_cut_where_they_leave_the_model(model: Callable[..., onnx.ModelProto], tmp_path: Path) -> None:
    proto = detector(model)
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    want = dict(zip(("i", "box", "score"), session.run(None, FEEDS), strict=True))
    assert 3 < len(want["i"]) < 20
    loaded = lpt.load(proto)
    compiled = lpt.compile(loaded)
    check(want, lpt.interpret(loaded, FEEDS))
    check(want, compiled.run(FEEDS))
    compiled.save(tmp_path / "d.lpt")
    check(want, lpt.Executable.load(tmp_path / "d.lpt").run(FEEDS))
    lpt.save(loaded, tmp_path / "d.mlir")
    check(want, lpt.interpret(lpt.load(tmp_path / "d.mlir"), FEEDS))


def test_what_depends_on_the_number_of_rows_is_refused(model: Callable[..., onnx.ModelProto]) -> None:
    for line in ("y = ReduceMax<keepdims=0>(x, zero)", "y = Add(x, fixed)", "y = Gather(x, zero)", "y = Concat<axis=0>(x, x)"):
        text = (
            f"(float[1, 30, 4] b, float[1, 3, 30] s) => (int64[?, 3] y) {{ x = NonMaxSuppression(b, s, most, iou, least) {line} }}"
        )
        proto = model(text, opset=18, fixed=np.zeros((21, 3), np.int64), **CONSTANTS)
        with pytest.raises(UnsupportedError, match="on as many rows as a non-maximum suppression finds"):
            lpt.load(proto)


def test_a_limit_that_is_an_input(model: Callable[..., onnx.ModelProto]) -> None:
    text = "(float[1, 30, 4] b, float[1, 3, 30] s, int64 m) => (int64[?, 3] i) { i = NonMaxSuppression(b, s, m, iou, least) }"
    compiled = lpt.compile(model(text, **CONSTANTS))
    few, many = (len(compiled.run({**FEEDS, "m": np.array(m)})["i"]) for m in (1, 9))
    assert few == 3 < many < 27


@pytest.mark.parametrize("encoding", ["corner", "center"])
def test_openvino(encoding: str, tmp_path: Path) -> None:
    boxes, scores = (opset.parameter(FEEDS[name].shape, np.float32, name=name) for name in "bs")
    given = [opset.constant(value) for value in (np.int64(7), np.float32(0.3), np.float32(0.8))]
    node = opset.non_max_suppression(boxes, scores, *given, box_encoding=encoding, sort_result_descending=False, output_type="i64")
    model = ov.Model([opset.result(output) for output in node.outputs()], [boxes, scores], "m")
    for parameter in (boxes, scores):
        parameter.output(0).set_names({parameter.friendly_name})
    ov.save_model(model, tmp_path / "m.xml", compress_to_fp16=False)
    config: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32"}
    want = list(ov.Core().compile_model(model, "CPU", config)([FEEDS["b"], FEEDS["s"]]).values())
    got = list(lpt.interpret(lpt.load(tmp_path / "m.xml"), FEEDS).values())
    assert len(got) == 3
    for expected, result in zip(want, got, strict=True):
        np.testing.assert_array_equal(result, expected)
