"""Normalizations, softmax forms and composed reductions: the import, interpreted, against ONNX Runtime or a formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt
from lpt.errors import LoadError, UnsupportedError

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]


def vector(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).astype(np.float32)


G, B, S = vector(8), vector(8, 1), vector(8, 2)
LAST = "float[2,5,8] x"

CASES = {
    "layer": (f"({LAST}) => (float[2,5,8] y) {{ y = LayerNormalization<epsilon=0.01>(x, g, b) }}", 17, {"g": G, "b": B}),
    "layer, no bias": (f"({LAST}) => (float[2,5,8] y) {{ y = LayerNormalization(x, g) }}", 17, {"g": G}),
    "layer, two axes": (
        f"({LAST}) => (float[2,5,8] y) {{ y = LayerNormalization<axis=1>(x, g) }}",
        17,
        {"g": vector(40).reshape(5, 8)},
    ),
    "layer, statistics": (
        f"({LAST}) => (float[2,5,8] y, float[2,5,1] m, float[2,5,1] i) {{ y, m, i = LayerNormalization(x, g, b) }}",
        17,
        {"g": G, "b": B},
    ),
    "layer, as the optimizer writes it into older models": (
        f"({LAST}) => (float[2,5,8] y) {{ y = LayerNormalization(x, g, b) }}",
        12,
        {"g": G, "b": B},
    ),
    "rms of the optimizer": (
        f"({LAST}) => (float[2,5,8] y) {{ y = SimplifiedLayerNormalization<epsilon=0.01>(x, g) }}",
        17,
        {"g": G},
    ),
    "rms, computed scale": (f"({LAST}, float[8] g) => (float[2,5,8] y) {{ y = SimplifiedLayerNormalization(x, g) }}", 17, {}),
    "skip layer": (
        f"({LAST}, float[2,5,8] s) => (float[2,5,8] y) {{ y = com.microsoft.SkipLayerNormalization<epsilon=0.01>(x, s, g, b, c) }}",
        17,
        {"g": G, "b": B, "c": S},
    ),
    "skip layer, sum": (
        f"({LAST}, float[2,5,8] s) => (float[2,5,8] y, float[2,5,8] t) "
        "{ y, m, i, t = com.microsoft.SkipLayerNormalization(x, s, g) }",
        17,
        {"g": G},
    ),
    "skip rms": (
        f"({LAST}, float[2,5,8] s) => (float[2,5,8] y, float[2,5,8] t) "
        "{ y, m, i, t = com.microsoft.SkipSimplifiedLayerNormalization<epsilon=0.1>(x, s, g, c) }",
        17,
        {"g": G, "c": S},
    ),
    "group per group": (
        "(float[2,8,3,4] x) => (float[2,8,3,4] y) { y = GroupNormalization<num_groups=4>(x, g, b) }",
        18,
        {"g": G[:4], "b": B[:4]},
    ),
    "group per channel": (
        "(float[2,8,3,4] x) => (float[2,8,3,4] y) { y = GroupNormalization<num_groups=2, epsilon=0.1>(x, g, b) }",
        21,
        {"g": G, "b": B},
    ),
    "instance": (
        "(float[2,8,3,4] x) => (float[2,8,3,4] y) { y = InstanceNormalization<epsilon=0.1>(x, g, b) }",
        17,
        {"g": G, "b": B},
    ),
    "lrn": ("(float[2,8,3,4] x) => (float[2,8,3,4] y) { y = LRN<size=5, alpha=0.9, beta=0.7, bias=1.5>(x) }", 17, {}),
    "lrn, two roots": ("(float[2,8,3,4] x) => (float[2,8,3,4] y) { y = LRN<size=3, alpha=0.9, bias=1.5>(x) }", 17, {}),
    "log_softmax": (f"({LAST}) => (float[2,5,8] y, float[2,5,8] z) {{ y = LogSoftmax(x) z = LogSoftmax<axis=1>(x) }}", 17, {}),
    "log_softmax, flattened": (f"({LAST}) => (float[2,5,8] y) {{ y = LogSoftmax(x) }}", 11, {}),
    "softmax, flattened": (f"({LAST}) => (float[2,5,8] y) {{ y = Softmax(x) }}", 11, {}),
    "hardmax": (f"({LAST}) => (float[2,5,8] y, float[2,5,8] z) {{ y = Hardmax(x) z = Hardmax<axis=0>(x) }}", 17, {}),
    "hardmax, flattened": (f"({LAST}) => (float[2,5,8] y) {{ y = Hardmax(x) }}", 11, {}),
    "gelus": (
        f"({LAST}) => (float[2,5,8] p, float[2,5,8] q, float[2,5,8] r, float[2,5,8] s, float[2,5,8] t) "
        "{ p = com.microsoft.BiasGelu(x, b) q = com.microsoft.FastGelu(x) r = com.microsoft.FastGelu(x, b) "
        "s = com.microsoft.QuickGelu(x) t = com.microsoft.Gelu(x) }",
        17,
        {"b": B},
    ),
    **{
        f"{op} {form}": (
            f"({LAST}) => ({outputs}) {{ y = {op}{attributes}(x{axes}) }}",
            18,
            {"a": np.array([-1, 0])} if axes else {},
        )
        for op in ("ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd")
        for form, outputs, attributes, axes in (
            ("all", "float[1,1,1] y", "", ""),
            ("axes", "float[5] y", "<keepdims=0>", ", a"),
        )
    },
    "log of sum": (f"({LAST}) => (float[2,5,1] y) {{ e = Exp(x) y = ReduceLogSum<axes=[2]>(e) }}", 17, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_against_onnxruntime(name: str, model: Build, agrees: Agrees) -> None:
    graph, opset, constants = CASES[name]
    agrees(model(graph, opset, **constants))


COMPILED = ["rms, computed scale", "skip layer, sum", "group per channel", "lrn", "hardmax"]


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_to_the_same_bits(name: str, model: Build) -> None:
    graph, opset, constants = CASES[name]
    loaded = lpt.transform(lpt.load(model(graph, opset, **constants)))
    feeds = {key: vector(int(np.prod(t.get_shape()))).reshape(t.get_shape()) for key, t in loaded.inputs.items()}
    expected, got = lpt.interpret(loaded, feeds), lpt.compile(loaded).run(feeds)
    for key, value in expected.items():
        np.testing.assert_array_equal(got[key], value)


@pytest.mark.parametrize("form", ["layer", "rms"])
def test_norms_written_out_are_one_kernel(form: str, model: Build) -> None:
    mean = "m = ReduceMean<axes=[-1]>(x) d = Sub(x, m)" if form == "layer" else "d = Identity(x)"
    graph = (
        f"({LAST}) => (float[2,5,8] y) {{ {mean} q = Pow(d, two) v = ReduceMean<axes=[-1]>(q) w = Add(v, e) s = Sqrt(w) "
        "n = Div(d, s) k = Mul(n, g) y = Add(k, b) }"
    )
    proto = model(graph, 17, two=np.float32(2), e=np.float32(0.01), g=G, b=B)
    assert len(list(lpt.compile(lpt.transform(lpt.load(proto))).report())) == 1


@pytest.mark.parametrize("extents", ["2,5,8", "B,5,8", "B,T,8"])
def test_rms_normalization(extents: str, model: Build) -> None:
    loaded = lpt.load(model(f"(float[{extents}] x) => (float[{extents}] y) {{ y = RMSNormalization<epsilon=0.1>(x, g) }}", 23, g=G))
    x = vector(80).reshape(2, 5, 8)
    wide = x.astype(np.float64)
    expected = wide / np.sqrt(np.square(wide).mean(-1, keepdims=True) + 0.1) * G
    np.testing.assert_allclose(lpt.interpret(loaded, {"x": x})["y"], expected, rtol=1e-6)


def test_rms_normalization_over_an_unknown_extent(model: Build) -> None:
    graph = "(float[2,5,N] x, float[N] g) => (float[2,5,N] y) { y = RMSNormalization<epsilon=0.1>(x, g) }"
    x = vector(80).reshape(2, 5, 8)
    wide = x.astype(np.float64)
    got = lpt.interpret(lpt.load(model(graph, 23)), {"x": x, "g": G})["y"]
    np.testing.assert_allclose(got, wide / np.sqrt(np.square(wide).mean(-1, keepdims=True) + 0.1) * G, rtol=1e-6)


def test_hardmax_takes_the_first_and_the_infinite(model: Build) -> None:
    loaded = lpt.load(model("(float[4,3] x) => (float[4,3] y) { y = Hardmax(x) }", 13))
    x = np.array([[1, 1, 1], [0, 2, 2], [-np.inf, 3, np.inf], [-np.inf] * 3], np.float32)
    expected = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    np.testing.assert_array_equal(lpt.interpret(loaded, {"x": x})["y"], np.array(expected, np.float32))


def test_log_sum_exp_of_infinities(model: Build) -> None:
    loaded = lpt.load(model("(float[3,2] x) => (float[3] y) { y = ReduceLogSumExp<axes=[1], keepdims=0>(x) }", 17))
    x = np.array([[-np.inf, -np.inf], [np.inf, 0], [200, 200]], np.float32)
    got = lpt.interpret(loaded, {"x": x})["y"]
    np.testing.assert_allclose(got, [-np.inf, np.inf, 200 + np.log(2)], rtol=1e-6)


REFUSED = {
    "stash": (f"({LAST}) => (float[2,5,8] y) {{ y = LayerNormalization<stash_type=16>(x, g) }}", 17, "another type than f32"),
    "channels unknown": (
        "(float[2,C,3,4] x) => (float[2,C,3,4] y) { y = GroupNormalization<num_groups=2>(x, g, g) }",
        21,
        "not known",
    ),
    "lrn unknown": ("(float[2,C,3,4] x) => (float[2,C,3,4] y) { y = LRN<size=3>(x) }", 13, "not known"),
    "product of unknown": ("(float[N] x) => (float y) { y = ReduceProd<keepdims=0>(x) }", 17, "not known"),
    "skip rms statistics": (
        f"({LAST}, float[2,5,8] s) => (float[2,5,8] y, float[2,5,1] i) "
        "{ y, m, i = com.microsoft.SkipSimplifiedLayerNormalization(x, s, g) }",
        17,
        "its outputs 1 and 2",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str, model: Build) -> None:
    graph, opset, reason = REFUSED[name]
    with pytest.raises(UnsupportedError, match=reason):
        lpt.load(model(graph, opset, g=G))


def test_groups_that_do_not_divide(model: Build) -> None:
    graph = "(float[2,8,3] x) => (float[2,8,3] y) { y = GroupNormalization<num_groups=3>(x, g, g) }"
    with pytest.raises(LoadError, match="8 channels are no 3 groups"):
        lpt.load(model(graph, 21, g=G))
