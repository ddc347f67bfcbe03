"""What passes require and ensure: named checks of a module, so that a pipeline in the wrong order fails where the mistake is."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects.builtin import ModuleOp, TensorType

from lpt.dialects.kernel import KernelOp
from lpt.dialects.nn import GemmOp
from lpt.dialects.shapes import tensor_shape

Check = Callable[[ModuleOp], str | None]


def _static_shapes(module: ModuleOp) -> str | None:
    for op in module.walk():
        for result in op.results:
            if isinstance(result.type, TensorType) and -1 in tensor_shape(result):
                return f"{op.name} has a result of symbolic shape {tensor_shape(result)}"
    return None


def _none_of(*classes: type) -> Check:
    def check(module: ModuleOp) -> str | None:
        found = next((op for op in module.walk() if isinstance(op, classes)), None)
        return f"{found.name} is left" if found is not None else None

    return check


CONDITIONS: dict[str, Check] = {
    "static-shapes": _static_shapes,
    "no-gemm": _none_of(GemmOp),
    "no-kernels": _none_of(KernelOp),
}
"""Name → a check that returns what is wrong, or None."""


def violation(name: str, module: ModuleOp) -> str | None:
    """What is wrong with a module that should satisfy the condition `name`, or None."""
    return CONDITIONS[name](module)
