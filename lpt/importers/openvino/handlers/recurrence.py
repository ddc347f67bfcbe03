"""LSTMSequence, GRUSequence, RNNSequence, and their cells, which are sequences of one step."""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import TransposeOp, UnsqueezeOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import Handler, handles
from lpt.importers.recurrent import CELLS, DEFAULTS, Direction, Function, Sequences, functions, lengths_of, stacked, state, walk
from lpt.importers.recurrent_weights import Weights, read_weights

_GATES = {"lstm": (1, 3, 0, 2), "gru": (0, 1, 2), "rnn": (0,)}
"""Where our gates, i o f c, lie among those of OpenVINO, f i c o."""
_INPUTS = {"lstm": 3, "gru": 2, "rnn": 2}
"""The data and the first states; behind them lengths (of sequences), W, R and biases."""


def _functions(node: Node, cell: str) -> list[Function]:
    names = [word.strip() for word in node.text("activations", ",".join(DEFAULTS[cell])).split(",")]
    if len(names) != len(DEFAULTS[cell]):
        raise node.malformed(f"{len(names)} activations for {len(DEFAULTS[cell])} functions")
    return functions(node, names, _floats(node, "activations_alpha"), _floats(node, "activations_beta"))


def _floats(node: Node, name: str) -> list[float]:
    words = [word for word in node.text(name, "").split(",") if word.strip()]
    try:
        return [float(word) for word in words]
    except ValueError:
        raise node.malformed(f"attribute {name!r} must be numbers, got {node.text(name)!r}") from None


def _ordered(array: Array, gates: tuple[int, ...]) -> Array:
    """[D, G·H, …] with the gates in our order."""
    parts = array.reshape(len(array), len(gates), -1, *array.shape[2:])
    return np.asarray(parts[:, list(gates)].reshape(array.shape))


def _weights(node: Node, index: int, cell: str, is_cell: bool) -> Weights:
    """[D, G·H, K] as [D, K, G·H] with the gates in our order."""
    found = read_weights(node, index, "weights")
    if is_cell:
        found = found.moved(lambda array: array[None])
    gates = _GATES[cell]
    if found.array.ndim != 3 or found.array.shape[1] % len(gates):
        raise node.malformed(f"weights of shape {found.array.shape} are not those of {len(gates)} gates")
    return found.moved(lambda array: _ordered(array, gates).transpose(0, 2, 1))


def _bias(node: Node, index: int, cell: str, is_cell: bool, hidden: int, linear: bool) -> tuple[Array, Array | None]:
    """[D, G·H] in our order, and the bias [D, H] of the state's candidate, the fourth of gru with linear_before_reset."""
    bias = node.known(index, "biases")
    count = CELLS[cell].GATES + linear
    if bias is None or bias.shape[-1] != count * hidden or bias.ndim != (1 if is_cell else 2):
        raise node.malformed(f"biases of shape {None if bias is None else bias.shape} for {count} gates of {hidden}")
    bias = bias.reshape(-1, count * hidden)
    own = bias[:, : CELLS[cell].GATES * hidden]
    return _ordered(own, _GATES[cell]), bias[:, 3 * hidden :] if linear else None


def _recurrent(cell: str, *, is_cell: bool) -> Handler:
    def handler(node: Node) -> list[SSAValue]:
        first = _INPUTS[cell] + (not is_cell)
        w, r = (_weights(node, first + i, cell, is_cell) for i in (0, 1))
        hidden = node.integer("hidden_size")
        if r.array.shape[1:] != (hidden, CELLS[cell].GATES * hidden) or w.array.shape[::2] != r.array.shape[::2]:
            raise node.malformed(f"weights of shapes {w.array.shape} and {r.array.shape} for {hidden} hidden units")
        ways = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
        reverses = ways[node.choice("direction", "forward", "reverse", "bidirectional")] if not is_cell else (False,)
        if len(reverses) != len(r.array):
            raise node.malformed(f"{len(r.array)} directions of weights, expected {len(reverses)}")
        linear = cell == "gru" and node.flag("linear_before_reset", False)
        bias, candidate = _bias(node, first + 2, cell, is_cell, hidden, linear)
        given, parts = _sequences(node, cell, is_cell), []
        for d, reverse in enumerate(reverses):
            direction = Direction(
                *(CELLS[cell], w.of_direction(d), r.of_direction(d), bias[d], _functions(node, cell)),
                reverse=reverse,
                clip=node.number("clip", 0.0),
                candidate_bias=None if candidate is None else candidate[d],
                linear_before_reset=linear,
            )
            parts.append(walk(node, direction, Sequences(given.x, state(node, given.h, d), state(node, given.c, d), given.lengths)))
        return _results(node, parts, is_cell)

    return handler


def _sequences(node: Node, cell: str, is_cell: bool) -> Sequences:
    """x as [S, B, I] and states as [D, B, H]."""
    x, shape = node.f32(0), node.shape(0)
    if len(shape) != (2 if is_cell else 3):
        raise node.malformed(f"data of shape {shape}")

    def spread(value: SSAValue) -> SSAValue:
        return node.one(UnsqueezeOp, value, axes=[0]) if is_cell else node.one(TransposeOp, value, perm=[1, 0, 2])

    states = [spread(node.f32(i)) for i in range(1, _INPUTS[cell])]
    lengths = None if is_cell else lengths_of(node, _INPUTS[cell], shape[1], shape[0])
    return Sequences(spread(x), states[0], states[1] if len(states) > 1 else None, lengths)


def _results(node: Node, parts: list[list[SSAValue]], is_cell: bool) -> list[SSAValue]:
    """Of sequences Y [B, D, S, H] and the last states [B, D, H]; of a cell the states [B, H]."""
    if is_cell:
        return parts[0][1:]
    rows = [node.one(TransposeOp, part[0], perm=[1, 0, 2]) for part in parts]
    return [stacked(node, rows, 1), *(stacked(node, [part[i] for part in parts], 1) for i in range(1, len(parts[0])))]


for _cell, _first in (("lstm", 4), ("gru", 3), ("rnn", 1)):
    _name = _cell.upper()
    handles(f"{_name}Sequence", first=5)(_recurrent(_cell, is_cell=False))
    handles(f"{_name}Cell", first=_first)(_recurrent(_cell, is_cell=True))
