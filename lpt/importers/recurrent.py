"""What importers of recurrent layers share: one direction as operations, functions by name, states and lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, f32, i64
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import (
    AddOp,
    CastOp,
    ConcatOp,
    GruOp,
    LstmOp,
    MatMulOp,
    RecurrentOp,
    RnnOp,
    SliceOp,
    SqueezeOp,
    UnsqueezeOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.importers.node import BaseNode
from lpt.importers.recurrent_weights import Weights
from lpt.importers.value import Value

# --- functions ---

_PARAMETERS: dict[str, tuple[float | None, float | None]] = {
    "affine": (None, None),
    "elu": (1.0, 0.0),
    "hard_sigmoid": (0.2, 0.5),
    "leaky_relu": (0.01, 0.0),
    "relu": (0.0, 0.0),
    "scaled_tanh": (None, None),
    "sigmoid": (0.0, 0.0),
    "softplus": (0.0, 0.0),
    "softsign": (0.0, 0.0),
    "tanh": (0.0, 0.0),
    "thresholded_relu": (1.0, 0.0),
}
"""alpha and beta unless they are given; None: they must be."""

_TAKES_ALPHA = ("affine", "elu", "hard_sigmoid", "leaky_relu", "scaled_tanh", "thresholded_relu")
_TAKES_BETA = ("affine", "hard_sigmoid", "scaled_tanh")
_BY_WORD = {name.replace("_", ""): name for name in _PARAMETERS}


@dataclass(frozen=True)
class Function:
    """A function of a cell, by its name in `nn.recurrence.ACTIVATIONS`."""

    name: str
    alpha: float
    beta: float


def functions(node: BaseNode, names: Sequence[str], alphas: Sequence[float], betas: Sequence[float]) -> list[Function]:
    """Functions by their names in a model; alphas and betas go, in order, to those that take one."""
    left, found = (list(alphas), list(betas)), []
    for word in names:
        name = _BY_WORD.get(word.lower().replace("_", ""))
        if name is None:
            raise node.unsupported(f"the function {word!r} is not handled")
        values = []
        for given, takes, default in zip(left, (_TAKES_ALPHA, _TAKES_BETA), _PARAMETERS[name], strict=True):
            value = given.pop(0) if name in takes and given else default
            if value is None:
                raise node.malformed(f"the function {word!r} needs alpha and beta")
            values.append(value)
        found.append(Function(name, *values))
    return found


# --- layers ---


_END = (1 << 31) - 1
"""A bound that stands for the end of a dimension."""


@dataclass(frozen=True)
class Direction:
    """One direction of a layer of the class `cell`: weights [I, G·H] and [H, G·H], biases [G·H] of their product and, of the
    candidate of gru alone, of the state's."""

    cell: type[RecurrentOp]
    w: Weights
    r: Weights
    bias: Array | None
    functions: Sequence[Function]
    reverse: bool = False
    clip: float = 0.0
    candidate_bias: Array | None = None
    peepholes: Array | None = None
    linear_before_reset: bool = False
    input_forget: bool = False
    dynamic: bool = False

    @property
    def hidden(self) -> int:
        return int(self.r.array.shape[0])


@dataclass(frozen=True)
class Sequences:
    """What a layer walks: x [S, B, I], the first states [B, H], and lengths [B] of i64."""

    x: SSAValue
    h: SSAValue | None = None
    c: SSAValue | None = None
    lengths: SSAValue | None = None


def walk(node: BaseNode, layer: Direction, given: Sequences, gates: SSAValue | None = None) -> list[SSAValue]:
    """[Y [S, B, H], Y_h [B, H]], and of lstm Y_c. `gates` are x·W and its bias, where they are computed otherwise."""
    if gates is None:
        gates = with_bias(node, node.one(MatMulOp, given.x, layer.w.value(node)), layer.bias)
    zeros = node.builder.constant(Value(np.zeros((1, layer.hidden), np.float32)))
    extras: dict[str, SSAValue | None] = {"lengths": given.lengths}
    if layer.cell is LstmOp:
        extras |= {"c": given.c or zeros, "peepholes": _constant(node, layer.peepholes)}
    if layer.cell is GruOp:
        extras["bias"] = _constant(node, layer.candidate_bias)
    names = [name for name in layer.cell.EXTRAS if extras.get(name) is not None]
    more: dict[str, Any] = {"input_forget": int(layer.input_forget) or None} if layer.cell is LstmOp else {}
    if layer.cell is GruOp:
        more["linear_before_reset"] = int(layer.linear_before_reset) or None
    result = node.one(
        layer.cell,
        *(
            gates,
            layer.r.value(node, codes=True),
            given.h or zeros,
            [value for name in names if (value := extras[name]) is not None],
        ),
        extra_names=",".join(names) or None,
        activations=",".join(function.name for function in layer.functions),
        alphas=_floats([function.alpha for function in layer.functions]),
        betas=_floats([function.beta for function in layer.functions]),
        reverse=int(layer.reverse) or None,
        clip=float(layer.clip) if layer.clip else None,
        dynamic=int(layer.dynamic) or None,
        **more,
    )
    bounds = [0, *range(-layer.cell.STATES, 0), _END]  # from the end: how many steps there are may not be known
    parts = [node.one(SliceOp, result, starts=[a], ends=[b], axes=[0], steps=[1]) for a, b in pairwise(bounds)]
    return [parts[0], *(node.one(SqueezeOp, part, axes=[0]) for part in parts[1:])]


def with_bias(node: BaseNode, x: SSAValue, bias: Array | None) -> SSAValue:
    """x + bias, if that is not 0."""
    return x if bias is None or not bias.any() else node.one(AddOp, x, node.builder.constant(Value(bias.astype(np.float32))))


def _constant(node: BaseNode, array: Array | None) -> SSAValue | None:
    return None if array is None or not array.any() else node.builder.constant(Value(array.astype(np.float32)))


def _floats(values: Sequence[float]) -> DenseArrayBase | None:
    return DenseArrayBase.from_list(f32, list(values)) if any(values) else None


def state(node: BaseNode, value: SSAValue | None, direction: int) -> SSAValue | None:
    """Direction `direction` of states [D, B, H]."""
    if value is None:
        return None
    part = node.one(SliceOp, value, starts=[direction], ends=[direction + 1], axes=[0], steps=[1])
    return node.one(SqueezeOp, part, axes=[0])


def lengths_of(node: BaseNode, index: int, steps: int, batch: int) -> SSAValue | None:
    """The input of sequences' lengths; None where it is left out or all are whole."""
    value = node.optional(index)
    if value is None or value.shape == (0,):
        return None
    if value.array is not None and value.array.size and steps >= 0 and (value.array >= steps).all():
        return None
    if len(value.shape) != 1 or (value.shape[0] != batch and min(value.shape[0], batch) >= 0):
        raise node.malformed(f"lengths of shape {value.shape} for {batch} sequences")
    if value.array is not None:
        return node.builder.constant(Value(value.array.astype(np.int64)))
    plain = node.plain(index)
    return plain if element_of(plain) == i64 else node.one(CastOp, plain, to=i64)


def stacked(node: BaseNode, parts: Sequence[SSAValue], axis: int) -> SSAValue:
    """Results of the directions side by side along a new axis."""
    new = [node.one(UnsqueezeOp, part, axes=[axis]) for part in parts]
    return new[0] if len(new) == 1 else node.one(ConcatOp, new, axis=axis)


CELLS: dict[str, type[RecurrentOp]] = {"lstm": LstmOp, "gru": GruOp, "rnn": RnnOp}
DEFAULTS: dict[str, tuple[str, ...]] = {"lstm": ("sigmoid", "tanh", "tanh"), "gru": ("sigmoid", "tanh"), "rnn": ("tanh",)}
