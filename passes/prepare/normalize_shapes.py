"""The part of lpt-normalize that concerns operations which only move elements: one way to reshape, nothing that does nothing."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.nn import (
    ConcatOp,
    FlattenOp,
    PadOp,
    ReshapeOp,
    ResizeOp,
    SliceOp,
    SplitOp,
    SqueezeOp,
    TransposeOp,
    UnsqueezeOp,
    ints,
)
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern


def target_shape(x: SSAValue, result: Sequence[int]) -> list[int]:
    """The `shape` with which nn.reshape turns x into `result`: 0 where an unknown extent is copied, -1 for one other.

    With several unknown extents it holds for operations that keep their order (squeeze, unsqueeze). Raises AlgebraError if the
    shape cannot be said.
    """
    source = tensor_shape(x)
    unknown = [i for i, extent in enumerate(result) if extent < 0]
    if 0 in result:
        raise AlgebraError("a reshape to an empty tensor")
    if len(unknown) <= 1:
        return [int(extent) for extent in result]
    copied = [i for rank, i in enumerate(unknown) if i < len(source) and source[i] < 0 and _unknown(source[:i]) == rank]
    if len(unknown) - len(copied) > 1:
        raise AlgebraError("more than one extent is not known")
    return [0 if i in copied else int(extent) for i, extent in enumerate(result)]


def _unknown(shape: Sequence[int]) -> int:
    return sum(extent < 0 for extent in shape)


def _is_same_shape(a: SSAValue, b: SSAValue) -> bool:
    """Equal shapes with at most one unknown extent, which then is the same."""
    shape = tensor_shape(a)
    return shape == tensor_shape(b) and _unknown(shape) <= 1


class ToReshape(Pattern):
    """flatten, squeeze and unsqueeze → reshape."""

    name = "to-reshape"
    matches = (FlattenOp, SqueezeOp, UnsqueezeOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        (x,) = op.operands
        shape = tensor_shape(op.results[0])
        requested = None
        if isinstance(op, FlattenOp) and _unknown(shape) > 1:
            if op.axis is not None and op.axis.value.data != 1:
                return self.fail(op, "more than one extent is not known")
            requested = [0, -1]
        rewriter.replace(op, ReshapeOp.make([x], shape=requested or target_shape(x, shape)))
        return None


class RemoveNoOp(Pattern):
    """reshape, transpose, slice, pad, resize, concat and split that leave their operand as it is → the operand."""

    name = "remove-no-op"
    benefit = 2
    matches = (ReshapeOp, TransposeOp, SliceOp, PadOp, ResizeOp, ConcatOp, SplitOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if len(op.operands) == 1 and len(op.results) == 1 and self._does_nothing(op):
            rewriter.replace(op, [], [op.operands[0]])

    def _does_nothing(self, op: Operation) -> bool:
        match op:
            case ReshapeOp():
                return op.x.type == op.result.type and _is_same_shape(op.x, op.result)
            case TransposeOp():
                return ints(op.perm) == tuple(range(len(ints(op.perm))))
            case SliceOp():
                shape = tensor_shape(op.x)
                if any(shape[axis] < 0 for axis in ints(op.axes)):
                    return False
                return all(_is_whole(cut, extent) for cut, extent in zip(op.slices(), shape, strict=True))
            case PadOp():
                return not any(ints(op.pads))
            case ResizeOp():
                return op.scales is None and ints(op.sizes) == tensor_shape(op.x) and -1 not in ints(op.sizes)
            case _:
                return op.operands[0].type == op.results[0].type


def _is_whole(cut: slice, extent: int) -> bool:
    return cut == slice(None) or (extent >= 0 and cut.indices(extent) == (0, extent, 1))


class MergeReshapes(Pattern):
    """reshape(reshape(x)) → reshape(x)."""

    name = "merge-reshapes"
    matches = ReshapeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ReshapeOp)
        inner = op.x.owner
        if isinstance(inner, ReshapeOp):
            if _unknown(tensor_shape(op.result)) > 1:
                return self.fail(op, "more than one extent is not known")
            shape = target_shape(inner.x, tensor_shape(op.result))
            rewriter.replace(op, ReshapeOp.make([inner.x], shape=shape))
        return None


class MergeTransposes(Pattern):
    """transpose(transpose(x, p), q) → transpose(x, p∘q)."""

    name = "merge-transposes"
    matches = TransposeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, TransposeOp)
        inner = op.x.owner
        if isinstance(inner, TransposeOp):
            perm = ints(inner.perm)
            rewriter.replace(op, TransposeOp.make([inner.x], perm=[perm[i] for i in ints(op.perm)]))


class TransposeToReshape(Pattern):
    """A transpose that moves only dimensions of extent 1 → reshape."""

    name = "transpose-to-reshape"
    matches = TransposeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, TransposeOp)
        shape = tensor_shape(op.x)
        moved = [axis for axis in ints(op.perm) if shape[axis] != 1]
        if moved == sorted(moved):
            rewriter.replace(op, ReshapeOp.make([op.x], shape=target_shape(op.x, tensor_shape(op.result))))


SHAPE_PATTERNS: tuple[type[Pattern], ...] = (
    RemoveNoOp,
    ToReshape,
    MergeReshapes,
    MergeTransposes,
    TransposeToReshape,
)
