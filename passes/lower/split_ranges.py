"""Find the range of a large tensor in parts, so that threads share the work.

    %p = lpt.dynamic_parameters %x : (tensor<128x768xf32>)   →   %e = lpt.extrema %x {axis = 0, size = 22}
                                                                 %p = lpt.dynamic_parameters %e : (tensor<6x2xf32>)

A kernel is cut into units that never wait for each other, so what joins them is a second one. Exactness: exact, since extremes do
not depend on the order. ONNX Runtime cuts DynamicQuantizeLinear likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.dynamic import DynamicParametersOp, ExtremaOp
from lpt.dialects.shapes import Shape, is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass

PART = 16384
"""Elements that are worth a unit: a microsecond or two."""


def part_of(shape: Shape) -> tuple[int, int] | None:
    """The axis to cut and the indices of a part, None for a tensor too small to cut.

    Not the last axis, nor the channels of an image, which lie together in memory.
    """
    axes = [axis for axis in range(len(shape) - 1) if not (axis == 1 and len(shape) > 3)]
    parts = prod(shape) // PART
    if not axes or parts < 2:
        return None
    axis = max(axes, key=lambda a: shape[a])
    size = -(-shape[axis] // min(parts, shape[axis]))
    return (axis, size) if size < shape[axis] else None


class SplitRange(Pattern):
    """dynamic_parameters(x) → dynamic_parameters(extrema(x))."""

    name = "split-range"
    matches = (DynamicParametersOp,)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, DynamicParametersOp)
        shape = tensor_shape(op.x)
        if not is_static(shape):
            return self.fail(op, "the shape is not static")
        if (part := part_of(shape)) is None:
            return self.fail(op, "the tensor is too small to cut, or has no axis to cut along")
        extrema = ExtremaOp(op.x, *part)
        joined = DynamicParametersOp(extrema.result)
        rewriter.replace(op, [extrema, joined], [joined.result])
        return None


@dataclass(frozen=True)
class SplitRanges(LptPass):
    """Ranges of large tensors in parts."""

    name = "lpt-split-ranges"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("no-kernels",)

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (SplitRange(),)
