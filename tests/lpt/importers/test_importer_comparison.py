"""Comparison, logic, choice and integer arithmetic, imported, interpreted and compiled, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.errors import LoadError, UnsupportedError

RNG = np.random.default_rng(5)


def model_of(
    nodes: Sequence[onnx.NodeProto], inputs: dict[str, np.ndarray], constants: dict[str, np.ndarray], elem: int, opset: int = 18
) -> onnx.ModelProto:
    infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for n, a in inputs.items()]
    out = helper.make_tensor_value_info("y", elem, None)
    initializers = [numpy_helper.from_array(a, n) for n, a in constants.items()]
    graph = helper.make_graph(list(nodes), "g", infos, [out], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def check(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> None:
    """The interpreter gives what ONNX Runtime does, and the compiled model the same bits."""
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, inputs)
    loaded = lpt.load(model)
    got = lpt.interpret(loaded, inputs)["y"]
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(lpt.compile(loaded).run(inputs)["y"], got)


def node(op: str, names: str, result: str = "y", **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(op, names.split(), [result], **attributes)


TOKENS = RNG.integers(-(2**40), 2**40, (2, 9)).astype(np.int64)


def test_a_padding_mask_of_tokens() -> None:
    """As tokenizers' pads are masked: Equal, Not, Unsqueeze, Cast, and −inf by Where."""
    tokens = np.where(RNG.random((2, 9)) < 0.4, 1, TOKENS)
    scores = RNG.standard_normal((2, 3, 9, 9)).astype(np.float32)
    nodes = [
        node("Equal", "t pad", "is_pad"),
        node("Unsqueeze", "is_pad axes", "wide"),
        node("Not", "wide", "kept"),
        node("Where", "kept x low", "y"),
    ]
    inputs = {"t": tokens, "x": scores}
    constants = {"pad": np.array(1), "axes": np.array([1, 2]), "low": np.array(-3.4e38, np.float32)}
    check(model_of(nodes, inputs, constants, TensorProto.FLOAT), inputs)


def test_a_causal_mask() -> None:
    x = RNG.standard_normal((1, 2, 7, 7)).astype(np.float32)
    nodes = [node("Trilu", "x k", "t", upper=0), node("Less", "t zero", "m"), node("Where", "m t x")]
    constants = {"k": np.array(0), "zero": np.array(0, np.float32)}
    check(model_of(nodes, {"x": x}, constants, TensorProto.FLOAT), {"x": x})


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div", "Mod", "Max", "Min"])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_integers(op: str, dtype: Any) -> None:
    inputs = {"a": RNG.integers(-1000, 1000, (3, 1, 5)).astype(dtype), "b": RNG.integers(1, 50, (4, 5)).astype(dtype)}
    check(model_of([node(op, "a b")], inputs, {}, helper.np_dtype_to_tensor_dtype(np.dtype(dtype))), inputs)


@pytest.mark.parametrize("op", ["Abs", "Neg", "Sign", "Relu"])
def test_signs_of_integers(op: str) -> None:
    inputs = {"a": RNG.integers(-100, 100, (3, 50)).astype(np.int32)}
    check(model_of([node(op, "a")], inputs, {}, TensorProto.INT32), inputs)


@pytest.mark.parametrize("op", ["Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal"])
def test_comparison(op: str) -> None:
    inputs = {"a": RNG.integers(-5, 5, (3, 1, 5)).astype(np.float32), "b": RNG.integers(-5, 5, (4, 5)).astype(np.float32)}
    inputs["a"][0, 0, 0] = np.nan
    check(model_of([node(op, "a b")], inputs, {}, TensorProto.BOOL), inputs)


def test_clip_of_wide_integers() -> None:
    inputs = {"a": RNG.integers(-(2**60), 2**60, 40).astype(np.int64)}
    constants = {"low": np.array(-(2**53) - 1), "high": np.array(2**53 + 1)}
    check(model_of([node("Clip", "a low high")], inputs, constants, TensorProto.INT64), inputs)


def test_clip_by_computed_bounds() -> None:
    inputs = {"a": RNG.standard_normal(40).astype(np.float32), "low": np.array(-0.5, np.float32)}
    constants = {"high": np.array(0.75, np.float32)}
    check(model_of([node("Clip", "a low high")], inputs, constants, TensorProto.FLOAT), inputs)


@pytest.mark.parametrize("power", [np.array(2), np.array(3, np.int32), np.array(2.0, np.float32)])
def test_powers_of_integers(power: np.ndarray) -> None:
    inputs = {"a": RNG.integers(-100, 100, (3, 50)).astype(np.int64)}
    check(model_of([node("Pow", "a p")], inputs, {"p": power}, TensorProto.INT64), inputs)


def test_an_integer_exponent() -> None:
    inputs = {"a": np.array([0.5, -2, 3], np.float32), "p": np.array([3, 2, -1])}
    check(model_of([node("Pow", "a p")], inputs, {}, TensorProto.FLOAT), inputs)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_one_hot(axis: int) -> None:
    inputs = {"i": RNG.integers(-7, 9, (3, 4)).astype(np.int64)}
    constants = {"depth": np.array(7), "values": np.array([-1, 2], np.float32)}
    check(model_of([node("OneHot", "i depth values", axis=axis)], inputs, constants, TensorProto.FLOAT), inputs)


@pytest.mark.parametrize("attributes", [{}, {"detect_negative": 0}, {"detect_positive": 0}])
def test_infinities(attributes: dict[str, Any]) -> None:
    inputs = {"a": np.array([1, np.inf, -np.inf, np.nan], np.float32)}
    check(model_of([node("IsInf", "a", **attributes)], inputs, {}, TensorProto.BOOL), inputs)


def test_not_a_number() -> None:
    inputs = {"a": np.array([1, np.inf, -np.inf, np.nan], np.float32)}
    check(model_of([node("IsNaN", "a")], inputs, {}, TensorProto.BOOL), inputs)


def test_refusals() -> None:
    x, i = np.zeros(3, np.float32), np.zeros(3, np.int64)
    with pytest.raises(UnsupportedError, match="a constant power of 1 to 8"):
        lpt.load(model_of([node("Pow", "a b")], {"a": i, "b": i}, {}, TensorProto.INT64))
    with pytest.raises(LoadError, match="inputs differ in type"):
        lpt.load(model_of([node("Less", "a b")], {"a": x, "b": i}, {}, TensorProto.BOOL))
    with pytest.raises(LoadError, match="works on booleans"):
        lpt.load(model_of([node("And", "a b")], {"a": i, "b": i}, {}, TensorProto.BOOL))
