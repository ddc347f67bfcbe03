"""Shape arithmetic and other computation on known data, done while importing by ONNX's own reference implementation."""

from __future__ import annotations

import math

import numpy as np
from onnx import TensorProto, helper

from lpt.dialects.blob import Array
from lpt.importers.files import one_line
from lpt.importers.onnx.node import Node
from lpt.importers.value import LIMIT, MARK, Value

_MOVES = {"Cast", "Concat", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Unsqueeze"}
"""What may be done to the marks that stand for dimensions that are not known."""

_FOLDED = _MOVES | {
    *("Abs", "Add", "And", "CastLike", "Ceil", "Clip", "ConstantOfShape", "Div", "Equal", "Expand", "Flatten", "Floor"),
    *("GatherElements", "GatherND", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Min", "Mod", "Mul", "Neg"),
    *("NonZero", "Not", "Or", "Pad", "Pow", "Range", "Reciprocal", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd"),
    *("ReduceSum", "Round", "ScatterElements", "ScatterND", "Sqrt", "Sub", "Sum", "Tile", "Transpose", "Where", "Xor"),
}


def is_foldable(node: Node) -> bool:
    """Whether the operator is one of shape arithmetic."""
    return node.proto.domain in ("", "ai.onnx") and node.proto.op_type in _FOLDED


def can_fold(node: Node) -> bool:
    """Whether all inputs are known and the operator is one of shape arithmetic."""
    if not is_foldable(node):
        return False
    given = [value for value in node.inputs if value is not None]
    if not given or any(value.array is None for value in given):
        return False
    return node.proto.op_type in _MOVES or not any(value.symbolic for value in given)


def fold(node: Node) -> list[Value]:
    """The results of a node whose inputs are known. Raises LoadError if they do not fit."""
    from onnx.reference import ReferenceEvaluator

    _check_size(node)
    feeds: dict[str, Array] = {}
    for name, value in zip(node.proto.input, node.inputs, strict=True):
        if value is not None and value.array is not None:
            feeds[name] = value.array
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for name, a in feeds.items()]
    outputs = [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None) for name in node.proto.output if name]
    graph = helper.make_graph([node.proto], "fold", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", node.opset)])
    try:
        with np.errstate(all="ignore"):
            arrays = [np.asarray(array) for array in ReferenceEvaluator(model).run(None, feeds)]
    except Exception as error:  # the reference implementation raises whatever numpy does
        raise node.malformed(f"cannot be computed on its constant inputs: {one_line(error)}") from error
    symbolic = any(value is not None and value.symbolic for value in node.inputs)
    return [Value(array, symbolic=symbolic and bool(array.size) and bool((array <= MARK).any())) for array in arrays]


def _check_size(node: Node) -> None:
    """A few bytes of model must not ask for gigabytes."""
    arrays = [value.array for value in node.inputs if value is not None and value.array is not None]
    match node.proto.op_type:
        case "ConstantOfShape":
            size = _size_of(node, arrays[0])
        case "Expand":
            size = _size_of(node, arrays[1]) * max(arrays[0].size, 1)
        case "Tile":
            size = _size_of(node, arrays[1]) * arrays[0].size
        case "Range" if len(arrays) == 3 and all(a.size == 1 for a in arrays) and arrays[2].any():
            start, end, step = (float(a.reshape(())) for a in arrays)
            size = math.ceil(max((end - start) / step, 0.0))
        case "Pad" if len(arrays) > 1:
            pads = np.abs(arrays[1].reshape(-1)).tolist()
            size = math.prod(extent + sum(pads) for extent in arrays[0].shape)
        case _:
            return
    if size > LIMIT:
        raise node.unsupported(f"asks for a constant of {size} elements")


def _size_of(node: Node, shape: Array) -> int:
    if shape.dtype.kind not in "iu" or shape.ndim > 1 or (shape.size and int(shape.min()) < 0):
        raise node.malformed("needs a list of extents that are not negative")
    return math.prod(int(extent) for extent in shape.reshape(-1))
