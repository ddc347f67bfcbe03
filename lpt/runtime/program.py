"""A compiled program as plain data: what the native driver runs, what the report prints, what a file stores."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

ALIGNMENT = 64
"""Bytes: where the arena and the constants begin in memory, and where every constant begins among them."""

Space = Literal["input", "output", "arena", "constant"]


@dataclass(frozen=True)
class Buffer:
    """A place in memory: an input or output by its index, or a byte offset in the arena or among the constants."""

    space: Space
    at: int


@dataclass(frozen=True)
class Port:
    """An input or output: plain row-major. A dimension of -1 is symbolic.

    `rows` is the name of the output that says how many indices along `axis` are real, of an output of which run time decides that.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    rows: str = ""
    axis: int = 0

    @functools.cached_property
    def type(self) -> np.dtype:
        """`dtype` as numpy's."""
        return np.dtype(self.dtype)


def cut_rows(outputs: Mapping[str, np.ndarray], rows: Mapping[str, tuple[str, int]]) -> dict[str, np.ndarray]:
    """Outputs without the indices that are not real, and without the counts: `rows` are (count, axis) by the output's name."""
    counts = {count for count, _ in rows.values()}
    return {
        name: array[(slice(None),) * rows[name][1] + (slice(int(outputs[rows[name][0]])),)] if name in rows else array
        for name, array in outputs.items()
        if name not in counts
    }


@dataclass(frozen=True)
class View:
    """How a value of `shape` (logical order) lies in a buffer: strides and the origin's offset, both in elements."""

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0


@dataclass(frozen=True)
class Span:
    """`length` bytes from byte `begin` of a buffer that hold `value` again and again; 8 bytes, lowest first."""

    begin: int
    length: int
    value: int


@dataclass(frozen=True)
class Step:
    """One kernel call. `arguments` are its operands, its result and its constants, in that order.

    `symbol` is its function in `Program.objects`; `result` and `view` say where its value lies; `halo` is filled around it.
    `widened` is `KernelCode`'s. The other fields are the report's.
    """

    name: str
    operation: str
    precision: str
    instructions: str
    macs: int
    bytes: int
    symbol: str
    units: int
    arguments: tuple[Buffer, ...]
    result: Buffer
    view: View
    halo: tuple[Span, ...] = ()
    widened: tuple[float, ...] = ()


@dataclass(frozen=True)
class Copy:
    """An output that no kernel computes, because it is an input or a constant."""

    output: int
    source: Buffer


@dataclass(frozen=True, eq=False)
class Program:
    """Steps over an arena for one set of input shapes and one target.

    `objects` maps each symbol to the relocatable object that defines it; `constants` is one block of bytes; `arena_bound`
    is the most bytes alive at once, which no arena can be smaller than. The steps run once for each of `groups`, parts of equal
    size into which inputs and outputs are cut along their first dimension; views, arena and work are those of one group.
    """

    target: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    steps: tuple[Step, ...]
    objects: dict[str, bytes]
    constants: np.ndarray
    arena_size: int
    arena_bound: int = 0
    copies: tuple[Copy, ...] = ()
    groups: int = 1


@dataclass
class ConstantPool:
    """Gathers constants into one aligned block; equal arrays are stored once."""

    _arrays: list[np.ndarray] = field(default_factory=list)
    _offsets: dict[tuple[str, tuple[int, ...], bytes], int] = field(default_factory=dict)
    _size: int = 0

    def add(self, array: np.ndarray) -> Buffer:
        """The place of `array` (row-major) in the block."""
        data = np.ascontiguousarray(array)
        key = (data.dtype.str, data.shape, hashlib.blake2b(data.reshape(-1).view(np.uint8).data, digest_size=16).digest())
        if key not in self._offsets:
            self._offsets[key] = self._size
            self._arrays.append(data)
            self._size += -(-data.nbytes // ALIGNMENT) * ALIGNMENT
        return Buffer("constant", self._offsets[key])

    def block(self) -> np.ndarray:
        """All constants, as aligned bytes."""
        block = aligned_bytes(self._size)
        offset = 0
        for data in self._arrays:
            block[offset : offset + data.nbytes] = data.reshape(-1).view(np.uint8)
            offset += -(-data.nbytes // ALIGNMENT) * ALIGNMENT
        return block


def aligned_bytes(size: int) -> np.ndarray:
    """Uninitialized bytes that begin at a multiple of `ALIGNMENT`."""
    room = np.empty(size + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    return room[start : start + size]
