"""Convolutions and matrix products."""

from __future__ import annotations

from collections.abc import Iterator

from cases import Case, grid
from network import Network, constant, weight
from openvino import opset13 as op

U, S, N, Z, F = "0:2.55/256", "-1.28:1.27/256", "-1.27:1.27/255", "-0.5:2.05/256", "-1.23:2.55/256"
ACTIVATIONS = [U, S, N, Z, F, "0:1.5/16", "-0.8:0.7/16"]
WEIGHTS = [
    "-1:1/255",
    "-1.28:1.27/256",
    "-1:1|-2:2|-0.5:0.5|-0.1:0.1/255",
    "i8 s=0.02",
    "i8 s=0.02|0.01|0.03|0.04",
    "i8 s=0.02 z=3",
    "u8 s=0.02 z=128",
    "u8 s=0.02",
    "-0.5:1/256",
    "0:1/256",
    "-1:1|-2:2|-0.5:0.5/255@1",
    "-0.7:0.7/15",
    "-0.8:0.7/16",
    "-1:1/2",
    "float",
    "-1:1|0:0|-0.5:0.5|-0.1:0.1/255",
]


def convolution(net: Network, act: str, w: str, kernel: int = 1, pad: int = 0) -> None:
    """[1, 3, 8, 8] to 4 channels."""
    x = net.activation(act)
    y = op.convolution(x, weight((4, 3, kernel, kernel), w), [1, 1], [pad, pad], [pad, pad], [1, 1])
    net.result(net.named(y))


def convolution_1d(net: Network, act: str, w: str) -> None:
    """[1, 3, 8] to 4 channels."""
    net.result(net.named(op.convolution(net.activation(act, (1, 3, 8)), weight((4, 3, 3), w), [1], [0], [0], [1])))


def convolution_3d(net: Network, act: str, w: str) -> None:
    """[1, 3, 4, 4, 4] to 4 channels."""
    x = net.activation(act, (1, 3, 4, 4, 4))
    net.result(net.named(op.convolution(x, weight((4, 3, 1, 1, 1), w), [1] * 3, [0] * 3, [0] * 3, [1] * 3)))


def strided(net: Network, act: str, stride: int, dilation: int) -> None:
    """3×3 with padding."""
    x = net.activation(act)
    y = op.convolution(x, weight((4, 3, 3, 3), "-1:1/255"), [stride] * 2, [1, 1], [1, 1], [dilation] * 2)
    net.result(net.named(y))


def biased(net: Network, act: str, w: str, bias: str) -> None:
    """A convolution and a constant added to it."""
    x = net.activation(act)
    y = op.convolution(x, weight((4, 3, 1, 1), w), [1, 1], [0, 0], [0, 0], [1, 1])
    values = [float(v) for v in bias.split("|")]
    b = constant(values[0] if len(values) == 1 else [[[[v]] for v in values]])
    net.result(op.add(net.named(y), b))


def biased_product(net: Network, act: str, kind: str) -> None:
    """The other operations that a constant is added to as a bias."""
    bias = constant([[[[1.0]], [[-2.0]], [[0.5]], [[0.25]]]])
    if kind == "group":
        x = net.activation(act, (1, 4, 8, 8))
        y = op.group_convolution(x, weight((2, 2, 2, 1, 1), "-1:1/255"), [1, 1], [0, 0], [0, 0], [1, 1])
    elif kind == "transposed":
        x = net.activation(act, (1, 3, 4, 4))
        w = weight((3, 4, 2, 2), "-1:1/255", axis=1)
        y = op.convolution_backprop_data(x, w, [2, 2], pads_begin=[0, 0], pads_end=[0, 0], dilations=[1, 1])
    else:
        y = op.matmul(net.activation(act, (1, 1, 3, 8)), weight((8, 4), "-1:1/255"), False, False)
        bias = constant([1.0, -2.0, 0.5, 0.25])
    net.result(op.add(net.named(y), bias))


def chain(net: Network, act: str, middle: str, second: str) -> None:
    """Two convolutions with an activation function and FakeQuantize between them."""
    y = net.conv(net.activation(act), 3, "op")
    y = {"relu": op.relu, "sigmoid": op.sigmoid, "none": lambda v: v, "clamp": lambda v: op.clamp(v, 0.0, 6.0)}[middle](y)
    net.result(net.conv(net.quantize(y, second), 4, "conv"))


def computed(net: Network, w: str) -> None:
    """A convolution whose weights are an input."""
    x = net.activation(U)
    net.result(net.named(op.convolution(x, net.activation(w, (4, 3, 1, 1)), [1, 1], [0, 0], [0, 0], [1, 1])))


def group(net: Network, act: str, w: str, groups: int, channels: int) -> None:
    """[1, channels, 8, 8] in groups, 3×3."""
    x = net.activation(act, (1, channels, 8, 8))
    y = op.group_convolution(x, weight((groups, channels // groups, channels // groups, 1, 1), w), [1, 1], [0, 0], [0, 0], [1, 1])
    net.result(net.named(y))


def group_of_rank(net: Network, act: str, rank: int) -> None:
    """Two groups of two channels, of rank 3 or 5."""
    n = rank - 2
    x = net.activation(act, (1, 4, *[4] * n))
    y = op.group_convolution(x, weight((2, 2, 2, *[1] * n), "-1:1/255"), [1] * n, [0] * n, [0] * n, [1] * n)
    net.result(net.named(y))


def transposed(net: Network, act: str, w: str) -> None:
    """[1, 3, 4, 4] to 4 channels, stride 2."""
    x = net.activation(act, (1, 3, 4, 4))
    net.result(
        net.named(
            op.convolution_backprop_data(
                x, weight((3, 4, 2, 2), w, axis=1), [2, 2], pads_begin=[0, 0], pads_end=[0, 0], dilations=[1, 1]
            )
        )
    )


def matmul(net: Network, act: str, w: str, transpose: bool = False) -> None:
    """[2, 3, 8] × [8, 4]."""
    x = net.activation(act, (2, 3, 8))
    b = weight((4, 8) if transpose else (8, 4), w, axis=0 if transpose else 1)
    net.result(net.named(op.matmul(x, b, False, transpose)))


def matmul_of_rank(net: Network, act: str, rank: int) -> None:
    """[…, 3, 8] × [8, 4]."""
    x = net.activation(act, (*[2] * (rank - 2), 3, 8))
    net.result(net.named(op.matmul(x, weight((8, 4), "-1:1/255"), False, False)))


def fully_connected(net: Network, act: str, w: str, bias: bool) -> None:
    """[2, 8] × [8, 4], with a bias."""
    y = net.named(op.matmul(net.activation(act, (2, 8)), weight((8, 4), w, axis=1), False, False))
    net.result(op.add(y, constant([[1.0, -2.0, 0.5, 0.25]])) if bias else y)


def products(net: Network, a: str, b: str) -> None:
    """Two activations multiplied as matrices."""
    net.result(net.named(op.matmul(net.activation(a, (1, 3, 8)), net.activation(b, (1, 8, 4)), False, False)))


COLUMNS = "0:2.55|0:1.275|0:5.1|0:1|0:2|0:3|0:4|0:5/256@2"


def cases() -> Iterator[Case]:
    yield from grid("Convolution", convolution, act=[U, S, Z, "0:1.5/16", "-0.8:0.7/16"], w=WEIGHTS[:5])
    yield from grid("Convolution", convolution, act=[N, F], w=WEIGHTS[0])
    yield from grid("Convolution", convolution, act=[U, Z], w=WEIGHTS[5:])
    yield from grid("Convolution", convolution, act=["0:2.55|0:1.275|0:5.1/256", "0:1.27/128", "float"], w=WEIGHTS[0])
    yield from grid("Convolution", convolution, act=[U, S, F], w=WEIGHTS[0], kernel=3, pad=[0, 1])
    yield from grid("Convolution", convolution_1d, act=[U, S], w=WEIGHTS[0])
    yield from grid("Convolution", convolution_3d, act=[U, S, Z], w=[WEIGHTS[0], WEIGHTS[2]])
    yield from grid("Convolution", strided, act=[U, S, Z], stride=[1, 2], dilation=[1, 2])
    yield from grid("Convolution", computed, w=["-1:1/255", "-1.28:1.27/256"])
    yield from grid("MarkupBias", biased, act=[U, Z], w=[WEIGHTS[0], WEIGHTS[2]], bias=["0.5", "1|-2|0.5|0.25"])
    yield from grid("MarkupBias", biased_product, act=[U, S], kind=["group", "transposed", "matmul"])
    yield from grid("MarkupBias", biased_product, act=Z, kind=["group", "matmul"])
    yield from grid("Convolution", chain, act=U, middle=["none", "relu", "clamp", "sigmoid"], second=[U, S])
    channels = ["0:2.55|0:1.275|0:5.1|0:1/256", "-1.28:1.27|-0.64:0.635|-2.56:2.54|-1:0.9921875/256"]
    yield from grid("GroupConvolution", group, act=[U, S, Z, *channels], w=["-1:1/255", "i8 s=0.02"], groups=[2, 4], channels=4)
    yield from grid("GroupConvolution", group, act=[N, F], w="-1:1/255", groups=4, channels=4)
    yield from grid("GroupConvolution", group, act=["0:2.55|0:2.55|0:5.1|0:5.1/256"], w="-1:1/255", groups=2, channels=4)
    yield from grid(
        "GroupConvolution",
        group,
        act=U,
        w=["-1:1|-2:2|-0.5:0.5|-0.1:0.1/255", "i8 s=0.02 z=3", "u8 s=0.02 z=128", "float"],
        groups=4,
        channels=4,
    )
    yield from grid("GroupConvolution", group_of_rank, act=[U, S, Z], rank=[3, 5])
    yield from grid("ConvolutionBackpropData", transposed, act=[U, S, Z, F], w=["-1:1/255", "i8 s=0.02"])
    yield from grid("ConvolutionBackpropData", transposed, act=U, w=["-1:1|-2:2|-0.5:0.5|-0.1:0.1/255", "i8 s=0.02 z=3", "float"])
    yield from grid("MatMul", matmul, act=ACTIVATIONS, w=["-1:1/255", "-1:1|-2:2|-0.5:0.5|-0.1:0.1/255@1", "i8 s=0.02"])
    yield from grid("MatMul", matmul, act=[U, S, Z], w=["i8 s=0.02 z=3", "u8 s=0.02 z=128", "-0.5:1/256", "float"])
    yield from grid("MatMul", matmul, act=[U, S], w=["-1:1/255", "-1:1|-2:2|-0.5:0.5|-0.1:0.1/255"], transpose=True)
    yield from grid("MatMul", matmul_of_rank, act=[U, S, Z], rank=[2, 4])
    yield from grid("MatMul", matmul, act=["0:2.55|0:1.275|0:5.1/256@1", COLUMNS], w="-1:1/255")
    yield from grid(
        "MatMul", fully_connected, act=[U, S, Z, F], w=["-1:1/255", "-1:1|-2:2|-0.5:0.5|-0.1:0.1/255@1"], bias=[False, True]
    )
    yield from grid("MatMul", products, a=[U, S, Z], b=[U, S, Z])
