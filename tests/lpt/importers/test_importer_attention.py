"""Attention and rotary embedding: the import against ONNX's reference or ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

import lpt
from lpt.errors import LoadError, UnsupportedError

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]


def floats(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


QKV = "float[2,4,5,8] q, float[2,2,7,8] k, float[2,2,7,6] v"
FEEDS = {"q": floats(2, 4, 5, 8), "k": floats(2, 2, 7, 8, seed=1), "v": floats(2, 2, 7, 6, seed=2)}
OUT = "float[2,4,5,6] y"
BOOLS = np.random.default_rng(3).random((2, 1, 5, 7)) < 0.5
BOOLS[0, 0, 2] = False  # a query that attends to no key

CASES: dict[str, tuple[str, dict[str, np.ndarray]]] = {
    "grouped, causal": (f"({QKV}) => ({OUT}) {{ y = Attention<is_causal=1>(q, k, v) }}", {}),
    "softcap and mask": (
        f"({QKV}, float[5,7] m) => ({OUT}) {{ y = Attention<softcap=2.0, scale=0.3>(q, k, v, m) }}",
        {"m": floats(5, 7)},
    ),
    "booleans at run time": (f"({QKV}, bool[2,1,5,7] m) => ({OUT}) {{ y = Attention<is_causal=1>(q, k, v, m) }}", {"m": BOOLS}),
    "lengths at run time": (
        f"({QKV}, int64[2] n) => ({OUT}) {{ y = Attention<is_causal=1, left_window_size=3>(q, k, v, , , , n) }}",
        {"n": np.array([3, 6])},
    ),
    "rank 3": (
        "(float[2,5,8] a, float[2,7,4] b, float[2,7,6] c) => (float[2,5,12] y) "
        "{ y = Attention<q_num_heads=4, kv_num_heads=2>(a, b, c) }",
        {"a": floats(2, 5, 8), "b": floats(2, 7, 4), "c": floats(2, 7, 6)},
    ),
}


def feeds_of(proto: onnx.ModelProto, more: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    known = FEEDS | more
    return {value.name: known[value.name] for value in proto.graph.input}


def reference(proto: onnx.ModelProto, feeds: dict[str, np.ndarray]) -> np.ndarray:
    (result,) = ReferenceEvaluator(proto).run(None, feeds)
    return np.asarray(result)


@pytest.mark.parametrize("name", CASES)
def test_against_the_reference(name: str, model: Build) -> None:
    graph, more = CASES[name]
    proto = model(graph, 25)
    feeds = feeds_of(proto, more)
    expected = reference(proto, feeds)
    np.testing.assert_allclose(lpt.interpret(lpt.load(proto), feeds)["y"], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["grouped, causal", "booleans at run time"])
def test_compiled(name: str, model: Build) -> None:
    graph, more = CASES[name]
    proto = model(graph, 25)
    feeds = feeds_of(proto, more)
    loaded = lpt.transform(lpt.load(proto))
    expected = lpt.interpret(loaded, feeds)["y"]
    np.testing.assert_allclose(lpt.compile(loaded).run(feeds)["y"], expected, rtol=1e-5, atol=1e-6)


def test_a_known_mask_is_one_constant(model: Build) -> None:
    proto = model(f"({QKV}) => ({OUT}) {{ y = Attention<is_causal=1>(q, k, v, m) }}", 23, m=BOOLS)
    expected = reference(proto, FEEDS)
    loaded = lpt.load(proto)
    np.testing.assert_allclose(lpt.interpret(loaded, FEEDS)["y"], expected, rtol=1e-4, atol=1e-5)
    assert str(loaded).count("nn.add") == 1 and "nn.log" not in str(loaded)
    assert not expected[0, :, 2].any()


def test_unknown_batch_and_lengths(model: Build) -> None:
    graph = "(float[B,S,8] a, float[B,T,8] b) => (float[B,S,8] y) { y = Attention<q_num_heads=2, kv_num_heads=2>(a, b, b) }"
    proto, feeds = model(graph, 23), {"a": floats(3, 5, 8), "b": floats(3, 6, 8)}
    expected = reference(proto, feeds)
    np.testing.assert_allclose(lpt.interpret(lpt.load(proto), feeds)["y"], expected, rtol=1e-4, atol=1e-5)


MICROSOFT: dict[str, tuple[str, dict[str, np.ndarray]]] = {
    "multi-head": (
        "(float[2,5,8] a, float[2,7,8] b, float[2,7,8] c) => (float[2,5,8] y) "
        "{ y = com.microsoft.MultiHeadAttention<num_heads=2>(a, b, c, w) }",
        {"w": floats(24)},
    ),
    "multi-head, masked and unidirectional": (
        "(float[2,5,8] a, float[2,2,5,5] m) => (float[2,5,8] y) "
        "{ y = com.microsoft.MultiHeadAttention<num_heads=2, unidirectional=1, scale=0.4>(a, a, a, , , m) }",
        {},
    ),
    "multi-head, keys masked": (
        "(float[2,5,8] a) => (float[2,5,8] y) { y = com.microsoft.MultiHeadAttention<num_heads=4>(a, a, a, , p) }",
        {"p": np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)},
    ),
    "attention": (
        "(float[2,5,6] a) => (float[2,5,8] y) { y = com.microsoft.Attention<num_heads=2>(a, w, b, p) }",
        {"w": floats(6, 24), "b": floats(24), "p": np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)},
    ),
    "rotary": (
        "(float[2,5,16] a) => (float[2,5,16] y) { y = com.microsoft.RotaryEmbedding(a, p, c, s) }",
        {"p": np.array([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]]), "c": floats(9, 4), "s": floats(9, 4, seed=1)},
    ),
    "rotary, interleaved": (
        "(float[2,3,5,8] a) => (float[2,3,5,8] y) { y = com.microsoft.RotaryEmbedding<interleaved=1>(a, p, c, s) }",
        {"p": np.array([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]]), "c": floats(9, 4), "s": floats(9, 4, seed=1)},
    ),
}


@pytest.mark.parametrize("name", MICROSOFT)
def test_against_onnxruntime(name: str, model: Build, agrees: Agrees) -> None:
    graph, constants = MICROSOFT[name]
    agrees(model(graph, 17, **constants))


def test_rotary_of_a_part_compiled(model: Build) -> None:
    graph = (
        "(float[2,5,24] a, float[2,5,2] c, float[2,5,2] s) => (float[2,5,24] y) "
        "{ y = RotaryEmbedding<num_heads=3, rotary_embedding_dim=4>(a, c, s) }"
    )
    proto, feeds = model(graph, 23), {"a": floats(2, 5, 24), "c": floats(2, 5, 2), "s": floats(2, 5, 2, seed=1)}
    expected = reference(proto, feeds)
    loaded = lpt.transform(lpt.load(proto))
    oracle = lpt.interpret(loaded, feeds)["y"]
    np.testing.assert_allclose(oracle, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(lpt.compile(loaded).run(feeds)["y"], oracle)


REFUSED = {
    "softmax precision": (f"({QKV}) => ({OUT}) {{ y = Attention<softmax_precision=11>(q, k, v) }}", "another type than f32"),
    "causal, unknown length": (
        "(float[2,4,S,8] q) => (float[2,4,S,8] y) { y = Attention<is_causal=1>(q, q, q) }",
        "unknown lengths",
    ),
    "packed": (
        "(float[2,5,2,3,4] q) => (float[2,5,8] y) { y = com.microsoft.MultiHeadAttention<num_heads=2>(q) }",
        "ranks \\[5, 0, 0\\]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str, model: Build) -> None:
    graph, reason = REFUSED[name]
    with pytest.raises(UnsupportedError, match=reason):
        lpt.load(model(graph, 25))


def test_heads_that_do_not_divide(model: Build) -> None:
    with pytest.raises(LoadError, match="3 heads of queries are no multiple of 2"):
        lpt.load(model("(float[1,3,5,8] q, float[1,2,5,8] k) => (float[1,3,5,8] y) { y = Attention(q, k, k) }", 23))
