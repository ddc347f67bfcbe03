"""Push dcast through operations that only move elements.

    %f = quant.dcast %q                          %m = nn.max_pool %q  : (…!quant.uniform<u8:f32, s:z>) → same
    %y = nn.max_pool %f                     →    %y = quant.dcast %m

reshape, transpose, concat, split, slice, pad, max_pool, resize, relu (as max(q, zp)), neg …: the result's parameters are the
operand's, permuted, sliced or joined. clip is not among them: its bounds need not be codes of the operand (`push_clip`). The parts
of a concat that are stored with and without a sign all become u8. Exactness: real with bound 0, since dcast is monotone and
takes each element alone: only a zero of neg changes its sign. OpenVINO: one transformation per operation
(ReshapeTransformation, MaxPoolTransformation, ConcatTransformation …); its concat re-grids scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.nn import ConcatOp, NnOp
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.quant_params import U8
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, is_movable, not_quantized
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import params, quantizing_users, rebuild, replace_by_codes


def is_left_to_pull(op: ConcatOp, sources: Sequence[SSAValue]) -> bool:
    """A concat of unlike types that is only quantized again: each part is requantized, instead of all in joined scales."""
    like = len({params_of(source) for source in sources}) == 1
    return not like and len(quantizing_users(op.result)) == op.result.uses.get_length() > 0


class PushThroughMoves(Pattern):
    """op(dcast(q) …) → dcast(op(q …))."""

    name = "push-through-moves"
    matches = NnOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, NnOp)
        if not is_movable(op) or op.is_quantized:
            return None
        sources = [dequantized_of(operand) for operand in op.data_operands]
        if None in sources:
            return self.fail(op, not_quantized(op, sources.index(None)))
        codes = [source for source in sources if source is not None]
        if isinstance(op, ConcatOp) and is_left_to_pull(op, codes):
            return self.fail(op, "its parts are quantized apart")
        before, codes = _of_one_storage(codes)
        return replace_by_codes(op, [*before, rebuild(op, [*codes, *op.operands[len(codes) :]])], rewriter)


def _of_one_storage(codes: Sequence[SSAValue]) -> tuple[list[Operation], list[SSAValue]]:
    """Codes of up to 8 bits as u8 where their storage types differ: exact, and nothing once all are stored as u8."""
    storages = [params(source).storage for source in codes]
    if len(set(storages)) == 1 or any(storage.width > 8 for storage in storages):
        return [], list(codes)
    before, result = list[Operation](), list[SSAValue]()
    for source, storage in zip(codes, storages, strict=True):
        of = params(source)
        unsigned = of.replace(storage=U8, zero_points=of.zero_points + (128 if storage.signed else 0))
        convert = RequantizeOp(source, None, quantized_tensor(unsigned, tensor_shape(source)))
        before.append(convert)
        result.append(convert.result)
    return before, result


@dataclass(frozen=True)
class PushMoves(LptPass):
    """dcast behind operations that move elements."""

    name = "lpt-push-moves"
    exactness: ClassVar[Exactness] = Exactness.REAL
    bound: ClassVar[float] = 0.0

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [PushThroughMoves()]
