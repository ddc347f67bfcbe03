"""Random networks that quantization has left its marks on: float operations of every kind between grids of every kind.

    network = random_network(Seeded(7))        # the same for the same seed
    lpt.testing.agreement.check(network)       # the passes hold what they state

What a rewrite rule is tested with beside the networks that its author thought of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from lpt.dialects import nn
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant import QuantizeCastOp, params_of
from lpt.testing.builder import Builder, Refused
from lpt.testing.choices import Choices
from lpt.testing.computing import COMMON, FUNCTIONS, Rule, binary, constant
from lpt.testing.moving import MOVES
from lpt.testing.quantizers import quantize

__all__ = ["Network", "random_network"]


@dataclass
class Network:
    """A module of float operations, fake_quantize and casts, and inputs for it: random ones, range ends and ties."""

    module: ModuleOp
    inputs: list[Array]


def power(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """By 2 or 3; of what is not negative by others too."""
    exponents = (2.0, 3.0) if b.bounds(x)[0] < 0 else (2.0, 0.5, 1.5)
    return [b.op(nn.PowOp, x, b.floats(b.pick(exponents)))]


def quantized_again(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """On another grid: a rescaling between two quantized values."""
    return [quantize(b, x)]


def scaled(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """Scale and shift, as batch normalization leaves them."""
    shape = b.shape(x)
    product = b.op(nn.MulOp, x, constant(b, shape, 0.05))
    return [b.op(nn.AddOp, product, constant(b, shape))]


_SUM = binary(nn.AddOp, others=1.0)


def _rule(b: Builder) -> Rule:
    kind = b.pick(("common",) * 5 + ("moves",) * 3 + ("functions", "rest"))
    table: Sequence[Rule] = {
        "common": COMMON,
        "moves": MOVES,
        "functions": FUNCTIONS,
        "rest": (power, quantized_again, scaled, _SUM),
    }[kind]
    return b.pick(table)


def random_network(choices: Choices, most: int = 12) -> Network:
    """A connected network of 2 to about `most` operations between 1 or 2 inputs and 1 to 3 outputs, at most 1,024 elements each."""
    b, constants = Builder(choices), list[SSAValue]()
    _inputs(b)
    for _ in range(b.integer(2, most)):
        unused = [v for v in b.values if v.first_use is None]
        x = b.pick(unused[::-1]) if unused and b.chance(0.8) else b.pick(b.values[::-1])
        for result in _operation(b, x):
            value = _maybe_quantized(b, result)
            (constants if _is_constant(b, value) else b.values).append(value)
    outputs = [*[v for v in b.values if v.first_use is None][-2:], *constants[-1:]]
    module = b.module(outputs or b.values[-1:])
    inputs = [b.sample[a] for a in b.block.args]
    special = [_with_ties(b, argument) for argument in b.block.args]
    return Network(module, special if _is_finite(module, special) else inputs)


def _is_constant(b: Builder, value: SSAValue) -> bool:
    """Whether it is a fake_quantize of one level: that is folded, and so is all behind it, where no codes are left to compare."""
    op = value.owner
    return isinstance(op, FakeQuantizeOp) and bool(np.all(b.sample[op.operands[3]] == b.sample[op.operands[4]]))


def _operation(b: Builder, x: SSAValue) -> Sequence[SSAValue]:
    """The results of an operation that takes x; none if three of the rules asked for one refuse."""
    for _ in range(3):
        try:
            return _rule(b)(b, x)
        except Refused:
            continue
    return []


def _inputs(b: Builder) -> None:
    rank = b.pick((4, 4, 4, 4, 3, 2, 5))
    spatial = [b.integer(1, 7 if rank < 5 else 4) for _ in range(rank - 2)]
    for _ in range(b.pick((1, 1, 1, 2))):
        channels = b.pick((3, 4, 8, 1, 2, 6))
        x = b.input([b.pick((1, 1, 2)), channels, *spatial])
        if b.chance(0.85):
            b.values[-1] = quantize(b, x)


def _maybe_quantized(b: Builder, value: SSAValue) -> SSAValue:
    if not b.chance(0.65):
        return value
    try:
        return quantize(b, value)
    except Refused:
        return value


def _with_ties(b: Builder, argument: SSAValue) -> Array:
    """The sample of an input, a quarter of it replaced by ends and ties of the grid it is put on, and their neighbours."""
    array: Array = b.sample[argument].copy()
    for use in argument.uses:
        user = use.operation
        if isinstance(user, FakeQuantizeOp):
            low, high = (np.broadcast_to(b.sample[v].astype(np.float64), array.shape) for v in user.operands[1:3])
            count = user.levels.value.data - 1
        elif isinstance(user, QuantizeCastOp):
            params = params_of(user.result)
            assert params is not None
            scales, zeros = (np.broadcast_to(p, array.shape).astype(np.float64) for p in params.expand(array.shape))
            low, high = (params.storage.min - zeros) * scales, (params.storage.max - zeros) * scales
            count = params.storage.max - params.storage.min
        else:
            continue
        at = b.numbers.integers(-1, 2 * count + 1, array.shape, endpoint=True) / 2  # levels and ties
        special = (low + at * ((high - low) / count)).astype(np.float32)
        beside = np.nextafter(special, np.where(b.numbers.random(array.shape) < 0.5, -np.inf, np.inf).astype(np.float32))
        special = np.where(b.numbers.random(array.shape) < 0.5, special, beside)
        array = np.where(b.numbers.random(array.shape) < 0.25, special, array)
        break
    return array.astype(np.float32)


def _is_finite(module: ModuleOp, inputs: Sequence[Array]) -> bool:
    finite = True

    def observe(op: object, results: Sequence[Array]) -> None:
        nonlocal finite
        finite = finite and all(np.isfinite(r).all() for r in results if r.dtype.kind == "f")

    run_function(main_function(module), inputs, observe=observe)
    return finite
