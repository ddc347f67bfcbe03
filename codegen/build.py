"""`build_kernel`: the code of any kernel operation."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from lpt.codegen.kernel_code import KernelCode
from lpt.dialects.kernel import KernelOp, Layout
from lpt.errors import CompileError
from lpt.target import Target

__all__ = ["build_kernel"]

_FAMILIES = {
    "kernel.concat": "lpt.codegen.concat:build_concat",
    "kernel.conv": "lpt.codegen.conv:build_conv",
    "kernel.depthwise": "lpt.codegen.depthwise:build_depthwise",
    "kernel.dynamic_parameters": "lpt.codegen.dynamic:build_dynamic_parameters",
    "kernel.elementwise": "lpt.codegen.elementwise:build_elementwise",
    "kernel.gemm": "lpt.codegen.gemm:build_gemm",
    "kernel.lookup": "lpt.codegen.lookup:build_lookup",
    "kernel.move": "lpt.codegen.move:build_move",
    "kernel.normalize": "lpt.codegen.normalize:build_normalize",
    "kernel.pack": "lpt.codegen.panels:build_pack",
    "kernel.pool": "lpt.codegen.pool:build_pool",
    "kernel.recurrence": "lpt.codegen.recurrence:build_recurrence",
    "kernel.reduce": "lpt.codegen.reduce:build_reduce",
    "kernel.scan": "lpt.codegen.scan:build_scan",
    "kernel.softmax": "lpt.codegen.softmax:build_softmax",
}
"""Imported when first needed."""


def build_kernel(op: KernelOp, operand_layouts: Sequence[Layout], target: Target) -> KernelCode:
    """LLVM IR and constants of `op`, whose operands lie in memory as `operand_layouts` say.

    Raises CompileError for a kernel that no family can emit.
    """
    if op.name not in _FAMILIES:
        raise CompileError(f"no code generator for {op.name}", where=op.kernel_name.data)
    module, _, function = _FAMILIES[op.name].partition(":")
    code: KernelCode = getattr(importlib.import_module(module), function)(op, operand_layouts, target)
    return code
