"""Vectors of any static number of lanes: constants, memory, conversions and arithmetic.

LLVM legalizes odd lane counts, so tails are vectors of their exact size and nothing is read or written outside a tensor.
There are no fast-math flags and no contraction anywhere: what is written is what every target computes.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal, TypeAlias

import llvmlite.ir as ir
import numpy as np

Kind = Literal["i1", "u8", "i8", "u16", "i16", "i32", "u32", "i64", "f32"]
"""How elements lie in memory. A vector in registers is normally i32, i64 or f32 (`lanes_kind`)."""

Index: TypeAlias = "int | ir.Value"
"""A 64-bit index or byte count: a Python int where known while the kernel is built, else an i64 value."""

I1, I8, I16, I32, I64 = (ir.IntType(w) for w in (1, 8, 16, 32, 64))
F32 = ir.FloatType()
PTR = ir.PointerType()

_SCALARS: dict[str, ir.Type] = {
    "i1": I1, "u8": I8, "i8": I8, "u16": I16, "i16": I16, "i32": I32, "u32": I32, "i64": I64, "f32": F32,
}  # fmt: skip
_BYTES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "i32": 4, "u32": 4, "i64": 8, "f32": 4}


class TextConstant(ir.Constant):  # type: ignore[misc]
    """A constant given by its LLVM text; llvmlite's own FormattedConstant takes no vectors."""

    def __init__(self, type_: ir.Type, text: str):
        self.type = type_
        self.constant = text

    def _get_reference(self) -> str:
        return str(self.constant)


def kind_bytes(kind: Kind) -> int:
    """Bytes of one element in memory."""
    return _BYTES[kind]


def lanes_kind(kind: Kind) -> Kind:
    """How elements of a kind are held in registers: f32, i64, and i32 for all narrower integers."""
    return kind if kind in ("f32", "i64") else "i32"


@functools.cache
def vector_type(kind: Kind, n: int) -> ir.VectorType:
    """`<n x kind>`."""
    return ir.VectorType(_SCALARS[kind], n)


# Constants belong to no module, so kernels share them: their making and printing would be a third of a compilation.
@functools.cache
def _text_constant(kind: Kind, n: int, text: str) -> ir.Value:
    return TextConstant(vector_type(kind, n), text)


@functools.cache
def _mask(lanes: tuple[int, ...]) -> ir.Value:
    return ir.Constant(vector_type("i32", len(lanes)), list(lanes))


def lane_count(value: ir.Value) -> int:
    """The number of lanes of a vector."""
    return int(value.type.count)


def _literal(value: float | np.generic, kind: Kind) -> str:
    if kind != "f32":
        return str(int(value))
    # LLVM writes an f32 constant as the f64 of equal value, in hexadecimal.
    return f"0x{int(np.float64(np.float32(value)).view(np.uint64)):016X}"


class Vectors:
    """Instructions on vectors, appended where the IRBuilder `b` stands in `module`."""

    module: ir.Module
    b: ir.IRBuilder

    def at(self, pointer: ir.Value, offset: Index) -> ir.Value:
        """`pointer` moved by `offset` bytes."""
        return moved(self.b, pointer, offset)

    @functools.cached_property
    def _invariant(self) -> ir.Value:
        return self.module.add_metadata([])

    def const(self, value: float | np.generic | np.ndarray | Sequence[float], kind: Kind, n: int) -> ir.Value:
        """A vector constant: a number in every lane, or an array of n."""
        if isinstance(value, int | float | np.generic):
            return _text_constant(kind, n, f"splat ({_SCALARS[kind]} {_literal(value, kind)})")
        items = ", ".join(f"{_SCALARS[kind]} {_literal(v, kind)}" for v in np.asarray(value))
        return _text_constant(kind, n, f"<{items}>")

    def splat(self, scalar: ir.Value, n: int) -> ir.Value:
        """A scalar in n lanes."""
        vector = ir.VectorType(scalar.type, n)
        undefined = TextConstant(vector, "poison")
        one = self.b.insert_element(undefined, scalar, ir.Constant(I32, 0))
        return one if n == 1 else self.shuffle(one, undefined, [0] * n)

    def shuffle(self, x: ir.Value, y: ir.Value, lanes: Sequence[int]) -> ir.Value:
        """Lane i of the result is lane lanes[i] of x followed by y."""
        return self.b.shuffle_vector(x, y, _mask(tuple(lanes)))

    def pick(self, x: ir.Value, lanes: Sequence[int]) -> ir.Value:
        """Lane i of the result is lane lanes[i] of x, unspecified where that is -1."""
        n = lane_count(x)
        return self.shuffle(x, TextConstant(x.type, "poison"), [n if lane < 0 else lane for lane in lanes])

    def bitcast(self, value: ir.Value, kind: Kind, n: int) -> ir.Value:
        return self.b.bitcast(value, vector_type(kind, n))

    def load(self, pointer: ir.Value, kind: Kind, n: int, *, to: Kind | None = None, invariant: bool = False) -> ir.Value:
        """n adjacent elements, converted to `to` where given; `invariant` for kernel constants."""
        value = self.b.load(pointer, align=1, typ=vector_type(kind, n))
        if invariant:
            value.set_metadata("invariant.load", self._invariant)
        return self.convert(value, kind, to or kind)

    def load_splat(self, pointer: ir.Value, kind: Kind, n: int, *, to: Kind | None = None) -> ir.Value:
        """One element in n lanes, converted to `to` where given."""
        return self.splat_lane(self.load(pointer, kind, 1, to=to), n)

    def load_scalar(self, pointer: ir.Value, type_: ir.Type) -> ir.Value:
        """A scalar out of a constant of the kernel: an entry of a table of offsets or counts."""
        value = self.b.load(pointer, align=1, typ=type_)
        value.set_metadata("invariant.load", self._invariant)
        return value

    def splat_lane(self, value: ir.Value, n: int, lane: int = 0) -> ir.Value:
        """One lane of a vector in n lanes."""
        return self.shuffle(value, value, [lane] * n)

    def load_strided(self, pointer: ir.Value, kind: Kind, n: int, stride: int, *, to: Kind | None = None) -> ir.Value:
        """n elements that lie `stride` bytes apart, read one by one."""
        value: ir.Value = TextConstant(vector_type(kind, n), "poison")
        for i in range(n):
            element = self.b.load(self.at(pointer, i * stride), align=1, typ=_SCALARS[kind])
            value = self.b.insert_element(value, element, ir.Constant(I32, i))
        return self.convert(value, kind, to or kind)

    def store(self, pointer: ir.Value, value: ir.Value, kind: Kind | None = None) -> None:
        """Store a vector; i32 lanes are cut to the 8 or 16 bits of `kind`."""
        if kind is not None and value.type.element != _SCALARS[kind]:
            value = self.b.trunc(value, vector_type(kind, lane_count(value)))
        self.b.store(value, pointer, align=1)

    def store_strided(self, pointer: ir.Value, value: ir.Value, stride: int, kind: Kind | None = None) -> None:
        """As `store`, with elements `stride` bytes apart."""
        n = lane_count(value)
        if kind is not None and value.type.element != _SCALARS[kind]:
            value = self.b.trunc(value, vector_type(kind, n))
        for i in range(n):
            element = self.b.extract_element(value, ir.Constant(I32, i))
            self.b.store(element, self.at(pointer, i * stride), align=1)

    def convert(self, value: ir.Value, source: Kind, to: Kind) -> ir.Value:
        """Integer to integer, or to f32 (exact up to 24 bits, else to nearest even)."""
        n = lane_count(value)
        if source == to or (source, to) in (("i32", "u32"), ("u32", "i32")):
            return value
        if to == "f32":
            if source in ("i64", "u32"):
                return (self.b.sitofp if source == "i64" else self.b.uitofp)(value, vector_type("f32", n))
            wide = self.convert(value, source, "i32")
            return self.b.sitofp(wide, vector_type("f32", n))
        if _BYTES[to] < _BYTES[source]:
            return self.b.trunc(value, vector_type(to, n))
        widen = self.b.zext if source.startswith("u") else self.b.sext
        return widen(value, vector_type(to, n))

    def rint_i32(self, value: ir.Value) -> ir.Value:
        """f32 → i32, half to even (the runtime's MXCSR); the value must lie in the range of i32."""
        n = lane_count(value)
        return self.call(f"llvm.lrint.v{n}i32.v{n}f32", vector_type("i32", n), [value])

    def rint(self, value: ir.Value) -> ir.Value:
        """f32 → f32, half to even."""
        return self.call(f"llvm.roundeven.v{lane_count(value)}f32", value.type, [value])

    def sqrt(self, value: ir.Value) -> ir.Value:
        return self.call(f"llvm.sqrt.v{lane_count(value)}f32", value.type, [value])

    def fma(self, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
        """x·y + z rounded once. Only on targets with FMA (else LLVM would call the C library)."""
        return self.call(f"llvm.fma.v{lane_count(x)}f32", x.type, [x, y, z])

    def fmin(self, x: ir.Value, y: ir.Value) -> ir.Value:
        """x < y ? x : y, which is minps: a NaN in either gives y."""
        return self.b.select(self.b.fcmp_ordered("<", x, y), x, y)

    def fmax(self, x: ir.Value, y: ir.Value) -> ir.Value:
        """x > y ? x : y, which is maxps: a NaN in either gives y."""
        return self.b.select(self.b.fcmp_ordered(">", x, y), x, y)

    def imin(self, x: ir.Value, y: ir.Value) -> ir.Value:
        return self.b.select(self.b.icmp_signed("<", x, y), x, y)

    def imax(self, x: ir.Value, y: ir.Value) -> ir.Value:
        return self.b.select(self.b.icmp_signed(">", x, y), x, y)

    def call(self, name: str, result: ir.Type, arguments: Sequence[ir.Value]) -> ir.Value:
        """Call the LLVM intrinsic `name`."""
        function = self.module.globals.get(name)
        if function is None:
            function = ir.Function(self.module, ir.FunctionType(result, [a.type for a in arguments]), name)
        return self.b.call(function, arguments)


def moved(b: ir.IRBuilder, pointer: ir.Value, offset: Index) -> ir.Value:
    """`pointer` moved by `offset` bytes, by instructions of `b`."""
    if isinstance(offset, int):
        if offset == 0:
            return pointer
        offset = ir.Constant(I64, offset)
    return b.gep(pointer, [offset], source_etype=I8)
