"""FakeQuantize: its split into codes, what it absorbs, where it moves, and the cleanup around it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from cases import Case, grid
from network import Network, Ranges, constant, fake_quantize, weight
from openvino import opset13 as op

SCALAR = [
    "0:2.55/256",
    "0:2.54/255",
    "0:1.5/16",
    "0:1.4/15",
    "0:1.27/128",
    "0:65.535/65536",
    "-1.28:1.27/256",
    "-1.27:1.27/255",
    "-0.8:0.7/16",
    "-0.7:0.7/15",
    "-1.28:1.28/256",
    "-1.2801:1.27/256",
    "-0.5:2.05/256",
    "-2.55:0/256",
    "-1.23:2.55/256",
    "-0.635:1.27/255",
    "0.12:1.23/256",
    "-2.0:-0.5/256",
    "-0.3:1.2/16",
    "-1:1/2",
    "0:25.5>0:2.55/256",
    "-12.8:12.7>-1.28:1.27/256",
    "-1.28:1.27>0:2.55/256",
    "0:2.55>-1.28:1.27/256",
    "0:2.55>2.55:0/256",
    "0:1e-30/256",
]
CHANNELS = [
    "0:2.55|0:1.275|0:5.1/256",
    "-1.28:1.27|-0.64:0.635|-2.56:2.54/256",
    "-1.27:1.27|-0.635:0.635|-2.54:2.54/255",
    "-0.5:2.05|-1:1.55|-0.25:2.3/256",
    "-1.23:2.55|0:2.55|-0.7:1/256",
    "0:2.55|-1.28:1.27|0:5.1/256",
    "0:2.55|0:2.55|0:2.55/256",
    "0:2.55>0:2.55|0:1.275|0:5.1/256",
    "0:2.55|0:1.275|0:5.1>0:2.55/256",
    "0:1.5|0:0.75|0:3/16",
    "0:2.55|0:0|0:5.1/256",
]
MATRIX = ["0:2.55/256", "-1.28:1.27/256", "-1.23:2.55/256", "-0.5:2.05/256", "-1.27:1.27/255", "0:1.5/16", "-0.8:0.7/16"]


def split(net: Network, ranges: str, consumer: str) -> None:
    """The consumer decides which storage is allowed: max_pool any, a convolution u8, a matrix product u8 or i8."""
    if consumer == "matmul":
        x = net.activation(ranges, (2, 3, 8))
        return net.result(net.named(op.matmul(x, weight((8, 4), "-1:1/255"), False, False), "op"))
    x = net.activation(ranges)
    if consumer == "conv":
        return net.result(net.conv(x, 3, "op"))
    return net.result(net.named(op.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0).get_node()))


def split_of_rank(net: Network, ranges: str, rank: int) -> None:
    """In front of a transpose that keeps the channels."""
    x = net.activation(ranges, (1, 3, *[4] * (rank - 2)))
    net.result(net.named(op.transpose(x, constant([0, 1, *reversed(range(2, rank))], np.int64))))


def absorb(net: Network, op_name: str, value: str, ranges: str, side: str) -> None:
    """An operation with a constant in front of FakeQuantize."""
    values = [float(v) for v in value.split("|")]
    c = constant(values[0] if len(values) == 1 else [[[v]] for v in values])
    x = net.input()
    function = {"multiply": op.multiply, "add": op.add, "subtract": op.subtract}[op_name]
    y = net.quantize(function(x, c) if side == "right" else function(c, x), ranges)
    net.result(net.conv(y, 3))


def move(net: Network, ranges: str, relu: bool, inputs: int) -> None:
    """FakeQuantize behind concat moves in front of each part."""
    parts = [net.input() for _ in range(inputs)]
    y = op.concat(parts, 1)
    y = op.relu(y) if relu else y
    q = net.quantize(y, ranges)
    net.result(net.conv(q, 3 * inputs))


def fuse_behind(net: Network, op_name: str, value: str, ranges: str) -> None:
    """FakeQuantize, then an operation with a constant, and nothing in 8 bits behind: floats again."""
    values = [float(v) for v in value.split("|")]
    c = constant(values[0] if len(values) == 1 else [[[v]] for v in values])
    y = {"multiply": op.multiply, "subtract": op.subtract, "add": op.add}[op_name](net.activation(ranges), c)
    other = net.conv(net.activation("0:2.55/256"), 3)
    net.result(net.named(op.sigmoid(y), "op"), other)


def fold(net: Network, what: str) -> None:
    """FakeQuantize of a constant, and one whose output bounds are equal."""
    if what == "constant":
        q = net.named(fake_quantize(constant([[[[0.1]], [[0.7]], [[1.1]]]]), Ranges.parse("0:2.55/256"), 4), "folded")
        y = op.add(net.conv(net.activation("0:2.55/256"), 3, outputs=3), q)
    else:
        y = net.conv(net.activation("0:2.55>1:1/256"), 3)
    net.result(y)


def twice(net: Network, first: str, second: str) -> None:
    """FakeQuantize of what is quantized already."""
    net.result(net.conv(net.quantize(net.activation(first), second), 3))


def cases() -> Iterator[Case]:
    yield from grid("FakeQuantizeDecomposition", split, ranges=SCALAR, consumer=["max_pool", "conv"])
    yield from grid("FakeQuantizeDecomposition", split, ranges=CHANNELS, consumer="max_pool")
    yield from grid("FakeQuantizeDecomposition", split, ranges=MATRIX, consumer="matmul")
    yield from grid("FakeQuantizeDecomposition", split_of_rank, ranges=["-0.5:2.05/256", *CHANNELS[:4]], rank=[4, 5])
    yield from grid(
        "FakeQuantize",
        absorb,
        op_name="multiply",
        value=["2", "0.25", "-1", "0.5|1|2", "-0.5|1|2"],
        ranges=["0:2.55/256", "-1.28:1.27/256"],
        side="right",
    )
    yield from grid(
        "FakeQuantize",
        absorb,
        op_name=["add", "subtract"],
        value=["0.5", "-0.25", "0.5|1|-2"],
        ranges=["0:2.55/256", "-1.28:1.27/256"],
        side="right",
    )
    yield from grid("FakeQuantize", absorb, op_name="subtract", value="0.5", ranges="0:2.55/256", side="left")
    yield from grid(
        "MoveFakeQuantize", move, ranges=["0:2.55/256", "-1.28:1.27/256", "-0.5:2.05/256"], relu=[False, True], inputs=[2, 3]
    )
    yield from grid(
        "FuseMultiplyToFakeQuantize",
        fuse_behind,
        op_name="multiply",
        value=["2", "-1", "0.5|1|2"],
        ranges=["0:2.55/256", "-1.28:1.27/256"],
    )
    yield from grid(
        "FuseSubtractToFakeQuantize",
        fuse_behind,
        op_name=["subtract", "add"],
        value=["0.5", "0.5|1|-2"],
        ranges=["0:2.55/256", "-1.28:1.27/256"],
    )
    yield from grid("FoldFakeQuantize", fold, what=["constant", "equal bounds"])
    yield from grid(
        "EliminateFakeQuantize",
        twice,
        first=["0:2.55/256", "-1.28:1.27/256"],
        second=["0:2.55/256", "-1.28:1.27/256", "0:1.275/256"],
    )
