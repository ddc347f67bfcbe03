"""A fake_quantize behind a concat moves in front of it, to the operations whose results it rounds.

    %c = nn.concat %a, %b                        %q = lpt.fake_quantize %a, …  {ranges of its channels}
    %y = lpt.fake_quantize %c, il, ih, ol, oh  → %r = lpt.fake_quantize %b, …
                                                 %y = nn.concat %q, %r

also with nn.relu between, which moves along. Ranges that vary along the axis of the concat are cut to each part. Afterwards each
part has codes of its own, and zero points that are no integers stay an offset per part; `pull_quantize` does the same to a qcast.
Exactness: exact, each element is taken alone. OpenVINO: MoveFakeQuantize.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ConcatOp, ReluOp, SplitOp
from lpt.dialects.quant import DequantizeCastOp, params_of
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import float_array_of
from lpt.passes.pipeline import Exactness, LptPass


class MoveBeforeConcat(Pattern):
    """fake_quantize(concat(a, b)) → concat(fake_quantize(a), fake_quantize(b))."""

    name = "move-fake-quantize"
    matches = FakeQuantizeOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, FakeQuantizeOp)
        relu = op.input.owner if isinstance(op.input.owner, ReluOp) else None
        concat = (relu.x if relu is not None else op.input).owner
        if not isinstance(concat, ConcatOp):
            return None
        if not concat.result.has_one_use() or not op.input.has_one_use():
            return self.fail(op, "the concat in front of it has other users")
        if (reason := _reason_to_stay(concat)) is not None:
            return self.fail(op, reason)
        sizes, axis = [tensor_shape(x)[concat.dim] for x in concat.xs], concat.dim
        cut = _cut_ranges(op, sizes, axis)
        if isinstance(cut, str):
            return self.fail(op, cut)
        new, parts = list[Operation](), list[SSAValue]()
        for x, ranges in zip(concat.xs, cut, strict=True):
            bounds = [bound for bound in ranges if isinstance(bound, ConstantOp)]
            first: list[Operation] = [] if relu is None else [ReluOp.make([x])]
            low, high, out_low, out_high = (b.result if isinstance(b, ConstantOp) else b for b in ranges)
            part = first[0].results[0] if first else x
            quantized = FakeQuantizeOp(part, (low, high, out_low, out_high), op.levels.value.data)
            new += [*bounds, *first, quantized]
            parts.append(quantized.result)
        joined = ConcatOp.make([parts], axis=concat.axis)
        rewriter.replace(op, [*new, joined], [joined.result])
        return None


def _reason_to_stay(concat: ConcatOp) -> str | None:
    owners = {x.owner for x in concat.xs}
    if len(owners) == 1 and isinstance(next(iter(owners)), SplitOp):
        return "all parts of the concat in front of it come from one split"
    if all(isinstance(owner, DequantizeCastOp | FakeQuantizeOp) for owner in owners) and len({_grid(x) for x in concat.xs}) == 1:
        return "all parts of the concat in front of it are quantized alike: one fake_quantize behind is enough"
    return None


def _grid(x: SSAValue) -> object:
    """What tells grids apart: parameters of codes, or the constants of a fake_quantize."""
    owner = x.owner
    if isinstance(owner, DequantizeCastOp):
        return params_of(owner.input)
    assert isinstance(owner, FakeQuantizeOp)
    return (
        owner.levels.value.data,
        *(bound.owner.value if isinstance(bound.owner, ConstantOp) else bound for bound in owner.operands[1:]),
    )


def _cut_ranges(op: FakeQuantizeOp, sizes: Sequence[int], axis: int) -> list[list[SSAValue | ConstantOp]] | str:
    """The four ranges for each part: as they are, or cut along the axis; or why they cannot be cut."""
    rank = len(tensor_shape(op.input))
    parts: list[list[SSAValue | ConstantOp]] = [[] for _ in sizes]
    for bound in op.operands[1:]:
        shape = tensor_shape(bound)
        own = axis - rank + len(shape)
        if own < 0 or shape[own] == 1:
            for part in parts:
                part.append(bound)
            continue
        if (array := float_array_of(bound)) is None:
            return "a range that varies along the axis of the concat is not constant"
        if any(size < 0 for size in sizes):
            return "the sizes of the concat's parts are not known"
        start = 0
        for part, size in zip(parts, sizes, strict=True):
            part.append(ConstantOp(array.take(range(start, start + size), axis=own)))
            start += size
    return parts


@dataclass(frozen=True)
class MoveFakeQuantize(LptPass):
    """fake_quantize from behind a concat to its parts."""

    name = "lpt-move-fake-quantize"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [MoveBeforeConcat()]
