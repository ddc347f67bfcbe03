"""Padding that makes channels with parameters of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from lpt.dialects.nn import ConcatOp, PadOp
from lpt.dialects.quant import DequantizeCastOp, params_of, quantized_tensor
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.push_pads import PadAsConcat
from lpt.passes.validate import Validator, random_inputs
from lpt.testing import results, run

CHANNELS = [0, 2, 0, 0, 0, 1, 0, 0]
CASES: dict[str, tuple[str, ArrayLike, ArrayLike, dict[str, Any], list[float]]] = {
    "no code": ("u8", 0.5, 3, {"pads": CHANNELS, "value": 0.3}, [0.3, 0.3, 0.5, 0.5, 0.3]),
    "no code, negative": ("u8", 0.5, 3, {"pads": CHANNELS, "value": -0.3}, [0.3, 0.3, 0.5, 0.5, 0.3]),
    "signed": ("i8", 0.5, 3, {"pads": CHANNELS, "value": -0.3}, [0.3, 0.3, 0.5, 0.5, 0.3]),
    "scales of channels": ("u8", [0.5, 0.25], [3, 4], {"pads": CHANNELS, "value": 0.0}, [1.0, 1.0, 0.5, 0.25, 1.0]),
    "edge": ("u8", [0.5, 0.25], [3, 4], {"pads": CHANNELS, "mode": "edge"}, [0.5, 0.5, 0.5, 0.25, 0.25]),
    "before only": ("u8", 0.5, 3, {"pads": [0, 1, 0, 0, 0, 0, 0, 0], "value": 0.3}, [0.3, 0.5, 0.5]),
}


@pytest.mark.parametrize("name", CASES)
def test_parts_of_a_concat(graph: type[Any], name: str) -> None:
    storage, scales, zero_points, attributes, expected = CASES[name]
    of = graph.params(storage, scales, zero_points, axis=1 if np.ndim(scales) else None)
    g = graph(quantized_tensor(of, (2, 2, 3, 3)))
    module = g.module(g.op(PadOp, g.dequantize(g.inputs[0]), **attributes))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PadAsConcat(), module)
    (concat,) = [op for op in module.walk() if isinstance(op, ConcatOp)]
    params = params_of(concat.result)
    assert params is not None and params.axis == 1
    np.testing.assert_allclose(params.scales, expected, rtol=1e-6)
    assert isinstance(next(iter(concat.result.uses)).operation, DequantizeCastOp)
    np.testing.assert_array_equal(results(module, inputs)[0], before)


REFUSED = {
    "two axes": ({"pads": [0, 1, 1, 0, 0, 0, 0, 0], "value": 0.3}, (2, 2, 3, 3), "only pads along one axis"),
    "cropped": ({"pads": [0, 1, 0, 0, 0, -1, 0, 0], "value": 0.3}, (2, 2, 3, 3), "only pads along one axis"),
    "unknown": ({"pads": CHANNELS, "value": 0.3}, (-1, 2, 3, 3), "extents of what is padded are not known"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(graph: type[Any], name: str) -> None:
    attributes, shape, reason = REFUSED[name]
    g = graph(quantized_tensor(graph.params("u8", 0.5, 3), shape))
    module = g.module(g.op(PadOp, g.dequantize(g.inputs[0]), **attributes))
    assert any(reason in refusal.reason for refusal in run(PadAsConcat(), module, remove_dead=False).refusals)
    assert not any(isinstance(op, ConcatOp) for op in module.walk())


def test_a_value_that_is_a_code_is_left_to_the_moves(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.5, 3), (2, 2, 3, 3)))
    module = g.module(g.op(PadOp, g.dequantize(g.inputs[0]), pads=CHANNELS, value=1.5))
    assert not run(PadAsConcat(), module).rewrites


def test_the_pipeline_keeps_its_claims(graph: type[Any]) -> None:
    g = graph((1, 2, 4, 4))
    x = g.round_trip(g.inputs[0], graph.params("u8", [0.5, 0.25], [3, 4], axis=1))
    module = g.module(g.op(PadOp, x, pads=CHANNELS, value=0.3))
    assert all(check.worst <= 1 for check in Validator(module).run(Pipeline.parse("lpt")))
