"""What prepare rewrites keeps its meaning: each file of rewrites here, and random networks, through the interpreter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lpt.dialects.interpreter import main_function
from lpt.dialects.shapes import tensor_shape
from lpt.passes.pipeline import Pipeline
from lpt.passes.validate import PassCheck, Validator
from lpt.testing import assert_same_bits, body, parse

FOLDER = Path(__file__).parent
CASES = [
    (path.name, number, text)
    for path in sorted(FOLDER.glob("*.mlir"))
    for number, text in enumerate(path.read_text(encoding="utf-8").split("// -----"))
]


def validated(text: str) -> list[PassCheck]:
    """Prepare, with each pass held to its claim. Raises ValidationError."""
    module, generator = parse(text), np.random.default_rng(1)
    arguments = main_function(module).body.block.args
    shapes = [[3 if extent < 0 else extent for extent in tensor_shape(argument)] for argument in arguments]
    typed = [generator.integers(-9, 9, s).astype(_dtype(str(a.type))) for a, s in zip(arguments, shapes, strict=True)]
    return Validator(module, typed).run(Pipeline.parse("prepare"))


def _dtype(type_: str) -> str:
    for mark, dtype in (("<u8", "uint8"), ("xui8", "uint8"), ("<i32", "int32"), ("xi32", "int32"), ("<i8", "int8")):
        if mark in type_:
            return dtype
    return "float32"


@pytest.mark.parametrize(("name", "number", "text"), CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_the_cases_keep_their_meaning(name: str, number: int, text: str) -> None:
    assert all(row.worst <= 1 for row in validated(text))


X = "tensor<2x4x3x3xf32>"
C = "tensor<4x1x1xf32>"
P = "tensor<4xf32>"
STEPS = {
    "mul": f"nn.mul {{}}, %c : ({X}, {C}) -> {X}",
    "add": f"nn.add %d, {{}} : ({C}, {X}) -> {X}",
    "sub": f"nn.sub {{}}, %c : ({X}, {C}) -> {X}",
    "div": f"nn.div {{}}, %c : ({X}, {C}) -> {X}",
    "norm": f"nn.batch_normalization {{}}, %p, %p, %p, %v : ({X}, {P}, {P}, {P}, {P}) -> {X}",
    "conv": f"nn.conv {{}}, %w {{{{strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, "
    f"group = 2 : i64}}}} : ({X}, tensor<4x2x1x1xf32>) -> {X}",
    "bias": f"nn.conv {{}}, %w, %p {{{{strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, "
    f"group = 2 : i64}}}} : ({X}, tensor<4x2x1x1xf32>, tensor<4xf32>) -> {X}",
    "clip": f"nn.clip {{}} {{{{min = 0.0 : f32}}}} : ({X}) -> {X}",
    "turn": f"nn.transpose {{}} {{{{perm = array<i64: 0, 1, 3, 2>}}}} : ({X}) -> {X}",
}
NUMBER = st.sampled_from([0.3, -1.7, 2.0, 1.0, 0.01, 130.0])


@given(
    steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=8),
    c=st.lists(NUMBER, min_size=4, max_size=4),
    d=st.lists(NUMBER, min_size=4, max_size=4),
)
@example(steps=["div", "add", "sub", "bias"], c=[130.0, 0.3, 0.3, 0.3], d=[130.0, 0.3, 0.3, 0.3])  # (x + d) − d is x, nearly
@settings(max_examples=40)
def test_random_chains_keep_their_claims(steps: list[str], c: list[float], d: list[float]) -> None:
    def constant(name: str, values: list[float], shape: str) -> str:
        nested = "[" + ", ".join(f"[[{v!r}]]" for v in values) + "]" if shape == "4x1x1" else str(values)
        return f"%{name} = lpt.constant {{value = #lpt.blob<dense<{nested}> : tensor<{shape}xf32>>}} : tensor<{shape}xf32>"

    weights = "[" + ", ".join(f"[[[{v!r}]], [[{v * 0.5!r}]]]" for v in d) + "]"
    w = f"%w = lpt.constant {{value = #lpt.blob<dense<{weights}> : tensor<4x2x1x1xf32>>}} : tensor<4x2x1x1xf32>"
    lines = [
        constant("c", c, "4x1x1"),
        constant("d", d, "4x1x1"),
        constant("p", c, "4"),
        constant("v", [1.0, 2.0, 0.5, 3.0], "4"),
        w,
    ]
    lines += [f"%x{i + 1} = " + STEPS[step].format(f"%x{i}") for i, step in enumerate(steps)]
    rows = validated(body([f"%x0: {X}"], "\n".join(lines), f"%x{len(steps)}: {X}"))
    assert all(row.worst <= 1 for row in rows)


@pytest.mark.parametrize("trans_b", [0, 1])
def test_gemm_of_small_integers_is_exact(trans_b: int) -> None:
    """Sums of small integers do not round: matmul and gemm give the same bits."""
    b = "tensor<2x3xf32>" if trans_b else "tensor<3x2xf32>"
    values = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] if trans_b else [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    text = (
        f"%b = lpt.constant {{value = #lpt.blob<dense<{values}> : {b}>}} : {b}\n"
        f"%f = nn.cast %a {{to = f32}} : (tensor<4x3xi32>) -> tensor<4x3xf32>\n"
        f"%y = nn.gemm %f, %b {{trans_b = {trans_b} : i64}} : (tensor<4x3xf32>, {b}) -> tensor<4x2xf32>"
    )
    assert_same_bits("prepare", body(["%a: tensor<4x3xi32>"], text, "%y: tensor<4x2xf32>"))
