"""What markup says of operations before anything is rewritten."""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import ModuleOp, StringAttr

from lpt.passes.markup.markup import FLOAT, STORAGE
from lpt.testing import assert_same_bits, body, parse, run

U8 = "!quant.uniform<u8:f32, 5.0e-1:3>"
I16 = "!quant.uniform<i16:f32, 5.0e-1>"
I8 = "!quant.uniform<i8:f32, 5.0e-1>"
CONV = "{strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64}"

ARGUMENTS = [f"%q: tensor<1x2x4x{U8}>", f"%h: tensor<1x2x4x{I16}>", "%f: tensor<1x2x4xf32>", "%v: tensor<2x2x1xf32>"]
HEAD = f"""
    %x = quant.dcast %q : tensor<1x2x4x{U8}> to tensor<1x2x4xf32>
    %y = quant.dcast %h : tensor<1x2x4x{I16}> to tensor<1x2x4xf32>
    %k = lpt.constant {{value = #lpt.blob<dense<[[[1], [2]], [[3], [4]]]> : tensor<2x2x1xi8>>}} : tensor<2x2x1x{I8}>
    %w = quant.dcast %k : tensor<2x2x1x{I8}> to tensor<2x2x1xf32>
    %b = lpt.constant {{value = #lpt.blob<dense<1.5> : tensor<1xf32>>}} : tensor<1xf32>
"""
T = "tensor<1x2x4xf32>"
W = "tensor<2x2x1xf32>"

# Name: operations of which the last is judged, and what is said of it.
CASES = {
    "conv": (f"%r = nn.conv %x, %w {CONV} : ({T}, {W}) -> {T}", STORAGE, "u8s8"),
    "conv behind relu": (
        f"%a = nn.relu %x : ({T}) -> {T}\n%r = nn.conv %a, %w {CONV} : ({T}, {W}) -> {T}",
        STORAGE,
        "u8s8",
    ),
    "conv behind gather": (
        "%i = lpt.constant {value = #lpt.blob<dense<[0, 2, 1, 3]> : tensor<4xi64>>} : tensor<4xi64>\n"
        f"%a = nn.gather %x, %i {{axis = 2 : i64}} : ({T}, tensor<4xi64>) -> {T}\n"
        f"%r = nn.conv %a, %w {CONV} : ({T}, {W}) -> {T}",
        STORAGE,
        "u8s8",
    ),
    "conv of floats": (
        f"%r = nn.conv %f, %w {CONV} : ({T}, {W}) -> {T}",
        FLOAT,
        "operand 0 is not quantized: it is an input of the model",
    ),
    "conv with run-time weights": (
        f"%r = nn.conv %x, %v {CONV} : ({T}, {W}) -> {T}",
        FLOAT,
        "operand 1 is not quantized: it is an input of the model",
    ),
    "conv of 16 bits": (
        f"%r = nn.conv %y, %w {CONV} : ({T}, {W}) -> {T}",
        STORAGE,
        "s16s8",
    ),
    "conv of unlike parts": (
        "%c = nn.concat %x, %f {axis = 2 : i64} : (tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x8xf32>\n"
        f"%s = nn.conv %c, %w {CONV} : (tensor<1x2x8xf32>, {W}) -> tensor<1x2x8xf32>\n"
        f"%r = nn.slice %s {{starts = array<i64: 0>, ends = array<i64: 4>, axes = array<i64: 2>, steps = array<i64: 1>}} "
        f": (tensor<1x2x8xf32>) -> {T}",
        FLOAT,
        "operand 0 is not quantized: it is the result of nn.concat",
    ),
    "add": (f"%r = nn.add %x, %y : ({T}, {T}) -> {T}", STORAGE, "u8s16"),
    "mul of 16 bits": (f"%r = nn.mul %x, %y : ({T}, {T}) -> {T}", FLOAT, "operand 1 has 16 bits, at most 8 are handled"),
    "sigmoid": (f"%r = nn.sigmoid %x : ({T}) -> {T}", STORAGE, "u8"),
    "bias": (f"%r = nn.add %x, %b : ({T}, tensor<1xf32>) -> {T}", None, None),
    "move": (f"%r = nn.relu %x : ({T}) -> {T}", None, None),
}


def marks(module: ModuleOp) -> dict[str, str]:
    return {
        name: value.data
        for op in module.walk()
        for name, value in op.attributes.items()
        if name in (STORAGE, FLOAT) and isinstance(value, StringAttr)
    }


@pytest.mark.parametrize("name", CASES)
def test_verdicts(name: str) -> None:
    text, key, verdict = CASES[name]
    module = parse(body(ARGUMENTS, HEAD + text, f"%r: {T}"))
    run("lpt-markup", module, remove_dead=False)
    assert marks(module) == ({} if key is None else {key: verdict})


def test_only_attributes_change() -> None:
    assert_same_bits("lpt-markup", body(ARGUMENTS, HEAD + CASES["conv"][0], f"%r: {T}"))


def test_weights_must_be_constant() -> None:
    text = f"""%d = quant.dcast %m : tensor<2x2x1x{I8}> to {W}
    %r = nn.conv %x, %d {CONV} : ({T}, {W}) -> {T}"""
    module = parse(body([*ARGUMENTS, f"%m: tensor<2x2x1x{I8}>"], HEAD + text, f"%r: {T}"))
    run("lpt-markup", module)
    assert marks(module) == {FLOAT: "operand 1 is not a constant"}
