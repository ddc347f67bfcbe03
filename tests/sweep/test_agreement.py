"""The sweep's own instruments, on networks of two layers: what they accept, and that they see a wrong step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from xdsl.ir import SSAValue

sys.path.insert(0, str(Path(__file__).parent))

import agreement
import products
from reals import RealValues

import lpt
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.nn import AddOp
from lpt.testing import body, parse

RNG = np.random.default_rng(3)
X = {"x": RNG.standard_normal((4, 32)).astype(np.float32)}
W = RNG.standard_normal((2, 32, 32))
SCALES = {"x_scale": 0.03, "h_scale": 0.08, "w_scale": 0.02}


def save(folder: Path, nodes: list[onnx.NodeProto], constants: dict[str, Any]) -> Path:
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4, 32])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4, 32])]
    initializers = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    path = folder / "network.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def quantized(name: str, of: str) -> list[onnx.NodeProto]:
    parameters = [f"{name}_scale", f"{name}_zp"]
    return [
        helper.make_node("QuantizeLinear", [of, *parameters], [f"{name}_q"], name=f"{name}_quantize"),
        helper.make_node("DequantizeLinear", [f"{name}_q", *parameters], [f"{name}_dq"]),
    ]


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """x → MatMul → Softplus, which stays a float island → MatMul; a third product's second factor is no quantized one."""
    codes = np.clip(np.rint(W / 0.02), -127, 127).astype(np.int8)
    constants: dict[str, Any] = {name: np.float32(scale) for name, scale in SCALES.items()}
    constants |= {"x_zp": np.uint8(128), "h_zp": np.uint8(3), "w_zp": np.int8(0), "w0": codes[0], "w1": codes[1]}
    nodes = [
        *(helper.make_node("DequantizeLinear", [f"w{i}", "w_scale", "w_zp"], [f"w{i}_dq"]) for i in (0, 1)),
        *quantized("x", "x"),
        helper.make_node("MatMul", ["x_dq", "w0_dq"], ["a"], name="first"),
        helper.make_node("Softplus", ["a"], ["h"]),
        *quantized("h", "h"),
        helper.make_node("Transpose", ["w1_dq"], ["w1_t"], perm=[1, 0]),
        helper.make_node("MatMul", ["h_dq", "w1_t"], ["b"], name="second"),
        helper.make_node("MatMul", ["b", "w2"], ["y"], name="third"),
    ]
    return save(tmp_path, nodes, constants | {"w2": W[0].astype(np.float32)})


@pytest.fixture
def dynamic(tmp_path: Path) -> Path:
    """x → DynamicQuantizeLinear → MatMulInteger → floats, twice."""
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, Any] = {"w_scale": np.float32(0.02)}
    for i, (of, to) in enumerate((("x", "h"), ("h", "y"))):
        constants[f"w{i}"] = np.clip(np.rint(W[i] / 0.02), -127, 127).astype(np.int8)
        nodes += [
            helper.make_node("DynamicQuantizeLinear", [of], [f"q{i}", f"s{i}", f"z{i}"], name=f"quantize{i}"),
            helper.make_node("MatMulInteger", [f"q{i}", f"w{i}", f"z{i}"], [f"i{i}"], name=f"product{i}"),
            helper.make_node("Cast", [f"i{i}"], [f"f{i}"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"s{i}", "w_scale"], [f"m{i}"]),
            helper.make_node("Mul", [f"f{i}", f"m{i}"], [f"p{i}"]),
            helper.make_node("Tanh" if i == 0 else "Identity", [f"p{i}"], [to]),
        ]
    return save(tmp_path, nodes, constants)


def test_products_of_a_file(static: Path) -> None:
    assert products.products(static) == ({"first", "second"}, {"third"})


def test_integer_operators_are_quantized_products(dynamic: Path) -> None:
    assert products.products(dynamic) == ({"product0", "product1"}, set())


def test_products_of_an_ir(tmp_path: Path) -> None:
    """Weights as converted codes, and activations behind FakeQuantize and a pool; a factor of the second product is an input."""
    layers = [("p", "Parameter"), ("f", "FakeQuantize"), ("m", "MaxPool"), ("c", "Const"), ("v", "Convert"), ("s", "Multiply")]
    layers += [("first", "Convolution"), ("second", "MatMul")]
    edges = [("p", "f"), ("f", "m"), ("c", "v"), ("v", "s"), ("m", "first"), ("s", "first"), ("first", "second"), ("p", "second")]
    text = "".join(f'<layer id="{n}" name="{n}" type="{kind}"><data element_type="i8"/></layer>' for n, kind in layers)
    ports = {(a, b): [e[0] for e in edges if e[1] == b].index(a) for a, b in edges}
    text += "".join(f'<edge from-layer="{a}" from-port="9" to-layer="{b}" to-port="{i}"/>' for (a, b), i in ports.items())
    (tmp_path / "n.xml").write_text(f"<net>{text}</net>")
    assert products.products(tmp_path / "n.xml") == ({"first"}, {"second"})


def test_codes_that_were_rounded_before_a_pool_are_followed() -> None:
    x = np.array([[[[0.125, 0.26], [0.374, -1.0]]]], np.float32)
    window = "kernel_shape = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>"
    codes = "!quant.uniform<u8:f32, 2.5e-1:7>>"
    wide, one = f"tensor<1x1x2x2x{codes}", f"tensor<1x1x1x1x{codes}"
    text = f"""
    %q = quant.qcast %x : tensor<1x1x2x2xf32> to {wide}
    %p = nn.max_pool %q {{{window}, dilations = array<i64: 1, 1>, ceil_mode = 0}} : ({wide}) -> {one}"""
    function = main_function(parse(body(["%x: tensor<1x1x2x2xf32>"], text, f"%p : {one}")))
    (argument,) = function.body.block.args
    cast, pooled = (op.results[0] for op in list(function.body.block.ops)[:2])
    values: dict[SSAValue, Array] = {argument: x, pooled: np.array([[[[8]]]], np.uint8)}
    values[cast] = np.array([[[[7, 8], [8, 3]]]], np.uint8)
    for given, expected in (({argument}, 0.374), ({argument, cast}, 0.25)):
        real, _ = RealValues(values, given).before_rounding(pooled)
        np.testing.assert_allclose(real, np.full((1, 1, 1, 1), expected), rtol=1e-6)


def test_a_float_island_agrees(static: Path) -> None:
    rows = agreement.groups(static, X)
    assert {"x_quantize", "h_quantize", "result 0"} <= {row.node for row in rows}
    assert [row for row in rows if row.bad] == []


def test_dynamic_quantization_agrees(dynamic: Path) -> None:
    rows = agreement.groups(dynamic, X)
    assert {"lpt.dynamic_parameters", "lpt.dynamic_quantize"} <= {row.operation for row in rows}
    assert [row for row in rows if row.bad] == []


@pytest.mark.parametrize("what", ["codes", "floats", "results"])
def test_a_wrong_step_is_seen(static: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """One code a step off, one float or result off by 2⁻¹² of the greatest."""
    right = agreement.of_onnxruntime(static, X)
    if what == "codes":
        right.codes["h_quantize"][1, 2] += 1
    else:
        array = right.floats["h_quantize"] if what == "floats" else right.results[0]
        array[1, 2] += 2.0**-12 * np.abs(array).max()
    monkeypatch.setattr(agreement, "of_onnxruntime", lambda path, inputs: right)
    assert sum(row.bad for row in agreement.groups(static, X)) >= 1


@pytest.mark.parametrize("what", ["codes", "parameters"])
def test_a_wrong_dynamic_step_is_seen(dynamic: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    right = agreement.of_onnxruntime(dynamic, X)
    if what == "codes":
        right.codes["quantize1"][1, 2] += 1
    else:
        right.parameters["quantize1"][1] += 1
    monkeypatch.setattr(agreement, "of_onnxruntime", lambda path, inputs: right)
    assert sum(row.bad for row in agreement.groups(dynamic, X)) >= 1


def test_terms_that_a_pass_makes_cancel_count(tmp_path: Path) -> None:
    """x + 1000.3 − 1000.2: ONNX Runtime rounds at 1000, the merged constant does not."""
    constants: dict[str, Any] = {name: np.float32(scale) for name, scale in SCALES.items()}
    constants |= {"x_zp": np.uint8(128), "h_zp": np.uint8(3), "c": np.float32(1000.3), "d": np.float32(-1000.2)}
    nodes = [
        *quantized("x", "x"),
        helper.make_node("Add", ["x_dq", "c"], ["t"]),
        helper.make_node("Add", ["t", "d"], ["a"]),
        helper.make_node("Softplus", ["a"], ["h"]),
        *quantized("h", "h"),
        helper.make_node("Identity", ["h_dq"], ["y"]),
    ]
    path = save(tmp_path, nodes, constants)
    assert [row for row in agreement.groups(path, X) if row.bad] == []
    after = lpt.transform(lpt.load(path))
    plain = [op for op in after.module.walk() if isinstance(op, AddOp)]
    assert len(plain) <= 1
