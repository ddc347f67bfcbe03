"""`LaneOperations`: the abstract operations of `lpt.dialects.semantics.math` as LLVM instructions on vectors of lanes."""

from __future__ import annotations

from dataclasses import dataclass

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, vector_type
from lpt.codegen.vectors import TextConstant


@dataclass(frozen=True)
class LaneOperations:
    """`Operations` on vectors of `n` f32, f64 or i32 lanes; no operation is contracted or reordered."""

    e: Emitter
    n: int

    def f32(self, value: float) -> ir.Value:
        return self.e.const(value, "f32", self.n)

    def i32(self, value: int) -> ir.Value:
        return self.e.const(value, "i32", self.n)

    def add(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fadd(a, b)

    def sub(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fsub(a, b)

    def mul(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fmul(a, b)

    def div(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fdiv(a, b)

    def sqrt(self, a: ir.Value) -> ir.Value:
        return self.e.sqrt(a)

    def rint_i32(self, a: ir.Value) -> ir.Value:
        return self.e.rint_i32(a)

    def less(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fcmp_ordered("<", a, b)

    def is_nan(self, a: ir.Value) -> ir.Value:
        return self.e.b.fcmp_unordered("uno", a, a)

    def select(self, mask: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.select(mask, a, b)

    def to_f32(self, a: ir.Value) -> ir.Value:
        return self.e.convert(a, "i32", "f32")

    def bits(self, a: ir.Value) -> ir.Value:
        return self.e.bitcast(a, "i32", self.n)

    def from_bits(self, a: ir.Value) -> ir.Value:
        return self.e.bitcast(a, "f32", self.n)

    def iadd(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.add(a, b)

    def isub(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.sub(a, b)

    def iand(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.and_(a, b)

    def ior(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.or_(a, b)

    def shift_left(self, a: ir.Value, count: int) -> ir.Value:
        return self.e.b.shl(a, self.i32(count))

    def shift_right(self, a: ir.Value, count: int) -> ir.Value:
        return self.e.b.ashr(a, self.i32(count))

    def f64(self, value: float) -> ir.Value:
        bits = int(np.float64(value).view(np.uint64))
        return TextConstant(ir.VectorType(ir.DoubleType(), self.n), f"splat (double 0x{bits:016X})")

    def widen(self, a: ir.Value) -> ir.Value:
        return self.e.b.fpext(a, ir.VectorType(ir.DoubleType(), self.n))

    def narrow(self, a: ir.Value) -> ir.Value:
        return self.e.b.fptrunc(a, vector_type("f32", self.n))

    def wide_add(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fadd(a, b)

    def wide_sub(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fsub(a, b)

    def wide_mul(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fmul(a, b)

    def wide_div(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.e.b.fdiv(a, b)
