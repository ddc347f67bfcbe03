"""Wrap operations into kernels: a root and the elementwise operations that follow it become one `kernel` operation.

    %a = nn.conv %x, %w                      %c = kernel.conv(%x, %r) {kernel_name = "conv_1"} {
    %q = lpt.requantize %a, %b        →      ^bb0(%x1, %r1):
    %s = nn.add %q, %r                         %w1 = lpt.constant …
    %c = nn.relu %s                            %a = nn.conv %x1, %w1  …  kernel.yield %c1 }

Constants move into the bodies that use them. Exactness: exact, since a kernel means what its body means.
OpenVINO does this as oneDNN post-operations, of a fixed list; ONNX Runtime fuses no residual add.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp, ExtremaOp, SubtractZeroPointOp
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import (
    KernelConcatOp,
    KernelConvOp,
    KernelDepthwiseOp,
    KernelDynamicParametersOp,
    KernelElementwiseOp,
    KernelGemmOp,
    KernelLookupOp,
    KernelMoveOp,
    KernelNormalizeOp,
    KernelOp,
    KernelPoolOp,
    KernelRecurrenceOp,
    KernelReduceOp,
    KernelScanOp,
    KernelSoftmaxOp,
    YieldOp,
)
from lpt.dialects.lpt import ByteOp, ConstantOp, FakeQuantizeOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import (
    AveragePoolOp,
    BatchNormalizationOp,
    BinaryOp,
    CastOp,
    ConcatOp,
    ConvOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    MatMulOp,
    MaxPoolOp,
    MoveOp,
    NormalizeOp,
    PlainOp,
    RecurrentOp,
    ReducingOp,
    ResampleOp,
    ResizeLinearOp,
    SelectionOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    UnaryOp,
)
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, StorageCastOp, params_of, quantized_tensor
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.passes.journal import NODE, place_of, replace
from lpt.passes.lower.form_weight_only import root_of, split_weights, with_weights
from lpt.passes.lower.matrix_factors import matrix_factors
from lpt.passes.lower.push_shuffles import push_shuffles
from lpt.passes.pipeline import Exactness, LptPass

_ELEMENTWISE = (
    BatchNormalizationOp,
    BinaryOp,
    ByteOp,
    CastOp,
    DequantizeCastOp,
    DynamicQuantizeOp,
    FakeQuantizeOp,
    PlainOp,
    QuantizeCastOp,
    ReinterpretOp,
    RequantizeOp,
    StorageCastOp,
    SubtractZeroPointOp,
    UnaryOp,
)


_LONGEST = 64
"""Operations in one kernel: LLVM's time grows faster than a body, and code generation follows operands recursively."""


def is_elementwise(op: Operation) -> bool:
    """Whether each result element depends on one element of each operand, after broadcasting."""
    return isinstance(op, _ELEMENTWISE)


def kernel_class(op: Operation) -> type[KernelOp] | None:
    """The kernel that an operation is the root of, None for an elementwise one. Raises CompileError if there is none."""
    match op:
        case ConvOp():
            return KernelDepthwiseOp if _is_depthwise(op) else KernelConvOp
        case MatMulOp():
            return KernelGemmOp
        case MaxPoolOp() | AveragePoolOp() | GlobalAveragePoolOp() | GlobalMaxPoolOp():
            return KernelPoolOp
        case ReducingOp():
            return KernelReduceOp
        case SoftmaxOp():
            return KernelSoftmaxOp
        case NormalizeOp():
            return KernelNormalizeOp
        case DynamicParametersOp() | ExtremaOp():
            return KernelDynamicParametersOp
        case LookupOp():
            return KernelLookupOp
        case SelectionOp():
            return KernelScanOp
        case RecurrentOp():
            return KernelRecurrenceOp
        case ConcatOp():
            return KernelConcatOp
        case MoveOp() | ResampleOp() | ResizeLinearOp() if op.name in KernelMoveOp.ROOTS:
            return KernelMoveOp
        case _ if is_elementwise(op):
            return None
        case _:
            raise CompileError(
                f"{op.name} has no kernel",
                where=place_of(op) if NODE in op.attributes else None,
                way_out="run the lpt pipeline first, which rewrites it if it can",
            )


def _is_depthwise(op: ConvOp) -> bool:
    """The family of its own: two spatial dimensions, one output channel for each input channel."""
    weights = tensor_shape(op.w)
    return op.is_depthwise and len(weights) == 4 and op.group.value.data == weights[0]


@dataclass
class _Group:
    """A root and what is fused behind it, in order."""

    members: list[Operation]
    inputs: list[SSAValue] = field(default_factory=list)

    @property
    def result(self) -> SSAValue:
        return self.members[-1].results[0]


def _sole_user(value: SSAValue) -> Operation | None:
    users = {use.operation for use in value.uses}
    return users.pop() if len(users) == 1 else None


def _follow(root: Operation) -> _Group:
    """Absorb the chain of elementwise operations behind a root, as long as each value has one user."""
    group = _Group(with_weights(root))
    if isinstance(root, LookupOp | ConcatOp | SelectionOp | RecurrentOp):
        return group
    while len(group.members) < _LONGEST:
        value = group.result
        user = _sole_user(value)
        if user is None or not is_elementwise(user) or user.parent is not root.parent:
            return group
        if tensor_shape(user.results[0]) != tensor_shape(value):
            return group
        if not isinstance(user, BinaryOp | PlainOp) and user.operands[0] is not value:
            return group
        if not is_elementwise(root) and kind_changes(user):
            return group
        group.members.append(user)
    return group


def kind_changes(op: Operation) -> bool:
    """Whether the result is neither f32 nor quantized: the families with a micro kernel store nothing else."""
    result = op.results[0].type
    return params_of(result) is None and isinstance(result, TensorType) and not isinstance(result.element_type, Float32Type)


def _name(root: Operation, taken: set[str]) -> str:
    base = place_of(root) if NODE in root.attributes else root.name.partition(".")[2]
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}.{count}"
    taken.add(name)
    return name


def _build(group: _Group, op_class: type[KernelOp], name: str) -> KernelOp:
    """Move a group into a kernel's body, at the place of its last member."""
    inside = set(group.members)
    operands = [operand for op in group.members for operand in op.operands]
    constants = {v.owner for v in operands if isinstance(v.owner, ConstantOp)}
    inputs = list(dict.fromkeys(v for v in operands if v.owner not in inside and v.owner not in constants))
    block = Block(arg_types=[value.type for value in inputs])
    mapping: dict[SSAValue, SSAValue] = dict(zip(inputs, block.args, strict=True))
    for constant in sorted(constants, key=lambda c: operands.index(c.results[0])):
        assert isinstance(constant, ConstantOp)
        copy = constant.clone()
        block.add_op(copy)
        mapping[constant.result] = copy.result
    result = group.result
    kernel = op_class.wrap(name, inputs, result.type, block)
    Rewriter.insert_op(kernel, InsertPoint.after(group.members[-1]))
    replace(result, kernel.result, "form-kernel")
    outside = group.members[0].parent
    assert outside is not None
    for op in group.members:
        outside.detach_op(op)
        for index, operand in enumerate(op.operands):
            op.operands[index] = mapping.get(operand, operand)
        block.add_op(op)
    block.add_op(YieldOp(result))
    for constant in constants:
        if not any(r.uses.get_length() for r in constant.results):
            Rewriter.erase_op(constant)
    return kernel


def _split_to_slices(block: Block) -> None:
    """A split with several results is several slices: each kernel has one result."""
    for op in [op for op in block.ops if isinstance(op, SplitOp)]:
        start = 0
        for result in op.results:
            size = tensor_shape(result)[op.dim]
            cut = SliceOp.make([op.x], starts=[start], ends=[start + size], axes=[op.dim], steps=[1], params=params_of(result))
            cut.attributes.update(op.attributes)
            Rewriter.insert_op(cut, InsertPoint.before(op))
            replace(result, cut.result, "split-to-slices")
            start += size
        Rewriter.erase_op(op)


def _requantize_before_concat(block: Block) -> None:
    """requantize(concat(a, b)) → concat(requantize(a), requantize(b)): the parts then requantize where they are computed."""
    for op in [op for op in block.ops if isinstance(op, RequantizeOp) and op.bias is None]:
        concat = op.input.owner
        target = params_of(op.result)
        if not isinstance(concat, ConcatOp) or not op.input.has_one_use() or target is None or not target.is_per_tensor:
            continue
        parts: list[SSAValue] = []
        for operand in concat.xs:
            if params_of(operand) == target:
                parts.append(operand)
                continue
            part = RequantizeOp(operand, None, quantized_tensor(target, tensor_shape(operand)))
            part.attributes.update(op.attributes)
            Rewriter.insert_op(part, InsertPoint.before(concat))
            parts.append(part.result)
        joined = ConcatOp.make([parts], axis=concat.dim)
        joined.attributes.update(concat.attributes)
        Rewriter.insert_op(joined, InsertPoint.before(op))
        replace(op.result, joined.result, "requantize-before-concat")
        Rewriter.erase_op(op)
        Rewriter.erase_op(concat)


def _roots(block: Block) -> Iterator[tuple[Operation, type[KernelOp] | None]]:
    for op in block.ops:
        if not isinstance(op, ConstantOp | ReturnOp | KernelOp):
            yield op, kernel_class(op)


def _returned_constants(block: Block) -> None:
    """A constant that the function returns is copied out by a kernel."""
    last = block.last_op
    assert isinstance(last, ReturnOp)
    for index, value in enumerate(last.operands):
        if isinstance(value.owner, ConstantOp):
            body = Block()
            copy = value.owner.clone()
            body.add_ops([copy, YieldOp(copy.result)])
            kernel = KernelElementwiseOp.wrap(f"constant_{index}", [], value.type, body)
            Rewriter.insert_op(kernel, InsertPoint.before(last))
            last.operands[index] = kernel.result


def form_kernels(block: Block) -> None:
    """Wrap every operation of a function's block."""
    push_shuffles(block)
    split_weights(block)
    matrix_factors(block)
    _split_to_slices(block)
    _requantize_before_concat(block)
    groups: list[tuple[_Group, type[KernelOp]]] = []
    taken: set[Operation] = set()
    rooted = [(op, cls) for op, cls in _roots(block) if cls is not None]
    for root, op_class in reversed(rooted):
        group = _cut(_follow(root), taken)
        taken.update(group.members)
        groups.append((group, op_class))
    for op, _ in list(_roots(block)):
        if op not in taken:
            group = _cut(_follow(op), taken)
            taken.update(group.members)
            groups.append((group, KernelElementwiseOp))
    names: set[str] = set()
    position = {op: index for index, op in enumerate(block.ops)}
    for group, op_class in sorted(groups, key=lambda pair: position[pair[0].members[0]]):
        _build(group, op_class, _name(root_of(group.members), names))
    _returned_constants(block)


def _cut(group: _Group, taken: set[Operation]) -> _Group:
    """A group up to the first member that another one has."""
    for index, op in enumerate(group.members):
        if op in taken:
            return _Group(group.members[:index])
    return group


@dataclass(frozen=True)
class FormKernels(LptPass):
    """Roots and their epilogues become kernels."""

    name = "lpt-form-kernels"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    ensures: ClassVar[tuple[str, ...]] = ("only-kernels",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        form_kernels(main_function(op).body.block)
