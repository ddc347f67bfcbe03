"""The part of lpt-form-kernels that concerns weight-only products.

    %f = quant.dcast %w : … !quant.uniform<u4:f32:{0:32, 1:1}, …> …         %y = kernel.gemm(%x) {
    %y = nn.matmul %x, %f                                            →        %w = lpt.constant … ; %f = quant.dcast %w
                                                                              %y = nn.matmul %x1, %f  …  kernel.yield %y }

A dcast that several products share becomes one for each. Exactness: exact. ONNX Runtime's MatMulNBitsFusion does the same for
DequantizeLinear before MatMul; OpenVINO keeps compressed weights so, but quantizes activations as well unless it is told not to.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Block, Operation
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.weight_only import packed_weights


def split_weights(block: Block) -> None:
    """Give every weight-only product of a function's block a dcast of its own."""
    for op in list(block.ops):
        packed = packed_weights(op)
        if packed is not None and not packed.cast.result.has_one_use():
            copy = packed.cast.clone()
            Rewriter.insert_op(copy, InsertPoint.before(op))
            op.operands[1] = copy.result


def with_weights(root: Operation) -> list[Operation]:
    """A kernel's root, behind the dcast of its weights where these stay packed."""
    packed = packed_weights(root)
    return [root] if packed is None else [packed.cast, root]


def root_of(members: Sequence[Operation]) -> Operation:
    """The root of a kernel's operations."""
    return next((op for op in members if packed_weights(op) is not None), members[0])
