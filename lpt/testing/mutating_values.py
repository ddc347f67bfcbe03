"""Damaged values in ONNX models: attributes and constants."""

from __future__ import annotations

from random import Random

import numpy as np
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from lpt.testing.mutating import NUMBERS, REALS


def change_attribute(attribute: AttributeProto, random: Random) -> None:
    """Another value of the same type; graphs stay."""
    match attribute.type:
        case AttributeProto.INT:
            attribute.i = random.choice((attribute.i + 1, attribute.i - 1, *NUMBERS)) if abs(attribute.i) < 2**60 else 0
        case AttributeProto.FLOAT:
            attribute.f = random.choice(REALS)
        case AttributeProto.STRING:
            attribute.s = random.choice((b"", b"x", b"\xff\xfe", b"SAME_UPPER", b"VALID", b"linear", b"reflect", attribute.s * 2))
        case AttributeProto.INTS:
            numbers = list(attribute.ints)
            at = random.randrange(len(numbers) + 1)
            numbers[at : at + random.randrange(2)] = [random.choice((1, *NUMBERS))] * random.randrange(3)
            attribute.ints[:] = numbers
        case AttributeProto.FLOATS:
            attribute.floats[:] = [*attribute.floats[1:], random.choice(REALS)]
        case AttributeProto.TENSOR:
            change_tensor(attribute.t, random)


def any_attribute(name: str, random: Random) -> AttributeProto:
    """One of any type."""
    numbers = [random.choice(NUMBERS) for _ in range(random.randrange(1, 5))]
    values = (
        numbers[0],
        numbers,
        random.choice(REALS),
        [random.choice(REALS)],
        "x",
        ["x", "y"],
        numpy_helper.from_array(np.ones((), np.float32)),
    )
    attribute: AttributeProto = helper.make_attribute(name, random.choice(values))
    return attribute


def change_tensor(tensor: TensorProto, random: Random) -> None:
    """Its type, shape, data or place; mostly its elements."""
    match random.randrange(8):
        case 0:
            tensor.data_type = random.choice((*range(30), 99))
        case 1:
            dims = list(tensor.dims)
            at = random.randrange(len(dims) + 1)
            dims[at : at + random.randrange(2)] = [random.choice((1, *NUMBERS))] * random.randrange(2)
            tensor.dims[:] = dims
        case 2 if tensor.raw_data:
            tensor.raw_data = tensor.raw_data[: random.randrange(len(tensor.raw_data))]
        case 3:
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in (("location", random.choice(("x.bin", "../x", "", "/"))), ("offset", str(random.choice(NUMBERS)))):
                entry = tensor.external_data.add()
                entry.key, entry.value = key, value
        case _:
            _change_elements(tensor, random)


def _change_elements(tensor: TensorProto, random: Random) -> None:
    """Elements, or their shape or type, in a tensor that is one still."""
    try:
        array = np.array(numpy_helper.to_array(tensor))
    except (ValueError, TypeError, KeyError, RuntimeError, OverflowError):  # an earlier change has damaged it
        return
    if array.size > 1 << 20 or array.dtype.kind not in "fiub":
        return
    value = random.choice(REALS if array.dtype.kind == "f" else NUMBERS)
    with np.errstate(all="ignore"):
        match random.randrange(5):
            case 0:
                array = array.reshape(random.choice(((-1,), (1, -1), (-1, 1), (1, 1, 1, -1)))) if array.size else array[None]
            case 1:
                array = array.astype(random.choice(("float32", "int64", "int32", "int8", "uint8", "bool", "float64", "float16")))
            case 2:
                array = array.flat[: random.randrange(3)]
            case 3:
                array[...] = np.array([value]).astype(array.dtype)[0]
            case _ if array.size:
                array.flat[random.randrange(array.size)] = np.array([value]).astype(array.dtype)[0]
    changed = numpy_helper.from_array(np.ascontiguousarray(array) if array.ndim else array, tensor.name)
    tensor.CopyFrom(changed)
