"""What passes require and ensure: named checks of a module, so that a pipeline in the wrong order fails where the mistake is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import ReturnOp
from xdsl.ir import SSAValue

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import GemmOp
from lpt.dialects.shapes import is_static, tensor_shape

__all__ = ["CONDITIONS", "Condition", "violation"]

Check = Callable[[ModuleOp], str | None]


@dataclass(frozen=True)
class Condition:
    """`check` returns what is wrong with a module, or None; `way_out` is what a user does about it."""

    check: Check
    way_out: str | None = None


def _is_symbolic(value: SSAValue) -> bool:
    return isinstance(value.type, TensorType) and not is_static(tensor_shape(value))


def _static_shapes(module: ModuleOp) -> str | None:
    for op in module.walk():
        arguments = [argument for region in op.regions for block in region.blocks for argument in block.args]
        if (value := next(filter(_is_symbolic, arguments), None)) is not None:
            return f"argument %{value.name_hint or value.index} of {op.name} has the symbolic shape {tensor_shape(value)}"
        if (result := next(filter(_is_symbolic, op.results), None)) is not None:
            return f"{op.name} has a result of symbolic shape {tensor_shape(result)}"
    return None


def _none_of(*classes: type) -> Check:
    def check(module: ModuleOp) -> str | None:
        found = next((op for op in module.walk() if isinstance(op, classes)), None)
        return f"{found.name} is left" if found is not None else None

    return check


def _only_kernels(module: ModuleOp) -> str | None:
    for op in main_function(module).body.block.ops:
        is_left_over = isinstance(op, ConstantOp) and op.result.first_use is None  # the kernels have copies
        if not is_left_over and not isinstance(op, KernelOp | ReturnOp):
            return f"{op.name} is no kernel"
    return None


def _layouts(module: ModuleOp) -> str | None:
    found = next((op for op in module.walk() if isinstance(op, KernelOp) and op.layout is None), None)
    return f"kernel {found.kernel_name.data} has none" if found is not None else None


CONDITIONS: dict[str, Condition] = {
    "static-shapes": Condition(
        _static_shapes, "bind symbolic dimensions: model.specialize(…), or --shape NAME=1x3x224x224 on the command line"
    ),
    "no-gemm": Condition(_none_of(GemmOp)),
    "no-kernels": Condition(_none_of(KernelOp)),
    "only-kernels": Condition(_only_kernels, "run lpt-form-kernels first"),
    "layouts": Condition(_layouts, "run lpt-assign-layouts first"),
}
"""Name → condition, as `requires` and `ensures` of passes have them."""


def violation(name: str, module: ModuleOp) -> str | None:
    """What is wrong with a module that should satisfy the condition `name`, or None."""
    return CONDITIONS[name].check(module)
