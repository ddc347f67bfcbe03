"""The table: its records, how a case is judged, and what is printed of it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ours
from compare import Difference, compare
from kinds import Kind, kind_of

import lpt
from lpt.errors import LptError
from lpt.model import Model

HERE = Path(__file__).resolve().parent
DATA, MODELS = HERE.parent / "openvino_lpt.json", HERE.parent / "openvino_lpt.tar.xz"
TARGET = "x86-64-avx512vnni"
Record = dict[str, Any]


def inputs_of(path: Path) -> dict[str, np.ndarray]:
    """Random inputs by name, over more than the range of most cases."""
    generator = np.random.default_rng(1)
    model = lpt.load(path)
    return {name: generator.uniform(-1.6, 2.9, type_.get_shape()).astype(np.float32) for name, type_ in model.inputs.items()}


def transformed(path: Path) -> Model:
    """Our low-precision IR of the model."""
    return lpt.transform(lpt.load(path), "lpt", target=TARGET)


def our_facts(record: Record, path: Path) -> dict[str, Any]:
    """Ours, to be compared with record["openvino"]."""
    return ours.facts_of(transformed(path).module, record["names"])


def judge(record: Record, path: Path, outputs: Sequence[np.ndarray] | None = None) -> Record:
    """`outcome`, and where it is not "same" the kind, and with their outputs the evidence: dB of ours and theirs."""
    try:
        differences = compare(record["row"], record["openvino"], our_facts(record, path))
    except LptError as error:
        return {"outcome": "gap", "why": f"{type(error).__name__}: {error}"[:200].replace(str(path), "")}
    if not differences:
        return {"outcome": "same"}
    kind = kind_of(record, differences)
    found: Record = (
        {"outcome": "different", "kind": kind.value} if kind is not None else {"outcome": "gap", "why": _text(differences)}
    )
    if outputs is not None:
        found["decibels"] = list(decibels(path, outputs))
    return found


def _text(differences: Sequence[Difference]) -> str:
    return "; ".join(f"{d.name}: {d.what} {d.theirs} {d.ours}" for d in differences)[:300]


def decibels(path: Path, outputs: Sequence[np.ndarray]) -> tuple[float, float]:
    """Signal to noise of our transformed model and of these outputs against the model's own formulas."""
    inputs = inputs_of(path)
    expected = list(lpt.interpret(lpt.load(path), inputs).values())
    ours_ = list(lpt.interpret(transformed(path), inputs).values())
    return _sqnr(expected, ours_), _sqnr(expected, outputs)


def _sqnr(expected: Sequence[np.ndarray], got: Sequence[np.ndarray]) -> float:
    """In dB, capped at 200; 0 where a value is not finite."""
    a = np.concatenate([x.astype(np.float64).reshape(-1) for x in expected])
    b = np.concatenate([x.astype(np.float64).reshape(-1) for x in got])
    if not np.isfinite(b).all():
        return 0.0
    noise, signal = float(((a - b) ** 2).sum()), float((a**2).sum())
    return round(min(200.0, 10 * math.log10(signal / noise)), 1) if noise and signal else 200.0


def read() -> tuple[str, list[Record]]:
    """OpenVINO's version and the records."""
    head, *lines = DATA.read_text().splitlines()
    return json.loads(head)["openvino"], [json.loads(line) for line in lines]


def to_text(records: Sequence[Record], version: str) -> str:
    """A line with the version, then one per case."""
    lines = [{"openvino": version, "cases": len(records)}, *records]
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def counts(records: Sequence[Record]) -> Mapping[str, Counter[str]]:
    """Row → outcome or kind → number of cases."""
    found: dict[str, Counter[str]] = {}
    for record in records:
        found.setdefault(record["row"], Counter())[str(record.get("kind", record["outcome"]))] += 1
    return found


def summary(records: Sequence[Record]) -> str:
    """How many cases of each outcome and kind, and the gaps."""
    outcomes = Counter(record["outcome"] for record in records)
    kinds = Counter(record["kind"] for record in records if "kind" in record)
    gaps = [f"{r['row']}/{r['case']} {r['params']}: {r['why']}" for r in records if r["outcome"] == "gap"]
    assert {kind.value for kind in Kind} >= set(kinds)
    return "\n".join([str(dict(outcomes)), str(dict(kinds)), *gaps])
