"""`Emitter`: llvmlite's IRBuilder for one kernel function of one target.

A kernel is `void NAME(void **args, i64 begin, i64 end)`; `args` holds the operand buffers, the result
buffer, then the constants. Values inside are vectors of any static number of lanes `n`: LLVM legalizes odd
counts, so tails are vectors of their exact size and nothing is read or written outside a tensor. There are no
fast-math flags and no contraction anywhere: what is written is what every target computes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import llvmlite.ir as ir
import numpy as np

from lpt.target import Target

Kind = Literal["i1", "u8", "i8", "u16", "i16", "i32", "u32", "i64", "f32"]
"""How elements lie in memory. A vector in registers is normally i32 or f32."""

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


class _Attributes(ir.values.FunctionAttributes):  # type: ignore[misc]
    """llvmlite's attribute set, opened to the string attributes that it does not list."""

    _known = ir.values.FunctionAttributes._known | {
        '"no-builtins"',
        '"prefer-vector-width"="512"',
        '"min-legal-vector-width"="512"',
    }


def kind_bytes(kind: Kind) -> int:
    """Bytes of one element in memory."""
    return _BYTES[kind]


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


@dataclass
class Loop:
    """A loop under construction: `index`, the carried `values` of this trip, and what `set` hands on."""

    index: Index
    values: list[ir.Value]
    results: list[ir.Value] = field(default_factory=list)

    def set(self, values: Sequence[ir.Value]) -> None:
        """The carried values at the end of this iteration; after the loop they are `results`."""
        self.results = list(values)


class Emitter:
    """Builds the function of one kernel with `operands` operand buffers. `b` is the IRBuilder at its end.

    `begin` and `end` are the function's work units; `lanes` is the target's count of 32-bit lanes.
    """

    def __init__(self, target: Target, *, operands: int, name: str = "lpt_kernel"):
        self.target = target
        self.lanes = target.lanes
        self.name = name
        self.module = ir.Module(name=name)
        self.constants: list[np.ndarray] = []
        self._operands = operands
        # noalias can only be said of a parameter: the exported function loads that pointer.
        outer = ir.Function(self.module, ir.FunctionType(ir.VoidType(), [PTR, I64, I64]), name)
        body = ir.Function(self.module, ir.FunctionType(ir.VoidType(), [PTR, PTR, I64, I64]), f"{name}.body")
        for function in (outer, body):
            function.attributes = _Attributes(("nounwind", '"no-builtins"'))
            if target.vector_bits == 512:
                function.attributes.add('"prefer-vector-width"="512"')
                function.attributes.add('"min-legal-vector-width"="512"')
        body.linkage = "internal"
        body.args[0].add_attribute("noalias")
        self._result, self._args, self.begin, self.end = body.args
        call = ir.IRBuilder(outer.append_basic_block("entry"))
        slot = self._at(call, outer.args[0], 8 * operands)
        call.call(body, [call.load(slot, align=8, typ=PTR), *outer.args])
        call.ret_void()
        self.function = body
        self._entry = ir.IRBuilder(body.append_basic_block("entry"))
        start = body.append_basic_block("start")
        self._entry.branch(start)
        self._entry.position_before(self._entry.block.terminator)
        self.b = ir.IRBuilder(start)
        self._pointers: dict[int, ir.Value] = {}
        self._invariant = self.module.add_metadata([])

    # --- buffers ---

    def operand(self, index: int) -> ir.Value:
        """Pointer to operand buffer `index`."""
        return self._pointer(index)

    @property
    def result(self) -> ir.Value:
        """Pointer to the result buffer."""
        return self._result

    def constant(self, array: np.ndarray) -> ir.Value:
        """Pointer to `array` (made C-contiguous), passed as one more argument after the result."""
        self.constants.append(np.ascontiguousarray(array))
        return self._pointer(self._operands + len(self.constants))

    def _pointer(self, index: int) -> ir.Value:
        if index not in self._pointers:
            slot = self._at(self._entry, self._args, 8 * index)
            value = self._entry.load(slot, align=8, typ=PTR)
            value.set_metadata("invariant.load", self._invariant)
            self._pointers[index] = value
        return self._pointers[index]

    @staticmethod
    def _at(b: ir.IRBuilder, pointer: ir.Value, offset: Index) -> ir.Value:
        if isinstance(offset, int):
            if offset == 0:
                return pointer
            offset = ir.Constant(I64, offset)
        return b.gep(pointer, [offset], source_etype=I8)

    def at(self, pointer: ir.Value, offset: Index) -> ir.Value:
        """`pointer` moved by `offset` bytes."""
        return self._at(self.b, pointer, offset)

    # --- index arithmetic (folded while indices are Python ints) ---

    def index(self, value: Index) -> ir.Value:
        """`value` as an i64."""
        return ir.Constant(I64, value) if isinstance(value, int) else value

    def add(self, x: Index, y: Index) -> Index:
        if isinstance(x, int) and isinstance(y, int):
            return x + y
        if isinstance(y, int) and y == 0:
            return x
        if isinstance(x, int) and x == 0:
            return y
        return self.b.add(self.index(x), self.index(y), flags=("nsw",))

    def mul(self, x: Index, y: Index) -> Index:
        if isinstance(x, int) and isinstance(y, int):
            return x * y
        for one, other in ((x, y), (y, x)):
            if isinstance(one, int) and one in (0, 1):
                return other if one else 0
        return self.b.mul(self.index(x), self.index(y), flags=("nsw",))

    def divmod(self, x: Index, divisor: int) -> tuple[Index, Index]:
        """Quotient and remainder of a nonnegative index by a positive constant."""
        if divisor == 1:
            return x, 0
        if isinstance(x, int):
            return divmod(x, divisor)
        quotient = self.b.udiv(x, self.index(divisor))
        return quotient, self.b.sub(x, self.b.mul(quotient, self.index(divisor)))

    def unflatten(self, x: Index, extents: Sequence[int]) -> list[Index]:
        """The row-major coordinates of flat index `x` in a box of `extents`."""
        coordinates: list[Index] = []
        for extent in reversed(extents[1:]):
            x, rest = self.divmod(x, extent)
            coordinates.append(rest)
        return [x, *reversed(coordinates)] if extents else []

    # --- control ---

    @contextmanager
    def loop(self, begin: Index, end: Index, step: int = 1, carried: Sequence[ir.Value] = ()) -> Iterator[Loop]:
        """Emit what is inside for begin, begin + step, … < end; a single static trip is straight code.

        Values `carried` from one trip to the next stay in registers: read `loop.values`, end with
        `loop.set(...)`, and find the last ones in `loop.results` afterwards (the first ones if no trip ran).
        """
        carried = list(carried)
        if isinstance(begin, int) and isinstance(end, int) and begin < end <= begin + step:
            loop = Loop(begin, carried, list(carried))
            yield loop
            return
        known = isinstance(begin, int) and isinstance(end, int) and begin < end
        before = self.b.block
        head = self.function.append_basic_block("loop")
        after = self.function.append_basic_block("end")
        start, stop = self.index(begin), self.index(end)
        if known:
            self.b.branch(head)
        else:
            self.b.cbranch(self.b.icmp_signed("<", start, stop), head, after)
        self.b.position_at_end(head)
        index = self.b.phi(I64)
        index.add_incoming(start, before)
        phis = [self.b.phi(v.type) for v in carried]
        loop = Loop(index, list(phis), list(phis))
        yield loop
        latch = self.b.block
        following = self.b.add(index, ir.Constant(I64, step), flags=("nsw",))
        index.add_incoming(following, latch)
        for phi, first, following_value in zip(phis, carried, loop.results, strict=True):
            phi.add_incoming(first, before)
            phi.add_incoming(following_value, latch)
        self.b.cbranch(self.b.icmp_signed("<", following, stop), head, after)
        self.b.position_at_end(after)
        if not known:
            merged = []
            for first, last in zip(carried, loop.results, strict=True):
                phi = self.b.phi(first.type)
                phi.add_incoming(first, before)
                phi.add_incoming(last, latch)
                merged.append(phi)
            loop.results = merged

    @contextmanager
    def if_(self, condition: ir.Value) -> Iterator[None]:
        """Emit what is inside for the case that the i1 `condition` holds; it can only act through stores."""
        then = self.function.append_basic_block("then")
        after = self.function.append_basic_block("fi")
        self.b.cbranch(condition, then, after)
        self.b.position_at_end(then)
        yield
        self.b.branch(after)
        self.b.position_at_end(after)

    # --- vectors ---

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
        """Store a vector; i32 lanes are cut to the 8 or 16 bits of `kind`, in whose range they must lie."""
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

    def floor(self, value: ir.Value) -> ir.Value:
        return self.call(f"llvm.floor.v{lane_count(value)}f32", value.type, [value])

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

    def finish(self) -> str:
        """End the function; the module's text."""
        self.b.ret_void()
        return str(self.module)


def _literal(value: float | np.generic, kind: Kind) -> str:
    if kind != "f32":
        return str(int(value))
    # LLVM writes an f32 constant as the f64 of equal value, in hexadecimal.
    return f"0x{int(np.float64(np.float32(value)).view(np.uint64)):016X}"
