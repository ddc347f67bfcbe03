"""Damaged, hostile and foreign OpenVINO IRs: an error of one line that says what and where, never a crash, never a hang."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from openvino import opset1, opset5, opset8, opset11, opset13

import lpt
from lpt.importers.openvino.read import SIZE_LIMIT
from lpt.importers.openvino.table import supported

F32 = np.float32


def constant(values: object, dtype: Any = F32) -> Any:
    return opset1.constant(np.array(values, dtype))


def network() -> Any:
    """Quantized activations, u4 weights, shape arithmetic, two results."""
    x = opset1.parameter([2, 4, 6, 6], F32, name="x")
    weights = ov.op.Constant(ov.Type.u4, ov.Shape([4, 4, 1, 1]), [i % 16 for i in range(16)])
    floats = opset1.multiply(opset1.subtract(opset1.convert(weights, "f32"), constant(8)), constant(0.25))
    quantized = opset1.fake_quantize(x, constant(-1), constant(1), constant(-1), constant(1), 256)
    y = opset1.convolution(quantized, floats, [1, 1], [0, 0], [0, 0], [1, 1], name="conv")
    first, second = opset1.split(y, constant(1, np.int64), 2).outputs()
    flat = opset1.reshape(first, opset1.concat([constant([0, -1], np.int64)], 0), True)
    return ov.Model([opset1.result(flat), opset1.result(opset1.relu(second))], [x], "m")


@pytest.fixture(scope="module")
def files() -> tuple[str, bytes]:
    """The text and the weights of the network, as openvino saves it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.xml")
        ov.serialize(network(), path)
        return path.read_text(), path.with_suffix(".bin").read_bytes()


@pytest.fixture
def write(files: tuple[str, bytes], tmp_path: Path) -> Callable[..., Path]:
    def make(text: str | bytes | None = None, data: bytes | None = None) -> Path:
        path = tmp_path / "m.xml"
        text = files[0] if text is None else text
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.with_suffix(".bin").write_bytes(files[1] if data is None else data)
        return path

    return make


BOMB = '<!DOCTYPE net [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
TEXT: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "an entity bomb": (lambda t: t.replace("<net", f"{BOMB}<net", 1), "it declares a document type"),
    "an external entity": (lambda t: t.replace("<net", f"{EXTERNAL}<net", 1), "it declares a document type"),
    "an external document type": (lambda t: t.replace("<net", '<!DOCTYPE net SYSTEM "http://x/y.dtd"><net', 1), "document type"),
    "an undefined entity": (lambda t: t.replace('name="m"', 'name="&m;"'), "not well-formed XML: undefined entity"),
    "nothing": (lambda _: "", "not well-formed XML: no element found"),
    "half": (lambda t: t[: len(t) // 2], "not well-formed XML"),
    "no XML": (lambda _: b"\x08\x00\x12\x04", "not well-formed XML"),
    "bytes that are not UTF-8": (lambda t: t.encode().replace(b'name="m"', b'name="\xff"'), "not well-formed XML"),
    "an unknown encoding": (lambda t: t.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="x-y"?>'), "encoding"),
    "depth": (lambda t: t.replace("<layers>", "<a>" * 200 + "<layers>"), "nest too deeply"),
    "another root": (lambda _: "<html/>", "its root is <html>"),
    "an old version": (lambda t: t.replace('version="11"', 'version="7"', 1), "IR version '7' is not one of 10, 11"),
    "no layers": (lambda _: '<net name="m" version="11"/>', "the network has no Result"),
    "a layer without a name": (lambda t: t.replace('name="conv" ', ""), "a layer has no name"),
    "an id twice": (lambda t: t.replace('<layer id="1"', '<layer id="0"'), "layer id '0' is given twice"),
    "a port twice": (lambda t: re.sub(r'<port id="1"', '<port id="0"', t), "two of its ports have id '0'"),
    "an extent": (lambda t: t.replace("<dim>6</dim>", "<dim>6.5</dim>"), "'6.5' is no number"),
    "a huge extent": (lambda t: t.replace("<dim>6</dim>", f"<dim>{'9' * 30}</dim>"), "9' is no number"),
    "an edge from no layer": (lambda t: t.replace('from-layer="0"', 'from-layer="99"'), "an edge names layer '99'"),
    "an edge to no port": (lambda t: t.replace('to-port="0"', 'to-port="77"'), "its input port '77', which is not there"),
    "an edge from no port": (lambda t: t.replace('from-port="0"', 'from-port="77"'), "its output port '77', which is not there"),
    "an edge too few": (lambda t: re.sub(r"<edge [^>]*/>", "", t, count=1), "nothing leads to its input port '0'"),
    "an edge too many": (lambda t: re.sub(r"(<edge [^>]*/>)", r"\1\1", t, count=1), "two edges lead to its input port '0'"),
    "a shape and a size": (lambda t: t.replace('shape="4, 4, 1, 1"', 'shape="4, 4, 3, 1"'), "are 24 bytes, 8 are declared"),
    "an offset": (lambda t: t.replace('offset="0"', 'offset="999999"'), "m.bin has .* bytes; 4 are needed from 999999"),
    "a negative offset": (lambda t: t.replace('offset="0"', 'offset="-4"'), "4 are needed from -4"),
    "an offset that is none": (lambda t: t.replace('offset="0"', 'offset="1e3"'), "attribute 'offset' must be integers"),
    "a negative extent": (lambda t: t.replace('shape="4, 4, 1, 1"', 'shape="-1, 4, 1, 1"'), "a constant has the shape"),
    "a size that overflows": (lambda t: t.replace('shape="4, 4, 1, 1"', f'shape="{"9" * 18},{"9" * 18}"'), "bytes, 8 are declared"),
    "a constant's type": (lambda t: t.replace('element_type="u4"', 'element_type="u1"'), "u1 constants are not handled"),
    "an unknown type": (lambda t: t.replace('element_type="u4"', 'element_type="q7"'), "q7 constants are not handled"),
    "types that differ": (lambda t: t.replace('element_type="u4"', 'element_type="i4"'), r"declares U4\[.*\], its inputs give i4"),
    "an input's type": (lambda t: t.replace('element_type="f32"', 'element_type="f16"', 1), "f16 inputs are not handled"),
    "levels": (lambda t: t.replace('levels="256"', 'levels="1"'), "needs at least 2 levels"),
    "no levels": (lambda t: t.replace('levels="256" ', ""), "attribute 'levels' is missing"),
    "strides": (lambda t: t.replace('strides="1, 1"', 'strides="0, 1"'), "strides and dilations must be positive"),
    "pads": (lambda t: t.replace('pads_begin="0, 0"', 'pads_begin="0"'), "do not fit a tensor of shape"),
    "a huge pad": (lambda t: t.replace('pads_begin="0, 0"', f'pads_begin="{2**62}, 0"'), "declares FP32"),
    "negative pads": (lambda t: t.replace('pads_begin="0, 0"', 'pads_begin="-1, 0"'), "pads not negative"),
    "declared shapes": (lambda t: t.replace("<dim>72</dim>", "<dim>73</dim>"), r"declares FP32\[2, 73\], its inputs give"),
    "an extension": (lambda t: t.replace('"ReLU" version="opset1"', '"ReLU" version="extension"'), "'extension' are not handled"),
    "an operation we lack": (lambda t: t.replace('type="ReLU"', 'type="Erfinv"'), "Erfinv, opset1.: the operation is not handled"),
    "a newer operator set": (lambda t: t.replace('type="ReLU" version="opset1"', 'type="ReLU" version="opset99"'), "not handled"),
    "control flow": (lambda t: t.replace('type="ReLU"', 'type="If"'), "control flow is not handled"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXT)
def test_damaged_text(name: str, files: tuple[str, bytes], write: Callable[..., Path]) -> None:
    change, message = TEXT[name]
    changed = change(files[0])
    assert changed != files[0]
    with pytest.raises((lpt.LoadError, lpt.UnsupportedError), match=message) as caught:
        lpt.load(write(changed))
    assert "\n" not in str(caught.value)


def test_the_network_is_whole(write: Callable[..., Path]) -> None:
    """Else the cases above could fail for another reason."""
    assert len(lpt.load(write()).outputs) == 2


def test_a_cycle(files: tuple[str, bytes], write: Callable[..., Path]) -> None:
    relu = re.search(r'<layer id="(\d+)" name="[^"]*" type="ReLU"', files[0])
    assert relu is not None
    edge = rf'from-layer="\d+" from-port="\d+" to-layer="{relu[1]}"'
    text = re.sub(edge, f'from-layer="{relu[1]}" from-port="1" to-layer="{relu[1]}"', files[0])
    with pytest.raises(lpt.LoadError, match="the graph has a cycle through node"):
        lpt.load(write(text))


def test_weights_that_are_missing_or_truncated(write: Callable[..., Path]) -> None:
    path = write(data=b"abc")
    with pytest.raises(lpt.LoadError, match=r"layer '.*' .Const, opset1.: m.bin has 3 bytes; 4 are needed from 0; the .bin is"):
        lpt.load(path)
    write(data=b"")
    with pytest.raises(lpt.LoadError, match=r"m.bin has 0 bytes"):
        lpt.load(path)
    path.with_suffix(".bin").unlink()
    with pytest.raises(lpt.LoadError, match=r"m.bin, which cannot be read: No such file or directory; put the .bin beside"):
        lpt.load(path)
    path.with_suffix(".bin").mkdir()
    with pytest.raises(lpt.LoadError, match=r"not a regular file"):
        lpt.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("suffix", [".xml", ".bin"])
def test_pipes_are_not_waited_for(suffix: str, write: Callable[..., Path]) -> None:
    path = write()
    path.with_suffix(suffix).unlink()
    os.mkfifo(path.with_suffix(suffix))
    for read in (lpt.load, lpt.compile):
        with pytest.raises(lpt.LoadError, match="not a regular file"):
            read(path)


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "m.xml"
    with path.open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    with pytest.raises(lpt.LoadError, match="bytes of XML are no model"):
        lpt.load(path)


def save(folder: Path, output: Any, *parameters: Any) -> Path:
    path = folder / "m.xml"
    ov.save_model(ov.Model([output], list(parameters), "m"), path, compress_to_fp16=False)
    return path


INTS = constant([1, 1], np.int64)

REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "Convert to f16": (lambda x: opset1.convert(opset1.convert(x, "f16"), "f32"), "a conversion to f16 at run time is not handled"),
    "LRN over an image": (lambda x: opset1.lrn(x, constant([2, 3], np.int64)), "normalize over the channels"),
    "FakeConvert": (lambda x: opset13.fake_convert(x, constant(1.0)), "FakeConvert, opset13.: the operation is not handled"),
    "MaxPool's indices": (
        lambda x: opset1.convert(opset8.max_pool(x, [1, 1], [1, 1], [0, 0], [0, 0], [2, 2]).output(1), "f32"),
        "its output 1 is not handled, which 'Convert_",
    ),
    "adaptive pooling": (lambda x: opset8.adaptive_avg_pool(x, constant([2, 3], np.int64)), r"pooling to .2, 3. is not handled"),
    "a window outside": (lambda x: opset1.max_pool(x, [4, 4], [0, 0], [1, 1], [2, 2], "ceil"), "has a window outside the data"),
    "run-time bounds": (
        lambda x: opset8.slice(x, opset1.convert(opset1.reduce_max(x, constant([1, 2, 3], np.int64)), "i64"), *(INTS,) * 2),
        "start is computed at run time; make it a constant",
    ),
    "other interpolation": (
        lambda x: opset11.interpolate(x, constant([9, 9], np.int64), "cubic", "sizes", [1, 1], axes=constant([2, 3], np.int64)),
        "antialiasing and pads are not handled",
    ),
    "half away from zero": (lambda x: opset5.round(x, "half_away_from_zero"), "mode 'half_away_from_zero' is not handled"),
    "pdpd": (lambda x: opset1.add(x, constant([1, 2]), "PDPD"), r"broadcasting \(2,\) by pdpd is not handled"),
    "computed on integers": (lambda x: opset1.convert(opset1.relu(opset1.convert(x, "i32")), "f32"), "works on f32, got i32"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_handled(name: str, tmp_path: Path) -> None:
    make, message = REFUSED[name]
    x = opset1.parameter([2, 4, 6, 6], F32, name="x")
    with pytest.raises(lpt.UnsupportedError, match=message) as caught:
        lpt.load(save(tmp_path, make(x), x))
    assert "\n" not in str(caught.value)


def test_mutations_are_loaded_or_refused(files: tuple[str, bytes], write: Callable[..., Path]) -> None:
    """400 texts with a byte changed, or a word exchanged for another."""
    rng = np.random.default_rng(11)
    parts = re.split(rb'("[^"]*"|<[a-z]+|[0-9]+)', files[0].encode())
    words = sorted(set(parts[1::2]))
    loaded = 0
    for _ in range(400):
        mutated = list(parts)
        mutated[2 * int(rng.integers(len(parts) // 2)) + 1] = words[int(rng.integers(len(words)))]
        text = bytearray(b"".join(mutated))
        if rng.random() < 0.3:
            text[int(rng.integers(len(text)))] = int(rng.integers(256))
        try:
            lpt.load(write(bytes(text)))
            loaded += 1
        except (lpt.LoadError, lpt.UnsupportedError) as error:
            assert "\n" not in str(error)
    assert 20 < loaded < 300


def test_operator_sets_do_not_overlap() -> None:
    for name, ranges in supported().items():
        assert all(a[1] < b[0] for a, b in zip(sorted(ranges), sorted(ranges)[1:], strict=False)), name
