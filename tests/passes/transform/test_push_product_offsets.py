"""Products of activations whose zero points are no integers: integer products, and sums of rows and columns for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lpt
from lpt.dialects import nn
from lpt.dialects.quant import quantized_tensor
from lpt.model import Model
from lpt.passes import matching
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.push_product_offsets import ProductOffset
from lpt.passes.validate import Validator, random_inputs
from lpt.testing import results, run

FRACTIONAL, WHOLE = (-1.03, 1.01), (-1.28, 1.27)


def product(graph: type[Any], a: tuple[float, float], b: tuple[float, float]) -> Model:
    """FakeQuantize of both operands, b transposed behind it, and of the result."""
    g = graph((2, 3, 7), (2, 5, 7))
    x, y = (g.fake_quantize(v, (np.float32(low), np.float32(high)) * 2) for v, (low, high) in zip(g.inputs, (a, b), strict=True))
    total = g.op(nn.MatMulOp, x, g.op(nn.TransposeOp, y, perm=[0, 2, 1]))
    return Model(g.module(g.fake_quantize(total, (np.float32(-4), np.float32(3.96875)) * 2)))


@pytest.mark.parametrize("a, b", [(FRACTIONAL, WHOLE), (WHOLE, FRACTIONAL), (FRACTIONAL, FRACTIONAL)])
def test_products_are_integer(graph: type[Any], a: tuple[float, float], b: tuple[float, float]) -> None:
    model = product(graph, a, b)
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    after = lpt.transform(model)
    assert [op.is_quantized for op in after.module.walk() if isinstance(op, nn.MatMulOp | nn.ReduceSumOp)].count(False) == 0
    arrays = [np.random.default_rng(i).normal(size=shape).astype(np.float32) for i, shape in enumerate([(2, 3, 7), (2, 5, 7)])]
    inputs = dict(zip(model.inputs, arrays, strict=True))
    (expected,), (got,) = (list(y.values()) for y in (lpt.interpret(after, inputs), lpt.compile(after).run(inputs)))
    np.testing.assert_array_equal(got, expected)


def test_offsets_that_vary_are_refused(graph: type[Any]) -> None:
    a = graph.params("u8", 0.1)
    g = graph(quantized_tensor(a, (2, 3)), quantized_tensor(a, (3, 2)), (3, 2))
    x, y = (g.dequantize(value) for value in g.inputs[:2])
    varying = g.op(nn.AddOp, x, g.floats(np.array([1, 2, 3], np.float32)))
    single = g.op(nn.AddOp, x, g.floats(np.array(0.5, np.float32)))
    module = g.module(g.op(nn.MatMulOp, varying, y), g.op(nn.MatMulOp, single, g.inputs[2]))
    reasons = [refusal.reason for refusal in run(ProductOffset(), module).refusals]
    assert reasons == [
        "an operand has an offset that is not one number, and the other is no constant",
        "operand 1 is not quantized: it is an input of the model",
    ]


def test_results_stay(graph: type[Any]) -> None:
    a = graph.params("u8", 0.1, 3)
    g = graph(quantized_tensor(a, (2, 3)), quantized_tensor(a, (3, 4)))
    x, y = (g.dequantize(value) for value in g.inputs)
    shifted = [g.op(nn.AddOp, value, g.floats(np.array(d, np.float32))) for value, d in ((x, 0.5), (y, -0.25))]
    module = g.module(g.op(nn.MatMulOp, *shifted))
    inputs = random_inputs(module)
    before = results(module, inputs)
    assert run(ProductOffset(), module).refusals == []
    for old, new in zip(before, results(module, inputs), strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-5, atol=1e-4)


def test_weights_are_not_dequantized_to_see_that_they_are_constant(graph: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    a, w = graph.params("u8", 0.1, 3), graph.params("i8", 0.5)
    g = graph(quantized_tensor(a, (2, 3)))
    weights = g.codes(np.ones((3, 4), np.int8), w)
    module = g.module(g.op(nn.MatMulOp, g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(np.array(0.5, np.float32))), weights))
    monkeypatch.setattr(matching, "evaluate", None)
    assert run(ProductOffset(), module).rewrites == []
