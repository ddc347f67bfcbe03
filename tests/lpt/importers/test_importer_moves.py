"""Gathers, tiles, blocks and extremes as ONNX Runtime has them, on floats and integers; symbolic batches; compiled too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
import pytest

import lpt
from lpt.dialects import nn
from lpt.dialects.shapes import tensor_shape

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]
AXES = np.array([-1, 0])

GRAPHS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "gather rows": ("(T[6,8] x) => (T[2,2,8] y) { y = Gather(x, i) }", {"i": np.array([[0, -1], [3, 3]])}),
    "gather columns": ("(T[6,8] x) => (T[6,3] y) { y = Gather<axis=-1>(x, i) }", {"i": np.array([7, -8, 2], np.int32)}),
    "expand": ("(T[3,1] x) => (T[2,3,4] y) { y = Expand(x, s) }", {"s": np.array([2, 1, 4])}),
    "expand less": ("(T[2,3,4] x) => (T[2,3,4] y) { y = Expand(x, s) }", {"s": np.array([3, 1])}),
    "tile": ("(T[2,3] x) => (T[4,9] y) { y = Tile(x, s) }", {"s": np.array([2, 3])}),
    "reduce_max": ("(T[2,3,4] x) => (T[1,3,1] y) { y = ReduceMax<axes=[-1, 0]>(x) }", {}),
    "reduce_min": ("(T[2,3,4] x) => (T[2,4] y) { y = ReduceMin<axes=[1], keepdims=0>(x) }", {}),
    "reduce all": ("(T[2,3,4] x) => (T y) { y = ReduceMax<keepdims=0>(x) }", {}),
}
FLOATS_ONLY: dict[str, tuple[str, Mapping[str, Any]]] = {
    "depth to space": ("(T[1,8,2,3] x) => (T[1,2,4,6] y) { y = DepthToSpace<blocksize=2>(x) }", {}),
    "depth to space CRD": ("(T[1,8,2,3] x) => (T[1,2,4,6] y) { y = DepthToSpace<blocksize=2, mode='CRD'>(x) }", {}),
    "space to depth": ("(T[1,2,4,6] x) => (T[1,8,2,3] y) { y = SpaceToDepth<blocksize=2>(x) }", {}),
}


@pytest.mark.parametrize("type_", ["float", "uint8", "int8", "int32"])
@pytest.mark.parametrize("name", GRAPHS)
def test_agrees(name: str, type_: str, model: Build, agrees: Agrees) -> None:
    graph, constants = GRAPHS[name]
    agrees(model(graph.replace("T[", f"{type_}[").replace("(T y", f"({type_} y"), **constants))


@pytest.mark.parametrize("name", FLOATS_ONLY)
def test_agrees_on_floats(name: str, model: Build, agrees: Agrees) -> None:
    graph, constants = FLOATS_ONLY[name]
    agrees(model(graph.replace("T[", "float["), **constants))


@pytest.mark.parametrize(("opset", "given"), [(18, "axes"), (20, "axes"), (18, "none"), (18, "noop")])
def test_axes_of_extremes_are_an_input_from_18_on(opset: int, given: str, model: Build, agrees: Agrees) -> None:
    call = {"axes": "ReduceMin(x, a)", "none": "ReduceMin(x)", "noop": "ReduceMin<noop_with_empty_axes=1>(x)"}[given]
    shape = {"axes": "[1,3,1]", "none": "[1,1,1]", "noop": "[2,3,4]"}[given]
    constants = {"a": AXES} if given == "axes" else {}
    agrees(model(f"(float[2,3,4] x) => (float{shape} y) {{ y = {call} }}", opset=opset, **constants))


@pytest.mark.parametrize("kind", ["int32", "int64"])
def test_indices_of_run_time(kind: str, model: Build, agrees: Agrees) -> None:
    loaded = agrees(model(f"(float[130,3] x, {kind}[2,4] i) => (float[2,4,3] y) {{ y = Gather(x, i) }}"))
    x = np.arange(390, dtype=np.float32).reshape(130, 3)
    i = np.array([[0, -1, 129, -130], [5, 5, 64, 7]], np.int32 if kind == "int32" else np.int64)
    (got,) = lpt.compile(lpt.transform(loaded, "all"), threads=1).run({"x": x, "i": i}).values()
    np.testing.assert_array_equal(got, x[i])


def test_a_quantized_table_stays_one(model: Build) -> None:
    """An embedding: codes are gathered, and dequantized behind."""
    constants: dict[str, Any] = {"t": np.arange(-60, 60, dtype=np.int8).reshape(40, 3), "s": np.float32(0.5), "z": np.int8(3)}
    proto = model("(int64[5] i) => (float[5,3] y) { x = DequantizeLinear(t, s, z) y = Gather(x, i) }", **constants)
    transformed = lpt.transform(lpt.load(proto), "lpt")
    gather = next(op for op in transformed.module.walk() if isinstance(op, nn.GatherOp))
    assert gather.is_quantized
    i = np.array([0, 39, -1, -40, 7])
    (got,) = lpt.compile(lpt.transform(transformed, "lower"), threads=1).run({"i": i}).values()
    np.testing.assert_array_equal(got, (constants["t"][i].astype(np.float32) - 3) * np.float32(0.5))


BATCHED = [
    ("(float[N,8,2,3] x) => (float[N,2,4,6] y) { y = DepthToSpace<blocksize=2>(x) }", {}, (3, 2, 4, 6)),
    ("(float[N,8] x) => (float[N,2] y) { y = Gather<axis=1>(x, i) }", {"i": np.array([7, -8])}, (3, 2)),
    ("(float[N,4] x) => (float[N,8] y) { y = Tile(x, i) }", {"i": np.array([1, 2])}, (3, 8)),
    ("(float[N,4,5] x) => (float[N,5] y) { y = ReduceMax<axes=[1], keepdims=0>(x) }", {}, (3, 5)),
    (
        "(float[N,1,5] x) => (float[N,4,5] y) { s = Shape(x) n = Slice(s, o, l) e = Concat<axis=0>(n, r) y = Expand(x, e) }",
        {"o": np.array([0]), "l": np.array([1]), "r": np.array([4, 5])},
        (3, 4, 5),
    ),
]


@pytest.mark.parametrize(("graph", "constants", "shape"), BATCHED)
def test_an_unknown_batch(graph: str, constants: Mapping[str, Any], shape: tuple[int, ...], model: Build, agrees: Agrees) -> None:
    loaded = agrees(model(graph, **constants))
    assert tensor_shape(loaded.outputs["y"])[0] == -1
    fixed = loaded.specialize({"x": (3, *tensor_shape(loaded.inputs["x"])[1:])})
    assert tensor_shape(fixed.outputs["y"]) == shape
    x = np.random.default_rng(0).normal(size=tensor_shape(fixed.inputs["x"])).astype(np.float32)
    (got,) = lpt.compile(lpt.transform(fixed, "all"), threads=1).run({"x": x}).values()
    (expected,) = lpt.interpret(loaded, {"x": x}).values()
    assert got.tobytes() == expected.tobytes()


def test_a_batch_that_another_dimension_takes_is_refused(model: Build) -> None:
    graph = "(float[N,1] x) => (float y) { s = Shape(x) n = Slice(s, o, l) e = Concat<axis=0>(l, n) y = Expand(x, e) }"
    with pytest.raises(lpt.UnsupportedError, match="the shape depends on dimensions that are not known"):
        lpt.load(model(graph, o=np.array([0]), l=np.array([1])))


def test_a_nan_never_wins(model: Build) -> None:
    """ONNX leaves it open; ONNX Runtime agrees but for a NaN in some places of its vectors."""
    loaded = lpt.load(model("(float[3] x) => (float[1] y, float[1] z) { y = ReduceMax(x) z = ReduceMin(x) }"))
    for x in ([np.nan, 1, 2], [2, np.nan, 1], [1, 2, np.nan]):
        y, z = lpt.interpret(loaded, {"x": np.array(x, np.float32)}).values()
        assert (float(y[0]), float(z[0])) == (2, 1)
    y, z = lpt.interpret(loaded, {"x": np.full(3, np.nan, np.float32)}).values()
    assert (float(y[0]), float(z[0])) == (-np.inf, np.inf)
