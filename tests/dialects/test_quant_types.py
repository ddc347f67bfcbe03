"""Every form of MLIR's quantized types: read, printed, read back; wrong ones are refused with a reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import Attribute
from xdsl.utils.exceptions import ParseError

from lpt.dialects.blob import print_full
from lpt.dialects.quant import QuantParams, UniformQuantizedType, params_of, short_name
from lpt.errors import LptError

ParseType = Callable[[str], Attribute]

FORMS = {
    "!quant.uniform<i8:f32, 5.000000e-01:10>": "!quant.uniform<i8:f32, 0.5:10>",
    "!quant.uniform<i8:f32, 5.000000e-01>": "!quant.uniform<i8:f32, 0.5>",
    "!quant.uniform<i8:f32, 0.5:-10>": "!quant.uniform<i8:f32, 0.5:-10>",
    "!quant.uniform<u8:f32, 2.0e-2:128>": "!quant.uniform<u8:f32, 0.02:128>",
    "!quant.uniform<u8:f32, 1.0e-10>": "!quant.uniform<u8:f32, 1.0e-10>",
    "!quant.uniform<u8<0:255>:f32, 1.0>": "!quant.uniform<u8:f32, 1.0>",
    "!quant.uniform<i8<-127:127>:f32, 0.1>": "!quant.uniform<i8<-127:127>:f32, 0.1>",
    "!quant.uniform<i8<-127:127>:f32:0, {1.0e-2, 2.0e-2:5}>": "!quant.uniform<i8<-127:127>:f32:0, {0.01, 0.02:5}>",
    "!quant.uniform<i8:f32:{0:1, 1:2}, {{2.0:10, 3.0:20}, {4.0:30, 5.0:40}}>": None,
    "!quant.uniform<i8:f32:{1:2}, {{2.0:10, 3.0:20}}>": None,
    "!quant.uniform<i4:f32, 0.1:-8>": None,
    "!quant.uniform<u4:f32, 0.1:15>": None,
    "!quant.uniform<u16:f32, 0.1:65535>": None,
    "!quant.uniform<i16:f16, 0.1>": None,
    "!quant.uniform<u32:f64, 1.0e-30>": None,
    "!quant.any<i8<-8:7>:f32>": None,
    "!quant.any<i8<-8:7>>": None,
    "!quant.any<u8>": None,
    "!quant.calibrated<f32<-0.998:1.2321>>": None,
    "tensor<1x3x4x4x!quant.uniform<i8:f32, 5.000000e-01:-10>>": "tensor<1x3x4x4x!quant.uniform<i8:f32, 0.5:-10>>",
    "tensor<?x3x4x!quant.uniform<i8:f32:1, {0.1, 0.2, 0.3}>>": None,
}


@pytest.mark.parametrize("text", FORMS)
def test_forms_print_and_read_back(text: str, parse_type: ParseType) -> None:
    type_ = parse_type(text)
    assert str(type_) == (FORMS[text] or text)
    assert parse_type(str(type_)) == type_


WRONG = {
    "!quant.uniform<i8:f32, 0.0>": "scales must be positive",
    "!quant.uniform<i8:f32, -1.0>": "scales must be positive",
    "!quant.uniform<i8:f32, 1.0e-50>": "normal f32",
    "!quant.uniform<i8:f32, 1.0:128>": "zero points must lie in i8",
    "!quant.uniform<i8<-127:127>:f32, 1.0:-128>": "zero points must lie in i8<-127:127>",
    "!quant.uniform<i8:f32, 1.0:2.5>": "integer",
    "!quant.uniform<i33:f32, 1.0>": "width 33 is not in 1..32",
    "!quant.uniform<i8<-129:127>:f32, 1.0>": "does not fit i8",
    "!quant.uniform<i8<5:5>:f32, 1.0>": r"range \[5, 5\]",
    "!quant.uniform<f32:f32, 1.0>": "expected a storage type",
    "!quant.uniform<i8, 1.0>": "':'",
    "!quant.uniform<i8:i32, 1.0>": "must be a float, got i32",
    "!quant.uniform<i8:f32:0, 1.0>": "list of scales",
    "!quant.uniform<i8:f32, {1.0, 2.0}>": "one scale",
    "!quant.uniform<i8:f32:0, {}>": "expected",
    "!quant.uniform<i8:f32:{0:1, 1:2}, {{2.0, 3.0}, {4.0}}>": "as many scales",
    "!quant.uniform<i8:f32:{0:1, 1:2}, {2.0, 3.0}>": "along axis 1",
    "!quant.uniform<i8:f32:{0:0}, {1.0}>": "must be positive",
    "!quant.uniform<i8:f32:{0:1, 0:2}, {{1.0, 2.0}}>": "named once",
    "!quant.uniform<i8:f32, 1.0": "expected",
    "!quant.calibrated<f32<1.0:0.0>>": "min < max",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_forms_are_refused(text: str, parse_type: ParseType) -> None:
    with pytest.raises(ParseError, match=WRONG[text]):
        parse_type(text)


def test_parameters_of_the_blocked_form(parse_type: ParseType) -> None:
    params = params_of(parse_type("!quant.uniform<i8:f32:{0:1, 1:2}, {{2.0:10, 3.0:20}, {4.0:30, 5.0:40}}>"))
    assert params is not None and params.axis is None and not params.is_per_tensor
    scales, zero_points = params.expand((2, 4))
    assert scales.tolist() == [[2, 2, 3, 3], [4, 4, 5, 5]]
    assert zero_points.tolist() == [[10, 10, 20, 20], [30, 30, 40, 40]]


def test_scales_keep_their_f64_bits(parse_type: ParseType, params: Callable[..., QuantParams]) -> None:
    scale = float(np.float32(0.1)) * float(np.float32(0.3))
    type_ = UniformQuantizedType(params("i32", scale))
    read = params_of(parse_type(str(type_)))
    assert read is not None and read.scale == scale


def test_many_scales_are_named_by_digest(parse_type: ParseType, params: Callable[..., QuantParams]) -> None:
    scales = np.linspace(0.1, 0.2, 33)
    short = UniformQuantizedType(params("i8", scales, 7, axis=0))
    text = str(short)
    assert text.startswith('!quant.uniform<i8:f32:0, {"') and ", 33, 0.1, 0.2}:7>" in text
    assert parse_type(text) == short
    assert "33, 0.1" not in str(UniformQuantizedType(params("i8", scales[:32], 7, axis=0)))


def test_many_zero_points_are_named_by_digest_too(parse_type: ParseType, params: Callable[..., QuantParams]) -> None:
    type_ = UniformQuantizedType(params("i8", np.full(40, 0.5), np.arange(40), axis=1))
    assert str(type_).count('"') == 4
    assert parse_type(str(type_)) == type_


def test_print_full_gives_upstreams_text(parse_type: ParseType, params: Callable[..., QuantParams]) -> None:
    type_ = UniformQuantizedType(params("i8", np.full(40, 0.5), np.arange(40), axis=1))
    token = print_full.set(True)
    try:
        text = str(type_)
    finally:
        print_full.reset(token)
    assert text.startswith("!quant.uniform<i8:f32:1, {0.5, 0.5:1, 0.5:2,") and '"' not in text
    assert parse_type(text) == type_


LISTS = {  # each once in the form that is read at once, and with a comment, which leaves it to xDSL's lexer
    "{0.5, 2, 1.0e-3, 2.5E+2}": ([0.5, 2.0, 1e-3, 250.0], [0, 0, 0, 0]),
    "{0.5:3, 0.25 : -7,\n  1.:0}": ([0.5, 0.25, 1.0], [3, -7, 0]),
    "{0.1,0.2,0.30000000000000004}": ([0.1, 0.2, 0.1 + 0.2], [0, 0, 0]),
    "{ 0.5 }": ([0.5], [0]),
    "{0x2, 0.5, 0x1:0x3}": ([2.0, 0.5, 1.0], [0, 0, 3]),
}


@pytest.mark.parametrize("text", LISTS)
@pytest.mark.parametrize("comment", ["", "// what a lexer skips\n"])
def test_lists_of_scales_are_read_as_mlirs_lexer_does(text: str, comment: str, parse_type: ParseType) -> None:
    read = params_of(parse_type(f"!quant.uniform<i8:f32:1, {text.replace('}', comment + '}')}>"))
    assert read is not None and (read.scales.tolist(), read.zero_points.tolist()) == LISTS[text]


@pytest.mark.parametrize(
    "wrong", ["0.5, 1.0e", "0.5, 1e5", "0.5, .5", "0.5, 1.0:2.5", "0.5, 1.0:", "0.5,", "0.5, 1_0", "0.5 0.5", "0.5, nan"]
)
def test_wrong_lists_are_refused(wrong: str, parse_type: ParseType) -> None:
    with pytest.raises(ParseError, match=r"[Ee]xpected"):
        parse_type(f"!quant.uniform<i8:f32:1, {{{wrong}}}>")


def test_unknown_digest_says_the_way_out(parse_type: ParseType) -> None:
    with pytest.raises(LptError, match=r"0123456789abcdef0123 are not loaded; load the \.mlir beside the \.npz"):
        parse_type('!quant.uniform<i8:f32:0, {"0123456789abcdef0123", 64, 1.0, 2.0}>')


def test_equal_parameters_are_equal_and_hash_alike(params: Callable[..., QuantParams]) -> None:
    a, b = params("u8", [0.1, 0.2], 3, axis=0), params("u8", [0.1, 0.2], [3, 3], axis=0)
    assert a == b and hash(a) == hash(b)
    assert a != params("u8", [0.1, 0.2], 3, axis=1)
    assert a != params("i8", [0.1, 0.2], 3, axis=0)


def test_parameters_are_immutable(params: Callable[..., QuantParams]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        params("u8", [0.1, 0.2], 3, axis=0).scales[0] = 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("tensor<2x!quant.uniform<u8:f32, 0.1:3>>", "u8"),
        ("tensor<2x!quant.uniform<i8<-127:127>:f32, 0.1>>", "s8"),
        ("tensor<2x!quant.uniform<i4:f32, 0.1>>", "s4"),
        ("tensor<2x!quant.uniform<i32:f32:0, {0.1, 0.2}>>", "s32"),
        ("tensor<2xf32>", "f32"),
        ("tensor<2xi64>", "s64"),
        ("tensor<2xui8>", "u8"),
    ],
)
def test_short_names_of_what_a_tensor_stores(text: str, name: str, parse_type: ParseType) -> None:
    type_ = parse_type(text)
    params = params_of(type_)
    assert short_name(type_) == name and (params is None or short_name(params.storage) == name)
