"""Pools that average, reductions and normalizations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from cases import Case, grid
from network import Network, constant
from openvino import opset1
from openvino import opset13 as op

U, S, N, Z, F = "0:2.55/256", "-1.28:1.27/256", "-1.27:1.27/255", "-0.5:2.05/256", "-1.23:2.55/256"
C, CS, CZ = "0:2.55|0:1.275|0:5.1/256", "-1.28:1.27|-0.64:0.635|-2.56:2.54/256", "-0.5:2.05|-1:1.55|-0.25:2.3/256"


def _ints(text: str) -> object:
    return constant([int(v) for v in text.split(",")], np.int64)


def avg_pool(net: Network, act: str, consumer: str, pad: int = 0) -> None:
    """2×2, stride 2; with a convolution behind, the average is kept in 8 bits."""
    y = net.named(op.avg_pool(net.activation(act), [2, 2], [pad, pad], [pad, pad], [2, 2], True))
    net.consume(y, consumer)


def avg_pool_between(net: Network, act: str) -> None:
    """max_pool behind avg_pool and a convolution behind that."""
    y = net.named(op.avg_pool(net.activation(act), [2, 2], [0, 0], [0, 0], [2, 2], True))
    net.result(net.conv(op.max_pool(y, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0), 3))


def avg_pool_of_rank(net: Network, act: str, rank: int) -> None:
    """Over all spatial dimensions, of rank 3 or 5."""
    n = rank - 2
    x = net.activation(act, (1, 3, *[4] * n))
    net.result(net.named(op.avg_pool(x, [4] * n, [0] * n, [0] * n, [4] * n, True)))


def reduce(net: Network, kind: str, act: str, axes: str, keep: bool = True) -> None:
    function = {"mean": op.reduce_mean, "sum": op.reduce_sum, "max": op.reduce_max, "min": op.reduce_min}[kind]
    net.result(net.named(function(net.activation(act), _ints(axes), keep)))


def mvn(net: Network, act: str, axes: str, normalize: bool) -> None:
    net.result(net.named(op.mvn(net.activation(act), _ints(axes), normalize, 1e-9, "inside_sqrt")))


def mvn_1(net: Network, act: str, across: bool, normalize: bool) -> None:
    from openvino import opset2

    net.result(net.named(opset2.mvn(net.activation(act), None, across, normalize, 1e-9)))


def normalize_l2(net: Network, act: str, axes: str) -> None:
    net.result(net.named(opset1.normalize_l2(net.activation(act), _ints(axes), 1e-9, "add")))


def cases() -> Iterator[Case]:
    yield from grid("AvgPool", avg_pool, act=[U, S, Z, F, C, CZ], consumer=["result", "conv"])
    yield from grid("AvgPool", avg_pool, act=[U, Z], consumer="result", pad=1)
    yield from grid("AvgPool", avg_pool_of_rank, act=[U, S, Z, C], rank=[3, 5])
    yield from grid("MarkupAvgPoolPrecisionPreserved", avg_pool_between, act=[U, S, Z])
    yield from grid("ReduceMax", reduce, kind="max", act=[U, S, Z, C], axes=["2,3", "1"])
    yield from grid("ReduceMin", reduce, kind="min", act=[U, S, Z, C], axes=["2,3", "1"])
    yield from grid("ReduceMax", reduce, kind="max", act=[U, Z, C], axes="2,3", keep=False)
    yield from grid("ReduceMin", reduce, kind="min", act=[U, Z, C], axes="2,3", keep=False)
    yield from grid("ReduceMean", reduce, kind="mean", act=[U, S, Z, F, C, CZ], axes=["2,3", "1"])
    yield from grid("ReduceMean", reduce, kind="mean", act=[U, C], axes="2,3", keep=False)
    yield from grid("ReduceSum", reduce, kind="sum", act=[U, S, Z, F, C, CZ], axes=["2,3", "1"])
    yield from grid("ReduceSum", reduce, kind="sum", act=[U, C], axes="2,3", keep=False)
    yield from grid("MVN", mvn, act=[U, S, Z, C, CS], axes=["2,3", "1,2,3"], normalize=[False, True])
    yield from grid("NormalizeL2", normalize_l2, act=[U, S, Z, C], axes=["1", "1,2,3"])
