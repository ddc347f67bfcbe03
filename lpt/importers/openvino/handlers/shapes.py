"""Operations that only give a tensor another shape, and shapes as data."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import ReshapeOp, SqueezeOp, UnsqueezeOp
from lpt.dialects.shapes import Shape, is_static, resolve_reshape
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.openvino.weights import numpy_type
from lpt.importers.value import MARK, Value


@handles("ShapeOf")
def shape_of(node: Node) -> Value:
    """The extents; those that are not known as marks, which Reshape understands."""
    extents = node.shape(0)
    known = [MARK - i if extent < 0 else extent for i, extent in enumerate(extents)]
    return Value(np.array(known, numpy_type(node.text("output_type", "i64"))), symbolic=not is_static(extents))


@handles("Reshape")
def reshape(node: Node) -> Value | SSAValue:
    """With `special_zero`, 0 copies a dimension."""
    special = node.flag("special_zero", False)
    shape = _requested(node, special)
    value = node.value(0)
    if isinstance(value, Compressed):
        made = value.reshape(resolve_reshape(value.shape, shape, not special))
        if made is not None:
            return made
    return node.one(ReshapeOp, node.moved(0), shape=shape, allow_zero=None if special else 1)


def _requested(node: Node, special: bool) -> list[int]:
    """The shape input, with marks of unknown dimensions as 0 (the batch stays where it is) or -1 (what is left)."""
    value = node.value(1)
    if not value.symbolic or value.array is None:
        shape = node.known_ints(1, "the shape")
        assert shape is not None
        return shape
    shape = [int(extent) for extent in value.array.reshape(-1)]
    if special and shape[0] == MARK and node.shape(0)[0] == -1:
        shape[0] = 0
    marks = [i for i, extent in enumerate(shape) if extent <= MARK]
    if len(marks) + shape.count(-1) > 1:
        raise node.unsupported("the shape depends on dimensions that are not known", "give the model's inputs fixed dimensions")
    return [-1 if i in marks else extent for i, extent in enumerate(shape)]


@handles("Squeeze")
def squeeze(node: Node) -> Value | SSAValue:
    """Along all extents of 1 without axes; with `allow_axis_skip` (opset 15) along those named that are 1."""
    axes = node.known_ints(1, "the axes") or None
    value, shape, rank = node.value(0), node.shape(0), len(node.shape(0))
    skips = axes is not None and node.flag("allow_axis_skip", False)
    if (axes is None or skips) and -1 in shape:
        raise node.unsupported("squeezes dimensions that are not known", "name the axes")
    if axes is not None and skips:
        axes = [axis for axis in axes if shape[node.axis(axis, rank)] == 1]
    dropped = [i for i, e in enumerate(node.shape(0)) if e == 1] if axes is None else [node.axis(a, rank) for a in axes]
    if isinstance(value, Compressed) and all(value.shape[axis] == 1 for axis in dropped):
        return _reshaped(node, value, tuple(e for i, e in enumerate(value.shape) if i not in dropped))
    return node.one(SqueezeOp, node.moved(0), axes=axes)


@handles("Unsqueeze")
def unsqueeze(node: Node) -> Value | SSAValue:
    axes = node.known_ints(1, "the axes")
    if not axes:
        raise node.malformed("axes are missing")
    value = node.value(0)
    if isinstance(value, Compressed):
        return _reshaped(node, value, np.expand_dims(np.empty(value.shape, np.bool_), tuple(axes)).shape)
    return node.one(UnsqueezeOp, node.moved(0), axes=axes)


def _reshaped(node: Node, value: Compressed, shape: Shape) -> Value | SSAValue:
    return value.reshape(shape) or node.one(ReshapeOp, node.as_f32(value), shape=list(shape))
