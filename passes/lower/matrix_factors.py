"""Matrix products in the forms that have kernels: of matrices, with a constant matrix on the right or two computed operands.

    %y = nn.matmul %a, %v : (M × K, K)         →    %m = nn.reshape %v : K × 1
                                                    %p = nn.matmul %a, %m
                                                    %y = nn.reshape %p : M

A constant on the left of a computed operand, and constant matrices of a batch, become results of a kernel that copies them: they
are then packed like any operand. Exactness: exact.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Block, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.kernel import KernelElementwiseOp, YieldOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import MatMulOp, ReshapeOp
from lpt.dialects.nn.base import attribute
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.dialects.weight_only import packed_weights
from lpt.passes.journal import replace


def is_packed_early(op: MatMulOp) -> bool:
    """Whether the right operand is a constant matrix, of floats, codes or packed codes, which is packed while compiling."""
    return (isinstance(op.b.owner, ConstantOp) and len(tensor_shape(op.b)) <= 2) or packed_weights(op) is not None


def matrix_factors(block: Block) -> None:
    """Rewrite the products of a function's block."""
    for op in [op for op in block.ops if isinstance(op, MatMulOp)]:
        ranks = [len(tensor_shape(value)) for value in op.operands]
        if ranks[1] == 1 or (ranks[0] == 1 and not is_packed_early(op)):
            op = _of_matrices(op)
        if not is_packed_early(op):
            for index, operand in enumerate(op.operands):
                if isinstance(operand.owner, ConstantOp):
                    op.operands[index] = _copied(operand.owner, op)


def _of_matrices(op: MatMulOp) -> MatMulOp:
    """The product with vectors as rows on the left and columns on the right."""
    operands = list(op.operands)
    for index, value in enumerate(operands):
        if len(shape := tensor_shape(value)) == 1:
            operands[index] = _reshaped(value, (1, *shape) if index == 0 else (*shape, 1), op)
    product = MatMulOp.make_raw(operands, {})
    product.attributes.update(op.attributes)
    Rewriter.insert_op(product, InsertPoint.before(op))
    replace(op.result, _reshaped(product.result, tensor_shape(op.result), op), "product-of-matrices")
    Rewriter.erase_op(op)
    return product


def _reshaped(value: SSAValue, shape: Shape, op: MatMulOp) -> SSAValue:
    """A value of one scale, or a row's scales, under another shape; constants at once."""
    if isinstance(value.owner, ConstantOp):
        new: ConstantOp | ReshapeOp = ReshapeOp.make_raw([value], {"shape": attribute(list(shape))})
        constant = ConstantOp(np.ascontiguousarray(value.owner.array.reshape(shape)), new.results[0].type)
        new.drop_all_references()
        new = constant
    else:
        new = ReshapeOp.make_raw([value], {"shape": attribute(list(shape))})
        new.attributes.update(op.attributes)
    Rewriter.insert_op(new, InsertPoint.before(op))
    return new.results[0]


def _copied(constant: ConstantOp, op: MatMulOp) -> SSAValue:
    """A constant as the result of a kernel."""
    body, parent = Block(), op.parent
    assert parent is not None
    copy = constant.clone()
    body.add_ops([copy, YieldOp(copy.result)])
    index = sum(isinstance(other, KernelElementwiseOp) for other in parent.ops)
    kernel = KernelElementwiseOp.wrap(f"factor_{index}", [], constant.result.type, body)
    Rewriter.insert_op(kernel, InsertPoint.before(op))
    return kernel.result
