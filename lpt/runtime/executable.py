"""`Executable`: a compiled model that runs."""

from __future__ import annotations

import operator
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Self, overload

import numpy as np

from lpt.errors import RunError, memory_for
from lpt.runtime.inputs import bind_inputs, describe, matches
from lpt.runtime.instance import Instance
from lpt.runtime.native import Code
from lpt.runtime.program import Port, Program, cut_rows
from lpt.runtime.team import default_threads
from lpt.target import get_target, runs_here

__all__ = ["Executable", "ReportRow"]

Arrays = dict[str, np.ndarray]
"""Values by name."""

Shapes = tuple[tuple[int, ...], ...]
"""The shape of each input, in order."""


@dataclass(frozen=True)
class ReportRow:
    """One kernel. `ns` is the median time of a run, or None where this processor cannot run the target."""

    name: str
    operation: str
    precision: str
    instructions: str
    macs: int
    bytes: int
    ns: int | None


class _Loaded:
    """A program in memory, with the instances that are idle."""

    def __init__(self, program: Program, threads: int):
        target = get_target(program.target)
        if not runs_here(target):
            raise RunError(
                f"this processor lacks an instruction set of {target.name}", way_out="compile the model for target native"
            )
        self.program, self._threads = program, threads
        self.outputs = [(port.shape, port.type) for port in program.outputs]
        self._code = Code(program.objects)
        self._taps = {step.name: i for i, step in enumerate(program.steps)}
        self.idle: deque[Instance] = deque()

    def take(self) -> Instance:
        try:
            return self.idle.pop()
        except IndexError:
            with memory_for("the network's intermediate results", RunError):
                return Instance(self.program, self._code, self._threads)

    def give(self, instance: Instance) -> None:
        instance.release()
        self.idle.append(instance)

    def tapped(self, names: Iterable[str]) -> dict[int, list[str]]:
        """Step → names of its result. Raises RunError for a name that no step has."""
        steps: dict[int, list[str]] = {}
        if isinstance(names, str) or not isinstance(names, Iterable):
            raise RunError(f"expected a list of taps, got {names!r}", way_out="report() lists the kernels")
        for name in names:
            if not isinstance(name, str) or name not in self._taps:
                raise RunError(f"no kernel or value is called {name!r}", way_out="report() lists the kernels")
            steps.setdefault(self._taps[name], []).append(name)
        return steps


class Executable:
    """A model compiled for one target: a program per set of input shapes, made on demand where shapes are symbolic.

    May be called from several Python threads at once: each call takes an arena and workers from a pool.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        inputs: Sequence[Port] | None = None,
        outputs: Sequence[Port] | None = None,
        target: str | None = None,
        threads: int | None = None,
        specialize: Callable[[Shapes], Program] | None = None,
    ):
        """`inputs`, `outputs` and `target` default to those of the only program; `threads` to the number of physical cores;
        `specialize` compiles the program for given input shapes."""
        if inputs is None or outputs is None or target is None:
            (only,) = programs
            inputs, outputs, target = only.inputs, only.outputs, only.target
        self.inputs, self.outputs, self.target = tuple(inputs), tuple(outputs), target
        self.threads = _checked_threads(threads)
        self._names = [port.name for port in self.outputs]
        self._rows = {port.name: (port.rows, port.axis) for port in self.outputs if port.rows}
        self._specialize = specialize
        self._programs: dict[Shapes, Program] = {_shapes(p): p for p in programs}
        self._loaded: dict[Shapes, _Loaded] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        told = [", ".join(f"{p.name}: {describe(p.dtype, p.shape)}" for p in ports) for ports in (self.inputs, self.outputs)]
        return f"<Executable for {self.target}, threads {self.threads}, {told[0]} → {told[1]}>"

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs compiled so far."""
        return tuple(self._programs.values())

    @overload
    def run(self, inputs: Mapping[str, object], taps: None = None) -> Arrays: ...

    @overload
    def run(self, inputs: Mapping[str, object], taps: Iterable[str]) -> tuple[Arrays, Arrays]: ...

    def run(self, inputs: Mapping[str, object], taps: Iterable[str] | None = None) -> Arrays | tuple[Arrays, Arrays]:
        """The outputs by name; with `taps`, also the tapped values by name. `inputs`: name → ndarray or object with `__dlpack__`.

        A tap is a kernel's name (`report()` lists them); its result is copied before its memory is reused.
        Raises RunError where an input does not fit and for an unknown tap.
        """
        # What Python does here is all that it adds to a call: about 3 µs.
        arrays = bind_inputs(self.inputs, inputs)
        shapes = tuple([array.shape for array in arrays])
        loaded = self._loaded.get(shapes) or self._load(shapes)
        try:
            results = [np.empty(shape, dtype) for shape, dtype in loaded.outputs]
        except MemoryError as error:
            raise RunError("the outputs need more memory than there is", way_out="use smaller shapes") from error
        outputs = dict(zip(self._names, results, strict=True))
        if taps is not None:
            tapped = self._run_tapped(loaded, arrays, results, loaded.tapped(taps))
            return cut_rows(outputs, self._rows), tapped
        instance = loaded.take()
        try:
            instance.call(arrays, results)
        finally:
            loaded.idle.append(instance)
        return cut_rows(outputs, self._rows) if self._rows else outputs

    def prepare(self, shapes: Mapping[str, Sequence[int]] | None = None) -> None:
        """Compile the program for these input shapes now; symbolic dimensions of the inputs left out are 1."""
        if shapes is not None and not isinstance(shapes, Mapping):
            raise RunError(
                f"expected a mapping from input names to shapes, got {type(shapes).__name__}",
                way_out="prepare({'x': [1, 3, 224, 224]})",
            )
        given = {name: _checked_shape(name, shape) for name, shape in (shapes or {}).items()}
        if unknown := sorted(set(given) - {p.name for p in self.inputs}, key=str):
            raise RunError(f"unknown input {unknown[0]!r}", way_out=f"inputs are {', '.join(p.name for p in self.inputs)}")
        wanted = tuple(given.get(p.name, tuple(1 if n == -1 else n for n in p.shape)) for p in self.inputs)
        for port, shape in zip(self.inputs, wanted, strict=True):
            if not matches(shape, port.shape):
                raise RunError(
                    f"{describe(port.dtype, shape)} does not fit {describe(port.dtype, port.shape)}", where=f"input {port.name!r}"
                )
        self._program(wanted)

    def report(self, *, repeats: int = 5) -> list[ReportRow]:
        """A row per kernel of the program used last; `ns` is the median of `repeats` runs on zeros, None if that is 0."""
        program, times = self._profile(repeats)
        return [
            ReportRow(s.name, s.operation, s.precision, s.instructions, s.macs * program.groups, s.bytes * program.groups, ns)
            for s, ns in zip(program.steps, times, strict=True)
        ]

    def save(self, path: str | Path) -> None:
        """Write the programs compiled so far to one file, whole or not at all. Raises RunError if there are none."""
        from lpt.runtime.container import Contents, write

        if not self._programs:
            raise RunError("nothing is compiled yet, because input shapes are symbolic", way_out="call prepare(shapes) first")
        write(Path(path), Contents(self.target, self.inputs, self.outputs, self.programs))

    @classmethod
    def load(cls, path: str | Path, *, threads: int | None = None) -> Self:
        """Read what `save` wrote, its constants in place: a saved file may be replaced, but must not be changed while it is used.

        The file holds machine code: load only files that you trust. Raises LoadError.
        """
        from lpt.runtime.container import read

        found = read(Path(path))
        return cls(found.programs, inputs=found.inputs, outputs=found.outputs, target=found.target, threads=threads)

    def _run_tapped(
        self, loaded: _Loaded, arrays: list[np.ndarray], results: list[np.ndarray], tapped: Mapping[int, list[str]]
    ) -> Arrays:
        instance, program = loaded.take(), loaded.program
        parts: dict[int, list[np.ndarray]] = {i: [] for i in sorted(tapped)}
        try:
            for group in range(program.groups):
                instance.bind(arrays, results, group)
                begin = 0
                for i, found in parts.items():
                    instance.run(begin, i + 1)
                    found.append(instance.value(program.steps[i]))
                    begin = i + 1
                instance.run(begin)
                instance.copy_outputs()
        finally:
            loaded.give(instance)
        values = {i: found[0] if program.groups == 1 else np.concatenate(found) for i, found in parts.items()}
        return {name: values[i] for i, names in tapped.items() for name in names}

    def _load(self, shapes: Shapes) -> _Loaded:
        program = self._program(shapes)
        with self._lock:
            if shapes not in self._loaded:
                self._loaded[shapes] = _Loaded(program, self.threads)
            return self._loaded[shapes]

    def _program(self, shapes: Shapes) -> Program:
        with self._lock:
            if shapes not in self._programs:
                self._programs[shapes] = self._specialized(shapes)
            return self._programs[shapes]

    def _specialized(self, shapes: Shapes) -> Program:
        if self._specialize is None:
            got = ", ".join(describe(p.dtype, s) for p, s in zip(self.inputs, shapes, strict=True))
            raise RunError(f"not compiled for {got}", way_out="compile the model again, or run these shapes before save")
        program = self._specialize(shapes)
        if not all(matches(s, p.shape) for s, p in zip(shapes, self.inputs, strict=True)) or _shapes(program) != shapes:
            raise RunError(f"the model cannot take the shapes {shapes}", way_out="see Executable.inputs")
        # Weights are packed alike for most shapes: hold them once.
        for other in self._programs.values():
            if np.array_equal(other.constants, program.constants):
                return replace(program, constants=other.constants)
        return program

    def _profile(self, repeats: int) -> tuple[Program, list[int | None]]:
        if not self._programs:
            raise RunError("no program yet, because input shapes are symbolic", way_out="call run or prepare first")
        shapes = next(reversed(self._loaded or self._programs))
        program = self._programs[shapes]
        if repeats < 1 or not runs_here(get_target(program.target)):
            return program, [None] * len(program.steps)
        loaded = self._load(shapes)
        instance = loaded.take()
        try:
            arrays = [[np.zeros(p.shape, p.dtype) for p in ports] for ports in (program.inputs, program.outputs)]
            runs = [_timed(instance, program, *arrays) for _ in range(repeats + 1)]
        finally:
            loaded.give(instance)
        # The first run warms caches.
        return program, [int(median(times)) for times in zip(*runs[1:], strict=True)]


def _shapes(program: Program) -> Shapes:
    return tuple(p.shape for p in program.inputs)


def _whole(value: Any) -> int:
    """An integer of any library, -1 for what is none."""
    try:
        return operator.index(value)
    except TypeError:
        return -1


def _checked_threads(threads: object) -> int:
    count = default_threads() if threads is None else _whole(threads)
    if count < 1:
        way_out = "leave it out for one per physical core"
        raise RunError(f"threads must be a whole number from 1 on, not {threads!r}", way_out=way_out)
    return count


def _checked_shape(name: str, shape: object) -> tuple[int, ...]:
    extents = tuple(map(_whole, shape)) if isinstance(shape, Iterable) else (-1,)
    if min(extents, default=0) < 0:
        way_out = "give one extent per dimension: [1, 3, 224, 224]"
        raise RunError(f"expected a shape, got {shape!r}", where=f"input {name!r}", way_out=way_out)
    return extents


def _timed(instance: Instance, program: Program, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> list[int]:
    """Nanoseconds of each step, of all groups together."""
    total = np.zeros(len(program.steps), np.int64)
    for group in range(program.groups):
        times = np.zeros(len(program.steps) + 1, np.int64)
        instance.bind(inputs, outputs, group)
        instance.run(times=times)
        total += np.diff(times)
    return [int(ns) for ns in total]
