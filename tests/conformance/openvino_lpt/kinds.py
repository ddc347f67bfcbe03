"""Where we differ from OpenVINO on purpose: the kinds, each with its reason, and how a difference is told to be of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

from compare import Difference


class Kind(Enum):
    """A deliberate difference; `REASONS` says why."""

    FRACTIONAL = "fractional zero point"
    NEARLY_SYMMETRIC = "nearly symmetric range"
    STRETCHED = "stretched grid"
    SCALE_LIMIT = "scale limit"
    LEVELS = "levels"
    WEIGHTS = "weights"
    BOTH_OPERANDS = "both operands"
    MOVES = "moved parameters"
    OPERATIONS = "more operations"
    CHANNELS = "scales of channels"
    CONCAT = "concat"
    AVERAGE = "average"
    FLOAT_RESULT = "float result"
    ABSORBED = "absorbed factor"
    COMPUTED_WEIGHTS = "computed weights"


REASONS: dict[Kind, str] = {
    Kind.FRACTIONAL: (
        "OpenVINO rounds a zero point that is no integer where a convolution subtracts it, without moving the grid that "
        "FakeQuantize quantizes to: a constant error of up to half a step. We keep the grid and carry what is left as a "
        "float offset, which ends in the bias (for padded convolutions one per border class)."
    ),
    Kind.NEARLY_SYMMETRIC: (
        "OpenVINO drops a zero point that is less than 0.2 % of the range from symmetric; we keep the difference as an offset."
    ),
    Kind.STRETCHED: (
        "FakeQuantize of 255 unsigned or of 15 levels is stretched by OpenVINO to all 256 codes of u8, and each level "
        "rounded to the nearest of them. We use as many codes as there are levels."
    ),
    Kind.SCALE_LIMIT: ("OpenVINO raises scales to 1e-32; we take every scale that is a normal f32."),
    Kind.LEVELS: (
        "Integers here, float there: numbers of levels other than 256, 255, 16 and 15 in activations, and weights of 2, "
        "15 or 16 levels."
    ),
    Kind.WEIGHTS: (
        "Integers here, float there: weights of matrix products and transposed convolutions with a zero point, or "
        "activations with one in front of a transposed convolution; products of two computed matrices with any zero points."
    ),
    Kind.BOTH_OPERANDS: (
        "OpenVINO keeps one operand of an addition or multiplication in 8 bits and computes the other in float. We read "
        "both as integers and round once."
    ),
    Kind.MOVES: (
        "Integers here, float there: operations that move elements carry scales and zero points of each channel, also "
        "where their axis moves, and pad with the zero point."
    ),
    Kind.OPERATIONS: (
        "Integers here, float there: functions of one 8-bit operand by table or on codes, whatever its parameters, and "
        "zero points outside of the codes."
    ),
    Kind.CHANNELS: (
        "Integers here, float there: a convolution of activations with scales or zero points of each channel is the sum "
        "of one product per run of channels with equal ones."
    ),
    Kind.CONCAT: (
        "OpenVINO puts the parts of a concat on one common grid with fewer levels. We never quantize again silently: the "
        "scales are joined along the axis, and a convolution behind multiplies each part on its own grid."
    ),
    Kind.AVERAGE: (
        "OpenVINO rounds an average to 8 bits where a convolution follows. We keep the sum in 32 bits, and quantize only "
        "where the model does."
    ),
    Kind.FLOAT_RESULT: (
        "OpenVINO lets an operation read codes that computes in f32 and writes f32, and multiplies by the scale behind it "
        "(for MVN and NormalizeL2 without scaling epsilon). Nothing is computed in integers on either side: we multiply "
        "by the scale first."
    ),
    Kind.ABSORBED: (
        "FakeQuantize absorbs a multiplication by a negative constant and a subtraction from a constant here, not there."
    ),
    Kind.COMPUTED_WEIGHTS: (
        "The weights of a convolution are computed at run time. Our kernels pack them when they are compiled, so this "
        "convolution works in f32; OpenVINO multiplies integers."
    ),
}

_LEVELS = re.compile(r"/(\d+)")
_FUNCTIONS = ("Clamp", "PRelu", "MVN", "NormalizeL2", "AvgPool", "ReduceMean", "Relu")


def is_closer(kind: Kind, ours: float, theirs: float) -> bool:
    """Whether ours is as close to the model's own formulas as theirs, in dB. Above 120 dB only the order of f32 sums differs."""
    return ours >= min(theirs, 120.0)


def kind_of(record: dict[str, Any], differences: Sequence[Difference]) -> Kind | None:
    """The kind that explains all the differences of a case, None if there is none: a gap."""
    row, what = record["row"], {difference.what for difference in differences}
    if row == "Concat" and what & {"codes", "float here", "runs"} and "conv" in record["names"]:
        return Kind.CONCAT
    if "runs" in what:
        return Kind.CHANNELS
    if "codes" in what:
        return Kind.STRETCHED
    if "float here" in what:
        return _float_here(record, differences)
    if what & {"float there", "partly float there"}:
        return _integer_here(record, differences, what)
    if what == {"range"}:
        return Kind.ABSORBED
    if "scale" in what:
        return Kind.SCALE_LIMIT if "1e-3" in str(record["params"]) else None
    if what <= {"zero point", "zero point of weights", "shift"}:
        near = [
            d for d in differences if d.what == "zero point" and row == "FakeQuantizeDecomposition" and _is_nearly_symmetric(record)
        ]
        return Kind.NEARLY_SYMMETRIC if near else Kind.FRACTIONAL
    return None


def _is_nearly_symmetric(record: dict[str, Any]) -> bool:
    low, high = (float(v) for v in record["params"]["ranges"].split("/")[0].split(">")[-1].split("|")[0].split(":"))
    return 0 < abs(low / high + 128 / 127) < 0.002


def _float_here(record: dict[str, Any], differences: Sequence[Difference]) -> Kind | None:
    row, facts = record["row"], record["openvino"]
    names = {difference.name for difference in differences if difference.what == "float here"}
    if row in ("AvgPool", "MarkupAvgPoolPrecisionPreserved") and names == {"conv"}:
        return Kind.AVERAGE
    if names == {"op"} and row in _FUNCTIONS and facts["op"]["results"] == ["f32"] and record["params"].get("consumer") != "again":
        return Kind.FLOAT_RESULT
    if record["case"] == "computed":
        return Kind.COMPUTED_WEIGHTS
    if row == "Add" and names == {"op"} and "f32" in facts["op"]["types"]:
        return Kind.FLOAT_RESULT
    return None


def _integer_here(record: dict[str, Any], differences: Sequence[Difference], what: set[str]) -> Kind | None:
    row, params = record["row"], record["params"]
    if "partly float there" in what or record["case"] == "pair":
        return Kind.BOTH_OPERANDS
    if "|" in params.get("act", "") and all(record["openvino"].get(d.name, {}).get("op") == "Convolution" for d in differences):
        return Kind.CHANNELS
    levels = {int(n) for key in ("ranges", "act", "w", "a", "b") for n in _LEVELS.findall(str(params.get(key)))}
    if levels - {16, 15, 255, 256} or (levels & {2, 15, 16} and "w" in params):
        return Kind.LEVELS
    if row in ("MatMul", "ConvolutionBackpropData"):
        return Kind.WEIGHTS
    if row == "Concat":
        return Kind.CONCAT
    if row in ("Relu", "Clamp", "PRelu", "not handled", "FakeQuantizeDecomposition", "PropagatePrecisions"):
        return Kind.OPERATIONS
    return Kind.MOVES
