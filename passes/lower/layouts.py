"""What layouts can express: halos that kernels read, views, sub-tensors, rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.dialects.kernel import KernelConvOp, KernelDepthwiseOp, KernelOp, Layout, halo_of_conv
from lpt.dialects.nn import ConvOp, ReshapingOp, SliceOp, TransposeOp, ints
from lpt.dialects.quant import storage_dtype
from lpt.dialects.shapes import Shape, tensor_shape

Extents = tuple[int, ...]


@dataclass(frozen=True)
class Need:
    """How a consumer reads a value: channel-last with a halo per logical dimension, or in rows."""

    kind: Literal["channels", "rows"] | str
    lo: Extents
    hi: Extents


def element_bytes(value: SSAValue) -> int:
    """Bytes of one stored element."""
    return storage_dtype(value).itemsize


def halo_of(op: KernelOp) -> tuple[Extents, Extents]:
    """The halo, per logical dimension, that a kernel reads around its data operand: none but for convolutions."""
    root = op.root
    if isinstance(op, KernelConvOp | KernelDepthwiseOp) and isinstance(root, ConvOp):
        return halo_of_conv(root)
    zeros = (0,) * len(tensor_shape(op.inputs[0]))
    return zeros, zeros


def widest_halo(needs: Iterable[Need], rank: int) -> tuple[Extents, Extents]:
    """The halo over all of `needs` that read channel-last, per logical dimension."""
    pads = [need for need in needs if need.kind == "channels"]

    def widest(sides: list[Extents]) -> Extents:
        return tuple(max((side[i] for side in sides), default=0) for i in range(rank))

    return widest([need.lo for need in pads]), widest([need.hi for need in pads])


def rows_layout(shape: Sequence[int], multiple: int) -> Layout:
    """C order; the last dimension is stored rounded up to `multiple` (dot products take four bytes at a time)."""
    if len(shape) < 2:
        return Layout.row_major(shape)
    padded = (*shape[:-1], -(-shape[-1] // multiple) * multiple)
    plain = Layout.row_major(padded)
    return Layout(plain.strides, 0, plain.size, plain.halo_lo, plain.halo_hi)


def channels_fit(layout: Layout, shape: Shape, lo: Extents, hi: Extents, size: int) -> bool:
    """Whether a convolution or pool can read this layout: channels adjacent, whole dwords per pixel, and the halo there."""
    if (layout.strides[1] != 1 and shape[1] > 1) or min(layout.strides) < 0:
        return False
    if size == 1 and (layout.offset % 4 or any(s % 4 for i, s in enumerate(layout.strides) if i != 1 and shape[i] > 1)):
        return False
    have = zip(layout.halo_lo, lo, strict=True), zip(layout.halo_hi, hi, strict=True)
    return all(h >= n for side in have for h, n in side)


def rows_fit(layout: Layout, shape: Shape, size: int) -> bool:
    """Whether a matrix product can read this layout: the last dimension adjacent, rows at whole dwords."""
    if min(layout.strides, default=1) < 0 or (layout.strides and layout.strides[-1] != 1 and shape[-1] > 1):
        return False
    return size != 1 or (
        not any(s % 4 for s, e in zip(layout.strides[:-1], shape[:-1], strict=True) if e > 1) and layout.offset % 4 == 0
    )


def columns_fit(layout: Layout, shape: Shape) -> bool:
    """Whether matrices [K, N] can be packed from this layout: their rows or their columns are dense."""
    if min(layout.strides, default=1) < 0 or len(shape) < 2:
        return False
    return 1 in layout.strides[-2:] or min(shape[-2:]) == 1


_PANEL = 16
"""Columns to which packed matrices are filled up: those of the widest registers."""


def packed_layout(value: SSAValue) -> Layout:
    """Matrices [K, N] packed for products on any target (`lpt.codegen.panels`): s8 or i16 values and i32 sums, or f32."""
    shape = tensor_shape(value)
    depth, columns = shape[-2], -(-shape[-1] // _PANEL) * _PANEL
    elements = columns * (2 * (-(-depth // 4) * 4) + 4 if element_bytes(value) == 1 else depth)
    return Layout.packed_matrices(shape, -(-elements // 64) * 64)


def sub_layout(whole: Layout, start: int) -> Layout:
    """The layout of the channels from `start` on of a channel-last tensor."""
    return Layout(whole.strides, whole.offset + start, whole.size, whole.halo_lo, whole.halo_hi)


def view_layout(op: Operation, layout: Layout) -> Layout | None:
    """The result of a reshape, transpose or slice as a reading of its operand's buffer, None if elements would have to move."""
    shape = tensor_shape(op.operands[0])
    zeros = (0,) * len(tensor_shape(op.results[0]))
    match op:
        case TransposeOp():
            perm = ints(op.perm)
            lo, hi = (tuple(side[axis] for axis in perm) for side in (layout.halo_lo, layout.halo_hi))
            return Layout(tuple(layout.strides[axis] for axis in perm), layout.offset, layout.size, lo, hi)
        case SliceOp():
            cuts = [cut.indices(extent) for cut, extent in zip(op.slices(), shape, strict=True)]
            offset = layout.offset + sum(cut[0] * stride for cut, stride in zip(cuts, layout.strides, strict=True))
            strides = tuple(cut[2] * stride for cut, stride in zip(cuts, layout.strides, strict=True))
            return Layout(strides, offset, layout.size, zeros, zeros)
        case ReshapingOp():
            new = reshaped_strides(shape, layout.strides, tensor_shape(op.results[0]))
            return None if new is None else Layout(new, layout.offset, layout.size, zeros, zeros)
        case _:
            return None


def reshaped_strides(shape: Shape, strides: Extents, new: Shape) -> Extents | None:
    """Strides of a strided tensor under another shape, None if there are none. numpy's own rule, on an array without data."""
    if 0 in shape:
        return None
    probe = np.lib.stride_tricks.as_strided(np.empty(1, np.int8), shape, strides)
    try:
        return np.reshape(probe, new, copy=False).strides
    except ValueError:
        return None
