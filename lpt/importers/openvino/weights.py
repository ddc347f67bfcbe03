"""The .bin beside an .xml: mapped into memory, cut into read-only arrays. f16, bf16 and f32 all become f32, exactly."""

from __future__ import annotations

import math
import mmap
from pathlib import Path
from typing import Any

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import Shape
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.files import one_line, require_regular
from lpt.importers.value import Value
from lpt.nibbles import unpack

_DTYPES: dict[str, Any] = {
    "f64": "<f8",
    "f32": "<f4",
    "f16": "<f2",
    "boolean": "?",
    "i64": "<i8",
    "i32": "<i4",
    "i16": "<i2",
    "i8": "i1",
    "u64": "<u8",
    "u32": "<u4",
    "u16": "<u2",
    "u8": "u1",
}

_NIBBLES = {"i4": Storage.of(True, 4), "u4": Storage.of(False, 4)}

HALVES = ("f16", "bf16")
"""Float types that are computed in f32."""

_WAY_OUT = "the .bin is truncated, or belongs to another model"


def numpy_type(element: str) -> np.dtype[Any] | None:
    """The numpy type that holds values of an element type; None for one that is not handled."""
    if element in HALVES:
        return np.dtype(np.float32)
    if element in _NIBBLES:
        return _NIBBLES[element].dtype
    return np.dtype(_DTYPES[element]).newbyteorder("=") if element in _DTYPES else None


class Weights:
    """The data of a model's constants. The file is opened when the first is asked for; equal places are one value."""

    def __init__(self, path: Path):
        self._path = path
        self._data: mmap.mmap | bytes | None = None
        self._values: dict[tuple[str, Shape, int], Value] = {}

    def constant(self, element: str, shape: Shape, offset: int, size: int, where: str) -> Value:
        """`size` bytes from `offset` as a tensor. Raises LoadError where they do not fit type, shape or file."""
        if numpy_type(element) is None:
            way_out = "convert the weights to f32, f16, or integers of 4 or 8 bits"
            raise UnsupportedError(f"{one_line(element, 40)} constants are not handled", where=where, way_out=way_out)
        if -1 in shape:
            raise LoadError(f"a constant has the shape {shape}", where=where, way_out="save the model again")
        bits = 4 if element in _NIBBLES else 16 if element == "bf16" else 8 * np.dtype(_DTYPES[element]).itemsize
        needed = -(-math.prod(shape) * bits // 8)
        if size != needed and needed:  # OpenVINO gives an empty constant a byte
            what = f"{element} of shape {shape} are {needed} bytes, {size} are declared"
            raise LoadError(what, where=where, way_out="save the model again")
        key = (element, shape, offset)
        if key not in self._values:
            array = self._cut(element, math.prod(shape), offset, size, where).reshape(shape)
            array.flags.writeable = False
            self._values[key] = Value(array, storage=_NIBBLES.get(element))
        return self._values[key]

    def _cut(self, element: str, count: int, offset: int, size: int, where: str) -> Array:
        if not count:
            return np.zeros(0, numpy_type(element))
        data = self._bytes(where)
        if offset < 0 or offset + size > len(data):
            what = f"{self._path.name} has {len(data)} bytes; {size} are needed from {offset}"
            raise LoadError(what, where=where, way_out=_WAY_OUT)
        if element in _NIBBLES:
            return unpack(np.frombuffer(data, np.uint8, size, offset), count, signed=element == "i4")
        if element == "bf16":
            return (np.frombuffer(data, "<u2", count, offset).astype(np.uint32) << 16).view(np.float32)
        if element == "boolean":
            return np.frombuffer(data, np.uint8, count, offset).astype(np.bool_)
        array: Array = np.frombuffer(data, _DTYPES[element], count, offset)
        return array.astype(np.float32) if element == "f16" else np.require(array, array.dtype.newbyteorder("="), ["C", "A"])

    def _bytes(self, where: str) -> mmap.mmap | bytes:
        if self._data is None:
            try:
                if not require_regular(self._path):
                    self._data = b""
                else:
                    with self._path.open("rb") as file:
                        self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except LoadError as error:
                what = f"its data are in {self._path.name}, which cannot be read: {error.what}"
                raise LoadError(what, where=where, way_out="put the .bin beside the .xml") from error
            except (OSError, ValueError) as error:
                what = f"its data are in {self._path.name}, which cannot be read: {one_line(error)}"
                raise LoadError(what, where=where, way_out="put the .bin beside the .xml") from error
        return self._data
