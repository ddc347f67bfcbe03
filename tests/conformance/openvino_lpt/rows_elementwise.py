"""Operations on each element, with constants and with one another, and those that LPT does not know."""

from __future__ import annotations

from collections.abc import Iterator

from cases import Case, grid
from network import Network, constant
from openvino import opset13 as op

U, S, N, Z, F = "0:2.55/256", "-1.28:1.27/256", "-1.27:1.27/255", "-0.5:2.05/256", "-1.23:2.55/256"
C, CS = "0:2.55|0:1.275|0:5.1/256", "-1.28:1.27|-0.64:0.635|-2.56:2.54/256"
BINARY = {"add": op.add, "subtract": op.subtract, "multiply": op.multiply}


def _constant(text: str) -> object:
    values = [float(v) for v in text.split("|")]
    return constant(values[0] if len(values) == 1 else [[[v]] for v in values])


def pair(net: Network, kind: str, a: str, b: str, behind: str = "0:7.29173/256") -> None:
    """Two quantized activations, and FakeQuantize with a convolution behind."""
    y = net.named(BINARY[kind](net.activation(a), net.activation(b)))
    net.result(net.conv(net.quantize(y, behind), 3))


def with_constant(net: Network, kind: str, act: str, value: str) -> None:
    """max_pool, then an operation with a constant: folded into what is behind max_pool."""
    y = net.named(op.max_pool(net.activation(act), [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0).get_node())
    net.result(BINARY[kind](y.output(0), _constant(value)))


def residual(net: Network, a: str, b: str) -> None:
    """A convolution added to the activation it read."""
    x = net.activation(a)
    y = net.quantize(net.conv(x, 3, outputs=3), b)
    net.result(net.conv(net.quantize(net.named(op.add(x, y)), "0:7.29173/256"), 3, "behind"))


def unary(net: Network, kind: str, act: str, consumer: str) -> None:
    """One function of each element; `again` quantizes the result."""
    x = net.activation(act)
    functions = {
        "relu": lambda: op.relu(x),
        "prelu": lambda: op.prelu(x, constant([0.1])),
        "prelu per channel": lambda: op.prelu(x, constant([0.1, 0.2, 0.3])),
        "clamp": lambda: op.clamp(x, 0.1, 1.0),
        "clamp to 6": lambda: op.clamp(x, 0.0, 6.0),
        "clamp signed": lambda: op.clamp(x, -0.5, 0.5),
        "sigmoid": lambda: op.sigmoid(x),
        "tanh": lambda: op.tanh(x),
        "gelu": lambda: op.gelu(x, "erf"),
        "hswish": lambda: op.hswish(x),
        "swish": lambda: op.swish(x),
        "elu": lambda: op.elu(x, 1.0),
        "exp": lambda: op.exp(x),
        "softmax": lambda: op.softmax(x, 1),
        "tile": lambda: op.tile(x, constant([1, 1, 2, 1], "int64")),
        "abs": lambda: op.abs(x),
    }
    y = net.named(functions[kind]())
    if consumer == "again":
        y = net.conv(net.quantize(y, "-1.1008:1.0922/256" if kind not in ("relu", "sigmoid", "exp", "softmax") else "0:2.3/256"), 3)
    net.result(y)


def cases() -> Iterator[Case]:
    yield from grid("Add", pair, kind="add", a=[U, S, Z, F, C], b=[U, S, Z])
    yield from grid("Add", pair, kind="add", a=[U, S], b="float")
    yield from grid("Add", residual, a=[U, S], b=[U, S])
    yield from grid("Add", with_constant, kind="add", act=[U, S, Z, C], value=["0.5", "0.5|1|-2"])
    yield from grid("Subtract", with_constant, kind="subtract", act=[U, S, Z, C], value=["0.5", "0.5|1|-2"])
    yield from grid("Subtract", pair, kind="subtract", a=[U, S], b=[U, S], behind="-1.1008:1.0922/256")
    yield from grid("MultiplyPartial", with_constant, kind="multiply", act=[U, S, Z, F, C], value=["2", "0.5|1|2", "-2", "0"])
    yield from grid("MultiplyPartial", pair, kind="multiply", a=[U, S, Z], b=[U, S, Z])
    yield from grid("Relu", unary, kind="relu", act=[U, S, N, Z, F, C, CS], consumer=["result", "again"])
    yield from grid("PRelu", unary, kind=["prelu", "prelu per channel"], act=[U, S, N, Z, CS], consumer=["result", "again"])
    yield from grid("Clamp", unary, kind=["clamp", "clamp to 6", "clamp signed"], act=[U, S, Z, C], consumer=["result", "again"])
    yield from grid(
        "not handled",
        unary,
        kind=["sigmoid", "tanh", "gelu", "hswish", "swish", "elu", "exp", "softmax", "tile", "abs"],
        act=[U, S],
        consumer="result",
    )
