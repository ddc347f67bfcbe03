"""Clip on codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lpt
from lpt.dialects.nn import ClipOp
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.push_clip import PushThroughClip
from lpt.passes.validate import Validator
from lpt.testing import run

BOUNDS = {
    "codes": ({"min": -0.5, "max": 2.0}, True),
    "one bound": ({"max": 2.0}, True),
    "beyond all codes": ({"min": -1e30, "max": 2.0}, True),
    "infinite": ({"min": -1.0, "max": float("inf")}, True),
    "lower bound above all codes": ({"min": 40.0}, False),  # the result is 40, which the codes up to 32.5 cannot say
    "upper bound below all codes": ({"max": -40.0}, False),
    "between codes": ({"min": 0.0, "max": 2.1}, False),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_that_are_codes(graph: type[Any], name: str) -> None:
    bounds, is_integer = BOUNDS[name]
    g = graph((2, 3))
    model = Model(g.module(g.op(ClipOp, g.round_trip(g.inputs[0], g.params("i8", 0.25, -3)), **bounds)))
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    (row,) = (row for row in lpt.explain(lpt.transform(model)) if row.operation == "clip")
    assert (row.precision, bool(row.reason)) == (("s8", False) if is_integer else ("f32", True))
    x = {next(iter(model.inputs)): np.array([[-9, -0.4, 0.1], [2.04, 2.2, 9]], np.float32)}
    expected = next(iter(lpt.interpret(model, x).values()))
    np.testing.assert_array_equal(next(iter(lpt.compile(model).run(x).values())), expected)


def test_a_bound_between_codes_is_refused(graph: type[Any]) -> None:
    g = graph((2, 3))
    module = g.module(g.op(ClipOp, g.round_trip(g.inputs[0], g.params("u8", [0.25, 0.5, 0.3], axis=1)), min=0.0, max=2.0))
    journal = run(PushThroughClip(), module)
    assert any("a bound lies between two codes" in refusal.reason for refusal in journal.refusals)
