"""`Point`: emits a body's values for `n` lanes at one position of its space."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.codegen.emit import I64, Emitter, Index, Kind, kind_bytes, lane_count, lanes_kind
from lpt.codegen.lane_ops import emit_operation
from lpt.codegen.lane_values import SAFE, Array, Codes, Lanes, Plain, Steps, is_uniform, kind_of
from lpt.codegen.math import LaneOperations
from lpt.codegen.saturate import Saturation
from lpt.codegen.space import Access, IndexMap
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import params_of
from lpt.dialects.semantics import math
from lpt.errors import CompileError

if TYPE_CHECKING:
    from lpt.codegen.lanes import Body

_ZERO = np.zeros((), np.int64)


@dataclass
class Point:
    """`n` lanes at one position: emits values of the body there, each once."""

    body: Body
    e: Emitter
    n: int
    position: tuple[Index, ...]
    given: dict[SSAValue, Lanes]
    _known: dict[tuple[SSAValue, IndexMap], Lanes] = field(default_factory=dict)

    @property
    def o(self) -> LaneOperations:
        return LaneOperations(self.e, self.n)

    # --- values ---

    def get(self, value: SSAValue, map: IndexMap) -> Lanes:
        """The lanes of a body value through `map`."""
        key = (value, map)
        if key not in self._known:
            self._known[key] = self._compute(value, map)
        return self._known[key]

    def _compute(self, value: SSAValue, map: IndexMap) -> Lanes:
        if value in self.given:
            if map != self.body.map:
                raise CompileError("a kernel moves its root's result", where=self.body.op.kernel_name.data)
            return self.given[value]
        kind = kind_of(value)
        if (operand := self.body.op.argument_of(value)) is not None:
            access = self.body.operand_access(operand, map)
            return self._wrap(value, self.load(self.e.operand(operand), access, kind))
        owner = value.owner
        assert isinstance(owner, Operation)
        if isinstance(owner, ConstantOp):
            return self._wrap(value, self.constant(owner.array, lanes_kind(kind), map))
        return emit_operation(self, owner, value, map)

    @staticmethod
    def _wrap(value: SSAValue, lanes: ir.Value) -> Lanes:
        return Plain(lanes) if params_of(value) is None else Codes(lanes)

    def constant(self, array: Array, kind: Kind, map: IndexMap) -> ir.Value:
        """Lanes of a constant that broadcasts to a value seen through `map`."""
        # The array is kept with the result, so that its identity stays a key.
        _, splat, laid = self.body.once((id(array), kind, map), lambda: (array, *self._prepared(array, kind, map)))
        if laid is None:
            return self.e.const(splat, kind, self.n)
        return self.load(self.body.pointer(self.e, laid[0]), laid[1], kind, invariant=True)

    def _prepared(self, array: Array, kind: Kind, map: IndexMap) -> tuple[np.generic, tuple[Array, Access] | None]:
        """A constant as one number where it is, else laid out."""
        array = np.asarray(array).astype({"f32": np.float32, "i64": np.int64}.get(kind, np.int32))
        laid = None if is_uniform(array) else self.body.laid_out(array, kind, map.broadcast(array.shape))
        return array.reshape(-1)[0], laid

    # --- forms of quantized values ---

    def storage(self, value: SSAValue, lanes: Lanes, map: IndexMap) -> ir.Value:
        """The lanes as they are stored: f32, integers, or codes with their zero point."""
        if isinstance(lanes, Steps):
            return self._rounded(lanes, self.body.parameters(value)[1], map)
        return lanes.value

    def saturating(self, value: SSAValue, lanes: Lanes, map: IndexMap) -> tuple[ir.Value, Saturation]:
        """i32 lanes of a u8 value, and what `lpt.codegen.saturate.pack` has to do to make them its codes."""
        if not isinstance(lanes, Steps) or lanes.magnitude >= SAFE:
            return self.storage(value, lanes, map), Saturation()
        zero_points = self.body.parameters(value)[1]
        low, high = (self._code(bound, zero_points) for bound in (lanes.low, lanes.high))
        if not all(is_uniform(array) for array in (zero_points, low, high)):
            return self.storage(value, lanes, map), Saturation()
        zero_point, least, most = (int(array.flat[0]) for array in (zero_points, low, high))
        return self.e.rint_i32(lanes.value), Saturation(zero_point, max(least, 0), min(most, 255))

    def centered(self, value: SSAValue, lanes: Lanes, map: IndexMap) -> ir.Value:
        """i32 codes less the zero point."""
        if isinstance(lanes, Steps):
            return self._rounded(lanes, _ZERO, map)
        zero_points = self.body.parameters(value)[1]
        if not zero_points.any():
            return lanes.value
        return self.e.b.sub(lanes.value, self.constant(zero_points, "i32", map))

    def centered_f32(self, value: SSAValue, lanes: Lanes, map: IndexMap) -> ir.Value:
        """f32(code − zero point), where the sign of a zero does not matter."""
        if isinstance(lanes, Steps):
            return self.e.rint(self._clamped(lanes, map))
        return self.o.to_f32(self.centered(value, lanes, map))

    def real(self, value: SSAValue, lanes: Lanes, map: IndexMap) -> ir.Value:
        """The f32 that the lanes stand for; dcast of quantized ones."""
        if isinstance(lanes, Plain):
            return lanes.value
        scale = self.constant(self.body.parameters(value)[0], "f32", map)
        return self.o.mul(self.o.to_f32(self.centered(value, lanes, map)), scale)

    def _clamped(self, lanes: Steps, map: IndexMap) -> ir.Value:
        low, high = (self.constant(bound, "f32", map) for bound in (lanes.low, lanes.high))
        return math.minimum(self.o, math.maximum(self.o, lanes.value, low), high)

    def _rounded(self, lanes: Steps, zero_points: Array, map: IndexMap) -> ir.Value:
        """Clamped and rounded steps plus zero points."""
        if lanes.magnitude >= SAFE:
            return self._offset(self.e.rint_i32(self._clamped(lanes, map)), zero_points, map)
        codes = self._offset(self.e.rint_i32(lanes.value), zero_points, map)
        low, high = (self._code(bound, zero_points) for bound in (lanes.low, lanes.high))
        codes = self.e.imax(codes, self.constant(low, "i32", map))
        return self.e.imin(codes, self.constant(high, "i32", map))

    def _code(self, bound: Array, zero_points: Array) -> Array:
        """A bound of steps as codes; where it is beyond all steps, so is the result."""
        # The arrays are kept with the result, so that their identities stay a key.
        key = ("code", id(bound), id(zero_points))
        codes: Array = self.body.once(
            key, lambda: (np.clip(bound.astype(np.int64) + zero_points, -(2**31), 2**31 - 1), bound, zero_points)
        )[0]
        return codes

    def _offset(self, codes: ir.Value, zero_points: Array, map: IndexMap) -> ir.Value:
        if not zero_points.any():
            return codes
        return self.e.b.add(codes, self.constant(zero_points, "i32", map))

    # --- memory ---

    def address(self, pointer: ir.Value, access: Access, size: int) -> tuple[ir.Value, int]:
        """Where the first lane lies, and the bytes from lane to lane."""
        e, strides = self.e, self.body.space.strides(access)
        offset: Index = access.offset * size
        for index, stride in zip(self.position, strides, strict=True):
            offset = e.add(offset, e.mul(index, stride * size))
        for table in access.tables:
            offset = e.add(offset, e.mul(self._table_entry(table, 0), size))
        return e.at(pointer, offset), strides[-1] * size

    def _table_entry(self, table: Array, lane: int) -> ir.Value:
        """A table's offset, in elements, at this position's lane."""
        e, body = self.e, self.body
        blob, access = body.laid_out(table, "i64", IndexMap.identity(body.shape).broadcast(table.shape))
        address, step = self.address(body.pointer(e, blob), access, 8)
        return e.load_scalar(e.at(address, lane * step), I64)

    def _gather(self, pointer: ir.Value, access: Access, kind: Kind) -> ir.Value:
        """As `load`, where a table varies from lane to lane."""
        e, size = self.e, kind_bytes(kind)
        base, step = self.address(pointer, Access(access.offset, access.strides), size)
        lanes = []
        for lane in range(self.n):
            offset: Index = lane * step
            for table in access.tables:
                offset = e.add(offset, e.mul(self._table_entry(table, lane), size))
            lanes.append(e.load(e.at(base, offset), kind, 1, to=lanes_kind(kind)))
        while len(lanes) > 1:
            rest = lanes[len(lanes) // 2 * 2 :]
            lanes = [concatenated(e, a, b) for a, b in zip(lanes[::2], lanes[1::2], strict=False)] + rest
        return lanes[0]

    def load(self, pointer: ir.Value, access: Access, kind: Kind, *, invariant: bool = False) -> ir.Value:
        """The lanes' elements, in the kind that registers hold."""
        wide = lanes_kind(kind)
        lane_dims = self.body.space.groups[-1]
        if any(access.varies(d) for d in lane_dims):
            return self._gather(pointer, access, kind)
        address, step = self.address(pointer, access, kind_bytes(kind))
        if step == 0 or self.n == 1:
            return self.e.load_splat(address, kind, self.n, to=wide)
        if step == kind_bytes(kind):
            return self.e.load(address, kind, self.n, to=wide, invariant=invariant)
        return self.e.load_strided(address, kind, self.n, step, to=wide)

    def store(self, pointer: ir.Value, access: Access, kind: Kind, value: ir.Value) -> None:
        """Store lanes as elements of `kind`."""
        address, step = self.address(pointer, access, kind_bytes(kind))
        if step == kind_bytes(kind) or self.n == 1:
            self.e.store(address, value, kind)
        else:
            self.e.store_strided(address, value, step, kind)


def concatenated(e: Emitter, a: ir.Value, b: ir.Value) -> ir.Value:
    """The lanes of a, then those of b."""
    n, m = lane_count(a), lane_count(b)
    wide = max(n, m)
    if n != m:
        a, b = (e.shuffle(v, v, [*range(k), *(0,) * (wide - k)]) for v, k in ((a, n), (b, m)))
    return e.shuffle(a, b, [*range(n), *range(wide, wide + m)])
