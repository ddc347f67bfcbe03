"""OpenVINO's recurrent layers against OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as opset

import lpt
from lpt.dialects.nn import LstmOp
from lpt.dialects.quant import params_of

RNG = np.random.default_rng(5)
H, GATES = 6, {"lstm": 4, "gru": 3, "rnn": 1}


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def saved(inputs: dict[str, np.ndarray], build: Callable[..., Any], path: Path) -> ov.Model:
    """A model of one operation and all its outputs, also written to a file."""
    parameters = [opset.parameter(x.shape, x.dtype.type, name=name) for name, x in inputs.items()]
    for parameter, name in zip(parameters, inputs, strict=True):
        parameter.output(0).set_names({name})
    node = build(*parameters)
    model = ov.Model([opset.result(output) for output in node.outputs()], parameters, "m")
    ov.save_model(model, path, compress_to_fp16=False)
    return model


def compare(inputs: dict[str, np.ndarray], build: Callable[..., Any], folder: Path) -> None:
    """What OpenVINO computes in f32, and the interpreter."""
    check(saved(inputs, build, folder / "m.xml"), inputs, folder / "m.xml")


def check(model: ov.Model, inputs: dict[str, np.ndarray], path: Path) -> None:
    want = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(list(inputs.values()))
    got = lpt.interpret(lpt.load(path), inputs)
    for expected, result in zip(want.values(), got.values(), strict=True):
        np.testing.assert_allclose(result, expected, rtol=0, atol=3e-6)


def weights(cell: str, directions: int, linear: bool = False) -> list[np.ndarray]:
    gates = GATES[cell]
    return [floats(directions, gates * H, 5), floats(directions, gates * H, H) / H**0.5, floats(directions, (gates + linear) * H)]


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
def test_sequences(cell: str, direction: str, tmp_path: Path) -> None:
    d = 1 + (direction == "bidirectional")
    inputs = {"x": floats(3, 4, 5), "h": floats(3, d, H)} | ({"c": floats(3, d, H)} if cell == "lstm" else {})
    lengths = opset.constant(np.array([4, 2, 3] if direction != "forward" else [4, 4, 4], np.int32))
    given = [opset.constant(array) for array in weights(cell, d)]
    function = {"lstm": opset.lstm_sequence, "gru": opset.gru_sequence, "rnn": opset.rnn_sequence}[cell]
    compare(inputs, lambda *states: function(*states, lengths, *given, H, direction), tmp_path)


@pytest.mark.parametrize("cell", GATES)
def test_cells(cell: str, tmp_path: Path) -> None:
    inputs = {"x": floats(3, 5), "h": floats(3, H)} | ({"c": floats(3, H)} if cell == "lstm" else {})
    given = [opset.constant(array[0]) for array in weights(cell, 1)]
    function = {"lstm": opset.lstm_cell, "gru": opset.gru_cell, "rnn": opset.rnn_cell}[cell]
    more: list[Any] = [["tanh"], [], []] if cell == "rnn" else []
    compare(inputs, lambda *states: function(*states, *given, H, *more), tmp_path)


def test_linear_before_reset(tmp_path: Path) -> None:
    given = [opset.constant(array) for array in weights("gru", 1, linear=True)]
    inputs = {"x": floats(2, 4, 5), "h": floats(2, 1, H)}
    lengths = opset.constant(np.array([4, 4], np.int32))
    compare(inputs, lambda x, h: opset.gru_sequence(x, h, lengths, *given, H, "forward", linear_before_reset=True), tmp_path)


def test_other_functions(tmp_path: Path) -> None:
    given = [opset.constant(array[0]) for array in weights("lstm", 1)]
    inputs = {"x": floats(3, 5), "h": floats(3, H), "c": floats(3, H)}
    names = ["sigmoid", "relu", "tanh"]
    compare(inputs, lambda *s: opset.lstm_cell(*s, *given, H, names, [], [], clip=0.7), tmp_path)


def test_weights_behind_fake_quantize_become_codes(tmp_path: Path) -> None:
    """As NNCF quantizes them: 255 levels around 0, a range for each row of W and R. OpenVINO itself takes constants only."""

    def levels(array: np.ndarray) -> np.ndarray:
        bound = np.abs(array).max(axis=-1, keepdims=True)
        return np.asarray(np.rint(array / bound * 127) * (bound / 127), np.float32)

    def quantized(array: np.ndarray) -> Any:
        bound = np.abs(array).max(axis=-1, keepdims=True)
        bounds = [opset.constant((sign * bound).astype(np.float32)) for sign in (-1, 1)]
        return opset.fake_quantize(opset.constant(array), *bounds, *bounds, 255)

    w, r, b = weights("lstm", 1)
    inputs = {"x": floats(3, 4, 5), "h": floats(3, 1, H), "c": floats(3, 1, H)}
    lengths, bias = opset.constant(np.array([4, 4, 4], np.int32)), opset.constant(b)
    given = [opset.constant(levels(array)) for array in (w, r)]
    plain = saved(inputs, lambda *s: opset.lstm_sequence(*s, lengths, *given, bias, H, "forward"), tmp_path / "plain.xml")
    path = tmp_path / "m.xml"
    saved(inputs, lambda *s: opset.lstm_sequence(*s, lengths, quantized(w), quantized(r), bias, H, "forward"), path)
    check(plain, inputs, path)
    (layer,) = [op for op in lpt.load(path).module.walk() if isinstance(op, LstmOp)]
    params = params_of(layer.r)
    assert params is not None and params.axis == 1 and (params.zero_points == 127).all()
