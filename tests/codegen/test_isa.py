"""Each dot-product sequence against exact integer sums, saturating operands included."""

import numpy as np
import pytest

from lpt.codegen.emit import Emitter
from lpt.codegen.isa import Dot, float_dot, integer_dots, proved
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import KernelCode, assembly, finish
from lpt.errors import CompileError
from lpt.target import TARGETS, Target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
INTEGER = [pytest.param(t, d, id=f"{t.name}-{d.name}") for t in HERE for d in integer_dots(t)]


def one_step(target: Target, dot: Dot, weights: np.ndarray) -> KernelCode:
    """acc[operand 0] + dword[operand 1] · weights, of shape [lanes, step]."""
    e = Emitter(target, operands=2)
    acc = e.load(e.operand(0), dot.accumulator, target.lanes)
    packed = e.constant(dot.pack(weights))
    for i in range(dot.passes):
        w = dot.load_weights(e, e.at(packed, i * dot.weight_bytes))
        acc = dot.accumulate(e, acc, dot.broadcast(e, e.operand(1), i), w)
    e.store(e.result, acc)
    return finish(e, units=1)


@pytest.mark.parametrize("target, dot", INTEGER)
@pytest.mark.parametrize("largest", [255, 127])
def test_exact_within_the_proof(target: Target, dot: Dot, largest: int) -> None:
    rng = np.random.default_rng(largest)
    extremes = np.array([[127, 127, 127, 127], [-128, -128, -128, -128], [127, -128, 127, -128]])
    weights = np.concatenate([extremes, rng.integers(-128, 128, (target.lanes - 3, 4))])
    if "maddubsw" in dot.name:
        weights[~proved(weights, largest)] //= 4
        assert proved(weights, largest).all()
    kernel = LoadedKernel(one_step(target, dot, weights), target)
    acc = rng.integers(-(2**31), 2**31 - 2**20, target.lanes).astype(np.int32)
    for x in ([largest] * 4, [0, largest, 0, largest], rng.integers(0, largest + 1, 4)):
        x = np.asarray(x, np.uint8)
        result = np.empty(target.lanes, np.int32)
        kernel([acc, x], result)
        exact = acc + weights.astype(np.int64) @ x.astype(np.int64)
        np.testing.assert_array_equal(result, exact.astype(np.int32))


@pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
def test_the_last_sequence_needs_no_proof(target: Target) -> None:
    weights = np.resize(np.array([127, 127, -128, -128]), (target.lanes, 4))
    result = np.empty(target.lanes, np.int32)
    kernel = LoadedKernel(one_step(target, integer_dots(target)[-1], weights), target)
    kernel([np.zeros(target.lanes, np.int32), np.array([255, 255, 0, 0], np.uint8)], result)
    assert (result == 255 * 127 * 2).all()


@pytest.mark.parametrize("max_x", [1, 127, 128, 129, 200, 255])
def test_proved_is_exactly_the_absence_of_saturation(max_x: int) -> None:
    rng = np.random.default_rng(max_x)
    edge = np.array([[32767 // max_x, 0], [-(32768 // max_x), 0]]).clip(-128, 127)
    pairs = np.concatenate([rng.integers(-128, 128, (500, 2)), edge, [[127, 127], [-128, -128], [127, -128]]])
    x = np.array([[0, 0], [0, max_x], [max_x, 0], [max_x, max_x]])
    sums = pairs @ x.T
    fits = ((sums <= 32767) & (sums >= -32768)).all(1)
    np.testing.assert_array_equal(proved(np.concatenate([pairs, 0 * pairs], 1), max_x), fits)
    np.testing.assert_array_equal(proved(np.concatenate([0 * pairs, pairs], 1), max_x), fits)


@pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
def test_float(target: Target) -> None:
    dot = float_dot(target)
    weights = np.linspace(-1, 1, target.lanes, dtype=np.float32)[:, None]
    acc, x = np.ones(target.lanes, np.float32), np.array([0.3], np.float32)
    result = np.empty(target.lanes, np.float32)
    LoadedKernel(one_step(target, dot, weights), target)([acc, x], result)
    np.testing.assert_allclose(result, 1 + weights[:, 0].astype(np.float64) * x, rtol=1.2e-7)


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda t: t.name)
def test_assembly_has_the_named_instruction(target: Target) -> None:
    for dot in (*integer_dots(target), float_dot(target)):
        text = assembly(one_step(target, dot, np.ones((target.lanes, dot.step))).llvm_ir, target)
        register = {128: "%xmm", 256: "%ymm", 512: "%zmm"}[target.vector_bits]
        name = "vfmadd" if dot.name == "fma" else dot.name
        assert any(name in line and register in line for line in text.splitlines()), (dot.name, text)


def test_an_unknown_sequence_is_named() -> None:
    with pytest.raises(CompileError, match="target mine: no dot-product sequence 'vpdpmmx'; one of vpdpbusd, "):
        integer_dots(Target("mine", (), 128, 8, ("vpdpmmx",), fma=False))
