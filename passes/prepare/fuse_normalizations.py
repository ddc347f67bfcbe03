"""Normalizations that exporters write out become one operation, which is one kernel.

    d = x − mean(x);  d / √(mean(d²) + ε),  d / (√mean(d²) + ε)   →  nn.mvn(x)
    x / √(mean(x²) + ε)                                           →  nn.normalize_l2(x) {eps = n·ε} · √n, n elements
    x / √(Σx² + ε),  x / max(√Σx², ε)                             →  nn.normalize_l2(x)

A division by r may also be a product with 1 / r, a square d · d or pow(d, 2), a root pow(v, ½). What is between must have no other
use and not be quantized; scale and bias behind stay, and become the kernel's epilogue. Exactness: real, 2⁻¹⁶ · Σ|terms|: sums are
added in another order. OpenVINO: MVNFusion, RMSFusion, NormalizeL2Fusion; ONNX Runtime: LayerNormFusion, SimplifiedLayerNormFusion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import (
    AddOp,
    ClipOp,
    DivOp,
    GlobalAveragePoolOp,
    MulOp,
    MvnOp,
    NnOp,
    NormalizeL2Op,
    PowOp,
    ReciprocalOp,
    ReduceMeanOp,
    ReduceSumOp,
    SqrtOp,
    SubOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, float_array_of
from lpt.passes.pipeline import Exactness, LptPass

_TINY = float(np.finfo(np.float32).tiny)


def _number(value: SSAValue) -> float | None:
    """The one number that a constant holds."""
    array = float_array_of(value)
    return float(array.flat[0]) if array is not None and array.size == 1 else None


def _plus(value: SSAValue) -> tuple[SSAValue, float]:
    """(v, c) where the value is v + c; else itself and 0."""
    op = value.owner
    if isinstance(op, AddOp) and not op.is_quantized:
        for x, other in ((op.a, op.b), (op.b, op.a)):
            if (known := _number(other)) is not None:
                return x, known
    return value, 0.0


def _power(value: SSAValue, exponent: float) -> SSAValue | None:
    """v where the value is v to this power."""
    op = value.owner
    if isinstance(op, SqrtOp) and exponent == 0.5 and not op.is_quantized:
        return op.x
    return op.a if isinstance(op, PowOp) and not op.is_quantized and _number(op.b) == exponent else None


def _same(a: SSAValue, b: SSAValue) -> bool:
    """Whether two values are the same, or dcasts of the same codes (exporters repeat DequantizeLinear)."""
    return a is b or ((codes := dequantized_of(a)) is not None and codes is dequantized_of(b))


@dataclass(frozen=True)
class Mean:
    """The mean or the sum of `x` over `axes`, which stay at extent 1."""

    x: SSAValue
    axes: tuple[int, ...]
    is_sum: bool = False

    @classmethod
    def of(cls, value: SSAValue) -> Mean | None:
        """What the value is the mean or sum of."""
        match value.owner:
            case ReduceMeanOp() | ReduceSumOp() as op if op.keeps and not op.is_quantized:
                return cls(op.x, op.reduced, isinstance(op, ReduceSumOp))
            case GlobalAveragePoolOp() as op if not op.is_quantized:
                return cls(op.x, tuple(range(2, len(tensor_shape(op.x)))))
        return None

    @property
    def count(self) -> int | None:
        """Elements of each mean, if that is known."""
        extents = [tensor_shape(self.x)[axis] for axis in self.axes]
        return None if -1 in extents else math.prod(extents)


@dataclass(frozen=True)
class Root:
    """√(v + eps) for mode "inside", √v + eps for "outside", max(√v, eps) for "max"."""

    v: SSAValue
    eps: float
    mode: str

    @classmethod
    def of(cls, value: SSAValue) -> Root | None:
        """The value as a root."""
        if (inner := _power(value, 0.5)) is not None:
            return cls(*_plus(inner), "inside")
        op = value.owner
        if isinstance(op, ClipOp) and op.bounds[1] == math.inf and (inner := _power(op.x, 0.5)) is not None:
            return cls(inner, op.bounds[0], "max")
        before, eps = _plus(value)
        inner = _power(before, 0.5)
        return cls(inner, eps, "outside") if inner is not None else None

    @classmethod
    def inverse_of(cls, value: SSAValue) -> Root | None:
        """The root of which the value is the inverse."""
        match value.owner:
            case ReciprocalOp() as op if not op.is_quantized:
                return cls.of(op.x)
            case DivOp() as op if not op.is_quantized and _number(op.a) == 1:
                return cls.of(op.b)
        inner = _power(value, -0.5)
        return cls(*_plus(inner), "inside") if inner is not None else None


def _quotients(op: MulOp | DivOp) -> Iterator[tuple[SSAValue, SSAValue, Root]]:
    """(x, divisor, its root) for each way of reading `op` as x over a root."""
    if isinstance(op, DivOp):
        if (root := Root.of(op.b)) is not None:
            yield op.a, op.b, root
        return
    for x, inverse in ((op.a, op.b), (op.b, op.a)):
        if (root := Root.inverse_of(inverse)) is not None:
            yield x, inverse, root


def _squared(value: SSAValue) -> SSAValue | None:
    """d where the value is d²."""
    op = value.owner
    if isinstance(op, MulOp) and _same(op.a, op.b) and not op.is_quantized:
        return op.a
    return _power(value, 2.0)


def _uses_stay_inside(last: Sequence[SSAValue], first: set[SSAValue], op: Operation) -> bool:
    """Whether all that lies between the values `first` and `op`, seen from its operands `last`, is used between them alone."""
    between: set[Operation] = set()
    waiting = list(last)
    while waiting:
        value = waiting.pop()
        owner = value.owner
        if value in first or not isinstance(owner, Operation) or isinstance(owner, ConstantOp) or owner in between:
            continue
        between.add(owner)
        waiting.extend(owner.operands)
    return all(use.operation in between or use.operation is op for inner in between for r in inner.results for use in r.uses)


class FuseNormalization(Pattern):
    """A quotient of x and the root of its mean square → mvn or normalize_l2."""

    name = "fuse-normalization"
    matches = (DivOp, MulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if op.is_quantized:
            return None
        for d, divisor, root in _quotients(op):
            mean = Mean.of(root.v)
            square = None if mean is None else _squared(mean.x)
            if mean is None or square is None or not _same(square, d):
                continue
            if not root.eps >= 0 or tensor_shape(d) != tensor_shape(op.result):
                return self.fail(op, f"the number added to the mean square is {root.eps:g}")
            if not _uses_stay_inside([divisor], {d, square}, op):
                return self.fail(op, "a part of the divisor has another use")
            new = self._mvn(op, d, mean, root) or self._normalize_l2(d, mean, root)
            if isinstance(new, str):
                return self.fail(op, new)
            rewriter.replace(op, new)
            return None
        return None

    def _mvn(self, op: Operation, d: SSAValue, square: Mean, root: Root) -> list[NnOp | ConstantOp] | None:
        """Where d is x − mean(x) over the same axes and has no other use."""
        sub = d.owner
        if not isinstance(sub, SubOp) or sub.is_quantized or square.is_sum or root.mode == "max":
            return None
        mean = Mean.of(sub.b)
        if mean is None or mean.is_sum or not _same(mean.x, sub.a) or mean.axes != square.axes:
            return None
        if not _uses_stay_inside(op.operands, {sub.a, mean.x}, op):
            return None
        mode = "inside_sqrt" if root.mode == "inside" else "outside_sqrt"
        return [MvnOp.make([sub.a], axes=list(square.axes), eps=root.eps, eps_mode=mode)]

    def _normalize_l2(self, x: SSAValue, square: Mean, root: Root) -> list[NnOp | ConstantOp] | str:
        if root.mode == "outside" and root.eps:
            return "a number is added to the root, which normalize_l2 does not"
        if root.mode == "max" and root.eps**2 < _TINY:
            return f"the square of the bound {root.eps:g} is below f32's normal numbers"
        count = 1 if square.is_sum else square.count
        if count is None:
            return "the mean is over a number of elements that is not known"
        eps = count * (root.eps**2 if root.mode == "max" else root.eps)
        y = NormalizeL2Op.make([x], axes=list(square.axes), eps=eps, eps_mode="max" if root.mode == "max" else "add")
        if count == 1:
            return [y]
        factor = ConstantOp(np.array(math.sqrt(count), np.float32))
        return [y, factor, MulOp.make([y.result, factor.result])]


@dataclass(frozen=True)
class FuseNormalizations(LptPass):
    """mvn and normalize_l2 from their parts."""

    name = "lpt-fuse-normalizations"
    exactness: ClassVar[Exactness] = Exactness.REAL
    bound: ClassVar[float] = 2.0**-16
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (FuseNormalization(),)
