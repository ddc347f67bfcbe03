"""`nn.gather` as the root of `kernel.move`: constant indices are a table of offsets, those of run time are read and clamped."""

from __future__ import annotations

from collections.abc import Sequence

import llvmlite.ir as ir
from xdsl.dialects.builtin import TensorType
from xdsl.ir import SSAValue

from lpt.codegen.emit import I32, I64, Emitter, kind_bytes, lanes_kind
from lpt.codegen.lane_values import Codes, Plain, kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.nest import Part, Position, vector_lanes
from lpt.codegen.point import Point, concatenated
from lpt.codegen.space import Access
from lpt.dialects.kernel import KernelOp, Layout
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import GatherOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError


def gather_access(layout: Layout, root: GatherOp) -> Access:
    """x as the result's positions see it: with constant indices a table along their dimensions, else without what they add."""
    axis, rank = root.dim, len(tensor_shape(root.indices))
    strides = (*layout.strides[:axis], *(0,) * rank, *layout.strides[axis + 1 :])
    indices = root.known_indices
    if indices is None:
        return Access(layout.offset, strides)
    shape = (1,) * axis + indices.shape + (1,) * (len(strides) - axis - rank)
    return Access(layout.offset, strides, ((indices * layout.strides[axis]).reshape(shape),))


class RunTimeGather:
    """A gather whose indices are an operand."""

    def __init__(self, e: Emitter, op: KernelOp, layouts: Sequence[Layout], root: GatherOp):
        self.e, self.root = e, root
        self.source, layout = source_of(e, op, layouts, root.x)
        self.indices, index_layout = source_of(e, op, layouts, root.indices)
        axis, behind = root.dim, len(tensor_shape(root.x)) - root.dim - 1
        self.stride, self.extent = layout.strides[axis], tensor_shape(root.x)[axis]
        self.access = gather_access(layout, root)
        self.index_access = Access(index_layout.offset, ((0,) * axis + index_layout.strides + (0,) * behind))
        self.body = Body(op, layouts, given=[root.result], accesses=[self.access, self.index_access])

    def part(self) -> Part:
        """The loops over the result."""
        body = self.body

        def emit(n: int, position: Position) -> None:
            loaded = self._load(body.at(self.e, n, position))
            lanes = Plain(loaded) if params_of(self.root.result) is None else Codes(loaded)
            body.store(self.e, n, body.emit(self.e, n, {self.root.result: lanes}, position), position)

        return Part(body.space.extents, vector_lanes(self.e, body.op), emit)

    def _load(self, point: Point) -> ir.Value:
        e, kind = self.e, kind_of(self.root.x)
        size, source = kind_bytes(kind), self.source
        step = self.body.space.strides(self.index_access)[-1]
        if step == 0 or point.n == 1:
            return point.load(e.at(source, self._offset(point, 0, size)), self.access, kind)
        address, apart = point.address(source, self.access, size)
        lanes = []
        for lane in range(point.n):
            offset = e.add(self._offset(point, lane * step, size), lane * apart)
            lanes.append(e.load(e.at(address, offset), kind, 1, to=lanes_kind(kind)))
        while len(lanes) > 1:
            rest = lanes[len(lanes) // 2 * 2 :]
            lanes = [concatenated(e, a, b) for a, b in zip(lanes[::2], lanes[1::2], strict=False)] + rest
        return lanes[0]

    def _offset(self, point: Point, ahead: int, size: int) -> ir.Value:
        """Bytes from the first element along the axis to the one that the index, `ahead` elements on, names."""
        e, b = self.e, self.e.b
        type_ = self.root.indices.type
        assert isinstance(type_, TensorType)
        narrow = kind_of(type_) == "i32"
        address, _ = point.address(self.indices, self.index_access, 4 if narrow else 8)
        index = b.load(e.at(address, ahead * (4 if narrow else 8)), align=1, typ=I32 if narrow else I64)
        index = b.sext(index, I64) if narrow else index
        zero, last = ir.Constant(I64, 0), ir.Constant(I64, self.extent - 1)
        index = b.select(b.icmp_signed("<", index, zero), b.add(index, ir.Constant(I64, self.extent)), index)
        index = b.select(b.icmp_signed("<", index, zero), zero, index)
        index = b.select(b.icmp_signed(">", index, last), last, index)
        return b.mul(index, ir.Constant(I64, self.stride * size))


def source_of(e: Emitter, op: KernelOp, layouts: Sequence[Layout], value: SSAValue) -> tuple[ir.Value, Layout]:
    """Where an operand or a constant of the body lies, and how."""
    argument = op.argument_of(value)
    if argument is not None:
        return e.operand(argument), layouts[argument]
    if isinstance(value.owner, ConstantOp):
        return e.constant(value.owner.array), Layout.row_major(tensor_shape(value))
    raise CompileError("a gather reads what its kernel computes", where=op.kernel_name.data, way_out="this is a bug of lpt")
