"""Moves without a kernel of their own: the same bits as a chain of others, and compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ArrayAttr, Float32Type, ModuleOp, StringAttr, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue

import lpt
from lpt.dialects import nn
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import LptError
from lpt.interpreting import interpret
from lpt.model import Model
from lpt.passes.lower.expand_moves import ExpandMove, ExpandMoves
from lpt.passes.pipeline import Pipeline
from lpt.testing import assert_refuses, results, run

BLOCKS = {"block_shape": [1, 1, 2, 3]}
EXPANDED: dict[str, tuple[type[NnOp], dict[str, Any], tuple[int, ...], str]] = {
    "depth_to_space DCR": (nn.DepthToSpaceOp, {"block_size": 2}, (2, 12, 3, 5), "reshape transpose reshape"),
    "depth_to_space CRD": (nn.DepthToSpaceOp, {"block_size": 2, "mode": "CRD"}, (2, 12, 3, 5), "reshape transpose reshape"),
    "depth_to_space 3d": (nn.DepthToSpaceOp, {"block_size": 2}, (1, 8, 3, 2, 4), "reshape transpose reshape"),
    "space_to_depth DCR": (nn.SpaceToDepthOp, {"block_size": 2}, (2, 3, 4, 6), "reshape transpose reshape"),
    "space_to_depth CRD": (nn.SpaceToDepthOp, {"block_size": 3, "mode": "CRD"}, (1, 5, 9), "reshape transpose reshape"),
    "shuffle_channels": (nn.ShuffleChannelsOp, {"group": 4}, (2, 12, 3, 5), "reshape transpose reshape"),
    "shuffle_channels of rows": (nn.ShuffleChannelsOp, {"axis": -2, "group": 2}, (2, 3, 6, 5), "reshape transpose reshape"),
    "batch_to_space": (
        nn.BatchToSpaceOp,
        {**BLOCKS, "crops_begin": [0, 1, 0, 2], "crops_end": [0, 0, 1, 1]},
        (12, 3, 4, 5),
        "reshape transpose reshape slice",
    ),
    "batch_to_space uncropped": (
        nn.BatchToSpaceOp,
        {**BLOCKS, "crops_begin": [0] * 4, "crops_end": [0] * 4},
        (6, 3, 4, 5),
        "reshape transpose reshape",
    ),
    "space_to_batch": (
        nn.SpaceToBatchOp,
        {**BLOCKS, "pads_begin": [0, 0, 1, 2], "pads_end": [0, 0, 0, 2]},
        (2, 3, 5, 5),
        "pad reshape transpose reshape",
    ),
    "tile": (nn.TileOp, {"repeats": [1, 2, 1, 3]}, (2, 3, 4, 5), "reshape broadcast reshape"),
}
PER_CHANNEL = [name for name in EXPANDED if not name.startswith("depth_to_space") and "3d" not in name]


def function(type_: Attribute, op_class: type[NnOp], properties: dict[str, Any], *more: ConstantOp) -> ModuleOp:
    """@main of one operation, with casts around it where the type is quantized."""
    shape = tensor_shape(type_)
    block = Block(arg_types=[TensorType(Float32Type(), shape)])
    value: SSAValue = block.args[0]
    is_quantized = not isinstance(type_.element_type, Float32Type)  # type: ignore[attr-defined]
    if is_quantized:
        block.add_op(cast := QuantizeCastOp(value, type_))
        value = cast.result
    block.add_ops(more)
    block.add_op(op := op_class.make([value, *(c.result for c in more)], **properties))
    value = op.results[0]
    if is_quantized:
        block.add_op(back := DequantizeCastOp(value))
        value = back.result
    block.add_op(ReturnOp(value))
    main = FuncOp("main", ([block.args[0].type], [value.type]), Region(block))
    main.attributes["lpt.inputs"] = ArrayAttr([StringAttr("x")])
    main.attributes["lpt.outputs"] = ArrayAttr([StringAttr("y")])
    module = ModuleOp([main])
    module.verify()
    return module


def typed(shape: tuple[int, ...], kind: str) -> Attribute:
    channels = np.arange(shape[1])
    params = {
        "u8": QuantParams(U8, 0.02, 7),
        "i8": QuantParams(I8, 0.02, -3),
        "per channel": QuantParams(U8, 0.01 + 0.001 * channels, channels + 100, axis=1),
    }
    return TensorType(Float32Type(), shape) if kind == "f32" else quantized_tensor(params[kind], shape)


def check(module: ModuleOp, expected: str) -> None:
    """The interpreter's bits stay, behind this pass and in machine code; the operations are the expected ones."""
    shape = tensor_shape(next(iter(module.ops)).regions[0].block.args[0])
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    (before,) = results(module, [x])
    expanded = module.clone()
    run(ExpandMoves(), expanded)
    moves = [op.name.removeprefix("nn.") for op in expanded.walk() if isinstance(op, NnOp)]
    assert " ".join(moves) == expected
    np.testing.assert_array_equal(results(expanded, [x])[0], before)
    (compiled,) = lpt.compile(lpt.transform(Model(module), "lower"), threads=1).run({"x": x}).values()
    assert compiled.tobytes() == before.tobytes() == next(iter(interpret(module, {"x": x}).values())).tobytes()


@pytest.mark.parametrize("kind", ["f32", "u8", "i8"])
@pytest.mark.parametrize("name", EXPANDED)
def test_the_same_bits(name: str, kind: str) -> None:
    op_class, properties, shape, expected = EXPANDED[name]
    check(function(typed(shape, kind), op_class, properties), expected)


@pytest.mark.parametrize("name", PER_CHANNEL)
def test_scales_per_channel_go_along(name: str) -> None:
    op_class, properties, shape, expected = EXPANDED[name]
    check(function(typed(shape, "per channel"), op_class, properties), expected)


@pytest.mark.parametrize(
    ("indices", "expected"),
    [
        ([2, 3, 4], "slice"),
        ([-1, -3, -5], "slice"),
        ([4, 3, 2, 1, 0], "slice"),
        ([0], "slice"),
        (3, "slice reshape"),
        ([[1, 2], [3, 4]], "slice reshape"),
        ([0, 2, 3], "gather"),
        ([1, 1], "gather"),
    ],
)
def test_a_gather_of_a_range_is_a_slice(indices: Any, expected: str) -> None:
    for kind in ("f32", "u8"):
        constant = ConstantOp(np.array(indices, np.int64))
        check(function(typed((2, 5, 3, 4), kind), nn.GatherOp, {"axis": 1}, constant), expected)


def test_a_batch_that_is_not_known_is_refused() -> None:
    module = function(TensorType(Float32Type(), [2, 4, 3]), nn.ShuffleChannelsOp, {"group": 2})
    assert_refuses(ExpandMove(), str(module).replace("2x4x3", "?x4x3"), "a shape is not static")


def test_scales_that_mix_are_refused() -> None:
    """Channels of unlike scales that become one: the operation itself does not verify."""
    shape = (1, 8, 2, 2)
    with pytest.raises(AlgebraError, match="channels of unlike scales become one"):
        function(typed(shape, "per channel"), nn.DepthToSpaceOp, {"block_size": 2})


def test_no_elements_have_no_kernel() -> None:
    module = function(TensorType(Float32Type(), [0, 4, 3]), nn.ShuffleChannelsOp, {"group": 2})
    with pytest.raises(LptError, match=r"nn\.shuffle_channels has no kernel"):
        Pipeline.parse("lower").run(module)
