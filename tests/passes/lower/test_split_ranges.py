"""Ranges of large tensors in parts: the same parameters, shared by threads."""

from __future__ import annotations

import numpy as np
import pytest

import lpt
from lpt.interpreting import interpret
from lpt.model import Model
from lpt.passes.lower.split_ranges import PART, SplitRange, SplitRanges, part_of
from lpt.testing import assert_refuses, assert_rewrites, assert_same_bits, body, parse


def network(shape: str) -> str:
    x, p = f"tensor<{shape}xf32>", "tensor<2xf32>"
    return body([f"%x: {x}"], f"%p = lpt.dynamic_parameters %x : ({x}) -> {p}", f"%p: {p}")


def test_rows_are_cut() -> None:
    x, parts, p = "tensor<128x768xf32>", "tensor<6x2xf32>", "tensor<2xf32>"
    text = f"%e = lpt.extrema %x {{axis = 0, size = 22}} : ({x}) -> {parts}\n%p = lpt.dynamic_parameters %e : ({parts}) -> {p}"
    assert_rewrites(SplitRange(), network("128x768"), body([f"%x: {x}"], text, f"%p: {p}"))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((1, 64, 56, 56), (2, 5)),  # never the channels
        ((1, 400, 3, 40), (2, 2)),
        ((1, 197, 768), (1, 22)),
        ((4, 8192), (0, 2)),
        ((1, 99999), None),
        ((40000,), None),
        ((), None),
        ((16, 768), None),
    ],
)
def test_what_is_cut(shape: tuple[int, ...], expected: tuple[int, int] | None) -> None:
    assert part_of(shape) == expected
    assert expected is None or np.prod(shape) // -(-shape[expected[0]] // expected[1]) >= PART // 2


@pytest.mark.parametrize("shape", ["128x768", "1x70x30x33", "3x20000"])
def test_the_same_bits(shape: str) -> None:
    assert_same_bits(SplitRanges(), network(shape))


def test_small_tensors_and_unknown_extents_are_left() -> None:
    assert_refuses(SplitRange(), network("16x768"), "too small to cut")
    assert_refuses(SplitRange(), network("?x768"), "the shape is not static")


def test_threads_share_it() -> None:
    model = Model(parse(body(["%x: tensor<128x768xf32>"], _codes("128x768"), "%c: tensor<128x768xui8>")))
    executable = lpt.compile(model, threads=2)
    assert [row.operation for row in executable.report(repeats=0)][:2] == ["extrema", "dynamic_parameters"]
    (name,) = model.inputs
    x = {name: np.random.default_rng(0).normal(size=(128, 768)).astype(np.float32)}
    (expected,), (got,) = interpret(model, x).values(), executable.run(x).values()
    np.testing.assert_array_equal(got, expected)


def _codes(shape: str) -> str:
    x, p, one, scalar = f"tensor<{shape}xf32>", "tensor<2xf32>", "tensor<1xf32>", "tensor<f32>"
    q, plain = f"tensor<{shape}x!quant.uniform<u8:f32, 1.0>>", f"tensor<{shape}xui8>"
    lines = [f"%p = lpt.dynamic_parameters %x : ({x}) -> {p}"]
    for i, name in enumerate(("s", "z")):
        cut = f"starts = array<i64: {i}>, ends = array<i64: {i + 1}>, axes = array<i64: 0>, steps = array<i64: 1>"
        lines.append(f"%{name}1 = nn.slice %p {{{cut}}} : ({p}) -> {one}")
        lines.append(f"%{name} = nn.squeeze %{name}1 {{axes = array<i64: 0>}} : ({one}) -> {scalar}")
    lines.append(f"%q = lpt.dynamic_quantize %x, %s, %z : ({x}, {scalar}, {scalar}) -> {q}")
    lines.append(f"%c = quant.scast %q : {q} to {plain}")
    return "\n".join(lines)
