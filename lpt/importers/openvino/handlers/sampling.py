"""Images read at computed places, sums of products by labels, attention."""

from __future__ import annotations

import math

import numpy as np
from xdsl.dialects.builtin import i1
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, MatMulOp, MulOp, SoftmaxOp, TransposeOp, WhereOp
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.shapes import tensor_shape
from lpt.importers.einsum import einsum as make_einsum
from lpt.importers.indexing import indices
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.sampling import Grid, Regions, roi_align
from lpt.importers.sampling import grid_sample as make_grid_sample
from lpt.importers.value import Value


@handles("Einsum", first=7)
def einsum(node: Node) -> SSAValue:
    return make_einsum(node, node.text("equation"), [node.f32(i) for i in range(len(node.inputs))])


@handles("GridSample", first=9)
def grid_sample(node: Node) -> SSAValue:
    mode = {"bilinear": "linear", "bicubic": "cubic", "nearest": "nearest"}[node.choice("mode", "bilinear", "bicubic", "nearest")]
    how = Grid(mode, node.choice("padding_mode", "zeros", "border", "reflection"), node.flag("align_corners", False))
    return make_grid_sample(node, node.f32(0), node.f32(1), how)


@handles("ROIAlign", first=3)
def align_regions(node: Node) -> SSAValue:
    """With a given number of samples; means only."""
    samples, mode = node.integer("sampling_ratio"), node.choice("mode", "avg", "max")
    aligned = node.choice("aligned_mode", "asymmetric", "half_pixel", "half_pixel_for_nn")
    if samples < 1:
        raise node.unsupported("a sampling_ratio that follows from each region's size is not handled", "export it with a ratio")
    if mode != "avg":
        raise node.unsupported(f"regions of mode {mode!r} are not handled")
    offset, source = 0.0 if aligned == "asymmetric" else 0.5, 0.5 if aligned == "half_pixel" else 0.0
    output = node.integer("pooled_h"), node.integer("pooled_w")
    how = Regions(output, samples, node.number("spatial_scale"), False, offset, source)
    return roi_align(node, node.f32(0), node.f32(1), indices(node, 2), how)


@handles("ScaledDotProductAttention", first=13)
def attention(node: Node) -> SSAValue:
    """softmax(q · kᵀ · scale + mask) · v; the scale is 1 / √E unless it is given."""
    q, k, v = (node.f32(i) for i in range(3))
    rank, depth, length, keys = len(tensor_shape(k)), tensor_shape(q)[-1], tensor_shape(q)[-2], tensor_shape(k)[-2]
    if node.optional(4) is not None:
        scale = node.f32(4)
    elif depth > 0:
        scale = _floats(node, 1.0 / math.sqrt(depth))
    else:
        raise node.unsupported("the size of heads is not known", "give the model's inputs fixed dimensions")
    turned = node.one(TransposeOp, k, perm=[*range(rank - 2), rank - 1, rank - 2])
    scores = node.one(MatMulOp, node.one(MulOp, q, scale), turned)
    if node.flag("causal", False):
        if min(length, keys) < 0:
            raise node.unsupported("the length of sequences is not known", "give the model's inputs fixed dimensions")
        scores = node.one(AddOp, scores, _floats(node, np.triu(np.full((length, keys), -np.inf), 1)))
    elif node.optional(3) is not None and node.shape(3):  # a number stands for none
        scores = _masked(node, scores)
    return node.one(MatMulOp, node.one(SoftmaxOp, scores, axis=len(tensor_shape(scores)) - 1), v)


def _masked(node: Node, scores: SSAValue) -> SSAValue:
    """By floats that are added, or booleans that say what counts."""
    mask = node.plain(3)
    if element_of(mask) == i1:
        return node.one(WhereOp, mask, scores, _floats(node, -np.inf))
    return node.one(AddOp, scores, node.f32(3))


def _floats(node: Node, value: float | np.ndarray) -> SSAValue:
    return node.builder.constant(Value(np.asarray(value, np.float32)))
