"""Products of activations whose runs of channels have scales of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lpt
from lpt.dialects import nn
from lpt.dialects.nn import ConcatOp, ConvOp, MatMulOp, SliceOp
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.validate import Validator


def concat_conv(graph: type[Any], parts: int, group: int = 1) -> Model:
    """Parts of four channels, each with its own scale, concatenated and convolved."""
    generator = np.random.default_rng(3)
    g = graph(*[(1, 4, 6, 6)] * parts)
    xs = [g.round_trip(x, g.params("u8", 0.01 * (i + 1), 10 * i)) for i, x in enumerate(g.inputs)]
    x = g.op(ConcatOp, xs, axis=1)
    w = g.codes(
        generator.integers(-127, 128, (8, 4 * parts // group, 3, 3)), g.params("i8", generator.uniform(0.01, 0.02, 8), axis=0)
    )
    y = g.op(nn.AddOp, g.conv(x, w, pad=1, group=group), g.floats(generator.normal(size=(8, 1, 1))))
    return Model(g.module(g.round_trip(y, g.params("u8", 0.5, 128))))


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_a_concat_of_unlike_scales_stays_integer(graph: type[Any], parts: int) -> None:
    model = concat_conv(graph, parts)
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    after = lpt.transform(model)
    assert [row.reason for row in lpt.explain(after) if row.operation == "conv"] == [""] * parts
    assert not any(isinstance(op, ConcatOp | SliceOp) for op in after.module.walk())
    x = {name: np.random.default_rng(1).normal(size=(1, 4, 6, 6)).astype(np.float32) for name in model.inputs}
    expected = lpt.interpret(after, x)
    for name, array in lpt.compile(after).run(x).items():
        np.testing.assert_array_equal(array, expected[name])


def test_groups_follow_the_parts(graph: type[Any]) -> None:
    """Each group's channels have one scale: a grouped convolution takes them as they are."""
    rows = lpt.explain(lpt.transform(concat_conv(graph, 2, group=2)))
    assert [(row.operation, row.reason) for row in rows if row.operation == "conv"] == [("conv", "")]


def test_more_runs_than_four_are_refused(graph: type[Any]) -> None:
    rows = lpt.explain(lpt.transform(concat_conv(graph, 5)))
    (row,) = (row for row in rows if row.operation == "conv")
    assert "5 runs of channels have scales of their own" in row.reason


def test_columns_of_a_matrix_product(graph: type[Any]) -> None:
    generator = np.random.default_rng(3)
    g = graph((5, 7))
    x = g.round_trip(g.inputs[0], g.params("i8", [0.1] * 3 + [0.3] * 4, axis=1))
    w = g.codes(generator.integers(-127, 128, (7, 5)), g.params("i8", generator.uniform(0.01, 0.02, 5), axis=1))
    model = Model(g.module(g.op(MatMulOp, x, w)))
    assert all(check.worst <= 1 for check in Validator(model.module.clone()).run(Pipeline.parse("lpt")))
    after = lpt.transform(model)
    assert sum(isinstance(op, MatMulOp) and op.is_quantized for op in after.module.walk()) == 2


def test_one_run_is_one_product(graph: type[Any]) -> None:
    g = graph((1, 4, 3, 3))
    x = g.round_trip(g.inputs[0], g.params("u8", [0.1] * 4, axis=1))
    w = g.codes(np.ones((2, 4, 1, 1)), g.params("i8", 0.5))
    after = lpt.transform(Model(g.module(g.conv(x, w))))
    assert sum(isinstance(op, ConvOp) and op.is_quantized for op in after.module.walk()) == 1
