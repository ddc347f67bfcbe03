"""Lanes: the LLVM provider of the float sequences against numpy's, and what a body folds while it is planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32, f64, i32
from xdsl.ir import Attribute, Block, SSAValue
from xdsl.utils.test_value import create_ssa_value

from lpt.codegen.build import build_kernel
from lpt.codegen.emit import Emitter
from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import finish
from lpt.codegen.lane_values import is_uniform, kind_of
from lpt.codegen.lanes import Body
from lpt.codegen.math import LaneOperations
from lpt.dialects import algebra, nn
from lpt.dialects.kernel import KernelElementwiseOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.dialects.semantics import math
from lpt.errors import CompileError
from lpt.target import TARGETS, get_target, runs_here

FUNCTIONS = ["exp", "tanh", "sigmoid", "erf", "relu", "hard_swish", "absolute", "negate"]


@pytest.mark.parametrize("target", [t for t in TARGETS.values() if runs_here(t)], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_sequences_give_numpys_bits(name: str, target: Any) -> None:
    function: Callable[..., Any] = getattr(math, name)
    n = 24
    e = Emitter(target, operands=1)
    with e.loop(e.begin, e.end) as unit:
        offset = e.mul(unit.index, 4 * n)
        e.store(e.at(e.result, offset), function(LaneOperations(e, n), e.load(e.at(e.operand(0), offset), "f32", n)))
    patterns = np.arange(-(2**31), 2**31, 65521 * 3, dtype=np.int64).astype(np.int32).view(np.float32)
    x = np.resize(np.concatenate([patterns, np.linspace(-110, 110, 4001, dtype=np.float32)]), n * 1000)
    out = np.empty_like(x)
    LoadedKernel(finish(e, units=1000), target)([x], out)
    expected = math.apply(function, x)
    finite = ~np.isnan(expected)
    assert (np.isnan(out) == ~finite).all()
    assert (out[finite].view(np.int32) == expected[finite].view(np.int32)).all()


def kernel(types: list[Attribute], body: Callable[..., SSAValue]) -> KernelElementwiseOp:
    block = Block(arg_types=types)
    value = body(*block.args)
    pending = [value]
    operations = []
    while pending:
        owner = pending.pop().owner
        if not isinstance(owner, Block):
            operations.append(owner)
            pending.extend(owner.operands)
    for op in reversed(operations):
        block.add_op(op)
    block.add_op(YieldOp(value))
    return KernelElementwiseOp.wrap("test", [create_ssa_value(t) for t in types], value.type, block)


def test_a_relu_behind_a_requantize_costs_nothing() -> None:
    acc, q = algebra.accumulator(0.01), QuantParams(U8, 0.3)
    x, y = quantized_tensor(acc, (64,)), quantized_tensor(q, (64,))

    def build(with_relu: bool) -> str:
        def body(v: SSAValue) -> SSAValue:
            r = RequantizeOp(v, None, y).result
            return nn.ReluOp.make([r]).result if with_relu else r

        return build_kernel(kernel([x], body), [Layout.row_major((64,))], get_target("native")).llvm_ir

    assert build(True) == build(False)


def test_channels_last_collapse_unless_a_constant_varies_along_channels() -> None:
    shape = (1, 8, 5, 6)
    layout = Layout.channel_last(shape)

    def extents(constant: np.ndarray) -> tuple[int, ...]:
        op = kernel([TensorType(f32, shape)], lambda x: nn.MulOp.make([x, ConstantOp(constant).result]).results[0])
        op.with_layout(layout)
        return Body(op, [layout]).space.extents

    assert extents(np.ones((1,), np.float32)) == (240,)
    assert extents(np.ones((1, 8, 1, 1), np.float32)) == (240,)
    assert extents(np.arange(8, dtype=np.float32).reshape(1, 8, 1, 1)) == (30, 8)


def test_uniform_compares_bits() -> None:
    assert is_uniform(np.array([np.nan, np.nan], np.float32))
    assert not is_uniform(np.array([0.0, -0.0], np.float32))


def test_types_without_kernels_are_refused() -> None:
    assert kind_of(TensorType(i32, (1,))) == "i32"
    with pytest.raises(CompileError, match="f64"):
        kind_of(TensorType(f64, (1,)))


def test_a_move_that_is_no_root_is_refused() -> None:
    def body(x: SSAValue) -> SSAValue:
        return nn.PadOp.make([x], pads=(1, 1), mode="edge").result

    op = kernel([TensorType(f32, (5,))], body)
    with pytest.raises(CompileError, match=r"root of kernel\.move"):
        Body(op, [Layout.row_major((5,))])
