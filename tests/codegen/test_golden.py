"""The inner loops of each kernel family, as machine code, on each target: a spill or a lost fusion shows as a diff.

`pytest tests/codegen/test_golden.py --update-golden` writes the files anew. A file holds, for one family and target, the innermost
loops (straight runs that jump back to their own label) that work on vectors, and how often the kernel touches vectors on its stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import ArrayAttr, Float32Type, ModuleOp, StringAttr, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue

from lpt.codegen.build import build_kernel
from lpt.codegen.kernel_code import assembly
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp, Layout, ViewOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import AddOp, ConvOp, MatMulOp, MaxPoolOp, SigmoidOp, SoftmaxOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.pipeline import Pipeline
from lpt.target import TARGETS, get_target

FOLDER = Path(__file__).parent / "golden"
ACTIVATION = QuantParams(U8, 0.03, 7)


class Network:
    """Builds @main on an f32 input, quantized first."""

    def __init__(self, *shape: int):
        self.block = Block(arg_types=[TensorType(Float32Type(), shape)])
        self.rng = np.random.default_rng(0)
        self.x = self.add(QuantizeCastOp(self.block.args[0], quantized_tensor(ACTIVATION, shape)))

    def add(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def weights(self, *shape: int, axis: int = 0) -> SSAValue:
        codes = self.rng.integers(-127, 128, shape).astype(np.int8)
        return self.add(ConstantOp.quantized(codes, QuantParams(I8, self.rng.uniform(0.001, 0.01, shape[axis]), axis=axis)))

    def requantize(self, value: SSAValue) -> SSAValue:
        return self.add(RequantizeOp(value, None, quantized_tensor(ACTIVATION, tensor_shape(value))))

    def conv(self, x: SSAValue, w: SSAValue, *, pad: int = 0, group: int = 1) -> SSAValue:
        op = ConvOp.make([x, w, []], strides=[1, 1], pads=[pad] * 4, dilations=[1, 1], group=group)
        return self.requantize(self.add(op))

    def lowered(self, result: SSAValue) -> ModuleOp:
        self.block.add_op(ReturnOp(result))
        function = FuncOp("main", ([self.block.args[0].type], [result.type]), Region(self.block))
        function.attributes["lpt.inputs"] = ArrayAttr([StringAttr("x")])
        function.attributes["lpt.outputs"] = ArrayAttr([StringAttr("y")])
        module = ModuleOp([function])
        Pipeline.parse("lower").run(module)
        return module


def conv_3x3() -> tuple[Network, SSAValue]:
    n = Network(1, 64, 14, 14)
    return n, n.conv(n.x, n.weights(64, 64, 3, 3), pad=1)


def conv_1x1_residual() -> tuple[Network, SSAValue]:
    n = Network(1, 64, 14, 14)
    return n, n.add(AddOp.make([n.conv(n.x, n.weights(64, 64, 1, 1)), n.x], params=QuantParams(U8, 0.05, 3)))


def depthwise_3x3() -> tuple[Network, SSAValue]:
    n = Network(1, 64, 14, 14)
    return n, n.conv(n.x, n.weights(64, 1, 3, 3), pad=1, group=64)


def gemm() -> tuple[Network, SSAValue]:
    n = Network(1, 256)
    return n, n.requantize(n.add(MatMulOp.make([n.x, n.weights(256, 128, axis=1)])))


def max_pool() -> tuple[Network, SSAValue]:
    n = Network(1, 64, 14, 14)
    return n, n.add(MaxPoolOp.make([n.x], kernel_shape=[3, 3], strides=[2, 2], pads=[0] * 4, dilations=[1, 1]))


def lookup() -> tuple[Network, SSAValue]:
    n = Network(1, 64, 14, 14)
    return n, n.add(SigmoidOp.make([n.x], params=QuantParams(U8, 1 / 256)))


def softmax() -> tuple[Network, SSAValue]:
    n = Network(1, 1000)
    return n, n.add(DequantizeCastOp(n.add(SoftmaxOp.make([n.x], axis=1, params=QuantParams(U8, 1 / 256)))))


FAMILIES: dict[str, tuple[str, Callable[[], tuple[Network, SSAValue]]]] = {
    "conv_3x3": ("kernel.conv", conv_3x3),
    "conv_1x1_residual": ("kernel.conv", conv_1x1_residual),
    "depthwise_3x3": ("kernel.depthwise", depthwise_3x3),
    "gemm": ("kernel.gemm", gemm),
    "max_pool": ("kernel.pool", max_pool),
    "lookup": ("kernel.lookup", lookup),
    "quantize": ("kernel.elementwise", conv_3x3),
    "softmax": ("kernel.softmax", softmax),
}


def machine_code(family: str, target: str) -> str:
    """The assembly of the family's kernel in its network."""
    name, build = FAMILIES[family]
    network, result = build()
    block = main_function(network.lowered(result)).body.block
    layouts: dict[SSAValue, Layout] = {arg: Layout.row_major(tensor_shape(arg)) for arg in block.args}
    for op in block.ops:
        if isinstance(op, KernelOp):
            assert op.layout is not None
            layouts[op.result] = op.layout.data
            if op.name == name and not isinstance(op, ViewOp):
                code = build_kernel(op, [layouts[v] for v in op.inputs], get_target(target))
                return assembly(code.llvm_ir, get_target(target))
    raise AssertionError(f"{family} has no {name}")


_LABEL = re.compile(r"^(\.L\w+):")
_JUMP = re.compile(r"^\tj\w+\t(\.L\w+)")
_STACK = re.compile(r"\(%r[sb]p\).*%[xyz]mm|%[xyz]mm\d+, -?\d*\(%r[sb]p\)")


def inner_loops(text: str) -> Iterator[list[str]]:
    """Runs of instructions from a label to a jump back to it, with no other jump in between, that work on vectors."""
    label, body = "", list[str]()
    for line in text.splitlines():
        if found := _LABEL.match(line):
            label, body = found[1], []
        elif line.startswith("\t") and not line.startswith("\t."):
            body.append(line)
            if jump := _JUMP.match(line):
                if jump[1] == label and any("mm" in instruction for instruction in body):
                    yield body
                label, body = "", []


def summary(text: str) -> str:
    """What a golden file holds."""
    spills = sum(bool(_STACK.search(line)) for line in text.splitlines())
    loops = [[re.sub(r"\.LCPI\w+", "CONST", re.sub(r"\.LBB\w+", "LOOP", line)) for line in loop] for loop in inner_loops(text)]
    parts = [f"# vectors on the stack: {spills}", *("\n".join(["loop:", *loop]) for loop in loops)]
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_inner_loops(family: str, target: str, request: pytest.FixtureRequest) -> None:
    got = summary(machine_code(family, target))
    path = FOLDER / f"{family}-{target.removeprefix('x86-64-')}.s"
    if request.config.getoption("--update-golden"):
        path.write_text(got)
    assert path.is_file(), "run pytest with --update-golden"
    assert got == path.read_text(), "the machine code has changed: look at the diff, then run pytest with --update-golden"


@pytest.mark.parametrize("family", ["conv_3x3", "conv_1x1_residual", "gemm"])
def test_dot_products_do_not_spill(family: str) -> None:
    loops = list(inner_loops(machine_code(family, "x86-64-avx512vnni")))
    dots = [loop for loop in loops if any("vpdpbusd" in line for line in loop)]
    assert dots
    assert not [line for loop in dots for line in loop if _STACK.search(line)]
