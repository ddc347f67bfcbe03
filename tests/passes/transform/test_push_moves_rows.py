"""One row per transformation of OpenVINO that moves codes: the operation before and after, per tensor and per axis, and refusals.

Each row is an operation with its attributes, the shape and parameters of its operands, and those of its results. What stands
behind is the operation on codes with one dcast per result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from lpt.passes.transform.push_moves import PushThroughMoves
from lpt.testing import assert_refuses, assert_rewrites, assert_same_bits

T = "u8:f32, 0.5:3"
C2 = "u8:f32:1, {0.5:1, 0.25:2}"
C4 = "i8:f32:1, {0.5, 0.25:1, 1.0:2, 2.0:3}"


@dataclass(frozen=True)
class Row:
    """`shapes` and `params` of the quantized operands, `plain` operands behind them, then those of the results."""

    op: str
    attributes: str
    operands: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]
    plain: str = ""

    def before(self) -> str:
        casts = [f"%x{i} = quant.dcast %q{i} : {_quantized(s, p)} to tensor<{s}xf32>" for i, (s, p) in enumerate(self.operands)]
        types = [f"tensor<{shape}xf32>" for shape, _ in self.operands]
        return self._function([*casts, self._call("y", [f"%x{i}" for i in range(len(types))], types, "f32")], "y")

    def after(self) -> str:
        types = [_quantized(*operand) for operand in self.operands]
        call = self._call("m", [f"%q{i}" for i in range(len(types))], types, "")
        casts = [f"%y{i} = quant.dcast %m{i} : {_quantized(s, p)} to tensor<{s}xf32>" for i, (s, p) in enumerate(self.results)]
        return self._function([call, *casts], "y")

    def _call(self, name: str, operands: list[str], types: list[str], element: str) -> str:
        results = [f"tensor<{s}xf32>" if element else _quantized(s, p) for s, p in self.results]
        if self.plain:
            operands, types = [*operands, "%plain"], [*types, self.plain]
        names = ", ".join(f"%{name}{i}" for i in range(len(results)))
        kind = results[0] if len(results) == 1 else f"({', '.join(results)})"
        return f"{names} = {self.op} {', '.join(operands)} {{{self.attributes}}} : ({', '.join(types)}) -> {kind}"

    def _function(self, lines: list[str], name: str) -> str:
        arguments = [f"%q{i}: {_quantized(*operand)}" for i, operand in enumerate(self.operands)]
        arguments += [f"%plain: {self.plain}"] if self.plain else []
        names = ", ".join(f"%{name}{i}" for i in range(len(self.results)))
        types = ", ".join(f"tensor<{shape}xf32>" for shape, _ in self.results)
        lines.append(f"func.return {names} : {types}")
        return f"builtin.module {{ func.func @main({', '.join(arguments)}) -> ({types}) {{\n{chr(10).join(lines)}\n}} }}"


def _quantized(shape: str, params: str) -> str:
    return f"tensor<{shape}x!quant.uniform<{params}>>"


def ints(**lists: list[int] | int) -> str:
    """Attributes of integers."""
    return ", ".join(
        f"{name} = {v} : i64" if isinstance(v, int) else f"{name} = array<i64: {', '.join(map(str, v))}>"
        for name, v in lists.items()
    )


def one(op: str, attributes: str, x: tuple[str, str], result: tuple[str, str], plain: str = "") -> Row:
    """An operation of one quantized operand and one result."""
    return Row(op, attributes, (x,), (result,), plain)


WINDOW = ints(kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 1, 1], dilations=[1, 1])
NEAREST = 'coordinate_mode = "asymmetric", nearest_mode = "floor"'
TO_SPACE = ints(block_shape=[1, 1, 2], crops_begin=[0, 0, 1], crops_end=[0, 0, 0])
TO_BATCH = ints(block_shape=[1, 1, 2], pads_begin=[0, 0, 1], pads_end=[0, 0, 0])
IN_BATCH = ints(block_shape=[1, 1, 2], pads_begin=[0, 0, 0], pads_end=[0, 0, 0])
NEW_CHANNEL = ints(block_shape=[1, 1, 1], pads_begin=[0, 1, 0], pads_end=[0, 0, 0])
CUT = ints(starts=[1], ends=[4], axes=[1], steps=[2])
BACK = ints(starts=[-1, 2], ends=[-5, 0], axes=[1, 2], steps=[-1, -1])
PAIR = "u8:f32:1, {0.25:1, 2.0:3}"

MOVES: dict[str, Row] = {
    "Concat": Row("nn.concat", ints(axis=1), (("1x2x3", T), ("1x1x3", T)), (("1x3x3", T),)),
    "Concat of unlike scales": Row(
        "nn.concat", ints(axis=1), (("1x2x3", T), ("1x1x3", "u8:f32, 0.25:9")),
        (("1x3x3", "u8:f32:1, {0.5:3, 0.5:3, 0.25:9}"),),
    ),
    "Concat per channel": Row(
        "nn.concat", ints(axis=1), (("1x2x3", C2), ("1x1x3", T)), (("1x3x3", "u8:f32:1, {0.5:1, 0.25:2, 0.5:3}"),)
    ),
    "Concat of rows per channel": Row("nn.concat", ints(axis=2), (("1x2x3", C2), ("1x2x4", C2)), (("1x2x7", C2),)),
    "DepthToSpace": one("nn.depth_to_space", ints(block_size=2), ("1x4x2x3", T), ("1x1x4x6", T)),
    "DepthToSpace depth_first": one(
        "nn.depth_to_space", ints(block_size=2) + ', mode = "CRD"', ("1x8x2x3", T), ("1x2x4x6", T)
    ),
    "DepthToSpace of equal blocks": one(
        "nn.depth_to_space", ints(block_size=2), ("1x4x3", "u8:f32:1, {0.5:1, 0.25:2, 0.5:1, 0.25:2}"), ("1x2x6", C2)
    ),
    "SpaceToDepth": one("nn.space_to_depth", ints(block_size=2), ("1x1x4x6", T), ("1x4x2x3", T)),
    "SpaceToDepth per channel": one(
        "nn.space_to_depth", ints(block_size=2), ("1x2x6", C2), ("1x4x3", "u8:f32:1, {0.5:1, 0.25:2, 0.5:1, 0.25:2}")
    ),
    "BatchToSpace": one("nn.batch_to_space", TO_SPACE, ("4x3x5", T), ("2x3x9", T)),
    "BatchToSpace per channel": one("nn.batch_to_space", TO_SPACE, ("4x2x5", C2), ("2x2x9", C2)),
    "SpaceToBatch": one("nn.space_to_batch", TO_BATCH, ("2x3x5", T), ("4x3x3", T)),
    "SpaceToBatch per channel": one("nn.space_to_batch", TO_BATCH, ("2x2x5", C2), ("4x2x3", C2)),
    "Broadcast": one("nn.broadcast", ints(shape=[2, 3, 4]), ("3x1", T), ("2x3x4", T)),
    "Broadcast per channel": one("nn.broadcast", ints(shape=[3, 2, 4]), ("2x1", "u8:f32:0, {0.5:1, 0.25:2}"), ("3x2x4", C2)),
    "Broadcast of one channel": one("nn.broadcast", ints(shape=[1, 3, 2]), ("1x1x2", "u8:f32:1, {0.5:3}"), ("1x3x2", T)),
    "Tile": one("nn.tile", ints(repeats=[2, 1, 3]), ("1x2x3", T), ("2x2x9", T)),
    "Tile per channel": one(
        "nn.tile", ints(repeats=[1, 2, 3]), ("1x2x3", C2), ("1x4x9", "u8:f32:1, {0.5:1, 0.25:2, 0.5:1, 0.25:2}")
    ),
    "Gather": one("nn.gather", ints(axis=1), ("1x4x3", T), ("1x5x2x3", T), "tensor<5x2xi64>"),
    "Gather off the axis": one("nn.gather", ints(axis=2), ("1x2x3", C2), ("1x2x5x2", C2), "tensor<5x2xi32>"),
    "Gather before the axis": one(
        "nn.gather", ints(axis=0), ("3x2", C2), ("4x5x2", "u8:f32:2, {0.5:1, 0.25:2}"), "tensor<4x5xi64>"
    ),
    "MaxPool": one("nn.max_pool", WINDOW, ("1x2x4x5", T), ("1x2x2x3", T)),
    "MaxPool per channel": one("nn.max_pool", WINDOW, ("1x2x4x5", C2), ("1x2x2x3", C2)),
    "Pad": one("nn.pad", ints(pads=[0, 0, 1, 0, 1, 2]), ("1x2x3", T), ("1x3x6", T)),
    "Pad by a code": one("nn.pad", ints(pads=[0, 0, 1, 0, 1, 0]) + ", value = 4.5 : f32", ("1x2x3", T), ("1x3x4", T)),
    "Pad per channel": one("nn.pad", ints(pads=[0, 0, 1, 0, 0, 2]), ("1x2x3", C2), ("1x2x6", C2)),
    "Pad reflect": one("nn.pad", ints(pads=[0, 0, 1, 0, 0, 2]) + ', mode = "reflect"', ("1x2x3", C2), ("1x2x6", C2)),
    "ReduceMax": one("nn.reduce_max", ints(axes=[1, 2]), ("2x3x4", T), ("2x1x1", T)),
    "ReduceMax per channel": one(
        "nn.reduce_max", ints(axes=[0, 2], keepdims=0), ("3x2x4", C2), ("2", "u8:f32:0, {0.5:1, 0.25:2}")
    ),
    "ReduceMin": one("nn.reduce_min", ints(axes=[-1], keepdims=0), ("2x3x4", T), ("2x3", T)),
    "ReduceMin per channel": one("nn.reduce_min", ints(axes=[2]), ("3x2x4", C2), ("3x2x1", C2)),
    "Relu": one("nn.relu", "", ("1x2x3", T), ("1x2x3", T)),
    "Relu per channel": one("nn.relu", "", ("1x2x3", C2), ("1x2x3", C2)),
    "Reshape": one("nn.reshape", ints(shape=[0, -1]), ("2x3x4", T), ("2x12", T)),
    "Reshape per channel": one("nn.reshape", ints(shape=[1, 2, 3, 4]), ("1x2x12", C2), ("1x2x3x4", C2)),
    "ShuffleChannels": one("nn.shuffle_channels", ints(axis=1, group=2), ("1x4x3", T), ("1x4x3", T)),
    "ShuffleChannels per channel": one(
        "nn.shuffle_channels", ints(axis=1, group=2), ("1x4x3", C4), ("1x4x3", "i8:f32:1, {0.5, 1.0:2, 0.25:1, 2.0:3}")
    ),
    "ShuffleChannels of rows": one("nn.shuffle_channels", ints(axis=-1, group=3), ("1x2x6", C2), ("1x2x6", C2)),
    "Slice": one("nn.slice", CUT, ("1x4x3", T), ("1x2x3", T)),
    "Slice per channel": one("nn.slice", CUT, ("1x4x3", C4), ("1x2x3", "i8:f32:1, {0.25:1, 2.0:3}")),
    "StridedSlice": one("nn.slice", BACK, ("1x4x3", T), ("1x4x2", T)),
    "StridedSlice per channel": one("nn.slice", BACK, ("1x4x3", C4), ("1x4x2", "i8:f32:1, {2.0:3, 1.0:2, 0.25:1, 0.5}")),
    "Split": Row("nn.split", ints(axis=2, split=[2, 2]), (("1x2x4", C2),), (("1x2x2", C2), ("1x2x2", C2))),
    "VariadicSplit": Row("nn.split", ints(axis=1, split=[1, 3]), (("1x4x2", T),), (("1x1x2", T), ("1x3x2", T))),
    "VariadicSplit per channel": Row(
        "nn.split", ints(axis=1, split=[1, 3]), (("1x4x2", C4),),
        (("1x1x2", "i8:f32:1, {0.5}"), ("1x3x2", "i8:f32:1, {0.25:1, 1.0:2, 2.0:3}")),
    ),
    "Squeeze": one("nn.squeeze", ints(axes=[0]), ("1x2x3", T), ("2x3", T)),
    "Squeeze per channel": one("nn.squeeze", ints(axes=[0]), ("1x2x3", C2), ("2x3", "u8:f32:0, {0.5:1, 0.25:2}")),
    "Unsqueeze": one("nn.unsqueeze", ints(axes=[0, -1]), ("2x3", T), ("1x2x3x1", T)),
    "Unsqueeze per channel": one("nn.unsqueeze", ints(axes=[1]), ("3x2", C2), ("3x1x2", "u8:f32:2, {0.5:1, 0.25:2}")),
    "Transpose": one("nn.transpose", ints(perm=[0, 2, 1]), ("1x2x3", T), ("1x3x2", T)),
    "Transpose per channel": one("nn.transpose", ints(perm=[1, 2, 0]), ("3x2x4", C2), ("2x4x3", "u8:f32:0, {0.5:1, 0.25:2}")),
    "Interpolate": one("nn.resize", ints(sizes=[1, 2, 6]) + ", " + NEAREST, ("1x2x3", T), ("1x2x6", T)),
    "Interpolate per channel": one("nn.resize", ints(sizes=[1, 2, 6]) + ", " + NEAREST, ("1x2x3", C2), ("1x2x6", C2)),
    "Interpolate of channels": one(
        "nn.resize", ints(sizes=[1, 4, 3]) + ", " + NEAREST, ("1x2x3", C2), ("1x4x3", "u8:f32:1, {0.5:1, 0.5:1, 0.25:2, 0.25:2}")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_codes_move(name: str) -> None:
    row = MOVES[name]
    assert_rewrites(PushThroughMoves(), row.before(), row.after())
    assert_same_bits(PushThroughMoves(), row.before())


ROWS = "u8:f32:2, {0.5:1, 0.25:2, 1.0:3, 2.0:4}"
BATCHES = "u8:f32:0, {0.5:1, 0.25:2, 1.0:3, 2.0:4}"

STAYS: dict[str, tuple[Row, str]] = {
    "Concat": (
        Row("nn.concat", ints(axis=2), (("1x2x3", C2), ("1x2x3", T)), (("1x2x6", T),)),
        "quantized along different axes than the concatenation's, 2",
    ),
    "Concat of unlike storage": (
        Row("nn.concat", ints(axis=1), (("1x2x3", T), ("1x2x3", "i16:f32, 0.5:3")), (("1x4x3", T),)), "different storage types"
    ),
    "DepthToSpace": (one("nn.depth_to_space", ints(block_size=2), ("1x4x2", C4), ("1x2x4", T)), "channels of unlike scales become"),
    "DepthToSpace of rows": (one("nn.depth_to_space", ints(block_size=2), ("1x2x4", ROWS), ("1x1x8", T)), "along a spatial axis"),
    "SpaceToDepth": (one("nn.space_to_depth", ints(block_size=2), ("1x2x4", ROWS), ("1x4x2", T)), "along a spatial axis"),
    "BatchToSpace": (one("nn.batch_to_space", TO_SPACE, ("4x3x5", BATCHES), ("2x3x9", T)), "along the quantized axis"),
    "BatchToSpace of rows": (one("nn.batch_to_space", TO_SPACE, ("2x3x4", ROWS), ("1x3x7", T)), "along the quantized axis"),
    "SpaceToBatch": (
        one("nn.space_to_batch", IN_BATCH, ("2x3x4", ROWS), ("4x3x2", T)), "along the quantized axis"
    ),
    "SpaceToBatch pads": (
        one("nn.space_to_batch", NEW_CHANNEL, ("1x2x4", C2), ("1x3x4", T)),
        "along the quantized axis",
    ),
    "Gather": (
        one("nn.gather", ints(axis=1), ("1x2x3", C2), ("1x5x3", T), "tensor<5xi64>"),
        "indices of run time choose along the quantized axis",
    ),
    "MaxPool": (one("nn.max_pool", WINDOW, ("1x2x4x5", ROWS), ("1x2x2x3", T)), "along a spatial axis"),
    "Pad": (one("nn.pad", ints(pads=[0, 1, 0, 0, 0, 0]), ("1x2x3", C2), ("1x3x3", T)), "pad along the quantized axis"),
    "Pad between codes": (
        one("nn.pad", ints(pads=[0, 0, 1, 0, 0, 0]) + ", value = 0.2 : f32", ("1x2x3", T), ("1x2x4", T)), "is no code"
    ),
    "ReduceMax": (one("nn.reduce_max", ints(axes=[1]), ("1x2x3", C2), ("1x1x3", T)), "nn.reduce_max along the quantized axis 1"),
    "ReduceMin": (one("nn.reduce_min", "", ("1x2x3", C2), ("1x1x1", T)), "nn.reduce_min along the quantized axis 1"),
    "Reshape": (one("nn.reshape", ints(shape=[1, 2, 6]), ("1x4x3", C4), ("1x2x6", T)), "reshape"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in MOVES if re.fullmatch(r"\w+", name)])
def test_floats_stay_floats(name: str) -> None:
    row = MOVES[name]
    text = row.before()
    for i, (shape, params) in enumerate(row.operands):
        text = text.replace(f"%q{i}: {_quantized(shape, params)}", f"%x{i}: tensor<{shape}xf32>")
    text = re.sub(r"%x\d = quant\.dcast.*\n", "", text)
    assert_refuses(PushThroughMoves(), text, "operand 0 is not quantized: it is an input of the model")


@pytest.mark.parametrize("name", STAYS)
def test_refusals(name: str) -> None:
    row, reason = STAYS[name]
    assert_refuses(PushThroughMoves(), row.before(), reason)
