"""Restrictions on the types and the granularity of operands: a parameter of the pipeline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

import lpt
from lpt.dialects.quant import QuantizeCastOp, params_of
from lpt.errors import TransformError
from lpt.model import Model
from lpt.passes.markup.restrictions import Operand, parse
from lpt.testing import body
from lpt.testing import parse as parse_module

T, W = "tensor<1x2x3x3xf32>", "tensor<2x2x1x1xf32>"
CONV = "{strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}"


def module(storage: str, scales: str = "5.0e-1:3", axis: str = "") -> ModuleOp:
    """qcast → dcast → conv with i8 weights."""
    q = f"tensor<1x2x3x3x!quant.uniform<{storage}:f32{axis}, {scales}>>"
    k = "tensor<2x2x1x1x!quant.uniform<i8:f32, 2.5e-1>>"
    return parse_module(
        body(
            [f"%x: {T}"],
            f"%q = quant.qcast %x : {T} to {q}\n"
            f"%f = quant.dcast %q : {q} to {T}\n"
            f"%k = lpt.constant {{value = #lpt.blob<dense<[[[[1]], [[2]]], [[[3]], [[-4]]]]> : tensor<2x2x1x1xi8>>}} : {k}\n"
            f"%w = quant.dcast %k : {k} to {W}\n"
            f"%y = nn.conv %f, %w {CONV} : ({T}, {W}) -> {T}",
            f"%y: {T}",
        )
    )


@pytest.mark.parametrize(
    ("build", "restrictions", "reason"),
    [
        (lambda: module("u8"), None, ""),
        (lambda: module("u8"), "conv(u8 per-tensor, i8)", ""),
        (lambda: module("u8"), "openvino-cpu", ""),
        (lambda: module("i8"), "conv(u8, i8)", "operand 0 is i8, the restrictions allow u8"),
        (lambda: module("i8"), "conv(u8|i8, i8)", ""),
        (lambda: module("u8"), "conv(u8, u8)", "operand 1 is i8, the restrictions allow u8"),
        (lambda: module("u8"), "conv(float)", "the restrictions keep nn.conv in floats"),
        (lambda: module("u8"), "matmul(float)", ""),
        (lambda: module("i8", "{0.5, 0.25}", ":1"), "conv(i8 per-tensor)", "quantized per axis, the restrictions allow per tensor"),
    ],
)
def test_conv_is_integer_where_restrictions_allow(build: Callable[[], ModuleOp], restrictions: str | None, reason: str) -> None:
    model = lpt.transform(Model(build()), restrictions=restrictions)
    (row,) = (row for row in lpt.explain(model) if row.operation == "conv")
    assert reason in row.reason and bool(row.reason) == bool(reason)


def fake_quantized() -> Model:
    """fake_quantize over [−1.28, 1.27] → relu → conv with i8 weights."""
    k, bounds = "tensor<2x2x1x1x!quant.uniform<i8:f32, 2.5e-1>>", ", ".join(["tensor<f32>"] * 4)
    return Model(
        parse_module(
            body(
                [f"%x: {T}"],
                "%l = lpt.constant {value = #lpt.blob<dense<-1.28> : tensor<f32>>} : tensor<f32>\n"
                "%h = lpt.constant {value = #lpt.blob<dense<1.27> : tensor<f32>>} : tensor<f32>\n"
                f"%f = lpt.fake_quantize %x, %l, %h, %l, %h {{levels = 256 : i64}} : ({T}, {bounds}) -> {T}\n"
                f"%r = nn.transpose %f {{perm = array<i64: 0, 1, 3, 2>}} : ({T}) -> {T}\n"
                f"%k = lpt.constant {{value = #lpt.blob<dense<[[[[1]], [[2]]], [[[3]], [[-4]]]]> : tensor<2x2x1x1xi8>>}} : {k}\n"
                f"%w = quant.dcast %k : {k} to {W}\n"
                f"%y = nn.conv %r, %w {CONV} : ({T}, {W}) -> {T}",
                f"%y: {T}",
            )
        )
    )


@pytest.mark.parametrize(
    ("restrictions", "storage", "zero_point"),
    [(None, "i8", 0), ("conv(u8, i8)", "u8", 128), ("conv(u8|i8, i8)", "i8", 0), ("openvino-cpu", "u8", 128)],
)
def test_fake_quantize_takes_a_type_that_its_users_allow(restrictions: str | None, storage: str, zero_point: int) -> None:
    """[−1.28, 1.27] is signed by nature; where only u8 is allowed, the same levels are u8 with zero point 128."""
    model = fake_quantized()
    after = lpt.transform(model, restrictions=restrictions)
    (cast,) = (op for op in after.module.walk() if isinstance(op, QuantizeCastOp))
    params = params_of(cast.result)
    assert params is not None and (params.storage.short, params.zero_point) == (storage, zero_point)
    x = {name: np.linspace(-2, 2, 18, dtype=np.float32).reshape(1, 2, 3, 3) for name in model.inputs}
    for name, array in lpt.interpret(model, x).items():
        np.testing.assert_allclose(lpt.interpret(after, x)[name], array, rtol=1e-5, atol=1e-6)


def test_named_restrictions_are_read() -> None:
    assert parse("openvino-cpu")["conv"] == (Operand(("u8",), True), Operand(("i8",), False))
    assert parse(" mul( float ) ;; add(u8 | i8  per-tensor)") == {"mul": None, "add": (Operand(("u8", "i8"), True),)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("conv", "cannot read 'conv'"),
        ("convolution(u8)", "there is no operation 'convolution'"),
        ("conv(u8 per-channel)", "cannot read the operand 'u8 per-channel'"),
        ("conv()", "cannot read the operand ''"),
    ],
)
def test_what_cannot_be_read_is_an_error(text: str, what: str) -> None:
    with pytest.raises(TransformError, match="restrictions") as caught:
        lpt.transform(Model(module("u8")), restrictions=text)
    assert what in str(caught.value) and "conv(u8 per-tensor, i8)" in str(caught.value)


def test_the_option_of_markup_sets_them() -> None:
    text = 'prepare,lpt-markup{restrictions="conv(float)"},transform,cleanup'
    rows = lpt.explain(lpt.transform(Model(module("u8")), text))
    assert [row.reason for row in rows if row.operation == "conv"] == ["the restrictions keep nn.conv in floats"]
