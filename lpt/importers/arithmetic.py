"""Arithmetic on values of a function under construction, written as formulas: `(x + 1) * 0.5` appends nn.add and nn.mul."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import Float32Type, f32, i64
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    AndOp,
    CastOp,
    ClipOp,
    DivOp,
    FloorOp,
    GatherOp,
    LessOp,
    LessOrEqualOp,
    MaximumOp,
    MinimumOp,
    MulOp,
    NnOp,
    ReshapeOp,
    RoundOp,
    SliceOp,
    SubOp,
    TransposeOp,
    WhereOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.importers.node import BaseNode
from lpt.importers.value import Value

Number = float | Array


@dataclass(frozen=True, eq=False)
class Term:
    """A value, f32 or i64; numbers and arrays beside it become constants of its type."""

    node: BaseNode
    value: SSAValue

    @property
    def shape(self) -> Shape:
        return tensor_shape(self.value)

    def of(self, number: Number) -> Term:
        """A constant of this type."""
        dtype = np.float32 if element_of(self.value) == Float32Type() else np.int64
        return constant(self.node, np.asarray(number).astype(dtype))

    def _apply(self, op: type[NnOp], *others: Term | Number) -> Term:
        terms = [self, *(other if isinstance(other, Term) else self.of(other) for other in others)]
        return Term(self.node, self.node.one(op, *(term.value for term in terms)))

    def __add__(self, other: Term | Number) -> Term:
        return self._apply(AddOp, other)

    def __sub__(self, other: Term | Number) -> Term:
        return self._apply(SubOp, other)

    def __rsub__(self, other: Number) -> Term:
        return self.of(other)._apply(SubOp, self)

    def __mul__(self, other: Term | Number) -> Term:
        return self._apply(MulOp, other)

    def __truediv__(self, other: Term | Number) -> Term:
        return self._apply(DivOp, other)

    def __lt__(self, other: Term | Number) -> Term:
        return self._apply(LessOp, other)

    def __le__(self, other: Term | Number) -> Term:
        return self._apply(LessOrEqualOp, other)

    def __and__(self, other: Term) -> Term:
        return self._apply(AndOp, other)

    def floor(self) -> Term:
        return self._apply(FloorOp)

    def rint(self) -> Term:
        """The nearest whole number, half to even."""
        return self._apply(RoundOp)

    def abs(self) -> Term:
        return self._apply(AbsOp)

    def clip(self, low: float, high: float) -> Term:
        """min(max(x, low), high) of floats."""
        return Term(self.node, self.node.one(ClipOp, self.value, min=float(low), max=float(high)))

    def maximum(self, other: Term | Number) -> Term:
        return self._apply(MaximumOp, other)

    def minimum(self, other: Term | Number) -> Term:
        return self._apply(MinimumOp, other)

    def where(self, yes: Term | Number, no: Term) -> Term:
        """This mask's choice."""
        chosen = yes if isinstance(yes, Term) else no.of(yes)
        return Term(self.node, self.node.one(WhereOp, self.value, chosen.value, no.value))

    def to_i64(self) -> Term:
        return Term(self.node, self.node.one(CastOp, self.value, to=i64))

    def to_f32(self) -> Term:
        return Term(self.node, self.node.one(CastOp, self.value, to=f32))

    def reshape(self, shape: Sequence[int]) -> Term:
        """To a known shape."""
        if tuple(shape) == self.shape:
            return self
        return Term(self.node, self.node.one(ReshapeOp, self.value, shape=list(shape), allow_zero=1))

    def transpose(self, perm: Sequence[int]) -> Term:
        if list(perm) == list(range(len(self.shape))):
            return self
        return Term(self.node, self.node.one(TransposeOp, self.value, perm=list(perm)))

    def part(self, axis: int, begin: int, end: int | None = None, step: int = 1) -> Term:
        """Indices [begin, end) of a dimension, or index `begin`, its extent kept."""
        ends = [begin + 1 if end is None else end]
        return Term(self.node, self.node.one(SliceOp, self.value, starts=[begin], ends=ends, axes=[axis], steps=[step]))

    def rows(self, indices: Term) -> Term:
        """x[indices] along the first dimension."""
        return Term(self.node, self.node.one(GatherOp, self.value, indices.value, axis=0))


def constant(node: BaseNode, array: Array) -> Term:
    """A constant of the array's own type."""
    return Term(node, node.builder.constant(Value(array)))
