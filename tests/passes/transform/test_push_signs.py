"""Factors of both signs: into weights, or a product with ±1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lpt.dialects import nn
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.passes.transform.push_dequantize import PushDequantize
from lpt.passes.validate import random_inputs
from lpt.testing import results, run

FACTORS = {"both": [0.5, -0.25, 2.0], "with 0": [0.5, 0.0, 2.0], "all": [-1.5, 0.0, 3.0]}


def last(module: Any) -> Any:
    return next(iter(module.ops)).regions[0].block.last_op.operands[0].owner


@pytest.mark.parametrize("name", FACTORS)
@pytest.mark.parametrize("kind", ["conv", "matmul"])
@pytest.mark.parametrize(("storage", "low", "zero_point"), [("i8", -127, 0), ("i8", -128, 0), ("u8", 0, 131)])
def test_signs_go_into_weights(kind: str, name: str, storage: str, low: int, zero_point: int, graph: type[Any]) -> None:
    rng = np.random.default_rng(0)
    x = graph.params("u8", 0.02, 120)
    view: tuple[int, ...] = (3, 1, 1) if kind == "conv" else (3,)
    shape, axis = ((3, 4, 3, 3), 0) if kind == "conv" else ((9, 3), 1)
    g = graph(quantized_tensor(x, (2, 4, 5, 5) if kind == "conv" else (6, 9)))
    codes = rng.integers(low, low + 256 + (-128 - low), shape)
    codes.flat[: codes.size // 2] = low
    w = g.codes(
        codes, graph.params(storage, 0.01 if low == -127 else [0.01, 0.02, 0.03], zero_point, None if low == -127 else axis)
    )
    y = g.conv(g.dequantize(g.inputs[0]), w, pad=1) if kind == "conv" else g.op(nn.MatMulOp, g.dequantize(g.inputs[0]), w)
    module = g.module(g.op(nn.MulOp, y, g.floats(np.reshape(FACTORS[name], view))))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushDequantize(), module)
    assert last(module).name == "quant.dcast"
    assert not any(isinstance(op, nn.MulOp) for op in module.walk())
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=0, atol=2e-6 * np.abs(before).max())


@pytest.mark.parametrize("name", FACTORS)
def test_signs_of_codes_are_a_product(name: str, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.02, 120), (2, 3, 4)))
    module = g.module(g.op(nn.MulOp, g.dequantize(g.inputs[0]), g.floats(np.reshape(FACTORS[name], (3, 1)))))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushDequantize(), module)
    cast = last(module)
    product = params_of(cast.input)
    assert cast.name == "quant.dcast" and cast.input.owner.name == "nn.mul"
    assert product is not None and str(product.storage) == "i32"
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=2.0**-22)


def test_an_accumulator_with_other_users_keeps_its_product(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.02, 120), (1, 4, 5, 5)))
    y = g.conv(g.dequantize(g.inputs[0]), g.codes(np.ones((3, 4, 1, 1)), graph.params("i8", 0.1)))
    module = g.module(g.op(nn.MulOp, y, g.floats([[[1.0]], [[-1.0]], [[2.0]]])), g.op(nn.ReluOp, y))
    journal = run(PushDequantize(), module)
    text = "the factors of both signs are not per output channel, or the sum of products has other users"
    assert text in [refusal.reason for refusal in journal.refusals]
