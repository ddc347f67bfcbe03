"""Attention as ONNX Runtime's transformer optimizer writes it (com.microsoft): MultiHeadAttention and the older Attention."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, ConcatOp, MatMulOp, SliceOp, SplitOp, SqueezeOp, UnsqueezeOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.handlers.attention import FIXED, Attention, join_heads, split_heads
from lpt.importers.onnx.handlers.attention_bias import Bias, padding_bias
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft


def attend(
    node: Node, parts: list[SSAValue], mask: int, more: int, past: list[SSAValue]
) -> tuple[SSAValue, SSAValue, SSAValue, list[SSAValue]]:
    """The result [B, S, H·D], present keys and values, and the scores after each step, of parts [B, S, H·D].

    `mask` and `more` are the inputs of a mask of keys and of numbers to add.
    """
    q, k, v = (split_heads(node, x, node.int_attr("num_heads", 0)) for x in parts)
    if past:
        k, v = (node.one(ConcatOp, [old, new], axis=2) for old, new in zip(past, (k, v), strict=True))
    bias = Bias()
    if node.optional(mask) is not None:
        bias.computed.append(padding_bias(node, mask, node.float_attr("mask_filter_value", -10000.0)))
    if node.optional(more) is not None:
        bias.computed.append(node.f32(more))
    if node.int_attr("unidirectional", 0):
        queries, keys = tensor_shape(q)[2], tensor_shape(k)[2]
        if min(queries, keys) < 0:
            raise node.unsupported("which keys a query attends to depends on unknown lengths", FIXED)
        bias.allow(node, np.arange(queries)[:, None] - np.arange(keys)[None, :], np.array(keys - queries), 1)
    y, stages = Attention(q, k, v, node.float_attr("scale", 0.0) or None).run(node, bias)
    return join_heads(node, y), k, v, stages


@microsoft("MultiHeadAttention")
def multi_head_attention(node: Node) -> list[SSAValue]:
    """Queries, keys and values of rank 3, with one bias for the three, a mask of keys, numbers to add and past keys and values."""
    ranks = [len(value.shape) if (value := node.optional(i)) is not None else 0 for i in range(3)]
    if ranks != [3, 3, 3]:
        raise node.unsupported(
            f"queries, keys and values of ranks {ranks} are not handled", "give each as [batch, sequence, features]"
        )
    if any(node.optional(i) is not None for i in (8, 9)):
        raise node.unsupported("a past sequence's length or an indirection of the cache is not handled")
    parts = [node.f32(i) for i in range(3)]
    if node.optional(3) is not None:
        sizes = [node.shape(i)[2] for i in range(3)]
        biases = node.make(SplitOp, [node.f32(3)], axis=0, split=sizes)
        parts = [node.one(AddOp, x, bias) for x, bias in zip(parts, biases, strict=True)]
    past = [node.f32(i) for i in (6, 7) if node.optional(i) is not None]
    y, k, v, stages = attend(node, parts, 4, 5, past)
    return [y, k, v, stages[0]]


def attend_joined(node: Node, parts: list[SSAValue], mask: int, more: int, past: int) -> list[SSAValue]:
    """The result, and keys and values in one tensor [2, B, H, S, D], those of input `past` in front of the new ones."""
    if node.int_attr("do_rotary", 0):
        raise node.unsupported("a rotation of its own is not handled")
    if node.optional(past) is not None and node.int_attr("past_present_share_buffer", 0):
        raise node.unsupported("a cache that is longer than what it holds is not handled")
    before: list[SSAValue] = []
    if node.optional(past) is not None:
        joined = node.f32(past)
        if len(tensor_shape(joined)) != 5:
            raise node.malformed(f"past keys and values of shape {tensor_shape(joined)}")
        cuts = (node.one(SliceOp, joined, starts=[i], ends=[i + 1], axes=[0], steps=[1]) for i in (0, 1))
        before = [node.one(SqueezeOp, cut, axes=[0]) for cut in cuts]
    y, k, v, _ = attend(node, parts, mask, more, before)
    if not any(node.used[1:]):
        return [y]
    return [y, node.one(ConcatOp, [node.one(UnsqueezeOp, x, axes=[0]) for x in (k, v)], axis=0)]


@microsoft("Attention")
def attention(node: Node) -> list[SSAValue]:
    """One product gives queries, keys and values."""
    total = node.shape(1)[1]
    sizes = node.ints_attr("qkv_hidden_sizes") or [total // 3] * 3
    joined = node.one(MatMulOp, node.f32(0), node.f32(1))
    if node.optional(2) is not None:
        joined = node.one(AddOp, joined, node.f32(2))
    return attend_joined(node, node.make(SplitOp, [joined], axis=2, split=sizes), 3, 5, 4)
