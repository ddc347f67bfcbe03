"""What ONNX Runtime's optimizer writes: the import, interpreted, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

import lpt
from lpt.errors import UnsupportedError

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]


def floats(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


IMAGE = "float[1,3,6,6] x"
WORDS = {"words": floats(11, 8), "places": floats(9, 8, seed=1), "segments": floats(2, 8, seed=2), "g": floats(8), "b": floats(8)}
IDS = {"ids": np.array([[3, 1, 4, 1], [5, 9, 2, 6]], np.int32), "kinds": np.array([[0, 0, 1, 1], [0, 1, 1, 1]], np.int32)}

CASES: dict[str, tuple[str, dict[str, np.ndarray]]] = {
    "matmul": (
        "(float[2,5,4] a, float[2,3,5] b) => (float[2,4,3] y) "
        "{ y = com.microsoft.FusedMatMul<alpha=0.3, transA=1, transB=1>(a, b) }",
        {},
    ),
    "gemm": (
        "(float[4,5] x) => (float[4,3] y) { y = com.microsoft.FusedGemm<activation='LeakyRelu', activation_alpha=0.2>(x, w, c) }",
        {"w": floats(5, 3), "c": floats(3)},
    ),
    **{
        f"conv, {name}": (
            f"({IMAGE}) => (float[1,4,4,4] y) {{ y = com.microsoft.FusedConv<activation='{name}'{parameters}>(x, w, b) }}",
            {"w": floats(4, 3, 3, 3), "b": floats(4)},
        )
        for name, parameters in {
            "Relu": "",
            "Clip": ", activation_params=[-0.5, 1.5]",
            "HardSigmoid": ", activation_params=[0.3, 0.4]",
        }.items()
    },
    "conv and a sum": (
        f"({IMAGE}, float[1,4,4,4] z) => (float[1,4,4,4] y) {{ y = com.microsoft.FusedConv<activation='Relu'>(x, w, b, z) }}",
        {"w": floats(4, 3, 3, 3), "b": floats(4)},
    ),
    "embedding": (
        "(float[2,4,8] u) => (float[2,4,8] y) "
        "{ e, m = com.microsoft.EmbedLayerNormalization(ids, kinds, words, places, segments, g, b) y = Add(e, u) }",
        WORDS | IDS,
    ),
    "norm of absolute values": ("(float[2,4,8] x) => (float[2,4,8] y) { y = LpNormalization<p=1, axis=1>(x) }", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_against_onnxruntime(name: str, model: Build, agrees: Agrees) -> None:
    graph, constants = CASES[name]
    agrees(model(graph, **constants))


def test_an_unknown_activation_is_refused(model: Build) -> None:
    graph = f"({IMAGE}) => (float[1,4,4,4] y) {{ y = com.microsoft.FusedConv<activation='Sinh'>(x, w) }}"
    with pytest.raises(UnsupportedError, match="the fused activation 'Sinh'"):
        lpt.load(model(graph, w=floats(4, 3, 3, 3)))


ENCODER = """(float[2,5,8] x) => (float[2,5,8] y) {
    p = MatMul(x, w1) q = Add(p, b1) r = Div(q, root) e = Erf(r) o = Add(e, one) h = Mul(q, o) i = Mul(h, half)
    j = MatMul(i, w2) k = Add(j, g) l = Add(k, x)
    m = ReduceMean<axes=[-1]>(l) d = Sub(l, m) s = Pow(d, two) v = ReduceMean<axes=[-1]>(s) t = Add(v, eps) u = Sqrt(t)
    n = Div(d, u) z = Mul(n, g) f = Add(z, b)
    ft = Transpose<perm=[0,2,1]>(f) a = MatMul(f, ft) c = Div(a, root) sm = Softmax(c) y = MatMul(sm, f)
}"""


@pytest.mark.parametrize("level", ["ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"])
def test_an_optimized_model_is_the_same_function(level: str, model: Build, tmp_path: Path) -> None:
    constants = {"w1": floats(8, 16), "b1": floats(16), "w2": floats(16, 8), "g": floats(8), "b": floats(8, seed=1)}
    numbers = {"root": np.sqrt(2), "one": 1, "half": 0.5, "two": 2, "eps": 1e-5}
    proto = model(ENCODER, 13, **constants, **{name: np.float32(value) for name, value in numbers.items()})
    options = ort.SessionOptions()
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 4
    session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feeds = {"x": floats(2, 5, 8, seed=3)}
    expected = np.asarray(session.run(None, feeds)[0])
    for source in (proto, tmp_path / "optimized.onnx"):
        got = lpt.interpret(lpt.load(source), feeds)["y"]
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5 * float(np.abs(expected).max()))
