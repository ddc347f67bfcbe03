"""Q/DQ models: the form of the import, and its values against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import lpt
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]

RNG = np.random.default_rng(3)
WEIGHTS = RNG.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8)
SCALES = RNG.uniform(1e-3, 2e-2, 4).astype(np.float32)
S, Z = np.float32(0.05), np.uint8(120)


def operations(loaded: lpt.Model) -> list[str]:
    return [op.name for op in loaded.function.body.block.ops if op.name not in ("func.return", "lpt.constant")]


def params(loaded: lpt.Model, name: str) -> list[QuantParams]:
    """Parameters of the results of all operations of this name."""
    found = [params_of(op.results[0]) for op in loaded.function.body.block.ops if op.name == name]
    return [p for p in found if p is not None]


def test_a_convolution(model: Build, agrees: Agrees) -> None:
    loaded = agrees(
        model(
            """(float[1,3,5,5] x) => (float[1,4,3,3] y) {
            q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) wf = DequantizeLinear<axis=0>(w, ws, wz)
            bf = DequantizeLinear<axis=0>(b, bs) c = Conv(d, wf, bf) r = Relu(c)
            o = QuantizeLinear(r, s2, z2) y = DequantizeLinear(o, s2, z2) }""",
            s=S, z=Z, w=WEIGHTS, ws=SCALES, wz=np.zeros(4, np.int8), b=np.arange(4, dtype=np.int32) * 100, bs=SCALES * S,
            s2=np.float32(0.02), z2=np.uint8(0),
        )
    )  # fmt: skip
    casts = ["quant.qcast", "quant.dcast", "quant.dcast", "quant.dcast", "nn.conv", "nn.relu", "quant.qcast", "quant.dcast"]
    assert operations(loaded) == casts
    weights, bias = params(loaded, "lpt.constant")
    assert (str(weights.storage), weights.axis, str(bias.storage), bias.axis) == ("i8", 0, "i32", 0)
    np.testing.assert_array_equal(weights.scales, SCALES.astype(np.float64))
    assert params(loaded, "quant.qcast")[0].zero_point == 120


# Scale and zero point forms of a tensor [2, 3, 4]; the expected axis (None: per tensor).
FORMS = {
    "rank 0": ((), 1, None),
    "one element": ((1,), 1, None),
    "axis 1": ((3,), 1, 1),
    "axis -1": ((4,), -1, 2),
    "axis -3": ((2,), -3, 0),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16])
def test_scale_forms(name: str, dtype: type[np.integer], model: Build, agrees: Agrees) -> None:
    shape, axis, expected = FORMS[name]
    scale, zero_point = RNG.uniform(0.01, 0.1, shape).astype(np.float32), RNG.integers(0, 100, shape).astype(dtype)
    graph = """(float[2,3,4] x) => (float[2,3,4] y) {
        q = QuantizeLinear<axis=AXIS>(x, s, z) y = DequantizeLinear<axis=AXIS>(q, s, z) }"""
    loaded = agrees(model(graph.replace("AXIS", str(axis)), 21, s=scale, z=zero_point))
    assert params(loaded, "quant.qcast")[0].axis == expected


@pytest.mark.parametrize("shape", [(1, 3, 1), (1, 1, 1)])
def test_scales_that_broadcast(shape: tuple[int, ...], model: Build) -> None:
    """Some exporters write [1, C, 1] for [C]."""
    scale = RNG.uniform(0.01, 0.1, shape).astype(np.float32)
    proto = model("(float[2,3,4] x) => (float[2,3,4] y) { q = QuantizeLinear(x, s) y = DequantizeLinear(q, s) }", s=scale)
    (found,) = params(lpt.load(proto), "quant.qcast")
    assert found.axis == (1 if scale.size > 1 else None) and str(found.storage) == "u8"
    np.testing.assert_array_equal(found.scales.reshape(-1), scale.reshape(-1))


def test_blocks(model: Build, agrees: Agrees) -> None:
    scale, zero_point = RNG.uniform(0.01, 0.1, (2, 2)).astype(np.float32), RNG.integers(-9, 9, (2, 2)).astype(np.int8)
    weights = RNG.integers(-128, 128, (2, 5)).astype(np.int8)
    graph = """(float[3,2] x) => (float[3,5] y) { w = DequantizeLinear<axis=1, block_size=3>(q, s, z) y = MatMul(x, w) }"""
    loaded = agrees(model(graph, 21, q=weights, s=scale, z=zero_point))
    assert params(loaded, "lpt.constant")[0].block_sizes == ((0, 1), (1, 3))


def test_four_bit_weights(model: Build, agrees: Agrees) -> None:
    proto = model("(float[2,3] x) => (float[2,4] y) { w = DequantizeLinear<axis=1>(q, s) y = MatMul(x, w) }", 21, s=SCALES)
    values = RNG.integers(-8, 8, 12)
    proto.graph.initializer.append(helper.make_tensor("q", TensorProto.INT4, (3, 4), values))
    (found,) = params(agrees(proto), "lpt.constant")
    assert str(found.storage) == "i4"


def test_integer_input_and_output(model: Build, agrees: Agrees) -> None:
    graph = """(uint8[2,3] x) => (int8[2,3] y, float[2,3] r) {
        d = DequantizeLinear(x, s, z) r = Relu(d) y = QuantizeLinear(r, s, i) }"""
    loaded = agrees(model(graph, s=S, z=Z, i=np.int8(-3)))
    assert operations(loaded) == ["quant.scast", "quant.dcast", "nn.relu", "quant.qcast", "quant.scast"]


def test_output_dtype_names_the_storage(model: Build, agrees: Agrees) -> None:
    agrees(model("(float[2,3] x) => (int16[2,3] y) { y = QuantizeLinear<output_dtype=5>(x, s) }", 21, s=np.float32(1e-3)))


def test_other_parameters_behind_the_same_integers(model: Build, agrees: Agrees) -> None:
    graph = "(float[2,3] x) => (float[2,3] y) { q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, t, u) }"
    loaded = agrees(model(graph, s=S, z=Z, t=np.float32(0.7), u=np.uint8(3)))
    assert operations(loaded) == ["quant.qcast", "lpt.reinterpret", "quant.dcast"]


def test_weights_quantized_in_the_graph(model: Build, agrees: Agrees) -> None:
    """Float → Q → DQ stays as it is: a pass folds it."""
    graph = """(float[2,3] x) => (float[2,4] y) {
        q = QuantizeLinear<axis=1>(w, s, z) d = DequantizeLinear<axis=1>(q, s, z) y = MatMul(x, d) }"""
    loaded = agrees(model(graph, w=RNG.normal(size=(3, 4)).astype(np.float32), s=SCALES, z=np.zeros(4, np.int8)))
    assert operations(loaded) == ["quant.qcast", "quant.dcast", "nn.matmul"]


# What stands between Q and DQ moves integers.
BETWEEN = {
    "max_pool": ("[1,2,2,2]", "m = MaxPool<kernel_shape=[2,2], strides=[2,2]>(q)"),
    "reshape": ("[2,16]", "m = Reshape(q, shape)"),
    "transpose": ("[1,4,4,2]", "m = Transpose<perm=[0,2,3,1]>(q)"),
    "concat": ("[1,4,4,4]", "m = Concat<axis=1>(q, q)"),
    "concat of others": ("[1,4,4,4]", "p = QuantizeLinear(x, t, z) m = Concat<axis=1>(q, p)"),
    "concat of a constant": ("[1,3,4,4]", "m = Concat<axis=1>(q, codes)"),
    "slice": ("[1,2,2,4]", "m = Slice(q, one, three, two)"),
    "flatten": ("[1,32]", "m = Flatten(q)"),
    "split": ("[1,1,4,4]", "m, n = Split<axis=1>(q)"),
    "pad": ("[1,2,5,4]", "m = Pad(q, pads, seven)"),
    "clip": ("[1,2,4,4]", "m = Clip(q, low, high)"),
    "cast": ("[1,2,4,4]", "m = Cast<to=2>(q)"),
    "identity": ("[1,2,4,4]", "m = Identity(q)"),
}


@pytest.mark.parametrize("name", BETWEEN)
@pytest.mark.parametrize("integer", [False, True], ids=["quantized", "integer input"])
def test_moves_between_q_and_dq(name: str, integer: bool, model: Build, agrees: Agrees) -> None:
    shape, node = BETWEEN[name]
    source = "q = Identity(x)" if integer else "q = QuantizeLinear(x, s, z)"
    kind = "uint8" if integer else "float"
    if integer and name == "concat of others":
        node = "m = Concat<axis=1>(q, q)"
    proto = model(
        f"({kind}[1,2,4,4] x) => (float{shape} y) {{ {source} {node} y = DequantizeLinear(m, s, z) }}",
        s=S, z=Z, t=np.float32(0.1), shape=np.array([2, 16]), codes=np.full((1, 1, 4, 4), 7, np.uint8), one=np.array([1]),
        two=np.array([2]), three=np.array([3]), pads=np.array([0, 0, 1, 0, 0, 0, 0, 0]), seven=np.uint8(7), low=np.uint8(100),
        high=np.uint8(127),
    )  # fmt: skip
    agrees(proto)


SIGNED = np.array([-0.5, 0.25, 0.0], np.float32)


@pytest.mark.parametrize(
    ("codes", "scale", "points"),
    [
        (np.array([[-128, 5, 7], [127, -3, 2]], np.int8), SIGNED, np.zeros(3, np.int8)),
        (np.array([[-127, -128, 7], [127, -3, 2]], np.int8), SIGNED, np.zeros(3, np.int8)),
        (np.array([[0, 5, 255], [200, 30, 2]], np.uint8), SIGNED, np.array([128, 0, 3], np.uint8)),
        (np.array([[-(2**31), 5, 7], [2**31 - 1, -3, 2]], np.int32), SIGNED, np.zeros(3, np.int32)),
        (np.array([[-128, 5, 7], [127, -3, 2]], np.int8), np.float32(-0.125), np.int8(3)),
        (np.array([[-128, 5, 7], [127, -3, 2]], np.int8), np.float32(0), np.int8(-4)),
    ],
)
def test_known_codes_with_scales_of_any_sign(agrees: Agrees, model: Build, codes: Array, scale: Array, points: Array) -> None:
    """As NNCF writes symmetric weights."""
    inputs = "q, s" if codes.dtype == np.int32 else "q, s, z"
    graph = f"(float[2,3] x) => (float[2,3] y) {{ w = DequantizeLinear<axis = -1>({inputs}) y = Add(x, w) }}"
    agrees(model(graph, q=codes, s=scale, z=points), relative=0.0)


def test_known_codes_of_64_bits(agrees: Agrees, model: Build) -> None:
    """As tf2onnx writes the biases of 16-bit models, which ONNX has no form of: the same as 32-bit ones."""
    graph = "(float[2,3] x) => (float[2,3] y) { b = DequantizeLinear<axis = 0>(q, s, z) y = Add(x, b) }"
    codes, scale = np.array([5, -70000, 9]), np.array([0.5, 0.25, 0.125], np.float32)
    of_int32 = model(graph.replace(", z", ""), q=codes.astype(np.int32), s=scale)
    agrees(of_int32)
    x = {"x": np.ones((2, 3), np.float32)}
    got = lpt.interpret(lpt.load(model(graph, q=codes, s=scale, z=np.zeros(3, np.int64))), x)["y"]
    np.testing.assert_array_equal(got, lpt.interpret(lpt.load(of_int32), x)["y"])
    with pytest.raises(lpt.UnsupportedError, match="integers beyond 32 bits"):
        lpt.load(model(graph, q=codes << 40, s=scale, z=np.zeros(3, np.int64)))


REFUSED = {
    "z=int8": ("DequantizeLinear(q, s, other)", "the zero point is i8, the integers are u8"),
    "scale 0": ("DequantizeLinear(q, zero, z)", "scales must be positive normal f32 numbers, got 0.0"),
    "scale nan": ("DequantizeLinear(q, nan, z)", "scales must be positive normal f32 numbers, got nan"),
    "scale denormal": ("DequantizeLinear(q, tiny, z)", "scales must be positive normal"),
    "scale double": ("DequantizeLinear(q, double, z)", "a scale of float64 is not handled"),
    "length": ("DequantizeLinear(q, two, zz)", "2 scales do not fit dimension 1"),
    "lengths": ("DequantizeLinear(q, two, z)", "2 scales and 1 zero points"),
    "axis": ("DequantizeLinear<axis=5>(q, three, zzz)", "axis 5 is outside a tensor of rank 2"),
    "run time": ("DequantizeLinear(q, run, z)", "the scale is computed at run time; make it a constant"),
    "missing": ("DequantizeLinear(q)", "input 1, the scale, is missing"),
    "float": ("DequantizeLinear(x, s)", "integers of f32 are not handled"),
    "blocks": ("DequantizeLinear<block_size=2>(q, two, zz)", "blocks of 2 need scales of the tensor's rank"),
    "grid": ("DequantizeLinear(q, grid)", "scales of shape .2, 3. for a tensor of shape .2, 3. are not handled"),
    "to double": ("DequantizeLinear<output_dtype=11>(q, s, z)", "dequantizing to another type than f32"),
    "to float8": ("QuantizeLinear<output_dtype=17>(x, s)", "quantizing to FLOAT8E4M3FN is not handled"),
    "two types": ("QuantizeLinear<output_dtype=3>(x, s, z)", "output_dtype is i8, the zero point is u8"),
    "precision": ("QuantizeLinear<precision=11>(x, s, z)", "division in another type than f32"),
    "of integers": ("QuantizeLinear(q, s, z)", "works on f32, got u8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str, model: Build) -> None:
    node, message = REFUSED[name]
    proto = model(
        f"(float[2,3] x, float run) => (float y) {{ q = QuantizeLinear(x, s, z) y = {node} }}", 23,
        s=S, z=Z, other=np.int8(0), zero=np.float32(0), nan=np.float32("nan"), tiny=np.float32(1e-40), double=np.float64(1),
        two=np.ones(2, np.float32), zz=np.zeros(2, np.uint8), three=np.ones(3, np.float32), zzz=np.zeros(3, np.uint8),
        grid=np.ones((2, 3), np.float32),
    )  # fmt: skip
    with pytest.raises(lpt.LptError, match=message) as caught:
        lpt.load(proto)
    assert isinstance(caught.value, lpt.LoadError | lpt.UnsupportedError)
    assert str(caught.value).startswith("node '") and "\n" not in str(caught.value)


def test_weights_are_held_once(model: Build) -> None:
    """One array, read under two scales."""
    graph = """(float[1,3,5,5] x) => (float[1,4,3,3] y) {
        a = DequantizeLinear<axis=0>(w, s) b = DequantizeLinear<axis=0>(w, t) c = DequantizeLinear<axis=0>(w, s)
        d = Conv(x, a) e = Conv(x, b) f = Conv(x, c) g = Add(d, e) y = Add(f, g) }"""
    loaded = lpt.load(model(graph, w=WEIGHTS, s=SCALES, t=SCALES * 2))
    constants = [op for op in loaded.function.body.block.ops if isinstance(op, ConstantOp)]
    assert len(constants) == 2 and constants[0].value is constants[1].value
    assert not constants[0].array.flags.writeable
