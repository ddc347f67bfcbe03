"""The memory and threads that one call of a program needs."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.codegen.driver import MAX_UNITS, SPAN_WORDS, STEP_WORDS
from lpt.errors import RunError
from lpt.runtime.native import Code
from lpt.runtime.program import Buffer, Program, Step, View, aligned_bytes
from lpt.runtime.team import Team


class Instance:
    """An arena, argument pointers and threads for `program`. Serves one call at a time; constants are shared."""

    def __init__(self, program: Program, code: Code, threads: int):
        self._program, self._code = program, code
        self._arena = aligned_bytes(program.arena_size)
        self._bases = {"arena": self._arena.ctypes.data, "constant": program.constants.ctypes.data}
        # Where each input's and each output's address goes.
        self._slots: list[list[int]] = [[] for _ in (*program.inputs, *program.outputs)]
        self._count = len(program.steps)
        self._arguments = np.zeros(sum(len(s.arguments) for s in program.steps), np.int64)
        self._patched = self._arguments.data  # a memoryview: stores faster than the array
        self._spans = np.array(
            [(self._place(s.result) + p.begin, p.length, _signed(p.value)) for s in program.steps for p in s.halo], np.int64
        ).reshape(-1, SPAN_WORDS)
        self._steps = np.zeros((len(program.steps), STEP_WORDS), np.int64)
        self._fill_steps()
        self._values: list[np.ndarray] = []
        most = max((s.units for s in program.steps), default=1)
        if most > MAX_UNITS:
            raise RunError(f"a kernel has {most} work units, threads can share {MAX_UNITS}", way_out="use smaller input shapes")
        self._team = Team(self._steps, max(1, min(threads, most)))

    def _fill_steps(self) -> None:
        steps = self._program.steps
        argument = span = 0
        for i, step in enumerate(steps):
            for j, buffer in enumerate(step.arguments, argument):
                if buffer.space == "input":
                    self._slots[buffer.at].append(j)
                elif buffer.space == "output":
                    self._slots[len(self._program.inputs) + buffer.at].append(j)
                else:
                    self._arguments[j] = self._place(buffer)
            arguments_at = self._arguments.ctypes.data + 8 * argument
            spans_at = self._spans.ctypes.data + 8 * SPAN_WORDS * span
            address = self._code.address(step.symbol)
            self._steps[i] = address, arguments_at, step.units, spans_at, len(step.halo)
            argument += len(step.arguments)
            span += len(step.halo)

    def _place(self, buffer: Buffer) -> int:
        return self._bases[buffer.space] + buffer.at

    def call(self, inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray]) -> None:
        """Run the whole program on a call's arrays: contiguous, of the program's types and shapes."""
        arguments = self._patched
        for slots, array in zip(self._slots, (*inputs, *outputs), strict=True):
            address = _address(array)
            for slot in slots:
                arguments[slot] = address
        self._team.run(0, self._count)
        for group in range(1, self._program.groups):
            self._point(inputs, outputs, group)
            self._team.run(0, self._count)
        if self._program.copies:
            self._values = [*inputs, *outputs]
            self.copy_outputs()
            self._values = []

    def bind(self, inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray], group: int = 0) -> None:
        """Point the program at a group's part of a call's arrays, for `run`."""
        self._point(inputs, outputs, group)
        groups = self._program.groups
        self._values = [array if groups == 1 else np.split(array, groups)[group] for array in (*inputs, *outputs)]

    def _point(self, inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray], group: int) -> None:
        for slots, array in zip(self._slots, (*inputs, *outputs), strict=True):
            address = _address(array) + group * (array.nbytes // self._program.groups)
            for slot in slots:
                self._patched[slot] = address

    def release(self) -> None:
        """Let the call's arrays go."""
        self._values = []

    def run(self, first: int = 0, last: int | None = None, times: np.ndarray | None = None) -> None:
        """Run steps [first, last) on the bound arrays; `times` as in `Team.run`."""
        self._team.run(first, self._count if last is None else last, times)

    def copy_outputs(self) -> None:
        """Fill the outputs that no kernel computes."""
        for copy in self._program.copies:
            target = self._values[len(self._program.inputs) + copy.output]
            target.reshape(-1).view(np.uint8)[:] = self._bytes(copy.source)[: target.nbytes]

    def value(self, step: Step) -> np.ndarray:
        """A row-major copy of a step's result as it is in memory now."""
        view: View = step.view
        raw = self._bytes(step.result)
        count = len(raw) // np.dtype(view.dtype).itemsize
        flat = raw[: count * np.dtype(view.dtype).itemsize].view(view.dtype)
        strides = [s * flat.itemsize for s in view.strides]
        return np.lib.stride_tricks.as_strided(flat[view.offset :], view.shape, strides).copy()

    def _bytes(self, buffer: Buffer) -> np.ndarray:
        """The memory from a buffer's start on."""
        match buffer.space:
            case "input":
                return self._values[buffer.at].reshape(-1).view(np.uint8)
            case "output":
                return self._values[len(self._program.inputs) + buffer.at].reshape(-1).view(np.uint8)
            case "arena":
                return self._arena[buffer.at :]
            case "constant":
                return self._program.constants[buffer.at :]

    def close(self) -> None:
        """End the workers."""
        self._team.close()


_from_buffer: Callable[[Any], ctypes.c_char] = ctypes.c_char.from_buffer


def _address(array: np.ndarray) -> int:
    # A fifth of the time of `array.ctypes.data`, but only for writable arrays that are not empty.
    try:
        return ctypes.addressof(_from_buffer(array))
    except (TypeError, ValueError):
        return array.ctypes.data


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word
