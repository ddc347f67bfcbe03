"""Meanings of operations that rearrange or repeat blocks of elements. Extents are those of the arrays."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import ints
from lpt.dialects.nn.rearrangement import (
    BatchToSpaceOp,
    BroadcastOp,
    DepthToSpaceOp,
    GatherOp,
    ShuffleChannelsOp,
    SpaceToBatchOp,
    SpaceToDepthOp,
    TileOp,
)
from lpt.dialects.quant import params_of


@meaning(GatherOp)
def gather(op: GatherOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The elements along the axis that the indices name; those outside the extent name the nearest one."""
    x, indices = operands
    extent = x.shape[op.dim]
    wide = indices.astype(np.int64)
    return [x.take(np.clip(np.where(wide < 0, wide + extent, wide), 0, extent - 1), op.dim)]


@meaning(BroadcastOp)
def broadcast(op: BroadcastOp, operands: Sequence[Array]) -> Sequence[Array]:
    """numpy's broadcasting against `shape`."""
    (x,) = operands
    return [np.ascontiguousarray(np.broadcast_to(x, np.broadcast_shapes(x.shape, ints(op.shape))))]


@meaning(TileOp)
def tile(op: TileOp, operands: Sequence[Array]) -> Sequence[Array]:
    """numpy's tile."""
    return [np.tile(operands[0], ints(op.repeats))]


@meaning(DepthToSpaceOp)
def depth_to_space(op: DepthToSpaceOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Place p of a block holds the channels p of DCR's [blocks, C] or CRD's [C, blocks]."""
    (x,) = operands
    n, channels, *spatial = x.shape
    block, blocks = op.block, op.blocks
    result = np.empty((n, channels // blocks, *(extent * block for extent in spatial)), x.dtype)
    for p, corner in enumerate(np.ndindex(*[block] * len(spatial))):
        part = x[:, p * (channels // blocks) : (p + 1) * (channels // blocks)] if op.mode_name == "DCR" else x[:, p::blocks]
        result[(slice(None), slice(None), *(slice(start, None, block) for start in corner))] = part
    return [result]


@meaning(SpaceToDepthOp)
def space_to_depth(op: SpaceToDepthOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The inverse of depth_to_space."""
    (x,) = operands
    block, blocks = op.block, op.blocks
    rank, channels = x.ndim - 2, x.shape[1]
    result = np.empty((x.shape[0], channels * blocks, *(extent // block for extent in x.shape[2:])), x.dtype)
    for p, corner in enumerate(np.ndindex(*[block] * rank)):
        to = slice(p * channels, (p + 1) * channels) if op.mode_name == "DCR" else slice(p, None, blocks)
        result[:, to] = x[(slice(None), slice(None), *(slice(start, None, block) for start in corner))]
    return [result]


@meaning(ShuffleChannelsOp)
def shuffle_channels(op: ShuffleChannelsOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Each index along the axis from where `ShuffleChannelsOp.sources` says."""
    return [operands[0].take(op.sources(operands[0].shape[op.dim]), op.dim)]


@meaning(BatchToSpaceOp)
def batch_to_space(op: BatchToSpaceOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Batch b · n + i is place b of each block of image i; then the crops."""
    (x,) = operands
    block = ints(op.block_shape)
    n = x.shape[0] // prod(block)
    whole = np.empty((n, *(extent * b for extent, b in zip(x.shape[1:], block[1:], strict=True))), x.dtype)
    for p, corner in enumerate(np.ndindex(*block[1:])):
        whole[(slice(None), *_every(corner, block))] = x[p * n : (p + 1) * n]
    crops = zip(ints(op.crops_begin), ints(op.crops_end), whole.shape, strict=True)
    return [np.ascontiguousarray(whole[tuple(slice(begin, extent - end) for begin, end, extent in crops)])]


@meaning(SpaceToBatchOp)
def space_to_batch(op: SpaceToBatchOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The pads, then the inverse of batch_to_space."""
    (x,) = operands
    block, begin = ints(op.block_shape), ints(op.pads_begin)
    shape = [e + lo + hi for e, lo, hi in zip(x.shape, begin, ints(op.pads_end), strict=True)]
    params = params_of(op.x)
    padded = np.empty(shape, x.dtype)
    padded[...] = 0 if params is None else params.expand(shape)[1].astype(x.dtype)
    padded[tuple(slice(lo, lo + extent) for lo, extent in zip(begin, x.shape, strict=True))] = x
    parts = [padded[(slice(None), *_every(corner, block))] for corner in np.ndindex(*block[1:])]
    return [np.concatenate(parts)]


def _every(corner: Sequence[int], block: Sequence[int]) -> list[slice]:
    """One place of every block, along all dimensions but the batch."""
    return [slice(start, None, step) for start, step in zip(corner, block[1:], strict=True)]
