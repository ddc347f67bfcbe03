"""Constants, and what becomes one: shapes of tensors."""

from __future__ import annotations

import numpy as np

from lpt.dialects.blob import Array
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.tensors import STORAGES, to_array
from lpt.importers.value import MARK, Value


@handles("Constant")
def constant(node: Node) -> Value:
    """All forms of a Constant's value except strings and sparse tensors."""
    if (tensor := node.tensor_attr("value")) is not None:
        return Value(to_array(tensor, node.folder), storage=STORAGES.get(tensor.data_type))  # type: ignore[call-overload]
    if node.has("value_float"):
        return Value(np.array(node.float_attr("value_float", 0.0), np.float32))
    if node.has("value_int"):
        return Value(np.array(node.int_attr("value_int", 0), np.int64))
    if (floats := node.floats_attr("value_floats")) is not None:
        return Value(np.array(floats, np.float32))
    if (ints := node.ints_attr("value_ints")) is not None:
        return Value(np.array(ints, np.int64))
    raise node.unsupported("has no tensor or number as its value")


@handles("Shape")
def shape(node: Node) -> Value:
    """The extents as i64; those that are not known as marks, which Reshape understands."""
    extents = node.shape(0)[slice(node.int_attr("start", 0), node.int_attr("end", len(node.shape(0))))]
    known = [MARK - i if extent < 0 else extent for i, extent in _numbered(node, extents)]
    return Value(np.array(known, np.int64), symbolic=any(extent < 0 for extent in extents))


def _numbered(node: Node, extents: tuple[int, ...]) -> list[tuple[int, int]]:
    first = range(len(node.shape(0)))[node.int_attr("start", 0) :].start
    return list(enumerate(extents, first))


@handles("Size")
def size(node: Node) -> Array:
    """The number of elements as i64."""
    extents = node.shape(0)
    if -1 in extents:
        raise node.unsupported("depends on a dimension that is not known", "give the model's inputs fixed dimensions")
    return np.array(int(np.prod(extents, dtype=np.int64)), np.int64)
