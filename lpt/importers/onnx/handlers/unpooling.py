"""Where the greatest elements of windows lie, and putting elements back there; pools of norms."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AbsOp, AveragePoolOp, MulOp, PadOp, PowOp, ReduceSumOp, ScatterOp, SqrtOp
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.importers.arithmetic import Term, constant
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.onnx.windows import read_window
from lpt.importers.value import LIMIT, TABLE, Value
from lpt.importers.windows import Window

_MOST_TAPS = 256
"""Elements of a window whose greatest is looked for: a few operations for each."""


def _window(node: Node) -> Window:
    kernel = node.ints_attr("kernel_shape")
    if kernel is None:
        raise node.malformed("attribute 'kernel_shape' is missing")
    return read_window(node, node.shape(0), kernel)


def max_pool_indices(node: Node, y: SSAValue) -> SSAValue:
    """The number of each window's first greatest element among all elements of x; y is the pooled tensor.

    The taps of all windows are strided slices: the best so far is replaced by what is greater.
    """
    window, shape, out = _window(node), node.shape(0), tensor_shape(y)
    if not is_static(shape) or prod(shape) > LIMIT or prod(out) > TABLE:
        raise node.unsupported(f"places in a tensor of shape {shape}", "give the model's inputs fixed dimensions")
    if prod(window.kernel) > _MOST_TAPS:
        raise node.unsupported(f"places in windows of {window.kernel} are not handled", f"use up to {_MOST_TAPS} elements")
    rank = len(shape) - 2
    x = Term(node, node.f32(0))
    reach = [
        (o - 1) * s + d * (k - 1) + 1 for o, s, d, k in zip(out[2:], window.strides, window.dilations, window.kernel, strict=True)
    ]
    ends = [max(0, r - e - p) for r, e, p in zip(reach, shape[2:], window.pads[:rank], strict=True)]
    if any((*window.pads[:rank], *ends)):
        pads = [0, 0, *window.pads[:rank], 0, 0, *ends]
        x = Term(node, node.one(PadOp, x.value, pads=pads, value=float("-inf")))
    order = range(rank) if node.int_attr("storage_order", 0) else range(rank - 1, -1, -1)
    steps, step = [0] * rank, 1
    for d in order:
        steps[d], step = step, step * shape[2 + d]
    best: Term | None = None
    places: Term | None = None
    for tap in product(*(range(k) for k in window.kernel)):
        part = x
        for d, (i, count, stride, dilation) in enumerate(zip(tap, out[2:], window.strides, window.dilations, strict=True)):
            part = part.part(2 + d, i * dilation, i * dilation + (count - 1) * stride + 1, stride)
        here = sum(steps[d] * (i * window.dilations[d] - window.pads[d]) for d, i in enumerate(tap))
        if best is None or places is None:
            best, places = part, constant(node, np.full((1,) * (rank + 2), here, np.int64))
            continue
        is_greater = best < part
        best, places = is_greater.where(part, best), is_greater.where(constant(node, np.array(here, np.int64)), places)
    assert places is not None
    return (places + _bases(shape[:2], out[2:], steps, window, prod(shape[2:]))).value


def _bases(outer: tuple[int, ...], out: tuple[int, ...], steps: list[int], window: Window, plane: int) -> np.ndarray:
    """What the place of a window's first tap adds: [N, C, out…]."""
    total = (np.arange(prod(outer)) * plane).reshape(*outer, *(1,) * len(out))
    for d, extent in enumerate(out):
        view = [-1 if axis == 2 + d else 1 for axis in range(2 + len(out))]
        total = total + (np.arange(extent) * window.strides[d] * steps[d]).reshape(view)
    return np.asarray(total)


@handles("MaxUnpool", first=9)
def max_unpool(node: Node) -> SSAValue:
    """Scattered into zeros, by places in the tensor that kernel, strides and pads give; what more a given shape has lies behind."""
    shape, window = node.shape(0), _window(node)
    if not is_static(shape) or node.shape(1) != shape:
        raise node.unsupported(f"elements {shape} at places {node.shape(1)}", "give the model's inputs fixed dimensions")
    rank = len(shape) - 2
    pads = [window.pads[d] + window.pads[rank + d] for d in range(rank)]
    extents = [(e - 1) * s - p + k for e, s, p, k in zip(shape[2:], window.strides, pads, window.kernel, strict=True)]
    full = (*shape[:2], *extents)
    if min(extents) < 1 or prod(full) > LIMIT:
        raise node.malformed(f"a result of shape {full}")
    zeros = node.builder.constant(Value(np.zeros((prod(full), 1), np.float32)))
    places, updates = Term(node, node.plain(1)), Term(node, node.f32(0))
    if str(element_of(places.value)) != "i64":
        raise node.malformed(f"places are of {node.value(1).type_name}")
    count = prod(shape)
    scattered = node.one(ScatterOp, zeros, places.reshape([count]).value, updates.reshape([count, 1]).value)
    result = Term(node, scattered).reshape(full).value
    wanted = node.known_ints(2, "the output shape")
    if wanted is None or tuple(wanted) == full:
        return result
    more = [w - have for w, have in zip(wanted, full, strict=True)]
    if min(more) < 0:
        raise node.malformed(f"an output of shape {wanted} for places in {full}")
    return node.one(PadOp, result, pads=[*[0] * len(full), *more])


@handles("Col2Im", first=18)
def col2im(node: Node) -> SSAValue:
    """Blocks [N, C · block, L] added to an image, of which the pads are cut off: rows of N · C numbers are scattered."""
    shape = node.shape(0)
    image, block = node.known_ints(1, "the image's shape"), node.known_ints(2, "the block's shape")
    if image is None or block is None or len(image) != len(block) or len(shape) != 3 or not is_static(shape):
        raise node.malformed(f"blocks {shape} of shape {block} of an image {image}")
    rank, size = len(image), prod(block)
    dilations, strides = node.ints_attr("dilations") or [1] * rank, node.ints_attr("strides") or [1] * rank
    pads = node.ints_attr("pads") or [0] * (2 * rank)
    padded = [extent + pads[d] + pads[rank + d] for d, extent in enumerate(image)]
    counts = [(padded[d] - dilations[d] * (block[d] - 1) - 1) // strides[d] + 1 for d in range(rank)]
    if (
        min(*image, *block, *counts) < 1
        or shape[1] % size
        or prod(counts) != shape[2]
        or prod(padded) * shape[1] > LIMIT
        or size * shape[2] > TABLE
    ):
        raise node.malformed(f"{shape[2]} blocks of {block} in an image of {image}")
    channels = shape[1] // size
    grids = zip(np.indices(block).reshape(rank, size, 1), np.indices(counts).reshape(rank, 1, shape[2]), strict=True)
    places = [tap * dilations[d] + place * strides[d] for d, (tap, place) in enumerate(grids)]
    numbers = constant(node, np.ravel_multi_index(tuple(np.broadcast_arrays(*places)), padded).reshape(-1).astype(np.int64))
    x = Term(node, node.f32(0)).reshape((shape[0], channels, size, shape[2])).transpose([2, 3, 0, 1])
    zeros = node.builder.constant(Value(np.zeros((prod(padded), shape[0] * channels), np.float32)))
    rows = x.reshape((size * shape[2], shape[0] * channels)).value
    whole = Term(node, node.one(ScatterOp, zeros, numbers.value, rows, reduction="add"))
    whole = whole.reshape((*padded, shape[0], channels)).transpose([rank, rank + 1, *range(rank)])
    for d, extent in enumerate(image):
        whole = whole.part(2 + d, pads[d], pads[d] + extent)
    return whole.value


def _powers(node: Node, p: int) -> SSAValue:
    """|x|^p."""
    x = node.f32(0)
    if p == 2:
        return node.one(MulOp, x, x)
    size = node.one(AbsOp, x)
    return size if p == 1 else node.one(PowOp, size, _number(node, p))


def _root(node: Node, x: SSAValue, p: int) -> SSAValue:
    """x^(1 / p)."""
    if p == 2:
        return node.one(SqrtOp, x)
    return x if p == 1 else node.one(PowOp, x, _number(node, 1 / p))


def _number(node: Node, value: float) -> SSAValue:
    return node.builder.constant(Value(np.array(value, np.float32)))


@handles("LpPool")
def lp_pool(node: Node) -> SSAValue:
    """(Σ |x|^p)^(1 / p) over windows: an average pool, times how many there are."""
    window, p = _window(node), node.int_attr("p", 2)
    if node.int_attr("ceil_mode", 0):
        raise node.unsupported("windows that reach beyond the data (ceil_mode) are not handled", "pad the data")
    if p < 1:
        raise node.malformed(f"the norm p = {p} is not positive")
    properties: dict[str, Any] = {"strides": window.strides, "pads": window.pads, "dilations": window.dilations}
    means = node.one(AveragePoolOp, _powers(node, p), kernel_shape=window.kernel, count_include_pad=1, **properties)
    return _root(node, node.one(MulOp, means, _number(node, prod(window.kernel))), p)


@handles("GlobalLpPool")
def global_lp_pool(node: Node) -> SSAValue:
    """Over all spatial dimensions."""
    p, rank = node.int_attr("p", 2), len(node.shape(0))
    if p < 1 or rank < 3:
        raise node.malformed(f"the norm p = {p} of a tensor of rank {rank}")
    return _root(node, node.one(ReduceSumOp, _powers(node, p), axes=list(range(2, rank)), keepdims=1), p)
