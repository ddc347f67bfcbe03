"""Operators that choose elements by computed indices, imported, interpreted and compiled, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from onnx import ModelProto, ValueInfoProto, helper, numpy_helper

import lpt
from lpt.errors import LoadError

RNG = np.random.default_rng(5)


def model_of(
    op: str, inputs: Mapping[str, np.ndarray], constants: Mapping[str, np.ndarray], outputs: str, **attributes: Any
) -> ModelProto:
    names = [n for n in ("a", "b", "c") if n in inputs or n in constants]
    infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for n, a in inputs.items()]
    results = [ValueInfoProto(name=n) for n in outputs.split()]
    initializers = [numpy_helper.from_array(a, n) for n, a in constants.items()]
    graph = helper.make_graph([helper.make_node(op, names, outputs.split(), **attributes)], "g", infos, results, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def check(op: str, inputs: dict[str, np.ndarray], constants: dict[str, np.ndarray], outputs: str = "y", **attributes: Any) -> None:
    """The interpreter gives what ONNX Runtime does, and the compiled model the same bits."""
    model = model_of(op, inputs, constants, outputs, **attributes)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = session.run(None, inputs)
    loaded = lpt.load(model)
    got, compiled = lpt.interpret(loaded, inputs), lpt.compile(loaded).run(inputs)
    for name, want in zip(outputs.split(), expected, strict=True):
        assert got[name].dtype == want.dtype
        np.testing.assert_array_equal(got[name], want)
        np.testing.assert_array_equal(compiled[name], got[name])


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_gather_elements(axis: int, dtype: Any) -> None:
    indices = RNG.integers(-2, 2, (2, 3, 4)).astype(dtype)
    check("GatherElements", {"a": floats(2, 3, 5), "b": indices}, {}, axis=axis)
    check("GatherElements", {"a": floats(2, 3, 5)}, {"b": indices}, axis=axis)


@pytest.mark.parametrize("batch, shape", [(0, (4, 2)), (0, (5, 1)), (1, (3, 2, 2)), (1, (3, 1)), (0, (2, 2, 3))])
def test_gather_nd(batch: int, shape: tuple[int, ...]) -> None:
    check("GatherND", {"a": floats(3, 4, 5), "b": RNG.integers(-3, 3, shape)}, {}, batch_dims=batch)


@pytest.mark.parametrize("reduction", ["none", "add", "mul", "max", "min"])
def test_scatter_elements(reduction: str) -> None:
    inputs = {"a": floats(3, 5), "b": np.array([[0, 3, -1], [4, 2, 1]]), "c": floats(2, 3)}
    check("ScatterElements", inputs, {}, axis=1, reduction=reduction)


def test_a_cache_is_written() -> None:
    """As key and value caches are: rows of a tensor replaced."""
    check("ScatterND", {"a": floats(4, 6, 8), "b": np.array([[0, 5], [2, -1]]), "c": floats(2, 8)}, {})
    check("ScatterND", {"a": floats(4, 6, 8), "c": floats(2, 6, 8)}, {"b": np.array([[3], [0]])})


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize("attributes", [{}, {"axis": 1, "keepdims": 0}, {"axis": -1, "select_last_index": 1}])
def test_the_best_index(op: str, attributes: dict[str, Any]) -> None:
    check(op, {"a": RNG.integers(0, 4, (3, 5, 7)).astype(np.float32)}, {}, **attributes)


@pytest.mark.parametrize("attributes", [{}, {"axis": 0}, {"largest": 0}, {"axis": 1, "sorted": 1}])
def test_top_k(attributes: dict[str, Any]) -> None:
    check("TopK", {"a": RNG.integers(0, 9, (6, 5, 7)).astype(np.float32)}, {"b": np.array([3])}, "y z", **attributes)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("attributes", [{}, {"exclusive": 1}, {"reverse": 1}])
def test_positions_from_a_mask(dtype: Any, attributes: dict[str, Any]) -> None:
    """As position numbers are made of an attention mask."""
    check("CumSum", {"a": RNG.integers(0, 2, (2, 9)).astype(dtype)}, {"b": np.array(1)}, **attributes)


def test_refusals() -> None:
    with pytest.raises(LoadError, match="the 9 first of 5 elements"):
        lpt.load(model_of("TopK", {"a": floats(5)}, {"b": np.array([9])}, "y z"))
    with pytest.raises(LoadError, match="indices are of f32"):
        lpt.load(model_of("GatherElements", {"a": floats(5), "b": floats(5)}, {}, "y"))
    with pytest.raises(LoadError, match="do not fit"):
        lpt.load(model_of("GatherND", {"a": floats(5), "b": np.array([[0, 1]])}, {}, "y"))
