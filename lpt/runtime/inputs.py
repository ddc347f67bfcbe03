"""From what a caller passes to arrays that a program can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from lpt.errors import RunError
from lpt.runtime.program import Port


def bind_inputs(ports: Sequence[Port], values: Mapping[str, object]) -> list[np.ndarray]:
    """The row-major array of each port, in order. Raises RunError for a missing, unknown or unfitting input."""
    if type(values) is not dict and not isinstance(values, Mapping):
        raise RunError(
            f"expected a mapping from input names to arrays, got {type(values).__name__}",
            way_out=f"pass {{{', '.join(f'{p.name!r}: …' for p in ports)}}}",
        )
    if len(values) != len(ports):
        _refuse_names(ports, values)
    arrays = []
    for port in ports:
        try:
            array = values[port.name]
        except KeyError:
            _refuse_names(ports, values)
        if type(array) is not np.ndarray or not array.flags.carray:
            array = _as_array(port, array)
        if array.dtype != port.type or (array.shape != port.shape and not matches(array.shape, port.shape)):
            raise RunError(
                f"expected {describe(port.dtype, port.shape)}, got {describe(_dtype_name(array.dtype), array.shape)}",
                where=f"input {port.name!r}",
                way_out="convert it before the call",
            )
        arrays.append(array)
    return arrays


def matches(shape: Sequence[int], pattern: Sequence[int]) -> bool:
    """True if `shape`, known in full, equals `pattern`, in which -1 stands for any extent.

    `lpt.dialects.shapes.fits` is another question: whether two shapes that may both be unknown in places can be the same.
    """
    return len(shape) == len(pattern) and all(p in (-1, n) for n, p in zip(shape, pattern, strict=True))


def describe(dtype: str, shape: Sequence[int]) -> str:
    """An array type for a message: float32[1, ?, 28, 28]."""
    return f"{dtype}[{', '.join('?' if n == -1 else str(n) for n in shape)}]"


def _dtype_name(dtype: np.dtype[Any]) -> str:
    return dtype.name if dtype.isnative else f"{dtype.name} of the other byte order"


def _as_array(port: Port, value: object) -> np.ndarray:
    if not isinstance(value, np.ndarray):
        if not hasattr(value, "__dlpack__"):
            raise RunError(
                f"expected an array, got {type(value).__name__}",
                where=f"input {port.name!r}",
                way_out="pass an ndarray or an object with __dlpack__",
            )
        try:
            value = np.from_dlpack(value)
        except Exception as error:  # another library's code: it may raise anything
            raise RunError(
                f"cannot be read through DLPack: {error}",
                where=f"input {port.name!r}",
                way_out="pass an ndarray, or a tensor in main memory that needs no gradient",
            ) from error
    flags = value.flags
    return value if flags.c_contiguous and flags.aligned else np.array(value, order="C")


def _refuse_names(ports: Sequence[Port], values: Mapping[str, object]) -> NoReturn:
    expected = ", ".join(f"{p.name!r}: {describe(p.dtype, p.shape)}" for p in ports)
    missing = [p.name for p in ports if p.name not in values]
    unknown = sorted(set(values) - {p.name for p in ports}, key=str)
    what = f"missing input {missing[0]!r}" if missing else f"unknown input {unknown[0]!r}"
    raise RunError(what, way_out=f"this executable takes {expected or 'no inputs'}")
