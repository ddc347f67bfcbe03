"""16-bit operands of convolutions and matrix products as bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lpt
from lpt.dialects import nn
from lpt.dialects.lpt import ByteOp
from lpt.dialects.nn import ConvOp, MatMulOp
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.validate import Validator
from lpt.target import TARGETS, runs_here

HERE = [name for name, target in TARGETS.items() if runs_here(target)]


def conv(graph: type[Any], storage: str, zero_point: int, weights: str = "i8") -> Model:
    """qcast to 16 bits → 3×3 convolution with padding → bias → qcast."""
    generator = np.random.default_rng(5)
    g = graph((1, 8, 7, 7))
    x = g.round_trip(g.inputs[0], g.params(storage, 2.0**-12, zero_point))
    limit = 127 if weights == "i8" else 32767
    w = g.codes(generator.integers(-limit, limit, (6, 8, 3, 3)), g.params(weights, generator.uniform(1e-5, 1e-4, 6), axis=0))
    y = g.op(nn.AddOp, g.conv(x, w, pad=1), g.floats(generator.normal(size=(6, 1, 1))))
    return Model(g.module(g.round_trip(y, g.params("u16", 2.0**-12, 31000))))


@pytest.mark.parametrize(("storage", "zero_point"), [("u16", 32768), ("u16", 300), ("i16", 0), ("i16", -77)])
@pytest.mark.parametrize("weights", ["i8", "i16"])
def test_products_of_bytes_are_the_product(graph: type[Any], storage: str, zero_point: int, weights: str) -> None:
    model = conv(graph, storage, zero_point, weights)
    checks = Validator(model.module.clone()).run(Pipeline.parse("lpt"))
    assert all(check.worst <= 1 for check in checks)
    after = lpt.transform(model)
    assert sum(isinstance(op, ConvOp) for op in after.module.walk()) == (2 if weights == "i8" else 4)
    assert [row.reason for row in lpt.explain(after) if row.operation == "conv"] == [""] * (2 if weights == "i8" else 4)


@pytest.mark.parametrize("target", HERE)
def test_bytes_run_on_every_target(graph: type[Any], target: str) -> None:
    model = lpt.transform(conv(graph, "i16", -77), target=target)
    x = {name: np.random.default_rng(2).normal(size=(1, 8, 7, 7), scale=3).astype(np.float32) for name in model.inputs}
    expected = lpt.interpret(model, x)
    for name, array in lpt.compile(model, target=target).run(x).items():
        np.testing.assert_array_equal(array, expected[name])


def test_matmul_of_more_products_than_i32_holds_for_16_bits(graph: type[Any]) -> None:
    """600 products of u16 · i8 may leave i32, those of bytes may not."""
    generator = np.random.default_rng(7)
    g = graph((3, 600))
    x = g.round_trip(g.inputs[0], g.params("u16", 2.0**-10, 20000))
    w = g.codes(generator.integers(-127, 128, (600, 5)), g.params("i8", 0.01))
    model = Model(g.module(g.op(nn.MatMulOp, x, w)))
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    after = lpt.transform(model)
    assert sum(isinstance(op, MatMulOp) and op.is_quantized for op in after.module.walk()) == 2


def test_bytes_of_a_type(graph: type[Any]) -> None:
    g = graph((2, 2))
    byte = ByteOp(g.quantize(g.inputs[0], g.params("i16", 0.5, -32768 + 0x1234)), 1)
    assert str(byte.result.type) == "tensor<2x2x!quant.uniform<u8:f32, 128.0:18>>"
    byte.verify()


def test_computed_wide_operands_are_four_products(graph: type[Any]) -> None:
    g = graph((3, 4), (4, 5))
    a, b = (g.round_trip(x, g.params("i16", 2.0**-12)) for x in g.inputs)
    model = Model(g.module(g.op(nn.MatMulOp, a, b)))
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    after = lpt.transform(model)
    assert sum(isinstance(op, MatMulOp) and op.is_quantized for op in after.module.walk()) == 4


@pytest.mark.parametrize(("storage", "reasons"), [("u8", []), ("u16", ["its bias is not split off"])])
def test_a_bias_in_i32_is_no_operand_of_two_bytes(graph: type[Any], storage: str, reasons: list[str]) -> None:
    """As models are before lpt-split-bias."""
    g = graph((1, 2, 4, 4))
    x = g.round_trip(g.inputs[0], g.params(storage, 2.0**-7))
    w = g.codes(np.ones((3, 2, 1, 1)), g.params("i8", 0.5))
    bias = g.codes([1, 2, 3], g.params("i32", 2.0**-8))
    y = g.op(ConvOp, x, w, [bias], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1)
    journal = Pipeline("lpt-push-dequantize").run(g.module(y))
    assert [r.reason for r in journal.refusals if r.pattern == "split-bytes"] == reasons
