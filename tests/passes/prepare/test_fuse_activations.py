"""Activations from their parts, as exporters write them: fused, of the same value, and left where they are not the formula."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.passes.prepare.fuse_activations import FuseActivations
from lpt.testing import Parts, results, run

Q = QuantParams(U8, 0.05, 100)
SHAPE = (2, 3, 5)


def tanh_argument(p: Parts) -> SSAValue:
    cube = p.mul(0.044715, p.op(nn.PowOp, p.x, 3.0))
    return p.mul(p.add(p.x, cube), math.sqrt(2 / math.pi))


def tanh_argument_of_products(p: Parts) -> SSAValue:
    cube = p.mul(p.mul(p.mul(p.x, 0.044715), p.x), p.x)
    return p.mul(math.sqrt(2 / math.pi), p.add(cube, p.x))


FUSED: dict[str, tuple[Callable[[Parts], SSAValue], str]] = {
    "x · sigmoid(x)": (lambda p: p.mul(p.x, p.op(nn.SigmoidOp, p.x)), "nn.swish"),
    "sigmoid(1.702 x) · x": (lambda p: p.mul(p.op(nn.SigmoidOp, p.mul(p.x, 1.702)), p.x), "nn.swish"),
    "x · hard_sigmoid(x)": (lambda p: p.mul(p.x, p.op(nn.HardSigmoidOp, p.x, alpha=1 / 6, beta=0.5)), "nn.hard_swish"),
    "x · relu6(x + 3) / 6": (
        lambda p: p.op(nn.DivOp, p.mul(p.x, p.op(nn.ClipOp, p.add(p.x, 3.0), min=0.0, max=6.0)), 6.0),
        "nn.hard_swish",
    ),
    "x · (relu6(x + 3) / 6)": (
        lambda p: p.mul(p.x, p.op(nn.DivOp, p.op(nn.ClipOp, p.add(3.0, p.x), min=0.0, max=6.0), 6.0)),
        "nn.hard_swish",
    ),
    "x · tanh(softplus(x))": (lambda p: p.mul(p.x, p.op(nn.TanhOp, p.op(nn.SoftplusOp, p.x))), "nn.mish"),
    "½ (x (1 + erf(x / √2)))": (
        lambda p: p.mul(0.5, p.mul(p.x, p.add(p.op(nn.ErfOp, p.op(nn.DivOp, p.x, math.sqrt(2))), 1.0))),
        "nn.gelu",
    ),
    "(½ x) (1 + erf(x · √½))": (
        lambda p: p.mul(p.mul(p.x, 0.5), p.add(1.0, p.op(nn.ErfOp, p.mul(p.x, math.sqrt(0.5))))),
        "nn.gelu",
    ),
    "tanh gelu": (lambda p: p.mul(p.mul(p.x, 0.5), p.add(p.op(nn.TanhOp, tanh_argument(p)), 1.0)), "nn.gelu"),
    "tanh gelu of products": (
        lambda p: p.mul(0.5, p.mul(p.x, p.add(p.op(nn.TanhOp, tanh_argument_of_products(p)), 1.0))),
        "nn.gelu",
    ),
}


@pytest.mark.parametrize("name", FUSED)
def test_fused_to_the_same_value(name: str) -> None:
    make, wanted = FUSED[name]
    p = Parts(SHAPE)
    module = p.module(make(p))
    x = np.linspace(-9, 9, 30, dtype=np.float32).reshape(2, 3, 5)
    (before,) = results(module, [x])
    run(FuseActivations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)] == [wanted]
    np.testing.assert_allclose(results(module, [x])[0], before, rtol=0, atol=2e-6)


LEFT: dict[str, Callable[[Parts], SSAValue]] = {
    "another x": lambda p: p.mul(p.op(nn.ReluOp, p.x), p.op(nn.SigmoidOp, p.x)),
    "quantized between": lambda p: p.mul(p.x, p.round_trip(p.op(nn.SigmoidOp, p.x))),
    "another constant": lambda p: p.mul(p.mul(p.x, 0.5), p.add(1.0, p.op(nn.ErfOp, p.mul(p.x, 0.7)))),
    "a factor too many": lambda p: p.mul(p.x, p.mul(2.0, p.op(nn.TanhOp, p.op(nn.SoftplusOp, p.x)))),
    "another clip": lambda p: p.op(nn.DivOp, p.mul(p.x, p.op(nn.ClipOp, p.add(p.x, 3.0), min=0.0, max=5.0)), 6.0),
    "x squared, not cubed": lambda p: p.mul(
        p.mul(p.x, 0.5),
        p.add(p.op(nn.TanhOp, p.mul(p.add(p.x, p.mul(0.044715, p.op(nn.PowOp, p.x, 2.0))), math.sqrt(2 / math.pi))), 1.0),
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_left_as_it_is(name: str) -> None:
    p = Parts(SHAPE)
    module = p.module(LEFT[name](p))
    before = [op.name for op in module.walk()]
    run(FuseActivations(), module, remove_dead=False)
    assert [op.name for op in module.walk()] == before


def test_a_part_that_has_another_use_stays() -> None:
    p = Parts(SHAPE)
    gate = p.op(nn.SoftplusOp, p.x)
    module = p.module(p.mul(p.x, p.op(nn.TanhOp, gate)), gate)
    run(FuseActivations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)] == ["nn.softplus", "nn.tanh", "nn.mul"]


def test_repeated_dequantize_of_the_same_codes_is_one_x() -> None:
    p = Parts(SHAPE)
    cast = QuantizeCastOp(p.x, quantized_tensor(Q, [2, 3, 5]))
    first, second = DequantizeCastOp(cast.result), DequantizeCastOp(cast.result)
    p.block.add_ops([cast, first, second])
    module = p.module(p.mul(first.result, p.op(nn.SigmoidOp, second.result)))
    run(FuseActivations(), module)
    assert [op.name for op in module.walk() if isinstance(op, NnOp)] == ["nn.swish"]
