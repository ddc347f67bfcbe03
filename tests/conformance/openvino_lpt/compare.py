"""Whether two transformed models compute the same integers: their facts against ours.

Representation is no difference: codes may be signed or shifted (u8 with zero point 128 is i8 with 0), zero points may be subtracted
before, inside or behind an operation, sums may be divided before or by the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from facts import LOW, Fact

STEP = 1e-3
"""Steps of the codes by which zero points may differ, for their rounding to f32."""
RELATIVE = 4e-6
"""By how much scales may differ, for the rounding of three factors to f32."""
MEANS = ("nn.average_pool", "nn.global_average_pool", "nn.reduce_mean")
SUMS = ("nn.reduce_sum",)
CONTRACTIONS = ("nn.conv", "nn.matmul", "nn.conv_transpose")
RANGES = ("FakeQuantize", "FakeQuantizeDecomposition", "MoveFakeQuantize", "LinOpSequenceFusion")
"""The rows about the range that is quantized."""


@dataclass(frozen=True)
class Difference:
    """`what` differs at `name`: float here, float there, partly float there, codes, range, weights, scale, zero point, lost."""

    name: str
    what: str
    theirs: Any = None
    ours: Any = None


def compare(row: str, theirs: dict[str, Fact], ours: dict[str, Fact]) -> list[Difference]:
    """All differences; none where an operation is left in float on both sides."""
    found: list[Difference] = []
    for name, fact in ours.items():
        their = theirs.get(name, {"types": ["f32"], "type": "f32"})
        if "gone" in their or their.get("type") == "computed":
            continue
        found += _quantizes(row, name, their, fact) if name.startswith("fq") else _operations(name, their, fact, theirs)
    return [difference for difference in found if not (row == "Pad" and _is_padding(difference))]


def _is_padding(difference: Difference) -> bool:
    """Padding with zero: theirs has code 0 and zero point 0 in padded channels, ours the zero point in both."""
    if difference.what != "zero point":
        return False
    return set(np.round(difference.theirs["zero_point"], 3)) - {0.0} == set(np.round(difference.ours, 3))


def _quantizes(row: str, name: str, their: Fact, our: Fact) -> list[Difference]:
    if their["type"] not in LOW or our.get("type") not in LOW:
        return []
    found = []
    if not _near(_difference(their), our["high"] - our["low"], 1e-6):
        found.append(Difference(name, "codes", _difference(their), our["high"] - our["low"]))
    if row in RANGES and "input" in our and not _equal_ranges(their, our):
        found.append(Difference(name, "range", their["input"], our["input"]))
    return found


def _equal_ranges(their: Fact, our: Fact) -> bool:
    alive = np.asarray(their["input"][0]) != np.asarray(their["input"][1])
    for theirs, ours in zip(their["input"], our["input"], strict=True):
        if (
            not _same_shape(theirs, ours)
            or (np.abs(np.asarray(theirs) - np.asarray(ours)) * alive > 1e-5 * _size(their["input"])).any()
        ):
            return False
    return True


def _difference(fact: Fact) -> float:
    """The number of steps; a channel of which all codes are one has as many as the others."""
    difference = np.asarray(fact["high"], np.float64) - np.asarray(fact["low"], np.float64)
    return float(np.abs(difference).max())


def _size(values: Any) -> float:
    return float(max(np.abs(np.asarray(v, np.float64)).max() for v in values))


def _operations(name: str, their: Fact, our: Fact, all_theirs: dict[str, Fact]) -> list[Difference]:
    if not their["types"]:  # of constants alone
        return []
    low = [kind in LOW for kind in their["types"]]
    here = [kind in LOW for kind in our.get("types", ["u8"])]
    if not all(here):
        return [Difference(name, "float here")] if any(low) else []
    if not any(low):
        return [Difference(name, "float there")]
    if not all(low):
        return [Difference(name, "partly float there")]
    found = _weights(name, their, our)
    if any(difference.what == "runs" for difference in found):
        return found
    offset = _shift_of_codes(their, our, all_theirs)
    if "before" in their and "operands" in our:
        zero_point = their["before"].get("0", {}).get("zero_point", 0.0)
        inverted = (
            np.any(np.asarray(their.get("behind", {}).get("scale", 1.0)) < 0) if isinstance(their.get("behind"), dict) else False
        )
        if (
            np.ndim(zero_point) == 0
            and not inverted
            and not _near(zero_point, np.asarray(our["operands"][0]["zero_point"]) + offset, STEP)
        ):
            found.append(Difference(name, "zero point", zero_point, our["operands"][0]["zero_point"]))
    if "behind" in their and "behind" in our and our.get("kind") != "rounds":
        found += _behind(name, their, our, offset, _alive(all_theirs))
    return found


def _alive(theirs: dict[str, Fact]) -> Any:
    """Which channels have more than one value; the others may have any parameters."""
    masks = [np.asarray(f["high"]) != np.asarray(f["low"]) for name, f in theirs.items() if name.startswith("fq") and "high" in f]
    return next((mask for mask in masks if mask.ndim and not mask.all()), np.ones((), bool))


def _shift_of_codes(their: Fact, our: Fact, all_theirs: dict[str, Fact]) -> float:
    """By how much their codes of the first operand lie above ours."""
    if "operands" not in our:
        return 0.0
    quantizes = [fact for name, fact in all_theirs.items() if name.startswith("fq") and fact.get("type") == their["types"][0]]
    lowest = min((float(np.min(fact["low"])) for fact in quantizes), default=0.0)
    return lowest - float(our["operands"][0]["low"])


def _weights(name: str, their: Fact, our: Fact) -> list[Difference]:
    if "weights" not in their:
        return []
    if "weights" not in our:
        return [Difference(name, "weights", "codes", "float")]
    theirs, ours = np.array(their["weights"]), np.array(our["weights"])
    if our.get("products", 1) > 1 and theirs.size > ours.size:
        return [Difference(name, "runs", 1, our["products"])]
    shift = theirs - ours if theirs.size == ours.size else np.array([0, 1])
    if np.unique(shift).size > 1:
        shift = np.sort(theirs) - np.sort(ours) if theirs.size == ours.size else shift
    if np.unique(shift).size > 1:
        return [Difference(name, "weights", their["weights"][:4], our["weights"][:4])]
    zero_point = their.get("weights_before", {}).get("zero_point", 0.0)
    if our.get("products", 1) > 1 or not _near(np.asarray(zero_point) - shift[0], our["weights_zero_point"], STEP):
        return [Difference(name, "zero point of weights", zero_point, our["weights_zero_point"])]
    return []


def _behind(name: str, their: Fact, our: Fact, offset: float, alive: Any) -> list[Difference]:
    theirs = their["behind"] if isinstance(their["behind"], list) else [their["behind"]]
    ours = our["behind"] if isinstance(our["behind"], list) else [our["behind"]] * len(theirs)
    if len(theirs) == 1:
        theirs = theirs * len(ours)
    found = []
    for t, o in zip(theirs, ours, strict=True):
        scale, shift = _in_their_codes(their, our, o, offset)
        if scale is None or not _same_shape(scale, t.get("scale", 1.0)):
            found.append(Difference(name, "shape", t, o))
        elif _is_inverted(t, o):
            continue
        elif "scale" in t and not _close(t["scale"], scale, our, alive):
            found.append(Difference(name, "scale", t["scale"], np.unique(scale).tolist()[:8]))
        elif (what := _shifts(t, scale, shift)) is not None:
            found.append(Difference(name, what, t, np.unique(-shift / np.where(scale == 0, 1, scale)).tolist()[:8]))
    return found


def _in_their_codes(their: Fact, our: Fact, behind: Fact, offset: float) -> tuple[Any, Any]:
    """Our scale and shift, for their raw results instead of ours; (None, None) where shapes do not fit."""
    scale, shift = np.asarray(behind["scale"], np.float64), np.asarray(behind["shift"], np.float64)
    kind = our.get("op", "")
    try:
        if kind in MEANS and our["kind"] == "accumulates":
            zero_point = np.asarray(our["operands"][0]["zero_point"]) + offset
            return scale * our["count"], shift - scale * our["count"] * zero_point
        if kind in SUMS:
            return scale, shift - scale * our["count"] * (np.asarray(our["operands"][0]["zero_point"]) + offset)
        if kind in CONTRACTIONS:
            before = their.get("before", {}).get("0", {}).get("zero_point", 0.0)
            missing = np.asarray(our["operands"][0]["zero_point"]) + offset - np.asarray(before)
            if not np.any(missing):
                return scale, shift
            return scale, shift - scale * (
                np.asarray(our.get("sums", [0])) * missing if missing.ndim == 0 else _weighted(our, missing)
            )
        return scale, shift - scale * offset
    except ValueError:
        return None, None


def _weighted(our: Fact, missing: Any) -> Any:
    """What zero points of input channels are multiplied with: one value per output channel."""
    channels = len(our["sums"])
    weights = np.array(our["weights"]).reshape(channels, missing.size, -1)
    return (weights.sum(axis=2) - weights.shape[2] * np.asarray(our["weights_zero_point"])) @ missing


def _shifts(their: Fact, scale: Any, shift: Any) -> str | None:
    """What differs of zero point or shift."""
    if not np.all(scale):
        return None if np.all(np.asarray(shift) == np.asarray(their.get("shift", 0.0))) else "shift"
    steps = -shift / scale
    if "shift" in their:
        return None if _near(np.asarray(their["shift"]) / scale, -steps, STEP + 1e-6 * float(np.abs(steps).max())) else "shift"
    zero_point = their.get("zero_point", 0.0)
    return None if _near(zero_point, steps, STEP + 1e-6 * float(np.abs(steps).max())) else "zero point"


def _same_shape(a: Any, b: Any) -> bool:
    try:
        np.broadcast_shapes(np.shape(a), np.shape(b))
    except ValueError:
        return False
    return True


def _is_inverted(their: Fact, our: Fact) -> bool:
    """Whether theirs counts down from the zero point where ours counts up: (q − 255)·(−s) for q·s."""
    scale = np.asarray(our["scale"])
    inverted = _near(their.get("scale", 1.0), -scale, RELATIVE * float(np.abs(scale).max()))
    return inverted and "zero_point" not in their and "shift" not in their and not np.any(our["shift"])


def _close(theirs: Any, ours: Any, fact: Fact, alive: Any) -> bool:
    """Equal scales; of channels whose weights are all zero, or that are not alive, any will do."""
    theirs, ours = np.broadcast_arrays(np.asarray(theirs, np.float64), np.asarray(ours, np.float64))
    equal = np.abs(theirs - ours) <= RELATIVE * np.abs(theirs)
    if _same_shape(equal, alive):
        equal = equal | ~alive
    codes = fact.get("weights")
    if not equal.all() and codes is not None and equal.ndim == 1 and len(codes) % equal.size == 0:
        dead = ~(np.array(codes).reshape(equal.size, -1) != 0).any(axis=1)
        equal = equal | dead
    return bool(equal.all())


def _near(a: Any, b: Any, tolerance: float) -> bool:
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return _same_shape(a, b) and bool((np.abs(a - b) <= tolerance).all())
