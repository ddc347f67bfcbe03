"""f32 products: fused multiply-add where the target has it, else multiply, then add."""

from __future__ import annotations

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.isa.dot import Dot


class FloatDot(Dot):
    """acc += x · w. The order of k is the table's; fusing differs per target, so results may differ in rounding."""

    step = 1
    accumulator = "f32"

    def pack(self, weights: np.ndarray) -> np.ndarray:
        return weights[..., 0].astype(np.float32)[None]

    def multiplicand(self, e: Emitter, dwords: ir.Value, pass_: int) -> ir.Value:
        return dwords

    def accumulate(self, e: Emitter, acc: ir.Value, x: ir.Value, w: ir.Value) -> ir.Value:
        if self.name == "fma":
            return e.fma(x, w, acc)
        return e.b.fadd(acc, e.b.fmul(x, w))
