"""Scaled dot-product attention, as products, a softmax and what is added to the scores between (ONNX Attention-23 to -25)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    ConcatOp,
    DivOp,
    MatMulOp,
    MulOp,
    ReshapeOp,
    SoftmaxOp,
    TanhOp,
    TransposeOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.handlers.attention_bias import Bias, number
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles

FIXED = "give the model's inputs fixed dimensions"


@dataclass(frozen=True)
class Attention:
    """Queries [B, Hq, Sq, D], keys [B, Hkv, Skv, D] and values [B, Hkv, Skv, Dv]; Hq is a multiple of Hkv.

    Queries of the heads that share keys become rows of one product: nothing is repeated.
    """

    q: SSAValue
    k: SSAValue
    v: SSAValue
    scale: float | None = None
    """What Q · Kᵀ is multiplied by; by default 1 / √D."""
    softcap: float = 0.0
    """c: scores become c · tanh(score / c) before the bias is added; 0 leaves them."""

    def run(self, node: Node, bias: Bias) -> tuple[SSAValue, list[SSAValue]]:
        """The result [B, Hq, Sq, Dv], and the scores after each step: scaled, capped, biased, softmax."""
        scores = node.one(MatMulOp, self._fold(node, self.q), node.one(TransposeOp, self.k, perm=[0, 1, 3, 2]))
        scale = self.scale
        if scale is None:
            scale = 1 / math.sqrt(self._extent(node, self.q, 3))
        scaled = node.one(MulOp, scores, number(node, scale))
        capped = self._capped(node, scaled)
        # The bias is one of heads; without it the scores stay as the products have them.
        biased = capped if bias.is_empty else bias.added(node, self._unfold(node, capped))
        shares = node.one(SoftmaxOp, biased, axis=-1, masked=1 if bias.may_mask_rows else None)
        folded = shares if bias.is_empty else self._fold(node, shares)
        y = self._unfold(node, node.one(MatMulOp, folded, self.v))
        return y, [self._unfold(node, stage) for stage in (scaled, capped, biased, shares)]

    def _capped(self, node: Node, scores: SSAValue) -> SSAValue:
        if not self.softcap:
            return scores
        bound = number(node, self.softcap)
        return node.one(MulOp, node.one(TanhOp, node.one(DivOp, scores, bound)), bound)

    @staticmethod
    def _extent(node: Node, x: SSAValue, axis: int) -> int:
        extent = tensor_shape(x)[axis]
        if extent < 0:
            raise node.unsupported("heads or their size are not known", FIXED)
        return extent

    def _heads(self, node: Node) -> tuple[int, int]:
        """Hq and Hkv."""
        queries, keys = self._extent(node, self.q, 1), self._extent(node, self.k, 1)
        if keys < 1 or queries % keys:
            raise node.malformed(f"{queries} heads of queries are no multiple of {keys} of keys")
        return queries, keys

    def _fold(self, node: Node, x: SSAValue) -> SSAValue:
        """[B, Hq, Sq, n] → [B, Hkv, Hq / Hkv · Sq, n]."""
        (queries, keys), (_, _, rows, columns) = self._heads(node), tensor_shape(x)
        if queries == keys:
            return x
        return self._reshaped(node, x, keys, rows if rows < 0 else rows * (queries // keys), columns)

    def _unfold(self, node: Node, x: SSAValue) -> SSAValue:
        """[B, Hkv, Hq / Hkv · Sq, n] → [B, Hq, Sq, n]."""
        queries, _ = self._heads(node)
        return x if tensor_shape(x)[1] == queries else self._reshaped(node, x, queries, tensor_shape(self.q)[2], tensor_shape(x)[3])

    @staticmethod
    def _reshaped(node: Node, x: SSAValue, *extents: int) -> SSAValue:
        if extents.count(-1) > 1:
            raise node.unsupported("heads share keys, and both sequences are of unknown length", FIXED)
        return node.one(ReshapeOp, x, shape=[0, *extents])


def split_heads(node: Node, x: SSAValue, heads: int) -> SSAValue:
    """[B, S, H·D] → [B, H, S, D]."""
    hidden = tensor_shape(x)[2]
    if hidden < 0:
        raise node.unsupported("heads or their size are not known", FIXED)
    if heads < 1 or hidden % heads:
        raise node.malformed(f"{hidden} features are no {heads} heads")
    return node.one(TransposeOp, node.one(ReshapeOp, x, shape=[0, 0, heads, hidden // heads]), perm=[0, 2, 1, 3])


def join_heads(node: Node, x: SSAValue) -> SSAValue:
    """[B, H, S, D] → [B, S, H·D]."""
    heads, size = tensor_shape(x)[1], tensor_shape(x)[3]
    if size < 0:
        raise node.unsupported("heads or their size are not known", FIXED)
    return node.one(ReshapeOp, node.one(TransposeOp, x, perm=[0, 2, 1, 3]), shape=[0, 0, heads * size])


def require_f32_softmax(node: Node) -> None:
    """Refuse a softmax in another type."""
    if node.int_attr("softmax_precision", 1) != 1:
        raise node.unsupported("a softmax in another type than f32 is not handled", "leave softmax_precision out")


def _operands(node: Node, heads: Sequence[int]) -> list[SSAValue]:
    ranks = {len(node.shape(i)) for i in range(3)}
    if ranks not in ({3}, {4}):
        raise node.malformed(f"queries, keys and values have ranks {sorted(ranks)}, not all 3 or 4")
    if ranks == {4}:
        return [node.f32(i) for i in range(3)]
    return [split_heads(node, node.f32(i), count) for i, count in enumerate(heads)]


@handles("Attention", first=23)
def attention(node: Node) -> list[SSAValue]:
    """Inputs of rank 3 are split into heads. A cache is joined in front of keys and values, or given whole with its lengths."""
    require_f32_softmax(node)
    queries, keys = node.int_attr("q_num_heads", 0), node.int_attr("kv_num_heads", 0)
    scale = node.float_attr("scale", 0.0) if node.has("scale") else None
    q, k, v = _operands(node, (queries, keys, keys))
    past = 0
    if node.optional(4) is not None and node.optional(5) is not None:
        past = node.shape(4)[2]
        k, v = (node.one(ConcatOp, [node.f32(index), new], axis=2) for index, new in ((4, k), (5, v)))
    bias = Bias.of(node, tensor_shape(q)[2], tensor_shape(k)[2], past)
    y, stages = Attention(q, k, v, scale, node.float_attr("softcap", 0.0)).run(node, bias)
    if len(node.shape(0)) == 3:
        y = join_heads(node, y)
    mode = node.int_attr("qk_matmul_output_mode", 0)
    if mode not in range(4):
        raise node.malformed(f"qk_matmul_output_mode is {mode}, not one of 0 to 3")
    return [y, k, v, stages[mode]]


@handles("FlexAttention", 1, 1, domain="ai.onnx.preview")
def flex_attention(node: Node) -> SSAValue:
    """Without functions of the scores, which are control flow."""
    require_f32_softmax(node)
    scale = node.float_attr("scale", 0.0) if node.has("scale") else None
    if len(node.shape(0)) != 4:
        raise node.malformed(f"queries have rank {len(node.shape(0))}, not 4")
    q, k, v = _operands(node, ())
    return Attention(q, k, v, scale).run(node, Bias())[0]
