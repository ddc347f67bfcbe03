"""Damaged, hostile and foreign models: an error of one line that says what and where, never a crash."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

import lpt
from lpt.importers.onnx.table import supported

Build = Callable[..., onnx.ModelProto]

OPERATORS = {
    "an operator we lack": ("y = Det(x)", "node 'Det_0' .Det, opset 17, domain ai.onnx.: the operator is not handled"),
    "another domain": (
        "y = com.microsoft.NGramRepeatBlock(x, x)",
        "NGramRepeatBlock, opset 1, domain com.microsoft.: the operator is not handled",
    ),
    "only on constants": ("y = NonZero(x)", "is computed at run time; only on constants"),
    "control flow": ("y = If<then_branch = t () => (float a) { a = Identity(x) }>(c)", "If, .*control flow is not handled"),
    "a second output": ("m, y = GlobalMaxPool(x)", "its output 1, 'y', is not handled"),
    "a run-time k": ("m, y = TopK(x, more)", "k is computed at run time"),
    "training": ("y = BatchNormalization<training_mode=1>(x, v, v, v, v)", "training is not handled"),
    "training dropout": ("y = Dropout(x, half, yes)", "training is not handled"),
    "coordinates": ("y = Resize<coordinate_transformation_mode='sideways'>(x, , ones)", "coordinate mode 'sideways'"),
    "a run-time shape": ("y = Expand(x, more)", "the shape is computed at run time"),
    "run-time repeats": ("y = Tile(x, more)", "repeats is computed at run time"),
    "pad mode": ("y = Pad<mode='mirror'>(x, pair)", "pad mode 'mirror' is not handled"),
    "double": ("y = Cast<to=11>(x)", "a cast to DOUBLE is not handled"),
    "double weights": ("y = Mul(x, double)", "float64 tensors are not handled; convert the model to f32"),
    "integers": ("y = Elu(n)", "works on f32, got u8"),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_what_is_not_handled(name: str, model: Build) -> None:
    node, message = OPERATORS[name]
    graph = f"(float[1,2,4] x, uint8[1,2,4] n, float r, bool c, int64[3] more) => (float y) {{ {node} }}"
    constants = {
        "v": np.ones(2, np.float32), "ones": np.array([1, 1, 2], np.float32), "pair": np.array([0, 1]), "half": np.float32(0.5),
        "yes": np.array(True), "double": np.float64(1),
    }  # fmt: skip
    with pytest.raises(lpt.UnsupportedError, match=message) as caught:
        lpt.load(model(graph, **constants))
    assert "\n" not in str(caught.value)


MALFORMED = {
    "no inputs": ("y = ConstantOfShape()", "has no inputs"),
    "an index": ("y = Gather<axis=-1>(x, five)", "an index is outside extent"),
    "one index": ("y = Gather<axis=-1>(x, nine)", "index 9 is outside extent"),
    "float indices": ("y = Gather(x, v)", "indices are of float32"),
    "repeats": ("y = Tile(x, nine)", "repeats .9. do not fit rank"),
    "depth of rows": ("y = DepthToSpace<blocksize=2>(x)", "takes images"),
    "expand": ("y = Expand(x, five)", "do not broadcast"),
    "inner dimensions": ("y = MatMul(x, v)", "inner dimensions differ"),
    "channels": ("y = Conv(x, w)", "the channels do not fit"),
    "kernel": ("y = Conv<kernel_shape=[5]>(x, w)", "kernel_shape .5. differs"),
    "strides": ("y = Conv<strides=[1,1]>(x, w)", "do not fit a tensor of shape"),
    "stride 0": ("y = MaxPool<kernel_shape=[2], strides=[0]>(x)", "must be positive"),
    "no kernel": ("y = MaxPool(x)", "attribute 'kernel_shape' is missing"),
    "auto_pad": ("y = Conv<auto_pad='SOME'>(x, w)", "auto_pad 'SOME' is not known"),
    "broadcast": ("y = Add(x, v)", "do not broadcast"),
    "reshape": ("y = Reshape(x, v64)", "cannot reshape"),
    "axis": ("y = Softmax<axis=3>(x)", "axis 3 is outside"),
    "permutation": ("y = Transpose<perm=[0,0,1]>(x)", "no permutation"),
    "concat": ("y = Concat<axis=0>(x, v)", "other extents differ"),
    "concat types": ("y = Concat<axis=0>(x, v64)", "inputs differ in type: f32, int64"),
    "split": ("y, z = Split<axis=2>(x, v64)", "parts for 2 outputs|split of"),
    "parts": ("y, z = Split<axis=2, num_outputs=900000000>(x)", "num_outputs is not 2"),
    "too few inputs": ("y = Mul(x)", "input 1 is missing"),
    "attribute type": ("y = Flatten<axis=1.0>(x)", "attribute 'axis' has another type"),
    "folding": ("a = Reshape(v64, five) y = Gather(a, five)", "cannot be computed on its constant inputs"),
    "twice": ("y = Relu(x) y = Neg(x)", "defines 'y' a second time"),
    "missing": ("y = Add(x, nowhere)", "reads 'nowhere', which no node, input or initializer defines"),
    "cycle": ("a = Add(x, b) b = Relu(a) y = Relu(b)", "the graph has a cycle through node 'Add_0'"),
    "self": ("y = Add(x, y)", "the graph has a cycle"),
    "no output": ("a = Relu(x)", "output 'y': no node, input or initializer defines it"),
    "declared shape": ("y = Flatten(x)", "is declared tensor<1x2x4xf32>, but the graph gives tensor<1x8xf32>"),
    "declared type": ("y = Shape(x)", "is declared tensor<1x2x4xf32>, but the graph gives tensor<3xi64>"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_valid(name: str, model: Build) -> None:
    node, message = MALFORMED[name]
    proto = model(
        f"(float[1,2,4] x) => (float[1,2,4] y) {{ {node} }}", 18,
        v=np.ones(3, np.float32), v64=np.array([3]), nine=np.array([9]), five=np.array([5, 5]), w=np.ones((2, 3, 1), np.float32),
    )  # fmt: skip
    with pytest.raises(lpt.LoadError, match=message) as caught:
        lpt.load(proto)
    assert "\n" not in str(caught.value)


def relu() -> onnx.ModelProto:
    return onnx.parser.parse_model('<ir_version: 8, opset_import: ["": 17]> g (float[2] x) => (float[2] y) { y = Relu(x) }')


def test_names_with_line_breaks() -> None:
    for field in ("op_type", "domain", "name"):
        proto = relu()
        setattr(proto.graph.node[0], field, "a\nb")
        if field == "name":
            proto.graph.node[0].op_type = "Det"
        with pytest.raises(lpt.UnsupportedError, match="is not handled") as caught:
            lpt.load(proto)
        assert "\n" not in str(caught.value)


def test_names_defined_twice() -> None:
    proto = relu()
    proto.graph.input.append(proto.graph.input[0])
    with pytest.raises(lpt.LoadError, match="input 'x' is defined twice"):
        lpt.load(proto)
    proto = relu()
    proto.graph.output.append(proto.graph.output[0])
    with pytest.raises(lpt.LoadError, match="two outputs have one name"):
        lpt.load(proto)


@pytest.mark.parametrize(("version", "message"), [(6, "operator set 6 is not one of 7 to 28"), (99, "operator set 99")])
def test_operator_sets_that_are_not_known(version: int, message: str) -> None:
    proto = relu()
    proto.opset_import[0].version = version
    with pytest.raises(lpt.UnsupportedError, match=message):
        lpt.load(proto)
    del proto.opset_import[:]
    with pytest.raises(lpt.LoadError, match="imports no operator set"):
        lpt.load(proto)


@pytest.mark.parametrize(
    ("kind", "message"),
    [(TensorProto.DOUBLE, "DOUBLE"), (TensorProto.FLOAT16, "FLOAT16"), (TensorProto.STRING, "STRING"), (77, "77")],
)
def test_input_types_that_are_not_handled(kind: int, message: str) -> None:
    proto = relu()
    proto.graph.input[0].type.tensor_type.elem_type = kind
    with pytest.raises(lpt.UnsupportedError, match=f"input 'x': .*{message}.* not handled; convert the model to f32"):
        lpt.load(proto)


def test_an_input_needs_a_rank() -> None:
    proto = relu()
    proto.graph.input[0].type.tensor_type.ClearField("shape")
    with pytest.raises(lpt.UnsupportedError, match="its rank is not given"):
        lpt.load(proto)


def test_initializers_that_do_not_fit_their_shape() -> None:
    for dims, message in (([3], "do not make a FLOAT tensor of shape .3,."), ([-2], "has a negative extent")):
        proto = relu()
        tensor = helper.make_tensor("w", TensorProto.FLOAT, [2], np.ones(2, np.float32).tobytes(), raw=True)
        tensor.dims[:] = dims
        proto.graph.initializer.append(tensor)
        with pytest.raises(lpt.LoadError, match=f"tensor 'w': .*{message}"):
            lpt.load(proto)


def test_files_that_are_no_models(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with pytest.raises(lpt.LoadError, match="No such file"):
        lpt.load(path)
    for data, message in ((b"", "the file is empty"), (b"<xml/>", "not an ONNX model"), (b"\x08\x08", "it has no graph")):
        path.write_bytes(data)
        with pytest.raises(lpt.LoadError, match=message):
            lpt.load(str(path))
    with pytest.raises(lpt.LoadError, match="not a regular file"):
        lpt.load(folder(tmp_path / "folder.onnx"))
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(lpt.LoadError, match="not a regular file"):
        lpt.load(tmp_path / "pipe.onnx")


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def external(path: Path, location: str, **more: str) -> Path:
    """A model whose weight of two f32 lies at `location`."""
    proto = onnx.parser.parse_model('<ir_version: 8, opset_import: ["": 17]> g (float[2] x) => (float[2] y) { y = Mul(x, w) }')
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **more}.items():
        tensor.external_data.add(key=key, value=value)
    proto.graph.initializer.append(tensor)
    path.write_bytes(proto.SerializeToString())
    return path


def test_external_data_in_the_folder_of_the_model(tmp_path: Path) -> None:
    folder(tmp_path / "sub")
    (tmp_path / "sub" / "w.bin").write_bytes(b"\0" * 8 + np.array([2, 3], np.float32).tobytes())
    loaded = lpt.load(external(tmp_path / "m.onnx", "sub/w.bin", offset="8", length="8"))
    np.testing.assert_array_equal(lpt.interpret(loaded, {"x": np.ones(2, np.float32)})["y"], [2, 3])


def test_external_data_anywhere_else(tmp_path: Path) -> None:
    inner = folder(tmp_path / "model")
    secret = tmp_path / "secret"
    secret.write_bytes(b"\0" * 8)
    (inner / "link").symlink_to(secret)
    os.mkfifo(inner / "pipe")
    (inner / "short").write_bytes(b"\0" * 4)
    refused = {
        "../secret": "lie outside the model's folder",
        str(secret): "lie outside the model's folder",
        "": "lie outside the model's folder",
        "link": "are reached through a link",
        "pipe": "are no regular file",
        "absent": "cannot be read",
        "short": "short has 4 bytes; 8 are needed from 0",
    }
    for location, message in refused.items():
        with pytest.raises(lpt.LoadError, match=message):
            lpt.load(external(inner / "m.onnx", location))
    for more in ({"offset": "-4"}, {"length": "2"}, {"offset": "many"}):
        with pytest.raises(lpt.LoadError, match="tensor 'w'"):
            lpt.load(external(inner / "m.onnx", "short", **more))
    with pytest.raises(lpt.LoadError, match="load the model by its path"):
        lpt.load((inner / "m.onnx").read_bytes())


def quantized() -> bytes:
    proto = onnx.parser.parse_model("""<ir_version: 8, opset_import: ["": 17]> g (float[1,2,4] x) => (float[1,1,2] y)
        <float s = {0.5}, uint8 z = {3}, int8[1,2,3] w = {1,2,3,4,5,6}, int64[3] t = {1,1,2}> {
        q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) f = DequantizeLinear(w, s) c = Conv(d, f) y = Reshape(c, t) }""")
    data: bytes = proto.SerializeToString()
    return data


DATA = quantized()


def test_names_that_are_not_text() -> None:
    with pytest.raises(lpt.LoadError, match="a name in it is not UTF-8"):
        lpt.load(relu().SerializeToString().replace(b"x", b"\xff"))


def load_or_refuse(data: bytes) -> None:
    """Either a module that verifies and prints or an LptError of one line."""
    try:
        loaded = lpt.load(data)
        loaded.module.verify()
        assert str(loaded)
    except lpt.LptError as error:
        assert "\n" not in str(error)


def test_truncation_at_every_byte() -> None:
    lpt.load(DATA)
    for end in range(len(DATA)):
        load_or_refuse(DATA[:end])


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(DATA) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_altered_bytes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(DATA)
    for at, value in changes:
        data[at] = value
    load_or_refuse(bytes(data))


def test_the_table_of_operators() -> None:
    table = supported()
    assert table["", "Resize"] == [(10, 10), (11, 28)] and ("com.microsoft", "QGemm") in table
    assert len(table) >= 60
