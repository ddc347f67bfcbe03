"""Facts from the dump of OpenVINO's LPT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from facts import LOW, Affine, Fact, integers, number
from theirs import Layer

STEPS = ("Convert", "Subtract", "Multiply", "Add")
CONTRACTIONS = ("Convolution", "GroupConvolution", "ConvolutionBackpropData", "MatMul")


def facts_of(layers: Sequence[Layer] | None, names: Sequence[str]) -> dict[str, Fact]:
    """A fact for each of the names; without dump all are left in float."""
    if layers is None:
        return {}
    found = {}
    for name in names:
        layer = _find(layers, name)
        if layer is None:
            found[name] = {"gone": True}
        else:
            found[name] = _quantize(layer) if name.startswith("fq") else _operation(layer)
    return found


def _find(layers: Sequence[Layer], name: str) -> Layer | None:
    named = {layer.name: layer for layer in layers if layer.type != "Const"}
    if f"{name}_original" in named:
        return named[f"{name}_original"]
    if name in named and not (named[name].type == "Multiply" and not name.startswith("fq") and _is_scale(named[name])):
        return named[name]
    kind = "FakeQuantize" if name.startswith("fq") else None
    fused = [layer for layer in layers if layer.type != "Const" and name in layer.fused]
    fused = [layer for layer in fused if (layer.type == kind if kind else layer.type not in (*STEPS, "FakeQuantize"))]
    return fused[0] if fused else named.get(name)


def _is_scale(layer: Layer) -> bool:
    """Whether this Multiply is a dequantization's rather than the operation itself."""
    return any("Dequantization" in layer.name or source.type.endswith("_original") for source, _ in layer.inputs)


def _quantize(layer: Layer) -> Fact:
    values = [source.value for source, _ in layer.inputs[1:]]
    if any(value is None for value in values):
        return {"type": "computed"}
    low, high, out_low, out_high = (number(value) for value in values)
    fact: Fact = {"type": layer.precision(next(iter(layer.outputs))), "low": out_low, "high": out_high, "input": [low, high]}
    return fact


def _operation(layer: Layer) -> Fact:
    fact: Fact = {"op": layer.type, "types": []}
    for index in range(len(layer.inputs)):
        kind, constant, before = _operand(layer, index)
        if constant is None:
            fact["types"].append(kind)
            if before:
                fact.setdefault("before", {})[str(index)] = before
        elif layer.type in CONTRACTIONS and index == 1:
            _weights(fact, kind, constant, before)
    fact["results"] = [layer.precision(port) for port in layer.outputs]
    behind = [_behind(layer, port) for port in layer.outputs]
    if any(behind):
        fact["behind"] = behind[0] if len({repr(b) for b in behind}) == 1 else behind
    return fact


def _weights(fact: Fact, kind: str, constant: np.ndarray, before: Fact) -> None:
    if constant.dtype.kind == "f":
        fact["types"].append("f32")
        return
    fact["weights"], fact["weights_type"] = integers(constant), kind
    if before:
        fact["weights_before"] = before


def _operand(layer: Layer, index: int) -> tuple[str, np.ndarray | None, Fact]:
    """(element type of the codes, or f32 where a scale is between them and the operation; constant; what is between)."""
    source, port = layer.inputs[index]
    steps: list[tuple[str, np.ndarray]] = []
    while source.type in STEPS:
        data = next(((s, p) for s, p in source.inputs if s.value is None), source.inputs[0])
        other = next((s for s, p in source.inputs if (s, p) != data), None)
        if other is not None:
            value = _constant(other)
            if value is None:
                break
            steps.append((source.type, value))
        source, port = data
    affine = Affine.identity()
    for step, value in reversed(steps):
        _apply(affine, step, value)
    precision = source.precision(port)
    low = precision in LOW and not affine.has_scale
    return (precision if low or source.value is not None else "f32"), source.value, affine.fact()


def _constant(layer: Layer) -> np.ndarray | None:
    while layer.type == "Convert":
        layer = layer.inputs[0][0]
    return layer.value


def _apply(affine: Affine, step: str, value: np.ndarray) -> None:
    value = value.astype(np.float64)
    {"Subtract": affine.subtract, "Multiply": affine.multiply, "Add": affine.add}[step](value)


def _behind(layer: Layer, port: int) -> Fact:
    affine = Affine.identity()
    while True:
        users = [(user, index) for user, index in layer.users if user.inputs[index] == (layer, port)]
        if len(users) != 1 or users[0][0].type not in STEPS:
            return affine.fact()
        layer = users[0][0]
        others = [source for number_, (source, _) in enumerate(layer.inputs) if number_ != users[0][1]]
        port = next(iter(layer.outputs))
        if others:
            value = _constant(others[0])
            if value is None:
                return affine.fact()
            _apply(affine, layer.type, value)
