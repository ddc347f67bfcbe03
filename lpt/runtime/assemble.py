"""From a module of kernels to a `Program`: code and constants for each kernel, and where its operands lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import BlockArgument, SSAValue

from lpt.codegen.build import build_kernel
from lpt.codegen.kernel_code import KernelCode
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp, Layout, ViewOp
from lpt.dialects.nn import ConvOp, MatMulOp, RecurrentOp
from lpt.dialects.quant import params_of, short_name, storage_dtype
from lpt.dialects.shapes import tensor_shape
from lpt.dialects.weight_only import packed_weights
from lpt.errors import CompileError
from lpt.interpreting import input_names, output_names, row_counts
from lpt.runtime.halo import halo_spans
from lpt.runtime.objects import build_objects
from lpt.runtime.program import Buffer, ConstantPool, Copy, Port, Program, Span, Step, View
from lpt.target import Target

Progress = Callable[[int, int], None]

Build = Callable[[KernelOp, Sequence[Layout], Target], KernelCode]
"""What `build_kernel` does."""


def ports_of(names: Sequence[str], values: Sequence[SSAValue]) -> tuple[Port, ...]:
    """Inputs or outputs by name, type and shape."""
    return tuple(Port(n, storage_dtype(v).name, tensor_shape(v)) for n, v in zip(names, values, strict=True))


def output_ports(function: FuncOp) -> tuple[Port, ...]:
    """The outputs of a function, with what says how many of their rows are real."""
    last = function.body.block.last_op
    assert isinstance(last, ReturnOp)
    rows = row_counts(function)
    ports = ports_of(output_names(function, len(last.operands)), last.operands)
    return tuple(replace(port, rows=rows[port.name][0], axis=rows[port.name][1]) if port.name in rows else port for port in ports)


@dataclass
class _Places:
    """Where each value of the function lies."""

    function: FuncOp
    outputs: Mapping[SSAValue, int]
    layouts: dict[SSAValue, Layout] = field(default_factory=dict)
    buffers: dict[SSAValue, Buffer] = field(default_factory=dict)

    def define(self, op: KernelOp) -> None:
        if op.layout is None or op.offset is None:
            raise CompileError("a kernel has no place yet", where=op.kernel_name.data, way_out="run the pipeline lower first")
        offset = op.offset.value.data
        self.layouts[op.result] = op.layout.data
        if offset >= 0:
            self.buffers[op.result] = Buffer("arena", offset)
        elif op.result in self.outputs:
            self.buffers[op.result] = Buffer("output", self.outputs[op.result])
        else:
            self.buffers[op.result] = self.buffers[op.inputs[0]]

    def define_argument(self, value: BlockArgument) -> None:
        self.layouts[value] = Layout.row_major(tensor_shape(value))
        self.buffers[value] = Buffer("input", value.index)


def precision_of(op: KernelOp) -> str:
    """The storage types a kernel computes in: `u8s8` for a product, `weight-only u4` for packed weights, `u8` or `f32` else."""
    root = op.root if op.operations() else None
    if root is not None and (packed := packed_weights(root)) is not None:
        return f"weight-only {packed.type_name}"
    if isinstance(root, ConvOp | MatMulOp):
        return "".join(short_name(value) for value in root.operands[:2]) if root.is_quantized else "f32"
    if isinstance(root, RecurrentOp) and params_of(root.r) is not None:
        codes = short_name(root.r)
        return f"u8{codes}" if root.is_dynamic else f"weight-only {codes}"
    value = op.inputs[0] if op.inputs else op.result
    return short_name(value)


def operation_of(op: KernelOp) -> str:
    """The root operation's name without its dialect, or `copy`."""
    return op.root.name.partition(".")[2] if op.operations() else "copy"


_LARGEST_PADDED = 1 << 31
"""Elements of a padded tensor with its padding."""

_MOST_ROWS = 1 << 21
"""Rows of a padded tensor: the padding beside each is filled on its own."""


def _halo(value: SSAValue, layout: Layout) -> tuple[Span, ...]:
    if not layout.has_halo:
        return ()
    params = params_of(value)
    fill = 0
    if params is not None:
        if (params.zero_points != params.zero_points.flat[0]).any():
            raise CompileError("a padded tensor has several zero points", way_out="quantize it per tensor")
        fill = int(params.zero_points.flat[0])
    dtype = storage_dtype(value).name
    shape = tensor_shape(value)
    if layout.size > _LARGEST_PADDED or prod((shape[0], *shape[2:-1])) > _MOST_ROWS:
        raise CompileError(f"a padded tensor of shape {shape} is too large", way_out="use smaller shapes")
    return halo_spans(
        dtype, shape, layout.strides, layout.offset, layout.size, layout.halo_lo, layout.halo_hi, fill, gap=shape[1] % 4 and 3
    )


def assemble(module: ModuleOp, target: Target, *, progress: Progress | None = None, build: Build = build_kernel) -> Program:
    """Generate and compile every kernel. `progress(done, total)` counts distinct kernels. Raises CompileError."""
    program, sources = generate(module, target, build)
    return replace(program, objects=build_objects(sources, target, progress))


def generate(module: ModuleOp, target: Target, build: Build = build_kernel) -> tuple[Program, dict[str, str]]:
    """The program of a module of kernels without its objects, and each kernel's LLVM IR by symbol. Raises CompileError."""
    function = main_function(module)
    block = function.body.block
    last = block.last_op
    assert isinstance(last, ReturnOp)
    places = _Places(function, {value: i for i, value in enumerate(last.operands)})
    for argument in block.args:
        places.define_argument(argument)
    pool, sources, steps = ConstantPool(), dict[str, str](), list[Step]()
    for op in block.ops:
        if not isinstance(op, KernelOp):
            continue
        if 0 in tensor_shape(op.result):
            raise CompileError(
                "the result has no elements", where=op.kernel_name.data, way_out="give every input dimension an extent from 1 on"
            )
        places.define(op)
        if not isinstance(op, ViewOp):
            code = build(op, [places.layouts[value] for value in op.inputs], target)
            sources.setdefault(code.name, code.llvm_ir)
            steps.append(_step(op, code, places, pool))
    copies = [
        Copy(i, places.buffers[value]) for i, value in enumerate(last.operands) if places.buffers[value] != Buffer("output", i)
    ]
    program = Program(
        target=target.name,
        inputs=ports_of(input_names(function), block.args),
        outputs=output_ports(function),
        steps=tuple(steps),
        objects={},
        constants=pool.block(),
        arena_size=_integer(module, "lpt.arena"),
        arena_bound=_integer(module, "lpt.arena_bound"),
        copies=tuple(copies),
    )
    return program, sources


def in_groups(program: Program, groups: int) -> Program:
    """The program that does so many times as much, the same steps once per group."""
    if groups == 1:
        return program
    inputs, outputs = (
        tuple(replace(port, shape=(groups * port.shape[0], *port.shape[1:])) for port in ports)
        for ports in (program.inputs, program.outputs)
    )
    return replace(program, inputs=inputs, outputs=outputs, groups=groups)


def _integer(module: ModuleOp, name: str) -> int:
    value = module.attributes.get(name)
    return value.value.data if isinstance(value, IntegerAttr) else 0


def _view(op: KernelOp, layout: Layout) -> View:
    """How a step's result is read; a packed one as its buffer lies."""
    shape, strides = ((layout.size,), (1,)) if layout.packed else (tensor_shape(op.result), layout.strides)
    return View(storage_dtype(op.result).name, shape, strides, layout.offset)


def _step(op: KernelOp, code: KernelCode, places: _Places, pool: ConstantPool) -> Step:
    result = places.buffers[op.result]
    layout = places.layouts[op.result]
    constants = [pool.add(array) for array in code.constants]
    return Step(
        name=op.kernel_name.data,
        operation=operation_of(op),
        precision=precision_of(op),
        instructions=code.instructions,
        macs=code.macs,
        bytes=code.bytes,
        symbol=code.name,
        units=code.units,
        arguments=(*(places.buffers[value] for value in op.inputs), result, *constants),
        result=result,
        view=_view(op, layout),
        halo=_halo(op.result, layout),
        widened=code.widened,
    )
