"""Several zero points in front of a product become one, and the rest a bias in every border class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lpt
from lpt.dialects import nn
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.join_zero_points import JoinZeroPoints
from lpt.passes.validate import Validator, random_inputs
from lpt.testing import run

ZERO_POINTS = [255, 128, 51, 0]


def product(g: Any, kind: str) -> Any:
    scales = [0.01] * 4 if kind != "depthwise" else [0.01, 0.02, 0.03, 0.04]
    axis = 1
    x = g.round_trip(g.inputs[0], g.params("u8", scales, ZERO_POINTS, axis=axis))
    codes = np.random.default_rng(3).integers(-127, 128, (6, 4, 3, 3))
    match kind:
        case "conv":
            return g.conv(x, g.codes(codes, g.params("i8", 0.01)), pad=1)
        case "depthwise":
            return g.conv(x, g.codes(codes[:4, :1], g.params("i8", 0.01)), pad=1, group=4)
        case _:
            return g.op(nn.MatMulOp, x, g.codes(codes[:4, :, 0, 0], g.params("i8", 0.01)))


@pytest.mark.parametrize(("kind", "shape"), [("conv", (2, 4, 5, 6)), ("depthwise", (2, 4, 5, 6)), ("matmul", (3, 4))])
def test_one_integer_product_of_the_interpreters_bits(kind: str, shape: tuple[int, ...], graph: type[Any]) -> None:
    g = graph(shape)
    module = g.module(g.round_trip(product(g, kind), g.params("u8", 0.2, 100)))
    (x,) = random_inputs(module)
    rows = Validator(module, [x]).run(Pipeline.parse("lpt"))
    assert max(row.worst for row in rows) < 1
    (op,) = [op for op in module.walk() if isinstance(op, nn.ConvOp | nn.MatMulOp)]
    of = params_of(op.operands[0])
    assert of is not None and set(of.zero_points.reshape(-1)) == {89}
    model = Model(module)
    ((name, _),) = model.inputs.items()
    expected = lpt.interpret(model, {name: x})
    for output, value in lpt.compile(model).run({name: x}).items():
        np.testing.assert_array_equal(value, expected[output])


def test_an_extent_that_is_not_known_is_refused(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", [0.1, 0.1], [1, 2], axis=1), (1, 2, -1, 5)))
    module = g.module(g.conv(g.dequantize(g.inputs[0]), g.codes(np.ones((1, 2, 1, 1)), g.params("i8", 0.1))))
    text = str(module)
    reasons = [r.reason for r in run(JoinZeroPoints(), module, remove_dead=False).refusals]
    assert reasons == ["its operand has several zero points, and an extent that is not known"] and str(module) == text
