"""QOperator models: each operator against ONNX Runtime's integer kernel, within one step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]

RNG = np.random.default_rng(5)
COMMON = {
    "s": np.float32(0.05), "z": np.uint8(120), "s2": np.float32(0.07), "z2": np.uint8(130),
    "t": np.float32(0.3), "u": np.uint8(100),
    "small": np.float32(1 / 256), "zero": np.uint8(0),
    "w": RNG.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8), "ws": RNG.uniform(1e-3, 2e-2, 4).astype(np.float32),
    "wz": np.zeros(4, np.int8), "b": RNG.integers(-500, 500, 4).astype(np.int32),
    "m": RNG.integers(-127, 128, (3, 4)).astype(np.int8), "one": np.float32(0.01), "none": np.int8(0),
    "mt": RNG.integers(-127, 128, (4, 3)).astype(np.int8),
}  # fmt: skip

CASES = {
    "conv": ("(uint8[1,3,5,5] x) => (uint8[1,4,3,3] y) { y = QLinearConv(x, s, z, w, ws, wz, t, u, b) }", "nn.conv"),
    "conv pads": (
        "(uint8[1,3,5,5] x) => (uint8[1,4,5,5] y) "
        "{ y = QLinearConv<pads=[1,1,1,1]>(x, s, z, w, one, none, t, u) }",
        "nn.conv",
    ),
    "matmul": ("(uint8[2,3] x) => (uint8[2,4] y) { y = QLinearMatMul(x, s, z, m, one, none, t, u) }", "nn.matmul"),
    "matmul columns": ("(uint8[2,3] x) => (uint8[2,4] y) { y = QLinearMatMul(x, s, z, m, ws, wz, t, u) }", "nn.matmul"),
    "add": ("(uint8[2,3] x, uint8[3] a) => (uint8[2,3] y) { y = com.microsoft.QLinearAdd(x, s, z, a, s2, z2, t, u) }", "nn.add"),
    "mul": ("(uint8[2,3] x, uint8[3] a) => (uint8[2,3] y) { y = com.microsoft.QLinearMul(x, s, z, a, s2, z2, t, u) }", "nn.mul"),
    "concat": (
        "(uint8[2,3] x, uint8[2,1] a) => (uint8[2,4] y) "
        "{ y = com.microsoft.QLinearConcat<axis=1>(t, u, x, s, z, a, s2, z2) }",
        "nn.concat",
    ),
    "average_pool": (
        "(uint8[1,2,6,6] x) => (uint8[1,2,3,3] y) "
        "{ y = com.microsoft.QLinearAveragePool<kernel_shape=[3,3], strides=[2,2], pads=[1,1,0,0]>(x, s, z, s2, z2) }",
        "nn.average_pool",
    ),
    "global_average_pool": (
        "(uint8[1,3,4,4] x) => (uint8[1,3,1,1] y) "
        "{ y = com.microsoft.QLinearGlobalAveragePool(x, s, z, s2, z2) }",
        "nn.global_average_pool",
    ),
    "sigmoid": ("(uint8[256] x) => (uint8[256] y) { y = com.microsoft.QLinearSigmoid(x, s, z, small, zero) }", "nn.sigmoid"),
    "leaky_relu": (
        "(uint8[256] x) => (uint8[256] y) "
        "{ y = com.microsoft.QLinearLeakyRelu<alpha=0.1>(x, s, z, s2, z2) }",
        "nn.leaky_relu",
    ),
    "softmax": (
        "(uint8[2,9] x) => (uint8[2,9] y) "
        "{ y = com.microsoft.QLinearSoftmax<axis=-1, opset=17>(x, s, z, small, zero) }",
        "nn.softmax",
    ),
    "softmax 12": (
        "(uint8[2,3,3] x) => (uint8[2,3,3] y) "
        "{ y = com.microsoft.QLinearSoftmax<axis=1, opset=12>(x, s, z, small, zero) }",
        "nn.softmax",
    ),
    "gemm": ("(uint8[2,3] x) => (uint8[2,4] y) { y = com.microsoft.QGemm<transB=1>(x, s, z, mt, ws, wz, b, t, u) }", "nn.gemm"),
    "gemm columns": ("(uint8[2,3] x) => (uint8[2,4] y) { y = com.microsoft.QGemm(x, s, z, m, ws, wz, b, t, u) }", "nn.gemm"),
    "gemm alpha": (
        "(uint8[3,2] x) => (uint8[2,4] y) "
        "{ y = com.microsoft.QGemm<transA=1, alpha=0.5>(x, s, z, m, one, none, , t, u) }",
        "nn.gemm",
    ),
    "gemm to float": ("(uint8[2,3] x) => (float[2,4] y) { y = com.microsoft.QGemm(x, s, z, m, one, none, b) }", "nn.gemm"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_operator(name: str, model: Build, agrees: Agrees) -> None:
    graph, operation = CASES[name]
    used = {key: value for key, value in COMMON.items() if key not in ("x", "a")}
    names = [op.name for op in agrees(model(graph, **used), steps=1).function.body.block.ops]
    at = names.index(operation)
    assert "quant.dcast" in names[:at] and (name == "gemm to float" or "quant.qcast" in names[at:])


def test_integers_between_operators_keep_their_scale(model: Build, agrees: Agrees) -> None:
    """A pooling and a transpose between two QLinearConv work on quantized tensors: no cast stands between."""
    graph = """(float[1,3,8,8] x) => (float[4,4] y) {
        q = QuantizeLinear(x, s, z) c = QLinearConv(q, s, z, w, ws, wz, t, u, b)
        p = MaxPool<kernel_shape=[3,3], strides=[2,2]>(c) g = com.microsoft.QLinearGlobalAveragePool(p, t, u, s2, z2)
        f = Reshape(g, shape) h = Transpose(f) a = Concat<axis=1>(h, h, h)
        k = com.microsoft.QGemm(a, s2, z2, m, one, none, , t, u) y = DequantizeLinear(k, t, u) }"""
    loaded = agrees(model(graph, **COMMON, shape=np.array([1, 4])), relative=0.05)
    names = [op.name for op in loaded.function.body.block.ops]
    assert "quant.scast" not in names and "lpt.reinterpret" not in names
    at = names.index("nn.max_pool")
    assert names[at - 1] == "quant.qcast"


REFUSED = {
    "com.microsoft.QLinearAveragePool<kernel_shape=[2,2], channels_last=1>(x, s, z, t, u)": "channels_last is not handled",
    "QLinearConv(x, s, z, w, ws, wz, ws, u)": "4 scales and 1 zero points",
    "QLinearConv(x, s, z, w, ws, wz, t, u, w)": "the bias is i8, expected i32",
    "com.microsoft.QLinearConcat<axis=1>(t, u, x, s)": "4 inputs are no result scale",
    "com.microsoft.QLinearReduceMean(x, s, z, t, u)": "the operator is not handled",
}


@pytest.mark.parametrize("node", REFUSED)
def test_refusals(node: str, model: Build) -> None:
    with pytest.raises(lpt.LptError, match=REFUSED[node]):
        lpt.load(model(f"(uint8[1,3,5,5] x) => (uint8 y) {{ y = {node} }}", **COMMON))
