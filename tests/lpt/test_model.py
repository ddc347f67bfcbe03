"""`lpt.load` by kind of source, names and types of a model, specialization to shapes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

import lpt
from lpt.dialects.shapes import tensor_shape
from lpt.serialize import parse

SYMBOLIC = """<ir_version: 8, opset_import: ["": 17]> g (float[N,3,H,8] x, float[N,3] b) => (float[N,6] y, float[N,3,H,8] r)
    <float s = {0.5}, uint8 z = {3}, int64[2] shape = {0, -1}> {
    q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) r = Relu(d) g = GlobalAveragePool(r) f = Reshape(g, shape)
    y = Concat<axis=1>(f, b) }"""


def test_loading_needs_no_compiler() -> None:
    program = "import sys, lpt; lpt.load; lpt.save; print(sorted({'llvmlite', 'onnx', 'onnxruntime'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(lpt.__file__).parents[1]
    )
    assert result.stdout.strip() == "[]"


@pytest.fixture
def proto() -> onnx.ModelProto:
    return onnx.parser.parse_model(SYMBOLIC)


def test_all_sources_give_one_module(proto: onnx.ModelProto, tmp_path: Path) -> None:
    path = tmp_path / "m.ONNX"
    path.write_bytes(proto.SerializeToString())
    texts = {str(lpt.load(source)) for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), proto)}
    assert len(texts) == 1


def test_a_model_says_what_it_is(proto: onnx.ModelProto, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(proto.SerializeToString())
    model = lpt.load(path)
    assert repr(model) == "<Model of net.onnx, 6 operations>"  # one for each node


def test_other_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(lpt.LoadError, match=r"cannot load a int; give a path, bytes or an onnx.ModelProto"):
        lpt.load(3)  # type: ignore[arg-type]
    with pytest.raises(lpt.LoadError, match="No such file or directory"):
        lpt.load(tmp_path / "model.xml")
    with pytest.raises(lpt.LoadError, match=r"not a model file; give an .onnx, .xml or .mlir file"):
        lpt.load("model.tflite")


def test_names_and_types(proto: onnx.ModelProto) -> None:
    loaded = lpt.load(proto)
    assert {name: str(type_) for name, type_ in loaded.inputs.items()} == {"x": "tensor<?x3x?x8xf32>", "b": "tensor<?x3xf32>"}
    assert {name: str(type_) for name, type_ in loaded.outputs.items()} == {"y": "tensor<?x6xf32>", "r": "tensor<?x3x?x8xf32>"}
    assert not loaded.is_static
    assert str(loaded) == str(loaded.module)


def test_a_module_without_names_has_some() -> None:
    text = "builtin.module { func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> { func.return %x : tensor<2xf32> } }"
    loaded = lpt.Model(parse(text))
    assert list(loaded.inputs) == ["x"] and list(loaded.outputs) == ["output0"]


def test_names_must_fit(proto: onnx.ModelProto) -> None:
    text = str(lpt.load(proto)).replace('lpt.inputs = ["x", "b"]', 'lpt.inputs = ["x", "x"]')
    with pytest.raises(lpt.LptError, match="2 values need names that differ, got x, x"):
        _ = lpt.Model(parse(text)).inputs


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ('lpt.inputs = ["a", "b"]', "@main: lpt.inputs names a, b, where there are 1 values; name each once"),
        ('lpt.outputs = ["a", "b"]', "@main: lpt.outputs names a, b, where there are 1 values; name each once"),
        ('lpt.outputs = ["y"], lpt.rows = ["y"]', "@main: lpt.rows has 'y'; give OUTPUT:DIMENSION"),
    ],
)
def test_attributes_of_the_interface_that_are_wrong_are_told(attributes: str, message: str) -> None:
    head = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32>"
    module = parse(f"builtin.module {{ {head} attributes {{{attributes}}} {{ func.return %x : tensor<2xf32> }} }}")
    with pytest.raises(lpt.LptError, match=re.escape(message)):
        lpt.compile(lpt.Model(module))


def test_specialize(proto: onnx.ModelProto) -> None:
    loaded = lpt.load(proto)
    before = str(loaded)
    fixed = loaded.specialize({"x": (2, 3, 4, 8), "b": (2, 3)})
    assert fixed.is_static and str(loaded) == before
    assert [tensor_shape(type_) for type_ in fixed.outputs.values()] == [(2, 6), (2, 3, 4, 8)]
    assert "?" not in str(fixed)
    rng = np.random.default_rng(0)
    feeds = {"x": rng.normal(size=(2, 3, 4, 8)).astype(np.float32), "b": rng.normal(size=(2, 3)).astype(np.float32)}
    expected, got = lpt.interpret(loaded, feeds), lpt.interpret(fixed, feeds)
    for name, value in expected.items():
        np.testing.assert_array_equal(got[name], value)


def test_specialize_some_inputs(proto: onnx.ModelProto) -> None:
    part = lpt.load(proto).specialize({"x": (2, 3, 4, 8)})
    assert not part.is_static
    assert tensor_shape(part.outputs["r"]) == (2, 3, 4, 8)


def test_specialize_at_the_low_precision_level() -> None:
    text = """builtin.module { func.func @main(%x: tensor<?x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<?x2xf32> {
        %w = lpt.constant {value = #lpt.blob<dense<[[1, 2], [3, 4], [5, 6], [7, 8]]> : tensor<4x2xi8>>}
            : tensor<4x2x!quant.uniform<i8:f32, 0.25>>
        %m = nn.matmul %x, %w : (tensor<?x4x!quant.uniform<u8:f32, 0.5:3>>, tensor<4x2x!quant.uniform<i8:f32, 0.25>>)
            -> tensor<?x2x!quant.uniform<i32:f32, 0.125>>
        %y = quant.dcast %m : tensor<?x2x!quant.uniform<i32:f32, 0.125>> to tensor<?x2xf32>
        func.return %y : tensor<?x2xf32> } }"""
    fixed = lpt.Model(parse(text)).specialize({"x": (3, 4)})
    assert "?" not in str(fixed)
    assert tensor_shape(fixed.outputs["output0"]) == (3, 2)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"z": (1,)}, "the model has no input 'z'; it has x, b"),
        ({"x": (2, 4, 4, 8)}, "input 'x': shape .2, 4, 4, 8. does not fit .-1, 3, -1, 8."),
        ({"x": (2, 3, 4)}, "does not fit"),
        ({"x": (2, 3, -1, 8)}, "does not fit"),
        ({"x": (2, 3, 4, 8), "b": (3, 3)}, "the network does not take these shapes: .*concat"),
    ],
)
def test_shapes_that_do_not_fit(shapes: dict[str, tuple[int, ...]], message: str, proto: onnx.ModelProto) -> None:
    loaded = lpt.load(proto)
    with pytest.raises(lpt.RunError, match=message) as caught:
        loaded.specialize(shapes)
    assert "\n" not in str(caught.value)
