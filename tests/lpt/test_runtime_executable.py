"""Executable: inputs, taps, halos, report, specialisation."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import lpt
from lpt.data import bundled_model_path
from lpt.errors import RunError
from lpt.runtime.executable import Executable, ReportRow, Shapes
from lpt.runtime.halo import halo_spans, repeated
from lpt.runtime.instance import Instance
from lpt.runtime.native import Code
from lpt.runtime.program import Buffer, ConstantPool, Copy, Port, Program, Span

Chain = Callable[..., Program]
X = np.arange(64, dtype=np.uint8)


@pytest.fixture
def exe(chain: Chain) -> Executable:
    return Executable([chain("add_1", "reverse", "add_2")], threads=2)


class Foreign:
    """An array of another library, as far as DLPack tells."""

    def __dlpack__(self, **options: object) -> object:
        return X.__dlpack__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return X.__dlpack_device__()


def test_dlpack_and_strided_inputs(exe: Executable) -> None:
    y = exe.run({"x": X})["y"]
    strided = np.repeat(X, 3)[::3]
    assert not strided.flags.c_contiguous
    assert np.array_equal(exe.run({"x": strided})["y"], y)
    assert np.array_equal(exe.run({"x": Foreign()})["y"], y)


def test_an_executable_is_shown_in_one_line(exe: Executable) -> None:
    assert repr(exe) == f"<Executable for {exe.target}, threads 2, x: uint8[64] → y: uint8[64]>"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, r"missing input 'x'; this executable takes 'x': uint8\[64\]"),
        ({"x": X, "z": X}, r"unknown input 'z'; this executable takes 'x': uint8\[64\]"),
        ({"x": X[:63]}, r"input 'x': expected uint8\[64\], got uint8\[63\]"),
        ({"x": X.astype(np.int8)}, r"input 'x': expected uint8\[64\], got int8\[64\]"),
        ({"x": [1, 2]}, r"input 'x': expected an array, got list"),
        ({"x": None}, r"input 'x': expected an array, got NoneType; pass an ndarray or an object with __dlpack__"),
        ({"x": X.astype(object)}, r"input 'x': expected uint8\[64\], got object\[64\]; convert it before the call"),
        ({"x": X.astype(">i2")}, r"input 'x': expected uint8\[64\], got int16 of the other byte order\[64\]"),
        ({3: X}, r"missing input 'x'; this executable takes 'x': uint8\[64\]"),
        ({"x": X, 3: X, "z": X}, "unknown input 3; this executable takes 'x'"),
        (None, r"expected a mapping from input names to arrays, got NoneType; pass \{'x': …\}"),
        (3, "expected a mapping from input names to arrays, got int"),
        ("x", "expected a mapping from input names to arrays, got str"),
        (X, "expected a mapping from input names to arrays, got ndarray"),
        ([X], "expected a mapping from input names to arrays, got list"),
    ],
)
def test_inputs_that_do_not_fit_are_named(exe: Executable, inputs: Any, message: str) -> None:
    with pytest.raises(RunError, match=message):
        exe.run(inputs)


class OnDevice(Foreign):
    """An array that cannot be read here."""

    def __dlpack__(self, **options: object) -> object:
        raise BufferError("it lies on a device")


class Unfinished:
    """An attribute of that name, but no array."""

    __dlpack__ = 3


@pytest.mark.parametrize(("array", "reason"), [(OnDevice(), "it lies on a device"), (Unfinished(), "not callable")])
def test_arrays_that_dlpack_cannot_read_are_named(exe: Executable, array: object, reason: str) -> None:
    with pytest.raises(RunError, match=f"input 'x': cannot be read through DLPack: .*{reason}.*; pass an ndarray"):
        exe.run({"x": array})


def test_any_mapping_will_do(exe: Executable) -> None:
    assert np.array_equal(exe.run(MappingProxyType({"x": X}))["y"], exe.run({"x": X})["y"])


@pytest.mark.parametrize("taps", ["add_1_0", 3, [["add_1_0"]], [None]])
def test_taps_that_are_no_names(exe: Executable, taps: Any) -> None:
    with pytest.raises(RunError, match=r"report\(\) lists the kernels"):
        exe.run({"x": X}, taps=taps)


@pytest.mark.parametrize("threads", ["2", 0, -1, 1.5, [2], np.array([1, 2])])
def test_threads_that_are_no_number_from_1_on(chain: Chain, threads: Any) -> None:
    message = re.escape(f"threads must be a whole number from 1 on, not {threads!r}; leave it out for one per physical core")
    with pytest.raises(RunError, match=message):
        Executable([chain("add_1")], threads=threads)
    with pytest.raises(RunError, match=message):
        lpt.compile(bundled_model_path(), threads=threads)


def test_threads_of_numpy(chain: Chain) -> None:
    assert Executable([chain("add_1")], threads=np.int64(2)).threads == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (3, "expected a mapping from input names to shapes, got int"),
        ({"x": 64}, "input 'x': expected a shape, got 64; give one extent per dimension"),
        ({"x": [None]}, "input 'x': expected a shape"),
        ({"x": "64"}, "input 'x': expected a shape"),
        ({"x": [-1]}, "input 'x': expected a shape"),
        ({3: [64]}, "unknown input 3"),
    ],
)
def test_shapes_that_are_none(exe: Executable, shapes: Any, message: str) -> None:
    with pytest.raises(RunError, match=message):
        exe.prepare(shapes)


def test_taps_are_copied_before_memory_is_reused(chain: Chain) -> None:
    exe = Executable([chain("add_1", "add_1", "add_1", "add_2")], threads=2)
    outputs, values = exe.run({"x": X}, taps=["add_1_0", "add_1_2", "add_1_1"])
    assert np.array_equal(outputs["y"], X + 5)
    assert sorted(values) == ["add_1_0", "add_1_1", "add_1_2"]
    for i in range(3):
        assert np.array_equal(values[f"add_1_{i}"], X + (1 + i))
    with pytest.raises(RunError, match="no kernel or value is called 'conv'"):
        exe.run({"x": X}, taps=["conv"])


def test_report_has_a_row_per_kernel(exe: Executable) -> None:
    rows = exe.report()
    fields = ["name", "operation", "precision", "instructions", "macs", "bytes", "ns"]
    assert [f.name for f in dataclasses.fields(ReportRow)] == fields
    assert [(r.name, r.operation, r.macs) for r in rows] == [
        ("add_1_0", "add", 64),
        ("reverse_1", "reverse", 64),
        ("add_2_2", "add", 64),
    ]
    assert all(isinstance(r.ns, int) and r.ns >= 0 for r in rows)


def test_report_of_a_foreign_target_has_no_times(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lpt.runtime.executable.runs_here", lambda target: False)
    exe = Executable([chain("add_1")])
    assert [row.ns for row in exe.report()] == [None]
    with pytest.raises(RunError, match="this processor lacks an instruction set of"):
        exe.run({"x": X})


def test_halo_is_filled_around_each_result(chain: Chain) -> None:
    spans = (Span(64, 13, repeated(7, "uint8")), Span(80, 8, repeated(-2, "int16")), Span(96, 12, repeated(1.5, "float32")))
    for units, threads in ((8, 3), (1, 3), (8, 1)):
        program = chain("add_1", "add_1", "add_2", units=units, halo=spans)
        instance = Instance(program, Code(program.objects), threads)
        instance.bind([X], [np.empty(64, np.uint8)])
        instance._arena[:] = 99
        instance.run()
        for base in (0, 128):
            halo = instance._arena[base + 64 : base + 108]
            assert halo[:13].tolist() == [7] * 13
            assert halo[16:24].view(np.int16).tolist() == [-2] * 4
            assert halo[32:].view(np.float32).tolist() == [1.5] * 3
            assert halo[13:16].tolist() == [99] * 3
        instance.close()


def test_halo_spans_cover_the_border_and_no_data() -> None:
    # 1×3×4×5, channel-last with 4 bytes a pixel, one pixel of halo above and left, two below and right.
    shape, strides, lo, hi = (1, 3, 4, 5), (0, 1, 32, 4), (0, 0, 1, 1), (0, 0, 2, 2)
    size, origin = 7 * 8 * 4, 32 + 4
    for gap in (0, 3):
        buffer = np.zeros(size, np.uint8)
        spans = halo_spans("uint8", shape, strides, origin, size, lo, hi, 9, gap)
        for span in spans:
            buffer[span.begin : span.begin + span.length] = 9
        pixels = buffer.reshape(7, 8, 4)
        assert (pixels[1:5, 1:6] == 0).all()
        border = np.ones((7, 8), bool)
        border[1:5, 1:6] = False
        assert (pixels[border][:, :3] == 9).all()
    assert len(spans) == 5


def test_symbolic_shapes_compile_on_demand_and_are_kept(chain: Chain) -> None:
    asked = []

    def specialize(shapes: Shapes) -> Program:
        asked.append(shapes)
        return chain("add_1")

    ports = [Port("x", "uint8", (-1,))], [Port("y", "uint8", (-1,))]
    exe = Executable([], inputs=ports[0], outputs=ports[1], target="native", specialize=specialize)
    with pytest.raises(RunError, match="call run or prepare first"):
        exe.report()
    with pytest.raises(RunError, match=r"nothing is compiled yet.*; call prepare\(shapes\) first"):
        exe.save("unwritten.lpt")
    with pytest.raises(RunError, match=r"input 'x': uint8\[8, 8\] does not fit uint8\[\?\]"):
        exe.prepare({"x": [8, 8]})
    exe.prepare({"x": [64]})
    for _ in range(2):
        assert np.array_equal(exe.run({"x": X})["y"], X + 1)
    assert asked == [((64,),)]
    assert len(exe.report()) == 1
    with pytest.raises(RunError, match="the model cannot take the shapes"):
        exe.run({"x": X[:8]})


def test_outputs_that_no_kernel_computes_are_copied(chain: Chain) -> None:
    pool = ConstantPool()
    constant = pool.add(np.arange(3, dtype=np.float32))
    assert pool.add(np.arange(3, dtype=np.float32)) == constant
    assert pool.add(np.arange(64, 128, dtype=np.uint8)).at % 64 == 0
    program = dataclasses.replace(
        chain("add_1"),
        outputs=(Port("y", "uint8", (64,)), Port("same", "uint8", (64,)), Port("fixed", "float32", (3,))),
        constants=pool.block(),
        copies=(Copy(1, Buffer("input", 0)), Copy(2, constant)),
    )
    values = Executable([program]).run({"x": X})
    assert np.array_equal(values["same"], X)
    assert values["fixed"].tolist() == [0, 1, 2]


def test_threads_must_be_positive(chain: Chain) -> None:
    with pytest.raises(RunError, match="threads must be a whole number from 1 on, not 0"):
        Executable([chain("add_1")], threads=0)
