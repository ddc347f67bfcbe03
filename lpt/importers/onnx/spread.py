"""Tensors of equal elements whose shape depends on dimensions that are not known.

Such are first states of recurrent layers, as torch exports them: ConstantOfShape or Expand of a shape with the batch in it. Layers
take them as one state of all sequences; nothing else does.
"""

from __future__ import annotations

import numpy as np
from onnx import numpy_helper
from xdsl.ir import Attribute

from lpt.dialects.blob import Array, element_type
from lpt.dialects.shapes import Shape, broadcast
from lpt.importers.onnx.node import Node
from lpt.importers.value import MARK, Value

_LAYERS = ("LSTM", "GRU", "RNN", "DynamicQuantizeLSTM")


class Spread(Value):
    """`fill`, one element, in a shape of which -1 are not known."""

    __slots__ = ("_extents", "fill")

    def __init__(self, fill: Array, extents: Shape):
        self.fill, self._extents = fill, extents
        super().__init__(symbolic=True)

    @property
    def shape(self) -> Shape:
        return self._extents

    @property
    def element(self) -> Attribute | None:
        return element_type(self.fill.dtype)


def spread(node: Node) -> Spread | None:
    """What a node makes of an unknown shape, or of such a tensor; None for another node. Raises UnsupportedError for other uses."""
    if any(isinstance(value, Spread) for value in node.inputs):
        return None if node.proto.op_type in _LAYERS else _moved(node)
    if node.proto.domain or not node.inputs or any(value is None or value.array is None for value in node.inputs):
        return None
    match node.proto.op_type:
        case "ConstantOfShape":
            tensor = node.tensor_attr("value")
            fill = np.zeros(1, np.float32) if tensor is None else numpy_helper.to_array(tensor)
            return _made(fill, (), node.value(0))
        case "Expand":
            data = node.value(0).array
            return None if data is None else _made(data, data.shape, node.value(1))
        case _:
            return None


def _made(data: Array, own: Shape, shape: Value) -> Spread | None:
    """Of equal floats, and a shape in which marks stand for dimensions that are not known."""
    extents = shape.array
    if extents is None or not shape.symbolic or extents.ndim != 1 or data.dtype != np.float32 or not data.size:
        return None
    if (data != data.flat[0]).any():
        return None
    wanted = tuple(-1 if extent <= MARK else int(extent) for extent in extents)
    return Spread(data.reshape(-1)[:1].reshape(()), broadcast(own, wanted))


def _moved(node: Node) -> Spread:
    """The same elements, where a node gives nothing else: a part along known dimensions."""
    source = node.value(0)
    if isinstance(source, Spread) and node.proto.op_type == "Identity":
        return source
    if isinstance(source, Spread) and node.proto.op_type == "Slice" and node.opset >= 10:
        extents = list(source.shape)
        starts, ends, axes = (node.known_ints(i, "bounds") for i in (1, 2, 3))
        for start, end, axis in zip(starts or [], ends or [], axes or range(len(extents)), strict=False):
            at = node.axis(axis, len(extents))
            if extents[at] >= 0 and node.known_ints(4, "steps") in (None, [1] * len(starts or [])):
                extents[at] = len(range(extents[at])[start:end])
                continue
            break
        else:
            return Spread(source.fill, tuple(extents))
    raise node.unsupported("depends on a dimension that is not known", "give the model's inputs fixed dimensions")
