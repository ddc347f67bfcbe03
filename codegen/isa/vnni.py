"""vpdpbusd: four u8·s8 products per lane added to i32, exactly (AVX-512 VNNI and AVX-VNNI)."""

from __future__ import annotations

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.codegen.isa.dot import Dot, as_dwords


class Vpdpbusd(Dot):
    """acc.i32[i] += Σ_j x.u8[4i + j] · w.s8[4i + j]; wraps like any i32 sum, never saturates."""

    step = 4
    accumulator = "i32"
    adds = True

    def pack(self, weights: np.ndarray) -> np.ndarray:
        return as_dwords(weights.astype(np.int8))[None]

    def multiplicand(self, e: Emitter, dwords: ir.Value, pass_: int) -> ir.Value:
        return e.bitcast(dwords, "u8", 4 * self.lanes)

    def accumulate(self, e: Emitter, acc: ir.Value, x: ir.Value, w: ir.Value) -> ir.Value:
        weights = e.bitcast(w, "i8", 4 * self.lanes)
        return e.call(f"llvm.x86.avx512.vpdpbusd.{self.bits}", acc.type, [acc, x, weights])
