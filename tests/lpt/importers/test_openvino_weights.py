"""Compressed weights of an OpenVINO IR: they stay integers, with the floats that OpenVINO computes; types, offsets, names."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset1, opset13
from xdsl.dialects.builtin import IntegerAttr

import lpt
from lpt.cli.main import main
from lpt.cli.opt import main as opt
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.importers.openvino.table import supported
from lpt.model import Model

F32 = np.float32
TYPES = {"u8": (0, 255), "i8": (-128, 127), "u4": (0, 15), "i4": (-8, 7)}


def draw(kind: str, shape: Sequence[int], seed: int = 1) -> Any:
    low, high = TYPES[kind]
    return np.random.default_rng(seed).integers(low, high, shape, endpoint=True)


def integers(kind: str, values: Any) -> Any:
    return ov.op.Constant(getattr(ov.Type, kind), ov.Shape(list(values.shape)), [int(v) for v in values.ravel()])


def constant(values: object, dtype: Any) -> Any:
    return opset1.constant(np.array(values, dtype))


def decompress(kind: str, shape: Sequence[int], scale: Any, zero: Any = None, wide: str = "f32", after: Any = None) -> Any:
    """Const → Convert → [Subtract] → Multiply → [Reshape] → [Convert], as nncf writes it."""
    x = opset1.convert(integers(kind, draw(kind, shape)), wide)
    if zero is not None:
        whole = isinstance(zero, np.ndarray)
        x = opset1.subtract(x, opset1.convert(integers(kind, zero), wide) if whole else constant(zero, F32))
    x = opset1.multiply(x, constant(scale, F32 if wide == "f32" else np.float16))
    if after is not None:
        x = opset1.reshape(x, constant(after, np.int64), False)
    return x if wide == "f32" else opset1.convert(x, "f32")


def floats(kind: str, shape: Sequence[int], scale: Any, zero: Any = None, wide: str = "f32", after: Any = None) -> Any:
    """What they stand for: (q − zero) · scale, with the scale as it is stored."""
    scale = np.asarray(scale, F32 if wide == "f32" else np.float16).astype(np.float64)
    return ((draw(kind, shape) - (0 if zero is None else zero)) * scale).reshape(after or shape)


def save(folder: Path, output: Any, *parameters: Any) -> Path:
    path = folder / "model.xml"
    ov.save_model(ov.Model([output], list(parameters), "m"), path, compress_to_fp16=False)
    return path


def run_openvino(path: Path, *inputs: Any) -> Any:
    return ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(list(inputs))[0]


def constants(model: Model) -> dict[tuple[int, ...], ConstantOp]:
    """By shape."""
    return {tensor_shape(op.result): op for op in model.function.walk() if isinstance(op, ConstantOp)}


SCALES = np.linspace(0.01, 0.05, 8)
WEIGHTS = {
    "u8 per tensor": ("u8", (8, 6), 0.02, 128.0, "f32", None),
    "u8 zero point converted": ("u8", (8, 6), SCALES.reshape(8, 1), draw("u8", (8, 1), 5), "f32", None),
    "i8 symmetric": ("i8", (8, 6), SCALES.reshape(8, 1), None, "f32", None),
    "i8 in f16": ("i8", (8, 6), SCALES.reshape(8, 1), None, "f16", None),
    "u4 in f16": ("u4", (8, 6), SCALES.reshape(8, 1), draw("u4", (8, 1), 5), "f16", None),
    "u4 odd count": ("u4", (3, 5), 0.125, 8.0, "f32", None),
    "i4": ("i4", (8, 6), SCALES.reshape(8, 1), None, "f32", None),
    "i4 negative scales": ("i4", (8, 6), SCALES.reshape(8, 1) * (-1.0) ** np.arange(8).reshape(8, 1), None, "f32", None),
    "u4 in groups": (
        *("u4", (8, 3, 2), np.linspace(0.01, 0.5, 24).reshape(8, 3, 1)),
        *(draw("u4", (8, 3, 1), 5), "f16", (8, 6)),
    ),
    "i4 in groups, negative": ("i4", (8, 3, 2), np.linspace(-0.5, 0.6, 24).reshape(8, 3, 1), None, "f32", (8, 6)),
    "u8 in groups, one zero point": ("u8", (8, 2, 3), np.linspace(0.01, 0.05, 16).reshape(8, 2, 1), 100.0, "f32", (8, 6)),
}  # fmt: skip


@pytest.mark.parametrize("transposed", [True, False])
@pytest.mark.parametrize("name", WEIGHTS)
def test_compressed_weights_stay_integers(name: str, transposed: bool, tmp_path: Path) -> None:
    kind, shape, scale, zero, wide, after = WEIGHTS[name]
    x = np.random.default_rng(2).normal(size=(2, (after or shape)[1 if transposed else 0])).astype(F32)
    parameter = opset1.parameter(list(x.shape), F32, name="x")
    path = save(tmp_path, opset1.matmul(parameter, decompress(kind, shape, scale, zero, wide, after), False, transposed), parameter)
    model = lpt.load(path)
    (op,) = (op for op in model.function.walk() if isinstance(op, ConstantOp))
    params = params_of(op.result)
    assert params is not None
    assert params.storage.short == kind
    (actual,) = lpt.interpret(model, {"x": x}).values()
    weights = floats(kind, shape, scale, zero, wide, after)
    np.testing.assert_allclose(actual, x @ (weights.T if transposed else weights), rtol=1e-5, atol=1e-4)
    if transposed and wide == "f32":  # OpenVINO mixes up the scales of weights that are not transposed
        np.testing.assert_allclose(actual, run_openvino(path, x), rtol=1e-5, atol=1e-4)


def test_fractional_zero_points_stay_floats(tmp_path: Path) -> None:
    """Their subtraction stays in the model; the integers stay integers."""
    x = np.random.default_rng(2).normal(size=(2, 6)).astype(F32)
    parameter = opset1.parameter([2, 6], F32, name="x")
    weights = decompress("u8", (8, 6), SCALES.reshape(8, 1), 127.5)
    path = save(tmp_path, opset1.matmul(parameter, weights, False, True), parameter)
    model = lpt.load(path)
    names = [op.name for op in model.function.body.block.ops]
    assert names.count("nn.sub") == names.count("nn.mul") == names.count("quant.dcast") == 1
    assert constants(model)[8, 6].array.dtype == np.uint8
    (actual,) = lpt.interpret(model, {"x": x}).values()
    np.testing.assert_allclose(actual, run_openvino(path, x), rtol=1e-5, atol=1e-4)


def test_grouped_convolution_joins_scales(tmp_path: Path) -> None:
    """[G, M / G, …] scales become one per output channel."""
    x = np.random.default_rng(2).normal(size=(1, 4, 5, 5)).astype(F32)
    parameter = opset1.parameter([1, 4, 5, 5], F32, name="x")
    weights = decompress("i8", (2, 3, 2, 3, 3), np.linspace(0.01, 0.06, 6).reshape(2, 3, 1, 1, 1))
    path = save(tmp_path, opset1.group_convolution(parameter, weights, [1, 1], [1, 1], [1, 1], [1, 1]), parameter)
    model = lpt.load(path)
    params = params_of(constants(model)[6, 2, 3, 3].result)
    assert params is not None
    assert params.axis == 0
    np.testing.assert_array_equal(params.scales, np.linspace(0.01, 0.06, 6).astype(F32).astype(np.float64))
    (actual,) = lpt.interpret(model, {"x": x}).values()
    np.testing.assert_allclose(actual, run_openvino(path, x), rtol=1e-5, atol=1e-4)


def test_grouped_convolution_joins_ranges(tmp_path: Path) -> None:
    """FakeQuantize of weights stays next to its constant, with ranges per output channel."""
    parameter = opset1.parameter([1, 4, 5, 5], F32, name="x")
    high = constant(np.arange(1, 7).reshape(2, 3, 1, 1, 1), F32)
    weights = opset1.fake_quantize(constant(np.ones((2, 3, 2, 3, 3)), F32), constant(0, F32), high, constant(0, F32), high, 255)
    path = save(tmp_path, opset1.group_convolution(parameter, weights, [1, 1], [1, 1], [1, 1], [1, 1]), parameter)
    (op,) = (op for op in lpt.load(path).function.walk() if isinstance(op, FakeQuantizeOp))
    assert tensor_shape(op.result) == (6, 2, 3, 3)
    assert [tensor_shape(value) for value in op.operands[1:]] == [(), (6, 1, 1, 1), (), (6, 1, 1, 1)]
    assert op.levels == IntegerAttr(255, 64)


@pytest.mark.parametrize("kind", ["u4", "i8"])
def test_saved_models_keep_weights_compressed(kind: str, tmp_path: Path) -> None:
    """In memory and in the .npz: a byte for each 8-bit weight, half of one for each of 4 bits."""
    parameter = opset1.parameter([2, 512], F32, name="x")
    path = save(tmp_path, opset1.matmul(parameter, decompress(kind, (512, 512), 0.02), False, True), parameter)
    model = lpt.load(path)
    lpt.save(model, tmp_path / "saved.mlir")
    bits = 512 * 512 * (4 if kind == "u4" else 8)
    assert bits // 8 < (tmp_path / "saved.npz").stat().st_size < bits // 8 + 4096
    x = {"x": np.random.default_rng(2).normal(size=(2, 512)).astype(F32)}
    again = lpt.load(tmp_path / "saved.mlir")
    assert str(again) == str(model)
    first, second = (next(iter(lpt.interpret(each, x).values())) for each in (model, again))
    np.testing.assert_array_equal(first, second)


def test_constants_that_share_an_offset_are_one(tmp_path: Path) -> None:
    x = opset1.parameter([4], F32, name="x")
    twice = opset1.add(opset1.add(x, constant([1, 2, 3, 4], F32)), constant([1, 2, 3, 4], F32))
    model = lpt.load(save(tmp_path, twice, x))
    assert sum(isinstance(op, ConstantOp) for op in model.function.walk()) == 1


@pytest.mark.parametrize("kind", ["f32", "f16", "bf16", "f64"])
def test_floats_become_f32_at_any_offset(kind: str, tmp_path: Path) -> None:
    """At offsets that no type is aligned to; halves exactly."""
    values = np.array([1.0, -0.375, 65504.0, 6.1035e-05])
    x = opset1.parameter([4], F32, name="x")
    value = ov.op.Constant(getattr(ov.Type, kind), ov.Shape([4]), values.tolist())
    path = save(tmp_path, opset1.add(x, value if kind == "f32" else opset1.convert(value, "f32")), x)
    text, data = path.read_text(), path.with_suffix(".bin").read_bytes()
    assert text.count('offset="0"') == 1
    path.write_text(text.replace('offset="0"', 'offset="3"'))
    path.with_suffix(".bin").write_bytes(b"abc" + data)
    (actual,) = lpt.interpret(lpt.load(path), {"x": np.zeros(4, F32)}).values()
    expected = value.data.astype(F32) if kind != "bf16" else np.array([1.0, -0.375, 65536.0, 6.1035e-05], F32)
    np.testing.assert_allclose(actual, expected, rtol=0 if kind != "bf16" else 2e-3)


def test_names_are_openvinos(tmp_path: Path) -> None:
    """Tensor names of ports; of an output without one, the name that OpenVINO shows; layers become lpt.node."""
    x, y = (opset1.parameter([2, 4], F32, name=f"layer_{name}") for name in "xy")
    x.output(0).set_names({"images", "zzz"})
    added = opset1.add(x, y, name="the sum")
    first, second = opset1.relu(added, name="r"), opset1.sigmoid(added, name="s")
    first.output(0).set_names({"a,b", "c"})
    path = tmp_path / "model.xml"
    ov.save_model(ov.Model([opset1.result(first, name="one"), opset1.result(second, name="two")], [x, y], "m"), path)
    model, theirs = lpt.load(path), ov.Core().read_model(path)
    assert list(model.inputs) == [port.any_name for port in theirs.inputs]
    assert list(model.outputs) == [port.any_name for port in theirs.outputs]
    assert model.outputs.keys() == {"a,b", "two"}
    assert 'lpt.node = "the sum"' in str(model)


def test_a_dynamic_batch_is_symbolic(tmp_path: Path) -> None:
    """`?`, and a range of extents."""
    x = opset1.parameter(ov.PartialShape([ov.Dimension(-1), 3, ov.Dimension(1, 8), 8]), F32, name="x")
    pooled = opset1.reduce_mean(x, constant([2, 3], np.int64), False)
    batch = opset13.gather(opset13.shape_of(x), constant([0], np.int64), constant(0, np.int64))
    shape = opset1.concat([batch, constant([3, 1], np.int64)], 0)
    path = save(tmp_path, opset1.reshape(pooled, shape, True), x)
    model = lpt.load(path)
    assert tensor_shape(model.inputs["x"]) == (-1, 3, -1, 8)
    given = np.random.default_rng(2).normal(size=(5, 3, 2, 8)).astype(F32)
    (actual,) = lpt.interpret(model.specialize({"x": given.shape}), {"x": given}).values()
    np.testing.assert_allclose(actual, run_openvino(path, given), atol=1e-6)


def test_older_files_are_read(tmp_path: Path) -> None:
    """IR 10: no tensor names, an output is called as the layer that computes it, names of later operator sets."""
    x = opset1.parameter([2, 4], F32, name="x")
    first, second = opset1.split(opset1.relu(x), constant(1, np.int64), 2).outputs()
    path = save(tmp_path, opset1.add(first, second), x)
    text = re.sub(r' (names|output_names)="[^"]*"', "", path.read_text()).replace('version="11"', 'version="10"')
    path.write_text(re.sub(r'type="Add" version="opset1"', 'type="Add" version="opset8"', text))
    model = lpt.load(path)
    (layer,) = re.findall(r'name="([^"]*)" type="Add"', text)
    assert (list(model.inputs), list(model.outputs)) == (["x"], [layer])
    values = np.arange(-3, 5).reshape(2, 4).astype(F32)
    np.testing.assert_array_equal(lpt.interpret(model, {"x": values})[layer], values.clip(0)[:, :2] + values.clip(0)[:, 2:])


def test_integers_and_booleans_go_in_and_out(tmp_path: Path) -> None:
    """Images of u8, joined; an i64 result; a constant result."""
    x = opset1.parameter([2, 3], np.uint8, name="x")
    joined = opset1.concat([x, x], 0, name="joined")
    scaled = opset1.multiply(opset1.convert(joined, "f32"), constant(0.5, F32), name="scaled")
    path = tmp_path / "model.xml"
    ov.save_model(ov.Model([joined, scaled, opset1.convert(scaled, "i64", name="whole")], [x], "m"), path)
    values = np.array([[0, 7, 255], [128, 1, 2]], np.uint8)
    twice = np.concatenate([values, values])
    joined, scaled, whole = lpt.interpret(lpt.load(path), {"x": values}).values()
    assert [str(array.dtype) for array in (joined, scaled, whole)] == ["uint8", "float32", "int64"]
    np.testing.assert_array_equal(joined, twice)
    np.testing.assert_array_equal(scaled, twice * F32(0.5))
    np.testing.assert_array_equal(whole, (twice * F32(0.5)).astype(np.int64))


def test_programs_are_cached_by_text_and_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    x = opset1.parameter([2, 6], F32, name="x")
    path = save(tmp_path, opset1.matmul(x, decompress("i8", (8, 6), 0.02), False, True), x)
    given = {"x": np.random.default_rng(2).normal(size=(2, 6)).astype(F32)}
    for change in range(2):
        data = bytearray(path.with_suffix(".bin").read_bytes())
        data[0] ^= change
        path.with_suffix(".bin").write_bytes(data)
        for _ in range(2):
            (actual,) = lpt.compile(path, threads=1).run(given).values()
            np.testing.assert_allclose(actual, run_openvino(path, given["x"]), rtol=1e-5, atol=1e-5)
    assert len(list((tmp_path / "cache" / "lpt" / "programs").iterdir())) == 2


def test_the_command_line_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = opset1.parameter([2, 6], F32, name="x")
    path = save(tmp_path, opset1.relu(x), x)
    assert opt([str(path), "-p", "lpt-normalize"]) == 0
    assert "nn.relu" in capsys.readouterr().out
    assert main(["explain", str(path)]) == 0
    monkey = io.TextIOWrapper(io.BytesIO(path.read_bytes()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", monkey)
        assert opt(["-f", "xml"]) == 2
    assert "an OpenVINO IR is read from a file; give the path of its .xml" in capsys.readouterr().err


def test_the_document_lists_all_operations() -> None:
    """docs/openvino.md names every operation with the operator sets it is read at, and nothing else."""
    text = (Path(__file__).parents[3] / "docs" / "openvino.md").read_text()
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    spellings = {"ReLU", "PReLU", "SoftMax"}  # how files spell Relu, PRelu and Softmax
    expected = {name: ", ".join(f"{first}–{last}" for first, last in ranges) for name, ranges in supported().items()}
    assert listed == {name: ranges for name, ranges in expected.items() if name not in spellings}
