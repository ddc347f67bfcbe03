"""Verifiers and folders of the casts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.registry import make_context

PLAIN = "tensor<2x3x!quant.uniform<u8:f32, 0.5>>"
U8 = "tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>"


def in_function(line: str) -> str:
    source = line.split(" : ", 1)[1].split(" to ")[0]
    return f"builtin.module {{ func.func @main(%x : {source}) {{ {line}\n func.return }} }}"


@pytest.mark.parametrize(
    "line",
    [
        f"%q = quant.qcast %x : tensor<2x3xf32> to {U8}",
        "%q = quant.qcast %x : tensor<2x3xf16> to tensor<2x3x!quant.uniform<u8:f16, 0.5:128>>",
        "%q = quant.qcast %x : tensor<?x3xf32> to tensor<?x3x!quant.uniform<u8:f32:1, {0.5, 0.25, 1.0}>>",
        "%q = quant.qcast %x : f32 to !quant.uniform<u8:f32, 0.5:128>",
        f"%q = quant.dcast %x : {U8} to tensor<2x3xf32>",
        f"%q = quant.scast %x : {U8} to tensor<2x3xi8>",
        f"%q = quant.scast %x : {U8} to tensor<2x3xui8>",
        "%q = quant.scast %x : tensor<2x3xi4> to tensor<2x3x!quant.uniform<i4:f32, 0.5>>",
    ],
)
def test_round_trip(line: str, parse: Callable[[str], ModuleOp]) -> None:
    text = str(parse(in_function(line)))
    assert str(parse(text)) == text
    assert line in text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("%q = quant.qcast %x : tensor<2x3xf32> to tensor<3x2x!quant.uniform<u8:f32, 0.5>>", "qcast keeps the shape"),
        ("%q = quant.qcast %x : tensor<2x3xf16> to <Q>", "qcast of f16 to a type that expresses f32"),
        ("%q = quant.qcast %x : tensor<2x3xi8> to <Q>", "expects a float on one side"),
        ("%q = quant.qcast %x : tensor<2x3xf32> to tensor<2x3xi8>", "expects a !quant.uniform on one side"),
        (
            "%q = quant.qcast %x : tensor<2x3xf32> to tensor<2x3x!quant.uniform<u8:f32:1, {0.5, 0.25}>>",
            "2 scales do not fit dimension 1",
        ),
        (
            "%q = quant.qcast %x : tensor<3xf32> to tensor<3x!quant.uniform<u8:f32:1, {0.5}>>",
            "axis 1 is outside a tensor of rank 1",
        ),
        ("%q = quant.dcast %x : <Q> to tensor<2x3xf16>", "dcast to f16 of a type that expresses f32"),
        ("%q = quant.dcast %x : tensor<2x3xf32> to tensor<2x3xf32>", "expects a !quant.uniform"),
        ("%q = quant.scast %x : <Q> to tensor<2x3xsi8>", "u8 and si8 differ in sign"),
        ("%q = quant.scast %x : tensor<2x3xi16> to <Q>", "u8 is not held by i16"),
        ("%q = quant.scast %x : tensor<2x3xf32> to <Q>", "is not held by f32"),
        ("%q = quant.scast %x : tensor<2x3xi8> to tensor<2x3xi8>", "between an integer and a quantized tensor"),
    ],
)
def test_refused(line: str, reason: str, parse: Callable[[str], ModuleOp]) -> None:
    with pytest.raises(VerifyException, match=reason):
        parse(in_function(line.replace("<Q>", PLAIN)))


def folded(body: str, source: str, result: str) -> list[str]:
    text = f"builtin.module {{ func.func @main(%x : {source}) -> {result} {{ {body}\n func.return %r : {result} }} }}"
    context = make_context()
    module = Parser(context, text).parse_module()
    CanonicalizePass().apply(context, module)
    operations: list[Operation] = list(module.walk())
    return [op.name for op in operations if op.name.startswith("quant.")]


def there_and_back(first: str, second: str) -> list[str]:
    body = f"%f = quant.dcast %x : {first} to tensor<4xf32>\n %r = quant.qcast %f : tensor<4xf32> to {second}"
    return folded(body, first, second)


def test_qcast_of_dcast_is_nothing_at_equal_types_up_to_16_bits() -> None:
    for storage in ("u8", "i8", "u16", "i8<-127:127>"):
        type_ = f"tensor<4x!quant.uniform<{storage}:f32, 0.3:7>>"
        assert there_and_back(type_, type_) == []


def test_qcast_of_dcast_stays_where_f32_cannot_hold_every_code() -> None:
    type_ = "tensor<4x!quant.uniform<i32:f32, 0.3>>"
    assert there_and_back(type_, type_) == ["quant.dcast", "quant.qcast"]


def test_qcast_of_dcast_stays_at_other_parameters() -> None:
    first, second = (f"tensor<4x!quant.uniform<u8:f32, 0.3:{z}>>" for z in (7, 8))
    assert there_and_back(first, second) == ["quant.dcast", "quant.qcast"]


def test_scast_and_back_is_nothing() -> None:
    quantized = "tensor<4x!quant.uniform<u8:f32, 0.3:7>>"
    body = f"%i = quant.scast %x : {quantized} to tensor<4xi8>\n %r = quant.scast %i : tensor<4xi8> to "
    assert folded(body + quantized, quantized, quantized) == []
    other = "tensor<4x!quant.uniform<u8:f32, 0.5:7>>"
    assert folded(body + other, quantized, other) == ["quant.scast", "quant.scast"]
