"""Float operators: the import, interpreted, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt
from lpt.serialize import parse

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]

W = np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(np.float32)
VEC = np.random.default_rng(2).uniform(0.5, 1.5, 3).astype(np.float32)

CASES = {
    # contraction
    "conv": ("(float[2,3,7,8] x) => (float[2,4,3,4] y) { y = Conv<strides=[2,2], pads=[1,1,0,1]>(x, w) }", {"w": W}),
    "conv dilated": ("(float[1,3,9,9] x) => (float[1,4,5,5] y) { y = Conv<dilations=[2,2]>(x, w) }", {"w": W}),
    "conv same upper": (
        "(float[1,3,7,8] x) => (float[1,4,4,4] y) "
        "{ y = Conv<auto_pad='SAME_UPPER', strides=[2,2]>(x, w) }",
        {"w": W},
    ),
    "conv same lower": (
        "(float[1,3,7,8] x) => (float[1,4,4,4] y) "
        "{ y = Conv<auto_pad='SAME_LOWER', strides=[2,2]>(x, w) }",
        {"w": W},
    ),
    "conv valid": ("(float[1,3,7,8] x) => (float[1,4,5,6] y) { y = Conv<auto_pad='VALID'>(x, w) }", {"w": W}),
    "conv bias": ("(float[1,3,5,5] x) => (float[1,4,3,3] y) { y = Conv(x, w, b) }", {"w": W, "b": W[:, 0, 0, 0]}),
    "conv groups": ("(float[1,6,5,5] x) => (float[1,4,3,3] y) { y = Conv<group=2>(x, w) }", {"w": W}),
    "conv 1d": ("(float[1,3,5] x) => (float[1,4,3] y) { y = Conv(x, w) }", {"w": W[:, :, 0]}),
    "gemm": (
        "(float[2,3] x) => (float[2,4] y) "
        "{ y = Gemm<alpha=0.5, beta=2.0, transB=1>(x, w, c) }",
        {"w": W[:, :, 0, 0], "c": VEC[0]},
    ),
    "gemm transposed": ("(float[3,2] x) => (float[2,4] y) { y = Gemm<transA=1, transB=1>(x, w) }", {"w": W[:, :, 0, 0]}),
    "matmul": ("(float[2,5,3] x, float[3,4] w) => (float[2,5,4] y) { y = MatMul(x, w) }", {}),
    # elementwise
    "add": ("(float[2,3] x, float[3] b) => (float[2,3] y) { y = Add(x, b) }", {}),
    "sub": ("(float[2,3] x, float[2,1] b) => (float[2,3] y) { y = Sub(x, b) }", {}),
    "mul": ("(float[2,3] x) => (float[2,3] y) { y = Mul(x, v) }", {"v": VEC}),
    "div": ("(float[2,3] x) => (float[2,3] y) { y = Div(x, v) }", {"v": VEC}),
    "sum": ("(float[2,3] a, float[3] b, float[2,3] c) => (float[2,3] y) { y = Sum(a, b, c) }", {}),
    "sum of one": ("(float[2,3] a) => (float[2,3] y) { y = Sum(a) }", {}),
    "unary": ("(float[9] x) => (float[9] y) { a = Relu(x) b = Sigmoid(a) c = Tanh(b) d = Exp(c) e = Sqrt(d) y = Neg(e) }", {}),
    "hard": (
        "(float[9] x) => (float[9] y, float[9] z, float[9] t) "
        "{ y = HardSigmoid(x) z = HardSigmoid<alpha=0.3, beta=0.4>(x) t = HardSwish(x) }",
        {},
    ),
    "leaky": ("(float[9] x) => (float[9] y, float[9] z) { y = LeakyRelu(x) z = LeakyRelu<alpha=0.2>(x) }", {}),
    "clip": (
        "(float[9] x) => (float[9] y, float[9] z) "
        "{ y = Clip(x, low, high) z = Clip(x, , high) }",
        {"low": np.float32(-0.5), "high": np.float32(0.5)},
    ),
    "identity": ("(float[9] x) => (float[9] y) { a = Identity(x) y = Dropout(a) }", {}),
    "casts": ("(float[9] x) => (int32[9] y, float[9] z) { y = Cast<to=6>(x) z = Cast<to=1>(y) }", {}),
    # pooling
    "max_pool": (
        "(float[1,2,7,7] x) => (float[1,2,4,4] y) "
        "{ y = MaxPool<kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]>(x) }",
        {},
    ),
    "max_pool ceil": (
        "(float[1,2,7,7] x) => (float[1,2,4,4] y) "
        "{ y = MaxPool<kernel_shape=[2,2], strides=[2,2], ceil_mode=1>(x) }",
        {},
    ),
    "average_pool": (
        "(float[1,2,7,7] x) => (float[1,2,4,4] y) "
        "{ y = AveragePool<kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]>(x) }",
        {},
    ),
    "average_pool pads": (
        "(float[1,2,7,7] x) => (float[1,2,7,7] y) "
        "{ y = AveragePool<kernel_shape=[3,3], auto_pad='SAME_UPPER', count_include_pad=1>(x) }",
        {},
    ),
    "global": ("(float[2,3,4,5] x) => (float[2,3,1,1] y, float[2,3,1,1] z) { y = GlobalAveragePool(x) z = GlobalMaxPool(x) }", {}),
    "reduce_mean": (
        "(float[2,3,4] x) => (float[2,1,4] y, float[2,4] z, float[1,1,1] t) "
        "{ y = ReduceMean<axes=[1]>(x) z = ReduceMean<axes=[-2], keepdims=0>(x) t = ReduceMean(x) }",
        {},
    ),
    "reduce_sum": ("(float[2,3,4] x) => (float[2,3] y) { y = ReduceSum<keepdims=0>(x, axes) }", {"axes": np.array([2])}),
    "reduce_sum of none": ("(float[2,3,4] x) => (float[2,3,4] y) { y = ReduceSum<noop_with_empty_axes=1>(x) }", {}),
    # movement
    "transpose": ("(float[2,3,4] x) => (float[4,3,2] y, float[3,2,4] z) { y = Transpose(x) z = Transpose<perm=[1,0,2]>(x) }", {}),
    "concat": (
        "(float[2,3] x, float[2,1] b) => (float[2,7] y) "
        "{ y = Concat<axis=-1>(x, b, c) }",
        {"c": np.ones((2, 3), np.float32)},
    ),
    "split": (
        "(float[2,6] x) => (float[2,2] a, float[2,4] b, float[1,6] c, float[1,6] d) "
        "{ a, b = Split<axis=1>(x, s) c, d = Split(x) }",
        {"s": np.array([2, 4])},
    ),
    "slice": (
        "(float[6,8] x) => (float[2,4] y) "
        "{ y = Slice(x, s, e, a, t) }",
        {"s": np.array([-1, 1]), "e": np.array([-9, 2**62]), "a": np.array([0, 1]), "t": np.array([-3, 2])},
    ),
    "gather one": (
        "(float[6,8] x) => (float[6] y, float[1,8] z) "
        "{ y = Gather<axis=1>(x, i) z = Gather(x, j) }",
        {"i": np.array(-2), "j": np.array([3])},
    ),
    "pad": (
        "(float[2,3] x) => (float[3,6] y, float[2,5] z) "
        "{ y = Pad(x, p, v) z = Pad<mode='reflect'>(x, q) }",
        {"p": np.array([1, 0, 0, 3]), "v": np.float32(1.5), "q": np.array([0, 1, 0, 1])},
    ),
    "reshape": (
        "(float[2,3,4] x) => (float[2,12] y, float[24] z) "
        "{ y = Reshape(x, s) z = Reshape(x, t) }",
        {"s": np.array([0, -1]), "t": np.array([24])},
    ),
    "flatten": (
        "(float[2,3,4] x) => (float[2,12] y, float[6,4] z, float[1,24] t) "
        "{ y = Flatten(x) z = Flatten<axis=-1>(x) t = Flatten<axis=0>(x) }",
        {},
    ),
    "squeeze": (
        "(float[1,3,1] x) => (float[3] y, float[1,3] z, float[1,3,1,1] t) "
        "{ y = Squeeze(x) z = Squeeze(x, two) t = Unsqueeze(x, three) }",
        {"two": np.array([2]), "three": np.array([-1])},
    ),
    "resize scales": (
        "(float[1,1,3,5] x) => (float[1,1,6,12] y) "
        "{ y = Resize<mode='nearest'>(x, , s) }",
        {"s": np.array([1, 1, 2, 2.5], np.float32)},
    ),
    "resize sizes": (
        "(float[1,1,3,5] x) => (float[1,1,7,4] y) "
        "{ y = Resize<coordinate_transformation_mode='asymmetric', nearest_mode='floor'>(x, , , s) }",
        {"s": np.array([1, 1, 7, 4])},
    ),
    "resize corners": (
        "(float[1,1,3,5] x) => (float[1,1,7,4] y) "
        "{ y = Resize<coordinate_transformation_mode='align_corners', nearest_mode='ceil'>(x, , , s) }",
        {"s": np.array([1, 1, 7, 4])},
    ),
    # normalization
    "softmax": ("(float[2,3,4] x) => (float[2,3,4] y, float[2,3,4] z) { y = Softmax(x) z = Softmax<axis=0>(x) }", {}),
    "batch norm": ("(float[2,3,4] x) => (float[2,3,4] y) { y = BatchNormalization<epsilon=0.01>(x, v, v, v, v) }", {"v": VEC}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_operator(name: str, model: Build, agrees: Agrees) -> None:
    graph, constants = CASES[name]
    agrees(model(graph, 17, **constants))


# Where an operator's form changed: (operator set, graph, constants).
VERSIONS = {
    "clip attributes": (10, "(float[9] x) => (float[9] y) { y = Clip<min=-0.5, max=0.25>(x) }", {}),
    "slice attributes": (9, "(float[6,8] x) => (float[2,8] y) { y = Slice<starts=[1], ends=[3], axes=[0]>(x) }", {}),
    "pad attributes": (10, "(float[2,3] x) => (float[3,6] y) { y = Pad<pads=[1,0,0,3], value=2.0>(x) }", {}),
    "split attribute": (11, "(float[2,6] x) => (float[2,2] a, float[2,4] b) { a, b = Split<axis=1, split=[2,4]>(x) }", {}),
    "split rest": (18, "(float[7] x) => (float[3] a, float[3] b, float[1] c) { a, b, c = Split<num_outputs=3>(x) }", {}),
    "squeeze attribute": (
        11,
        "(float[1,3] x) => (float[3] y, float[1,3,1] z) "
        "{ y = Squeeze<axes=[0]>(x) z = Unsqueeze<axes=[2]>(x) }",
        {},
    ),
    "softmax flattens": (11, "(float[2,3,4] x) => (float[2,3,4] y, float[2,3,4] z) { y = Softmax(x) z = Softmax<axis=-1>(x) }", {}),
    "softmax of one wide": (11, "(float[2,3,1,1] x) => (float[2,3,1,1] y) { y = Softmax(x) }", {}),
    "reduce_sum axes": (11, "(float[2,3] x) => (float[2,1] y) { y = ReduceSum<axes=[1]>(x) }", {}),
    "reduce_mean axes": (18, "(float[2,3] x) => (float[2] y) { y = ReduceMean<keepdims=0>(x, a) }", {"a": np.array([1])}),
    "pad axes": (18, "(float[2,3] x) => (float[2,5] y) { y = Pad(x, p, , a) }", {"p": np.array([1, 1]), "a": np.array([-1])}),
    "resize axes": (18, "(float[2,3] x) => (float[2,6] y) { y = Resize<axes=[1]>(x, , s) }", {"s": np.array([2], np.float32)}),
    "upsample": (
        9,
        "(float[1,1,2,3] x) => (float[1,1,4,9] y) "
        "{ y = Upsample<mode='nearest'>(x, s) }",
        {"s": np.array([1, 1, 2, 3], np.float32)},
    ),
    "upsample attribute": (8, "(float[1,1,2,3] x) => (float[1,1,4,9] y) { y = Upsample<scales=[1.0,1.0,2.0,3.0]>(x) }", {}),
    "resize 10": (10, "(float[1,1,2,3] x) => (float[1,1,4,9] y) { y = Resize(x, s) }", {"s": np.array([1, 1, 2, 3], np.float32)}),
    "resize 10 down": (
        10,
        "(float[1,1,5,7] x) => (float[1,1,3,4] y) "
        "{ y = Resize(x, s) }",
        {"s": np.array([1, 1, 0.6, 0.6], np.float32)},
    ),
    "dropout": (10, "(float[9] x) => (float[9] y) { y = Dropout<ratio=0.3>(x) }", {}),
    "batch norm 8": (8, "(float[2,3] x) => (float[2,3] y) { y = BatchNormalization(x, v, v, v, v) }", {"v": VEC}),
    "newest": (23, "(float[2,3,4] x) => (float[2,12] y) { a = Relu(x) y = Flatten(a) }", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", VERSIONS)
def test_other_operator_set(name: str, model: Build, agrees: Agrees) -> None:
    opset, graph, constants = VERSIONS[name]
    agrees(model(graph, opset, **constants))


def test_nodes_in_any_order(model: Build, agrees: Agrees) -> None:
    proto = model("(float[3] x) => (float[3] y) { a = Relu(x) b = Neg(a) y = Exp(b) }")
    expected = str(lpt.load(proto))
    nodes = list(proto.graph.node)[::-1]
    for i, node in enumerate(nodes):
        node.name = f"{node.op_type}_{len(nodes) - 1 - i}"  # else the names tell the order
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    assert str(lpt.load(proto)) == expected


def test_an_initializer_gives_an_input_its_value(model: Build, agrees: Agrees) -> None:
    loaded = agrees(model("(float[2,3] x, float[3] w) => (float[2,3] y) { y = Mul(x, w) }", w=VEC))
    assert list(loaded.inputs) == ["x"]


def test_the_module_names_inputs_outputs_and_nodes(model: Build) -> None:
    proto = model("(float[2] x) => (float[2] out) { out = Relu(x) }")
    proto.graph.node[0].name, proto.graph.input[0].name, proto.graph.node[0].input[0] = 'a "node"\\ü', "in put", "in put"
    text = str(lpt.load(proto))
    assert 'lpt.inputs = ["in put"], lpt.outputs = ["out"]' in text
    assert "builtin.module attributes {lpt.opset = 17 : i64}" in text
    (op, _) = lpt.load(proto).function.body.block.ops
    assert str(op.attributes["lpt.node"].data) == 'a "node"\\ü'  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("image", "%image"),
        ("gpu_0/data_0", "%gpu_0_data"),
        ("x_1_2", "%x"),
        ("1x", "%x"),
        ("12", "%0"),
        ("ü", "%_"),
        ("a:b", "%a_b"),
    ],
)
def test_arguments_keep_what_they_can_of_their_names(name: str, printed: str, model: Build) -> None:
    proto = model("(float[2] x) => (float[2] out) { out = Relu(x) }")
    proto.graph.input[0].name, proto.graph.node[0].input[0] = name, name
    text = str(lpt.load(proto))
    assert f"@main({printed}: tensor" in text
    assert str(parse(text)) == text


def test_local_functions_are_inlined() -> None:
    proto = onnx.parser.parse_model("""
        <ir_version: 8, opset_import: ["": 17, "own": 1]> g (float[3] x) => (float[3] y) { y = own.twice(x) }
        <opset_import: ["": 17], domain: "own"> twice (a) => (c) { b = Relu(a) c = Add(b, b) }""")
    x = np.array([-1, 2, 3], np.float32)
    np.testing.assert_array_equal(lpt.interpret(lpt.load(proto), {"x": x})["y"], [0, 4, 6])
