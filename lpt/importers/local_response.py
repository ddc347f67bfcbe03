"""Local response normalization, for importers."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, AveragePoolOp, DivOp, MulOp, PowOp, ReshapeOp, SqrtOp, TransposeOp
from lpt.importers.node import BaseNode
from lpt.importers.value import Value


def local_response(node: BaseNode, size: int, alpha: float, beta: float, bias: float) -> SSAValue:
    """x / (bias + alpha · mean of x² over `size` adjacent channels, those outside 0)^beta: an average pool along the channels.

    x is input 0, [N, C, spatial…].
    """
    shape = node.shape(0)
    if size < 1:
        raise node.malformed("attribute 'size' must be positive")
    if len(shape) < 3 or -1 in shape[1:]:
        raise node.unsupported("channels or extents are not known", "give the model's inputs fixed dimensions")
    x, rank = node.f32(0), len(shape)
    squares = node.one(TransposeOp, node.one(MulOp, x, x), perm=[0, *range(2, rank), 1])
    rows = node.one(ReshapeOp, squares, shape=[max(shape[0], 0), 1, int(np.prod(shape[2:])), shape[1]])
    means = node.one(
        AveragePoolOp,
        rows,
        kernel_shape=[1, size],
        strides=[1, 1],
        pads=[0, (size - 1) // 2, 0, size // 2],
        dilations=[1, 1],
        count_include_pad=1,
    )
    means = node.one(ReshapeOp, means, shape=[max(shape[0], 0), *shape[2:], shape[1]])
    means = node.one(TransposeOp, means, perm=[0, rank - 1, *range(1, rank - 1)])
    base = node.one(AddOp, node.one(MulOp, means, _number(node, alpha)), _number(node, bias))
    if beta == 0.75:  # which nearly all have: two square roots take a third of the time of a power
        root = node.one(SqrtOp, base)
        return node.one(DivOp, x, node.one(MulOp, root, node.one(SqrtOp, root)))
    return node.one(DivOp, x, node.one(PowOp, base, _number(node, beta)))


def _number(node: BaseNode, value: float) -> SSAValue:
    return node.builder.constant(Value(np.array(value, np.float32)))
