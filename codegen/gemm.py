"""`kernel.gemm`: a product with a constant matrix, as a contraction with one tap; of computed ones, see `product`."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from lpt.codegen.contraction import Contraction, emit_contraction
from lpt.codegen.emit import Emitter
from lpt.codegen.fused import Fused, Product, constant_of, float_product, integer_product, no_elements, operand_of, where
from lpt.codegen.isa import float_dot, integer_dots
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.nest import moved_bytes
from lpt.codegen.packing import Weights
from lpt.codegen.product import build_product
from lpt.codegen.space import Access
from lpt.dialects.kernel import KernelGemmOp, Layout
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.dialects.weight_only import packed_weights
from lpt.errors import CompileError
from lpt.target import Target


def build_gemm(op: KernelGemmOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
    """The code of a […, M, K] · b, b being a constant [K, N] or packed. Raises CompileError for other shapes of b."""
    if (nothing := no_elements(op, target)) is not None:
        return nothing
    matmul = op.matmul
    if op.argument_of(matmul.b) is not None:
        return build_product(op, layouts, target)
    if (packed := packed_weights(matmul)) is not None:
        from lpt.codegen.weight_only import build_weight_only

        return build_weight_only(op, layouts, packed, target)
    index = operand_of(op, matmul.a)
    layout, shape = layouts[index], tensor_shape(matmul.a)
    product = gemm_product(op)
    channel = len(tensor_shape(matmul.result)) - 1
    read = Access(layout.offset, (*layout.strides[:-1], 0))
    fused = Fused.behind(op, layouts, channel, read)
    weights = Weights(
        product.weights[:, None, :],
        np.zeros(1, np.int64),
        column_stride(shape, layout) * product.element,
        readable_columns(shape, layout),
        max_x=product.max_x,
    )
    contraction = Contraction(
        weights,
        integer_dots(target) if product.element == 1 else (float_dot(target),),
        fused.extents,
        tuple(stride * product.element for stride in fused.strides),
        layout.offset * product.element,
        fused.initial(product),
        op.wanted,
    )
    e = Emitter(target, operands=len(op.inputs))
    emit_contraction(e, contraction, e.operand(index), fused.store)
    return finish(
        e,
        units=contraction.units,
        instructions=contraction.instructions,
        macs=prod(tensor_shape(matmul.result)) * shape[-1],
        moved=moved_bytes(op) + product.weights.nbytes,
        tiles=contraction.tiles_by_estimate,
        widened=contraction.widened,
    )


def gemm_product(op: KernelGemmOp) -> Product:
    """The transposed weights [N, K] and initial accumulators, integer or float."""
    array = constant_of(op, op.matmul.b).array
    if array.ndim != 2:
        raise CompileError(
            f"constant weights of shape {array.shape} are not a matrix", where=where(op), way_out="this is a bug of lpt"
        )
    a, b = params_of(op.matmul.a), params_of(op.matmul.b)
    if a is None or b is None:
        return float_product(op, a or b, array.T, None)
    if not a.is_per_tensor:
        raise CompileError("rows of unlike scales", where=where(op), way_out="quantize the left operand per tensor")
    return integer_product(op, a, b, np.ascontiguousarray(array.T), 1)


def column_stride(shape: Sequence[int], layout: Layout) -> int:
    """Elements from column to column; a single one is adjacent to whatever the layout pads it with."""
    return layout.strides[-1] if shape[-1] > 1 else 1


def readable_columns(shape: Sequence[int], layout: Layout) -> int:
    """Columns that may be read from any row's start on: those that the layout pads to included."""
    others = [s for s, extent in zip(layout.strides[:-1], shape[:-1], strict=True) if extent > 1 and s > 0]
    padded = min(others, default=layout.size - layout.offset)
    return max(shape[-1], padded) if column_stride(shape, layout) == 1 else shape[-1]
