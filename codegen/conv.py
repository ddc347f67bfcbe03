"""`kernel.conv`: dense and grouped convolution of 1 to 3 spatial dimensions as implicit GEMM."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from xdsl.dialects.builtin import IntegerAttr

from lpt.codegen.contraction import Contraction, emit_contraction
from lpt.codegen.emit import Emitter
from lpt.codegen.fused import Fused, Product, constant_of, float_product, integer_product, no_elements, operand_of, where
from lpt.codegen.isa import float_dot, integer_dots
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.nest import moved_bytes
from lpt.codegen.packing import Weights
from lpt.codegen.space import Access
from lpt.dialects.kernel import ContractionOp, KernelConvOp, KernelOp, Layout, halo_of_conv
from lpt.dialects.nn import ConvOp, ints
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import Target


def build_conv(op: KernelConvOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a convolution whose operands have these layouts.

    8-bit activations lie channel-last, with a halo as wide as the pads. Raises CompileError otherwise.
    """
    return build_convolution(op, op.conv, layouts, target)


def build_convolution(op: KernelOp, conv: ConvOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a kernel whose root is `conv`."""
    if (nothing := no_elements(op, target)) is not None:
        return nothing
    index = operand_of(op, conv.x)
    layout = layouts[index]
    product = conv_product(op, conv)
    check_halo(op, conv, layout)
    fused = Fused.behind(op, layouts, 1, read_access(conv, layout))
    weights = Weights(
        product.weights.reshape(*product.weights.shape[:2], -1).transpose(0, 2, 1),
        tap_offsets(conv, layout) * product.element,
        channel_stride(tensor_shape(conv.x), layout) * product.element,
        readable_channels(tensor_shape(conv.x), layout),
        conv.group.value.data,
        product.max_x,
    )
    contraction = Contraction(
        weights,
        integer_dots(target) if product.element == 1 else (float_dot(target),),
        fused.extents,
        tuple(stride * product.element for stride in fused.strides),
        read_access(conv, layout).offset * product.element,
        fused.initial(product),
        op.wanted if isinstance(op, ContractionOp) else None,
    )
    e = Emitter(target, operands=len(op.inputs))
    emit_contraction(e, contraction, e.operand(index), fused.store)
    return finish(
        e,
        units=contraction.units,
        instructions=contraction.instructions,
        macs=macs(conv),
        moved=moved_bytes(op) + product.weights.nbytes,
        tiles=contraction.tiles_by_estimate,
        widened=contraction.widened,
    )


def conv_product(op: KernelOp, conv: ConvOp) -> Product:
    """The weights and initial accumulators of a convolution, integer or float."""
    array = constant_of(op, conv.w).array
    x, w = params_of(conv.x), params_of(conv.w)
    if x is not None and w is not None:
        return integer_product(op, x, w, array, conv.group.value.data)
    bias = None if conv.bias is None else constant_of(op, conv.bias).array.astype(np.float32)
    return float_product(op, x or w, array, bias)


def read_access(conv: ConvOp, layout: Layout) -> Access:
    """Where the first tap of an output position lies: inside the halo at the borders."""
    strides, pads = ints(conv.strides), ints(conv.pads)
    spatial = layout.strides[2:]
    offset = layout.offset - sum(pad * stride for pad, stride in zip(pads, spatial, strict=False))
    steps = (s * stride for s, stride in zip(strides, spatial, strict=True))
    return Access(offset, (layout.strides[0], 0, *steps))


def tap_offsets(conv: ConvOp, layout: Layout) -> np.ndarray:
    """Elements from the first tap to each, row-major."""
    dilations, kernel = ints(conv.dilations), tensor_shape(conv.w)[2:]
    steps = [d * stride for d, stride in zip(dilations, layout.strides[2:], strict=True)]
    taps = product(*(range(k) for k in kernel))
    return np.array([sum(i * step for i, step in zip(tap, steps, strict=True)) for tap in taps], np.int64)


def channel_stride(shape: Sequence[int], layout: Layout) -> int:
    """Elements from channel to channel; a single channel is adjacent to whatever the layout pads it with."""
    return layout.strides[1] if shape[1] > 1 else 1


def readable_channels(shape: Sequence[int], layout: Layout) -> int:
    """Channels that may be read from any pixel on: those that the layout pads to included."""
    others = [s for d, s in enumerate(layout.strides) if d != 1 and shape[d] > 1]
    padded = min((s for s in others if s > 0), default=layout.size - layout.offset)
    return max(shape[1], padded) if channel_stride(shape, layout) == 1 else shape[1]


def check_halo(op: KernelOp, conv: ConvOp, layout: Layout) -> None:
    """Raise CompileError unless every tap of every output lies in the buffer's data or halo."""
    for d, (lo, hi) in enumerate(zip(*halo_of_conv(conv), strict=True)):
        if layout.halo_lo[d] < lo or layout.halo_hi[d] < hi:
            raise CompileError(
                f"the halo of dimension {d} is narrower than the pads",
                where=where(op),
                way_out="this is a bug of lpt's layout pass",
            )


def macs(conv: ConvOp) -> int:
    """Multiply-accumulates, padding included as if it were data; not those of groups written out as zeros."""
    spread = conv.attributes.get("lpt.spread")
    groups = spread.value.data if isinstance(spread, IntegerAttr) else 1
    return int(np.prod(tensor_shape(conv.result)) * np.prod(tensor_shape(conv.w)[1:])) // groups
