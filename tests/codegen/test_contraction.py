"""Contractions with raw accumulators as result, against exact integer convolution, around the vector width."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import llvmlite.ir as ir
import numpy as np
import pytest

from lpt.codegen.contraction import Contraction, emit_contraction
from lpt.codegen.emit import Emitter, Index
from lpt.codegen.isa import float_dot, integer_dots
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import KernelCode, assembly, finish
from lpt.codegen.packing import Weights
from lpt.errors import CompileError
from lpt.target import TARGETS, Target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)


@dataclass(frozen=True)
class Case:
    """A 2-D convolution of [H, W, channels of all groups, padded to 4] with its halo inside; valid, no pads."""

    outputs: int = 16
    inputs: int = 4
    rows: int = 2
    columns: int = 5
    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    @property
    def image(self) -> tuple[int, int, int]:
        height, width = (
            (n - 1) * s + (k - 1) * d + 1
            for n, s, k, d in zip((self.rows, self.columns), self.stride, self.kernel, self.dilation, strict=True)
        )
        return height, width, -(-self.inputs * self.groups // 4) * 4

    def reference(self, x: np.ndarray, w: np.ndarray) -> np.ndarray:
        """[rows, columns, outputs] in the type of w."""
        out = np.zeros((self.rows, self.columns, self.outputs), w.dtype)
        per = self.outputs // self.groups
        for tap, (ky, kx) in enumerate(np.ndindex(self.kernel)):
            y, z = ky * self.dilation[0], kx * self.dilation[1]
            part = x[y : y + (self.rows - 1) * self.stride[0] + 1 : self.stride[0]]
            part = part[:, z : z + (self.columns - 1) * self.stride[1] + 1 : self.stride[1]]
            for g in range(self.groups):
                channels = part[:, :, g * self.inputs : (g + 1) * self.inputs].astype(w.dtype)
                out[:, :, g * per : (g + 1) * per] += channels @ w[g * per : (g + 1) * per, tap].T
        return out

    def contraction(self, target: Target, w: np.ndarray, initial: np.ndarray | None, max_x: int = 255) -> Contraction:
        element = 4 if w.dtype.kind == "f" else 1
        _, width, channels = self.image
        taps = [(ky * self.dilation[0] * width + kx * self.dilation[1]) * channels * element for ky, kx in np.ndindex(self.kernel)]
        weights = Weights(w, np.array(taps), element, channels, self.groups, max_x)
        return Contraction(
            weights,
            (float_dot(target),) if element == 4 else integer_dots(target),
            (self.rows, self.columns),
            (self.stride[0] * width * channels * element, self.stride[1] * channels * element),
            0,
            initial,
        )


def build(contraction: Contraction, target: Target) -> KernelCode:
    """The accumulators, stored as [rows, columns, outputs] of 32 bits."""
    e = Emitter(target, operands=1)
    columns, outputs = contraction.extents[-1], contraction.weights.channels

    def store(e: Emitter, tile: Sequence[Sequence[ir.Value]], channels: int, position: Sequence[Index]) -> None:
        row, column, channel = position
        pixel = e.add(e.mul(row, columns), column)
        base = e.at(e.result, e.mul(e.add(e.mul(pixel, outputs), channel), 4))
        for p, vectors in enumerate(tile):
            for j, lanes in enumerate(vectors):
                exist = e.shuffle(lanes, lanes, range(min(e.lanes, channels - j * e.lanes)))
                e.store(e.at(base, 4 * (p * outputs + j * e.lanes)), exist)

    emit_contraction(e, contraction, e.operand(0), store)
    return finish(e, units=contraction.units, instructions=contraction.instructions)


def check(case: Case, target: Target, low: int = -128, high: int = 127, extreme: bool = False) -> Contraction:
    rng = np.random.default_rng(case.outputs * 1000 + case.inputs)
    x = rng.integers(0, 256, case.image).astype(np.uint8)
    w = rng.integers(low, high + 1, (case.outputs, int(np.prod(case.kernel)), case.inputs))
    if extreme:
        x = np.where(x > 20, 255, x).astype(np.uint8)
        w = np.where(w >= 0, high, low)
    narrow = w.astype(np.int8 if low >= -128 and high <= 127 else np.int16)
    initial = rng.integers(-(2**20), 2**20, case.outputs).astype(np.int32)
    contraction = case.contraction(target, narrow, initial)
    kernel = LoadedKernel(build(contraction, target), target)
    shape = (case.rows, case.columns, case.outputs)
    result = np.full((*shape[:2], case.outputs), -7, np.int32)
    guarded = np.concatenate([result.ravel(), np.full(64, 99, np.int32)])
    # Units in two halves, the later one first: they are independent.
    middle = contraction.units // 2
    kernel([x], guarded, middle, contraction.units)
    kernel([x], guarded, 0, middle)
    np.testing.assert_array_equal(guarded[:-64].reshape(shape), case.reference(x, w.astype(np.int64)) + initial)
    assert (guarded[-64:] == 99).all()
    return contraction


@target_here
@pytest.mark.parametrize(
    "outputs, inputs",
    [(1, 33), (3, 4), (15, 3), (16, 1), (17, 5), (31, 16), (32, 33), (33, 4), (64, 5), (64, 1)],
)
def test_channels_around_the_vector_width(target: Target, outputs: int, inputs: int) -> None:
    check(Case(outputs, inputs, kernel=(1, 3)), target, extreme=True)


@target_here
@pytest.mark.parametrize("columns", [1, 5, 7, 14, 15, 28, 29])
@pytest.mark.parametrize("stride, dilation", [((1, 1), (1, 1)), ((2, 2), (3, 2))])
def test_rows(target: Target, columns: int, stride: tuple[int, int], dilation: tuple[int, int]) -> None:
    check(Case(24, 8, 3, columns, (3, 2), stride, dilation), target)


@target_here
@pytest.mark.parametrize("groups, inputs, outputs", [(2, 4, 8), (3, 5, 9), (4, 3, 64), (8, 1, 24), (2, 20, 96)])
def test_groups_that_straddle_dwords_and_vectors(target: Target, groups: int, inputs: int, outputs: int) -> None:
    check(Case(outputs, inputs, 2, 6, (3, 3), groups=groups), target, extreme=True)


@target_here
@pytest.mark.parametrize("rows, columns, outputs, inputs", [(1, 1, 300, 70), (1, 200, 80, 16), (40, 3, 8, 8), (8, 90, 40, 64)])
def test_work_units_cover_everything_once(target: Target, rows: int, columns: int, outputs: int, inputs: int) -> None:
    assert check(Case(outputs, inputs, rows, columns), target).units > 1


@target_here
@pytest.mark.parametrize("low, high", [(-255, 0), (0, 255), (-200, 180), (-129, 127)])
def test_weights_less_their_zero_point_may_need_nine_bits(target: Target, low: int, high: int) -> None:
    check(Case(20, 7, 2, 4, (2, 2)), target, low, high, extreme=True)


@pytest.mark.parametrize("name", ["x86-64-sse42", "x86-64-avx2", "x86-64-avx512"])
def test_sums_in_16_bits_are_as_long_as_their_proof(name: str) -> None:
    target, case = TARGETS[name], Case(16, 16)
    tiny, small, large = (np.full((16, 1, 16), value, np.int8) for value in (8, 30, 127))
    assert case.contraction(target, tiny, None).shares == {1: 0, 2: 0, 3: 0, 4: 1}
    assert case.contraction(target, small, None).shares == {1: 0, 2: 1, 3: 0, 4: 0}
    # No pair of these is proved: each weight is multiplied with a zero beside it.
    assert case.contraction(target, large, None).shares[1] > 0.6
    assert case.contraction(target, large, None, max_x=127).shares == {1: 1, 2: 0, 3: 0, 4: 0}
    assert case.contraction(target, small, None, max_x=127).shares == {1: 0, 2: 0, 3: 0, 4: 1}
    for w in (tiny, small, large):
        contraction = case.contraction(target, w, None)
        assert contraction.instructions == target.dots[0]
        text = assembly(build(contraction, target).llvm_ir, target)
        assert all(dot in text for dot in target.dots)


@target_here
def test_steps_of_zeros_are_left_out(target: Target) -> None:
    case = Case(64, 32, 2, 7, (3, 3))
    rng = np.random.default_rng(7)
    w = rng.integers(-60, 60, (4, 16, 9, 8, 4)).astype(np.int8)
    w *= rng.integers(0, 4, (4, 1, 9, 8, 1)) == 0
    w = w.reshape(64, 9, 32)
    contraction = case.contraction(target, w, None)
    work = int(contraction.packed.steps @ [dot.dwords for dot in contraction.sequences]) * contraction.tile.vectors
    used = np.count_nonzero(w.reshape(64 // target.lanes, target.lanes, 72, 4).any((1, 3)))
    assert used <= work <= 1.5 * used + 16
    x = rng.integers(0, 256, case.image).astype(np.uint8)
    result = np.empty((2, 7, 64), np.int32)
    LoadedKernel(build(contraction, target), target)([x], result)
    np.testing.assert_array_equal(result, case.reference(x, w.astype(np.int64)))
    nothing = case.contraction(target, np.zeros_like(w), None)
    assert nothing.packed.steps.sum() == 0
    LoadedKernel(build(nothing, target), target)([x], result)
    assert not result.any()


@target_here
@pytest.mark.parametrize("outputs, inputs, columns", [(1, 1, 1), (17, 3, 5), (64, 20, 30)])
def test_float(target: Target, outputs: int, inputs: int, columns: int) -> None:
    case = Case(outputs, inputs, 2, columns, (3, 3), (1, 2))
    rng = np.random.default_rng(outputs)
    x = rng.standard_normal(case.image).astype(np.float32)
    w = rng.standard_normal((outputs, 9, inputs)).astype(np.float32)
    initial = rng.standard_normal(outputs).astype(np.float32)
    result = np.empty((2, columns, outputs), np.float32)
    LoadedKernel(build(case.contraction(target, w, initial), target), target)([x], result)
    exact = case.reference(x, w.astype(np.float64)) + initial
    terms = case.reference(np.abs(x), np.abs(w.astype(np.float64))) + np.abs(initial)
    assert (np.abs(result - exact) <= terms * 2.0**-24 * (9 * inputs + 2)).all()


@target_here
def test_any_tile_gives_the_same_sums(target: Target) -> None:
    case = Case(50, 7, 2, 29)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, case.image, np.uint8)
    w = rng.integers(-128, 128, (50, 1, 7), np.int8)
    first = case.contraction(target, w, None)
    assert first.tiles_by_estimate[0] == (first.tile.pixels, first.tile.vectors)
    for wanted in first.tiles_by_estimate:
        contraction = replace(first, wanted=wanted)
        assert (contraction.tile.pixels, contraction.tile.vectors) == wanted
        assert contraction.tile.full * wanted[0] + contraction.tile.tail == 29
    for wanted in first.tiles_by_estimate[:: max(1, len(first.tiles_by_estimate) // 3)]:
        result = np.zeros((2, 29, 50), np.int32)
        LoadedKernel(build(replace(first, wanted=wanted), target), target)([x], result)
        assert np.array_equal(result, case.reference(x, w.astype(np.int32)))


@pytest.mark.parametrize("wanted", [(14, 3), (30, 1), (1, 9)])
def test_an_impossible_tile_is_refused(wanted: tuple[int, int]) -> None:
    contraction = Case(64, 64, 2, 28).contraction(TARGETS["x86-64-avx512vnni"], np.ones((64, 1, 64), np.int8), None)
    message = f"no micro kernel of {wanted[0]} pixels × {wanted[1]} vectors fits the rows and the 32 registers; leave out"
    with pytest.raises(CompileError, match=message):
        _ = replace(contraction, wanted=wanted).tile


def test_the_wide_vnni_micro_kernel_keeps_its_accumulators_in_registers() -> None:
    target = TARGETS["x86-64-avx512vnni"]
    contraction = Case(64, 64, 2, 28, (3, 3)).contraction(target, np.ones((64, 9, 64), np.int8), None)
    assert (contraction.tile.pixels, contraction.tile.vectors) == (14, 2)
    lines = assembly(build(contraction, target).llvm_ir, target).splitlines()
    first = next(i for i, line in enumerate(lines) if "vpdpbusd" in line)
    last = max(i for i, line in enumerate(lines) if "vpdpbusd" in line)
    assert sum("vpdpbusd" in line for line in lines[first:last]) >= 27
    assert not [line for line in lines[first:last] if "zmm" in line and "(%rsp" in line]


@target_here
@pytest.mark.parametrize("rows, columns, outputs, inputs", [(1, 16, 16, 4), (4, 9, 33, 36), (2, 17, 72, 140)])
def test_pixels_are_widened_for_weights_that_would_have_to_be_cut(
    target: Target, rows: int, columns: int, outputs: int, inputs: int
) -> None:
    rng = np.random.default_rng(3)
    case = Case(outputs, inputs, rows, columns)
    large = rng.choice(np.array([-128, -100, 90, 127]), (outputs, 1, inputs)).astype(np.int8)
    x = rng.integers(0, 256, case.image).astype(np.uint8)
    contraction = case.contraction(target, large, None)
    assert contraction.widens == (target.dots[0] == "vpmaddubsw")
    assert not case.contraction(target, large // 16, None).widens
    out = np.zeros((rows, columns, outputs), np.int32)
    LoadedKernel(build(contraction, target), target)([x], out)
    np.testing.assert_array_equal(out, case.reference(x, large.astype(np.int64)))
