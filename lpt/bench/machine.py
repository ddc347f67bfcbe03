"""What this machine can do at most: dot products per second, and bytes per second of reading.

Both are measured by small kernels that the code generator makes and the native driver runs, on the threads of the benchmark.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import product

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.isa import Dot, float_dot, integer_dots
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.runtime.executable import Executable
from lpt.runtime.objects import build_object
from lpt.runtime.program import Buffer, ConstantPool, Port, Program, Step, View
from lpt.target import Target, get_target

_TRIPS = 16_384
"""Of the inner loop, per work unit."""

_TABLE = 8192
"""Bytes of weights that the products read again and again: a quarter of a first-level cache."""

_CHUNK = 1 << 16
"""Bytes that a work unit reads."""

_LEAST_READ = 1 << 25
"""Bytes read per measurement: small footprints are read several times, so that the call itself does not count."""

_UNITS_PER_THREAD = 8
_REPEATS = 15


@dataclass(frozen=True)
class Machine:
    """`peaks`: GMAC/s of each dot-product sequence of `target`; `read_gb`: GB/s of reading `footprint` bytes; both with all
    `threads`."""

    target: str
    threads: int
    peaks: dict[str, float]
    read_gb: float
    footprint: int

    def peak(self, instructions: str) -> float | None:
        """The peak of the fastest sequence that a kernel's `instructions` name, or None."""
        found = [peak for name, peak in self.peaks.items() if name in instructions]
        return max(found, default=None)


def measure(target: str, threads: int, footprint: int) -> Machine:
    """Measure this machine for a program of `footprint` bytes: constants and arena decide which memory they come from.

    Takes about 0.2 s. Raises LptError for an unknown target, RunError where this processor cannot run it.
    """
    chosen = get_target(target)
    dots = [*integer_dots(chosen), float_dot(chosen)]
    peaks = {dot.name: _rate(_products(chosen, dot, _UNITS_PER_THREAD * threads), chosen, threads) for dot in dots}
    chunks = max(1, -(-footprint // _CHUNK))
    times = max(1, _LEAST_READ // (chunks * _CHUNK))
    return Machine(chosen.name, threads, peaks, _rate(_reading(chosen, chunks, times), chosen, threads), footprint)


def _products(target: Target, dot: Dot, units: int) -> KernelCode:
    """A micro kernel without an end: pixels × vectors of accumulators, weights from the first-level cache."""
    pixels, vectors = (6, 2) if target.registers == 32 else (4, 2)
    e = Emitter(target, operands=0)
    table = e.constant(np.zeros(_TABLE // 4, np.int32))
    xs = [dot.broadcast(e, e.at(table, 64 * i), 0) for i in range(pixels)]
    with e.loop(e.begin, e.end) as unit:
        zero = [e.const(0, dot.accumulator, dot.lanes)] * (pixels * vectors)
        with e.loop(0, _TRIPS, carried=zero) as trip:
            at = e.b.and_(e.index(e.mul(trip.index, vectors * dot.weight_bytes)), e.index(_TABLE // 2 - 1))
            weights = [dot.load_weights(e, e.at(table, e.add(at, i * dot.weight_bytes))) for i in range(vectors)]
            places = product(range(pixels), range(vectors))
            trip.set([dot.accumulate(e, acc, xs[i], weights[j]) for acc, (i, j) in zip(trip.values, places, strict=True)])
        _store_sum(e, trip.results, unit.index)
    macs = units * _TRIPS * pixels * vectors * dot.lanes * dot.step // dot.passes
    return finish(e, units=units, instructions=dot.name, macs=macs)


def _reading(target: Target, chunks: int, times: int) -> KernelCode:
    """The sum of `chunks` chunks of memory, so many times."""
    e = Emitter(target, operands=0)
    memory = e.constant(np.ones(chunks * _CHUNK // 4, np.int32))
    streams, width = 8, 4 * target.lanes
    with e.loop(e.begin, e.end) as unit:
        start = e.mul(e.divmod(unit.index, chunks)[1], _CHUNK)
        zero = [e.const(0, "i32", target.lanes)] * streams
        with e.loop(0, _CHUNK, streams * width, carried=zero) as trip:
            at = [e.at(memory, e.add(start, e.add(trip.index, i * width))) for i in range(streams)]
            trip.set([e.b.add(acc, e.load(p, "i32", target.lanes)) for acc, p in zip(trip.values, at, strict=True)])
        _store_sum(e, trip.results, unit.index)
    return finish(e, units=chunks * times, moved=chunks * times * _CHUNK)


def _store_sum(e: Emitter, values: list[ir.Value], unit: ir.Value | int) -> None:
    """Use each value, else LLVM would compute none of them."""
    floats = isinstance(values[0].type.element, ir.FloatType)
    total = values[0]
    for value in values[1:]:
        total = e.b.fadd(total, value) if floats else e.b.add(total, value)
    e.store(e.at(e.result, e.mul(unit, 64)), total)


def _rate(code: KernelCode, target: Target, threads: int) -> float:
    """1e9 multiply-accumulates, or bytes where there are none, per second: the best of some runs."""
    pool = ConstantPool()
    result, constants = Buffer("output", 0), [pool.add(array) for array in code.constants]
    length = 64 * code.units
    step = Step(
        name="probe",
        operation="probe",
        precision="",
        instructions=code.instructions,
        macs=code.macs,
        bytes=code.bytes,
        symbol=code.name,
        units=code.units,
        arguments=(result, *constants),
        result=result,
        view=View("uint8", (length,), (1,)),
    )
    program = Program(
        target=target.name,
        inputs=(),
        outputs=(Port("y", "uint8", (length,)),),
        steps=(step,),
        objects={code.name: build_object(code.llvm_ir, target)},
        constants=pool.block(),
        arena_size=0,
    )
    executable = Executable([program], threads=threads)
    executable.run({})
    times = []
    for _ in range(_REPEATS):
        begin = time.perf_counter_ns()
        executable.run({})
        times.append(time.perf_counter_ns() - begin)
    return (code.macs or code.bytes) / min(times)
