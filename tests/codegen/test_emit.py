"""The emitter's vectors and loops against numpy, on odd lane counts and every target this machine runs."""

import numpy as np
import pytest

from lpt.codegen.emit import Emitter, Kind
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import assembly, compile_object, finish
from lpt.errors import CompileError
from lpt.target import TARGETS, Target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
COUNTS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)


@target_here
@pytest.mark.parametrize("n", COUNTS)
def test_quantize_stays_in_bounds_and_rounds_half_to_even(target: Target, n: int) -> None:
    e = Emitter(target, operands=1)
    x = e.load(e.operand(0), "f32", n)
    clamped = e.fmin(e.fmax(x, e.const(-128.0, "f32", n)), e.const(127.0, "f32", n))
    e.store(e.result, e.b.add(e.rint_i32(clamped), e.const(128, "i32", n)), "u8")
    kernel = LoadedKernel(finish(e, units=1), target)
    values = np.resize(np.array([0.5, 1.5, -0.5, 2.5, np.nan, 1e30, -1e30, 126.5, np.inf], np.float32), n)
    result = np.full(n + 64, 77, np.uint8)
    kernel([values], result)
    clean = np.where(np.isnan(values), np.float32(-128), values)
    expected = (np.rint(np.clip(clean, -128, 127)) + 128).astype(np.uint8)
    np.testing.assert_array_equal(result[:n], expected)
    assert (result[n:] == 77).all()


@target_here
@pytest.mark.parametrize("n", [1, 3, 8, 17])
def test_minimum_and_maximum_return_their_second_operand_for_nan(target: Target, n: int) -> None:
    e = Emitter(target, operands=2)
    x, y = (e.load(e.operand(i), "f32", n) for i in range(2))
    e.store(e.result, e.fmin(x, y))
    e.store(e.at(e.result, 4 * n), e.fmax(x, y))
    kernel = LoadedKernel(finish(e, units=1), target)
    a, b = np.full(n, np.nan, np.float32), np.arange(n, dtype=np.float32)
    result = np.empty(2 * n, np.float32)
    kernel([a, b], result)
    np.testing.assert_array_equal(result, np.concatenate([b, b]))
    kernel([b, a], result)
    assert np.isnan(result).all()


@target_here
@pytest.mark.parametrize("kind", ["u8", "i8", "u16", "i16", "i32"])
def test_conversions(target: Target, kind: Kind) -> None:
    n = 9
    dtype = np.dtype({"u": "uint", "i": "int"}[kind[0]] + kind[1:])
    e = Emitter(target, operands=1)
    e.store(e.result, e.load(e.operand(0), kind, n, to="f32"))
    e.store(e.at(e.result, 4 * n), e.load_splat(e.operand(0), kind, n, to="f32"))
    e.store(e.at(e.result, 8 * n), e.load_strided(e.operand(0), kind, 3, 3 * dtype.itemsize, to="f32"))
    values = np.linspace(np.iinfo(dtype).min, np.iinfo(dtype).max, n).astype(dtype)
    result = np.empty(2 * n + 3, np.float32)
    LoadedKernel(finish(e, units=1), target)([values], result)
    wide = values.astype(np.float32)
    np.testing.assert_array_equal(result, np.concatenate([wide, np.full(n, wide[0]), wide[::3]]))


@target_here
def test_loops_carry_values_and_units_are_a_range(target: Target) -> None:
    e = Emitter(target, operands=1)
    zero = e.const(0, "i32", 1)
    with e.loop(e.begin, e.end) as unit:
        quotient, rest = e.divmod(unit.index, 3)
        start = e.add(e.mul(quotient, 12), e.mul(rest, 4))
        with e.loop(0, 4, carried=[zero]) as loop:
            at = e.at(e.operand(0), e.mul(e.add(start, loop.index), 4))
            loop.set([e.b.add(loop.values[0], e.load(at, "i32", 1))])
        e.store(e.at(e.result, e.mul(unit.index, 4)), loop.results[0])
    kernel = LoadedKernel(finish(e, units=6), target)
    values = np.arange(24, dtype=np.int32) ** 2
    result = np.full(6, -1, np.int32)
    kernel([values], result, 2, 5)
    sums = values.reshape(6, 4).sum(1)
    np.testing.assert_array_equal(result, [-1, -1, *sums[2:5], -1])


@target_here
def test_a_loop_without_trips_yields_the_first_values(target: Target) -> None:
    e = Emitter(target, operands=0)
    with e.loop(e.begin, e.end, carried=[e.const(5, "i32", 4)]) as loop:
        loop.set([e.b.add(loop.values[0], e.const(1, "i32", 4))])
    e.store(e.result, loop.results[0])
    kernel = LoadedKernel(finish(e, units=0), target)
    result = np.empty(4, np.int32)
    kernel([], result, 3, 3)
    assert result.tolist() == [5] * 4
    kernel([], result, 3, 5)
    assert result.tolist() == [7] * 4


def test_constants_follow_the_result_and_equal_code_has_equal_names() -> None:
    codes = []
    for first in (1, 2):
        e = Emitter(HERE[0], operands=0)
        e.store(e.result, e.load(e.constant(np.full(4, first, np.int32)), "i32", 4, invariant=True))
        codes.append(finish(e, units=1))
    assert codes[0].name == codes[1].name and codes[0].llvm_ir == codes[1].llvm_ir
    result = np.empty(4, np.int32)
    LoadedKernel(codes[1], HERE[0])([], result)
    assert result.tolist() == [2] * 4


def test_a_copying_loop_does_not_call_the_c_library() -> None:
    e = Emitter(TARGETS["x86-64-avx2"], operands=1)
    with e.loop(0, e.end) as loop:
        at = e.mul(loop.index, 32)
        e.store(e.at(e.result, at), e.load(e.at(e.operand(0), at), "i32", 8))
    text = assembly(finish(e, units=1).llvm_ir, TARGETS["x86-64-avx2"])
    assert "memcpy" not in text and "memmove" not in text


def test_broken_code_is_a_compile_error() -> None:
    with pytest.raises(CompileError, match="LLVM refuses a kernel"):
        compile_object("define void @f() { ret i32 0 }", HERE[0])


@pytest.mark.parametrize("n", COUNTS)
def test_divmod_and_unflatten_fold(n: int) -> None:
    e = Emitter(HERE[0], operands=0)
    assert e.divmod(n, 4) == divmod(n, 4)
    assert e.unflatten(n, [9, 2, 3]) == list(np.unravel_index(n, (9, 2, 3)))
