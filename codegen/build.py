"""`build_kernel`: the code of any kernel operation."""

from __future__ import annotations

from collections.abc import Sequence

from lpt.codegen.elementwise import build_elementwise
from lpt.codegen.kernel_code import KernelCode
from lpt.dialects.kernel import KernelElementwiseOp, KernelOp, Layout
from lpt.errors import CompileError
from lpt.target import Target


def build_kernel(op: KernelOp, operand_layouts: Sequence[Layout], target: Target) -> KernelCode:
    """LLVM IR and constants of `op`, whose operands lie in memory as `operand_layouts` say. Raises CompileError."""
    match op:
        case KernelElementwiseOp():
            return build_elementwise(op, operand_layouts, target)
        case _:
            raise CompileError(f"no code generator for {op.name}", where=op.kernel_name.data)
