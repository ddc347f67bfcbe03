"""Batches cut into groups of images: which networks allow it, and that no bit changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lpt
from lpt import batching
from lpt.batching import batch_of, with_batch
from lpt.data import bundled_data, bundled_model_path
from lpt.dialects.shapes import tensor_shape
from lpt.model import Model
from lpt.runtime.program import Program
from lpt.testing import parse

IMAGES = 12


def network(*lines: str, inputs: str = "%x : tensor<4x6xf32>", result: str = "tensor<4x6xf32>", returned: str = "%y") -> Model:
    names = '"x", "z"' if "%z" in inputs else '"x"'
    text = "\n".join(lines)
    return Model(
        parse(f"""
builtin.module {{
  func.func @main({inputs}) -> {result} attributes {{lpt.inputs = [{names}], lpt.outputs = ["y"]}} {{
    {text}
    func.return {returned} : {result}
  }}
}}""")
    )


CONSTANT = "%c = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]> : tensor<1x6xf32>>} : tensor<1x6xf32>"
FULL = "%c = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<4x6xf32>>} : tensor<4x6xf32>"
F46, F24 = "tensor<4x6xf32>", "tensor<4x2x3xf32>"


@pytest.mark.parametrize(
    "lines",
    [
        [f"%y = nn.relu %x : ({F46}) -> {F46}"],
        [CONSTANT, f"%y = nn.add %x, %c : ({F46}, tensor<1x6xf32>) -> {F46}"],
        [f"%y = nn.softmax %x {{axis = 1 : i64}} : ({F46}) -> {F46}"],
        [f"%y = nn.softmax %x {{axis = -1 : i64}} : ({F46}) -> {F46}"],
        [
            f"%a = nn.reshape %x {{shape = array<i64: 4, 2, 3>}} : ({F46}) -> {F24}",
            f"%b = nn.transpose %a {{perm = array<i64: 0, 2, 1>}} : ({F24}) -> tensor<4x3x2xf32>",
            f"%y = nn.reshape %b {{shape = array<i64: -1, 6>}} : (tensor<4x3x2xf32>) -> {F46}",
        ],
        [
            f"%a = nn.reduce_mean %x {{axes = array<i64: 1>, keepdims = 1 : i64}} : ({F46}) -> tensor<4x1xf32>",
            f"%y = nn.mul %x, %a : ({F46}, tensor<4x1xf32>) -> {F46}",
        ],
    ],
    ids=["relu", "constant row", "softmax", "softmax of the last", "reshape and transpose", "mean of each"],
)
def test_images_that_stay_apart_can_be_grouped(lines: list[str]) -> None:
    model = network(*lines)
    text = str(model)
    assert batch_of(model) == 4
    half = with_batch(model, 2)
    assert str(model) == text
    assert [tensor_shape(type_) for type_ in (*half.inputs.values(), *half.outputs.values())] == [(2, 6), (2, 6)]
    x = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
    parts = [lpt.interpret(half, {"x": part})["y"] for part in np.split(x, 2)]
    assert np.array_equal(np.concatenate(parts), lpt.interpret(model, {"x": x})["y"])


@pytest.mark.parametrize(
    "lines",
    [
        [FULL, f"%y = nn.add %x, %c : ({F46}, {F46}) -> {F46}"],
        [f"%y = nn.softmax %x {{axis = 0 : i64}} : ({F46}) -> {F46}"],
        [f"%y = nn.softmax %x {{axis = -2 : i64}} : ({F46}) -> {F46}"],
        [
            f"%a = nn.reshape %x {{shape = array<i64: 6, 4>}} : ({F46}) -> tensor<6x4xf32>",
            f"%y = nn.transpose %a {{perm = array<i64: 1, 0>}} : (tensor<6x4xf32>) -> {F46}",
        ],
        [
            f"%a = nn.reduce_mean %x {{axes = array<i64: 0>, keepdims = 1 : i64}} : ({F46}) -> tensor<1x6xf32>",
            f"%y = nn.mul %x, %a : ({F46}, tensor<1x6xf32>) -> {F46}",
        ],
        [
            f"%a = nn.slice %x {{starts = array<i64: 3>, ends = array<i64: -9>, axes = array<i64: 0>, steps = array<i64: -1>}}"
            f" : ({F46}) -> {F46}",
            f"%y = nn.relu %a : ({F46}) -> {F46}",
        ],
    ],
    ids=["constant per image", "softmax over images", "softmax from the end", "mixed by a reshape", "mean over images", "reversed"],
)
def test_images_that_meet_cannot(lines: list[str]) -> None:
    assert batch_of(network(*lines)) is None


def test_a_transposed_product_of_images_cannot() -> None:
    square = "tensor<4x4xf32>"
    lines = [
        f"%t = nn.transpose %x {{perm = array<i64: 1, 0>}} : ({square}) -> {square}",
        f"%y = nn.matmul %x, %t : ({square}, {square}) -> {square}",
    ]
    assert batch_of(network(*lines, inputs=f"%x : {square}", result=square)) is None
    lines = [f"%y = nn.matmul %x, %x : ({square}, {square}) -> {square}"]
    assert batch_of(network(*lines, inputs=f"%x : {square}", result=square)) is None


def test_inputs_must_agree_and_outputs_depend_on_them() -> None:
    assert batch_of(network(inputs="%x : tensor<1x6xf32>", result="tensor<1x6xf32>", returned="%x")) is None
    assert batch_of(network(inputs="%x : tensor<f32>", result="tensor<f32>", returned="%x")) is None
    unlike = "%x : tensor<4x6xf32>, %z : tensor<2x6xf32>"
    assert batch_of(network(inputs=unlike, returned="%x")) is None
    assert batch_of(network(FULL, returned="%c")) is None
    both = f"%x : {F46}, %z : {F46}"
    assert batch_of(network(f"%y = nn.add %x, %z : ({F46}, {F46}) -> {F46}", inputs=both)) == 4


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for the activations of two images of the bundled model, three times as many as are needed for one being too many."""
    monkeypatch.setenv("LPT_CACHE", "off")
    arena = compiled(1).arena_size
    monkeypatch.setattr(batching, "ARENA", 3 * arena - 1)


def compiled(images: int) -> Program:
    exe = lpt.compile(bundled_model_path(), threads=1)
    exe.prepare({"image": (images, 1, 8, 8)})
    return exe.programs[0]


@pytest.mark.parametrize("threads", [1, 3])
def test_groups_change_no_bit(small: None, threads: int, tmp_path: Path) -> None:
    images = bundled_data()["images"][:IMAGES].astype(np.float32).reshape(IMAGES, 1, 8, 8) / 16
    grouped, single = (lpt.compile(bundled_model_path(), threads=threads) for _ in range(2))
    grouped.prepare({"image": images.shape})
    (program,) = grouped.programs
    assert (program.groups, program.inputs[0].shape) == (IMAGES // 2, images.shape)
    taps = [step.name for step in program.steps]
    (name,) = (port.name for port in program.outputs)
    outputs, values = grouped.run({"image": images}, taps=taps)
    assert np.array_equal(outputs[name], grouped.run({"image": images})[name])
    for i in range(IMAGES):
        expected, inner = single.run({"image": images[i : i + 1]}, taps=taps)
        assert np.array_equal(outputs[name][i : i + 1], expected[name])
        assert all(np.array_equal(values[tap][i : i + 1], inner[tap]) for tap in taps)
    # A file keeps the groups.
    grouped.save(tmp_path / "a.lpt")
    again = lpt.Executable.load(tmp_path / "a.lpt")
    assert again.programs[0].groups == program.groups
    assert np.array_equal(again.run({"image": images})[name], outputs[name])


def test_the_report_counts_all_images(small: None) -> None:
    executables = [lpt.compile(bundled_model_path(), threads=1) for _ in range(2)]
    for exe, images in zip(executables, (2, IMAGES), strict=True):
        exe.prepare({"image": (images, 1, 8, 8)})
    few, many = (exe.report(repeats=1) for exe in executables)
    assert [row.macs * IMAGES // 2 for row in few] == [row.macs for row in many]
    assert all(row.ns for row in many)


def test_a_batch_without_divisors_that_fit_goes_one_by_one(small: None) -> None:
    assert [(compiled(n).groups, n) for n in (1, 2, 3, 7, 8)] == [(1, 1), (1, 2), (3, 3), (7, 7), (4, 8)]
