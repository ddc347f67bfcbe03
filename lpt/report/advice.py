"""What a user can change so that an operation runs in integers, by the reason that keeps it in floats."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PER_TENSOR = "quantize activations per tensor, or per group of a grouped convolution; weights per output channel"

ADVICE: tuple[tuple[str, str], ...] = (
    (r"it is an input of the model", "quantize the model's input: a QuantizeLinear and DequantizeLinear behind it"),
    (
        r"it is the result of (?:lpt\.constant|nn\.\w+)|operand \d+ is not quantized|an operand is not quantized",
        "quantize that operand too: a QuantizeLinear and DequantizeLinear, or a FakeQuantize, on it",
    ),
    (r"only where a quantize follows|also used in floats", "quantize the result, on the way to each of its users"),
    (r"is not a constant", "use constant weights: products of two computed tensors run in floats"),
    (r"bits, at most|levels do not fit|more than 8 bits", "quantize to 8 bits; convolutions and matrix products take 16"),
    (
        r"runs of channels|per channel, with different|per tensor or per channel|per axis, not by blocks|"
        r"both operands are quantized per axis|along another axis than its rows|inside one group",
        _PER_TENSOR,
    ),
    (
        r"weights are quantized along|along another axis than (?:its columns|their output)|weights' parameters vary",
        "quantize the weights per tensor or per output channel",
    ),
    (r"range is inverted", "swap input_low and input_high, and the output bounds with them"),
    (r"range is (?:not finite|empty)|ranges are not constants", "give the FakeQuantize constant, finite ranges that are not empty"),
    (r"vary along", "let ranges and constants vary along one axis, the channels"),
    (r"may leave i32|range of the accumulator", "use fewer bits for the activations or the weights"),
    (r"restrictions", "lift the restriction, or quantize to what it allows"),
    (r"not known", "give the model's inputs fixed dimensions: they decide what the operation may see"),
    (r"different (?:scales|storage types)|unlike scales|scales along axis", "give the operands one scale, or quantize the result"),
    (r"has an offset|an offset", "choose ranges in which zero is a level, so that zero points are integers"),
    (r"factor|divisor", "multiply by constants that are finite and not 0, per tensor or per channel"),
    (r"no integer form|no rule computes|along (?:a spatial|the quantized) axis", "leave it in floats: no integer form is known"),
)
"""(pattern, what to do), most particular first."""


def advice_for(reason: str) -> str | None:
    """What to change about a reason that `lpt.explain` gave, None if nothing is known."""
    return next((text for pattern, text in ADVICE if re.search(pattern, reason)), None)


def summarize(reasons: Iterable[str]) -> dict[str, int]:
    """What to change → how many operations it is about, most first."""
    counts: dict[str, int] = {}
    for text in filter(None, map(advice_for, filter(None, reasons))):
        counts[text] = counts.get(text, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
