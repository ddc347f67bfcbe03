"""Operators that move elements."""

from __future__ import annotations

from typing import Any

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    ConcatOp,
    DepthToSpaceOp,
    GatherOp,
    PadOp,
    SliceOp,
    SpaceToDepthOp,
    SplitOp,
    SqueezeOp,
    TileOp,
    TransposeOp,
)
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles


@handles("Transpose")
def transpose(node: Node) -> SSAValue:
    rank = len(node.shape(0))
    return node.one(TransposeOp, node.moved(0), perm=node.ints_attr("perm") or list(range(rank))[::-1])


@handles("Concat")
def concat(node: Node) -> SSAValue:
    """Integers under different scales are joined as plain integers, at scale 1."""
    values = [node.value(i) for i in range(len(node.inputs))]
    if not values or not node.has("axis"):
        raise node.malformed("needs inputs and an axis")
    if len({value.storage or value.element for value in values}) > 1:
        raise node.malformed(f"inputs differ in type: {', '.join(value.type_name for value in values)}")
    operands = [node.as_moved(value) for value in values]
    params = [params_of(operand) for operand in operands]
    if values[0].storage is not None and any(p != params[0] for p in params):
        one = QuantParams(values[0].storage, 1.0)
        operands = [node.builder.retyped(operand, one) for operand in operands]
    return node.one(ConcatOp, operands, axis=node.int_attr("axis", 0))


@handles("Split")
def split(node: Node) -> list[SSAValue]:
    """Parts of equal extent unless they are given; from opset 18 on the last one may be smaller."""
    shape = node.shape(0)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    parts, count = node.ints_of("split", 1, 13), len(node.proto.output)
    if node.int_attr("num_outputs", count) != count:
        raise node.malformed(f"num_outputs is not {count}, the number of outputs")
    if parts is None:
        if shape[axis] < 0:
            raise node.unsupported("splits a dimension that is not known", "give the model's inputs fixed dimensions")
        size = -(-shape[axis] // max(count, 1))
        parts = [min(size, max(shape[axis] - i * size, 0)) for i in range(count)]
    if not parts or len(parts) != count:
        raise node.malformed(f"{len(parts)} parts for {count} outputs")
    return node.make(SplitOp, [node.moved(0)], axis=axis, split=parts)


@handles("Slice")
def slice_(node: Node) -> SSAValue:
    """Bounds are attributes before opset 10, and inputs, which must be known, from it on."""
    starts, ends = node.ints_of("starts", 1, 10), node.ints_of("ends", 2, 10)
    if starts is None or ends is None:
        raise node.malformed("starts or ends are missing")
    axes = node.ints_of("axes", 3, 10) or list(range(len(starts)))
    steps = (node.known_ints(4, "steps") if node.opset >= 10 else None) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise node.malformed("starts, ends, axes and steps differ in length")
    rank = len(node.shape(0))
    axes = [node.axis(axis, rank) for axis in axes]
    return node.one(SliceOp, node.moved(0), starts=starts, ends=ends, axes=axes, steps=steps)


@handles("Gather")
def gather(node: Node) -> SSAValue:
    """One constant index is a slice; indices may also be computed."""
    shape, value = node.shape(0), node.value(1)
    axis = node.axis(node.int_attr("axis", 0), len(shape))
    if value.symbolic:
        raise node.unsupported("an index depends on a dimension that is not known", "give the model's inputs fixed dimensions")
    if str(value.element) not in ("i32", "i64"):
        raise node.malformed(f"indices are of {value.type_name}")
    indices = value.array
    if indices is None or indices.size != 1 or indices.ndim > 1 or shape[axis] < 0:
        return node.one(GatherOp, node.moved(0), node.builder.plain(value), axis=axis)
    index = int(indices.reshape(()))
    if not -shape[axis] <= index < shape[axis]:
        raise node.malformed(f"index {index} is outside extent {shape[axis]}")
    index %= shape[axis]
    part = node.one(SliceOp, node.moved(0), starts=[index], ends=[index + 1], axes=[axis], steps=[1])
    return part if indices.ndim else node.one(SqueezeOp, part, axes=[axis])


@handles("Tile")
def tile(node: Node) -> SSAValue:
    repeats = node.known_ints(1, "repeats")
    if repeats is None or len(repeats) != len(node.shape(0)):
        raise node.malformed(f"repeats {repeats} do not fit rank {len(node.shape(0))}")
    return node.one(TileOp, node.moved(0), repeats=repeats)


@handles("DepthToSpace")
def depth_to_space(node: Node) -> SSAValue:
    return node.one(DepthToSpaceOp, node.moved(0), **_block(node))


@handles("SpaceToDepth")
def space_to_depth(node: Node) -> SSAValue:
    return node.one(SpaceToDepthOp, node.moved(0), **_block(node))


def _block(node: Node) -> dict[str, Any]:
    if len(node.shape(0)) != 4:
        raise node.malformed(f"takes images, got shape {node.shape(0)}")
    mode = node.string_attr("mode", "DCR")
    return {"block_size": node.int_attr("blocksize", 0), "mode": None if mode == "DCR" else mode}


@handles("Pad")
def pad(node: Node) -> SSAValue:
    """Integers are padded by an integer: as codes at scale 1."""
    mode = node.string_attr("mode", "constant")
    if mode not in ("constant", "reflect", "edge", "wrap"):
        raise node.unsupported(f"pad mode {mode!r} is not handled")
    x, pads = node.moved(0), _pads(node)
    value = (node.float_attr("value", 0.0) if node.opset < 11 else node.known_scalar(2, "the pad value")) or 0.0
    more: dict[str, Any] = {"mode": None if mode == "constant" else mode, "value": value if mode == "constant" else None}
    params = params_of(x)
    if params is None:
        return node.one(PadOp, x, pads=pads, **more)
    padded = node.one(PadOp, node.builder.retyped(x, QuantParams(params.storage, 1.0)), pads=pads, **more)
    return node.builder.retyped(padded, params)


def _pads(node: Node) -> list[int]:
    """Begin of each dimension, then end of each; `axes` (opset 18) name those that are given."""
    pads = node.ints_of("pads", 1, 11)
    rank = len(node.shape(0))
    axes = node.known_ints(3, "axes") if node.opset >= 18 else None
    axes = list(range(rank)) if axes is None else [node.axis(axis, rank) for axis in axes]
    if pads is None or len(pads) != 2 * len(axes):
        raise node.malformed(f"pads {pads} do not fit rank {rank}")
    full = [0] * (2 * rank)
    for i, axis in enumerate(axes):
        full[axis], full[rank + axis] = pads[i], pads[len(axes) + i]
    return full
