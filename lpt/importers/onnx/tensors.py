"""ONNX tensors as read-only ndarrays, their data inside the model or in a file beside it."""

from __future__ import annotations

import math
import stat
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from lpt.dialects.blob import Array
from lpt.dialects.quant_params import Storage
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.files import one_line

STORAGES: dict[TensorProto.DataType, Storage] = {
    TensorProto.DataType.Value(f"{kind}{width}"): Storage.of(kind == "INT", width)
    for width in (2, 4, 8, 16, 32)
    for kind in ("INT", "UINT")
    if f"{kind}{width}" in TensorProto.DataType.keys()  # noqa: SIM118 (no dict); onnx has 2 bits since 1.20, 4 since 1.16
}
"""Element types that a quantized tensor can be stored in."""

HALVES = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
"""Element types inside of a model that are computed in f32."""


def type_name(elem_type: int) -> str:
    """`INT8`, `FLOAT` …, also for numbers that onnx does not know."""
    try:
        return str(TensorProto.DataType.Name(elem_type))
    except ValueError:
        return f"element type {elem_type}"


def to_array(tensor: TensorProto, folder: Path | None) -> Array:
    """The data of a tensor; 2- and 4-bit integers one a byte. `folder` is where external data may lie.

    Raises LoadError where data and shape do not fit or the data lie outside the folder, UnsupportedError for strings.
    """
    where = f"tensor {tensor.name!r}"
    if tensor.data_type == TensorProto.STRING:
        raise UnsupportedError("strings are not handled", where=where)
    dims = tuple(tensor.dims)
    if any(extent < 0 for extent in dims):
        raise LoadError(f"its shape {dims} has a negative extent", where=where)
    try:
        if tensor.data_location == TensorProto.EXTERNAL:
            array = _external(tensor, folder)
        elif 0 in dims:
            array = np.zeros(dims, helper.tensor_dtype_to_np_dtype(tensor.data_type))
        else:
            array = numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError, RuntimeError, OverflowError, MemoryError) as error:
        kind = type_name(tensor.data_type)
        raise LoadError(f"its data do not make a {kind} tensor of shape {dims}: {one_line(error)}", where=where) from error
    return _computed_with(array, tensor.data_type)


def _computed_with(array: Array, elem_type: int) -> Array:
    """The same numbers in the type that they are computed with: a byte for fewer bits, f32 for halves."""
    if elem_type in HALVES:
        array = array.astype(np.float32)
    storage = STORAGES.get(elem_type)  # type: ignore[call-overload]
    if storage is not None and storage.width < 8:
        array = array.astype(storage.dtype)
    array.flags.writeable = False
    return array


def _external(tensor: TensorProto, folder: Path | None) -> Array:
    where = f"tensor {tensor.name!r}"
    entries = {entry.key: entry.value for entry in tensor.external_data}
    path = _inside(folder, entries.get("location", ""), where)
    dims = tuple(tensor.dims)
    storage = STORAGES.get(tensor.data_type)  # type: ignore[call-overload]
    if storage is not None and storage.width < 8:
        raise UnsupportedError(f"{type_name(tensor.data_type)} data outside the model are not handled", where=where)
    dtype: np.dtype[Any] = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type))
    offset, size = int(entries.get("offset", 0)), math.prod(dims) * dtype.itemsize
    length = int(entries.get("length", size))
    available = path.stat().st_size
    if offset < 0 or length != size or offset + size > available:
        raise LoadError(
            f"{path.name} has {available} bytes; {size} are needed from {offset}, {length} are declared",
            where=where,
            way_out="the data file is truncated or belongs to another model",
        )
    return np.fromfile(path, dtype, math.prod(dims), offset=offset).reshape(dims)


def _inside(folder: Path | None, location: str, where: str) -> Path:
    """The data file, which must be a regular file in the model's folder, reached through no symbolic link."""
    if folder is None:
        raise LoadError("its data lie in another file", where=where, way_out="load the model by its path")
    path = folder / location
    if not location or Path(location).is_absolute() or ".." in Path(location).parts:
        raise LoadError(f"external data at {location!r} lie outside the model's folder", where=where)
    try:
        if path.resolve() != folder.resolve() / location:
            what = f"external data at {location!r} are reached through a link"
            raise LoadError(what, where=where, way_out="copy the file itself")
        if not stat.S_ISREG(path.stat().st_mode):
            raise LoadError(f"external data at {location!r} are no regular file", where=where)
    except (OSError, ValueError) as error:
        raise LoadError(f"external data at {location!r} cannot be read: {one_line(error)}", where=where) from error
    return path
