"""The whole transform stage on chains that real networks have, and on random ones: each pass keeps its claim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

import lpt
from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.transform import Transform
from lpt.passes.validate import Validator
from lpt.testing import run

WINDOW = {"kernel_shape": [2, 2], "strides": [1, 1], "pads": [0, 1, 1, 0], "dilations": [1, 1]}


def validated(module: ModuleOp, text: str = "lpt-split-fake-quantize,lpt-transform") -> list[str]:
    """Transform, hold each pass to its claim, and name what is left, in order, without constants."""
    Validator(module).run(Pipeline.parse(text))
    function = next(iter(module.ops))
    return [op.name for op in function.regions[0].block.ops if op.name not in ("lpt.constant", "func.return")]


def weights(g: Any, *shape: int, storage: str = "i8", seed: int = 0) -> SSAValue:
    rng = np.random.default_rng(seed)
    low, zero_point = (-127, 0) if storage == "i8" else (0, 131)
    scales = rng.uniform(0.002, 0.02, shape[0])
    result: SSAValue = g.codes(rng.integers(low, low + 255, shape), g.params(storage, scales, zero_point, axis=0))
    return result


def biased(g: Any, x: SSAValue, w: SSAValue, *, integer: bool = True, pad: int = 0, seed: int = 1) -> SSAValue:
    """conv and its bias: i32 of the accumulator's scale, or floats."""
    values = np.random.default_rng(seed).integers(-3000, 3000, (1, w.type.get_shape()[0], 1, 1))  # type: ignore[attr-defined]
    if integer:
        scales = np.float32(0.02) * w.owner.input.type.element_type.data.scales.astype(np.float32)  # type: ignore[union-attr]
        bias = g.codes(values, g.params("i32", scales, axis=1))
    else:
        bias = g.floats(values * 1e-4)
    result: SSAValue = g.op(nn.AddOp, g.conv(x, w, pad=pad), bias)
    return result


def input_of(g: Any) -> SSAValue:
    result: SSAValue = g.round_trip(g.inputs[0], g.params("u8", 0.02, 128))
    return result


def test_conv_bias_relu(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    y = g.op(nn.ReluOp, biased(g, input_of(g), weights(g, 4, 4, 3, 3), pad=1))
    module = g.module(g.round_trip(y, g.params("u8", 0.05)))
    assert validated(module) == ["quant.qcast", "nn.conv", "nn.add", "lpt.requantize", "quant.dcast"]


def test_float_bias_is_added_by_requantize_and_relu_stays_above_a_zero_point(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    y = g.op(nn.ReluOp, biased(g, input_of(g), weights(g, 4, 4, 3, 3), integer=False))
    module = g.module(g.round_trip(y, g.params("i8", 0.05, -3)))
    assert validated(module) == ["quant.qcast", "nn.conv", "lpt.requantize", "nn.relu", "quant.dcast"]
    (requantize,) = [op for op in module.walk() if isinstance(op, RequantizeOp)]
    assert requantize.bias is not None and isinstance(requantize.bias.owner, ConstantOp)


@pytest.mark.parametrize("relu", [False, True])
def test_residual_with_casts_on_both_sides(relu: bool, graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    x = input_of(g)
    y = g.round_trip(biased(g, x, weights(g, 4, 4, 3, 3), pad=1), g.params("u8", 0.04, 99))
    total = g.op(nn.AddOp, y, x)
    total = g.op(nn.ReluOp, total) if relu else total
    module = g.module(g.round_trip(total, g.params("u8", 0.05, 0 if relu else 120)))
    expected = ["quant.qcast", "nn.conv", "nn.add", "lpt.requantize", "nn.add", "quant.dcast"]
    assert validated(module) == expected


def test_residual_add_straight_on_an_accumulator(graph: type[Any]) -> None:
    """conv → add ← dcast, relu, qcast: no cast between convolution and addition (NNCF, PT2E)."""
    g = graph((1, 4, 6, 6))
    x = input_of(g)
    total = g.op(nn.ReluOp, g.op(nn.AddOp, biased(g, x, weights(g, 4, 4, 3, 3), pad=1), x))
    module = g.module(g.round_trip(total, g.params("u8", 0.05)))
    assert validated(module) == ["quant.qcast", "nn.conv", "nn.add", "nn.add", "quant.dcast"]


def test_a_float_output_keeps_an_integer_convolution(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    y = biased(g, input_of(g), weights(g, 4, 4, 3, 3), integer=False)
    module = g.module(g.op(nn.SigmoidOp, y))
    assert validated(module) == ["quant.qcast", "nn.conv", "quant.dcast", "nn.add", "nn.sigmoid"]


def test_an_accumulator_with_two_users(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    y = biased(g, input_of(g), weights(g, 4, 4, 3, 3))
    module = g.module(g.round_trip(y, g.params("u8", 0.05, 90)), g.op(nn.TanhOp, y))
    names = validated(module)
    assert sorted(names) == sorted(["quant.qcast", "nn.conv", "nn.add", "lpt.requantize", "quant.dcast", "quant.dcast", "nn.tanh"])


def test_a_dcast_with_several_users(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    x = input_of(g)
    a = g.quantize(g.op(nn.MaxPoolOp, x, **WINDOW), g.params("u8", 0.02, 128))
    b = g.quantize(g.conv(x, weights(g, 2, 4, 1, 1)), g.params("u8", 0.05, 128))
    module = g.module(a, b, x)
    assert sorted(validated(module)) == sorted(["quant.qcast", "nn.max_pool", "nn.conv", "lpt.requantize", "quant.dcast"])


def test_concat_of_unlike_branches(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    x = input_of(g)
    left = g.op(nn.ReluOp, biased(g, x, weights(g, 2, 4, 1, 1)))
    right = g.round_trip(biased(g, x, weights(g, 3, 4, 1, 1)), g.params("u8", 0.07, 3))
    module = g.module(g.round_trip(g.op(nn.ConcatOp, [left, right], axis=1), g.params("u8", 0.05)))
    names = validated(module)
    assert names.count("lpt.requantize") == 3 and names[-2:] == ["nn.concat", "quant.dcast"]


def test_squeeze_and_excite(graph: type[Any]) -> None:
    """global pool → matmul-like conv → hard_sigmoid → mul."""
    g = graph((1, 4, 6, 6))
    x = input_of(g)
    u8 = g.params("u8", 0.02, 128)
    pooled = g.round_trip(g.op(nn.GlobalAveragePoolOp, x), u8)
    gate = g.round_trip(
        g.op(nn.HardSigmoidOp, g.round_trip(biased(g, pooled, weights(g, 4, 4, 1, 1)), u8)), g.params("u8", 1 / 256)
    )
    module = g.module(g.round_trip(g.op(nn.MulOp, x, gate), u8))
    names = validated(module)
    assert "nn.hard_sigmoid" in names and names[-3:] == ["nn.mul", "lpt.requantize", "quant.dcast"]
    assert names.count("quant.dcast") == names.count("quant.qcast") == 1


OPERATIONS = (
    "conv", "relu", "clip", "max_pool", "average_pool", "border_pool", "add", "mul", "sigmoid", "leaky_relu",
    "scale", "concat", "transpose", "slice", "pad", "cast", "fake_quantize",
)  # fmt: skip


def grow(g: Any, kind: str, x: SSAValue, other: SSAValue, seed: int) -> SSAValue:
    """One operation on x; every shape stays (1, 4, 5, 5)."""
    result: SSAValue
    pool = {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1], "dilations": [1, 1]}
    match kind:
        case "conv":
            storage = ("i8", "u8")[seed % 2]
            result = biased(g, x, weights(g, 4, 4, 3, 3, storage=storage, seed=seed), pad=1, integer=seed % 3 > 0, seed=seed)
        case "relu":
            result = g.op(nn.ReluOp, x)
        case "clip":
            result = g.op(nn.ClipOp, x, min=-0.5, max=1.5)
        case "max_pool":
            result = g.op(nn.MaxPoolOp, x, **pool)
        case "average_pool":
            result = g.op(nn.AveragePoolOp, x, **pool, count_include_pad=1)
        case "border_pool":
            result = g.op(nn.AveragePoolOp, x, **pool)
        case "add":
            result = g.op(nn.AddOp, x, other)
        case "mul":
            result = g.op(nn.MulOp, x, other)
        case "sigmoid":
            result = g.op(nn.SigmoidOp, x)
        case "leaky_relu":
            result = g.op(nn.LeakyReluOp, x, alpha=0.125)
        case "scale":
            result = g.op(nn.MulOp, x, g.floats([[[0.5]], [[1.5]], [[0.75]], [[2.0]]]))
        case "concat":
            both = g.op(nn.ConcatOp, [x, other], axis=1)
            result = g.op(nn.SliceOp, both, starts=[2], ends=[6], axes=[1], steps=[1])
        case "transpose":
            result = g.op(nn.TransposeOp, x, perm=[0, 1, 3, 2])
        case "slice":
            result = g.op(nn.SliceOp, x, starts=[-1], ends=[-100], axes=[2], steps=[-1])
        case "pad":
            wide = g.op(nn.PadOp, x, pads=[0, 0, 1, 0, 0, 0, 0, 0])
            result = g.op(nn.SliceOp, wide, starts=[0], ends=[5], axes=[2], steps=[1])
        case "fake_quantize":
            result = g.fake_quantize(x, (-1.1, 2.3, -1.1, 2.3))
        case _:
            params = g.params(("u8", "i8")[seed % 2], (0.02, 0.05)[seed // 2 % 2], (128, -3)[seed % 2])
            result = g.round_trip(x, params)
    return result


@settings(max_examples=60)
@given(kinds=st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 11), st.booleans()), min_size=1, max_size=8))
def test_random_networks_keep_their_claims(kinds: list[tuple[str, int, bool]], graph: type[Any]) -> None:
    g = graph((1, 4, 5, 5))
    values = [input_of(g)]
    for kind, seed, cast in kinds:
        value = grow(g, kind, values[-1], values[seed % len(values)], seed)
        values.append(grow(g, "cast", value, value, seed) if cast else value)
    module = g.module(values[-1], values[len(values) // 2])
    validated(module, "lpt-push-moves,lpt-pull-quantize,lpt-split-fake-quantize,lpt-transform")
    module.verify()
    again = str(module)
    run(Transform(), module)
    assert str(module) == again


@settings(max_examples=40)
@given(kinds=st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 11)), min_size=1, max_size=6))
def test_fully_quantized_networks_become_integers(kinds: list[tuple[str, int]], graph: type[Any]) -> None:
    """A cast behind each operation: only the first qcast and the last dcast are left."""
    g = graph((1, 4, 5, 5))
    values = [input_of(g)]
    for kind, seed in kinds:
        value = grow(g, kind, values[-1], values[seed % len(values)], seed)
        values.append(grow(g, "cast", value, value, seed))
    module = g.module(values[-1])
    names = validated(module, "lpt-split-fake-quantize,lpt-transform")
    assert names.count("quant.qcast") == names.count("quant.dcast") == 1
    assert not any(isinstance(op, nn.NnOp) and not op.is_quantized for op in module.walk())
    assert not any(isinstance(op, QuantizeCastOp | DequantizeCastOp) and op.result.uses.get_length() == 0 for op in module.walk())


@settings(max_examples=15)
@given(kinds=st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 11)), min_size=1, max_size=5))
@example(kinds=[("concat", 0)])  # an operand twice in one concatenation
def test_what_is_made_compiles_to_the_interpreters_bits(kinds: list[tuple[str, int]], graph: type[Any]) -> None:
    g = graph((1, 4, 5, 5))
    values = [input_of(g)]
    for kind, seed in kinds:
        value = grow(g, kind, values[-1], values[seed % len(values)], seed)
        values.append(grow(g, "cast", value, value, seed))
    model = lpt.transform(Model(g.module(values[-1])))
    (name,) = model.inputs
    inputs = {name: np.random.default_rng(0).normal(size=(1, 4, 5, 5)).astype(np.float32)}
    for output, expected in lpt.interpret(model, inputs).items():
        np.testing.assert_array_equal(lpt.compile(model).run(inputs)[output], expected)
