"""Random operations that move, repeat or drop elements of a float value of a network."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import NnOp
from lpt.dialects.shapes import Shape
from lpt.testing.builder import Builder, Refused
from lpt.testing.computing import Rule, spatial_rank
from lpt.testing.quantizers import quantize


def concat(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """With one or two others, each on a grid of its own in most cases."""
    shape = b.shape(x)
    axis = min(b.pick((1, 1, 1, len(shape) - 1, 0)), len(shape) - 1)

    def fits(s: Shape) -> bool:
        return len(s) == len(shape) and all(i == axis or e == n for i, (e, n) in enumerate(zip(s, shape, strict=True)))

    parts = [x]
    for _ in range(b.integer(1, 2)):
        part = b.other(fits, 0.8)
        part = x if part is None else part
        parts.append(quantize(b, part) if b.chance(0.4) else part)
    return [b.op(nn.ConcatOp, parts[::-1] if b.chance(0.5) else parts, axis=axis)]


def split(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Into two parts along an axis longer than 1."""
    axis = _long_axis(b, x)
    extent = b.shape(x)[axis]
    first = b.integer(1, extent - 1)
    return b.ops(nn.SplitOp, x, axis=axis, split=[first, extent - first])


def _long_axis(b: Builder, x: SSAValue) -> int:
    axes = [i for i, e in enumerate(b.shape(x)) if e > 1 and i]
    if not axes:
        raise Refused
    return b.pick(axes)


def slice_(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Along one axis, forwards or backwards."""
    axis = _long_axis(b, x)
    extent = b.shape(x)[axis]
    start, step = b.integer(0, extent - 1), b.pick((1, 1, 2))
    if b.chance(0.3):
        return [b.op(nn.SliceOp, x, starts=[extent], ends=[-extent - 1], axes=[axis], steps=[-step])]
    return [b.op(nn.SliceOp, x, starts=[start], ends=[extent], axes=[axis], steps=[step])]


def reshape(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Channels cut or joined, spatial dimensions joined, and others."""
    shape = b.shape(x)
    options: list[Sequence[int]] = [(shape[0], -1), (0, 0, -1) if len(shape) > 2 else (shape[0], -1, 1)]
    if len(shape) > 1:
        options.append((shape[0], shape[1], -1, 1))
        options += [(shape[0], shape[1] // d, d, *shape[2:]) for d in (2, 3, 4) if shape[1] % d == 0]
    return [b.op(nn.ReshapeOp, x, shape=b.pick([o for o in options if len(o) <= 5]))]


def flatten(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Behind the batch."""
    return [b.op(nn.FlattenOp, x, axis=1)]


def squeeze(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """An extent of 1, not the batch's."""
    axes = [i for i, e in enumerate(b.shape(x)) if e == 1 and i > 0]
    if not axes or len(b.shape(x)) < 3:
        raise Refused
    return [b.op(nn.SqueezeOp, x, axes=[b.pick(axes)])]


def unsqueeze(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """A dimension behind the batch."""
    rank = len(b.shape(x))
    if rank > 4:
        raise Refused
    return [b.op(nn.UnsqueezeOp, x, axes=[b.integer(1, rank)])]


def transpose(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Any permutation; most keep the batch in front."""
    rank = len(b.shape(x))
    perm = [0, *(1 + b.numbers.permutation(rank - 1))] if b.chance(0.8) else list(b.numbers.permutation(rank))
    return [b.op(nn.TransposeOp, x, perm=[int(i) for i in perm])]


def pad(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """With zero, another value, the edge or a reflection; also along channels, also cropping."""
    shape = b.shape(x)
    mode = b.pick(("constant", "constant", "edge", "reflect"))
    first = 1 if b.chance(0.3) else min(2, len(shape) - 1)
    least = -1 if b.chance(0.2) else 0
    begin, end = ([0] * first + b.integers(len(shape) - first, least, 1) for _ in range(2))
    value = b.pick((0.0, 0.0, 0.5, -1.0)) if mode == "constant" else None
    if mode == "reflect" and any(e < 2 for e in shape[first:]):
        raise Refused
    return [b.op(nn.PadOp, x, pads=[*begin, *end], mode=mode, value=value)]


def resize(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Nearest, spatial dimensions."""
    spatial_rank(b, x)
    sizes = [*b.shape(x)[:2], *(max(1, e * b.pick((2, 1, 3)) // b.pick((1, 2))) for e in b.shape(x)[2:])]
    modes = {
        "coordinate_mode": b.pick(("asymmetric", "half_pixel", "align_corners")),
        "nearest_mode": b.pick(("floor", "round_prefer_floor", "ceil", "round_prefer_ceil")),
    }
    return [b.op(nn.ResizeOp, x, sizes=sizes, **modes)]


def gather(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Constant indices, a list or a matrix of them."""
    axis = b.integer(1, len(b.shape(x)) - 1)
    extent = b.shape(x)[axis]
    shape = (b.integer(1, 4),) if b.chance(0.8) else (2, 2)
    (indices,) = b.insert(ConstantOp(b.numbers.integers(-extent, extent, shape)))
    return [b.op(nn.GatherOp, x, indices, axis=axis)]


def broadcast(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Extents of 1 become 2 or 3."""
    shape = b.shape(x)
    if 1 not in shape[1:]:
        raise Refused
    return [b.op(nn.BroadcastOp, x, shape=[shape[0], *(b.integer(2, 3) if e == 1 else e for e in shape[1:])])]


def tile(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Once or twice along every dimension but the batch."""
    return [b.op(nn.TileOp, x, repeats=[1, *b.integers(len(b.shape(x)) - 1, 1, 2)])]


def blocks(op_class: type[NnOp]) -> Rule:
    """A rule for depth_to_space or space_to_depth."""

    def rule(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
        spatial_rank(b, x)
        return [b.op(op_class, x, block_size=2, mode=b.pick(("DCR", "CRD")))]

    return rule


def shuffle(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Groups of channels."""
    channels = b.shape(x)[1]
    groups = [d for d in range(2, channels) if channels % d == 0]
    if not groups:
        raise Refused
    return [b.op(nn.ShuffleChannelsOp, x, group=b.pick(groups))]


def batch_to_space(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Blocks along the first spatial dimensions."""
    shape = b.shape(x)
    block = _block(b, x)
    crops = [0, 0, *b.integers(len(shape) - 2, 0, 1)] if b.chance(0.3) else [0] * len(shape)
    return [b.op(nn.BatchToSpaceOp, x, block_shape=block, crops_begin=crops, crops_end=[0] * len(shape))]


def space_to_batch(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Padded where the extents are no whole blocks."""
    shape, block = b.shape(x), _block(b, x)
    ends = [-e % n for e, n in zip(shape, block, strict=True)]
    if prod(block) * shape[0] > 8:
        raise Refused
    return [b.op(nn.SpaceToBatchOp, x, block_shape=block, pads_begin=[0] * len(shape), pads_end=ends)]


def _block(b: Builder, x: SSAValue) -> list[int]:
    rank = spatial_rank(b, x)
    return [1, 1, *([2] * rank if b.chance(0.4) else [2, *[1] * (rank - 1)])]


MOVES: tuple[Rule, ...] = (
    concat,
    concat,
    concat,
    split,
    slice_,
    reshape,
    flatten,
    squeeze,
    unsqueeze,
    transpose,
    pad,
    resize,
    gather,
    broadcast,
    tile,
    blocks(nn.DepthToSpaceOp),
    blocks(nn.SpaceToDepthOp),
    shuffle,
    batch_to_space,
    space_to_batch,
)
"""All moves; concat, which meets most rules, several times."""
