"""What attention adds to its scores: 0 where a query attends to a key, −∞ where it does not, or numbers that the model gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from xdsl.dialects.builtin import f32
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import AddOp, CastOp, LessOrEqualOp, MulOp, PadOp, ReshapeOp, SubOp, WhereOp
from lpt.importers.onnx.node import Node
from lpt.importers.value import Value


def number(node: Node, value: float) -> SSAValue:
    """An f32 constant."""
    return node.builder.constant(Value(np.array(value, np.float32)))


@dataclass
class Bias:
    """The sum of what is known and what is computed, each broadcasting to the scores [B, H, Sq, Skv]."""

    known: Array | None = None
    computed: list[SSAValue] = field(default_factory=list)

    @classmethod
    def of(cls, node: Node, queries: int, keys: int, past: int) -> Bias:
        """That of an ONNX Attention: its mask, causality, windows, and lengths of a cache; `past` keys came before the queries."""
        bias = cls()
        if node.optional(3) is not None:
            bias.add_mask(node, 3, keys)
        left, right = node.int_attr("left_window_size", -1), node.int_attr("right_window_size", -1)
        causal, lengths = node.int_attr("is_causal", 0) != 0, node.optional(6)
        if not causal and left < 0 and right < 0 and lengths is None:
            return bias
        if min(queries, keys, past) < 0:
            raise node.unsupported(
                "which keys a query attends to depends on unknown lengths", "give the model's inputs fixed dimensions"
            )
        distance = np.arange(queries)[:, None] - np.arange(keys)[None, :]
        offset: Array | SSAValue = np.array(past)
        if lengths is not None:
            valid = _lengths(node, lengths)
            bias.allow(node, -1 - np.arange(keys)[None, :], valid, 1)
            offset = valid - queries if isinstance(valid, np.ndarray) else node.one(SubOp, valid, number(node, queries))
        if causal:
            bias.allow(node, distance, offset, 1)
        if left >= 0:
            bias.allow(node, left - distance, offset, -1)
        if right >= 0:
            bias.allow(node, right + distance, offset, 1)
        return bias

    def add_known(self, array: Array) -> None:
        """Add known numbers."""
        array = array.astype(np.float32)
        self.known = array if self.known is None else self.known + array

    def add_mask(self, node: Node, index: int, keys: int) -> None:
        """Add an input: numbers, or booleans that say which keys are attended to; keys that it does not reach are not."""
        value = node.value(index)
        short = keys - value.shape[-1] if value.shape and min(keys, value.shape[-1]) >= 0 else 0
        if short < 0 or (short and value.shape[-1] == 1 and node.opset < 24):
            short = 0  # too long a mask does not broadcast and is refused there; one column is for all keys
        if value.array is not None and not value.symbolic and value.array.dtype in (np.bool_, np.float32):
            array = _as_bias(value.array) if value.array.dtype == np.bool_ else value.array
            self.add_known(np.pad(array, [*((0, 0),) * (array.ndim - 1), (0, short)], constant_values=-np.inf) if short else array)
            return
        is_boolean = str(value.element) == "i1"
        x = _where(node, node.builder.plain(value)) if is_boolean else node.f32(index)
        if short:
            rank = len(value.shape)
            x = node.one(PadOp, x, pads=[*(0,) * (2 * rank - 1), short], value=float("-inf"))
        self.computed.append(x)

    def allow(self, node: Node, table: Array, offset: Array | SSAValue, sign: int) -> None:
        """Attend only where table + sign · offset ≥ 0; the offset is known, or computed as f32 [B, 1, 1, 1]."""
        if isinstance(offset, np.ndarray):
            self.add_known(_as_bias(table + sign * offset >= 0))
            return
        n = node.one(AddOp if sign > 0 else SubOp, node.builder.constant(Value(table.astype(np.float32))), offset)
        self.computed.append(_where(node, node.one(LessOrEqualOp, number(node, 0.0), n)))

    @property
    def is_empty(self) -> bool:
        """Whether it adds nothing."""
        return not self.computed and (self.known is None or not self.known.any())

    @property
    def may_mask_rows(self) -> bool:
        """Whether a query may attend to no key."""
        if self.computed:
            return True
        return self.known is not None and self.known.ndim > 0 and bool(np.isneginf(self.known.max(axis=-1, initial=-np.inf)).any())

    def added(self, node: Node, scores: SSAValue) -> SSAValue:
        """scores + bias."""
        parts = list(self.computed)
        if self.known is not None and self.known.any():
            parts.append(node.builder.constant(Value(np.ascontiguousarray(self.known))))
        for part in parts:
            scores = node.one(AddOp, scores, part)
        return scores


def _as_bias(attends: Array) -> Array:
    return np.where(attends, np.float32(0), np.float32(-np.inf))


def _where(node: Node, attends: SSAValue) -> SSAValue:
    return node.one(WhereOp, attends, number(node, 0.0), number(node, float("-inf")))


def _lengths(node: Node, value: Value) -> Array | SSAValue:
    """The valid keys of each batch [B] as [B, 1, 1, 1]: integers that are known, or f32."""
    if value.array is not None and not value.symbolic:
        return value.array.reshape(-1, 1, 1, 1).astype(np.int64)
    return node.one(ReshapeOp, node.one(CastOp, node.builder.plain(value), to=f32), shape=[-1, 1, 1, 1])


def padding_bias(node: Node, index: int, filter_value: float) -> SSAValue:
    """com.microsoft's mask of keys [B, Skv], 1 where they are valid, as (1 − mask) · filter_value [B, 1, 1, Skv]."""
    value = node.value(index)
    if len(value.shape) != 2 or str(value.storage) != "i32":
        raise node.unsupported(f"a mask of {value.type_name}{list(value.shape)} is not handled", "use an i32 mask [batch, keys]")
    mask = node.one(CastOp, node.builder.plain(value), to=f32)
    mask = node.one(ReshapeOp, mask, shape=[0, 1, 1, value.shape[1]])
    return node.one(MulOp, node.one(SubOp, number(node, 1.0), mask), number(node, filter_value))
