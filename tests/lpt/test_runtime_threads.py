"""The native driver: workers, the ends of steps, forks, the floating-point state."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpt.errors import RunError
from lpt.runtime.executable import Executable
from lpt.runtime.instance import Instance
from lpt.runtime.native import Code, driver
from lpt.runtime.objects import build_object
from lpt.runtime.program import Buffer, Port, Program, View
from lpt.runtime.team import default_threads
from lpt.target import get_target

Chain = Callable[..., Program]
X = np.arange(64, dtype=np.uint8)
MIXED = ("add_1", "reverse", "add_2", "reverse", "reverse", "add_1", "reverse")


def expected(symbols: tuple[str, ...], x: np.ndarray) -> np.ndarray:
    for symbol in symbols:
        x = x.reshape(8, 8)[::-1].reshape(-1) if symbol == "reverse" else x + np.uint8(symbol[-1])
    return x


def workers() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("units", [8, 1])
def test_every_unit_is_done_once_in_order(chain: Chain, threads: int, units: int) -> None:
    symbols = ("add_1", "add_2", "add_1") if units == 1 else MIXED
    exe = Executable([chain(*symbols, units=units)], threads=threads)
    y = exe.run({"x": X})["y"]
    # One unit is eight bytes, the rest of the output is not written.
    assert np.array_equal(y[: units * 8], expected(symbols, X)[: units * 8])


# Unit u adds one to byte 8u of the result.
COUNT = """
define void @add_1(ptr %args, i64 %begin, i64 %end) {
entry:
  %to.at = getelementptr ptr, ptr %args, i64 1
  %to = load ptr, ptr %to.at
  br label %next
next:
  %u = phi i64 [ %begin, %entry ], [ %u.next, %unit ]
  %more = icmp slt i64 %u, %end
  br i1 %more, label %unit, label %exit
unit:
  %at = mul i64 %u, 8
  %byte = getelementptr i8, ptr %to, i64 %at
  %old = load i8, ptr %byte
  %new = add i8 %old, 1
  store i8 %new, ptr %byte
  %u.next = add i64 %u, 1
  br label %next
exit:
  ret void
}
"""


@pytest.mark.parametrize(("steps", "units"), [(1, 8), (2, 8), (3, 7), (3, 3), (4, 2)])
def test_no_unit_is_done_twice(chain: Chain, steps: int, units: int) -> None:
    program = chain(*["add_1"] * steps, units=units)
    program.objects["add_1"] = build_object(COUNT, get_target("native"))
    counts = np.zeros(64, np.uint8)
    for threads in (2, 3, 5):
        instance = Instance(program, Code(program.objects), threads)
        instance._arena[:] = counts[:] = 0
        instance.bind([X], [counts])
        for _ in range(100):
            instance.run()
        assert counts.reshape(8, 8)[:units, 0].tolist() == [100] * units
        instance.close()


# Unit u adds the operand's dword LAST − u to u and stores the sum; before that it may lose its processor.
SLOW = """
declare i32 @sched_yield()
declare i32 @usleep(i32)
define void @reverse(ptr %args, i64 %begin, i64 %end) {
entry:
  %from = load ptr, ptr %args
  %to.at = getelementptr ptr, ptr %args, i64 1
  %to = load ptr, ptr %to.at
  br label %next
next:
  %u = phi i64 [ %begin, %entry ], [ %u.next, %unit ]
  %more = icmp slt i64 %u, %end
  br i1 %more, label %pause, label %exit
pause:
  %kind = urem i64 %u, PERIOD
  switch i64 %kind, label %unit [ i64 1, label %sleep
                                  i64 3, label %yield ]
sleep:
  call i32 @usleep(i32 50)
  br label %unit
yield:
  call i32 @sched_yield()
  br label %unit
unit:
  %mirrored = sub i64 LAST, %u
  %source = getelementptr i32, ptr %from, i64 %mirrored
  %value = load i32, ptr %source
  %low = trunc i64 %u to i32
  %sum = add i32 %value, %low
  %target = getelementptr i32, ptr %to, i64 %u
  store i32 %sum, ptr %target
  %u.next = add i64 %u, 1
  br label %next
exit:
  ret void
}
"""


@pytest.mark.parametrize(("units", "threads", "period"), [(16, 2, 7), (13, 5, 5), (200, 64, 97), (64, 64, 1000), (3, 64, 5)])
def test_no_step_begins_before_the_last_is_over(chain: Chain, units: int, threads: int, period: int) -> None:
    program = chain(*["reverse"] * 5, units=units)
    ir = SLOW.replace("PERIOD", str(period)).replace("LAST", str(units - 1))
    view = View("int32", (units,), (1,))
    slots = {0: 0, 128: 4 * 256}
    steps = []
    for step in program.steps:
        buffers = [replace(b, at=slots[b.at]) if b.space == "arena" else b for b in step.arguments]
        steps.append(replace(step, arguments=tuple(buffers), result=buffers[1], view=view))
    program = replace(
        program,
        inputs=(Port("x", "int32", (units,)),),
        outputs=(Port("y", "int32", (units,)),),
        steps=tuple(steps),
        objects={"reverse": build_object(ir, get_target("native"))},
        arena_size=8 * 256,
    )
    x = np.arange(units, dtype=np.int32) * 7
    result: np.ndarray = x
    for _ in range(5):
        result = result[::-1] + np.arange(units, dtype=np.int32)
    instance = Instance(program, Code(program.objects), threads)
    y = np.zeros(units, np.int32)
    instance.bind([x], [y])
    for i in range(60):
        y[:] = 0
        if i % 3:
            instance.run()
        else:  # two calls; those who sleep through the first come to the second
            instance.run(0, 2)
            instance.run(2)
        assert np.array_equal(y, result)
    instance.close()


def test_a_step_without_units_is_passed(chain: Chain) -> None:
    program = chain("add_1", "add_2", units=8)
    empty = replace(program.steps[0], units=0, arguments=(Buffer("input", 0), Buffer("arena", 128)))
    program = replace(program, steps=(empty, *program.steps, empty))
    exe = Executable([program], threads=2)
    for _ in range(3):
        assert np.array_equal(exe.run({"x": X})["y"], X + 3)


def test_more_units_than_words_count_are_refused(chain: Chain) -> None:
    with pytest.raises(RunError, match="a kernel has 16777216 work units, threads can share 16777215"):
        Executable([chain("add_1", units=1 << 24)]).run({"x": X})


def test_more_threads_than_processors_make_progress(chain: Chain) -> None:
    exe = Executable([chain(*MIXED)], threads=8)
    for i in range(1000):
        x = X + np.uint8(i % 256)
        assert np.array_equal(exe.run({"x": x})["y"], expected(MIXED, x))


def test_sleeping_workers_wake(chain: Chain) -> None:
    exe = Executable([chain(*MIXED)], threads=3)
    for _ in range(5):
        assert np.array_equal(exe.run({"x": X})["y"], expected(MIXED, X))
        threading.Event().wait(0.02)


def test_calls_from_several_python_threads(chain: Chain) -> None:
    exe = Executable([chain(*MIXED)], threads=2)

    def call(i: int) -> bool:
        x = X + np.uint8(i)
        return bool(np.array_equal(exe.run({"x": x})["y"], expected(MIXED, x)))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(call, range(200)))


def test_workers_end_with_the_executable(chain: Chain) -> None:
    gc.collect()
    before = workers()
    exe = Executable([chain(*MIXED)], threads=4)
    exe.run({"x": X})
    assert workers() == before + 3
    del exe
    gc.collect()
    assert workers() == before


def test_a_forked_child_runs_and_ends(chain: Chain) -> None:
    exe = Executable([chain(*MIXED)], threads=3)
    exe.run({"x": X})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of any fork with threads
        child = os.fork()
    if child == 0:
        right = np.array_equal(exe.run({"x": X})["y"], expected(MIXED, X))
        del exe
        gc.collect()
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert np.array_equal(exe.run({"x": X})["y"], expected(MIXED, X))


# Stores MXCSR where the output begins.
MXCSR = """
declare void @llvm.x86.sse.stmxcsr(ptr)
define void @add_1(ptr %args, i64 %begin, i64 %end) {
  %to.at = getelementptr ptr, ptr %args, i64 1
  %to = load ptr, ptr %to.at
  %mine = getelementptr i32, ptr %to, i64 %begin
  call void @llvm.x86.sse.stmxcsr(ptr %mine)
  ret void
}
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_kernels_see_the_default_rounding_and_callers_keep_theirs(chain: Chain, threads: int) -> None:
    # 0x9F80: flush denormals to zero; as some libraries leave it.
    import llvmlite.binding as llvm

    tools = """
    declare void @llvm.x86.sse.stmxcsr(ptr)
    declare void @llvm.x86.sse.ldmxcsr(ptr)
    define void @get(ptr %p) { call void @llvm.x86.sse.stmxcsr(ptr %p) ret void }
    define void @set(ptr %p) { call void @llvm.x86.sse.ldmxcsr(ptr %p) ret void }
    """
    builder = llvm.JITLibraryBuilder().add_ir(tools).export_symbol("get").export_symbol("set")
    library = builder.link(llvm.create_lljit_compiler(), "mxcsr")
    get, put = (ctypes.CFUNCTYPE(None, ctypes.c_void_p)(library[n]) for n in ("get", "set"))
    program = chain("add_1", units=threads)
    program.objects["add_1"] = build_object(MXCSR, get_target("native"))
    exe = Executable([program], threads=threads)
    state, flushing = ctypes.c_uint32(), ctypes.c_uint32(0x9F80)
    get(ctypes.addressof(state))
    put(ctypes.addressof(flushing))
    try:
        y = exe.run({"x": X})["y"]
        after = ctypes.c_uint32()
        get(ctypes.addressof(after))
    finally:
        put(ctypes.addressof(state))
    assert y.view(np.uint32)[:threads].tolist() == [0x1F80] * threads
    assert after.value & 0xFFC0 == 0x9F80


def test_default_threads_counts_allowed_cores() -> None:
    assert 1 <= default_threads() <= len(os.sched_getaffinity(0))


def test_the_driver_is_compiled_once() -> None:
    assert driver() is driver()
