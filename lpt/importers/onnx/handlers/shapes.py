"""Operators that only give a tensor another shape."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import BroadcastOp, FlattenOp, ReshapeOp, SqueezeOp, UnsqueezeOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import MARK


@handles("Reshape")
def reshape(node: Node) -> SSAValue:
    allow_zero = node.int_attr("allowzero", 0)
    shape = _requested(node, bool(allow_zero))
    return node.one(ReshapeOp, node.moved(0), shape=shape, allow_zero=allow_zero or None)


def _requested(node: Node, allow_zero: bool) -> list[int]:
    """The shape input, with marks of unknown dimensions as 0 (the batch stays where it is) or -1 (what is left)."""
    value = node.value(1)
    if not value.symbolic or value.array is None:
        shape = node.known_ints(1, "the shape")
        assert shape is not None
        return shape
    shape = [int(extent) for extent in value.array]
    if shape[0] == MARK and node.shape(0)[0] == -1 and not allow_zero:
        shape[0] = 0
    marks = [i for i, extent in enumerate(shape) if extent <= MARK]
    if len(marks) + shape.count(-1) > 1:
        raise node.unsupported("the shape depends on dimensions that are not known", "give the model's inputs fixed dimensions")
    return [-1 if i in marks else extent for i, extent in enumerate(shape)]


@handles("Expand")
def expand(node: Node) -> SSAValue:
    """Where the shape names a dimension of the input that is not known, the input keeps it."""
    value, shape = node.value(1), node.shape(0)
    if not value.symbolic or value.array is None:
        return node.one(BroadcastOp, node.moved(0), shape=node.known_ints(1, "the shape") or [])
    requested = [int(extent) for extent in value.array]
    own = [1] * (len(requested) - len(shape)) + list(shape[max(len(shape) - len(requested), 0) :])
    if any(extent <= MARK and have != -1 for extent, have in zip(requested, own, strict=True)):
        raise node.unsupported("the shape depends on dimensions that are not known", "give the model's inputs fixed dimensions")
    return node.one(BroadcastOp, node.moved(0), shape=[1 if extent <= MARK else extent for extent in requested])


@handles("Flatten")
def flatten(node: Node) -> SSAValue:
    return node.one(FlattenOp, node.moved(0), axis=node.int_attr("axis", 1))


@handles("Squeeze")
def squeeze(node: Node) -> SSAValue:
    axes = node.ints_of("axes", 1, 13)
    if axes is None and -1 in node.shape(0):
        raise node.unsupported("squeezes dimensions that are not known", "name the axes")
    return node.one(SqueezeOp, node.moved(0), axes=axes)


@handles("Unsqueeze")
def unsqueeze(node: Node) -> SSAValue:
    axes = node.ints_of("axes", 1, 13)
    if axes is None:
        raise node.malformed("axes are missing")
    return node.one(UnsqueezeOp, node.moved(0), axes=axes)
