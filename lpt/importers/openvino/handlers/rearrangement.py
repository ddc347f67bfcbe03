"""Operations that rearrange or repeat whole blocks of elements."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    BatchToSpaceOp,
    BroadcastOp,
    DepthToSpaceOp,
    GatherOp,
    ReshapeOp,
    ShuffleChannelsOp,
    SliceOp,
    SpaceToBatchOp,
    SpaceToDepthOp,
    SqueezeOp,
    TileOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.importers.openvino.handlers.indexing import gather_in_batches
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.value import Value


@handles("Gather")
def gather(node: Node) -> SSAValue:
    """Indices that count from the end are opset 8's; one index of a known extent is a slice."""
    shape = node.shape(0)
    (axis,) = node.ints_input(2, "the axis") or [0]
    axis = node.axis(axis, len(shape))
    if batch := node.integer("batch_dims", 0):
        return gather_in_batches(node, axis, batch)
    indices = node.value(1)
    if indices.array is None or indices.symbolic or indices.array.size != 1 or indices.array.ndim > 1 or shape[axis] < 0:
        return node.one(GatherOp, node.moved(0), _indices(node, indices), axis=axis)
    index = int(indices.array.reshape(()))
    if not -shape[axis] <= index < shape[axis]:
        raise node.malformed(f"index {index} is outside extent {shape[axis]}")
    index %= shape[axis]
    part = node.one(SliceOp, node.moved(0), starts=[index], ends=[index + 1], axes=[axis], steps=[1])
    return part if indices.array.ndim else node.one(SqueezeOp, part, axes=[axis])


def _indices(node: Node, value: Value) -> SSAValue:
    if value.symbolic:
        raise node.unsupported("indices depend on a dimension that is not known", "give the model's inputs fixed dimensions")
    if value.array is not None and value.array.dtype.kind in "iu":
        value = Value(value.array.astype(np.int64))
    return node.builder.plain(value)


@handles("Broadcast")
def broadcast(node: Node) -> SSAValue:
    """`numpy` and `bidirectional`; `explicit` says which dimension of the result each of the data is."""
    mode = node.choice("mode", "numpy", "bidirectional", "explicit")
    shape, x = node.ints_input(1, "the target shape"), node.moved(0)
    if mode == "explicit":
        mapping = node.ints_input(2, "the axes mapping")
        if len(mapping) != len(node.shape(0)) or sorted(set(mapping)) != mapping:
            raise node.unsupported(f"an axes mapping of {mapping} is not handled")
        spread = [1] * len(shape)
        for axis, extent in zip(mapping, node.shape(0), strict=True):
            spread[node.axis(axis, len(shape))] = extent
        x = node.one(ReshapeOp, x, shape=spread)
    result = node.one(BroadcastOp, x, shape=shape)
    if mode != "bidirectional" and len(tensor_shape(result)) != len(shape):
        raise node.malformed(f"data of shape {node.shape(0)} do not broadcast to {shape}")
    return result


@handles("Tile")
def tile(node: Node) -> SSAValue:
    """Data and repeats are brought to one rank by ones in front."""
    repeats, shape, x = node.ints_input(1, "the repeats"), node.shape(0), node.moved(0)
    if len(repeats) > len(shape):
        x = node.one(ReshapeOp, x, shape=[1] * (len(repeats) - len(shape)) + list(shape))
    return node.one(TileOp, x, repeats=[1] * (len(shape) - len(repeats)) + repeats)


_MODES = {"blocks_first": "DCR", "depth_first": "CRD"}


@handles("DepthToSpace")
def depth_to_space(node: Node) -> SSAValue:
    mode = _MODES[node.choice("mode", "blocks_first", "depth_first")]
    return node.one(DepthToSpaceOp, node.moved(0), block_size=node.integer("block_size", 1), mode=mode)


@handles("SpaceToDepth")
def space_to_depth(node: Node) -> SSAValue:
    mode = _MODES[node.choice("mode", "blocks_first", "depth_first")]
    return node.one(SpaceToDepthOp, node.moved(0), block_size=node.integer("block_size", 1), mode=mode)


@handles("BatchToSpace", first=2)
def batch_to_space(node: Node) -> SSAValue:
    block, begin, end = (node.ints_input(i, what) for i, what in ((1, "the block shape"), (2, "crops_begin"), (3, "crops_end")))
    return node.one(BatchToSpaceOp, node.moved(0), block_shape=block, crops_begin=begin, crops_end=end)


@handles("SpaceToBatch", first=2)
def space_to_batch(node: Node) -> SSAValue:
    block, begin, end = (node.ints_input(i, what) for i, what in ((1, "the block shape"), (2, "pads_begin"), (3, "pads_end")))
    return node.one(SpaceToBatchOp, node.moved(0), block_shape=block, pads_begin=begin, pads_end=end)


@handles("ShuffleChannels")
def shuffle_channels(node: Node) -> SSAValue:
    axis = node.axis(node.integer("axis", 1), len(node.shape(0)))
    return node.one(ShuffleChannelsOp, node.moved(0), axis=axis, group=node.integer("group", 1))
