"""Functions of one 8-bit value become tables, and the compiled model has the interpreter's codes on every target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue

import lpt
from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp, LookupOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.target import TARGETS, runs_here

SHAPE = (1, 256)
X, Y = QuantParams(U8, 0.0313, 117), QuantParams(U8, 0.0217, 101)
CASES: dict[str, tuple[type[nn.NnOp], dict[str, Any], float | None]] = {
    **{op.name: (op, {}, None) for op in nn.OPERATIONS if issubclass(op, nn.UnaryOp) and op.KIND is nn.Kind.ROUNDS},
    "gelu tanh": (nn.GeluOp, {"approximate": "tanh"}, None),
    "swish 1.7": (nn.SwishOp, {"beta": 1.7}, None),
    "square": (nn.PowOp, {}, 2.0),
    "divided": (nn.DivOp, {}, 3.0),
    "prelu of one slope": (nn.PReluOp, {}, 0.3),
}


def adder(block: Block) -> Callable[[Any], SSAValue]:
    """What appends an operation to a block, and gives its result."""

    def add(op: Any) -> SSAValue:
        block.add_op(op)
        value: SSAValue = op.results[0]
        return value

    return add


def build() -> ModuleOp:
    """All cases on one tensor, each quantized to a result of its own."""
    block = Block(arg_types=[TensorType(Float32Type(), SHAPE)])

    add = adder(block)
    x = add(DequantizeCastOp(add(QuantizeCastOp(block.args[0], quantized_tensor(X, SHAPE)))))
    results = []
    for op_class, properties, constant in CASES.values():
        others = [] if constant is None else [add(ConstantOp(np.array([constant], np.float32)))]
        value = add(op_class.make([x, *others], **properties))
        results.append(add(DequantizeCastOp(add(QuantizeCastOp(value, quantized_tensor(Y, SHAPE))))))
    block.add_op(ReturnOp(*results))
    return ModuleOp([FuncOp("main", ([block.args[0].type], [y.type for y in results]), Region(block))])


def test_tables_on_every_target() -> None:
    model = Model(build())
    lowered = lpt.transform(model)
    (feed,) = model.inputs
    x = {feed: ((np.arange(256) - 117) * np.float32(X.scale)).astype(np.float32).reshape(SHAPE)}
    expected = list(lpt.interpret(lowered, x).values())
    module = lowered.module.clone()
    Pipeline.parse("lower").run(module)
    # A division by a number is a factor of the scale, and then a requantization.
    assert sum(isinstance(op, LookupOp) for op in module.walk()) == len(CASES) - 1
    assert not any(isinstance(op, nn.UnaryOp) for op in module.walk())
    for target in TARGETS.values():
        if runs_here(target):
            got = lpt.compile(model, target=target.name).run(x).values()
            for name, codes, wanted in zip(CASES, got, expected, strict=True):
                np.testing.assert_array_equal(codes, wanted, err_msg=f"{name} on {target.name}")


def gelu(shared: bool) -> ModuleOp:
    """x · (erf(x / √2) + 1) / 2 as exporters write it and quantizers cut it; with `shared`, erf is a result as well."""
    block = Block(arg_types=[TensorType(Float32Type(), SHAPE)])

    add = adder(block)

    def rounded(value: SSAValue, params: QuantParams) -> SSAValue:
        return add(DequantizeCastOp(add(QuantizeCastOp(value, quantized_tensor(params, SHAPE)))))

    def number(value: float) -> SSAValue:
        return add(ConstantOp(np.array(value, np.float32)))

    x = rounded(block.args[0], X)
    erf = rounded(add(nn.ErfOp.make([rounded(add(nn.DivOp.make([x, number(2**0.5)])), X)])), QuantParams(U8, 0.0078, 127))
    one_more = rounded(add(nn.AddOp.make([erf, number(1)])), QuantParams(U8, 0.0079))
    y = rounded(add(nn.MulOp.make([rounded(add(nn.MulOp.make([x, one_more])), Y), number(0.5)])), Y)
    results = [y, erf] if shared else [y]
    block.add_op(ReturnOp(*results))
    return ModuleOp([FuncOp("main", ([block.args[0].type], [r.type for r in results]), Region(block))])


@pytest.mark.parametrize("shared", [False, True])
def test_a_chain_is_one_table(shared: bool) -> None:
    model = Model(gelu(shared))
    lowered = lpt.transform(model)
    (feed,) = model.inputs
    x = {feed: ((np.arange(256) - 117) * np.float32(X.scale)).astype(np.float32).reshape(SHAPE)}
    expected = list(lpt.interpret(lowered, x).values())
    module = lowered.module.clone()
    Pipeline.parse("lower").run(module)
    lookups = [op for op in module.walk() if isinstance(op, LookupOp)]
    assert len(lookups) == 1 + shared
    assert not any(isinstance(op, nn.MulOp | nn.ErfOp) for op in module.walk())
    for target in TARGETS.values():
        if runs_here(target):
            for codes, wanted in zip(lpt.compile(model, target=target.name).run(x).values(), expected, strict=True):
                np.testing.assert_array_equal(codes, wanted, err_msg=target.name)
