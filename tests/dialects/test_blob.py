"""Constants by content: digests, laziness, text."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import BytesAttr, DenseIntOrFPElementsAttr, ModuleOp, TensorType
from xdsl.ir import Attribute
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.blob import Blob, BlobAttr, element_type, find_blob, print_full, summary
from lpt.dialects.lpt import ConstantOp
from lpt.errors import LptError


def test_equal_by_dtype_shape_and_bytes() -> None:
    a = np.arange(6, dtype=np.int8)
    assert Blob(a) == Blob(a.copy())
    assert hash(Blob(a)) == hash(Blob(a.copy()))
    assert Blob(a) != Blob(a.view(np.uint8))
    assert Blob(a) != Blob(a.reshape(2, 3))
    assert Blob(np.array([0.0], np.float32)) != Blob(np.array([-0.0], np.float32))


def test_digest_is_computed_when_asked_for() -> None:
    blob = Blob(np.arange(6, dtype=np.int8))
    assert blob._digest is None
    assert len(blob.digest) == 20 and find_blob(blob.digest) is not None


def test_holds_the_callers_array_read_only_and_without_copy() -> None:
    array = np.arange(100, dtype=np.float32)
    blob = Blob(array)
    assert np.shares_memory(blob.array, array) and array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        blob.array[0] = 1


def test_non_contiguous_arrays_become_row_major() -> None:
    array = np.arange(12, dtype=np.int16).reshape(3, 4).T
    assert Blob(array).array.flags.c_contiguous and (Blob(array).array == array).all()


def test_scalars_keep_rank_0() -> None:
    assert Blob(np.array(2.5)).array.shape == ()


def test_the_table_does_not_keep_data_alive() -> None:
    digest = Blob(np.arange(77, dtype=np.int64)).digest
    gc.collect()
    assert find_blob(digest) is None


def test_unresolved_digest_fails_only_when_data_are_needed(parse_type: Callable[[str], Attribute]) -> None:
    attr = parse_type('#lpt.blob<"00112233445566778899", "i8 64 [-1, 1]">')
    assert isinstance(attr, BlobAttr) and str(attr) == '#lpt.blob<"00112233445566778899">'
    with pytest.raises(LptError, match=r"constant 00112233445566778899 are not loaded; load the \.mlir"):
        _ = attr.array


def test_an_unresolved_blob_finds_data_loaded_later(parse_type: Callable[[str], Attribute]) -> None:
    array = np.arange(55, dtype=np.int32)
    digest = Blob(array).digest
    gc.collect()
    attr = parse_type(f'#lpt.blob<"{digest}">')
    kept = Blob(array)
    assert kept.digest == digest
    assert isinstance(attr, BlobAttr) and (attr.array == array).all()


@pytest.mark.parametrize(
    "array",
    [
        np.array([1, -2, 3], np.int8),
        np.array([1, 2, 255], np.uint8),
        np.array([[0.1, 1.0], [-2.5e-7, 3e30]], np.float32),
        np.array([0.1], np.float64),
        np.array(5, np.int64),
        np.array(16777217.0, np.float32),
        np.zeros((0, 3), np.float32),
        np.array([True, False]),
        np.array([np.inf, np.nan], np.float32),
        np.linspace(0, 1, 33, dtype=np.float32),
    ],
    ids=lambda a: f"{a.dtype}-{a.shape}",
)
def test_text_reads_back_bit_for_bit(array: np.ndarray, parse_type: Callable[[str], Attribute]) -> None:
    attr = BlobAttr.of(array)
    read = parse_type(str(attr))
    assert isinstance(read, BlobAttr)
    assert read.array.dtype == array.dtype and read.array.tobytes() == array.tobytes() and read.array.shape == array.shape


def test_above_32_elements_one_short_line_unless_full(parse_type: Callable[[str], Attribute]) -> None:
    attr = BlobAttr.of(np.arange(33, dtype=np.int8))
    assert str(attr) == f'#lpt.blob<"{attr.data.digest}", "i8 33 [0, 32]">'
    token = print_full.set(True)
    try:
        full = str(attr)
    finally:
        print_full.reset(token)
    assert full.startswith("#lpt.blob<dense<[0, 1, 2,") and parse_type(full) == attr


def test_summary() -> None:
    assert summary(np.array([[-1.5, 2.0]], np.float32)) == "f32 1x2 [-1.5, 2]"
    assert summary(np.zeros((0,), np.uint8)) == "u8 0"


def test_constant_round_trip(parse: Callable[[str], ModuleOp]) -> None:
    text = str(
        parse(
            "builtin.module { %w = lpt.constant {value = #lpt.blob<dense<[1, -2]> : tensor<2xi8>>} :"
            " tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> }"
        )
    )
    assert str(parse(text)) == text and "dense<[1, -2]>" in text


@pytest.mark.parametrize(
    ("array", "type_", "reason"),
    [
        (np.zeros(3, np.int8), "tensor<2x!quant.uniform<i8:f32, 0.5>>", "does not fit"),
        (np.zeros(2, np.uint8), "tensor<2x!quant.uniform<i8:f32, 0.5>>", "does not fit"),
        (np.full(2, -128, np.int8), "tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>>", r"\[-128, -128\] leave the storage range"),
        (np.zeros(2, np.int8), "tensor<2x!quant.uniform<i8:f32:0, {0.5}>>", "1 scales do not fit"),
        (np.zeros(2, np.float32), "tensor<2xf16>", "does not fit"),
    ],
)
def test_constants_that_do_not_fit_are_refused(
    array: np.ndarray, type_: str, reason: str, parse_type: Callable[[str], Attribute]
) -> None:
    with pytest.raises(VerifyException, match=reason):
        ConstantOp(array, parse_type(type_)).verify()


def test_a_digest_is_known_while_any_of_its_blobs_lives() -> None:
    data = np.arange(100.0)
    first, second = Blob(data), Blob(data.copy())
    digest = first.digest
    assert second.digest == digest
    del first
    gc.collect()
    found = find_blob(digest)
    assert found is not None
    np.testing.assert_array_equal(found.array, data)
    assert np.shares_memory(found.array, second.array)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(100, dtype=np.float32),
        np.arange(101, dtype=np.int8),
        np.arange(400, dtype=np.uint8).reshape(4, 100),
        np.linspace(-1, 1, 303, dtype=np.float32).reshape(3, 101),
        np.linspace(-1, 1, 200),
        np.full((5, 50), 3, np.int64),
        np.zeros(200, np.float16),
    ],
)
def test_in_full_it_is_what_xdsl_prints(array: np.ndarray) -> None:
    stream, expected = io.StringIO(), io.StringIO()
    token = print_full.set(True)
    try:
        Printer(stream=stream).print_attribute(BlobAttr(Blob(array)))
    finally:
        print_full.reset(token)
    type_: Any = TensorType(element_type(array.dtype), array.shape)
    Printer(stream=expected).print_attribute(DenseIntOrFPElementsAttr(type_, BytesAttr(array.tobytes())))
    assert stream.getvalue() == f"#lpt.blob<{expected.getvalue()}>"
