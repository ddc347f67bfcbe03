"""What ONNX Runtime's quantize_dynamic writes: its codes and floats, by integer products, on every target."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic

import lpt
from lpt.errors import LptError
from lpt.passes.pipeline import Pipeline
from lpt.passes.validate import Validator
from lpt.serialize import save
from lpt.target import TARGETS, runs_here

Array = NDArray[Any]
HERE = [name for name, target in TARGETS.items() if runs_here(target)]
RNG = np.random.default_rng(0)


def weights(*shape: int) -> Array:
    return np.asarray(RNG.normal(size=shape) / np.sqrt(shape[0]), np.float32)


MLP = """(float[6, 24] x) => (float[6, 10] y) {
    h = MatMul(x, w1) a = Add(h, b1) r = Relu(a) y = Gemm(r, w2, b2) }"""
CONVOLUTIONS = """(float[2, 3, 12, 12] x) => (float[2, 6, 6, 6] y) {
    h = Conv<pads = [1, 1, 1, 1]>(x, w1, b1) r = Relu(h) m = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r)
    y = Conv<pads = [0, 1, 2, 1], group = 2>(m, w2, b2) }"""
ATTENTION = """(float[1, 8, 16] x) => (float[1, 8, 16] y) {
    q0 = MatMul(x, wq) k0 = MatMul(x, wk) v0 = MatMul(x, wv) q1 = Add(q0, bq) k1 = Add(k0, bk) v1 = Add(v0, bv)
    q2 = Reshape(q1, heads) k2 = Reshape(k1, heads) v2 = Reshape(v1, heads)
    q = Transpose<perm = [0, 2, 1, 3]>(q2) k = Transpose<perm = [0, 2, 3, 1]>(k2) v = Transpose<perm = [0, 2, 1, 3]>(v2)
    s0 = MatMul(q, k) s1 = Div(s0, root) s = Softmax<axis = -1>(s1) c0 = MatMul(s, v) c1 = Transpose<perm = [0, 2, 1, 3]>(c0)
    c = Reshape(c1, joined) o = MatMul(c, wo) o1 = Add(o, bo) y = Add(o1, x) }"""

NETWORKS: dict[str, tuple[str, dict[str, Array]]] = {
    "mlp": (MLP, {"w1": weights(24, 33), "b1": weights(33), "w2": weights(33, 10), "b2": weights(10)}),
    "convolutions": (CONVOLUTIONS, {"w1": weights(8, 3, 3, 3), "b1": weights(8), "w2": weights(6, 4, 3, 3), "b2": weights(6)}),
    "attention": (
        ATTENTION,
        {
            **{f"w{name}": weights(16, 16) for name in "qkvo"},
            **{f"b{name}": weights(16) for name in "qkvo"},
            "heads": np.array([1, 8, 2, 8]),
            "joined": np.array([1, 8, 16]),
            "root": np.array(np.sqrt(8), np.float32),
        },
    ),
}
WEIGHTS = [(False, QuantType.QInt8, False), (True, QuantType.QInt8, True), (False, QuantType.QUInt8, False)]


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest, model: Callable[..., onnx.ModelProto]) -> onnx.ModelProto:
    graph, constants = NETWORKS[request.param]
    return model(graph, **constants)


def quantized(proto: onnx.ModelProto, folder: Path, per_channel: bool, weight: QuantType, reduce_range: bool) -> onnx.ModelProto:
    source, target = folder / "float.onnx", folder / "dynamic.onnx"
    onnx.save(proto, source)
    kinds = ["MatMul", "Conv"]
    quantize_dynamic(source, target, kinds, per_channel=per_channel, reduce_range=reduce_range, weight_type=weight)
    return onnx.load(target)


def runtime(proto: onnx.ModelProto, feeds: dict[str, Array]) -> dict[str, Array]:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds), strict=True))


def random_feeds(proto: onnx.ModelProto) -> dict[str, Array]:
    dims = proto.graph.input[0].type.tensor_type.shape.dim
    return {"x": np.random.default_rng(1).normal(size=[d.dim_value for d in dims]).astype(np.float32)}


def assert_close(got: Array, expected: Array) -> None:
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5 * float(np.abs(expected).max()))


@pytest.mark.parametrize(("per_channel", "weight", "reduce_range"), WEIGHTS, ids=["s8", "s8 by channel, 7 bits", "u8"])
def test_codes_and_floats_of_onnx_runtime(
    network: onnx.ModelProto, tmp_path: Path, per_channel: bool, weight: QuantType, reduce_range: bool
) -> None:
    proto = quantized(network, tmp_path, per_channel, weight, reduce_range)
    codes = [node.output[0] for node in proto.graph.node if node.op_type == "DynamicQuantizeLinear"]
    assert codes
    tapped = onnx.ModelProto.FromString(proto.SerializeToString())
    tapped.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.UINT8, None) for name in codes)
    feeds = random_feeds(proto)
    expected, got = runtime(tapped, feeds), lpt.interpret(lpt.load(tapped), feeds)
    for name in codes:
        np.testing.assert_array_equal(got[name], expected[name])
    assert_close(got["y"], expected["y"])
    is_exact = not any(node.op_type == "Softmax" for node in proto.graph.node)  # float products may differ between targets
    for target in HERE if weight == QuantType.QInt8 and not per_channel else HERE[-1:]:
        y = lpt.compile(proto, target=target).run(feeds)["y"]
        assert_close(y, expected["y"])
        assert not is_exact or y.tobytes() == got["y"].tobytes(), target


def test_products_are_integer_in_reports(network: onnx.ModelProto, tmp_path: Path) -> None:
    proto = quantized(network, tmp_path, *WEIGHTS[0])
    products = [node.op_type for node in proto.graph.node if node.op_type in ("MatMulInteger", "ConvInteger")]
    rows = [row for row in lpt.explain(proto) if row.precision == "u8s8" and row.macs]
    assert len(rows) == len(products) and not any(row.reason for row in rows)
    report = lpt.compile(proto, target=HERE[-1]).report(repeats=0)
    assert sum(row.instructions in TARGETS[HERE[-1]].dots for row in report) == len(products)


def test_range_codes_and_product_are_three_kernels(model: Callable[..., onnx.ModelProto], tmp_path: Path) -> None:
    """Nothing else is as large as the activations: the rest are scalars and one number per column."""
    graph, constants = NETWORKS["mlp"]
    proto = quantized(model(graph, **constants), tmp_path, *WEIGHTS[0])
    rows = [row.operation for row in lpt.compile(proto).report(repeats=0)]
    assert rows == ["dynamic_parameters", "dynamic_quantize", "mul", "matmul"] * 2


def test_passes_keep_their_claims_and_text_round_trips(model: Callable[..., onnx.ModelProto], tmp_path: Path) -> None:
    graph, constants = NETWORKS["convolutions"]
    loaded = lpt.load(quantized(model(graph, **constants), tmp_path, *WEIGHTS[1]))
    save(loaded, tmp_path / "dynamic.mlir")
    assert str(lpt.load(tmp_path / "dynamic.mlir")) == str(loaded)
    checks = Validator(loaded.module).run(Pipeline.parse("all"))
    assert any(check.values for check in checks)


def test_codes_beside_integers_are_explained(model: Callable[..., onnx.ModelProto]) -> None:
    """Products of integers do not hide from `explain` that the rest of a model is not transformed yet."""
    codes = "q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) w = DequantizeLinear(k, s) h = MatMul(d, w)"
    integers = "c, t, u = DynamicQuantizeLinear(h) i = MatMulInteger(c, k, u) y = Cast<to = 1>(i)"
    graph = f"(float[2, 8] x) => (float[2, 8] y) {{ {codes} {integers} }}"
    proto = model(graph, k=RNG.integers(-9, 9, (8, 8)).astype(np.int8), s=np.float32(0.1), z=np.array(3, np.uint8))
    assert [row.precision for row in lpt.explain(proto) if row.macs] == ["u8s8", "u8s8"]


@pytest.mark.parametrize("extra", [{}, {"bz": np.array(3, np.int8)}, {"bz": np.arange(-3, 4).astype(np.int8), "bias": weights(7)}])
def test_dynamic_quantize_matmul(model: Callable[..., onnx.ModelProto], extra: dict[str, Array]) -> None:
    names = ", ".join(name if name in extra else "" for name in ("bz", "bias")).rstrip(", ")
    graph = f"(float[5, 20] x) => (float[5, 7] y) {{ y = com.microsoft.DynamicQuantizeMatMul(x, b, s{', ' * bool(names)}{names}) }}"
    scale = np.array(0.02, np.float32) if "bias" not in extra else np.abs(weights(7)) + np.float32(0.01)
    proto = model(graph, b=RNG.integers(-128, 128, (20, 7)).astype(np.int8), s=scale, **extra)
    feeds = random_feeds(proto)
    assert_close(lpt.interpret(lpt.load(proto), feeds)["y"], runtime(proto, feeds)["y"])


@pytest.mark.parametrize("is_dynamic", [True, False])
def test_matmul_integer_to_float(model: Callable[..., onnx.ModelProto], is_dynamic: bool) -> None:
    constants: dict[str, Any] = {"b": RNG.integers(0, 256, (20, 7)).astype(np.uint8), "bs": np.float32(0.03), "bias": weights(7)}
    if is_dynamic:
        source = "q, s, z = DynamicQuantizeLinear(x)"
    else:
        source, constants = "q = QuantizeLinear(x, s, z)", {**constants, "s": np.float32(0.05), "z": np.array(99, np.uint8)}
    product = "com.microsoft.MatMulIntegerToFloat(q, b, s, bs, z, bz, bias)"
    proto = model(f"(float[5, 20] x) => (float[5, 7] y) {{ {source} y = {product} }}", bz=np.array(120, np.uint8), **constants)
    feeds = random_feeds(proto)
    assert_close(lpt.interpret(lpt.load(proto), feeds)["y"], runtime(proto, feeds)["y"])


COMPUTED = "q, s, z = DynamicQuantizeLinear(x) r, t, u = DynamicQuantizeLinear(w)"
PRODUCTS = {
    "both dynamic": f"{COMPUTED} y = MatMulInteger(q, r, z, u)",
    "zero point of weights": f"{COMPUTED} y = MatMulInteger(c, r, a, u)",
    "zero point of activations": f"{COMPUTED} y = MatMulInteger(q, r, z)",
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_zero_points_of_both_sides(model: Callable[..., onnx.ModelProto], name: str) -> None:
    graph = f"(float[2, 5, 20] x, float[2, 20, 7] w) => (int32[2, 5, 7] y) {{ {PRODUCTS[name]} }}"
    proto = model(graph, c=RNG.integers(0, 256, (2, 5, 20)).astype(np.uint8), a=np.array(77, np.uint8))
    generator = np.random.default_rng(1)
    feeds: dict[str, Array] = {"x": generator.normal(size=(2, 5, 20)), "w": generator.normal(size=(2, 20, 7)) + 1}
    feeds = {key: value.astype(np.float32) for key, value in feeds.items()}
    expected = runtime(proto, feeds)["y"]
    np.testing.assert_array_equal(lpt.interpret(lpt.load(proto), feeds)["y"], expected)
    for target in (HERE[0], HERE[-1]):
        np.testing.assert_array_equal(lpt.compile(proto, target=target).run(feeds)["y"], expected)


WINDOWS = {
    "1-D": ("float[1, 4, 20] x", "float[1, 6, 10] y", "pads = [2, 1], strides = [2], dilations = [2]", (6, 4, 3)),
    "depthwise": (
        "float[1, 8, 10, 11] x",
        "float[1, 8, 5, 11] y",
        "auto_pad = 'SAME_UPPER', group = 8, strides = [2, 1]",
        (8, 1, 3, 3),
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_pads_add_nothing(tmp_path: Path, model: Callable[..., onnx.ModelProto], name: str) -> None:
    x, y, attributes, shape = WINDOWS[name]
    graph = f"({x}) => ({y}) {{ y = Conv<{attributes}>(x, w) }}"
    proto = quantized(model(graph, w=weights(*shape)), tmp_path, False, QuantType.QUInt8, False)
    feeds = random_feeds(proto)
    got = lpt.interpret(lpt.load(proto), feeds)["y"]
    np.testing.assert_array_equal(got, runtime(proto, feeds)["y"])
    np.testing.assert_array_equal(lpt.compile(proto).run(feeds)["y"], got)


@pytest.mark.parametrize("unidirectional", [0, 1])
def test_qattention(tmp_path: Path, model: Callable[..., onnx.ModelProto], unidirectional: int) -> None:
    """As quantize_dynamic makes it of ONNX Runtime's Attention."""
    source, target = tmp_path / "float.onnx", tmp_path / "dynamic.onnx"
    attention = f"com.microsoft.Attention<num_heads = 2, unidirectional = {unidirectional}>(x, w, b)"
    onnx.save(model(f"(float[2, 5, 16] x) => (float[2, 5, 16] y) {{ y = {attention} }}", w=weights(16, 48), b=weights(48)), source)
    quantize_dynamic(source, target, ["Attention"])
    proto = onnx.load(target)
    assert [node.op_type for node in proto.graph.node] == ["DynamicQuantizeLinear", "QAttention"]
    feeds = random_feeds(proto)
    expected = runtime(proto, feeds)["y"]
    assert_close(lpt.interpret(lpt.load(proto), feeds)["y"], expected)
    assert_close(lpt.compile(proto).run(feeds)["y"], expected)


def test_qattention_with_a_past(tmp_path: Path, model: Callable[..., onnx.ModelProto]) -> None:
    """The keys and values of three steps before go in front of five new ones; all leave together."""
    source, target = tmp_path / "float.onnx", tmp_path / "dynamic.onnx"
    attention = "com.microsoft.Attention<num_heads = 2, unidirectional = 1>(x, w, b, , p)"
    inputs = "(float[2, 5, 16] x, float[2, 2, 2, 3, 8] p)"
    graph = f"{inputs} => (float[2, 5, 16] y, float[2, 2, 2, 8, 8] z) {{ y, z = {attention} }}"
    onnx.save(model(graph, w=weights(16, 48), b=weights(48)), source)
    quantize_dynamic(source, target, ["Attention"])
    proto = onnx.load(target)
    assert "QAttention" in [node.op_type for node in proto.graph.node]
    feeds = {**random_feeds(proto), "p": np.random.default_rng(3).standard_normal((2, 2, 2, 3, 8)).astype(np.float32)}
    expected = runtime(proto, feeds)
    for got in (lpt.interpret(lpt.load(proto), feeds), lpt.compile(proto).run(feeds)):
        for name in ("y", "z"):
            assert_close(got[name], expected[name])


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (
            "(float[1, 2, 4, 5] x, uint8[3, 2, 3, 3] w) => (int32[1, 3, 2, 3] y) "
            "{ q, s, z = DynamicQuantizeLinear(x) y = ConvInteger(q, w, z) }",
            "the weights of an integer convolution, is computed at run time",
        ),
        (
            "(float[1, 2, N, 5] x) => (int32[1, 3, N, 5] y) "
            "{ q, s, z = DynamicQuantizeLinear(x) y = ConvInteger<pads = [1, 1, 1, 1]>(q, k, z) }",
            "a padded convolution of codes with a computed zero point, on dimensions that are not known",
        ),
        (
            "(uint8[5, 20] q, uint8[5] z) => (int32[5, 7] y) { y = MatMulInteger(q, m, z) }",
            "a computed zero point of u8 and shape .5,. is not handled",
        ),
        ("(float[2, 3, 4] x) => (float[2, 1, 3, 5] y) { y = com.microsoft.DynamicQuantizeLSTM(x) }", "DynamicQuantizeLSTM"),
    ],
)
def test_refusals(model: Callable[..., onnx.ModelProto], graph: str, reason: str) -> None:
    proto = model(graph, k=np.ones((3, 2, 3, 3), np.uint8), m=np.ones((20, 7), np.uint8))
    with pytest.raises(LptError, match=reason):
        lpt.load(proto)
