"""Small quantized networks as OpenVINO models, from short descriptions of ranges and weights.

A range reads `low:high/levels`, with `>low:high` before the levels where the output range differs, `|` between channels and
`@axis` for an axis other than 1: `0:2.55/256`, `-1.28:1.27/255`, `0:2.55|0:1.275|0:5.1/256`, `0:25.5>0:2.55/256`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as op

Node = Any
SHAPE = (1, 3, 8, 8)


def constant(values: Any, dtype: Any = np.float32) -> Node:
    """A constant node."""
    return op.constant(np.array(values, dtype))


@dataclass(frozen=True)
class Ranges:
    """The four ranges of a FakeQuantize, each a list of one number or one per channel."""

    input: list[tuple[float, float]]
    output: list[tuple[float, float]]
    levels: int
    axis: int

    @classmethod
    def parse(cls, text: str) -> Ranges:
        """From the text described above."""
        text, _, axis = text.partition("@")
        text, _, levels = text.partition("/")
        source, _, target = text.partition(">")
        return cls(_pairs(source), _pairs(target or source), int(levels or 256), int(axis or 1))


def _pairs(text: str) -> list[tuple[float, float]]:
    pairs = [part.split(":") for part in text.split("|")]
    return [(float(low), float(high)) for low, high in pairs]


@dataclass
class Network:
    """One model in the making: what is asked about it are its activations' FakeQuantizes and the operations named `op…`."""

    parameters: list[Node] = field(default_factory=list)
    results: list[Node] = field(default_factory=list)
    quantizes: int = 0

    def input(self, shape: Sequence[int] = SHAPE) -> Node:
        """A new f32 input."""
        node = op.parameter(list(shape), np.float32)
        node.set_friendly_name(f"x{len(self.parameters)}")
        node.output(0).set_names({f"x{len(self.parameters)}"})
        self.parameters.append(node)
        return node

    def quantize(self, x: Node, text: str, rank: int = 4) -> Node:
        """FakeQuantize on x with the ranges that the text describes."""
        ranges = Ranges.parse(text)
        node = fake_quantize(x, ranges, rank)
        node.set_friendly_name(f"fq{self.quantizes}")
        self.quantizes += 1
        return node

    def activation(self, text: str, shape: Sequence[int] = SHAPE) -> Node:
        """A new input behind FakeQuantize; `float` for a plain one."""
        x = self.input(shape)
        return x if text == "float" else self.quantize(x, text, len(shape))

    def named(self, node: Node, name: str = "op") -> Node:
        """Ask about this operation."""
        node.set_friendly_name(name)
        return node

    def result(self, *nodes: Any) -> None:
        """What the model returns."""
        for node in nodes:
            result = op.result(node)
            name = f"y{len(self.results)}"
            result.set_friendly_name(name)
            result.input_value(0).add_names({name})
            self.results.append(result)

    def model(self) -> ov.Model:
        """The finished model."""
        return ov.Model(self.results, self.parameters, "case")

    def conv(self, x: Node, channels: int, name: str = "conv", weights: str = "-1:1/255", outputs: int = 4) -> Node:
        """A 1×1 convolution: the consumer that wants 8-bit operands, per tensor."""
        w = weight((outputs, channels, 1, 1), weights)
        return self.named(op.convolution(x, w, [1, 1], [0, 0], [0, 0], [1, 1]), name)

    def consume(self, y: Node, consumer: str, channels: int = 3) -> None:
        """End the model: in `result`, or in a convolution behind."""
        self.result(y if consumer == "result" else self.conv(y, channels))


def fake_quantize(x: Node, ranges: Ranges, rank: int) -> Node:
    """FakeQuantize; a range that is the same in all channels is a scalar where the other one is no vector either."""

    def values(pairs: list[tuple[float, float]], index: int) -> Node:
        vector = np.array([pair[index] for pair in pairs], np.float32)
        return constant(vector[0] if len(pairs) == 1 else vector.reshape([-1 if i == ranges.axis else 1 for i in range(rank)]))

    operands = [values(pairs, index) for pairs in (ranges.input, ranges.output) for index in (0, 1)]
    return op.fake_quantize(x, *operands, ranges.levels)


def codes(shape: Sequence[int], low: int, high: int, dtype: Any) -> np.ndarray:
    """Fixed random codes, both limits among them."""
    generator = np.random.default_rng(zlib.crc32(repr((tuple(shape), low, high)).encode()))
    values = generator.integers(low, high + 1, shape)
    values.reshape(-1)[:2] = low, high
    return values.astype(dtype)


def weight(shape: Sequence[int], text: str, axis: int = 0) -> Node:
    """Weights: `low:high/levels` for FakeQuantize on floats (`axis` is that of per-channel ranges unless the text has one),
    `i8 s=0.02 z=3` or `u8 s=0.02|0.01 z=128` for codes with Convert, Subtract and Multiply, `float` for neither."""
    if text == "float":
        return constant(codes(shape, -100, 100, np.int64) / 50.0)
    if text[:2] in ("i8", "u8"):
        return _compressed(shape, text, axis)
    ranges = Ranges.parse(text if "@" in text else f"{text}@{axis}")
    low, high = (np.array([pair[i] for pair in ranges.input]) for i in (0, 1))
    along = [-1 if low.size > 1 and i == ranges.axis else 1 for i in range(len(shape))]
    low, high = low.reshape(along), high.reshape(along)
    steps = codes(shape, 0, ranges.levels - 1, np.int64)
    values = low + steps / (ranges.levels - 1) * (high - low)
    return fake_quantize(constant(values), ranges, len(shape))


def _compressed(shape: Sequence[int], text: str, axis: int) -> Node:
    options = dict(part.split("=") for part in text.split()[1:])
    along = [-1 if i == int(options.get("axis", axis)) else 1 for i in range(len(shape))]
    dtype = np.dtype({"i8": np.int8, "u8": np.uint8}[text[:2]])
    limits = np.iinfo(dtype)
    value = op.convert(op.constant(codes(shape, max(limits.min, -127), limits.max, dtype)), np.float32)
    if "z" in options:
        points = [float(z) for z in options["z"].split("|")]
        value = op.subtract(value, constant(points if len(points) == 1 else np.reshape(points, along)))
    scales = [float(s) for s in options["s"].split("|")]
    return op.multiply(value, constant(scales[0] if len(scales) == 1 else np.reshape(scales, along)))
