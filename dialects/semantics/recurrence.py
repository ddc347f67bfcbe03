"""Meanings of recurrent layers. A cell is written once, against the operations that numpy and LLVM both provide.

The product of state and weights is accumulated in f64 and rounded once, as that of `nn.matmul`; of dynamically quantized states it
is an exact sum of codes, so that all targets give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.recurrence import GruOp, LstmOp, RecurrentOp, RnnOp
from lpt.dialects.quant import params_of
from lpt.dialects.semantics import dynamic, math, trigonometry, wide
from lpt.dialects.semantics.math import NUMPY, Operations

V = TypeVar("V")

Function = Callable[[Operations[Any], Any, Any, Any], Any]
"""(operations, x, alpha, beta) → the function of x."""

FUNCTIONS: Mapping[str, Function] = {
    "affine": lambda o, x, a, b: o.add(o.mul(a, x), b),
    "elu": lambda o, x, a, b: wide.elu(o, x, a),
    "hard_sigmoid": math.hard_sigmoid,
    "leaky_relu": lambda o, x, a, b: math.leaky_relu(o, x, a),
    "relu": lambda o, x, a, b: math.relu(o, x),
    "scaled_tanh": lambda o, x, a, b: o.mul(a, math.tanh(o, o.mul(b, x))),
    "sigmoid": lambda o, x, a, b: math.sigmoid(o, x),
    "softplus": lambda o, x, a, b: wide.softplus(o, x),
    "softsign": lambda o, x, a, b: trigonometry.softsign(o, x),
    "tanh": lambda o, x, a, b: math.tanh(o, x),
    "thresholded_relu": lambda o, x, a, b: trigonometry.thresholded_relu(o, x, a),
}


def gate(o: Operations[V], op: RecurrentOp, index: int, x: V) -> V:
    """The function `index` of an operation, of x within its bound."""
    name, alpha, beta = op.functions()[index]
    if op.bound is not None:
        x = math.clip(o, x, o.f32(-op.bound), o.f32(op.bound))
    result: V = FUNCTIONS[name](o, x, o.f32(alpha), o.f32(beta))
    return result


def lstm_cell(
    o: Operations[V], op: LstmOp, x: Sequence[V], products: Sequence[V], c: V, peepholes: Sequence[V] | None
) -> tuple[V, V]:
    """(h', c') of an element, from x and h·R of its gates i, o, f, c, and P of i, o, f."""
    at_i, at_o, at_f, at_c = (o.add(a, b) for a, b in zip(x, products, strict=True))
    if peepholes is not None:
        at_i, at_f = o.add(at_i, o.mul(peepholes[0], c)), o.add(at_f, o.mul(peepholes[2], c))
    take = gate(o, op, 0, at_i)
    keep = o.sub(o.f32(1.0), take) if op.is_coupled else gate(o, op, 0, at_f)
    c = o.add(o.mul(keep, c), o.mul(take, gate(o, op, 1, at_c)))
    if peepholes is not None:
        at_o = o.add(at_o, o.mul(peepholes[1], c))
    name, alpha, beta = op.functions()[2]
    return o.mul(gate(o, op, 0, at_o), FUNCTIONS[name](o, c, o.f32(alpha), o.f32(beta))), c


def gru_mix(o: Operations[V], op: GruOp, z: V, candidate: V, h: V) -> V:
    """(1 − z) ⊙ g(candidate) + z ⊙ h."""
    return o.add(o.mul(o.sub(o.f32(1.0), z), gate(o, op, 1, candidate)), o.mul(z, h))


def gru_candidate(o: Operations[V], x: V, product: V, bias: V | None, r: V) -> V:
    """What g is given where the reset gate multiplies the product: x + r ⊙ (h·R + bias)."""
    return o.add(x, o.mul(r, product if bias is None else o.add(product, bias)))


def scaled(o: Operations[V], total: V, row: V, column: V) -> V:
    """The float that an i32 sum of codes stands for: f32(total) · (scale of the row · scale of the column)."""
    return o.mul(o.to_f32(total), o.mul(row, column))


class _Product:
    """State · weights, in floats or by codes."""

    def __init__(self, op: RecurrentOp, r: Array):
        self.params, self.is_dynamic = params_of(op.r), op.is_dynamic
        if self.params is None:
            self.weights = r.astype(np.float64)
            return
        scales, zero_points = self.params.expand(r.shape)
        self.scales = np.broadcast_to(scales.astype(np.float32), (1, r.shape[1]))
        self.codes = r.astype(np.int64) - zero_points
        self.weights = (self.codes.astype(np.float32) * self.scales).astype(np.float64)

    def __call__(self, h: Array, columns: slice) -> Array:
        if not self.is_dynamic:
            return np.asarray(h.astype(np.float64) @ self.weights[:, columns]).astype(np.float32)
        numbers = np.where(np.isnan(h), np.float32(0), h)
        low, high = (f(numbers, axis=1, keepdims=True, initial=np.float32(0)) + np.float32(0) for f in (np.min, np.max))
        scale, zero_point = dynamic.parameters(NUMPY, low, high)
        codes = dynamic.codes(NUMPY, h, scale, zero_point).astype(np.int64) - zero_point.astype(np.int64)
        total = (codes @ self.codes[:, columns]).astype(np.int32)
        return np.asarray(scaled(NUMPY, total, scale, self.scales[:, columns]))


def _walk(op: RecurrentOp, x: Array, states: list[Array], lengths: Array | None, step: Callable[..., list[Array]]) -> Array:
    """The result of an operation whose `step` gives the states behind one from x of that step and those before."""
    states = [np.broadcast_to(state, (x.shape[1], op.hidden)) for state in states]
    steps = range(len(x))[:: -1 if op.is_reverse else 1]
    rows = np.zeros((len(x), *states[0].shape), np.float32)
    with np.errstate(all="ignore"):
        for t in steps:
            new = step(x[t], *states)
            if lengths is not None:
                active = (t < lengths)[:, None]
                new = [np.where(active, fresh, old) for fresh, old in zip(new, states, strict=True)]
                rows[t] = np.where(active, new[0], np.float32(0))
            else:
                rows[t] = new[0]
            states = new
    return np.concatenate([rows, np.stack(states)])


def _split(x: Array, gates: int) -> list[Array]:
    return np.split(x, gates, axis=1)


def _extras(op: RecurrentOp, operands: Sequence[Array]) -> dict[str, Array | None]:
    """Optional operands by name: None where they are left out."""
    by_value = dict(zip(op.operands, operands, strict=True))
    return {name: None if (value := op.extra(name)) is None else by_value[value] for name in op.EXTRAS}


@meaning(LstmOp)
def lstm(op: LstmOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Step by step."""
    x, r, h = operands[:3]
    extras, product = _extras(op, operands), _Product(op, r)
    peepholes, c = extras["peepholes"], extras["c"]
    given = None if peepholes is None else list(peepholes)
    assert c is not None

    def step(x: Array, h: Array, c: Array) -> list[Array]:
        return list(lstm_cell(NUMPY, op, _split(x, 4), _split(product(h, slice(None)), 4), c, given))

    return [_walk(op, x, [h, c], extras["lengths"], step)]


@meaning(GruOp)
def gru(op: GruOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Step by step."""
    x, r, h = operands[:3]
    extras, product, size = _extras(op, operands), _Product(op, r), op.hidden

    def step(x: Array, h: Array) -> list[Array]:
        x_z, x_r, x_h = _split(x, 3)
        products = product(h, slice(0, 2 * size))
        z, reset = (gate(NUMPY, op, 0, a + b) for a, b in zip((x_z, x_r), _split(products, 2), strict=True))
        last = slice(2 * size, 3 * size)
        if op.is_linear_first:
            candidate = gru_candidate(NUMPY, x_h, product(h, last), extras["bias"], reset)
        else:
            candidate = x_h + product(reset * h, last)
        return [gru_mix(NUMPY, op, z, candidate, h)]

    return [_walk(op, x, [h], extras["lengths"], step)]


@meaning(RnnOp)
def rnn(op: RnnOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Step by step."""
    x, r, h = operands[:3]
    product = _Product(op, r)
    return [_walk(op, x, [h], _extras(op, operands)["lengths"], lambda x, h: [gate(NUMPY, op, 0, x + product(h, slice(None)))])]
