"""`Emitter`: llvmlite's IRBuilder for one kernel function of one target.

A kernel is `void NAME(void **args, i64 begin, i64 end)`; `args` holds the operand buffers, the result buffer, then the
constants. Inside, indices are folded while they are known, loops keep what they carry in registers, and values are
vectors (`lpt.codegen.vectors`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.vectors import (
    F32,
    I1,
    I8,
    I16,
    I32,
    I64,
    PTR,
    Index,
    Kind,
    Vectors,
    kind_bytes,
    lane_count,
    lanes_kind,
    moved,
    vector_type,
)
from lpt.target import Target

__all__ = [
    "F32",
    "I1",
    "I8",
    "I16",
    "I32",
    "I64",
    "PTR",
    "Emitter",
    "Index",
    "Kind",
    "Loop",
    "kind_bytes",
    "lane_count",
    "lanes_kind",
    "vector_type",
]


class _Attributes(ir.values.FunctionAttributes):  # type: ignore[misc]
    """llvmlite's attribute set, opened to the string attributes that it does not list."""

    _known = ir.values.FunctionAttributes._known | {
        '"no-builtins"',
        '"prefer-vector-width"="512"',
        '"min-legal-vector-width"="512"',
    }


@dataclass
class Loop:
    """A loop under construction: `index`, the carried `values` of this trip, and what `set` hands on."""

    index: Index
    values: list[ir.Value]
    results: list[ir.Value] = field(default_factory=list)

    def set(self, values: Sequence[ir.Value]) -> None:
        """The carried values at the end of this iteration; after the loop they are `results`."""
        self.results = list(values)


class Emitter(Vectors):
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
        slot = moved(call, outer.args[0], 8 * operands)
        call.call(body, [call.load(slot, align=8, typ=PTR), *outer.args])
        call.ret_void()
        self.function = body
        self._entry = ir.IRBuilder(body.append_basic_block("entry"))
        start = body.append_basic_block("start")
        self._entry.branch(start)
        self._entry.position_before(self._entry.block.terminator)
        self.b = ir.IRBuilder(start)
        self._pointers: dict[int, ir.Value] = {}

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

    def scratch(self, size: int) -> ir.Value:
        """Pointer to `size` bytes of the function's stack, aligned to 64."""
        memory = self._entry.alloca(ir.ArrayType(I8, size))
        memory.align, memory.type = 64, PTR
        return memory

    def _pointer(self, index: int) -> ir.Value:
        if index not in self._pointers:
            slot = moved(self._entry, self._args, 8 * index)
            value = self._entry.load(slot, align=8, typ=PTR)
            value.set_metadata("invariant.load", self._invariant)
            self._pointers[index] = value
        return self._pointers[index]

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

    def while_(
        self,
        state: Sequence[ir.Value],
        condition: Callable[[list[ir.Value]], ir.Value],
        body: Callable[[list[ir.Value]], list[ir.Value]],
    ) -> list[ir.Value]:
        """Emit `body`, which gives the next state, for as long as `condition` holds; the last state."""
        before = self.b.block
        head, inner, after = (self.function.append_basic_block(name) for name in ("while", "do", "done"))
        self.b.branch(head)
        self.b.position_at_end(head)
        phis = [self.b.phi(value.type) for value in state]
        self.b.cbranch(condition(phis), inner, after)
        self.b.position_at_end(inner)
        following = body(phis)
        latch = self.b.block
        for phi, first, last in zip(phis, state, following, strict=True):
            phi.add_incoming(first, before)
            phi.add_incoming(last, latch)
        self.b.branch(head)
        self.b.position_at_end(after)
        return list(phis)

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

    def by_size(self, index: Index, count: int, whole: int, rest: int, emit: Callable[[Index, int], None]) -> None:
        """`emit(index, size)` for a piece of what is cut into `count` pieces of size `whole` and, unless it is 0, one of `rest`.

        The narrower last piece is code of its own, in which its index is known.
        """
        if not rest:
            emit(index, whole)
        elif not count:
            emit(0, rest)
        else:
            with self.b.if_else(self.b.icmp_signed("==", self.index(index), self.index(count))) as (then, otherwise):
                with then:
                    emit(count, rest)
                with otherwise:
                    emit(index, whole)

    def finish(self) -> str:
        """End the function; the module's text."""
        self.b.ret_void()
        return str(self.module)
