"""Padding along the axis of the scales, or with a value that is no code: a concat with what is padded.

    %y = nn.pad (quant.dcast %q) {channels, value = 0.3}    →    %y = nn.concat %c, (quant.dcast %q), %c
                                                                 %c = quant.dcast (lpt.constant 1 : u8, scale 0.3)

in codes: one constant for each side whose code stands for the value exactly; with mode edge, the first and the last slice as often
as they are repeated. Pads along one axis; all others are left to `push_moves`. Exactness: real with bound 0. OpenVINO:
PadTransformation, which extends scales and zero points along the axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import ConcatOp, PadOp, SliceOp
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of
from lpt.passes.transform.values import params, rebuild, replace_by_codes


def fill_code(value: float, like: QuantParams) -> tuple[int, QuantParams]:
    """A code and parameters of the same storage that stand for the value. Raises AlgebraError if it is no normal f32."""
    zero_point = max(0, like.storage.min) + (1 if value < 0 and like.storage.min == 0 else 0)
    code = zero_point + int(np.sign(value))
    return code, algebra.make(like.storage, abs(value) or 1.0, zero_point)


def _moves(op: PadOp, codes: SSAValue) -> bool:
    """Whether codes can be padded as they are."""
    try:
        rebuild(op, [codes]).drop_all_references()
    except (AlgebraError, VerifyException):
        return False
    return True


class PadAsConcat(Pattern):
    """pad(dcast(q)) → dcast(concat(c, q, c))."""

    name = "pad-as-concat"
    matches = PadOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, PadOp)
        codes = dequantized_of(op.x)
        if codes is None or op.mode_name == "reflect" or _moves(op, codes):
            return None
        axes = [axis for axis, widths in enumerate(op.widths) if any(widths)]
        if len(axes) != 1 or min(op.widths[axes[0]]) < 0:
            return self.fail(op, "only pads along one axis are joined to a tensor with scales of their own")
        if not is_static(tensor_shape(codes)):
            return self.fail(op, "the extents of what is padded are not known")
        before, after = self._sides(op, codes, axes[0])
        parts = [*(side.results[0] for side in before), codes, *(side.results[0] for side in after)]
        joined = ConcatOp.make([parts], axis=axes[0])
        return replace_by_codes(op, [*dict.fromkeys([*before, *after]), joined], rewriter)

    def _sides(self, op: PadOp, codes: SSAValue, axis: int) -> tuple[Sequence[Operation], Sequence[Operation]]:
        """What to put before and after the codes."""
        shape, (before, after) = tensor_shape(codes), op.widths[axis]
        if op.mode_name == "edge":
            first, last = (
                SliceOp.make([codes], starts=[start], ends=[start + 1], axes=[axis], steps=[1]) for start in (0, shape[axis] - 1)
            )
            return [first] * before, [last] * after
        code, like = fill_code(op.fill, params(codes))
        extents = [(*shape[:axis], width, *shape[axis + 1 :]) for width in (before, after)]
        sides = [ConstantOp.quantized(np.full(extent, code, like.storage.dtype), like) for extent in extents]
        return sides[:1] if before else [], sides[1:] if after else []
