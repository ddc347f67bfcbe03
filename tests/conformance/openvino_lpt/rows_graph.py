"""Weights behind a reshape or transpose, zero points of weights, and one tensor with several consumers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from cases import Case, grid
from network import Network, constant, weight
from openvino import opset13 as op

U, S, Z = "0:2.55/256", "-1.28:1.27/256", "-0.5:2.05/256"


def _ints(text: str) -> object:
    return constant([int(v) for v in text.split(",")], np.int64)


def pull_reshape(net: Network, act: str, w: str) -> None:
    """Weights [4, 3] reshaped to [4, 3, 1, 1]."""
    y = op.reshape(weight((4, 3), w), _ints("4,3,1,1"), False)
    net.result(net.named(op.convolution(net.activation(act), y, [1, 1], [0, 0], [0, 0], [1, 1])))


def pull_transpose(net: Network, act: str, w: str) -> None:
    """Weights [1, 1, 3, 4] transposed to [4, 3, 1, 1]."""
    y = op.transpose(weight((1, 1, 3, 4), w, axis=3), _ints("3,2,0,1"))
    net.result(net.named(op.convolution(net.activation(act), y, [1, 1], [0, 0], [0, 0], [1, 1])))


def zero_point(net: Network, w: str) -> None:
    """Weights with Subtract."""
    net.result(net.conv(net.activation(U), 3, "op", weights=w))


def shared(net: Network, act: str, other: str) -> None:
    """One quantized activation with a convolution and another operation behind."""
    x = net.activation(act)
    y = {
        "conv": lambda: net.conv(x, 3, "op", outputs=5),
        "max_pool": lambda: net.named(op.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0).get_node()).output(0),
        "transpose": lambda: net.named(op.transpose(x, constant([0, 1, 3, 2], np.int64))),
        "sigmoid": lambda: net.named(op.sigmoid(x)),
        "result": lambda: x,
    }[other]()
    net.result(net.conv(x, 3), y)


def linear_chain(net: Network, act: str, first: str, second: str) -> None:
    """Multiply and Add by constants in front of FakeQuantize."""
    y = op.add(op.multiply(net.input(), constant(float(first))), constant(float(second)))
    net.result(net.conv(net.quantize(y, act), 3))


def subtract_codes(net: Network, w: str) -> None:
    """A matrix product with compressed weights only: no FakeQuantize, so LPT does not run."""
    net.result(net.named(op.matmul(net.input((2, 8)), weight((8, 4), w, axis=1), False, False)))


def cases() -> Iterator[Case]:
    weights = ["i8 s=0.02", "i8 s=0.02|0.01|0.03|0.04", "u8 s=0.02 z=128"]
    yield from grid("PullReshapeThroughDequantization", pull_reshape, act=[U, S, Z], w=weights)
    yield from grid("PullTransposeThroughDequantization", pull_transpose, act=[U, S, Z], w=weights)
    yield from grid(
        "ConvertSubtractConstant", zero_point, w=["i8 s=0.02 z=0", "i8 s=0.02 z=2.4", "i8 s=0.02 z=-3", "u8 s=0.02 z=127.6"]
    )
    yield from grid("PropagatePrecisions", shared, act=[U, S, Z], other=["conv", "max_pool", "transpose", "sigmoid", "result"])
    yield from grid("LinOpSequenceFusion", linear_chain, act=[U, S], first=["2", "-0.5"], second=["0.5", "-1"])
    yield from grid("not quantized", subtract_codes, w=["i8 s=0.02", "u8 s=0.02 z=128"])
