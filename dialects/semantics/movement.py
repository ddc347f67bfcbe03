"""Meanings of operations that move elements: on quantized tensors the codes move. Extents are those of the arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import int_of, ints
from lpt.dialects.nn.movement import (
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
)
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import product, resolve_reshape


@meaning(ReshapeOp)
def reshape(op: ReshapeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """The same elements in row-major order."""
    (x,) = operands
    return [x.reshape(resolve_reshape(x.shape, ints(op.shape), bool(int_of(op.allow_zero))))]


@meaning(FlattenOp)
def flatten(op: FlattenOp, operands: Sequence[Array]) -> Sequence[Array]:
    """A matrix of the dimensions before `axis` by those from it on."""
    (x,) = operands
    axis = int_of(op.axis, 1)
    axis += x.ndim if axis < 0 else 0
    return [x.reshape(product(x.shape[:axis]), product(x.shape[axis:]))]


@meaning(SqueezeOp)
def squeeze(op: SqueezeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Without the dimensions `axes`."""
    return [np.squeeze(operands[0], None if op.axes is None else ints(op.axes))]


@meaning(UnsqueezeOp)
def unsqueeze(op: UnsqueezeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """With dimensions of extent 1 at `axes` of the result."""
    return [np.expand_dims(operands[0], ints(op.axes))]


@meaning(TransposeOp)
def transpose(op: TransposeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Dimension i of the result is dimension perm[i]."""
    return [np.ascontiguousarray(operands[0].transpose(ints(op.perm)))]


@meaning(ConcatOp)
def concat(op: ConcatOp, operands: Sequence[Array]) -> Sequence[Array]:
    """One after the other along the axis."""
    return [np.concatenate(operands, axis=op.dim)]


@meaning(SplitOp)
def split(op: SplitOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Parts of the extents `split` along the axis."""
    return np.split(operands[0], np.cumsum(ints(op.split))[:-1], axis=op.dim)


@meaning(SliceOp)
def slice_(op: SliceOp, operands: Sequence[Array]) -> Sequence[Array]:
    """x[start:end:step] along the axes."""
    return [np.ascontiguousarray(operands[0][op.slices(operands[0].shape)])]


@meaning(PadOp)
def pad(op: PadOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Widened by the pads, cropped by negative ones first; a quantized tensor by the code of `value`."""
    (x,) = operands
    crop = tuple(slice(max(-before, 0), x.shape[i] - max(-after, 0)) for i, (before, after) in enumerate(op.widths))
    x, widths = x[crop], [(max(before, 0), max(after, 0)) for before, after in op.widths]
    if op.mode_name != "constant":
        return [np.pad(x, widths, mode=op.mode_name)]  # type: ignore[call-overload]
    shape = [extent + before + after for extent, (before, after) in zip(x.shape, widths, strict=True)]
    result = np.empty(shape, x.dtype)
    params = params_of(op.x)
    if params is None:
        result[...] = np.asarray(op.fill).astype(x.dtype)
    else:
        scales, zero_points = params.expand(shape)
        result[...] = (np.rint(op.fill / scales) + zero_points).astype(x.dtype)
    inside = tuple(slice(before, before + extent) for extent, (before, _) in zip(x.shape, widths, strict=True))
    result[inside] = x
    return [result]


@meaning(ResizeOp)
def resize(op: ResizeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Along each dimension the elements that `ResizeOp.indices` names."""
    (x,) = operands
    for axis, index in enumerate(op.indices(x.shape)):
        if len(index) != x.shape[axis] or (index != np.arange(len(index))).any():
            x = x.take(index, axis)
    return [x]
