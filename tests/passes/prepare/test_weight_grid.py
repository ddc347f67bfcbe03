"""Codes of weights: their values are the formula's, with at most one offset per channel, and none where 8 bits allow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region

from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.passes.matching import quantized_constant_of, shifted_constant_of
from lpt.passes.prepare.fold_weights import FoldFakeQuantize
from lpt.passes.prepare.weight_grid import Grid
from lpt.testing import run


def module_of(x: np.ndarray, ranges: tuple[Any, ...], levels: int) -> ModuleOp:
    """A function that returns the fake_quantize of a constant."""
    constants = [ConstantOp(np.ascontiguousarray(array, dtype=np.float32)) for array in (x, *ranges)]
    value, low, high, out_low, out_high = (constant.result for constant in constants)
    fake = FakeQuantizeOp(value, (low, high, out_low, out_high), levels)
    return ModuleOp([FuncOp("main", ([], [fake.result.type]), Region(Block([*constants, fake, ReturnOp(fake.result)])))])


def folded(x: np.ndarray, ranges: tuple[Any, ...], levels: int) -> tuple[np.ndarray, Any, np.ndarray]:
    """The real values (f64), parameters and offset that fold-fake-quantize makes of a constant."""
    module = module_of(x, ranges, levels)
    run(FoldFakeQuantize(), module)
    last = main_function(module).body.block.last_op
    assert last is not None
    shifted = shifted_constant_of(last.operands[0])
    found = quantized_constant_of(last.operands[0])
    constant, offset = shifted if shifted is not None else (found[0] if found else None, np.zeros(()))
    assert constant is not None
    cast = next(use.operation for use in constant.result.uses)
    assert isinstance(cast, DequantizeCastOp)
    constant.verify()
    params = quantized_constant_of(cast.result)
    assert params is not None
    scales, zero_points = params[1].expand(constant.array.shape)
    return (constant.array.astype(np.float64) - zero_points) * scales + offset, params[1], offset


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, tuple[np.ndarray, ...]]:
    bound = st.integers(-1023, 1023).map(lambda n: n / 64)
    width = st.integers(-2047, 2047).map(lambda n: n / 64)
    rows = [
        [low, low + draw(width), out, out + draw(width)]
        for low, out in draw(st.lists(st.tuples(bound, bound), min_size=3, max_size=3))
    ]
    return draw(st.sampled_from([2, 3, 15, 16, 100, 128, 255, 256, 65536])), tuple(
        np.array(column, np.float32).reshape(3, 1) for column in zip(*rows, strict=True)
    )


@settings(max_examples=100)
@given(case=cases(), seed=st.integers(0, 1000))
def test_values_are_the_formulas(case: tuple[int, tuple[np.ndarray, ...]], seed: int) -> None:
    """Of ranges in any order: the codes are those of f32, so only a tie may be decided otherwise than in f64."""
    levels, ranges = case
    x = np.random.default_rng(seed).uniform(-20, 20, (3, 40)).astype(np.float32)
    low, high, out_low, out_high = (r.astype(np.float64) for r in ranges)
    with np.errstate(all="ignore"):
        steps = np.nan_to_num((x - low) / (high - low) * (levels - 1), posinf=0, neginf=0)
        slack = np.nan_to_num(2.0**-22 * levels * (1 + (np.abs(x) + np.abs(low)) / np.abs(high - low)))
    inside = np.rint(steps) / (levels - 1) * (out_high - out_low) + out_low
    exact = np.where(x <= np.minimum(low, high), out_low, np.where(x > np.maximum(low, high), out_high, inside))
    near = np.abs(np.abs(steps - np.floor(steps)) - 0.5) <= slack
    step = np.abs(out_high - out_low) / (levels - 1)
    error = np.abs(folded(x, ranges, levels)[0] - exact)
    assert (error <= near * 1.001 * step + 2.0**-20 * (np.abs(out_low) + np.abs(out_high))).all()


# Levels, output range (or ranges per row), storage, zero points, whether an offset is left.
FORMS = [
    (255, (-1.27, 1.27), "i8<-127:127>", 0, False),
    (256, (-1.28, 1.27), "i8", 0, False),
    (256, (0.0, 2.55), "i8", -128, False),
    (16, (-0.8, 0.7), "i8<-8:7>", 0, False),
    (15, (-0.7, 0.7), "i8<-7:7>", 0, False),
    (2, (-1.0, 1.0), "i8<-1:1>", 0, False),
    (2, (0.0, 1.0), "i8<0:1>", 0, False),
    (16, (-1.0, 1.0), "i8<-15:15>", 0, False),
    (4, (1.0, 4.0), "i8<0:4>", 0, False),
    (256, (-1.0, 1.0), "i8", 0, True),
    (256, (-0.5, 1.0), "i8", -43, False),
    (256, (-0.512, 1.0), "i8", -42, True),
    (65536, (-2.0, 2.0), "i16", 0, True),
    (255, ([[-1.27], [1.27]], [[1.27], [-1.27]]), "i8<-127:127>", 0, False),
    (255, ([[-1.27], [0.0]], [[1.27], [0.0]]), "i8<-127:127>", 0, False),
    (255, ([[-1.27], [3.0]], [[1.27], [3.0]]), "i8<-127:127>", 0, False),
]


@pytest.mark.parametrize(("levels", "limits", "storage", "zero_point", "offset"), FORMS)
def test_forms(levels: int, limits: tuple[Any, Any], storage: str, zero_point: int, offset: bool) -> None:
    x = np.random.default_rng(0).normal(size=(2, 40)).astype(np.float32)
    _, params, left = folded(x, (-1.0, 1.0, *limits), levels)
    assert (str(params.storage), set(params.zero_points.reshape(-1)), bool(left.any())) == (storage, {zero_point}, offset)


def test_a_grid_that_needs_zero_points_of_its_own_per_channel() -> None:
    """Codes of one zero point would span 382."""
    low, high = np.array([-2.55, 0.0]), np.array([0.0, 2.55])
    codes, params, offset = Grid.of(256, low, high).encode(np.array([[0, 255], [0, 255]]), 0)
    assert params.zero_points.tolist() == [127, -128] and not offset.any()
    np.testing.assert_allclose((codes - params.zero_points[:, None]) * params.scales[:, None], [[-2.55, 0.0], [0.0, 2.55]])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_weight_that_is_no_number_is_refused(value: float) -> None:
    module = module_of(np.array([value, 1.0]), (0.0, 1.0, 0.0, 1.0), 256)
    text = str(module)
    assert [r.reason for r in run(FoldFakeQuantize(), module, remove_dead=False).refusals] == ["a weight is not finite"]
    assert str(module) == text
