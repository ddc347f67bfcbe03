"""Is every kernel right? An executable's kernels against the interpreter, one by one, each on the executable's own operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.compiling import compile
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import as_array, main_function, run_function
from lpt.dialects.kernel import KernelOp, KernelPackOp, ViewOp
from lpt.dialects.nn import ConvOp, MatMulOp, NnOp
from lpt.interpreting import input_names
from lpt.model import Model
from lpt.passes.pipeline import TARGET, Pipeline
from lpt.runtime.assemble import operation_of
from lpt.target import get_target
from lpt.transforming import transform

__all__ = ["KernelCheck", "check_kernels", "compare_kernels", "lower", "run_kernels"]

FLOAT_BOUND = 2.0**-18
"""Float convolutions and matrix products may differ between targets by this much of the greatest result (their order of summation
is free; every other kernel is held to equal bits)."""


@dataclass(frozen=True)
class KernelCheck:
    """One kernel: how many of its `elements` differ from the interpreter's, and by how much at most."""

    name: str
    operation: str
    elements: int
    differing: int
    worst: float
    ok: bool


def lower(model: Model, target: str = "native") -> Model:
    """The kernel-level module of a model at any level above."""
    chosen = get_target(target)
    prepared = model if TARGET in model.module.attributes else transform(model, target=chosen.name)
    module = prepared.module.clone()
    Pipeline.parse("lower").run(module)
    return Model(module)


def check_kernels(
    model: Model, inputs: Mapping[str, object], target: str = "native", threads: int | None = None
) -> list[KernelCheck]:
    """Compile `model` (static shapes), run it, and compare each kernel's result with the interpreter's on the same operands."""
    lowered = lower(model, target)
    return compare_kernels(lowered, inputs, run_kernels(lowered, inputs, target, threads))


def run_kernels(lowered: Model, inputs: Mapping[str, object], target: str, threads: int | None = None) -> dict[str, Array]:
    """Each kernel's result, by name, of a kernel-level model compiled for `target`."""
    executable = compile(lowered, target=get_target(target).name, threads=threads)
    return executable.run(inputs, taps=[op.kernel_name.data for op in _computed(lowered)])[1]


def compare_kernels(lowered: Model, inputs: Mapping[str, object], taps: Mapping[str, Array]) -> list[KernelCheck]:
    """The results `taps` of a kernel-level model's kernels with the interpreter's, each on the operands that the taps hold."""
    function = main_function(lowered.module)
    forced: dict[SSAValue, Array] = {op.result: taps[op.kernel_name.data] for op in _computed(lowered)}
    checks: list[KernelCheck] = []

    def observe(op: Operation, results: Sequence[Array]) -> None:
        if isinstance(op, KernelOp) and op.result in forced:
            checks.append(_compare(op, results[0], forced[op.result]))

    names = input_names(function)
    run_function(function, [as_array(inputs[name]) for name in names], force=forced, observe=observe)
    return checks


def _computed(lowered: Model) -> list[KernelOp]:
    """The kernels that compute values: views and packed factors are other ways to lay them out."""
    block = main_function(lowered.module).body.block
    return [op for op in block.ops if isinstance(op, KernelOp) and not isinstance(op, KernelPackOp | ViewOp)]


def _compare(op: KernelOp, expected: Array, got: Array) -> KernelCheck:
    same = (expected == got) | (np.isnan(expected) & np.isnan(got)) if expected.dtype.kind == "f" else expected == got
    difference = np.abs(np.where(same, 0, expected.astype(np.float64) - got.astype(np.float64)))
    worst = float(difference.max(initial=0.0))
    allowed = FLOAT_BOUND * float(np.abs(expected).max(initial=0.0)) if _is_float_product(op) else 0.0
    return KernelCheck(op.kernel_name.data, operation_of(op), expected.size, int(np.count_nonzero(~same)), worst, worst <= allowed)


def _is_float_product(op: KernelOp) -> bool:
    roots = op.operations()[:1]
    return any(isinstance(root, ConvOp | MatMulOp) and isinstance(root, NnOp) and not root.is_quantized for root in roots)
