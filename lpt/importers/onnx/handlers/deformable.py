"""DeformConv: each tap of a convolution reads where an offset says, interpolated linearly; then a matrix product."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, ConcatOp, MatMulOp, ReshapeOp, TransposeOp
from lpt.dialects.shapes import Shape, is_static, window
from lpt.importers.arithmetic import Term, constant
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.windows import read_window
from lpt.importers.sampling import Pixels, between
from lpt.importers.windows import Window


@handles("DeformConv", first=19)
def deform_conv(node: Node) -> SSAValue:
    """Of images, with constant or computed weights; what lies outside is 0."""
    shape, weights, given = node.shape(0), node.shape(1), node.shape(2)
    groups, parts = node.int_attr("group", 1), node.int_attr("offset_group", 1)
    if len(shape) != 4 or len(weights) != 4 or not all(map(is_static, (shape, weights, given))):
        raise node.unsupported(f"data {shape}, weights {weights}, offsets {given}", "use images of fixed dimensions")
    layout = read_window(node, shape, node.ints_attr("kernel_shape") or list(weights[2:]))
    out = tuple(_extent(shape, layout, d) for d in (0, 1))
    taps = weights[2] * weights[3]
    if (
        given != (shape[0], parts * taps * 2, *out)
        or shape[1] % (groups * parts)
        or shape[1] != weights[1] * groups
        or weights[0] % groups
    ):
        raise node.malformed(f"offsets {given} and weights {weights} for {shape} in {groups} groups, {parts} of offsets")
    columns = _columns(node, shape, layout, out, parts)
    y = _products(node, columns, weights, groups, (shape[0], *out))
    y = node.one(TransposeOp, y, perm=[0, 3, 1, 2])
    if node.optional(3) is None:
        return y
    return node.one(AddOp, y, node.one(ReshapeOp, node.f32(3), shape=[-1, 1, 1]))


def _extent(shape: Shape, layout: Window, d: int) -> int:
    pads = layout.pads[d], layout.pads[2 + d]
    return window(shape[2 + d], layout.kernel[d], layout.strides[d], layout.dilations[d], pads)


def _columns(node: Node, shape: Shape, layout: Window, out: tuple[int, ...], parts: int) -> Term:
    """What each tap reads: [N, out…, taps, C]."""
    taps, batch = layout.kernel[0] * layout.kernel[1], shape[0]
    offsets = Term(node, node.f32(2)).reshape((batch, parts, taps, 2, *out))
    masks = None if node.optional(4) is None else Term(node, node.f32(4)).reshape((batch, parts, taps, *out))
    images = constant(node, np.arange(batch).reshape(-1, 1, 1, 1))
    pixels, read = Pixels(node, node.f32(0)), []
    for part in range(parts):
        own = offsets.part(1, part)
        places = [own.part(3, d).reshape((batch, taps, *out)) + _grid(layout, out, d) for d in (0, 1)]
        step = shape[1] // parts
        columns = between(pixels.channel_range(part * step, (part + 1) * step), images, places)
        if masks is not None:
            columns = columns * masks.part(1, part).reshape((batch, taps, *out, 1))
        read.append(columns.transpose([0, 2, 3, 1, 4]))
    if parts == 1:
        return read[0]
    return Term(node, node.one(ConcatOp, [term.value for term in read], axis=4))


def _grid(layout: Window, out: tuple[int, ...], d: int) -> np.ndarray:
    """Where the taps lie without offsets: [1, taps, out…]."""
    tap = np.indices(layout.kernel)[d].reshape(1, -1, 1, 1) * layout.dilations[d] - layout.pads[d]
    position = np.arange(out[d]) * layout.strides[d]
    return np.asarray(tap + position.reshape((1, 1, -1, 1) if d == 0 else (1, 1, 1, -1)), np.float32)


def _products(node: Node, columns: Term, weights: Shape, groups: int, rows: Shape) -> SSAValue:
    """[N, out…, M]: the product of each group of channels."""
    taps, own, each = weights[2] * weights[3], weights[1], weights[0] // groups
    w = Term(node, node.f32(1)).reshape((groups, each, own, taps)).transpose([0, 3, 2, 1]).reshape((groups, taps * own, each))
    results = []
    for group in range(groups):
        part = columns if groups == 1 else columns.part(4, group * own, (group + 1) * own)
        flat = part.reshape((*rows, taps * own))
        results.append(node.one(MatMulOp, flat.value, w.part(0, group).reshape((taps * own, each)).value))
    return results[0] if groups == 1 else node.one(ConcatOp, results, axis=3)
