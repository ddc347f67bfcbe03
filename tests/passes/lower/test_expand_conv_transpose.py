"""Transposed convolutions as convolutions of all phases: the same codes, one convolution with its epilogue, and compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue

import lpt
from lpt.dialects import nn
from lpt.dialects.kernel import KernelConvOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.model import Model
from lpt.passes.lower.expand_conv_transpose import ExpandConvTransposes
from lpt.passes.pipeline import Pipeline
from lpt.target import TARGETS, runs_here
from lpt.testing import results, run

X, Y = QuantParams(U8, 0.03, 117), QuantParams(U8, 0.05, 101)
FORMS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "twice": ((2, 8, 5, 7), (8, 6, 4, 4), {"strides": [2, 2], "pads": [1] * 4}),
    "output padding": ((1, 8, 5, 7), (8, 6, 3, 3), {"strides": [2, 2], "pads": [1] * 4, "output_padding": [1, 1]}),
    "groups": ((2, 8, 5, 7), (8, 3, 4, 4), {"strides": [2, 2], "pads": [1] * 4, "group": 2}),
    "depthwise": ((1, 8, 5, 7), (8, 1, 4, 4), {"strides": [2, 2], "pads": [1] * 4, "group": 8}),
    "stride 1": ((1, 8, 5, 7), (8, 6, 3, 3), {"pads": [1] * 4}),
    "gaps": ((1, 8, 3, 4), (8, 4, 1, 2), {"strides": [3, 3]}),
    "dilation": ((1, 8, 5, 7), (8, 6, 3, 2), {"strides": [3, 1], "dilations": [2, 1], "pads": [0, 1, 2, 0]}),
    "cropped": ((1, 8, 9, 9), (8, 4, 5, 5), {"strides": [2, 2], "pads": [4, 7, 4, 0]}),
    "1d": ((2, 8, 9), (8, 5, 4), {"strides": [2], "pads": [1, 1]}),
    "3d": ((1, 4, 2, 3, 3), (4, 4, 2, 2, 2), {"strides": [2, 2, 1]}),
}


def build(name: str, *, floats: bool = False) -> ModuleOp:
    """qcast, conv_transpose with asymmetric weights and scales per channel, requantize with bias, relu, dcast; or all in floats."""
    shape, weights, form = FORMS[name]
    rank, rng = len(shape) - 2, np.random.default_rng(1)
    properties = {
        "strides": [1] * rank, "pads": [0] * 2 * rank, "output_padding": [0] * rank, "dilations": [1] * rank, "group": 1, **form,
    }  # fmt: skip
    block = Block(arg_types=[TensorType(Float32Type(), shape)])

    def add(op: Any) -> SSAValue:
        block.add_op(op)
        value: SSAValue = op.results[0]
        return value

    codes = rng.integers(-127, 128, weights).astype(np.int8)
    of = QuantParams(I8, rng.uniform(0.002, 0.01, weights[1]), rng.integers(-5, 5, weights[1]), axis=1)
    x: SSAValue = block.args[0]
    w = add(ConstantOp(codes.astype(np.float32)) if floats else ConstantOp.quantized(codes, of))
    if not floats:
        x = add(QuantizeCastOp(x, quantized_tensor(X, shape)))
    y = add(nn.ConvTransposeOp.make([x, w, []], **properties))
    bias = add(ConstantOp(rng.normal(size=(1, tensor_shape(y)[1], *(1,) * rank)).astype(np.float32)))
    y = add(nn.AddOp.make([y, bias]) if floats else RequantizeOp(y, bias, quantized_tensor(Y, tensor_shape(y))))
    y = add(nn.ReluOp.make([y]))
    y = y if floats else add(DequantizeCastOp(y))
    add_return = ReturnOp(y)
    block.add_op(add_return)
    module = ModuleOp([FuncOp("main", ([block.args[0].type], [y.type]), Region(block))])
    module.verify()
    return module


def inputs(name: str) -> np.ndarray:
    return (np.random.default_rng(2).normal(size=FORMS[name][0]) * 2).astype(np.float32)


@pytest.mark.parametrize("name", FORMS)
def test_the_same_codes(name: str) -> None:
    module, x = build(name), inputs(name)
    (before,) = results(module, [x])
    run(ExpandConvTransposes(), module)
    module.verify()
    assert not any(isinstance(op, nn.ConvTransposeOp) for op in module.walk())
    np.testing.assert_array_equal(results(module, [x])[0], before)


@pytest.mark.parametrize("name", ["twice", "groups"])
def test_floats(name: str) -> None:
    module, x = build(name, floats=True), inputs(name)
    (before,) = results(module, [x])
    run(ExpandConvTransposes(), module)
    np.testing.assert_allclose(results(module, [x])[0], before, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", FORMS)
def test_compiled_on_every_target(name: str) -> None:
    x, module = inputs(name), build(name)
    (expected,) = results(module, [x])
    model = Model(module)
    feed = {next(iter(model.inputs)): x}
    for target in TARGETS.values():
        if runs_here(target):
            (got,) = lpt.compile(model, target=target.name).run(feed).values()
            np.testing.assert_array_equal(got, expected, err_msg=target.name)


def test_the_epilogue_is_the_convolutions() -> None:
    module = build("twice")
    Pipeline.parse("lower").run(module)
    (conv,) = (op for op in module.walk() if isinstance(op, KernelConvOp))
    assert {"nn.conv", "lpt.requantize", "nn.relu"} <= {op.name for op in conv.operations()}
    assert tensor_shape(conv.conv.w)[0] == 4 * 6


def test_an_accumulator_with_two_readers_is_rearranged_itself() -> None:
    """Its scales per channel do not survive the rearrangement: the codes move under one scale, and get theirs back."""
    module, x = build("twice"), inputs("twice")
    requantize = next(op for op in module.walk() if isinstance(op, RequantizeOp))
    other = DequantizeCastOp(requantize.input)
    block = requantize.parent
    assert block is not None
    block.insert_op_before(other, requantize)
    last = block.last_op
    assert isinstance(last, ReturnOp)
    function = module.body.block.first_op
    assert isinstance(function, FuncOp)
    last.operands = [*last.operands, other.result]
    function.update_function_type()  # type: ignore[no-untyped-call]
    before = results(module, [x])
    run(ExpandConvTransposes(), module)
    module.verify()
    for old, new in zip(before, results(module, [x]), strict=True):
        np.testing.assert_array_equal(old, new)


def test_computed_weights_are_an_error() -> None:
    block = Block(arg_types=[TensorType(Float32Type(), [1, 2, 3]), TensorType(Float32Type(), [2, 1, 2])])
    op = nn.ConvTransposeOp.make(
        [*block.args, []], strides=[2], pads=[0, 0], output_padding=[0], dilations=[1], group=1
    )  # fmt: skip
    block.add_ops([op, ReturnOp(op.result)])
    module = ModuleOp([FuncOp("main", ([a.type for a in block.args], [op.result.type]), Region(block))])
    with pytest.raises(CompileError, match="a transposed convolution with computed weights"):
        Pipeline.parse("lpt-expand-conv-transpose").run(module)
