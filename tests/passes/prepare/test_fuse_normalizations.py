"""Normalizations from their parts, as exporters write them: fused, of the same value, and left where they are not the formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.passes.pipeline import Pipeline
from lpt.passes.prepare.fuse_normalizations import FuseNormalizations
from lpt.passes.prepare.normalize import Normalize
from lpt.passes.validate import Validator
from lpt.testing import Parts, results, run

Q = QuantParams(U8, 0.05, 100)
SHAPE = (2, 6, 5)
X = (np.random.default_rng(0).normal(size=SHAPE) * 3 + 1).astype(np.float32)


def layer(p: Parts) -> SSAValue:
    d = p.difference()
    return p.div(d, p.sqrt(p.add(p.mean(p.squared(d)), 0.01)))


def layer_of_products(p: Parts) -> SSAValue:
    d = p.difference((1, 2))
    return p.mul(p.op(nn.ReciprocalOp, p.sqrt(p.add(0.01, p.mean(p.mul(d, d), (1, 2))))), d)


def layer_with_a_power(p: Parts) -> SSAValue:
    d = p.difference()
    return p.mul(d, p.op(nn.PowOp, p.add(p.mean(p.squared(d)), 0.01), -0.5))


def layer_outside(p: Parts) -> SSAValue:
    d = p.difference()
    return p.div(d, p.add(p.op(nn.PowOp, p.mean(p.squared(d)), 0.5), 0.01))


def layer_twice_subtracted(p: Parts) -> SSAValue:
    d = p.op(nn.SubOp, p.x, p.mean(p.x))
    return p.div(d, p.sqrt(p.mean(p.mul(d, d))))


def rms(p: Parts) -> SSAValue:
    return p.mul(p.x, p.div(1.0, p.sqrt(p.add(p.mean(p.squared(p.x)), 0.01))))


FUSED: dict[str, tuple[Callable[[Parts], SSAValue], list[str]]] = {
    "layer": (layer, ["nn.mvn"]),
    "layer of products": (layer_of_products, ["nn.mvn"]),
    "layer with a power": (layer_with_a_power, ["nn.mvn"]),
    "layer, added outside": (layer_outside, ["nn.mvn"]),
    "layer without a number": (layer_twice_subtracted, ["nn.mvn"]),
    "rms": (rms, ["nn.normalize_l2", "nn.mul"]),
    "rms, divided": (
        lambda p: p.div(p.x, p.sqrt(p.add(p.mean(p.mul(p.x, p.x)), 0.01))),
        ["nn.normalize_l2", "nn.mul"],
    ),
    "l2": (lambda p: p.div(p.x, p.sqrt(p.add(p.total(p.squared(p.x)), 0.01))), ["nn.normalize_l2"]),
    "l2 with a least norm": (
        lambda p: p.div(p.x, p.op(nn.ClipOp, p.sqrt(p.total(p.squared(p.x))), min=1e-12)),
        ["nn.normalize_l2"],
    ),
}


@pytest.mark.parametrize("name", FUSED)
def test_fused_to_the_same_value(name: str) -> None:
    make, wanted = FUSED[name]
    p = Parts(SHAPE)
    module = p.module(make(p))
    (before,) = results(module, [X])
    run(FuseNormalizations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)] == wanted
    np.testing.assert_allclose(results(module, [X])[0], before, rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", FUSED)
def test_within_the_stated_bound_behind_normalize(name: str) -> None:
    """Which writes a mean over the last of three dimensions as a pool."""
    p = Parts(SHAPE)
    module = p.module(FUSED[name][0](p))
    Validator(module, [X]).run(Pipeline((Normalize(), FuseNormalizations())))
    assert {op.name for op in module.walk() if isinstance(op, NnOp)} <= {"nn.mvn", "nn.normalize_l2", "nn.mul", "nn.clip"}


def test_a_difference_that_is_used_stays_and_is_normalized() -> None:
    p = Parts(SHAPE)
    d = p.difference()
    module = p.module(p.div(d, p.sqrt(p.add(p.mean(p.squared(d)), 0.01))), d)
    before = results(module, [X])
    run(FuseNormalizations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)][2:] == ["nn.normalize_l2", "nn.mul"]
    for got, wanted in zip(results(module, [X]), before, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=2e-6)


def test_repeated_dequantize_of_the_same_codes_is_one_x() -> None:
    p = Parts(SHAPE)
    cast = QuantizeCastOp(p.x, quantized_tensor(Q, SHAPE))
    copies = [DequantizeCastOp(cast.result) for _ in range(2)]
    p.block.add_ops([cast, *copies])
    d = p.op(nn.SubOp, copies[0].result, p.mean(copies[1].result))
    module = p.module(p.div(d, p.sqrt(p.add(p.mean(p.squared(d)), 0.01))))
    run(FuseNormalizations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)] == ["nn.mvn"]


def another_power(p: Parts) -> SSAValue:
    d = p.difference()
    return p.div(d, p.op(nn.PowOp, p.add(p.mean(p.squared(d)), 0.01), 0.25))


LEFT: dict[str, Callable[[Parts], SSAValue]] = {
    "another power": another_power,
    "another x": lambda p: p.div(p.op(nn.AbsOp, p.x), p.sqrt(p.mean(p.squared(p.x)))),
    "quantized between": lambda p: p.div(p.x, p.sqrt(p.mean(p.round_trip(p.squared(p.x))))),
    "not a square": lambda p: p.div(p.x, p.sqrt(p.mean(p.op(nn.PowOp, p.x, 4.0)))),
    "a negative number": lambda p: p.div(p.x, p.sqrt(p.add(p.mean(p.squared(p.x)), -0.5))),
    "a number outside": lambda p: p.div(p.x, p.add(p.sqrt(p.mean(p.squared(p.x))), 0.5)),
    "a tiny bound": lambda p: p.div(p.x, p.op(nn.ClipOp, p.sqrt(p.total(p.squared(p.x))), min=1e-20)),
}


@pytest.mark.parametrize("name", LEFT)
def test_left_as_it_is(name: str) -> None:
    p = Parts(SHAPE)
    module = p.module(LEFT[name](p))
    before = [op.name for op in module.walk()]
    run(FuseNormalizations(), module, remove_dead=False)
    assert [op.name for op in module.walk()] == before


REASONS: dict[str, str] = {
    "a negative number": "the number added to the mean square is -0.5",
    "a number outside": "a number is added to the root",
    "a tiny bound": "below f32's normal numbers",
}


@pytest.mark.parametrize("name", REASONS)
def test_reasons(name: str) -> None:
    p = Parts(SHAPE)
    journal = run(FuseNormalizations(), p.module(LEFT[name](p)), remove_dead=False)
    assert any(REASONS[name] in refusal.reason for refusal in journal.refusals)


def test_a_root_that_is_used_stays() -> None:
    p = Parts(SHAPE)
    root = p.sqrt(p.mean(p.squared(p.x)))
    module = p.module(p.div(p.x, root), root)
    journal = run(FuseNormalizations(), module)
    assert any("another use" in refusal.reason for refusal in journal.refusals)
    assert "nn.div" in [op.name for op in module.walk()]
