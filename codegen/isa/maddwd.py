"""vpmaddwd on operands of 16 bits: exact for all u8·s8.

Per product it takes twice the instructions of vpmaddubsw, but none is lost to weights that have to be cut: where those are as
large as they can be, it is faster (`lpt.codegen.contraction`).
"""

from __future__ import annotations

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, vector_type
from lpt.codegen.isa.dot import Dot, as_dwords
from lpt.codegen.isa.maddubs import MADDWD


class Maddwd(Dot):
    """A dword x0 x1 x2 x3 becomes the halves (x0, x2) by a mask in one pass, and (x1, x3) by a shift in another."""

    step = 4
    accumulator = "i32"
    passes = 2
    pairs = ((0, 2), (1, 3))
    """The activations of a dword that each pass multiplies."""

    def pack(self, weights: np.ndarray) -> np.ndarray:
        wide = weights.astype(np.int16)
        return np.stack([as_dwords(wide[..., list(pair)]) for pair in self.pairs])

    def multiplicand(self, e: Emitter, dwords: ir.Value, pass_: int) -> ir.Value:
        halves = e.bitcast(dwords, "u16", 2 * self.lanes)
        if pass_ == 0:
            return e.b.and_(halves, e.const(0x00FF, "u16", 2 * self.lanes))
        return e.b.lshr(halves, e.const(8, "u16", 2 * self.lanes))

    def accumulate(self, e: Emitter, acc: ir.Value, x: ir.Value, w: ir.Value) -> ir.Value:
        return e.b.add(acc, self.product(e, x, w))

    def product(self, e: Emitter, x: ir.Value, w: ir.Value) -> ir.Value:
        """Sums of two products each."""
        weights = e.bitcast(w, "i16", 2 * self.lanes)
        return e.call(MADDWD[self.bits], vector_type("i32", self.lanes), [x, weights])


class WideMaddwd(Maddwd):
    """Activations come widened: x0 x1 is one dword, x2 x3 the next."""

    pairs = ((0, 1), (2, 3))

    def multiplicand(self, e: Emitter, dwords: ir.Value, pass_: int) -> ir.Value:
        return e.bitcast(dwords, "i16", 2 * self.lanes)
