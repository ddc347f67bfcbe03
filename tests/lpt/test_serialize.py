"""Models as text and .npz: the same text again at every level, and no data that were altered."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

import lpt
from lpt.dialects.lpt import ConstantOp
from lpt.serialize import load_mlir, parse

WEIGHTS = np.random.default_rng(0).integers(-127, 128, (40, 3, 3, 3)).astype(np.int8)
SCALES = np.random.default_rng(1).uniform(1e-3, 1e-2, 40).astype(np.float32)


def network(weights: NDArray[np.int8] = WEIGHTS) -> lpt.Model:
    """A convolution with 40 scales and 1,080 weights: both are named by digest in text."""
    proto = onnx.parser.parse_model("""<ir_version: 8, opset_import: ["": 17]> g (float[1,3,8,8] x) => (float[1,40,6,6] y)
        <float s = {0.05}, uint8 z = {3}> {
        q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) wf = DequantizeLinear<axis=0>(w, ws)
        c = Conv(d, wf) h = HardSigmoid<alpha=0.3>(c) o = QuantizeLinear(h, s, z) y = DequantizeLinear(o, s, z) }""")
    proto.graph.initializer.extend([numpy_helper.from_array(weights, "w"), numpy_helper.from_array(SCALES, "ws")])
    return lpt.load(proto)


LOW = """builtin.module { func.func @main(%x: tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>)
        -> tensor<2x4x!quant.uniform<i8:f32, 0.1>> {
    %t = lpt.lookup %x {table = #lpt.blob<"DIGEST", "i8 256 [-128, 127]">}
        : (tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<2x4x!quant.uniform<i8:f32, 0.1>>
    func.return %t : tensor<2x4x!quant.uniform<i8:f32, 0.1>> } }"""

KERNEL = """builtin.module { func.func @main(%x: tensor<2x40xf32>) -> tensor<2x40xf32> {
    %y = kernel.elementwise(%x) {kernel_name = "add_0", layout = #kernel.layout<[40, 1], 0, 80, [0, 0], [0, 0]>, offset = 64 : i64}
        : (tensor<2x40xf32>) -> tensor<2x40xf32> {
    ^bb0(%a: tensor<2x40xf32>):
      %c = lpt.constant {value = #lpt.blob<"DIGEST", "f32 40 [0, 39]">} : tensor<40xf32>
      %s = nn.add %a, %c : (tensor<2x40xf32>, tensor<40xf32>) -> tensor<2x40xf32>
      kernel.yield %s : tensor<2x40xf32>
    }
    func.return %y : tensor<2x40xf32> } }"""


def low_precision() -> lpt.Model:
    table = lpt_blob(np.arange(-128, 128).astype(np.int8))
    return lpt.Model(parse(LOW.replace("DIGEST", table)))


def kernel() -> lpt.Model:
    return lpt.Model(parse(KERNEL.replace("DIGEST", lpt_blob(np.arange(40).astype(np.float32)))))


_held: list[ConstantOp] = []


def lpt_blob(array: NDArray[np.generic]) -> str:
    """The digest of data that the process holds from here on."""
    _held.append(ConstantOp(array))
    return _held[-1].value.data.digest


@pytest.mark.parametrize("level", [network, low_precision, kernel])
def test_saved_and_loaded_and_saved_again(level: object, tmp_path: Path) -> None:
    assert callable(level)
    first = level()
    lpt.save(first, tmp_path / "a.mlir")
    text = str(first)
    del first
    _held.clear()
    gc.collect()
    loaded = lpt.load(tmp_path / "a.mlir")
    assert str(loaded) == text
    lpt.save(loaded, str(tmp_path / "b.mlir"))
    for suffix in ("mlir", "npz"):
        assert (tmp_path / f"a.{suffix}").exists()
    assert (tmp_path / "a.mlir").read_text() == (tmp_path / "b.mlir").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mlir", "a.npz", "b.mlir", "b.npz"]


def test_a_loaded_model_computes_the_same(tmp_path: Path) -> None:
    model = network()
    x = np.random.default_rng(2).normal(size=(1, 3, 8, 8)).astype(np.float32)
    expected = lpt.interpret(model, {"x": x})["y"]
    lpt.save(model, tmp_path / "a.mlir")
    np.testing.assert_array_equal(lpt.interpret(lpt.load(tmp_path / "a.mlir"), {"x": x})["y"], expected)


def test_small_data_stand_in_the_text(tmp_path: Path) -> None:
    text = "builtin.module { func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> { func.return %x : tensor<2xf32> } }"
    lpt.save(lpt.Model(parse(text)), tmp_path / "a.mlir")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mlir"]


def test_without_its_data_a_model_can_be_read_but_not_run(tmp_path: Path) -> None:
    model = kernel()
    lpt.save(model, tmp_path / "a.mlir")
    text = str(model)
    (tmp_path / "a.npz").unlink()
    del model
    _held.clear()
    gc.collect()
    loaded = lpt.load(tmp_path / "a.mlir")
    assert list(loaded.inputs) == ["x"] and "lpt.constant" in str(loaded) and len(str(loaded)) < len(text)
    with pytest.raises(lpt.LptError, match=r"the data of constant [0-9a-f]{20} are not loaded; load the .mlir beside the .npz"):
        lpt.interpret(loaded, {"x": np.zeros((2, 40), np.float32)})


def test_altered_data_are_refused(tmp_path: Path) -> None:
    lpt.save(network(), tmp_path / "a.mlir")
    path = tmp_path / "a.npz"
    arrays = dict(np.load(path))
    digest = next(name for name, array in arrays.items() if array.dtype == np.int8)
    arrays[digest] = arrays[digest] ^ 1
    np.savez(path, **arrays)
    with pytest.raises(lpt.LoadError, match=f"a.npz: the data of {digest} were altered"):
        lpt.load(tmp_path / "a.mlir")


@pytest.mark.parametrize("low", [-8, 0])
def test_four_bits_are_half_a_byte(low: int, tmp_path: Path) -> None:
    """Also of an odd number; they come back as they were, and altered or renamed ones do not."""
    values = np.random.default_rng(0).integers(low, low + 16, (3, 5, 7)).astype(np.int8 if low else np.uint8)
    kind = f"tensor<3x5x7x{'i8' if low else 'ui8'}>"
    constant = ConstantOp(values)
    path = tmp_path / "a.mlir"
    blob = f'#lpt.blob<"{constant.value.data.digest}", "">'
    text = f"func.func @main() -> {kind} {{ %0 = lpt.constant {{value = {blob}}} : {kind} func.return %0 : {kind} }}"
    lpt.save(lpt.Model(parse(text)), path)
    ((name, stored),) = np.load(tmp_path / "a.npz").items()
    assert stored.size == 53
    digest = constant.value.data.digest
    del constant
    gc.collect()
    (again,) = lpt.interpret(lpt.load(path), {}).values()
    np.testing.assert_array_equal(again, values)
    for other, array in ((name, stored ^ 1), (name.replace("3x5x7", "3x5x9"), stored), (f"{digest} x", stored)):
        np.savez(tmp_path / "a.npz", **{other: array})
        with pytest.raises(lpt.LoadError, match="save the model again"):
            lpt.load(path)


def test_damaged_npz_files(tmp_path: Path) -> None:
    lpt.save(network(), tmp_path / "a.mlir")
    path = tmp_path / "a.npz"
    whole = path.read_bytes()
    pickled = np.array([{}], dtype=object)
    for damage in (whole[:-30], whole[: len(whole) // 2], b"", b"text", pickled):
        if isinstance(damage, bytes):
            path.write_bytes(damage)
        else:
            np.savez(path, object=damage)
        with pytest.raises(lpt.LoadError, match=r"not a whole .npz file; save the model again"):
            lpt.load(tmp_path / "a.mlir")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("builtin.module {\n  nn.frob", "a.mlir:2: .*nn.frob.*"),
        ("builtin.module {", "a.mlir:1"),
        ("%c = lpt.constant {value = #lpt.blob<dense<3> : tensor<1xi99>>} : tensor<1xi99>", "i99"),
        ("%c = lpt.constant {value = #lpt.blob<dense<3000> : tensor<1xi8>>} : tensor<1xi8>", "3000 is out of range"),
        ('// "\nbuiltin.module attributes {a = "' + "x" * 60 + "}", "a.mlir:2: a string does not end"),
        ('builtin.module attributes {a = "' + "x" * 60 + '\\q"} {}', "a.mlir:1: .*unknown escape"),
        ('builtin.module {\n %c = lpt.constant {value = #lpt.blob<dense<1> : tensor<2xi8>>} : tensor<3xi8> }', "does not fit"),
        ("\xff", "."),
    ],
)  # fmt: skip
def test_text_that_is_not_a_module(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.mlir").write_bytes(text.encode("latin-1"))
    with pytest.raises(lpt.LoadError, match=message) as caught:
        load_mlir(tmp_path / "a.mlir")
    assert "\n" not in str(caught.value)


def test_scales_that_are_not_there(tmp_path: Path) -> None:
    text = """builtin.module { func.func @main(%x: tensor<40xi8>)
        -> tensor<40x!quant.uniform<i8:f32:0, {"00000000000000000000", 40, 1.0, 2.0}>> {
        %q = quant.scast %x : tensor<40xi8> to tensor<40x!quant.uniform<i8:f32:0, {"00000000000000000000", 40, 1.0, 2.0}>>
        func.return %q : tensor<40x!quant.uniform<i8:f32:0, {"00000000000000000000", 40, 1.0, 2.0}>> } }"""
    (tmp_path / "a.mlir").write_text(text)
    with pytest.raises(lpt.LoadError, match=r"a.mlir: the scales 0{20} are not loaded"):
        lpt.load(tmp_path / "a.mlir")


def test_a_failed_save_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lpt.save(network(), tmp_path / "a.mlir")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def fail(*args: object, **arrays: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        lpt.save(network(WEIGHTS[::-1].copy()), tmp_path / "a.mlir")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_other_suffixes_and_folders(tmp_path: Path) -> None:
    with pytest.raises(lpt.LptError, match=r"models are saved as .mlir"):
        lpt.save(network(), tmp_path / "a.onnx")
    with pytest.raises(OSError):
        lpt.save(network(), tmp_path / "absent" / "a.mlir")
    with pytest.raises(lpt.LoadError, match="No such file"):
        lpt.load(tmp_path / "absent.mlir")


def test_files_get_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    lpt.save(network(), tmp_path / "a.mlir")
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o666 & ~mask}


def test_operations_in_another_order_than_they_are_computed_in() -> None:
    text = """builtin.module { func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
        %z = nn.relu %y : (tensor<2xf32>) -> tensor<2xf32>
        %y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
        func.return %z : tensor<2xf32> } }"""
    with pytest.raises(lpt.LoadError, match=r"text: nn\.relu stands before the operation whose result it takes"):
        parse(text)


def test_a_few_characters_do_not_ask_for_gigabytes() -> None:
    text = "builtin.module { %c = lpt.constant {value = #lpt.blob<dense<0.5> : tensor<9999x9999xf32>>} : tensor<9999x9999xf32> }"
    with pytest.raises(lpt.LoadError, match=r"text:1: a constant of shape \(9999, 9999\) in the text"):
        parse(text)
