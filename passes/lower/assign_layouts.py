"""Decide where each kernel's result lies: channel-last with a halo, in rows, inside a concatenation, or as a view of its operand.

Every kernel gets a `layout`. A move (reshape, transpose, slice) that is only another reading of its operand's buffer becomes
a `kernel.view`; so does a concatenation along channels whose operands can be computed in place. Where a consumer cannot read what
there is (a convolution needs channels last and its halo), a copying `kernel.elementwise` goes in between.
Exactness: exact, layouts are annotations. OpenVINO inserts Reorder nodes, ONNX Runtime NhwcTransformer's transposes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import (
    KernelConcatOp,
    KernelConvOp,
    KernelDepthwiseOp,
    KernelElementwiseOp,
    KernelGemmOp,
    KernelLookupOp,
    KernelMoveOp,
    KernelNormalizeOp,
    KernelOp,
    KernelPackOp,
    KernelPoolOp,
    KernelRecurrenceOp,
    KernelSoftmaxOp,
    Layout,
    ViewOp,
    YieldOp,
)
from lpt.dialects.nn import ConcatOp
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.passes.journal import replace
from lpt.passes.lower.layouts import (
    Need,
    channels_fit,
    columns_fit,
    element_bytes,
    halo_of,
    packed_layout,
    rows_fit,
    rows_layout,
    sub_layout,
    view_layout,
    widest_halo,
)
from lpt.passes.pipeline import Exactness, LptPass

LARGEST = 1 << 44
"""Elements of a tensor: offsets in bytes, with what layouts add, stay whole numbers of 64 bits."""

_CHANNEL_KERNELS = (KernelConvOp, KernelDepthwiseOp, KernelPoolOp)


def wants_channels(op: Operation, value: SSAValue) -> bool:
    """Whether a kernel reads this operand channel-last: the data operand of convolutions and pools."""
    return isinstance(op, _CHANNEL_KERNELS) and op.inputs[0] is value


def is_left(op: KernelGemmOp, value: SSAValue) -> bool:
    """Whether a product reads this operand of the kernel as its left factor."""
    index = op.argument_of(op.matmul.a)
    return index is not None and op.inputs[index] is value


def is_right(op: KernelGemmOp, value: SSAValue) -> bool:
    """Whether a product reads this operand of the kernel as its right factor."""
    index = op.argument_of(op.matmul.b)
    return index is not None and op.inputs[index] is value


def left_fits(op: KernelGemmOp, layout: Layout, value: SSAValue) -> bool:
    """Whether a product can read this layout as its left factor; beside a packed one no row needs to begin at a whole dword."""
    # A product of computed factors reads no padding: bytes may lie as floats may.
    size = element_bytes(value) if op.argument_of(op.matmul.b) is None else 4
    return rows_fit(layout, tensor_shape(value), size)


def part_factors(op: KernelGemmOp) -> None:
    """A right factor that the body also reads elsewhere becomes two operands, since it is packed."""
    matmul, block = op.matmul, op.block
    index = op.argument_of(matmul.b)
    if index is None or matmul.b.has_one_use():
        return
    matmul.operands[1] = block.insert_arg(matmul.b.type, len(block.args))
    op.operands = [*op.operands, op.inputs[index]]


@dataclass
class _Assignment:
    """Layouts of all values of one function."""

    block: Block
    layouts: dict[SSAValue, Layout] = field(default_factory=dict)
    planned: dict[SSAValue, Layout] = field(default_factory=dict)
    copies: dict[tuple[SSAValue, Layout], SSAValue] = field(default_factory=dict)

    # --- what a value should look like ---

    def need(self, value: SSAValue, depth: int = 8) -> Need | None:
        """What the consumers of a value read: the kind, and the halo over all of them. None if nothing minds."""
        needs = [need for use in value.uses if (need := self._need_of(use.operation, value, depth)) is not None]
        if not needs:
            return None
        kind = "channels" if any(n.kind == "channels" for n in needs) else "rows"
        return Need(kind, *widest_halo(needs, len(tensor_shape(value))))

    def _need_of(self, op: Operation, value: SSAValue, depth: int) -> Need | None:
        zeros = (0,) * len(tensor_shape(value))
        if wants_channels(op, value):
            assert isinstance(op, KernelOp)
            return Need("channels", *halo_of(op))
        if isinstance(op, KernelGemmOp):
            return Need("rows", zeros, zeros)
        if isinstance(op, KernelOp) and depth and tensor_shape(op.result) == tensor_shape(value):
            inner = self.need(op.result, depth - 1)
            return None if inner is None else Need(inner.kind, zeros, zeros)
        if isinstance(op, KernelConcatOp) and depth:
            return self.need(op.result, depth - 1)
        return None

    def wanted(self, op: KernelOp) -> Layout:
        """The layout in which a kernel should leave its result."""
        shape, value = tensor_shape(op.result), op.result
        need = self.need(value)
        multiple = 4 if element_bytes(value) == 1 else 1
        if isinstance(op, KernelGemmOp | KernelRecurrenceOp):
            return rows_layout(shape, multiple)
        if need is None:
            need = Need(self._default_kind(op), (0,) * len(shape), (0,) * len(shape))
        if need.kind == "channels" or isinstance(op, _CHANNEL_KERNELS):
            return Layout.channel_last(shape, need.lo, need.hi, multiple)
        return rows_layout(shape, multiple)

    def _default_kind(self, op: KernelOp) -> str:
        if isinstance(op, _CHANNEL_KERNELS):
            return "channels"
        for value in op.inputs:
            layout = self.layouts.get(value)
            if layout is not None and tensor_shape(value) == tensor_shape(op.result) and len(layout.strides) > 2:
                return "channels" if layout.strides[1] == 1 else "rows"
        return "channels" if len(tensor_shape(op.result)) in (4, 5) else "rows"

    # --- concatenations in place, from the last one up, so that nested ones nest ---

    def plan_concats(self) -> None:
        for op in reversed(list(self.block.ops)):
            if isinstance(op, KernelConcatOp) and self._can_join(op):
                self._join(op)

    def _can_join(self, op: KernelConcatOp) -> bool:
        root = op.root
        rank = len(tensor_shape(op.result))
        if not isinstance(root, ConcatOp) or root.dim != 1 or rank < 3 or self._returned(op.result):
            return False
        if len(op.inputs) != len(root.xs) or any(value in self.planned for value in op.inputs):  # an operand twice is one input
            return False
        return all(
            isinstance(value.owner, KernelOp)
            and not self._returned(value)
            and not self._may_be_view(value.owner)
            and tensor_shape(value)[1] * element_bytes(value) % 4 == 0
            for value in op.inputs
        )

    def _join(self, op: KernelConcatOp) -> None:
        whole = self.planned.get(op.result)
        if whole is None:
            needs = [need for value in (op.result, *op.inputs) if (need := self.need(value)) is not None]
            shape = tensor_shape(op.result)
            whole = Layout.channel_last(shape, *widest_halo(needs, len(shape)), 4 if element_bytes(op.result) == 1 else 1)
        self.planned[op.result] = whole
        start = 0
        for value in op.inputs:
            self.planned[value] = sub_layout(whole, start)
            start += tensor_shape(value)[1]

    def _may_be_view(self, op: KernelOp) -> bool:
        return isinstance(op, KernelMoveOp) and len(op.operations()) == 1

    def _returned(self, value: SSAValue) -> bool:
        return any(isinstance(use.operation, ReturnOp) for use in value.uses)

    # --- forward: layouts of results, copies where an operand cannot be read ---

    def run(self) -> None:
        for argument in self.block.args:
            self.layouts[argument] = Layout.row_major(tensor_shape(argument))
        self.plan_concats()
        for op in list(self.block.ops):
            if isinstance(op, KernelOp):
                self._visit(op)
        self._visit_returns()

    def _visit(self, op: KernelOp) -> None:
        joined = self.planned.get(op.result)
        if isinstance(op, KernelConcatOp) and joined is not None and all(v in self.planned for v in op.inputs):
            self._set(_as_view(op), joined)
            return
        if self._may_be_view(op) and op.result not in self.planned and (view := self._view(op)) is not None:
            self._set(_as_view(op), view)
            return
        if isinstance(op, KernelGemmOp):
            part_factors(op)
        for index, value in enumerate(op.inputs):
            op.operands[index] = self._readable(op, index, value)
        self._set(op, self.planned.get(op.result) or self.wanted(op))

    def _set(self, op: KernelOp, layout: Layout) -> None:
        op.with_layout(layout)
        self.layouts[op.result] = layout

    def _view(self, op: KernelOp) -> Layout | None:
        """The result as a reading of the operand's buffer, if there is one that all consumers can use."""
        if self._returned(op.result):
            return None
        layout = view_layout(op.root, self.layouts[op.inputs[0]])
        if layout is None:
            return None
        ok = all(self._accepts(use.operation, op.result, layout) for use in op.result.uses)
        return layout if ok else None

    def _accepts(self, op: Operation, value: SSAValue, layout: Layout) -> bool:
        if wants_channels(op, value):
            assert isinstance(op, KernelOp)
            lo, hi = halo_of(op)
            return channels_fit(layout, tensor_shape(value), lo, hi, element_bytes(value))
        if isinstance(op, KernelGemmOp):
            fits_left = not is_left(op, value) or left_fits(op, layout, value)
            return fits_left and (not is_right(op, value) or columns_fit(layout, tensor_shape(value)))
        if isinstance(op, KernelPackOp):
            return columns_fit(layout, tensor_shape(value))
        if isinstance(op, KernelSoftmaxOp | KernelNormalizeOp | KernelLookupOp):
            return 1 in layout.strides
        return True

    def _readable(self, op: KernelOp, index: int, value: SSAValue) -> SSAValue:
        """The operand, or a copy of it in a layout that the kernel can read."""
        layout = self.layouts[value]
        if isinstance(op, KernelGemmOp):
            return self._factor(op, index, value)
        if index == 0 and not self._accepts(op, value, layout):
            shape, multiple = tensor_shape(value), 4 if element_bytes(value) == 1 else 1
            lo, hi = halo_of(op) if wants_channels(op, value) else ((), ())
            return self._copied(op, value, Layout.channel_last(shape, lo, hi, multiple))
        return value

    def _factor(self, op: KernelGemmOp, index: int, value: SSAValue) -> SSAValue:
        """An operand of a product: the left one in rows, a computed right one packed."""
        layout, shape = self.layouts[value], tensor_shape(value)
        rows = rows_layout(shape, 4 if element_bytes(value) == 1 else 1)
        if op.argument_of(op.matmul.b) == index:
            source = value if columns_fit(layout, shape) else self._copied(op, value, rows)
            return self._copied(op, source, packed_layout(value))
        if op.argument_of(op.matmul.a) == index and not left_fits(op, layout, value):
            return self._copied(op, value, rows)
        return value

    def _copied(self, before: Operation, value: SSAValue, layout: Layout) -> SSAValue:
        known = self.copies.get((value, layout))
        if known is not None:
            return known
        owner = value.owner
        hint = owner.kernel_name.data if isinstance(owner, KernelOp) else "input"
        kind, op_class = ("pack", KernelPackOp) if layout.packed else ("copy", KernelElementwiseOp)
        copy = _copy_kernel(f"{hint}.{kind}{len(self.copies) or ''}", value, op_class)
        Rewriter.insert_op(copy, InsertPoint.before(before))
        self._set(copy, layout)
        self.copies[value, layout] = copy.result
        return copy.result

    # --- results of the function: plain row-major, each from a kernel of its own ---

    def _visit_returns(self) -> None:
        last = self.block.last_op
        assert isinstance(last, ReturnOp)
        seen: set[SSAValue] = set()
        for index, value in enumerate(last.operands):
            plain = Layout.row_major(tensor_shape(value))
            if value in seen or not self._can_write(value, plain):
                copy = _copy_kernel(f"output_{index}", value)
                Rewriter.insert_op(copy, InsertPoint.before(last))
                last.operands[index] = value = copy.result
            owner = value.owner
            assert isinstance(owner, KernelOp)
            self._set(owner, plain)
            seen.add(value)

    def _can_write(self, value: SSAValue, plain: Layout) -> bool:
        owner = value.owner
        if isinstance(value, BlockArgument) or not isinstance(owner, KernelOp) or isinstance(owner, ViewOp):
            return False
        if value in self.planned:
            return False
        others = [use.operation for use in value.uses if not isinstance(use.operation, ReturnOp)]
        if any(isinstance(user, ViewOp) or not self._accepts(user, value, plain) for user in others):
            return False
        if isinstance(owner, KernelGemmOp | KernelElementwiseOp | KernelMoveOp | KernelConcatOp | KernelRecurrenceOp):
            return True
        mine = self.layouts[value]
        shape = tensor_shape(value)
        same = all(a == b or e == 1 for a, b, e in zip(mine.strides, plain.strides, shape, strict=True))
        return same and mine.offset == 0


def _as_view(op: KernelOp) -> ViewOp:
    """The same body and operands as a kernel.view."""
    body = op.body
    block = body.block
    body.detach_block(block)
    view = ViewOp.wrap(op.kernel_name.data, list(op.inputs), op.result.type, block)
    Rewriter.insert_op(view, InsertPoint.before(op))
    replace(op.result, view.result, "kernel-to-view")
    Rewriter.erase_op(op)
    return view


def _copy_kernel(name: str, value: SSAValue, op_class: type[KernelOp] = KernelElementwiseOp) -> KernelOp:
    block = Block(arg_types=[value.type])
    block.add_op(YieldOp(block.args[0]))
    return op_class.wrap(name, [value], value.type, block)


def assign_layouts(block: Block) -> None:
    """Give every kernel of a function's block a layout; shapes are known.

    Raises CompileError for a storage or a size that has no kernels.
    """
    for op in block.ops:
        for value in (*op.operands, *op.results):
            params = params_of(value)
            if params is not None and params.storage.width not in (8, 16, 32):
                raise CompileError(f"storage {params.storage} has no kernels")
            if prod(tensor_shape(value)) > LARGEST:
                where = op.kernel_name.data if isinstance(op, KernelOp) else op.name
                what = f"a tensor of shape {tensor_shape(value)} fits no memory"
                raise CompileError(what, where=where, way_out="use smaller shapes")
    _Assignment(block).run()


@dataclass(frozen=True)
class AssignLayouts(LptPass):
    """Layouts, views and the copies between them."""

    name = "lpt-assign-layouts"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    requires: ClassVar[tuple[str, ...]] = ("only-kernels", "static-shapes")
    ensures: ClassVar[tuple[str, ...]] = ("layouts",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        assign_layouts(main_function(op).body.block)
