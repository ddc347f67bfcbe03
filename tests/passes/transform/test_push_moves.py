"""dcast behind operations that move elements: the same bits, and where it stays above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.quant import DequantizeCastOp, params_of, quantized_tensor
from lpt.passes.pipeline import Pipeline
from lpt.passes.transform.push_moves import PushMoves, PushThroughMoves
from lpt.passes.validate import Validator, random_inputs
from lpt.testing import assert_rewrites, body, results, run

U8 = "!quant.uniform<u8:f32, 5.0e-1:3>"
WINDOW = {"kernel_shape": [2, 2], "strides": [1, 1], "pads": [0, 0, 1, 1], "dilations": [1, 1]}

MOVES: dict[str, Callable[[Any, SSAValue], SSAValue]] = {
    "relu": lambda g, x: g.op(nn.ReluOp, x),
    "identity": lambda g, x: g.op(nn.IdentityOp, x),
    "neg": lambda g, x: g.op(nn.NegOp, x),
    "max_pool": lambda g, x: g.op(nn.MaxPoolOp, x, **WINDOW),
    "global_max_pool": lambda g, x: g.op(nn.GlobalMaxPoolOp, x),
    "reshape": lambda g, x: g.op(nn.ReshapeOp, x, shape=[2, 3, 16]),
    "transpose": lambda g, x: g.op(nn.TransposeOp, x, perm=[0, 2, 3, 1]),
    "slice": lambda g, x: g.op(nn.SliceOp, x, starts=[2], ends=[-5], axes=[1], steps=[-1]),
    "pad": lambda g, x: g.op(nn.PadOp, x, pads=[0, 0, 1, 2, 0, 0, 0, 1]),
    "unsqueeze": lambda g, x: g.op(nn.UnsqueezeOp, x, axes=[0]),
    "concat": lambda g, x: g.op(nn.ConcatOp, [x, x], axis=1),
    "resize": lambda g, x: g.op(
        nn.ResizeOp, x, sizes=[2, 3, 7, 8], coordinate_mode="half_pixel", nearest_mode="round_prefer_floor"
    ),
}


def outermost(module: ModuleOp) -> str:
    """The name of the operation whose result the function returns."""
    function = next(iter(module.ops))
    return str(function.regions[0].block.last_op.operands[0].owner.name)


@pytest.mark.parametrize("axis", [None, 1])
@pytest.mark.parametrize("name", MOVES)
def test_bits_stay_and_codes_move(name: str, axis: int | None, graph: type[Any]) -> None:
    params = graph.params("u8", 0.03 if axis is None else [0.03, 0.01, 0.2], 7 if axis is None else [0, 255, 9], axis)
    g = graph(quantized_tensor(params, (2, 3, 4, 4)))
    module = g.module(MOVES[name](g, g.dequantize(g.inputs[0])))
    inputs = random_inputs(module)
    before = results(module, inputs)
    run(PushThroughMoves(), module)
    assert outermost(module) == "quant.dcast"
    for old, new in zip(before, results(module, inputs), strict=True):
        np.testing.assert_array_equal(old, new)


def test_as_text() -> None:
    arguments, result = [f"%q: tensor<1x2x4x{U8}>"], f"tensor<1x8x{U8}>"
    assert_rewrites(
        PushThroughMoves(),
        body(
            arguments,
            f"""%x = quant.dcast %q : tensor<1x2x4x{U8}> to tensor<1x2x4xf32>
            %r = nn.relu %x : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
            %y = nn.reshape %r {{shape = array<i64: 1, 8>}} : (tensor<1x2x4xf32>) -> tensor<1x8xf32>""",
            "%y: tensor<1x8xf32>",
        ),
        body(
            arguments,
            f"""%r = nn.relu %q : (tensor<1x2x4x{U8}>) -> tensor<1x2x4x{U8}>
            %m = nn.reshape %r {{shape = array<i64: 1, 8>}} : (tensor<1x2x4x{U8}>) -> {result}
            %y = quant.dcast %m : {result} to tensor<1x8xf32>""",
            "%y: tensor<1x8xf32>",
        ),
    )


def test_split_has_one_dcast_for_each_part(graph: type[Any]) -> None:
    params = graph.params("i8", [0.1, 0.2, 0.3], axis=0)
    g = graph(quantized_tensor(params, (3, 2)))
    split = nn.SplitOp.make([g.dequantize(g.inputs[0])], axis=0, split=[1, 2])
    g.add(split)
    module = g.module(*split.outputs)
    before = results(module, [np.array([[1, 2], [3, 4], [5, 6]], np.int8)])
    run(PushThroughMoves(), module)
    casts = [op for op in module.walk() if isinstance(op, DequantizeCastOp)]
    scales = [params_of(cast.input).scales.tolist() for cast in casts]  # type: ignore[union-attr]
    assert scales == [np.array([0.1], np.float32).tolist(), np.array([0.2, 0.3], np.float32).tolist()]
    after = results(module, [np.array([[1, 2], [3, 4], [5, 6]], np.int8)])
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_concat_joins_scales(graph: type[Any]) -> None:
    a, b = graph.params("u8", 0.1, 5), graph.params("u8", 0.2, 9)
    g = graph(quantized_tensor(a, (1, 1, 2)), quantized_tensor(b, (1, 2, 2)))
    module = g.module(g.op(nn.ConcatOp, [g.dequantize(x) for x in g.inputs], axis=1))
    inputs = random_inputs(module)
    before = results(module, inputs)
    run(PushThroughMoves(), module)
    cast = next(op for op in module.walk() if isinstance(op, DequantizeCastOp))
    joined = params_of(cast.input)
    assert joined is not None and joined.axis == 1
    assert joined.zero_points.tolist() == [5, 9, 9]
    np.testing.assert_array_equal(before[0], results(module, inputs)[0])


def test_other_users_keep_their_dcast(graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.1, 5), (4,)))
    x = g.dequantize(g.inputs[0])
    module = g.module(g.op(nn.ReluOp, x), x)
    inputs = random_inputs(module)
    before = results(module, inputs)
    run(PushThroughMoves(), module)
    assert sum(isinstance(op, DequantizeCastOp) for op in module.walk()) == 2
    assert all(np.array_equal(a, b) for a, b in zip(before, results(module, inputs), strict=True))


REFUSED: dict[str, tuple[Callable[[Any, SSAValue], SSAValue], str]] = {
    "float operand": (
        lambda g, x: g.op(nn.ConcatOp, [x, g.inputs[1]], axis=1),
        "operand 1 is not quantized: it is an input of the model",
    ),
    "fill": (lambda g, x: g.op(nn.PadOp, x, pads=[0, 0, 0, 1, 0, 0, 0, 0], value=1e9), "is no code"),
    "pad axis": (lambda g, x: g.op(nn.PadOp, x, pads=[0, 1, 0, 0, 0, 0, 0, 0]), "pad along the quantized axis"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str, graph: type[Any]) -> None:
    build, reason = REFUSED[name]
    g = graph(quantized_tensor(graph.params("u8", [0.1, 0.2, 0.3], axis=1), (2, 3, 4, 4)), (2, 3, 4, 4))
    module = g.module(build(g, g.dequantize(g.inputs[0])))
    text = str(module)
    journal = run(PushThroughMoves(), module, remove_dead=False)
    assert str(module) == text
    assert any(reason in refusal.reason for refusal in journal.refusals)


def test_concat_of_unlike_types_that_is_quantized_again_is_left_to_pull(graph: type[Any]) -> None:
    a, b = graph.params("u8", 0.1, 5), graph.params("u8", 0.2, 9)
    g = graph(quantized_tensor(a, (1, 1, 2)), quantized_tensor(b, (1, 2, 2)))
    module = g.module(g.quantize(g.op(nn.ConcatOp, [g.dequantize(x) for x in g.inputs], axis=1), a))
    journal = run(PushThroughMoves(), module)
    assert [refusal.reason for refusal in journal.refusals] == ["its parts are quantized apart"]


@pytest.mark.parametrize("kind", ["neg", "relu"])
def test_the_claim_holds_for_zeros(kind: str, graph: type[Any]) -> None:
    g = graph(quantized_tensor(graph.params("u8", 0.5, 3), (4,)))
    module = g.module(MOVES[kind](g, g.dequantize(g.inputs[0])))
    (check,) = Validator(module, [np.array([0, 3, 4, 255], np.uint8)]).run(Pipeline((PushMoves(),)))
    assert check.values == 2 and check.differing == 0
