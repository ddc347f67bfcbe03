"""What a report says of a kernel's instructions is what its machine code has."""

from __future__ import annotations

import re

import numpy as np
import pytest

import lpt
from lpt.checking import lower
from lpt.codegen.build import build_kernel
from lpt.codegen.kernel_code import KernelCode, assembly
from lpt.data import bundled_model_path
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp, Layout, ViewOp
from lpt.dialects.shapes import tensor_shape
from lpt.target import TARGETS, get_target

DOTS = re.compile(r"\b(vpdpbusd|vpmaddubsw|vpmaddwd|pmaddubsw|pmaddwd)\b")


def kernels(target: str) -> list[tuple[KernelOp, KernelCode]]:
    """All kernels of the bundled model with their code."""
    model = lpt.load(bundled_model_path())
    module = lower(model.specialize({"image": (2, 1, 8, 8)}), target).module
    block = main_function(module).body.block
    layouts = {arg: Layout.row_major(tensor_shape(arg)) for arg in block.args}
    built = []
    for op in block.ops:
        if isinstance(op, KernelOp):
            assert op.layout is not None
            layouts[op.result] = op.layout.data  # type: ignore[index]
            if not isinstance(op, ViewOp):
                built.append((op, build_kernel(op, [layouts[v] for v in op.inputs], get_target(target))))  # type: ignore[index]
    return built


@pytest.mark.parametrize("target", TARGETS)
def test_reported_instructions_stand_in_the_code(target: str) -> None:
    products = 0
    for op, code in kernels(target):
        found = set(DOTS.findall(assembly(code.llvm_ir, get_target(target))))
        if not code.macs:
            assert code.instructions == "", op.kernel_name
            continue
        products += 1
        reported = set(code.instructions.split("+"))
        # vpmaddubsw gives pairs in 16 bits, which vpmaddwd widens: it belongs to that sequence.
        implied = {"vpmaddwd"} if "vpmaddubsw" in reported else {"pmaddwd"} if "pmaddubsw" in reported else set()
        assert reported <= found <= reported | implied, op.kernel_name
    assert products >= 4


def test_macs_are_those_of_the_operations() -> None:
    rows = {row.name: row for row in lpt.explain(lpt.load(bundled_model_path()).specialize({"image": (2, 1, 8, 8)}))}
    total = sum(row.macs for row in rows.values())
    assert total == sum(code.macs for _, code in kernels("x86-64-avx2")) > 0
    assert np.isfinite(total)
