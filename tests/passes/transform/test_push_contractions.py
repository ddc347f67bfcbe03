"""Convolutions and matrix products of codes: the exact sum of products, and where floats stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lpt.dialects import nn
from lpt.dialects.interpreter import evaluate
from lpt.dialects.quant import DequantizeCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.passes.transform.push_contractions import PushThroughContraction
from lpt.passes.validate import random_inputs
from lpt.testing import results, run


def naive_conv(x: np.ndarray, w: np.ndarray, pad: int, group: int) -> np.ndarray:
    """Stride 1, in f64, by the definition."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, _, height, width = x.shape
    m, c, kh, kw = w.shape
    y = np.zeros((n, m, height - kh + 1, width - kw + 1))
    for o in range(m):
        first = o // (m // group) * c
        for i, j in np.ndindex(kh, kw):
            patch = x[:, first : first + c, i : i + y.shape[2], j : j + y.shape[3]]
            y[:, o] += np.einsum("nchw,c->nhw", patch, w[o, :, i, j])
    return y


@pytest.mark.parametrize("group", [1, 2, 4])
@pytest.mark.parametrize("zero_point", [0, 128])
def test_conv_is_the_exact_sum(group: int, zero_point: int, graph: type[Any]) -> None:
    rng = np.random.default_rng(group)
    x, w = graph.params("u8", 0.02, zero_point), graph.params("i8", [0.01, 0.02, 0.03, 0.04], axis=0)
    weights = rng.integers(-127, 128, (4, 4 // group, 3, 3))
    g = graph(quantized_tensor(x, (2, 4, 5, 6)))
    module = g.module(g.conv(g.dequantize(g.inputs[0]), g.codes(weights, w), pad=1, group=group))
    (codes,) = random_inputs(module)
    floats = results(module, [codes])[0]
    run(PushThroughContraction(), module)
    cast = next(op for op in module.walk() if isinstance(op, DequantizeCastOp))
    acc = params_of(cast.input)
    assert acc is not None and str(acc.storage) == "i32"
    np.testing.assert_array_equal(acc.scales, np.float32(0.02).astype(float) * w.scales)
    total = naive_conv(codes.astype(float) - zero_point, weights.astype(float), 1, group)
    scales = acc.scales.astype(np.float32).reshape(1, 4, 1, 1)
    np.testing.assert_array_equal(results(module, [codes])[0], total.astype(np.float32) * scales)
    np.testing.assert_allclose(results(module, [codes])[0], floats, rtol=0, atol=1e-4)


def test_matmul_with_weights_of_any_zero_point(graph: type[Any]) -> None:
    rng = np.random.default_rng(0)
    a, b = graph.params("i8", 0.02, -3), graph.params("u8", [0.01, 0.02, 0.03], [128, 3, 255], axis=1)
    weights = rng.integers(0, 256, (7, 3))
    g = graph(quantized_tensor(a, (5, 7)))
    module = g.module(g.op(nn.MatMulOp, g.dequantize(g.inputs[0]), g.codes(weights, b)))
    (codes,) = random_inputs(module)
    run(PushThroughContraction(), module)
    total = (codes.astype(float) + 3) @ (weights - np.array([128.0, 3.0, 255.0]))
    scales = (a.scales * b.scales).astype(np.float32)
    np.testing.assert_array_equal(results(module, [codes])[0], total.astype(np.float32) * scales)


CASES = {
    # name: (x, axis of x, w, axis of w, reason)
    "16-bit activations": ("u16", None, "i8", None, "its bytes are multiplied apart"),
    "16-bit weights": ("u8", None, "i16", None, "its bytes are multiplied apart"),
    "scales of input channels": ("u8", None, "i8", 1, "weights are quantized along axis 1, not along the output channels"),
    "scales of unlike channels": ("u8", 1, "i8", None, "with different parameters inside one group"),
}


@pytest.mark.parametrize("name", CASES)
def test_refusals(name: str, graph: type[Any]) -> None:
    x, x_axis, w, w_axis, reason = CASES[name]
    xp = graph.params(x, 0.1 if x_axis is None else [0.1, 0.2], axis=x_axis)
    wp = graph.params(w, 0.1 if w_axis is None else [0.1, 0.2], axis=w_axis)
    g = graph(quantized_tensor(xp, (1, 2, 3, 3)))
    module = g.module(g.conv(g.dequantize(g.inputs[0]), g.codes(np.ones((2, 2, 1, 1)), wp)))
    text = str(module)
    journal = run(PushThroughContraction(), module, remove_dead=False)
    assert str(module) == text
    assert [reason in refusal.reason for refusal in journal.refusals] == [True]


def test_a_sum_that_may_leave_i32_stays_in_floats(graph: type[Any]) -> None:
    params = graph.params("u8", 0.1)
    g = graph(quantized_tensor(params, (1, 70000)))
    w = g.codes(np.full((70000, 1), 127), graph.params("i8", 0.1))
    module = g.module(g.op(nn.MatMulOp, g.dequantize(g.inputs[0]), w))
    (refusal,) = run(PushThroughContraction(), module).refusals
    assert refusal.reason == "a sum of 70000 products may leave i32, even with these weights"


def test_small_weights_prove_that_a_long_sum_fits(graph: type[Any]) -> None:
    params = graph.params("u8", 0.1)
    g = graph(quantized_tensor(params, (1, 70000)))
    w = g.codes(np.full((70000, 1), 100), graph.params("i8", 0.1))
    module = g.module(g.op(nn.MatMulOp, g.dequantize(g.inputs[0]), w))
    assert run(PushThroughContraction(), module).refusals == []


def test_weights_that_are_no_constant_are_refused(graph: type[Any]) -> None:
    a = graph.params("u8", 0.1)
    g = graph(quantized_tensor(a, (1, 1, 2, 3)), quantized_tensor(a, (1, 1, 1, 1)))
    x, w = (g.dequantize(value) for value in g.inputs)
    conv = g.op(nn.ConvOp, x, w, [], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1)
    (refusal,) = run(PushThroughContraction(), g.module(conv)).refusals
    assert refusal.reason == "operand 1 is not a constant"


def test_computed_matrices_are_multiplied(graph: type[Any]) -> None:
    a, b = graph.params("u8", 0.1, 7), graph.params("i8", 0.5, -3)
    g = graph(quantized_tensor(a, (2, 2, 3)), quantized_tensor(b, (3, 2)), (3, 2))
    x, y = g.dequantize(g.inputs[0]), g.dequantize(g.inputs[1])
    module = g.module(g.op(nn.MatMulOp, x, y), g.op(nn.MatMulOp, x, g.inputs[2]))
    reasons = [refusal.reason for refusal in run(PushThroughContraction(), module).refusals]
    assert reasons == ["operand 1 is not quantized: it is an input of the model"]
    (product,) = (op for op in module.walk() if isinstance(op, nn.MatMulOp) and op.is_quantized)
    rng = np.random.default_rng(0)
    p, q = rng.integers(0, 256, (2, 2, 3)).astype(np.uint8), rng.integers(-128, 128, (3, 2)).astype(np.int8)
    expected = (p.astype(np.int64) - 7) @ (q.astype(np.int64) + 3)
    np.testing.assert_array_equal(evaluate(product, [p, q])[0], expected)


def test_zero_points_of_a_computed_matrix_must_agree(graph: type[Any]) -> None:
    by_column = QuantParams(U8, [0.1, 0.1], [3, 4], axis=1)
    g = graph(quantized_tensor(graph.params("u8", 0.1), (2, 3)), quantized_tensor(by_column, (3, 2)))
    (refusal,) = run(PushThroughContraction(), g.module(g.op(nn.MatMulOp, *(g.dequantize(x) for x in g.inputs)))).refusals
    assert refusal.reason == "operand 1 has several zero points, and operand 1 is not a constant matrix"
