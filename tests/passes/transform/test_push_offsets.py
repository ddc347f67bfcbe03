"""Offsets pushed on like biases, border classes of padded convolutions among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import IntegerType, ModuleOp, TensorType
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.passes.transform.push_dequantize import PushDequantize
from lpt.passes.transform.push_offsets import PushOffset
from lpt.passes.validate import random_inputs
from lpt.testing import results, run

WINDOW = {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1], "dilations": [1, 1]}


def weights(g: Any, *shape: int) -> SSAValue:
    values = np.random.default_rng(1).integers(-127, 128, shape)
    result: SSAValue = g.codes(values, g.params("i8", 0.01))
    return result


BLOCKS = {"block_shape": [1, 1, 1, 2]}

PUSHED: dict[str, Callable[[Any, SSAValue], SSAValue]] = {
    "conv": lambda g, x: g.conv(x, weights(g, 3, 4, 3, 3), pad=1),
    "strided conv": lambda g, x: g.conv(x, weights(g, 3, 4, 3, 3), pad=1, stride=2),
    "grouped conv": lambda g, x: g.conv(x, weights(g, 8, 2, 2, 2), group=2),
    "matmul": lambda g, x: g.op(nn.MatMulOp, x, weights(g, 5, 2)),
    "factor": lambda g, x: g.op(nn.MulOp, x, g.floats(3.0)),
    "average_pool": lambda g, x: g.op(nn.AveragePoolOp, x, **WINDOW, count_include_pad=1),
    "global_average_pool": lambda g, x: g.op(nn.GlobalAveragePoolOp, x),
    "max_pool": lambda g, x: g.op(nn.MaxPoolOp, x, **WINDOW),
    "reduce_sum": lambda g, x: g.op(nn.ReduceSumOp, x, axes=[2]),
    "reduce_min": lambda g, x: g.op(nn.ReduceMinOp, x, axes=[2], keepdims=0),
    "gather": lambda g, x: g.op(nn.GatherOp, x, g.add(ConstantOp(np.array([0, -1, 2, 2]))), axis=1),
    "broadcast": lambda g, x: g.op(nn.BroadcastOp, x, shape=[2, 1, 1, 1, 1]),
    "tile": lambda g, x: g.op(nn.TileOp, x, repeats=[1, 2, 1, 3]),
    "depth_to_space": lambda g, x: g.op(nn.DepthToSpaceOp, x, block_size=2),
    "space_to_depth": lambda g, x: g.op(nn.SpaceToDepthOp, x, block_size=5),
    "shuffle_channels": lambda g, x: g.op(nn.ShuffleChannelsOp, x, group=2),
    "batch_to_space": lambda g, x: g.op(nn.BatchToSpaceOp, x, **BLOCKS, crops_begin=[0, 0, 0, 1], crops_end=[0, 0, 0, 0]),
    "space_to_batch": lambda g, x: g.op(nn.SpaceToBatchOp, x, **BLOCKS, pads_begin=[0, 0, 0, 1], pads_end=[0, 0, 0, 0]),
    "reshape": lambda g, x: g.op(nn.ReshapeOp, x, shape=[2, 2, 2, -1]),
    "transpose": lambda g, x: g.op(nn.TransposeOp, x, perm=[3, 1, 0, 2]),
    "concat": lambda g, x: g.op(nn.ConcatOp, [x, g.dequantize(g.inputs[0])], axis=1),
}
OFFSETS = {"tensor": np.float32(0.037), "channel": np.array([0.01, -0.02, 0.03, 0.04], np.float32).reshape(1, 4, 1, 1)}


def owner_of_result(module: ModuleOp) -> nn.NnOp:
    function = next(iter(module.ops))
    owner = function.regions[0].block.last_op.operands[0].owner
    assert isinstance(owner, nn.NnOp)
    return owner


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("name", PUSHED)
def test_an_offset_becomes_a_constant_behind(name: str, offset: str, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (2, 4, 5, 5)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(OFFSETS[offset]))
    module = g.module(PUSHED[name](g, x))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushOffset(), module)
    add = owner_of_result(module)
    assert isinstance(add, nn.AddOp) and isinstance(add.b.owner, ConstantOp)
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=0, atol=2e-6 * np.abs(before).max())


@pytest.mark.parametrize("name", ["conv", "matmul", "factor", "average_pool", "global_average_pool", "max_pool"])
def test_a_batch_that_is_not_known_does_no_harm(name: str, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (-1, 4, 5, 5)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(OFFSETS["channel"]))
    module = g.module(PUSHED[name](g, x))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushOffset(), module)
    assert isinstance(owner_of_result(module), nn.AddOp)
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=0, atol=2e-6 * np.abs(before).max())


def test_other_extents_must_be_known(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (1, 4, -1, 5)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(0.5))
    module = g.module(PUSHED["conv"](g, x))
    assert [r.reason for r in run(PushOffset(), module).refusals] == ["the extent of the offset of its operand is not known"]


def field(module: ModuleOp) -> np.ndarray:
    add = owner_of_result(module)
    assert isinstance(add, nn.AddOp) and isinstance(add.b.owner, ConstantOp)
    return add.b.owner.array


def test_a_padded_border_has_classes_of_its_own(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (1, 1, 5, 6)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(0.5))
    ones = g.codes(np.ones((2, 1, 3, 3)), graph.params("i8", 1.0))
    module = g.module(g.conv(x, ones, pad=1))
    run(PushOffset(), module)
    rows, columns = [2, 3, 3, 3, 2], [2, 3, 3, 3, 3, 2]  # taps inside the input
    np.testing.assert_array_equal(field(module)[0, 0], 0.5 * np.outer(rows, columns))


def test_without_padding_the_field_is_one_value_per_channel(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (3, 2, 5, 6)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(0.5))
    module = g.module(g.conv(x, g.codes([[[[1]], [[2]]], [[[3]], [[4]]]], graph.params("i8", 1.0))))
    run(PushOffset(), module)
    assert field(module).ravel().tolist() == [1.5, 3.5]
    assert field(module).shape == (1, 2, 1, 1)


REFUSED: dict[str, tuple[Callable[[Any, SSAValue], SSAValue], str]] = {
    "pad": (
        lambda g, x: g.op(nn.PadOp, x, pads=[0, 0, 1, 1, 0, 0, 0, 0]),
        "its operand has an offset that the padding has not",
    ),
    "data": (lambda g, x: g.op(nn.MulOp, x, x), "an operand has an offset and the other is no constant"),
    "float part": (
        lambda g, x: g.op(nn.ConcatOp, [x, g.inputs[1]], axis=1),
        "an operand has an offset and another is not quantized",
    ),
    "window": (
        lambda g, x: g.op(nn.MaxPoolOp, g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(np.arange(5))), **WINDOW),
        "the offset differs inside a window",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str, graph: type[Any]) -> None:
    build, reason = REFUSED[name]
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (2, 4, 5, 5)), (2, 4, 5, 5))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(0.5))
    module = g.module(build(g, x))
    text = str(module)
    journal = run(PushOffset(), module, remove_dead=False)
    assert str(module) == text
    assert [r.reason for r in journal.refusals] == [reason]


def test_fake_quantize_with_a_fractional_zero_point_runs_in_integers(graph: type[Any]) -> None:
    """fake_quantize → padded conv with bias → fake_quantize: one integer convolution, one requantize whose bias holds it all."""
    g = graph((1, 4, 6, 6))
    x = g.fake_quantize(g.inputs[0], (-1.23, 2.55, -1.23, 2.55))
    y = g.op(nn.AddOp, g.conv(x, weights(g, 3, 4, 3, 3), pad=1), g.floats([[[1.0]], [[2.0]], [[-1.0]]]))
    module = g.module(g.fake_quantize(y, (-17.3, 22.1, -17.3, 22.1)))
    x = np.random.default_rng(0).normal(size=(1, 4, 6, 6)).astype(np.float32)
    before = results(module, [x])[0]
    run("lpt-split-fake-quantize,lpt-transform", module)
    (requantize,) = [op for op in module.walk() if isinstance(op, RequantizeOp)]
    assert isinstance(requantize.input.owner, nn.ConvOp)
    assert requantize.bias is not None and requantize.bias.type.get_shape() == (1, 3, 6, 6)  # type: ignore[attr-defined]
    assert params_of(requantize.input) is not None
    np.testing.assert_allclose(results(module, [x])[0], before, rtol=0, atol=1e-5)


def test_push_dequantize_joins_all_rules(graph: type[Any]) -> None:
    g = graph((1, 4, 6, 6))
    x = g.fake_quantize(g.inputs[0], (-1.23, 2.55, -1.23, 2.55))
    y = g.op(nn.MulOp, g.conv(x, weights(g, 3, 4, 3, 3), pad=1), g.floats([[[0.5]], [[0.25]], [[2.0]]]))
    module = g.module(g.op(nn.AddOp, y, g.floats(1.0)))
    x = np.random.default_rng(0).normal(size=(1, 4, 6, 6)).astype(np.float32)
    before = results(module, [x])[0]
    run("lpt-split-fake-quantize", module)
    run(PushDequantize(), module)
    add = owner_of_result(module)
    assert isinstance(add, nn.AddOp) and add.a.owner.name == "quant.dcast"  # type: ignore[union-attr]
    np.testing.assert_allclose(results(module, [x])[0], before, rtol=0, atol=1e-4)


STAYS: dict[str, tuple[Callable[[Any, SSAValue], SSAValue], str]] = {
    "reduce_max": (
        lambda g, x: g.op(nn.ReduceMaxOp, x, axes=[1]),
        "the offset differs among the elements that are compared",
    ),
    "gather": (
        lambda g, x: g.op(nn.GatherOp, x, g.inputs[1], axis=1),
        "its operand has an offset and its indices are computed at run time",
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_where_the_offset_does_not_pass(name: str, graph: type[Any]) -> None:
    build, reason = STAYS[name]
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (2, 4, 5, 5)), TensorType(IntegerType(64), [3]))
    module = g.module(build(g, g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(OFFSETS["channel"]))))
    assert [refusal.reason for refusal in run(PushOffset(), module).refusals] == [reason]


def test_a_split_gives_each_part_its_offset(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (2, 4, 5, 5)))
    x = g.op(nn.AddOp, g.dequantize(g.inputs[0]), g.floats(OFFSETS["channel"]))
    split = nn.SplitOp.make([x], axis=1, split=[1, 3])
    g.add(split)
    module = g.module(g.op(nn.AddOp, *split.outputs))
    inputs = random_inputs(module)
    before = results(module, inputs)[0]
    run(PushOffset(), module)
    (split,) = [op for op in module.walk() if isinstance(op, nn.SplitOp)]
    offsets = [next(iter(output.uses)).operation.operands[1].owner for output in split.outputs]
    assert [offset.array.shape for offset in offsets] == [(1, 1, 1, 1), (1, 3, 1, 1)]
    np.testing.assert_allclose(results(module, inputs)[0], before, rtol=0, atol=2e-6 * np.abs(before).max())
