"""LSTM, GRU and RNN, and com.microsoft DynamicQuantizeLSTM: a product for all steps, then one operation per direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.dynamic import CODES
from lpt.dialects.nn import LstmOp, MulOp, TransposeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import QuantParams
from lpt.importers.onnx.handlers.dynamic import matmul_of_codes, quantize
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.spread import Spread
from lpt.importers.onnx.table import handles, microsoft
from lpt.importers.recurrent import (
    CELLS,
    DEFAULTS,
    Direction,
    Function,
    Sequences,
    functions,
    lengths_of,
    stacked,
    state,
    walk,
    with_bias,
)
from lpt.importers.recurrent_weights import Weights, coded, read_weights
from lpt.importers.value import Value


@dataclass(frozen=True)
class _Attributes:
    """What LSTM, GRU and RNN have in common."""

    reversed: tuple[bool, ...]
    functions: tuple[Sequence[Function], ...]
    clip: float
    batch_first: bool


def _attributes(node: Node, cell: str) -> _Attributes:
    ways = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
    direction = node.string_attr("direction", "forward")
    if direction not in ways:
        raise node.malformed(f"direction {direction!r} is none of {', '.join(ways)}")
    count, per = len(ways[direction]), len(DEFAULTS[cell])
    names = _strings(node, "activations") or list(DEFAULTS[cell]) * count
    if len(names) != count * per:
        raise node.malformed(f"{len(names)} activations for {count} directions of {per}")
    found = functions(node, names, node.floats_attr("activation_alpha") or [], node.floats_attr("activation_beta") or [])
    own = tuple(found[i * per : (i + 1) * per] for i in range(count))
    return _Attributes(ways[direction], own, node.float_attr("clip", 0.0), bool(node.int_attr("layout", 0)))


def _strings(node: Node, name: str) -> list[str]:
    for attribute in node.proto.attribute:
        if attribute.name == name:
            return [value.decode("utf-8", "replace") for value in attribute.strings]
    return []


def _array(node: Node, index: int, what: str, shape: tuple[int, ...]) -> Array | None:
    """A known input of this shape."""
    array = node.known(index, what)
    if array is not None and (array.shape != shape or array.dtype != np.float32):
        raise node.malformed(f"{what} have shape {array.shape} of {array.dtype}, expected {shape} of float32")
    return array


def _sequences(node: Node, attributes: _Attributes, w: Weights, indices: tuple[int, int, int | None]) -> Sequences:
    """The data input and lengths, and the states [D, B, H] that are given; `indices` are those of lengths, h and c."""
    x, shape = node.f32(0), node.shape(0)
    if len(shape) != 3:
        raise node.malformed(f"sequences of shape {shape} are not of rank 3")
    if attributes.batch_first:
        x, shape = node.one(TransposeOp, x, perm=[1, 0, 2]), (shape[1], shape[0], shape[2])
    if shape[2] >= 0 and shape[2] != w.array.shape[-2]:
        raise node.malformed(f"inputs of {shape[2]} for weights of {w.array.shape[-2]}")

    def states(index: int | None) -> SSAValue | None:
        if index is None or (given := node.optional(index)) is None:
            return None
        if isinstance(given, Spread):  # one state for all sequences
            shape = (len(attributes.reversed), 1, *given.shape[2:])
            return node.builder.constant(Value(np.full(shape, given.fill))) if given.fill else None
        value = node.f32(index)
        return node.one(TransposeOp, value, perm=[1, 0, 2]) if attributes.batch_first else value

    return Sequences(x, states(indices[1]), states(indices[2]), lengths_of(node, indices[0], shape[0], shape[1]))


def _results(node: Node, attributes: _Attributes, parts: list[list[SSAValue]]) -> list[SSAValue]:
    """Y [S, D, B, H] and the last states [D, B, H], or batch first."""
    results = [stacked(node, [part[0] for part in parts], 1)]
    results += [stacked(node, [part[i] for part in parts], 0) for i in range(1, len(parts[0]))]
    if attributes.batch_first:
        perms = [[2, 0, 1, 3], *[[1, 0, 2]] * (len(results) - 1)]
        results = [node.one(TransposeOp, result, perm=perm) for result, perm in zip(results, perms, strict=True)]
    return results


def _transposed(node: Node, index: int, what: str, count: int) -> Weights:
    """Weights [D, G·H, K] as [D, K, G·H]."""
    found = read_weights(node, index, what)
    if found.array.ndim != 3 or len(found.array) != count:
        raise node.malformed(f"{what} of shape {found.array.shape} for {count} directions")
    return found.moved(lambda array: array.transpose(0, 2, 1))


def _layer(node: Node, cell: str) -> list[SSAValue]:
    attributes, op = _attributes(node, cell), CELLS[cell]
    count, gates = len(attributes.reversed), op.GATES
    w, r = _transposed(node, 1, "the weights W", count), _transposed(node, 2, "the weights R", count)
    hidden = _hidden(node, r, gates)
    if w.array.shape[2] != gates * hidden:
        raise node.malformed(f"weights W of shape {w.array.shape} for {hidden} hidden units")
    bias = _array(node, 3, "biases", (count, 2 * gates * hidden))
    is_lstm = cell == "lstm"
    peepholes = _array(node, 7, "peepholes", (count, 3 * hidden)) if is_lstm else None
    given = _sequences(node, attributes, w, (4, 5, 6 if is_lstm else None))
    linear = cell == "gru" and bool(node.int_attr("linear_before_reset", 0))
    parts = []
    for d, reverse in enumerate(attributes.reversed):
        own, candidate = _biases(bias, d, gates * hidden, hidden if linear else 0)
        direction = Direction(
            *(op, w.of_direction(d), r.of_direction(d), own, attributes.functions[d]),
            reverse=reverse,
            clip=attributes.clip,
            candidate_bias=candidate,
            peepholes=None if peepholes is None else peepholes[d].reshape(3, hidden),
            linear_before_reset=linear,
            input_forget=is_lstm and bool(node.int_attr("input_forget", 0)),
        )
        parts.append(walk(node, direction, _of_direction(node, given, d)))
    return _results(node, attributes, parts)


def _of_direction(node: Node, given: Sequences, d: int) -> Sequences:
    return Sequences(given.x, state(node, given.h, d), state(node, given.c, d), given.lengths)


def _hidden(node: Node, r: Weights, gates: int) -> int:
    hidden = int(r.array.shape[1])
    if r.array.shape[2] != gates * hidden or node.int_attr("hidden_size", hidden) != hidden:
        raise node.malformed(f"weights R of shape {r.array.shape} for {node.int_attr('hidden_size', hidden)} hidden units")
    return hidden


def _biases(bias: Array | None, d: int, width: int, candidate: int) -> tuple[Array | None, Array | None]:
    """Both biases of a direction as one; the last `candidate` of the state's apart."""
    if bias is None:
        return None, None
    w, r = bias[d, :width], bias[d, width:].copy()
    if not candidate:
        return w + r, None
    own = r[-candidate:].copy()
    r[-candidate:] = 0
    return w + r, own


@handles("LSTM")
def lstm(node: Node) -> list[SSAValue]:
    return _layer(node, "lstm")


@handles("GRU")
def gru(node: Node) -> list[SSAValue]:
    return _layer(node, "gru")


@handles("RNN")
def rnn(node: Node) -> list[SSAValue]:
    return _layer(node, "rnn")


@microsoft("DynamicQuantizeLSTM")
def dynamic_quantize_lstm(node: Node) -> list[SSAValue]:
    """Weights [D, K, 4·H] are codes, all else is float; inputs behind LSTM's: scale and zero point of W, then of R.

    The data are quantized by their own range, states each row of the batch in each step by its own. (ONNX Runtime takes the range
    of all rows that a thread has, which is the same for a batch of one.)
    """
    attributes = _attributes(node, "lstm")
    count = len(attributes.reversed)
    w, r = _codes(node, 1, 8, count), _codes(node, 2, 10, count)
    hidden = _hidden(node, r, 4)
    bias, peepholes = _array(node, 3, "biases", (count, 8 * hidden)), _array(node, 7, "peepholes", (count, 3 * hidden))
    given, parts = _sequences(node, attributes, w, (4, 5, 6)), []
    codes, scale, zero_point = quantize(node, given.x)
    for d, reverse in enumerate(attributes.reversed):
        own_w, own = w.of_direction(d), _biases(bias, d, 4 * hidden, 0)[0]
        params = QuantParams(
            CODES.storage if own_w.storage is None else own_w.storage, np.ones(4 * hidden), own_w.zero_points[0], axis=1
        )
        matrix = node.builder.quantized(Value(own_w.array, storage=own_w.storage), params)
        sums = node.builder.result(DequantizeCastOp(matmul_of_codes(node, codes, matrix, (zero_point, None))))
        scales = node.one(MulOp, scale, node.builder.constant(Value(own_w.scales[0].astype(np.float32))))
        direction = Direction(
            *(LstmOp, own_w, r.of_direction(d), None, attributes.functions[d]),
            reverse=reverse,
            clip=attributes.clip,
            peepholes=None if peepholes is None else peepholes[d].reshape(3, hidden),
            input_forget=bool(node.int_attr("input_forget", 0)),
            dynamic=True,
        )
        gates = with_bias(node, node.one(MulOp, sums, scales), own)
        parts.append(walk(node, direction, _of_direction(node, given, d), gates))
    return _results(node, attributes, parts)


def _codes(node: Node, index: int, scale: int, count: int) -> Weights:
    """Integer weights [D, K, 4·H]; scales and zero points are [D] or [D, 4·H]."""
    codes, scales, points = (node.known(i, "weights and their parameters") for i in (index, scale, scale + 1))
    storage = node.value(index).storage
    if codes is None or scales is None or codes.ndim != 3 or len(codes) != count or storage is None or storage.width > 8:
        raise node.malformed(f"input {index} and its scale, input {scale}, are codes of 8 bits for {count} directions")
    points = np.zeros(scales.shape, np.int64) if points is None else points
    form = (count, 1, codes.shape[2] if scales.size != count else 1)
    if scales.size != count * form[2] or points.size != scales.size:
        raise node.malformed(f"{scales.size} scales and {points.size} zero points for codes of shape {codes.shape}")
    if not (np.isfinite(scales) & (scales >= np.finfo(np.float32).tiny)).all():
        raise node.malformed("scales must be positive normal f32 numbers")
    return coded(codes, storage, scales.reshape(form), points.reshape(form))
