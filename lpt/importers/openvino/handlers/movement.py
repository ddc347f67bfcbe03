"""Operations that move elements."""

from __future__ import annotations

from typing import Any

from xdsl.ir import SSAValue

from lpt.dialects.nn import ConcatOp, PadOp, SliceOp, SplitOp, SqueezeOp, TransposeOp, UnsqueezeOp
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.slices import sliced, strided
from lpt.importers.openvino.table import handles
from lpt.importers.value import Value

_FAR = (1 << 62) - 1
"""A bound that is clamped."""


@handles("Transpose")
def transpose(node: Node) -> Value | SSAValue:
    """An empty order reverses the dimensions."""
    value = node.value(0)
    perm = node.known_ints(1, "the order") or list(range(len(value.shape)))[::-1]
    if isinstance(value, Compressed) and sorted(perm) == list(range(len(value.shape))):
        return value.transpose(perm)
    return node.one(TransposeOp, node.moved(0), perm=perm)


@handles("Concat")
def concat(node: Node) -> SSAValue:
    values = [node.value(i) for i in range(len(node.inputs))]
    if len({value.storage or str(value.element) for value in values}) != 1:
        raise node.malformed(f"inputs differ in type: {', '.join(value.type_name for value in values)}")
    axis = node.axis(node.integer("axis"), len(values[0].shape))
    return node.one(ConcatOp, [node.as_moved(value) for value in values], axis=axis)


def _axis(node: Node) -> int:
    axes = node.known_ints(1, "the axis")
    if axes is None or len(axes) != 1:
        raise node.malformed("the axis must be one integer")
    return node.axis(axes[0], len(node.shape(0)))


@handles("Split")
def split(node: Node) -> list[SSAValue]:
    axis, count = _axis(node), node.integer("num_splits")
    extent = node.shape(0)[axis]
    if extent < 0:
        raise node.unsupported("splits a dimension that is not known", "give the model's inputs fixed dimensions")
    if count < 1 or extent % count or count != len(node.outputs):
        raise node.malformed(f"{extent} elements are not split into {count} parts for {len(node.outputs)} outputs")
    return node.make(SplitOp, [node.moved(0)], axis=axis, split=[extent // count] * count)


@handles("VariadicSplit")
def variadic_split(node: Node) -> list[SSAValue]:
    """One length may be -1: what is left."""
    axis, lengths = _axis(node), node.known_ints(2, "the lengths")
    extent = node.shape(0)[axis]
    if not lengths or len(lengths) != len(node.outputs):
        raise node.malformed(f"lengths {lengths} for {len(node.outputs)} outputs")
    if -1 in lengths:
        if extent < 0:
            raise node.unsupported("splits a dimension that is not known", "give the model's inputs fixed dimensions")
        lengths[lengths.index(-1)] = extent - sum(lengths) - 1
    return node.make(SplitOp, [node.moved(0)], axis=axis, split=lengths)


def _slice(node: Node, x: SSAValue, index: tuple[slice, ...]) -> SSAValue:
    """x[index]; slices that take all are left out."""
    cuts = {axis: cut for axis, cut in enumerate(index) if cut != slice(None) and cut != slice(None, None, 1)}
    if not cuts:
        return x
    if any(node.shape(0)[axis] < 0 for axis in cuts):
        raise node.unsupported("slices a dimension that is not known", "give the model's inputs fixed dimensions")
    steps = [1 if cut.step is None else cut.step for cut in cuts.values()]
    extents = [node.shape(0)[axis] for axis in cuts]
    starts, ends = [], []
    for cut, extent in zip(cuts.values(), extents, strict=True):
        start, stop, _ = cut.indices(extent)
        starts.append(start)
        ends.append(stop if stop >= 0 else -_FAR)
    return node.one(SliceOp, x, starts=starts, ends=ends, axes=list(cuts), steps=steps)


@handles("StridedSlice")
def strided_slice(node: Node) -> SSAValue:
    """As a slice, the dimensions of single indices squeezed, new ones inserted."""
    index, inserted, dropped = strided(node, node.shape(0))
    result = _slice(node, node.moved(0), index)
    if dropped:
        result = node.one(SqueezeOp, result, axes=dropped)
    return node.one(UnsqueezeOp, result, axes=inserted) if inserted else result


@handles("Slice", first=8)
def slice_(node: Node) -> SSAValue:
    return _slice(node, node.moved(0), sliced(node, node.shape(0)))


@handles("Pad")
def pad(node: Node) -> SSAValue:
    """By a value, or by elements of the data."""
    mode = node.text("pad_mode").lower()
    if mode not in ("constant", "edge", "reflect", "symmetric"):
        raise node.malformed(f"pad mode {mode!r} is not known")
    begin, end = node.known_ints(1, "pads_begin"), node.known_ints(2, "pads_end")
    rank = len(node.shape(0))
    if begin is None or end is None or not len(begin) == len(end) == rank:
        raise node.malformed(f"pads {begin} and {end} do not fit rank {rank}")
    value = (node.known_scalar(3, "the pad value") or 0.0) if mode == "constant" else None
    more: dict[str, Any] = {"mode": None if mode == "constant" else mode, "value": value}
    return node.one(PadOp, node.f32(0), pads=[*begin, *end], **more)
