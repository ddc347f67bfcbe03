"""Evaluate operations on constants.

    nn.mul(constant, constant)  →  constant

Not folded: quant.dcast and lpt.fake_quantize (weights stay, or become, integers), and results of more than 4 × the bytes of the
operands and more than 4 KiB.

Exactness: exact (the interpreter computes the result).
Peers: OpenVINO's ConstantFolding; ONNX Runtime's ConstantFolding, which also keeps DequantizeLinear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.traits import Pure

from lpt.dialects.interpreter import evaluate, has_meaning
from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.passes.driver import Pattern
from lpt.passes.matching import constant_of
from lpt.passes.pipeline import LptPass

FREE_BYTES = 4096
GROWTH = 4


class EvaluateConstants(Pattern):
    """A pure operation with constant operands only → its results as constants."""

    name = "evaluate-constants"

    def __init__(self, keep: tuple[type[Operation], ...] = ()):
        self.keep: tuple[type[Operation], ...] = (DequantizeCastOp, KernelOp, *keep)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if not op.operands or isinstance(op, self.keep) or not op.has_trait(Pure):
            return None
        constants = [constant_of(operand) for operand in op.operands]
        if None in constants or not has_meaning(op):
            return None
        arrays = [constant.array for constant in constants if constant is not None]
        results = evaluate(op, arrays)
        size, given = sum(a.nbytes for a in results), sum(a.nbytes for a in arrays)
        if size > max(FREE_BYTES, GROWTH * given):
            return self.fail(op, f"folding would grow {given} bytes of constants to {size}")
        new = [ConstantOp(array, old.type) for array, old in zip(results, op.results, strict=True)]
        rewriter.replace(op, new, [constant.result for constant in new])
        return None


@dataclass(frozen=True)
class FoldConstants(LptPass):
    """Evaluate operations on constants."""

    name = "lpt-fold-constants"
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return (EvaluateConstants(keep=(FakeQuantizeOp,)),)
