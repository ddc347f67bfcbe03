"""Codes to codes: one requantize, or the operation's own rounding; each result is the exact value rounded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects import nn
from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.passes.prepare.normalize import FoldCasts
from lpt.passes.transform.fuse_requantize import FuseRequantize, RequantizeCasts
from lpt.passes.transform.fuse_rounding import FuseProduct, FuseRounding
from lpt.passes.validate import random_inputs
from lpt.testing import results, run


def names(module: ModuleOp) -> list[str]:
    function = next(iter(module.ops))
    return [op.name for op in function.regions[0].block.ops if op.name not in ("lpt.constant", "func.return")]


@pytest.mark.parametrize(("storage", "left"), [("u8", []), ("i16", []), ("i32", ["lpt.requantize"])])
def test_equal_types_of_up_to_16_bits_cancel(storage: str, left: list[str], graph: type[Any]) -> None:
    params = graph.params(storage, 0.1, 5)
    g = graph(quantized_tensor(params, (4,)))
    module = g.module(g.quantize(g.dequantize(g.inputs[0]), params))
    run(FuseRequantize(), module)
    assert names(module) == left


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("storage", ["u8", "i8"])
def test_requantize_rounds_once(storage: str, sign: int, graph: type[Any], assert_rounded: Callable[..., None]) -> None:
    source = graph.params("i32", [1e-4, 3e-4, 2e-5], axis=1)
    target = graph.params(storage, 0.07, 3)
    bias = np.array([[[0.3]], [[-2.5]], [[0.0]]], np.float32)
    g = graph(quantized_tensor(source, (2, 3, 40, 5)))
    op = nn.AddOp if sign > 0 else nn.SubOp
    module = g.module(g.quantize(g.op(op, g.dequantize(g.inputs[0]), g.floats(bias)), target))
    codes = np.random.default_rng(0).integers(-200000, 200000, (2, 3, 40, 5)).astype(np.int32)
    run(FuseRequantize(), module)
    assert names(module) == ["lpt.requantize"]
    value = codes * source.scales.reshape(3, 1, 1)
    terms = np.abs(value) + np.abs(bias)
    assert_rounded(results(module, [codes])[0], value + sign * bias.astype(float), target, terms)


def test_a_bias_that_broadcasts_the_codes_stays(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (1, 4)))
    total = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(np.ones((3, 4))))
    module = g.module(g.quantize(total, graph.params("u8", 0.2)))
    run([FoldCasts(), RequantizeCasts()], module)
    assert names(module) == ["quant.dcast", "nn.add", "quant.qcast"]


def test_scales_along_different_axes_are_refused(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", [0.1, 0.2], axis=0), (2, 2)))
    module = g.module(g.quantize(g.dequantize(g.inputs[0]), graph.params("u8", [0.1, 0.2], axis=1)))
    journal = run(RequantizeCasts(), module)
    assert [r.reason for r in journal.refusals] == ["scales along axis 0 meet scales along axis 1"]


UNARY: dict[str, tuple[type[nn.NnOp], dict[str, Any]]] = {
    "sigmoid": (nn.SigmoidOp, {}),
    "tanh": (nn.TanhOp, {}),
    "exp": (nn.ExpOp, {}),
    "leaky_relu": (nn.LeakyReluOp, {"alpha": 0.2}),
    "hard_sigmoid": (nn.HardSigmoidOp, {}),
    "hard_swish": (nn.HardSwishOp, {}),
    "sqrt": (nn.SqrtOp, {}),
    "softmax": (nn.SoftmaxOp, {"axis": 1}),
    "average_pool": (
        nn.AveragePoolOp,
        {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1], "dilations": [1, 1]},
    ),
}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_codes_keep_their_bits(name: str, graph: type[Any]) -> None:
    op_class, properties = UNARY[name]
    g = graph(quantized_tensor(graph.params("u8", 0.03, 0 if name == "sqrt" else 100), (1, 4, 8, 8)))
    y = g.op(op_class, g.dequantize(g.inputs[0]), **properties)
    module = g.module(g.quantize(y, graph.params("i8", 0.01, -100)))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(FuseRequantize(), module)
    assert names(module) == [f"nn.{name}"]
    np.testing.assert_array_equal(before, results(module, inputs)[0])


@pytest.mark.parametrize("op_class", [nn.AddOp, nn.SubOp, nn.MulOp, nn.DivOp])
def test_binary_operations_round_once(op_class: type[Any], graph: type[Any], assert_rounded: Callable[..., None]) -> None:
    a, b = graph.params("u8", 0.03, 100), graph.params("i8", 0.011, -128)
    target = graph.params("u8", 0.05, 90)
    g = graph(quantized_tensor(a, (1, 3, 16, 4)), quantized_tensor(b, (1, 3, 1, 1)))
    module = g.module(g.quantize(g.op(op_class, *(g.dequantize(x) for x in g.inputs)), target))
    p, q = random_inputs(module)
    x, y = (p - 100.0) * a.scale, (q + 128.0) * b.scale
    run(FuseRequantize(), module)
    tail = ["lpt.requantize"] if op_class is nn.MulOp else []
    assert names(module) == [op_class.name, *tail]
    numpy_op = {nn.AddOp: np.add, nn.SubOp: np.subtract, nn.MulOp: np.multiply, nn.DivOp: np.divide}[op_class]
    exact = numpy_op(x, y)
    terms = np.abs(exact) if op_class in (nn.MulOp, nn.DivOp) else np.abs(x) + np.abs(y)
    assert_rounded(results(module, [p, q])[0], exact, target, terms)


def test_each_qcast_has_its_own_operation(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (4,)))
    y = g.op(nn.SigmoidOp, g.dequantize(g.inputs[0]))
    module = g.module(g.quantize(y, graph.params("u8", 0.1)), g.quantize(y, graph.params("i8", 0.2)), y)
    run(FuseRequantize(), module)
    assert sorted(names(module)) == ["nn.sigmoid", "nn.sigmoid", "nn.sigmoid", "quant.dcast"]


def test_refusals(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("i32", 0.1), (4,)), (4,))
    params = graph.params("u8", 0.1)
    x = g.dequantize(g.inputs[0])
    module = g.module(
        g.quantize(g.op(nn.SigmoidOp, x), params),
        g.quantize(g.op(nn.MulOp, x, x), params),
        g.quantize(g.op(nn.TanhOp, g.inputs[1]), params),
        g.op(nn.AddOp, x, x),
    )
    reasons = {refusal.operation: refusal.reason for refusal in run([FuseRounding(), FuseProduct()], module).refusals}
    assert reasons == {
        "nn.sigmoid": "operand 0 has 32 bits, at most 16 are handled",
        "nn.mul": "operand 0 has 32 bits, at most 8 are handled",
        "nn.tanh": "operand 0 is not quantized: it is an input of the model",
        "nn.add": "its result is not quantized",
    }


@pytest.mark.parametrize("op_class", [nn.MulOp, nn.AddOp])
def test_multipliers_beyond_f32_are_refused(op_class: type[Any], graph: type[Any]) -> None:
    """As requantize of one value is: 0 · ∞ would be no number."""
    large, small = graph.params("u8", 1e30, 3), graph.params("u8", 1e-30, 5)
    g = graph(quantized_tensor(large, (4,)), quantized_tensor(large, (4,)))
    module = g.module(g.quantize(g.op(op_class, *(g.dequantize(x) for x in g.inputs)), small))
    before = results(module, [np.array([3, 7, 0, 255], np.uint8)] * 2)[0]
    run([FuseRounding(), FuseProduct()], module)
    module.verify()
    np.testing.assert_array_equal(before, results(module, [np.array([3, 7, 0, 255], np.uint8)] * 2)[0])


def test_a_constant_beside_codes_is_left_to_requantize(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (4,)), (4,))
    module = g.module(g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(1.0)), g.op(nn.SubOp, g.inputs[1], g.floats(1.0)))
    reasons = [refusal.reason for refusal in run(FuseRounding(), module).refusals]
    assert reasons == [
        "a constant is added in integers only where a quantize follows",
        "operand 0 is not quantized: it is an input of the model",
    ]


def test_nothing_of_a_pair_is_left(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (4,)))
    module = g.module(g.quantize(g.dequantize(g.inputs[0]), graph.params("u8", 0.3)))
    run(FuseRequantize(), module)
    assert not any(isinstance(op, DequantizeCastOp | QuantizeCastOp) for op in module.walk())
    assert sum(isinstance(op, RequantizeOp) for op in module.walk()) == 1
