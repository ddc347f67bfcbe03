"""Pull qcast up through operations that commute with it, towards the operation whose result it rounds.

    %r = nn.relu %sum                            %q = quant.qcast %sum
    %y = quant.qcast %r                     →    %y = nn.relu %q

Through relu, clip (the bounds become codes: qcast(lo), qcast(hi)), max_pool, reduce_max, concat (one qcast per part) and
operations that move elements. Not where dcast will come down from above instead: codes then move once, and are requantized
behind. A relu or clip whose bounds lie outside the codes is removed. Exactness: exact for all numbers, since qcast is monotone
and takes each element alone. A NaN that relu or clip lets pass becomes qmin above this pass, and the code of the lower bound
behind it, which is the same where that bound is the lowest code. OpenVINO folds relu and clip into FakeQuantize's ranges instead
(ReluTransformation, ClampTransformation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import (
    ClipOp,
    ConcatOp,
    GlobalMaxPoolOp,
    IdentityOp,
    MaxPoolOp,
    MoveOp,
    NnOp,
    ReduceMaxOp,
    ReluOp,
)
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.markup.markup import storage_behind
from lpt.passes.matching import dequantized_of, is_movable
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import params, quantizing_users, rebuild

_SAME_AXES = (ReluOp, ClipOp, IdentityOp, MaxPoolOp, GlobalMaxPoolOp)


def comes_dequantized(value: SSAValue) -> bool:
    """Whether dcast will be pushed down to this value, or nothing above it rounds (inputs, constants)."""
    owner = value.owner
    if isinstance(owner, Block | DequantizeCastOp | ConstantOp):
        return True
    if isinstance(owner, ConcatOp) and storage_behind(value) is None:
        return False  # parts of unlike storage do not join
    return isinstance(owner, NnOp) and is_movable(owner) and all(comes_dequantized(operand) for operand in owner.data_operands)


def _is_worth_it(op: NnOp) -> bool:
    match op:
        case ClipOp():
            return True
        case ConcatOp():
            sources = {None if (q := dequantized_of(x)) is None else params(q) for x in op.xs}
            return len(sources) > 1 or (None in sources and not all(map(comes_dequantized, op.xs)))
        case _:
            return not all(comes_dequantized(operand) for operand in op.data_operands)


class PullThroughMoves(Pattern):
    """qcast(op(x)) → op(qcast(x))."""

    name = "pull-through-moves"
    matches = QuantizeCastOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, QuantizeCastOp)
        above = op.input.owner
        if not isinstance(above, (*_SAME_AXES, ConcatOp, MoveOp, ReduceMaxOp)) or not _is_worth_it(above):
            return None
        if len(quantizing_users(op.input)) != op.input.uses.get_length():
            return self.fail(op, f"the result of {above.name} is also used in floats")
        target = params(op.result)
        if not target.is_per_tensor and not (isinstance(above, _SAME_AXES) and target.axis in (0, 1)):
            return self.fail(op, f"parameters per channel are not pulled through {above.name}")
        casts = [QuantizeCastOp(x, quantized_tensor(target, tensor_shape(x))) for x in above.data_operands]
        moved = rebuild(above, [*(cast.result for cast in casts), *above.operands[len(casts) :]])
        rewriter.replace(op, [*casts, moved], [moved.results[0]])
        return None


def _bounds(op: ReluOp | ClipOp, at: QuantParams) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and highest code that the operation lets pass, before saturation."""
    low, high = (0.0, np.inf) if isinstance(op, ReluOp) else op.bounds
    scales = at.scales.astype(np.float32)
    lo, hi = (np.rint(np.float32(bound) / scales) + at.zero_points for bound in (low, high))
    return lo, hi


class DropIdleClamp(Pattern):
    """relu(q) or clip(q) that changes no code → q."""

    name = "drop-idle-clamp"
    matches = (ReluOp, ClipOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ReluOp | ClipOp)
        if not op.is_quantized:
            return
        at = params(op.x)
        low, high = _bounds(op, at)
        if (low <= at.storage.min).all() and (high >= at.storage.max).all():
            rewriter.replace(op, [], [op.x])


def pull_patterns() -> list[Pattern]:
    """All rules that pull qcast up."""
    return [PullThroughMoves(), DropIdleClamp()]


@dataclass(frozen=True)
class PullQuantize(LptPass):
    """qcast up to the operation whose result it rounds. Exact but for a NaN that relu or clip lets pass."""

    name = "lpt-pull-quantize"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    remove_dead: ClassVar[bool] = True  # an operation that was passed is no longer a use in floats

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return pull_patterns()
