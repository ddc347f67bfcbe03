"""Weights whose zero point is no integer: integer products, and the sum of each window for the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, ModuleOp
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.shapes import tensor_type
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.push_weight_offsets import WeightOffset
from lpt.passes.validate import Validator, random_inputs
from lpt.testing import results, run

X, W = (2, 4, 6, 5), {1: (6, 4, 3, 3), 2: (6, 2, 3, 3), 4: (8, 1, 3, 3)}


def channels(n: int, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Ranges whose zero points are no integers, one per output channel."""
    generator = np.random.default_rng(n)
    low = generator.uniform(-1.5, -0.5, n).astype(np.float32).reshape(-1, *[1] * (rank - 1))
    return low, (low + 2.3).astype(np.float32)


def conv(g: Any, x: SSAValue, group: int, per_channel: bool, levels: int = 256) -> SSAValue:
    shape = W[group]
    low, high = channels(shape[0], 4) if per_channel else (np.float32(-1.03), np.float32(1.01))
    w = g.fake_quantize(g.floats(np.random.default_rng(7).normal(size=shape)), (low, high, low, high), levels)
    result: SSAValue = g.conv(x, w, pad=1, group=group)
    return result


def matmul(g: Any, x: SSAValue, per_channel: bool) -> SSAValue:
    low, high = channels(7, 1) if per_channel else (np.float32(-1.03), np.float32(1.01))
    w = g.fake_quantize(g.floats(np.random.default_rng(7).normal(size=(5, 7))), (low, high, low, high))
    result: SSAValue = g.op(nn.MatMulOp, x, w)
    return result


def products(module: ModuleOp) -> list[bool]:
    """Of each convolution and matrix product, whether it is in integers."""
    return [op.is_quantized for op in module.walk() if isinstance(op, nn.ConvOp | nn.MatMulOp)]


BUILD: dict[str, Callable[[Any, SSAValue], SSAValue]] = {
    "conv": lambda g, x: conv(g, x, 1, False),
    "conv per channel": lambda g, x: conv(g, x, 1, True),
    "grouped": lambda g, x: conv(g, x, 2, True),
    "depthwise": lambda g, x: conv(g, x, 4, True),
    "15 levels": lambda g, x: conv(g, x, 1, True, 15),
    "matmul": lambda g, x: matmul(g, x, False),
    "matmul per column": lambda g, x: matmul(g, x, True),
}


@pytest.mark.parametrize("limits", [(-1.23, 2.55), (0.0, 2.55)])
@pytest.mark.parametrize("name", BUILD)
def test_all_products_are_in_integers_and_every_claim_holds(name: str, limits: tuple[float, float], graph: type[Any]) -> None:
    g = graph(X)
    y = BUILD[name](g, g.fake_quantize(g.inputs[0], (*limits, *limits)))
    module = g.module(g.fake_quantize(y, (-20.1, 17.3, -20.1, 17.3)))
    (x,) = random_inputs(module)
    before = results(module, [x])[0]
    rows = Validator(module, [x]).run(Pipeline.parse("lpt"))
    assert max(row.worst for row in rows) < 1
    assert all(products(module)) and len(products(module)) > 0
    assert not any(isinstance(op, FakeQuantizeOp) for op in module.walk())
    step = 37.4 / 255
    error = np.abs(results(module, [x])[0] - before)
    assert (error < 1e-4 + step).all() and (error > 1e-4).mean() < 1e-3


@pytest.mark.parametrize(("limits", "levels"), [((-1.0, 1.0), 2), ((-1.0, 1.0), 16), ((-3.0, 1.0), 6), ((-1.0, 1.0), 128)])
def test_few_levels_leave_no_offset(limits: tuple[float, float], levels: int, graph: type[Any]) -> None:
    """Two levels are −1 and 1: OpenVINO has no integer form of them, nor of 16 levels, nor of any zero point."""
    g = graph(X)
    w = g.fake_quantize(g.floats(np.random.default_rng(7).normal(size=W[1])), (*limits, *limits), levels)
    module = g.module(g.conv(g.round_trip(g.inputs[0], g.params("u8", 0.01)), w))
    run("lpt", module)
    assert products(module) == [True] and not any(isinstance(op, nn.AddOp) for op in module.walk())


REFUSED: dict[str, tuple[Callable[[Any, SSAValue, SSAValue], SSAValue], str]] = {
    "float data": (lambda g, x, w: g.conv(g.inputs[1], w), "operand 0 is not quantized"),
    "axis": (
        lambda g, x, w: g.conv(
            x, g.op(nn.AddOp, g.codes(np.ones((6, 4, 3, 3)), g.params("i8", 0.1)), g.floats(np.ones((4, 1, 1))))
        ),
        "the offset of the weights varies along another axis than their output channels",
    ),
    "bias": (
        lambda g, x, w: g.op(nn.ConvOp, x, w, [g.floats(np.ones(6))], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1),
        "the convolution has a bias: split it first",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str, graph: type[Any]) -> None:
    build, reason = REFUSED[name]
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), X), tensor_type(Float32Type(), X))
    w = g.op(nn.AddOp, g.codes(np.ones((6, 4, 3, 3)), g.params("i8", 0.1)), g.floats(0.03))
    module = g.module(build(g, g.dequantize(g.inputs[0]), w))
    text = str(module)
    journal = run(WeightOffset(), module, remove_dead=False)
    assert str(module) == text
    assert [reason in r.reason for r in journal.refusals] == [True]


def test_weights_that_stay_floats_are_one_constant(graph: type[Any]) -> None:
    g = graph(X)
    module = g.module(conv(g, g.inputs[0], 1, True))
    run("lpt", module)
    assert [op.name for op in module.walk()][2:] == ["lpt.constant", "nn.conv", "func.return"]
