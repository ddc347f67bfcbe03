"""Moves: numpy's own on the codes, and on arrays whose extents the types do not know."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.interpreter import evaluate
from lpt.dialects.quant import QuantParams

Params = Callable[..., QuantParams]
Run = Callable[..., list[np.ndarray]]
X = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("op_class", "properties", "expected"),
    [
        (nn.ReshapeOp, {"shape": [0, -1]}, X.reshape(2, 12)),
        (nn.FlattenOp, {"axis": 2}, X.reshape(6, 4)),
        (nn.FlattenOp, {"axis": 0}, X.reshape(1, 24)),
        (nn.FlattenOp, {"axis": -1}, X.reshape(6, 4)),
        (nn.UnsqueezeOp, {"axes": [0, -1]}, X[None, ..., None]),
        (nn.TransposeOp, {"perm": [2, 0, 1]}, X.transpose(2, 0, 1)),
        (nn.SliceOp, {"starts": [-2, 5], "ends": [2**62, -(2**62)], "axes": [1, 2], "steps": [1, -2]}, X[:, -2:, 3::-2]),
        (nn.PadOp, {"pads": [0, 1, 2, 0, 0, 1], "value": 4.0}, np.pad(X, [(0, 0), (1, 0), (2, 1)], constant_values=11)),
        (nn.PadOp, {"pads": [0, 1, 2, 0, 1, 1], "mode": "reflect"}, np.pad(X, [(0, 0), (1, 1), (2, 1)], mode="reflect")),
        (nn.PadOp, {"pads": [0, 1, 2, 0, 1, 1], "mode": "edge"}, np.pad(X, [(0, 0), (1, 1), (2, 1)], mode="edge")),
        (
            nn.PadOp,
            {"pads": [0, -1, 1, 0, 0, -2], "value": -2.0},
            np.pad(X[:, 1:, :2], [(0, 0), (0, 0), (1, 0)], constant_values=5),
        ),
        (
            nn.ResizeOp,
            {"sizes": [2, 6, 4], "coordinate_mode": "asymmetric", "nearest_mode": "floor"},
            np.repeat(X, 2, axis=1),
        ),
    ],
    ids=lambda v: v.__name__ if isinstance(v, type) else None,
)
def test_codes_move(op_class: type[nn.NnOp], properties: dict[str, object], expected: np.ndarray, params: Params, run: Run) -> None:
    (got,) = run(op_class, [(X, params("u8", 0.5 if "value" not in properties else 1.0, 7))], **properties)
    assert got.dtype == np.uint8 and got.shape == expected.shape and (got == expected).all()


def test_squeeze_concat_split(params: Params, run: Run) -> None:
    of = params("u8", 0.5, 7)
    assert run(nn.SqueezeOp, [(X[:, :1], of)], axes=[1])[0].shape == (2, 4)
    assert run(nn.SqueezeOp, [(X[:1, :1], of)])[0].shape == (4,)
    first, second = run(nn.SplitOp, [(X, of)], axis=-1, split=[1, 3])
    assert (first == X[..., :1]).all() and (second == X[..., 1:]).all()


def test_concat(value: Callable[..., SSAValue], params: Params) -> None:
    op = nn.ConcatOp.make([[value([2, 3, 4], params("u8", 0.5)), value([2, 1, 4], params("u8", 0.25))]], axis=1)
    (got,) = evaluate(op, [X, X[:, :1]])
    assert (got == np.concatenate([X, X[:, :1]], axis=1)).all()


def test_pad_per_channel_uses_each_channels_code(params: Params, run: Run) -> None:
    (got,) = run(nn.PadOp, [(X, params("u8", [1.0, 1.0, 2.0], [1, 2, 3], axis=1))], pads=[0, 0, 1, 0, 0, 0], value=2.0)
    assert got[:, :, 0].tolist() == [[3, 4, 4]] * 2 and (got[..., 1:] == X).all()


@pytest.mark.parametrize(
    ("coordinate", "nearest", "expected"),
    [
        ("half_pixel", "round_prefer_floor", [0, 0, 1, 1, 2, 2, 3, 3]),
        ("half_pixel", "round_prefer_ceil", [0, 0, 1, 1, 2, 2, 3, 3]),
        ("asymmetric", "floor", [0, 0, 1, 1, 2, 2, 3, 3]),
        ("asymmetric", "ceil", [0, 1, 1, 2, 2, 3, 3, 3]),
        ("align_corners", "floor", [0, 0, 0, 1, 1, 2, 2, 3]),
    ],
)
def test_resize_coordinates(coordinate: str, nearest: str, expected: list[int], run: Run) -> None:
    """By hand from ONNX Resize-19, 4 elements to 8."""
    x = np.arange(4, dtype=np.float32)
    (got,) = run(nn.ResizeOp, [(x, None)], sizes=[8], coordinate_mode=coordinate, nearest_mode=nearest)
    assert got.tolist() == expected


def test_moves_follow_the_arrays_where_types_do_not_know(value: Callable[..., SSAValue]) -> None:
    unknown = value([-1, 3, 4])
    x = X.astype(np.float32)
    assert evaluate(nn.FlattenOp.make([unknown], axis=1), [x])[0].shape == (2, 12)
    assert evaluate(nn.ReshapeOp.make([unknown], shape=[0, 12]), [x])[0].shape == (2, 12)
    cut = nn.SliceOp.make([unknown], starts=[1], ends=[3], axes=[1], steps=[1])
    assert (evaluate(cut, [x])[0] == x[:, 1:3]).all()
    resized = nn.ResizeOp.make([unknown], sizes=[-1, 3, 8], coordinate_mode="asymmetric", nearest_mode="floor")
    assert (evaluate(resized, [x])[0] == np.repeat(x, 2, axis=2)).all()
