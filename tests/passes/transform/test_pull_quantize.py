"""qcast above operations that commute with it: the same bits, and only where it helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import QuantizeCastOp, quantized_tensor
from lpt.passes.transform.pull_quantize import DropIdleClamp, PullQuantize, PullThroughMoves
from lpt.testing import results, run

WINDOW = {"kernel_shape": [2, 2], "strides": [2, 1], "pads": [1, 0, 0, 1], "dilations": [1, 1]}
BLOCKS = {"block_shape": [1, 1, 2, 3]}
MOVES: dict[str, Callable[[Any, SSAValue], SSAValue]] = {
    "relu": lambda g, x: g.op(nn.ReluOp, x),
    "clip": lambda g, x: g.op(nn.ClipOp, x, min=-0.33, max=1.7),
    "relu6": lambda g, x: g.op(nn.ClipOp, x, min=0.0, max=6.0),
    "max_pool": lambda g, x: g.op(nn.MaxPoolOp, x, **WINDOW),
    "relu, max_pool": lambda g, x: g.op(nn.MaxPoolOp, g.op(nn.ReluOp, x), **WINDOW),
    "reshape": lambda g, x: g.op(nn.ReshapeOp, x, shape=[1, 12, 4]),
    "transpose": lambda g, x: g.op(nn.TransposeOp, x, perm=[0, 2, 3, 1]),
    "pad": lambda g, x: g.op(nn.PadOp, x, pads=[0, 0, 1, 1, 0, 0, 1, 1]),
    "reduce_max": lambda g, x: g.op(nn.ReduceMaxOp, x, axes=[1, -1], keepdims=0),
    "gather": lambda g, x: g.op(nn.GatherOp, x, g.add(ConstantOp(np.array([[0, -1], [2, 2]]))), axis=1),
    "broadcast": lambda g, x: g.op(nn.BroadcastOp, x, shape=[2, 3, 4, 4]),
    "tile": lambda g, x: g.op(nn.TileOp, x, repeats=[1, 1, 2, 3]),
    "depth to space to depth": lambda g, x: g.op(nn.DepthToSpaceOp, g.op(nn.SpaceToDepthOp, x, block_size=2), block_size=2),
    "shuffle_channels": lambda g, x: g.op(nn.ShuffleChannelsOp, x, group=3),
    "space_to_batch": lambda g, x: g.op(nn.SpaceToBatchOp, x, **BLOCKS, pads_begin=[0, 0, 0, 1], pads_end=[0, 0, 0, 1]),
    "batch_to_space": lambda g, x: g.op(
        nn.BatchToSpaceOp, g.op(nn.TileOp, x, repeats=[6, 1, 1, 1]), **BLOCKS, crops_begin=[0, 0, 1, 0], crops_end=[0, 0, 0, 1]
    ),
    "concat": lambda g, x: g.op(nn.ConcatOp, [x, g.op(nn.ExpOp, x)], axis=2),
}


def casts(module: ModuleOp) -> list[QuantizeCastOp]:
    return [op for op in module.walk() if isinstance(op, QuantizeCastOp)]


@pytest.mark.parametrize("storage", ["u8", "i8"])
@pytest.mark.parametrize("name", MOVES)
def test_bits_stay_and_qcast_follows_the_sum(name: str, storage: str, graph: type[Any]) -> None:
    g = graph((1, 3, 4, 4), (1, 3, 4, 4))
    total = g.op(nn.AddOp, *g.inputs)
    zero_point = 100 if storage == "u8" else -5
    module = g.module(g.quantize(MOVES[name](g, total), graph.params(storage, 0.05, zero_point)))
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(1, 3, 4, 4)).astype(np.float32) * 4 for _ in range(2)]
    before = results(module, inputs)[0]
    run(PullQuantize(), module)
    assert all(cast.input.owner.name in ("nn.add", "nn.exp") for cast in casts(module))  # type: ignore[union-attr]
    np.testing.assert_array_equal(before, results(module, inputs)[0])


CLAMPS = {"relu": 100, "clip": 93, "relu6": 100, "relu, max_pool": 100}
"""The code of the lower bound at scale 0.05, zero point 100: 0, or rint(−0.33 / 0.05) = −7 steps."""


@pytest.mark.parametrize("name", MOVES)
def test_only_a_nan_in_relu_or_clip_changes(name: str, graph: type[Any]) -> None:
    g = graph((1, 3, 4, 4), (1, 3, 4, 4))
    module = g.module(g.quantize(MOVES[name](g, g.op(nn.AddOp, *g.inputs)), graph.params("u8", 0.05, 100)))
    x = np.random.default_rng(0).normal(size=(1, 3, 4, 4)).astype(np.float32) * 4
    x.flat[:16], x.flat[16:20] = np.nan, [np.inf, -np.inf, np.nan, 0]
    inputs = [x, np.zeros_like(x)]
    before = results(module, inputs)[0]
    run(PullQuantize(), module)
    after = results(module, inputs)[0]
    changed = before != after
    assert changed.any() == (name in CLAMPS)
    assert set(before[changed]) <= {0} and set(after[changed]) <= {CLAMPS.get(name)}


@pytest.mark.parametrize("name", CLAMPS)
def test_a_nan_stays_the_lowest_code_where_the_bound_is_that(name: str, graph: type[Any]) -> None:
    g = graph((1, 3, 4, 4), (1, 3, 4, 4))
    module = g.module(g.quantize(MOVES[name](g, g.op(nn.AddOp, *g.inputs)), graph.params("u8", 0.05, 0)))
    inputs = [np.full((1, 3, 4, 4), value, np.float32) for value in (np.nan, 0)]
    before = results(module, inputs)[0]
    run(PullQuantize(), module)
    np.testing.assert_array_equal(results(module, inputs)[0], before)


def test_per_channel_parameters_pass_relu_but_no_transpose(graph: type[Any]) -> None:
    g = graph((1, 3, 4, 4))
    params = graph.params("u8", [0.1, 0.2, 0.3], axis=1)
    relu = g.op(nn.ReluOp, g.op(nn.ExpOp, g.inputs[0]))
    moved = g.op(nn.TransposeOp, g.op(nn.ExpOp, g.inputs[0]), perm=[0, 1, 3, 2])
    module = g.module(g.quantize(relu, params), g.quantize(moved, params))
    journal = run(PullThroughMoves(), module)
    assert [cast.input.owner.name for cast in casts(module)] == ["nn.exp", "nn.transpose"]  # type: ignore[union-attr]
    assert [r.reason for r in journal.refusals] == ["parameters per channel are not pulled through nn.transpose"]


def test_a_float_user_keeps_it(graph: type[Any]) -> None:
    g = graph((4,))
    relu = g.op(nn.ReluOp, g.op(nn.ExpOp, g.inputs[0]))
    module = g.module(g.quantize(relu, graph.params("u8", 0.1)), relu)
    journal = run(PullThroughMoves(), module)
    assert [r.reason for r in journal.refusals] == ["the result of nn.relu is also used in floats"]


def test_several_qcasts_are_all_pulled(graph: type[Any]) -> None:
    g = graph((4,))
    relu = g.op(nn.ReluOp, g.op(nn.ExpOp, g.inputs[0]))
    module = g.module(*(g.quantize(relu, graph.params("u8", s)) for s in (0.1, 0.2)))
    run(PullQuantize(), module)
    assert [cast.input.owner.name for cast in casts(module)] == ["nn.exp", "nn.exp"]  # type: ignore[union-attr]


@pytest.mark.parametrize("source", ["dcast", "input"])
def test_where_dcast_comes_down_or_nothing_rounds_it_stays(source: str, graph: type[Any]) -> None:
    params = graph.params("u8", 0.1, 5)
    g = graph(quantized_tensor(params, (4,)), (4,))
    x = g.dequantize(g.inputs[0]) if source == "dcast" else g.inputs[1]
    module = g.module(g.quantize(g.op(nn.ReluOp, x), graph.params("u8", 0.3)))
    text = str(module)
    run(PullThroughMoves(), module, remove_dead=False)
    assert str(module) == text


@pytest.mark.parametrize(
    ("low", "high", "idle"),
    [(0.0, 25.5, True), (-1.0, 30.0, True), (0.0, 25.4, False), (0.1, 30.0, False), (-np.inf, np.inf, True)],
)
def test_idle_clips_go(low: float, high: float, idle: bool, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1), (256,)))
    module = g.module(g.op(nn.ClipOp, g.inputs[0], min=low, max=high))
    codes = np.arange(256).astype(np.uint8)
    before = results(module, [codes])[0]
    run(DropIdleClamp(), module)
    assert any(isinstance(op, nn.ClipOp) for op in module.walk()) != idle
    np.testing.assert_array_equal(before, results(module, [codes])[0])


@pytest.mark.parametrize(("zero_point", "idle"), [(0, True), (1, False)])
def test_relu_at_the_lowest_code_goes(zero_point: int, idle: bool, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, zero_point), (4,)))
    module = g.module(g.op(nn.ReluOp, g.inputs[0]))
    run(DropIdleClamp(), module)
    assert any(isinstance(op, nn.ReluOp) for op in module.walk()) != idle
