"""Write moves that have no kernel of their own as reshapes, transposes, pads, slices and broadcasts.

    %y = nn.shuffle_channels %x {group = 3}        →    %a = nn.reshape %x {shape = [N, 3, C / 3, H, W]}
                                                        %b = nn.transpose %a {perm = [0, 2, 1, 3, 4]}
                                                        %y = nn.reshape %b {shape = [N, C, H, W]}

depth_to_space, space_to_depth, batch_to_space, space_to_batch, shuffle_channels, tile; gather of a constant range becomes a slice.
Reshapes and slices are views where layouts allow it, so one copy is left, and a convolution may take a shuffle into its weights
(`push_shuffles`). Exactness: exact. OpenVINO has a kernel for each, ONNX Runtime too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.algebra import AlgebraError, collapse
from lpt.dialects.lpt import ReinterpretOp
from lpt.dialects.nn import (
    BatchToSpaceOp,
    BroadcastOp,
    DepthToSpaceOp,
    GatherOp,
    MoveOp,
    NnOp,
    PadOp,
    ReshapeOp,
    ShuffleChannelsOp,
    SliceOp,
    SpaceToBatchOp,
    SpaceToDepthOp,
    TileOp,
    TransposeOp,
    ints,
)
from lpt.dialects.nn.base import attribute
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.shapes import Shape, is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass


class _Chain:
    """Operations one behind the other."""

    def __init__(self, x: SSAValue):
        self.value, self.ops = x, list[Operation]()

    def then(self, op_class: type[MoveOp], **properties: Sequence[int]) -> _Chain:
        op = op_class.make_raw([self.value], {name: attribute(values) for name, values in properties.items()})
        self.value = op.results[0]
        self.ops.append(op)
        return self

    def rearranged(self, split: Sequence[int], perm: Sequence[int], joined: Shape) -> _Chain:
        """Reshape to `split`, transpose, reshape to `joined`."""
        return self.then(ReshapeOp, shape=split).then(TransposeOp, perm=perm).then(ReshapeOp, shape=joined)


def expansion(op: NnOp) -> list[Operation]:
    """The operations that do what `op`, of static shapes, does; none if it needs no expansion."""
    match op:
        case ShuffleChannelsOp():
            return _shuffle(op).ops
        case DepthToSpaceOp():
            return _depth_to_space(op).ops
        case SpaceToDepthOp():
            return _space_to_depth(op).ops
        case BatchToSpaceOp():
            return _batch_to_space(op).ops
        case SpaceToBatchOp():
            return _space_to_batch(op).ops
        case TileOp():
            return _tile(op).ops
        case GatherOp():
            return _range(op)
        case _:
            return []


def _shuffle(op: ShuffleChannelsOp) -> _Chain:
    shape, axis = tensor_shape(op.x), op.dim
    split = (*shape[:axis], op.groups, shape[axis] // op.groups, *shape[axis + 1 :])
    perm = [*range(axis), axis + 1, axis, *range(axis + 2, len(split))]
    return _Chain(op.x).rearranged(split, perm, shape)


def _depth_to_space(op: DepthToSpaceOp) -> _Chain:
    n, channels, *spatial = tensor_shape(op.x)
    rank, block, rest = len(spatial), [op.block] * len(spatial), channels // op.blocks
    is_dcr = op.mode_name == "DCR"
    split = (n, *block, rest, *spatial) if is_dcr else (n, rest, *block, *spatial)
    pairs = [axis for d in range(rank) for axis in (2 + rank + d, (1 if is_dcr else 2) + d)]
    return _Chain(op.x).rearranged(split, [0, 1 + rank if is_dcr else 1, *pairs], tensor_shape(op.result))


def _space_to_depth(op: SpaceToDepthOp) -> _Chain:
    n, channels, *spatial = tensor_shape(op.x)
    split = (n, channels, *(part for extent in spatial for part in (extent // op.block, op.block)))
    places, insides = range(2, len(split), 2), range(3, len(split), 2)
    perm = (0, *insides, 1, *places) if op.mode_name == "DCR" else (0, 1, *insides, *places)
    return _Chain(op.x).rearranged(split, perm, tensor_shape(op.result))


def _batch_to_space(op: BatchToSpaceOp) -> _Chain:
    shape, (_, *block) = tensor_shape(op.x), ints(op.block_shape)
    rank, begins, ends = len(block), ints(op.crops_begin), ints(op.crops_end)
    n = tensor_shape(op.result)[0]
    whole = (n, *(extent * b for extent, b in zip(shape[1:], block, strict=True)))
    perm = [rank, *(axis for d in range(rank) for axis in (rank + 1 + d, d))]
    chain = _Chain(op.x).rearranged((*block, n, *shape[1:]), perm, whole)
    if not any((*begins, *ends)):
        return chain
    stops = [extent - end for extent, end in zip(whole, ends, strict=True)]
    return chain.then(SliceOp, starts=begins, ends=stops, axes=range(rank + 1), steps=[1] * (rank + 1))


def _space_to_batch(op: SpaceToBatchOp) -> _Chain:
    chain, (_, *block) = _Chain(op.x), ints(op.block_shape)
    if op.pads:
        chain.then(PadOp, pads=[*ints(op.pads_begin), *ints(op.pads_end)])
    n, *extents = tensor_shape(chain.value)
    split = (n, *(part for extent, b in zip(extents, block, strict=True) for part in (extent // b, b)))
    perm = (*range(2, len(split), 2), 0, *range(1, len(split), 2))
    return chain.rearranged(split, perm, tensor_shape(op.result))


def _tile(op: TileOp) -> _Chain:
    shape, repeats = tensor_shape(op.x), ints(op.repeats)
    apart = [part for extent, times in zip(shape, repeats, strict=True) for part in ((1, extent) if times != 1 else (extent,))]
    wide = [part for extent, times in zip(shape, repeats, strict=True) for part in ((times, extent) if times != 1 else (extent,))]
    return _Chain(op.x).then(ReshapeOp, shape=apart).then(BroadcastOp, shape=wide).then(ReshapeOp, shape=tensor_shape(op.result))


def _range(op: GatherOp) -> list[Operation]:
    """A slice where the indices are one index or run in equal steps other than 0."""
    indices = op.known_indices
    if indices is None or indices.size == 0:
        return []
    flat = indices.reshape(-1)
    steps = np.unique(np.diff(flat)) if flat.size > 1 else np.ones(1, np.int64)
    if len(steps) != 1 or steps[0] == 0:
        return []
    first, step = int(flat[0]), int(steps[0])
    stop = int(flat[-1]) + (1 if step > 0 else -1)
    end = stop if stop >= 0 else -tensor_shape(op.x)[op.dim] - 1
    chain = _Chain(op.x).then(SliceOp, starts=[first], ends=[end], axes=[op.dim], steps=[step])
    return chain.ops if indices.ndim == 1 else chain.then(ReshapeOp, shape=tensor_shape(op.result)).ops


class ExpandMove(Pattern):
    """A move as a chain of moves that have kernels."""

    name = "expand-move"
    matches = (BatchToSpaceOp, DepthToSpaceOp, GatherOp, ShuffleChannelsOp, SpaceToBatchOp, SpaceToDepthOp, TileOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, NnOp)
        shapes = [tensor_shape(value) for value in (*op.operands, *op.results)]
        if not all(map(is_static, shapes)) or any(0 in shape for shape in shapes):
            return self.fail(op, "a shape is not static, or there are no elements")
        new = _whole_scales(op)
        if new:
            rewriter.replace(op, new)
        return None


def _whole_scales(op: NnOp) -> list[Operation]:
    """The expansion; equal scales along an axis become one scale if they do not survive the reshapes."""
    result = op.results[0]
    params = params_of(op.operands[0])
    try:
        new = expansion(op)
        if not new or new[-1].results[0].type == result.type:
            return new
        raise AlgebraError("the scales along an axis do not survive the reshapes")
    except AlgebraError:
        if params is None or not (alike := collapse(params)).is_per_tensor:
            raise
    first = ReinterpretOp(op.operands[0], quantized_tensor(alike, tensor_shape(op.operands[0])))
    same = type(op).make_raw([first.result, *op.operands[1:]], op.properties)
    new = expansion(same)
    return [first, *new, ReinterpretOp(new[-1].results[0], result.type)]


@dataclass(frozen=True)
class ExpandMoves(LptPass):
    """Moves without a kernel of their own as moves that have one."""

    name = "lpt-expand-moves"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("no-kernels",)
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (ExpandMove(),)
