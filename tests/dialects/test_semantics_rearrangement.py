"""Rearranging moves against OpenVINO on floats, their inverses, and what their verifiers refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import pytest
from xdsl.dialects.builtin import f32, i8
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import nn
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import QuantParams, params_of
from lpt.dialects.shapes import tensor_shape

Params = Callable[..., QuantParams]
Value = Callable[..., SSAValue]
Run = Callable[..., list[np.ndarray]]


def numbered(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def openvino(name: str, x: np.ndarray, *lists: Any, **attributes: Any) -> np.ndarray:
    """The operation of opset 13 on the CPU, in f32."""
    parameter = ov.opset13.parameter(x.shape, np.float32)
    node = getattr(ov.opset13, name)(parameter, *(np.array(v, np.int64) if isinstance(v, list) else v for v in lists), **attributes)
    model = ov.Model([node], [parameter])
    compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    result: np.ndarray = compiled(x)[0]
    return result


SPACE: dict[str, Any] = {"block_shape": [1, 1, 2, 3]}
CASES: list[tuple[type[nn.NnOp], tuple[int, ...], dict[str, Any], tuple[Any, ...]]] = [
    (nn.DepthToSpaceOp, (2, 12, 3, 5), {"block_size": 2}, ("depth_to_space", "blocks_first", 2)),
    (nn.DepthToSpaceOp, (2, 12, 3, 5), {"block_size": 2, "mode": "CRD"}, ("depth_to_space", "depth_first", 2)),
    (nn.DepthToSpaceOp, (1, 16, 3, 2, 4), {"block_size": 2}, ("depth_to_space", "blocks_first", 2)),
    (nn.DepthToSpaceOp, (1, 16, 3, 2, 4), {"block_size": 2, "mode": "CRD"}, ("depth_to_space", "depth_first", 2)),
    (nn.SpaceToDepthOp, (2, 3, 4, 6), {"block_size": 2}, ("space_to_depth", "blocks_first", 2)),
    (nn.SpaceToDepthOp, (2, 3, 4, 6), {"block_size": 2, "mode": "CRD"}, ("space_to_depth", "depth_first", 2)),
    (nn.ShuffleChannelsOp, (2, 12, 3), {"group": 4}, ("shuffle_channels", 1, 4)),
    (nn.ShuffleChannelsOp, (2, 3, 6), {"axis": -1, "group": 3}, ("shuffle_channels", -1, 3)),
    (
        nn.BatchToSpaceOp,
        (12, 3, 4, 5),
        {**SPACE, "crops_begin": [0, 1, 0, 2], "crops_end": [0, 0, 1, 1]},
        ("batch_to_space", [1, 1, 2, 3], [0, 1, 0, 2], [0, 0, 1, 1]),
    ),
    (
        nn.SpaceToBatchOp,
        (2, 3, 5, 5),
        {**SPACE, "pads_begin": [0, 0, 1, 2], "pads_end": [0, 0, 0, 2]},
        ("space_to_batch", [1, 1, 2, 3], [0, 0, 1, 2], [0, 0, 0, 2]),
    ),
    (nn.BroadcastOp, (3, 1), {"shape": [2, 1, 4]}, ("broadcast", [2, 1, 4], None, "bidirectional")),
    (nn.TileOp, (2, 3), {"repeats": [2, 3]}, ("tile", [2, 3])),
]


@pytest.mark.parametrize(("op_class", "shape", "properties", "peer"), CASES, ids=lambda v: v[0] if isinstance(v, tuple) else None)
def test_openvino(op_class: type[nn.NnOp], shape: tuple[int, ...], properties: Any, peer: Any, run: Run) -> None:
    x = numbered(*shape)
    name, *arguments = peer
    expected = openvino(name, x, *(v for v in arguments if v is not None and v != "bidirectional"), **_named(arguments))
    (got,) = run(op_class, [(x, None)], **properties)
    np.testing.assert_array_equal(got, expected)


def _named(arguments: list[Any]) -> dict[str, Any]:
    return {"broadcast_spec": "BIDIRECTIONAL"} if "bidirectional" in arguments else {}


def test_pads_are_the_zero_point(params: Params, run: Run) -> None:
    x = np.array([[[1, 2, 3]]], np.uint8)
    lists = {"block_shape": [1, 1, 2], "pads_begin": [0, 0, 0], "pads_end": [0, 0, 1]}
    (got,) = run(nn.SpaceToBatchOp, [(x, params("u8", 0.5, 7))], **lists)
    assert got.ravel().tolist() == [1, 3, 2, 7]


def test_a_gather_counts_from_both_ends(value: Value) -> None:
    x, picked = numbered(3, 4), np.array([[-1, 0], [1, -3]], np.int64)
    op = nn.GatherOp.make([value([3, 4]), ConstantOp(picked).result], axis=-2)
    np.testing.assert_array_equal(evaluate(op, [x, picked])[0], x[picked])


def test_unknown_extents(value: Value) -> None:
    unknown, x = value([-1, 8, 2]), numbered(3, 8, 2)
    for op, shape in (
        (nn.DepthToSpaceOp.make([unknown], block_size=2), (-1, 4, 4)),
        (nn.ShuffleChannelsOp.make([unknown], group=2), (-1, 8, 2)),
        (nn.TileOp.make([unknown], repeats=[2, 1, 1]), (-1, 8, 2)),
        (nn.BroadcastOp.make([unknown], shape=[8, 1]), (-1, 8, 2)),
        (nn.SpaceToBatchOp.make([unknown], block_shape=[1, 2, 1], pads_begin=[0] * 3, pads_end=[0] * 3), (-1, 4, 2)),
        (nn.ReduceMaxOp.make([unknown], axes=[1], keepdims=0), (-1, 2)),
    ):
        assert tensor_shape(op.results[0]) == shape
        assert evaluate(op, [x])[0].shape[1:] == shape[1:]


@pytest.mark.parametrize(
    ("op_class", "expected"), [(nn.ReduceMaxOp, [-np.inf, 2.0, np.inf]), (nn.ReduceMinOp, [np.inf, -1.0, -np.inf])]
)
def test_a_nan_never_wins(op_class: type[nn.NnOp], expected: list[float], run: Run) -> None:
    x = np.array([[np.nan] * 3, [np.nan, 2, -1], [np.inf, -np.inf, 0]], np.float32)
    assert run(op_class, [(x, None)], axes=[1], keepdims=0)[0].tolist() == expected


def test_extremes_of_no_elements_and_of_integers(value: Value) -> None:
    empty = np.zeros((2, 0), np.float32)
    assert evaluate(nn.ReduceMaxOp.make([value([2, 0])], axes=[1]), [empty])[0].tolist() == [[-np.inf]] * 2
    integers = np.array([[3, -4]], np.int8)
    assert evaluate(nn.ReduceMinOp.make([value([1, 2], i8)], axes=[1]), [integers])[0].tolist() == [[-4]]


def test_a_scalar_index_takes_its_scale(params: Params, value: Value) -> None:
    x = value([2, 3], params("u8", [0.5, 0.25, 2.0], [1, 2, 3], axis=1))
    one = nn.GatherOp.make([x, ConstantOp(np.array(-1)).result], axis=1)
    assert params_of(one.result) == params("u8", 2.0, 3) and tensor_shape(one.result) == (2,)
    some = nn.GatherOp.make([x, ConstantOp(np.array([2, 0, 2])).result], axis=1)
    assert params_of(some.result) == params("u8", [2.0, 0.5, 2.0], [3, 1, 3], axis=1)


REFUSED: dict[str, tuple[Callable[[Value], nn.NnOp], str]] = {
    "index": (lambda v: nn.GatherOp.make([v([3]), ConstantOp(np.array([3])).result]), "an index is outside extent 3 of axis 0"),
    "float index": (lambda v: nn.GatherOp.make([v([3]), v([2], f32)]), "takes indices of i32 or i64"),
    "nothing": (lambda v: nn.GatherOp.make([v([0]), ConstantOp(np.array([0])).result]), "from no elements"),
    "broadcast": (lambda v: nn.BroadcastOp.make([v([3])], shape=[4]), "do not broadcast"),
    "negative": (lambda v: nn.BroadcastOp.make([v([3])], shape=[-1]), "extents are not negative"),
    "repeats": (lambda v: nn.TileOp.make([v([3])], repeats=[1, 2]), "tile of"),
    "channels": (lambda v: nn.DepthToSpaceOp.make([v([1, 6, 2, 2])], block_size=2), "no blocks of 4"),
    "mode": (lambda v: nn.DepthToSpaceOp.make([v([1, 4, 2, 2])], block_size=2, mode="X"), "mode X"),
    "rows": (lambda v: nn.SpaceToDepthOp.make([v([1, 1, 3, 2])], block_size=2), "no blocks of 2"),
    "groups": (lambda v: nn.ShuffleChannelsOp.make([v([1, 6])], group=4), "by groups of 4"),
    "batch": (
        lambda v: nn.BatchToSpaceOp.make([v([3, 2])], block_shape=[1, 2], crops_begin=[0, 0], crops_end=[0, 0]),
        "a batch of 3 is no blocks of 2",
    ),
    "crops": (
        lambda v: nn.BatchToSpaceOp.make([v([2, 2])], block_shape=[1, 2], crops_begin=[0, 3], crops_end=[0, 2]),
        "crops more than there is",
    ),
    "batch block": (
        lambda v: nn.SpaceToBatchOp.make([v([2, 2])], block_shape=[2, 1], pads_begin=[0, 0], pads_end=[0, 0]),
        "the batch has block 1",
    ),
    "entries": (
        lambda v: nn.SpaceToBatchOp.make([v([2, 2])], block_shape=[1], pads_begin=[0, 0], pads_end=[0, 0]),
        "one entry per dimension",
    ),
    "padded": (
        lambda v: nn.SpaceToBatchOp.make([v([2, 2])], block_shape=[1, 2], pads_begin=[0, 1], pads_end=[0, 0]),
        "are no blocks of",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_verify(name: str, value: Value) -> None:
    build, message = REFUSED[name]
    with pytest.raises(VerifyException, match=message):
        build(value)


def test_indices_along_a_quantized_axis(params: Params, value: Value) -> None:
    x = value([2, 3], params("u8", [0.5, 0.25, 2.0], axis=1))
    with pytest.raises(AlgebraError, match="indices of rank 2 choose along the quantized axis"):
        nn.GatherOp.make([x, ConstantOp(np.array([[0, 1]])).result], axis=1)
