"""ONNX's node cases: those listed as compiled must pass, all others must be refused with a reason, none may be wrong.

`node_cases.json` lists the cases that pass as machine code and in the interpreter, those that the interpreter alone passes, and
those refused, by class of reason. After a deliberate change write it anew with
`pytest tests/conformance/test_node_cases.py -m slow --update-node-cases` and read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
import pytest

FILE = Path(__file__).with_name("node_cases.json")
PARTS = 16
"""Tests that the cases are spread over, so that processes share them."""


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Filled with the outcomes of this run, which become the list if that is asked for."""
    outcomes: dict[str, str] = {}
    yield outcomes
    if request.config.getoption("--update-node-cases", default=False):
        FILE.write_text(json.dumps(summarize(outcomes), indent=1, ensure_ascii=False) + "\n")


def summarize(outcomes: dict[str, str]) -> dict[str, Any]:
    groups: dict[str, dict[str, list[str]]] = {"interpreted": {}, "refused": {}}
    for name, outcome in sorted(outcomes.items()):
        verdict, _, reason = outcome.partition(": ")
        if verdict in groups:
            groups[verdict].setdefault(reason, []).append(name)
    compiled = sorted(name for name, outcome in outcomes.items() if outcome == "compiled")
    return {"onnx": onnx.__version__, "compiled": compiled} | {
        verdict: dict(sorted(reasons.items())) for verdict, reasons in groups.items()
    }


def expected_outcomes(listed: dict[str, Any]) -> dict[str, str]:
    """What `NodeCases.outcome` gives for each listed case."""
    by_reason = (
        (verdict, reason, name)
        for verdict in ("interpreted", "refused")
        for reason, names in listed[verdict].items()
        for name in names
    )
    return dict.fromkeys(listed["compiled"], "compiled") | {name: f"{verdict}: {reason}" for verdict, reason, name in by_reason}


def test_at_least_900_cases_are_listed_as_compiled(listed: dict[str, Any]) -> None:
    assert len(listed["compiled"]) >= 900


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_cases_end_as_listed(part: int, node_cases: Any, listed: dict[str, Any], seen: dict[str, str]) -> None:
    """Cases that only another release of ONNX than the list's has are wrong if they are wrong, and else free."""
    outcomes = {name: node_cases.outcome(name) for name in node_cases.names[part::PARTS]}
    seen |= outcomes
    expected = expected_outcomes(listed)
    assert {n: outcome for n, outcome in outcomes.items() if not outcome.startswith(("compiled", "interpreted", "refused"))} == {}
    known = outcomes if listed["onnx"] == onnx.__version__ else outcomes.keys() & expected.keys()
    assert {name: outcomes[name] for name in known} == {name: expected.get(name, "not listed") for name in known}


@pytest.mark.slow
def test_listed_cases_exist(node_cases: Any, listed: dict[str, Any]) -> None:
    if listed["onnx"] == onnx.__version__:
        assert expected_outcomes(listed).keys() == set(node_cases.names)
