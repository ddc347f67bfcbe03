"""float16 and bfloat16 inside of an ONNX model are read as f32."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt

Build = Callable[..., onnx.ModelProto]

GRAPH = """(float[2,3,4] x) => (float[2,3,4] y) {{
    h = Cast<to={half}>(x)
    q = QuantizeLinear(h, s, z)
    d = DequantizeLinear(q, s, z)
    p = Mul(d, w)
    c = Constant<value = float16[1] {{15360}}>()
    e = {last}
    y = Cast<to=1>(e)
}}"""


@pytest.mark.parametrize("half", [np.dtype(np.float16), onnx.helper.tensor_dtype_to_np_dtype(onnx.TensorProto.BFLOAT16)], ids=str)
def test_the_same_as_a_model_of_floats(model: Build, half: np.dtype[np.generic]) -> None:
    """The constants' values are those of halves; computation is that of floats."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    values = {"s": np.array(0.03, half), "w": np.linspace(-1, 1, 4).astype(half)}
    floats = {name: value.astype(np.float32) for name, value in values.items()}
    kind = onnx.helper.np_dtype_to_tensor_dtype(half)
    of_halves = lpt.load(model(GRAPH.format(half=kind, last="Add(p, p)"), 21, z=np.uint8(9), **values))
    of_floats = lpt.load(model(GRAPH.format(half=1, last="Add(p, p)"), 21, z=np.uint8(9), **floats))
    expected = lpt.interpret(of_floats, {"x": x})["y"]
    np.testing.assert_array_equal(lpt.interpret(of_halves, {"x": x})["y"], expected)
    np.testing.assert_array_equal(lpt.compile(of_halves, threads=1).run({"x": x})["y"], expected)
    assert np.unique(expected).size > 4


def test_a_constant_node(model: Build) -> None:
    values = {"s": np.float16(0.5), "w": np.float16(2)}
    loaded = lpt.load(model(GRAPH.format(half=10, last="Add(p, c)"), 21, z=np.uint8(9), **values))
    assert (lpt.interpret(loaded, {"x": np.zeros((2, 3, 4), np.float32)})["y"] == 1).all()


AT_THE_BORDER = (
    "(float16[2] x) => (float[2] y) { y = Cast<to=1>(x) }",
    "(float[2] x) => (float16[2] y) { y = Cast<to=10>(x) }",
)


@pytest.mark.parametrize("graph", AT_THE_BORDER)
def test_inputs_and_outputs_of_halves_are_refused(model: Build, graph: str) -> None:
    with pytest.raises(lpt.UnsupportedError, match="FLOAT16 tensors are not handled; convert the model to f32"):
        lpt.load(model(graph))
