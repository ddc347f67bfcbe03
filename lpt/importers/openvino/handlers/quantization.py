"""FakeQuantize, and the layers that decompress weights."""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import IntegerType, f32, i1, i64
from xdsl.ir import SSAValue

from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.nn import CastOp, MulOp, NnOp, SubOp
from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import tensor_shape
from lpt.importers.builder import integer_type
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import Handler, handles
from lpt.importers.openvino.weights import HALVES, numpy_type
from lpt.importers.value import Value

_PLAIN = {"f32": f32, "i64": i64, "boolean": i1}


@handles("FakeQuantize")
def fake_quantize(node: Node) -> SSAValue:
    """The four ranges are broadcast to the data; by `pdpd` where that is as `numpy`."""
    mode = node.broadcasting()
    x = node.f32(0)
    ranges = [node.f32(i) for i in range(1, 5)]
    if mode == "none" and any(tensor_shape(value) != tensor_shape(x) for value in ranges):
        raise node.malformed("without broadcasting, ranges have the shape of the data")
    op = FakeQuantizeOp(x, (ranges[0], ranges[1], ranges[2], ranges[3]), node.integer("levels"))
    op.verify_()
    return node.builder.result(op)


@handles("Convert")
def convert(node: Node) -> Value | SSAValue:
    """Known integers of up to 8 bits stay integers that stand for floats; halves are computed in f32."""
    value, target = node.value(0), node.text("destination_type")
    if isinstance(value, Compressed) or value.array is not None:
        return _convert_known(node, value, target)
    element = str(value.element)
    if target in HALVES:
        raise node.unsupported(f"a conversion to {target} at run time is not handled", "save the model with activations in f32")
    if target == element or (target == "boolean" and element == "i1") or (value.storage and value.storage == _storage(target)):
        return value
    return node.one(CastOp, node.builder.plain(value), to=_element(node, target))


def _convert_known(node: Node, value: Value, target: str) -> Value:
    if isinstance(value, Compressed) or value.storage is None:
        if target not in ("f32", *HALVES):
            raise node.unsupported(f"converts decompressed weights to {target}")
        return value
    if target not in ("f32", *HALVES):
        return _convert_integers(node, value, target)
    return Compressed(value)


def _convert_integers(node: Node, value: Value, target: str) -> Value:
    """Known integers as others that can hold them all."""
    dtype, storage, array = numpy_type(target), _storage(target), value.array
    assert array is not None
    if dtype is None or dtype.kind not in "iu":
        raise node.unsupported(f"a conversion of {value.storage} to {target} is not handled")
    low, high = (storage.min, storage.max) if storage is not None else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    if array.size and not low <= int(array.min()) <= int(array.max()) <= high:
        raise node.unsupported(f"a conversion to {target} of integers from {array.min()} to {array.max()} is not handled")
    return Value(array.astype(dtype), storage=storage)


def _storage(target: str) -> Storage | None:
    return Storage.of(target[0] == "i", int(target[1:])) if target in ("i4", "u4", "i8", "u8", "i16", "u16", "i32", "u32") else None


def _element(node: Node, target: str) -> IntegerType:
    if target in _PLAIN:
        return _PLAIN[target]  # type: ignore[return-value]
    storage = _storage(target)
    if storage is None or storage.width < 8:
        raise node.unsupported(f"a conversion to {target} is not handled", "convert the model to f32")
    return integer_type(storage)


def _decompressing(op: type[NnOp], name: str) -> Handler:
    """Subtract and Multiply: of known integers, as their zero point and scale where they are such."""

    def handler(node: Node) -> Value | SSAValue:
        value, other = node.value(0), node.value(1)
        if name == "multiply" and isinstance(other, Compressed) and not isinstance(value, Compressed):
            value, other = other, value
        if isinstance(value, Compressed) and other.array is not None and (array := np.asarray(other.array)).dtype == np.float32:
            made = value.subtract(array) if name == "subtract" else value.multiply(array)
            if made is not None:
                return made
        return node.one(op, node.f32(0), node.f32(1))

    return handler


handles("Subtract")(_decompressing(SubOp, "subtract"))
handles("Multiply")(_decompressing(MulOp, "multiply"))
