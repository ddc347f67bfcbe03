"""The `kernel` dialect: one operation per native kernel, whose body holds the operations it implements.

A kernel's meaning is its body's meaning: root first, then the epilogue, constants inside. Layout and arena offset are annotations
that the lowering passes add; they never change a value.
"""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from xdsl.dialects.builtin import DenseArrayBase, IntegerAttr, StringAttr, TensorType, i64
from xdsl.ir import Attribute, Block, BlockArgument, Data, Dialect, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.traits import IsolatedFromAbove, IsTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn import ConvOp, MatMulOp, ints
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.shapes import Shape, tensor_shape


@dataclass(frozen=True)
class Layout:
    """Where a tensor's elements lie in its buffer, in elements.

    Element (i0, i1, …) lies at `offset + Σ i·strides`; the buffer has `size` elements. `halo_lo` and `halo_hi` are, per logical
    dimension, how many extra indices exist before 0 and behind the extent, filled with the zero point.

    A `packed` layout holds matrices [K, N] in the order in which products read them: the strides are those from matrix to matrix,
    and 0 for K and N, whose order is the code generator's (`lpt.codegen.panels`).
    """

    strides: tuple[int, ...]
    offset: int
    size: int
    halo_lo: tuple[int, ...]
    halo_hi: tuple[int, ...]
    packed: bool = False

    @classmethod
    def row_major(cls, shape: Sequence[int]) -> Self:
        """Plain C order without halo."""
        strides = tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))
        zeros = (0,) * len(shape)
        return cls(strides, 0, max(math.prod(shape), 1), zeros, zeros)

    @classmethod
    def channel_last(
        cls, shape: Sequence[int], halo_lo: Sequence[int] | None = None, halo_hi: Sequence[int] | None = None, multiple: int = 1
    ) -> Self:
        """N, spatial…, C order of a tensor [N, C, spatial…]; C is stored rounded up to `multiple`."""
        rank = len(shape)
        lo, hi = tuple(halo_lo or (0,) * rank), tuple(halo_hi or (0,) * rank)
        strides = [0] * rank
        strides[1], step = 1, -(-shape[1] // multiple) * multiple
        for axis in (*range(rank - 1, 1, -1), 0):
            strides[axis] = step
            step *= shape[axis] + lo[axis] + hi[axis]
        offset = sum(low * stride for low, stride in zip(lo, strides, strict=True))
        return cls(tuple(strides), offset, step, lo, hi)

    @classmethod
    def packed_matrices(cls, shape: Sequence[int], matrix: int) -> Self:
        """Matrices [K, N] of a tensor […, K, N], each in `matrix` elements."""
        outer = cls.row_major(shape[:-2])
        strides = (*(stride * matrix for stride in outer.strides), 0, 0)
        zeros = (0,) * len(shape)
        return cls(strides, 0, outer.size * matrix, zeros, zeros, packed=True)

    @property
    def has_halo(self) -> bool:
        """Whether the buffer has room before or behind the data in any dimension."""
        return any(self.halo_lo) or any(self.halo_hi)


def halo_of_conv(conv: ConvOp) -> tuple[Shape, Shape]:
    """The halo that a convolution's taps reach, per logical dimension of its data: before 0, and behind the extent."""
    shape, taps, out = (tensor_shape(value) for value in (conv.x, conv.w, conv.result))
    strides, pads, dilations = ints(conv.strides), ints(conv.pads), ints(conv.dilations)
    lo, hi = [0] * len(shape), [0] * len(shape)
    for i, extent in enumerate(shape[2:]):
        last = (out[2 + i] - 1) * strides[i] + (taps[2 + i] - 1) * dilations[i] - pads[i]
        lo[2 + i], hi[2 + i] = pads[i], max(last - extent + 1, 0)
    return tuple(lo), tuple(hi)


@irdl_attr_definition
class LayoutAttr(Data[Layout]):
    """`#kernel.layout<[strides], offset, size, [halo_lo], [halo_hi]>`, with `, packed` behind where it is."""

    name = "kernel.layout"

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> Layout:
        def numbers() -> tuple[int, ...]:
            return tuple(parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_integer))

        with parser.in_angle_brackets():
            strides = numbers()
            parser.parse_punctuation(",")
            offset = parser.parse_integer()
            parser.parse_punctuation(",")
            size = parser.parse_integer()
            parser.parse_punctuation(",")
            lo = numbers()
            parser.parse_punctuation(",")
            hi = numbers()
            packed = parser.parse_optional_punctuation(",") is not None
            if packed:
                parser.parse_keyword("packed")
            return Layout(strides, offset, size, lo, hi, packed)

    def print_parameter(self, printer: Printer) -> None:
        d = self.data
        strides, lo, hi = (list(v) for v in (d.strides, d.halo_lo, d.halo_hi))
        with printer.in_angle_brackets():
            printer.print_string(f"{strides}, {d.offset}, {d.size}, {lo}, {hi}{', packed' if d.packed else ''}")


@irdl_op_definition
class YieldOp(IRDLOperation):
    """The value that a kernel's body computes."""

    name = "kernel.yield"
    value = operand_def()
    traits = traits_def(IsTerminator(), Pure())
    assembly_format: ClassVar[str] = "$value attr-dict `:` type($value)"

    def __init__(self, value: SSAValue):
        super().__init__(operands=[value])


class KernelOp(IRDLOperation, ABC):
    """Operands, one result, and a body isolated from above that computes it.

    `kernel_name` names the kernel in reports and taps; `layout` and `offset` (bytes into the arena, -1: the caller's buffer) are
    added by the lowering passes.
    """

    inputs = var_operand_def()
    kernel_name = prop_def(StringAttr)
    layout = opt_prop_def(LayoutAttr)
    offset = opt_prop_def(IntegerAttr)
    result = result_def(TensorType)
    body = region_def("single_block")
    traits = traits_def(Pure(), IsolatedFromAbove())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "`(` $inputs `)` attr-dict `:` functional-type($inputs, $result) $body"

    @classmethod
    def wrap(cls, kernel_name: str, inputs: Sequence[SSAValue], result_type: Attribute, block: Block) -> Self:
        """A kernel over a body whose block arguments stand for `inputs` and that ends in kernel.yield."""
        return cls.build(
            operands=[list(inputs)],
            properties={"kernel_name": StringAttr(kernel_name)},
            result_types=[result_type],
            regions=[Region(block)],
        )

    @property
    def block(self) -> Block:
        """The body's block: arguments that stand for `inputs`, operations, kernel.yield."""
        return self.body.block

    @property
    def yielded(self) -> SSAValue:
        """The body's value that becomes the result."""
        last = self.block.last_op
        assert isinstance(last, YieldOp)
        return last.value

    def operations(self) -> list[Operation]:
        """The body without constants and terminator, in order: root, then epilogue."""
        from lpt.dialects.lpt import ConstantOp

        return [op for op in self.block.ops if not isinstance(op, ConstantOp | YieldOp)]

    @property
    def root(self) -> Operation:
        """The first of `operations`, of which a kernel without any (a copy) has none."""
        return self.operations()[0]

    def argument_of(self, value: SSAValue) -> int | None:
        """The index of the operand that a body value is the argument of, if it is one."""
        return value.index if isinstance(value, BlockArgument) and value.block is self.block else None

    def with_layout(self, layout: Layout, offset: int | None = None) -> None:
        """Annotate the result's layout, and its arena offset in bytes."""
        self.properties["layout"] = LayoutAttr(layout)
        if offset is not None:
            self.properties["offset"] = IntegerAttr(offset, i64)

    def verify_(self) -> None:
        block = self.body.block
        if tuple(arg.type for arg in block.args) != tuple(value.type for value in self.inputs):
            raise VerifyException(f"{self.name}: body arguments and operands differ in type")
        if not isinstance(block.last_op, YieldOp) or block.last_op.value.type != self.result.type:
            raise VerifyException(f"{self.name}: the body must yield a value of the result's type")
        if self.layout is not None and len(self.layout.data.strides) != len(tensor_shape(self.result)):
            raise VerifyException(f"{self.name}: the layout has {len(self.layout.data.strides)} strides")
        self.verify_body()

    def verify_body(self) -> None:
        """Checks of a family on its body."""


class _RootedOp(KernelOp, ABC):
    """A kernel whose first body operation decides what it is."""

    ROOTS: ClassVar[tuple[str, ...]] = ()

    def verify_body(self) -> None:
        found = self.root.name if self.operations() else "nothing"
        if found not in self.ROOTS:
            raise VerifyException(f"{self.name}: the body starts with {found}, expected {' or '.join(self.ROOTS)}")


class ContractionOp(_RootedOp, ABC):
    """A kernel that is an implicit GEMM. `tile` (pixels, vectors of output channels) is the shape of its micro kernel, which
    the code generator's cost model chooses where it is left out."""

    tile = opt_prop_def(DenseArrayBase)

    @property
    def wanted(self) -> tuple[int, int] | None:
        """`tile` as pixels and vectors."""
        if self.tile is None:
            return None
        pixels, vectors = ints(self.tile)
        return pixels, vectors

    def with_tile(self, pixels: int, vectors: int) -> None:
        """Annotate the micro kernel's shape."""
        self.properties["tile"] = DenseArrayBase.from_list(i64, [pixels, vectors])

    def verify_body(self) -> None:
        super().verify_body()
        if self.tile is not None and (len(ints(self.tile)) != 2 or min(ints(self.tile)) < 1):
            raise VerifyException(f"{self.name}: a tile is a number of pixels and one of vectors, both from 1 on")


@irdl_op_definition
class KernelConvOp(ContractionOp):
    """Dense or grouped convolution as implicit GEMM."""

    name = "kernel.conv"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.conv",)

    @property
    def conv(self) -> ConvOp:
        """The root."""
        assert isinstance(self.root, ConvOp)
        return self.root


@irdl_op_definition
class KernelDepthwiseOp(_RootedOp):
    """Convolution with one input channel per group."""

    name = "kernel.depthwise"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.conv",)


@irdl_op_definition
class KernelGemmOp(ContractionOp):
    """Matrix product with constant weights, or with a second operand in a packed layout (`kernel.pack`)."""

    name = "kernel.gemm"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.matmul",)

    @property
    def root(self) -> Operation:
        """The product; that of packed weights comes behind their dcast (`lpt.dialects.weight_only`)."""
        first, *behind = self.operations()
        return behind[0] if behind and isinstance(first, DequantizeCastOp) else first

    @property
    def matmul(self) -> MatMulOp:
        """The root."""
        assert isinstance(self.root, MatMulOp)
        return self.root


@irdl_op_definition
class KernelPackOp(KernelOp):
    """A copy of matrices into a packed layout, for the products whose second operand they are."""

    name = "kernel.pack"

    def verify_body(self) -> None:
        if self.operations():
            raise VerifyException("kernel.pack: the body computes something, expected a copy")


@irdl_op_definition
class KernelPoolOp(_RootedOp):
    """Sliding-window or global pooling."""

    name = "kernel.pool"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.max_pool", "nn.average_pool", "nn.global_average_pool", "nn.global_max_pool")


@irdl_op_definition
class KernelReduceOp(_RootedOp):
    """Reduction over axes."""

    name = "kernel.reduce"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.reduce_max", "nn.reduce_mean", "nn.reduce_min", "nn.reduce_sum")


@irdl_op_definition
class KernelSoftmaxOp(KernelOp):
    """Softmax along an axis; the body may dequantize before it and quantize behind it."""

    name = "kernel.softmax"


@irdl_op_definition
class KernelNormalizeOp(KernelOp):
    """mvn or normalize_l2; the body may dequantize before it and quantize behind it."""

    name = "kernel.normalize"


@irdl_op_definition
class KernelDynamicParametersOp(_RootedOp):
    """Scale and zero point of a tensor's range, or the extrema of its parts."""

    name = "kernel.dynamic_parameters"
    ROOTS: ClassVar[tuple[str, ...]] = ("lpt.dynamic_parameters", "lpt.extrema")


@irdl_op_definition
class KernelElementwiseOp(KernelOp):
    """Elementwise operations over broadcast operands, any strides; also a plain copy into another layout."""

    name = "kernel.elementwise"


@irdl_op_definition
class KernelMoveOp(_RootedOp):
    """A copy that a layout could not avoid: transpose, reshape, slice, pad, resize, broadcast, gather; then an epilogue."""

    name = "kernel.move"
    ROOTS: ClassVar[tuple[str, ...]] = (
        "nn.broadcast",
        "nn.gather",
        "nn.pad",
        "nn.resample",
        "nn.reshape",
        "nn.resize",
        "nn.resize_linear",
        "nn.slice",
        "nn.transpose",
    )


@irdl_op_definition
class KernelScanOp(_RootedOp):
    """What walks an axis in order: the greatest elements, running sums, scattered updates, boxes that cover others."""

    name = "kernel.scan"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.cum_sum", "nn.non_max_suppression", "nn.scatter", "nn.top_k")


@irdl_op_definition
class KernelRecurrenceOp(_RootedOp):
    """One direction of a recurrent layer, through all steps."""

    name = "kernel.recurrence"
    ROOTS: ClassVar[tuple[str, ...]] = ("nn.gru", "nn.lstm", "nn.rnn")


@irdl_op_definition
class KernelLookupOp(_RootedOp):
    """A table of 256 entries applied to each byte."""

    name = "kernel.lookup"
    ROOTS: ClassVar[tuple[str, ...]] = ("lpt.lookup",)


@irdl_op_definition
class KernelConcatOp(KernelOp):
    """Operands, each through its own elementwise operations, one after the other along an axis."""

    name = "kernel.concat"


@irdl_op_definition
class ViewOp(KernelOp):
    """The operand's own buffer under another shape and layout: costs nothing. The body holds the moves it stands for."""

    name = "kernel.view"


Kernel = Dialect(
    "kernel",
    [
        KernelConcatOp,
        KernelConvOp,
        KernelDepthwiseOp,
        KernelDynamicParametersOp,
        KernelElementwiseOp,
        KernelGemmOp,
        KernelLookupOp,
        KernelMoveOp,
        KernelNormalizeOp,
        KernelPackOp,
        KernelPoolOp,
        KernelRecurrenceOp,
        KernelReduceOp,
        KernelScanOp,
        KernelSoftmaxOp,
        ViewOp,
        YieldOp,
    ],
    [LayoutAttr],
)
"""The dialect."""

__all__ = [
    "ContractionOp",
    "Kernel",
    "KernelConcatOp",
    "KernelConvOp",
    "KernelDepthwiseOp",
    "KernelDynamicParametersOp",
    "KernelElementwiseOp",
    "KernelGemmOp",
    "KernelLookupOp",
    "KernelMoveOp",
    "KernelNormalizeOp",
    "KernelOp",
    "KernelPackOp",
    "KernelPoolOp",
    "KernelRecurrenceOp",
    "KernelReduceOp",
    "KernelScanOp",
    "KernelSoftmaxOp",
    "Layout",
    "LayoutAttr",
    "ViewOp",
    "YieldOp",
    "halo_of_conv",
]
