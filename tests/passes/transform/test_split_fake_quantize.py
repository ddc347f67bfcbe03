"""FakeQuantize as an integer grid: the codes of its own definition, whatever the zero point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.lpt import FakeQuantizeOp, ReinterpretOp
from lpt.dialects.nn import AddOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, QuantParams, params_of
from lpt.errors import ValidationError
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform import split_fake_quantize
from lpt.passes.transform.split_fake_quantize import SplitFakeQuantize, SplitRanges
from lpt.passes.validate import PassCheck, Validator
from lpt.testing import results, run


def split_params(module: ModuleOp) -> tuple[QuantParams, QuantParams]:
    """What qcast quantizes to and what dcast reads."""
    source = next(params_of(op.result) for op in module.walk() if isinstance(op, QuantizeCastOp))
    target = next(params_of(op.input) for op in module.walk() if isinstance(op, DequantizeCastOp))
    assert source is not None and target is not None
    return source, target


def count(module: ModuleOp, op_class: type) -> int:
    return sum(isinstance(op, op_class) for op in module.walk())


# Rows: levels, output range, storage, zero point (OpenVINO's decomposition; where that has a float zero point, its rint).
TYPES = [
    (256, (0.0, 2.55), "u8", 0),
    (256, (-1.28, 1.27), "i8", 0),
    (255, (-1.27, 1.27), "i8<-127:127>", 0),
    (16, (0.0, 1.5), "u8<0:15>", 0),
    (16, (-0.8, 0.7), "i8<-8:7>", 0),
    (15, (-0.7, 0.7), "i8<-7:7>", 0),
    (2, (-1.0, 1.0), "i8<-1:0>", 0),
    (256, (-1.23, 2.55), "u8", 83),
    (256, (0.12, 1.23), "u8", 0),
    (256, (-3.0, -1.0), "u8", 255),
    (65536, (0.0, 65.535), "u16", 0),
]


@pytest.mark.parametrize(("levels", "limits", "storage", "zero_point"), TYPES)
def test_types(levels: int, limits: tuple[float, float], storage: str, zero_point: int, graph: type[Any]) -> None:
    g = graph((4,))
    module = g.module(g.fake_quantize(g.inputs[0], (*limits, *limits), levels))
    run(SplitFakeQuantize(), module)
    target = split_params(module)[1]
    assert str(target.storage) == storage
    if levels > 2:
        assert target.zero_point == zero_point
    assert target.scale == pytest.approx((limits[1] - limits[0]) / (levels - 1), rel=1e-6)


def test_an_integer_zero_point_needs_no_offset(graph: type[Any]) -> None:
    g = graph((4,))
    limits = (-0.5, 2.05)  # zero point 50
    module = g.module(g.fake_quantize(g.inputs[0], (*limits, *limits)))
    run(SplitFakeQuantize(), module)
    source, target = split_params(module)
    assert source == target and target.zero_point == 50
    assert count(module, AddOp) == count(module, SubOp) == count(module, ReinterpretOp) == 0


def codes_of(values: np.ndarray, low: np.ndarray, high: np.ndarray, levels: int) -> np.ndarray:
    return np.asarray((values.astype(float) - low) / (high - low) * (levels - 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, bool, np.ndarray, np.ndarray]:
    """Levels, whether the output range differs, and the input range of three channels or one."""
    channels = draw(st.sampled_from([1, 3]))
    bound = st.floats(-8, 8, width=32)
    low = np.array([draw(bound) for _ in range(channels)], np.float32)
    width = np.array([draw(st.floats(0.0625, 16, width=32)) for _ in range(channels)], np.float32)
    return draw(st.integers(2, 256)), draw(st.booleans()), low, low + width


@settings(max_examples=80)
@given(case=cases(), seed=st.integers(0, 100))
def test_codes_are_those_of_the_definition(case: Any, seed: int, graph: type[Any]) -> None:
    levels, other, low, high = case
    view = (1, -1, 1) if low.size > 1 else ()
    low, high = low.reshape(view), high.reshape(view)
    out_low, out_high = (low * 2 - 1, high * 2 - 1) if other else (low, high)
    g = graph((2, 3, 50))
    module = g.module(g.fake_quantize(g.inputs[0], (low, high, out_low, out_high), levels))
    x = np.random.default_rng(seed).uniform(-12, 28, (2, 3, 50)).astype(np.float32)
    expected = results(module, [x])[0]
    run(SplitFakeQuantize(), module)
    assert count(module, FakeQuantizeOp) == 0
    found = results(module, [x])[0]
    steps = codes_of(x, low.astype(float), high.astype(float), levels)
    near_tie = np.abs(np.abs(steps - np.rint(steps)) - 0.5) <= 2.0**-14
    scale = (out_high.astype(float) - out_low) / (levels - 1)
    magnitude = np.maximum(np.abs(out_low), np.abs(out_high))
    error = np.abs(found.astype(float) - expected)
    assert (error <= np.where(near_tie, 1.01, 2.0**-14) * scale + 2.0**-20 * magnitude).all()


LIMITS = [(-1.1, 2.3), (-1.28, 1.27), (0.0, 2.55), (-1.23, 2.55)]  # of the first every second code of the input is a tie


def validated(limits: tuple[float, float], graph: type[Any]) -> PassCheck:
    g = graph((1, 40, 40))
    x = g.round_trip(g.inputs[0], g.params("u8", 0.02, 128))
    module = g.module(g.fake_quantize(x, (*limits, *limits)))
    return Validator(module).run(Pipeline((SplitFakeQuantize(),)))[0]


@pytest.mark.parametrize("limits", LIMITS)
def test_the_claim_holds_at_ties(limits: tuple[float, float], graph: type[Any]) -> None:
    check = validated(limits, graph)
    assert check.values > 0 and check.worst < 1


@pytest.mark.parametrize("limits", LIMITS[::3])
def test_a_rounded_zero_point_without_offset_would_break_the_claim(
    limits: tuple[float, float], graph: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What OpenVINO does with a fractional zero point."""
    monkeypatch.setattr(split_fake_quantize, "tolerance", lambda levels: 1.0)
    with pytest.raises(ValidationError, match="states rounds, but"):
        validated(limits, graph)


@pytest.mark.parametrize(
    ("ranges", "levels", "reason"),
    [
        ((2.0, 0.0, 0.0, 1.0), 256, "an input range is inverted"),
        ((0.0, np.inf, 0.0, 1.0), 256, "an input range is not finite"),
        ((0.0, 1.0, 0.0, np.nan), 256, "an output range is not finite"),
        ((0.0, [[[0.0]], [[1.0]]], [[[1.0]], [[0.0]]], [[[0.0]], [[1.0]]]), 256, "empty where only some output"),
        ((0.0, 1.0, 0.0, 1.0), 65537, "65537 levels do not fit 16 bits"),
        ((0.0, [[[1.0, 2.0]], [[3.0, 4.0]]], 0.0, 1.0), 256, "its ranges vary along the axes [1, 3]: only one can carry scales"),
        ((0.0, [[[1.0]], [[2.0]]], 0.0, [1.0, 2.0]), 256, "its ranges vary along the axes [1, 3]: only one can carry scales"),
        ((0.0, 1e-37, 0.0, 1e-37), 256, "scales must be positive normal f32 numbers"),
    ],
)
def test_refusals(ranges: Any, levels: int, reason: str, graph: type[Any]) -> None:
    g = graph((1, 2, 1, 2))
    module = g.module(g.fake_quantize(g.inputs[0], ranges, levels))
    text = str(module)
    journal = run(SplitRanges(), module, remove_dead=False)
    assert str(module) == text
    assert [reason in r.reason for r in journal.refusals] == [True]


def test_ranges_that_are_computed_are_refused(graph: type[Any]) -> None:
    g = graph((4,), ())
    bounds = [g.floats(b) for b in (0.0, 0.0, 1.0)]
    module = g.module(g.add(FakeQuantizeOp(g.inputs[0], (bounds[0], g.inputs[1], bounds[1], bounds[2]), 256)))
    (refusal,) = run(SplitRanges(), module).refusals
    assert refusal.reason == "its ranges are not constants"
