"""Constant factors, reductions and integer biases behind a dcast."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects import nn
from lpt.dialects.lpt import ReinterpretOp
from lpt.dialects.quant import DequantizeCastOp, QuantParams, params_of, quantized_tensor
from lpt.passes.transform.integer_bias import JoinBias
from lpt.passes.transform.push_contractions import PushThroughContraction
from lpt.passes.transform.push_reductions import PushThroughReduction
from lpt.passes.transform.push_scales import PushThroughScale
from lpt.passes.validate import random_inputs
from lpt.testing import results, run

WINDOW = {"kernel_shape": [2, 2], "strides": [1, 1], "pads": [0, 0, 0, 0], "dilations": [1, 1]}


def dequantized(module: ModuleOp) -> QuantParams:
    """The parameters that the module's one dcast has."""
    (cast,) = [op for op in module.walk() if isinstance(op, DequantizeCastOp)]
    params = params_of(cast.input)
    assert params is not None
    return params


@pytest.mark.parametrize("factor", [0.5, [[[2.0]], [[0.25]]], [[[3.0]], [[3.0]]]])
def test_a_factor_scales(factor: Any, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (1, 2, 2, 2)))
    module = g.module(g.op(nn.MulOp, g.floats(factor), g.dequantize(g.inputs[0])))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushThroughScale(), module)
    expected = np.unique(np.float64(np.float32(0.1)) * np.ravel(factor))
    assert np.unique(dequantized(module).scales).tolist() == expected.tolist()
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=2.0**-22)


def test_a_divisor_counts_as_its_reciprocal(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.5), (3,)))
    module = g.module(g.op(nn.DivOp, g.dequantize(g.inputs[0]), g.floats(4.0)))
    run(PushThroughScale(), module)
    assert dequantized(module).scale == 0.125


def test_negative_factors_mirror_the_codes(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.5, 10), (3,)))
    module = g.module(g.op(nn.MulOp, g.dequantize(g.inputs[0]), g.floats(-2.0)))
    run(PushThroughScale(), module)
    assert [type(op) for op in module.walk() if isinstance(op, nn.NegOp | ReinterpretOp)] == [nn.NegOp, ReinterpretOp]
    assert (dequantized(module).scale, dequantized(module).zero_point) == (1.0, 245)
    np.testing.assert_array_equal(results(module, [np.array([0, 10, 255], np.uint8)])[0], [10.0, 0.0, -245.0])


@pytest.mark.parametrize(
    ("factor", "reason"),
    [
        ([[[1.0]], [[-1.0]]], "the factors have different signs"),
        (0.0, "a factor is 0 or not finite"),
        ([[[1.0, 2.0]], [[2.0, 1.0]]], "varies along more than one axis"),
        (np.ones((2, 1, 1, 1, 1)), "the constant factor broadcasts the quantized operand"),
        (1e-38, "scales must be positive normal f32 numbers"),
    ],
)
def test_factors_that_are_refused(factor: Any, reason: str, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (1, 2, 2, 2)))
    module = g.module(g.op(nn.MulOp, g.dequantize(g.inputs[0]), g.floats(factor)))
    assert [reason in refusal.reason for refusal in run(PushThroughScale(), module).refusals] == [True]


REDUCTIONS: dict[str, tuple[type[nn.NnOp], dict[str, Any], int, Any]] = {
    "average_pool": (nn.AveragePoolOp, WINDOW, 4, lambda x: x[..., :-1, :-1] + x[..., 1:, :-1] + x[..., :-1, 1:] + x[..., 1:, 1:]),
    "global_average_pool": (nn.GlobalAveragePoolOp, {}, 12, lambda x: x.sum((2, 3), keepdims=True)),
    "reduce_mean": (nn.ReduceMeanOp, {"axes": [3]}, 4, lambda x: x.sum(3, keepdims=True)),
    "reduce_sum": (nn.ReduceSumOp, {"axes": [2], "keepdims": 0}, 1, lambda x: x.sum(2)),
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_reduction_is_a_sum_and_a_scale(name: str, graph: type[Any]) -> None:
    op_class, properties, count, total = REDUCTIONS[name]
    g = graph(quantized_tensor(graph.params("i8", 0.1, -7), (2, 2, 3, 4)))
    module = g.module(g.op(op_class, g.dequantize(g.inputs[0]), **properties))
    (codes,) = random_inputs(module)
    run(PushThroughReduction(), module)
    acc = dequantized(module)
    assert (str(acc.storage), acc.scale) == ("i32", np.float64(np.float32(0.1)) / count)
    expected = total(codes.astype(np.int64) + 7).astype(np.float32) * np.float32(acc.scale)
    np.testing.assert_array_equal(results(module, [codes])[0], expected)


def test_reductions_that_are_refused(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("i8", [0.1, 0.2], axis=1), (2, 2, 3, 4)))
    x = g.dequantize(g.inputs[0])
    border = g.op(nn.AveragePoolOp, x, **(WINDOW | {"pads": [1, 1, 0, 0]}))
    module = g.module(border, g.op(nn.ReduceMeanOp, x, axes=[1]), g.op(nn.ReduceSumOp, border, axes=[1]))
    reasons = [refusal.reason for refusal in run(PushThroughReduction(), module).refusals]
    assert reasons == [
        "the windows at the border have fewer elements than the others",
        "a reduction needs known extents, and none of them along the quantized axis",
        "operand 0 is not quantized: it is the result of nn.average_pool",
    ]


def biased(graph: type[Any], scale: Any, bias: Any, axis: int | None = 1, storage: str = "i32") -> Any:
    """conv + dcast(bias) where the accumulator's scales are 0.5 · (0.25, 0.125)."""
    g = graph(quantized_tensor(graph.params("u8", 0.5), (1, 1, 2, 2)))
    w = g.codes(np.full((2, 1, 1, 1), 100), graph.params("i8", [0.25, 0.125], axis=0))
    b = g.codes(np.reshape(bias, (1, -1, 1, 1)), graph.params(storage, scale, axis=axis))
    return g.module(g.op(nn.AddOp, g.conv(g.dequantize(g.inputs[0]), w), b))


def test_a_bias_of_the_accumulators_scale_joins_it(graph: type[Any]) -> None:
    module = biased(graph, [0.125, 0.0625], [1000, -3])
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run([PushThroughContraction(), JoinBias()], module)
    (add,) = [op for op in module.walk() if isinstance(op, nn.AddOp)]
    assert params_of(add.result) == dequantized(module)
    np.testing.assert_array_equal(results(module, inputs)[0], before)


@pytest.mark.parametrize(
    ("scale", "bias", "axis", "storage", "reason"),
    [
        ([0.125, 0.0624], [1, 1], 1, "i32", "the scale of the bias is not the accumulator's"),
        ([0.125], [1], 1, "i32", "the bias has fewer elements than the accumulator has scales"),
        ([0.125, 0.0625], [2**31 - 1, 0], 1, "i32", "the sum of accumulator and bias may leave i32"),
    ],
)
def test_biases_that_stay_floats(scale: Any, bias: Any, axis: int, storage: str, reason: str, graph: type[Any]) -> None:
    module = biased(graph, scale, bias, axis, storage)
    journal = run([PushThroughContraction(), JoinBias()], module)
    assert [refusal.reason for refusal in journal.refusals] == [reason]


def test_an_8_bit_bias_joins_too(graph: type[Any]) -> None:
    module = biased(graph, [0.125, 0.0625], [100, -3], 1, "i8")
    assert run([PushThroughContraction(), JoinBias()], module).refusals == []
