"""Rotary position embedding (Su et al., "RoFormer", 2021): pairs of features turned by an angle that grows with the position."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, ConcatOp, GatherOp, MulOp, ReshapeOp, SliceOp, SubOp, UnsqueezeOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles, microsoft


@handles("RotaryEmbedding", first=23)
def rotary_embedding(node: Node) -> SSAValue:
    """x [B, H, S, D] or [B, S, H·D], cosines and sines [positions, D/2] with position_ids [B, S], or [B, S, D/2]."""
    return _rotary(node, (1, 2), 3)


@microsoft("RotaryEmbedding")
def microsoft_rotary_embedding(node: Node) -> SSAValue:
    """The same with the positions [B, S] second."""
    if len(node.shape(1)) != 2 or node.int_attr("is_packed_batching", 0) or node.float_attr("scale", 1.0) != 1.0:
        raise node.unsupported("positions that are not given for each token, packed batches and scales are not handled")
    return _rotary(node, (2, 3), 1)


def _rotary(node: Node, caches: tuple[int, int], positions: int) -> SSAValue:
    x, shape = node.f32(0), node.shape(0)
    if len(shape) not in (3, 4) or shape[-1] < 0:
        raise node.unsupported(f"an input of shape {list(shape)} is not handled", "give the model's inputs fixed dimensions")
    axis = 1  # of the heads, along which the angles do not change
    if len(shape) == 3:
        heads, axis = _heads(node, caches[0]), 2
        x = node.one(ReshapeOp, x, shape=[0, 0, heads, shape[2] // heads])
    size = tensor_shape(x)[-1]
    turned = node.int_attr("rotary_embedding_dim", 0) or size
    if turned % 2 or turned > size:
        raise node.malformed(f"rotary_embedding_dim {turned} is no even number up to the heads' size {size}")
    cos, sin = (node.one(UnsqueezeOp, _angles(node, i, positions), axes=[axis]) for i in caches)
    y = _turned(node, x, turned, cos, sin)
    if turned < size:
        y = node.one(ConcatOp, [y, _part(node, x, turned, size)], axis=3)
    return y if len(shape) == 4 else node.one(ReshapeOp, y, shape=[0, 0, shape[2]])


def _heads(node: Node, cache: int) -> int:
    """num_heads; com.microsoft's default 0 leaves it to the extent of the caches."""
    hidden, heads = node.shape(0)[2], node.int_attr("num_heads", 0)
    if not heads and node.shape(cache)[-1] > 0:
        heads = hidden // (2 * node.shape(cache)[-1])
    if heads < 1 or hidden % heads:
        raise node.malformed(f"{hidden} features are no {heads} heads")
    return heads


def _angles(node: Node, index: int, positions: int) -> SSAValue:
    """[B, S, D/2]."""
    if node.optional(positions) is None:
        return node.f32(index)
    return node.one(GatherOp, node.f32(index), node.builder.plain(node.value(positions)), axis=0)


def _part(node: Node, x: SSAValue, start: int, end: int, step: int = 1) -> SSAValue:
    return node.one(SliceOp, x, starts=[start], ends=[end], axes=[3], steps=[step])


def _turned(node: Node, x: SSAValue, turned: int, cos: SSAValue, sin: SSAValue) -> SSAValue:
    """The first `turned` features as pairs (a, b) → (a cos − b sin, a sin + b cos); a pair is adjacent, or half of them apart."""
    if interleaved := node.int_attr("interleaved", 0):
        a, b = (_part(node, x, start, turned, 2) for start in (0, 1))
    else:
        a, b = _part(node, x, 0, turned // 2), _part(node, x, turned // 2, turned)
    real = node.one(SubOp, node.one(MulOp, a, cos), node.one(MulOp, b, sin))
    imaginary = node.one(AddOp, node.one(MulOp, a, sin), node.one(MulOp, b, cos))
    if not interleaved:
        return node.one(ConcatOp, [real, imaginary], axis=3)
    pairs = node.one(ConcatOp, [node.one(UnsqueezeOp, part, axes=[4]) for part in (real, imaginary)], axis=4)
    shape = tensor_shape(real)
    unknown = sum(extent < 0 for extent in shape[1:3])
    if unknown > 1:
        raise node.unsupported("heads and sequence are of unknown extent", "give the model's inputs fixed dimensions")
    return node.one(ReshapeOp, pairs, shape=[0, shape[1], shape[2], turned])
