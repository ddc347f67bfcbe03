"""ONNX's node cases: those that pass must pass, all others must be refused with a reason, none may be wrong.

`node_cases.json` lists the cases that pass and, by class of reason, those refused. After a deliberate change write it anew with
`pytest tests/conformance -m slow --update-node-cases` and read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnx
import pytest

FILE = Path(__file__).with_name("node_cases.json")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def listed(outcomes: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.config.getoption("--update-node-cases", default=False):
        FILE.write_text(json.dumps(summarize(outcomes), indent=1, ensure_ascii=False) + "\n")
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def summarize(outcomes: dict[str, Any]) -> dict[str, Any]:
    refused: dict[str, list[str]] = {}
    for name, outcome in sorted(outcomes.items()):
        if outcome.verdict == "refused":
            refused.setdefault(outcome.reason, []).append(name)
    passing = sorted(name for name, outcome in outcomes.items() if outcome.verdict == "pass")
    return {"onnx": onnx.__version__, "pass": passing, "refused": dict(sorted(refused.items()))}


def test_no_case_is_wrong_or_crashes(outcomes: dict[str, Any]) -> None:
    bad = {name: outcome for name, outcome in outcomes.items() if outcome.verdict in ("wrong", "crash")}
    assert not bad


def test_listed_cases_pass(outcomes: dict[str, Any], listed: dict[str, Any]) -> None:
    names = [name for name in listed["pass"] if name in outcomes]
    assert len(names) >= 250
    assert {name: outcomes[name].why for name in names if outcomes[name].verdict != "pass"} == {}


def test_listed_cases_are_refused_for_the_listed_reason(outcomes: dict[str, Any], listed: dict[str, Any]) -> None:
    expected = {name: reason for reason, names in listed["refused"].items() for name in names if name in outcomes}
    got = {name: outcomes[name].reason if outcomes[name].verdict == "refused" else "passes" for name in expected}
    assert got == expected


def test_every_case_is_listed(outcomes: dict[str, Any], listed: dict[str, Any]) -> None:
    """Of the release the list was made with; other releases of ONNX have other cases."""
    if listed["onnx"] == onnx.__version__:
        assert {*listed["pass"], *(name for names in listed["refused"].values() for name in names)} == outcomes.keys()
