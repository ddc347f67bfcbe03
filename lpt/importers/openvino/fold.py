"""Shape arithmetic and other computation on known data, done while importing.

Operations and attributes as in OpenVINO's operation specifications.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.dialects.blob import Array
from lpt.importers.files import one_line
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.slices import sliced, strided
from lpt.importers.openvino.weights import numpy_type
from lpt.importers.value import LIMIT, MARK, Value

Evaluate = Callable[[Node, Sequence[Array]], Array | list[Array]]

_table: dict[str, Evaluate] = {}

_MOVES = {"Concat", "Convert", "Gather", "Reshape", "Slice", "Split", "Squeeze", "StridedSlice", "Unsqueeze", "VariadicSplit"}
"""What may be done to the marks that stand for dimensions that are not known."""


def is_foldable(node: Node) -> bool:
    """Whether the operation is one of shape arithmetic."""
    return node.layer.type in _table


def can_fold(node: Node) -> bool:
    """Whether all inputs are known, none is a compressed weight, and the operation is one of shape arithmetic."""
    if not is_foldable(node) or not node.inputs or _decompresses(node):
        return False
    if any(value is None or isinstance(value, Compressed) or value.array is None for value in node.inputs):
        return False
    return node.layer.type in _MOVES or not any(value is not None and value.symbolic for value in node.inputs)


def _decompresses(node: Node) -> bool:
    storage = node.value(0).storage
    return node.layer.type == "Convert" and storage is not None and storage.width <= 8


def fold(node: Node) -> list[Value]:
    """The results of a layer whose inputs are known. Raises LoadError if they do not fit."""
    arrays = [value.array for value in node.inputs if value is not None and value.array is not None]
    try:
        with np.errstate(all="ignore"):
            results = _table[node.layer.type](node, arrays)
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError, MemoryError) as error:
        raise node.malformed(f"cannot be computed on its constant inputs: {one_line(error)}") from error
    symbolic = any(value is not None and value.symbolic for value in node.inputs)
    many = results if isinstance(results, list) else [results]
    storage = node.value(0).storage if node.layer.type in _MOVES and node.layer.type != "Convert" else None
    return [Value(a, storage=storage, symbolic=symbolic and bool(a.size) and bool((a <= MARK).any())) for a in many]


def _evaluates(*types: str) -> Callable[[Evaluate], Evaluate]:
    def register(function: Evaluate) -> Evaluate:
        for type_ in types:
            _table[type_] = function
        return function

    return register


def check_size(node: Node, size: int) -> None:
    """A few bytes of model must not ask for gigabytes."""
    if size > LIMIT:
        raise node.unsupported(f"asks for a constant of {size} elements")


def _pure(function: Callable[..., Any]) -> Evaluate:
    def evaluate(node: Node, arrays: Sequence[Array]) -> Array:
        if len(arrays) == 2:
            check_size(node, math.prod(np.broadcast_shapes(arrays[0].shape, arrays[1].shape)))
        result = np.asarray(function(*arrays))
        return result.astype(arrays[0].dtype) if result.dtype.kind != "b" else result

    return evaluate


def _divide(a: Array, b: Array) -> Array:
    """Of integers: towards minus infinity, as Python (attribute m_pythondiv, which is on by default)."""
    return a / b if a.dtype.kind == "f" else a // b


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Add": np.add,
    "Subtract": np.subtract,
    "Multiply": np.multiply,
    "Divide": _divide,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Power": np.power,
    "Mod": np.fmod,
    "FloorMod": np.mod,
    "Abs": np.abs,
    "Negative": np.negative,
    "Floor": np.floor,
    "Ceiling": np.ceil,
    "Sqrt": np.sqrt,
    "Equal": np.equal,
    "NotEqual": np.not_equal,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "LogicalAnd": np.logical_and,
    "LogicalOr": np.logical_or,
    "LogicalNot": np.logical_not,
}
for _type, _function in _FUNCTIONS.items():
    _table[_type] = _pure(_function)


@_evaluates("Convert")
def _convert(node: Node, arrays: Sequence[Array]) -> Array:
    """Halves are rounded to, then kept as f32. Marks of unknown dimensions stay."""
    target = node.text("destination_type")
    dtype = numpy_type(target)
    if dtype is None or target in ("i4", "u4", "bf16"):
        raise node.unsupported(f"a conversion to {one_line(target, 40)} is not handled", "convert the model to f32")
    return arrays[0].astype(np.float16).astype(np.float32) if target == "f16" else arrays[0].astype(dtype)


@_evaluates("Concat")
def _concat(node: Node, arrays: Sequence[Array]) -> Array:
    check_size(node, sum(array.size for array in arrays))
    return np.concatenate(arrays, node.integer("axis"))


@_evaluates("Gather")
def _gather(node: Node, arrays: Sequence[Array]) -> Array:
    data, indices, axis = arrays
    if node.integer("batch_dims", 0):
        raise node.unsupported("gathering by batches is not handled")
    check_size(node, data.size * max(indices.size, 1))
    return np.take(data, indices, int(axis.reshape(())))


@_evaluates("Squeeze")
def _squeeze(_: Node, arrays: Sequence[Array]) -> Array:
    axes = None if len(arrays) < 2 else tuple(int(axis) for axis in arrays[1].reshape(-1))
    return np.squeeze(arrays[0], axes or None)


@_evaluates("Unsqueeze")
def _unsqueeze(_: Node, arrays: Sequence[Array]) -> Array:
    return np.expand_dims(arrays[0], tuple(int(axis) for axis in arrays[1].reshape(-1)))


@_evaluates("Reshape")
def _reshape(node: Node, arrays: Sequence[Array]) -> Array:
    shape = [int(extent) for extent in arrays[1].reshape(-1)]
    if node.flag("special_zero", False):
        shape = [arrays[0].shape[i] if extent == 0 else extent for i, extent in enumerate(shape)]
    return arrays[0].reshape(shape)


@_evaluates("Transpose")
def _transpose(_: Node, arrays: Sequence[Array]) -> Array:
    perm = [int(axis) for axis in arrays[1].reshape(-1)]
    return np.ascontiguousarray(arrays[0].transpose(perm or None))


@_evaluates("StridedSlice")
def _strided_slice(node: Node, arrays: Sequence[Array]) -> Array:
    index, new, dropped = strided(node, arrays[0].shape)
    result = np.squeeze(arrays[0][index], tuple(dropped)) if dropped else arrays[0][index]
    return np.expand_dims(result, tuple(new)) if new else result


@_evaluates("Slice")
def _slice(node: Node, arrays: Sequence[Array]) -> Array:
    return arrays[0][sliced(node, arrays[0].shape)]


@_evaluates("Split")
def _split(node: Node, arrays: Sequence[Array]) -> list[Array]:
    return list(np.split(arrays[0], node.integer("num_splits"), int(arrays[1].reshape(()))))


@_evaluates("VariadicSplit")
def _variadic_split(_: Node, arrays: Sequence[Array]) -> list[Array]:
    data, axis, lengths = arrays[0], int(arrays[1].reshape(())), [int(v) for v in arrays[2].reshape(-1)]
    if -1 in lengths:
        lengths[lengths.index(-1)] = data.shape[axis] - sum(lengths) - 1
    if min(lengths, default=0) < 0 or sum(lengths) != data.shape[axis]:
        raise ValueError(f"{data.shape[axis]} elements are not split into {lengths}")
    return list(np.split(data, np.cumsum(lengths)[:-1], axis))


@_evaluates("Range")
def _range(node: Node, arrays: Sequence[Array]) -> Array:
    start, stop, step = (array.item() for array in arrays)
    check_size(node, math.ceil(max((stop - start) / step, 0.0)))
    dtype = numpy_type(node.text("output_type", "")) or arrays[0].dtype
    return np.arange(start, stop, step).astype(dtype)


@_evaluates("Broadcast")
def _broadcast(node: Node, arrays: Sequence[Array]) -> Array:
    mode = node.text("mode", "numpy").lower()
    shape = [int(extent) for extent in arrays[1].reshape(-1)]
    if mode == "bidirectional":
        shape = list(np.broadcast_shapes(arrays[0].shape, tuple(shape)))
    elif mode != "numpy":
        raise node.unsupported(f"broadcast mode {mode!r} is not handled on constants")
    check_size(node, math.prod(shape))
    return np.array(np.broadcast_to(arrays[0], shape))


@_evaluates("Select")
def _select(node: Node, arrays: Sequence[Array]) -> Array:
    check_size(node, math.prod(np.broadcast_shapes(*(array.shape for array in arrays))))
    return np.where(*arrays)


def _reduction(function: Callable[..., Any]) -> Evaluate:
    def evaluate(node: Node, arrays: Sequence[Array]) -> Array:
        axes = tuple(int(axis) for axis in arrays[1].reshape(-1))
        return np.asarray(function(arrays[0], axis=axes, keepdims=node.flag("keep_dims", False))).astype(arrays[0].dtype)

    return evaluate


_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "ReduceProd": np.prod,
    "ReduceSum": np.sum,
    "ReduceMax": np.max,
    "ReduceMin": np.min,
}
for _type, _reduce in _REDUCTIONS.items():
    _table[_type] = _reduction(_reduce)
