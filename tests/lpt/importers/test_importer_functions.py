"""Functions, branches and inputs that decide what is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest

import lpt
from lpt.errors import ValuesNeeded
from lpt.importers.onnx import import_proto

Build = Callable[..., onnx.ModelProto]

X = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)

FUNCTIONS = {
    "attribute": ("Celu<alpha=1.5>(x)", 17),
    "of a newer operator set": ("Softsign(x)", 13),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_operators_that_onnx_defines_by_others(name: str, model: Build) -> None:
    text, opset = FUNCTIONS[name]
    proto = model(f"(float[3, 4] x) => (float[3, 4] y) {{ y = {text} }}", opset)
    expected = ort.InferenceSession(proto.SerializeToString()).run(None, {"x": X})[0]
    np.testing.assert_allclose(lpt.interpret(lpt.load(proto), {"x": X})["y"], expected, rtol=1e-6, atol=1e-6)


def _functions(call: str, bodies: str) -> onnx.ModelProto:
    text = f"""<ir_version: 10, opset_import: ["": 17, "own": 1]> g (float[3, 4] x) => (float[3, 4] y) {{ {call} }} {bodies}"""
    return onnx.parser.parse_model(text)


LEAKY = (
    """<opset_import: ["": 17], domain: "own"> leaky <slope: float = 0.5> (a) => (b) { b = LeakyRelu<alpha: float = @slope>(a) }"""
)


@pytest.mark.parametrize(("call", "slope"), [("y = own.leaky(x)", 0.5), ("y = own.leaky<slope = 0.25>(x)", 0.25)])
def test_attributes_of_own_functions(call: str, slope: float) -> None:
    model = lpt.load(_functions(call, LEAKY))
    np.testing.assert_array_equal(lpt.interpret(model, {"x": X})["y"], np.where(X < 0, X * np.float32(slope), X))


def test_inputs_that_a_call_leaves_out() -> None:
    body = """<opset_import: ["": 17], domain: "own"> bounded (a, low, high) => (b) { b = Clip(a, low, high) }"""
    model = lpt.load(_functions("m = Constant<value_float = -1.0>() y = own.bounded(x, m)", body))
    np.testing.assert_array_equal(lpt.interpret(model, {"x": X})["y"], np.maximum(X, -1))


def test_names_in_a_body_are_its_own() -> None:
    body = """<opset_import: ["": 17], domain: "own"> twice (y) => (x) { z = Relu(y) x = Add(z, z) }"""
    model = lpt.load(_functions("z = own.twice(x) y = own.twice(z)", body))
    np.testing.assert_array_equal(lpt.interpret(model, {"x": X})["y"], 4 * np.maximum(X, 0))


def test_errors_in_a_body_name_the_call() -> None:
    body = """<opset_import: ["": 17], domain: "own"> f (a) => (b) { b = Unheard(a) }"""
    with pytest.raises(lpt.UnsupportedError, match=r"node 'here' \(f, .*own\), Unheard in its body: the operator is not handled"):
        lpt.load(_functions("[here] y = own.f(x)", body))


def test_functions_that_call_themselves() -> None:
    body = """<opset_import: ["": 17, "own": 1], domain: "own"> f (a) => (b) { c = own.f(a) b = own.f(c) }"""
    with pytest.raises(lpt.UnsupportedError, match="call each other too often"):
        lpt.load(_functions("y = own.f(x)", body))


IF = "(float[3, 4] x{more}) => (float[3, 4] y) {{ r = Relu(x) y = If(c) <{branches}> }}"
BRANCHES = "then_branch = t () => (float[3, 4] a) { a = Add(r, r) }, else_branch = e () => (float[3, 4] a) { a = Neg(r) }"


@pytest.mark.parametrize("condition", [True, False])
def test_a_known_condition_takes_its_branch(condition: bool, model: Build) -> None:
    proto = model(IF.format(more="", branches=BRANCHES), c=np.array(condition))
    loaded = lpt.load(proto)
    expected = np.maximum(X, 0) * np.float32(2 if condition else -1)
    np.testing.assert_array_equal(lpt.interpret(loaded, {"x": X})["y"], expected)


def test_a_condition_that_is_computed_from_floats(model: Build) -> None:
    text = "(float[3, 4] x) => (float[3, 4] y) { s = ReduceMax<keepdims = 0>(x) c = Cast<to = 9>(s) y = If(c) <%s> }"
    proto = model(text.replace("%s", BRANCHES.replace("r)", "x)").replace("(r", "(x")))
    with pytest.raises(lpt.UnsupportedError, match=r"If, .*control flow is not handled: its condition is computed at run time"):
        lpt.load(proto)


DECIDED: dict[str, tuple[str, dict[str, Any]]] = {
    "shape": ("(float[3, 4] x, int64[2] p) => (float[A, B] y) { y = Reshape(x, p) }", {"p": np.array([2, 6])}),
    "moved and computed shape": (
        "(float[3, 4] x, int64[2] p) => (float[A, B] y) { i = Constant<value_ints = [1, 0]>() q = Gather(p, i) y = Reshape(x, q) }",
        {"p": np.array([2, 6])},
    ),
    "axes": ("(float[3, 4] x, int64[1] p) => (float[A, B] y) { y = ReduceSum(x, p) }", {"p": np.array([1])}),
    "repeats": ("(float[3, 4] x, int64[2] p) => (float[A, B] y) { y = Tile(x, p) }", {"p": np.array([2, 3])}),
    "range": ("(int64 p, int64 q, int64 s) => (int64[N] y) { y = Range(p, q, s) }", {"p": 1, "q": 9, "s": 3}),
    "condition": (IF.format(more=", bool c", branches=BRANCHES), {"c": np.array(True)}),
}


@pytest.mark.parametrize("name", DECIDED)
def test_inputs_that_decide_are_named_and_may_be_given(name: str, model: Build) -> None:
    text, values = DECIDED[name]
    known = {key: np.asarray(value) for key, value in values.items()}
    proto = model(text)
    with pytest.raises(ValuesNeeded, match="program for each value of 'p'" if "p" in known else "'c'") as caught:
        lpt.load(proto)
    assert set(caught.value.names) <= set(known)
    free = {"x": X} if "float[3, 4] x" in text else {}
    expected = ort.InferenceSession(proto.SerializeToString()).run(None, {**free, **known})[0]
    module = import_proto(proto, known)
    np.testing.assert_allclose(lpt.interpret(module, free)["y"], expected, rtol=1e-6)


def test_what_is_computed_from_floats_is_not_decided_by_them(model: Build) -> None:
    text = "(float[3] x) => (float[A] y) { m = ReduceMax(x) i = Cast<to = 7>(m) y = Tile(x, i) }"
    with pytest.raises(lpt.UnsupportedError, match=r"computed at run time; make it a constant$") as caught:
        lpt.load(model(text))
    assert not isinstance(caught.value, ValuesNeeded)


def test_large_inputs_do_not_decide(model: Build) -> None:
    with pytest.raises(lpt.UnsupportedError) as caught:
        lpt.load(model("(float[3, 70000] x, float[1, 70000] p) => (float[A, B] y) { y = QuantizeLinear(x, p) }"))
    assert not isinstance(caught.value, ValuesNeeded)
