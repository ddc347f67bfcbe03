"""Ours against OpenVINO's real LPT: `openvino_lpt.json` holds what that does with each case, `openvino_lpt/update.py` writes it."""

from __future__ import annotations

import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "openvino_lpt"))

import document
import kinds
import table

VERSION, RECORDS = table.read()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cases' models: 0000.xml with 0000.bin and so on."""
    folder = tmp_path_factory.mktemp("openvino")
    with tarfile.open(table.MODELS) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _outcomes(models: Path, numbers: range) -> dict[str, tuple[object, object]]:
    """What has changed among these cases: name → (committed, now)."""
    changed: dict[str, tuple[object, object]] = {}
    for number in numbers:
        record = RECORDS[number]
        now = table.judge(record, models / f"{number:04d}.xml")
        committed = {key: record[key] for key in ("outcome", "kind") if key in record}
        if {key: now[key] for key in ("outcome", "kind") if key in now} != committed:
            changed[f"{number} {record['row']} {record['params']}"] = (committed, now)
    return changed


def test_some_cases(models: Path) -> None:
    assert _outcomes(models, range(0, len(RECORDS), 25)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_all_cases(models: Path, part: int) -> None:
    assert _outcomes(models, range(part, len(RECORDS), 4)) == {}


def test_how_many_agree() -> None:
    outcomes = Counter(record["outcome"] for record in RECORDS)
    assert len(RECORDS) >= 400 and set(outcomes) == {"same", "different"}
    assert outcomes["different"] <= 0.2 * len(RECORDS)


def test_refusals_are_among_them() -> None:
    floats = [r for r in RECORDS if any("f32" in fact.get("types", ()) for fact in r["openvino"].values())]
    assert len(floats) >= 50


def test_each_difference_has_a_kind_with_a_reason_and_evidence() -> None:
    assert set(kinds.REASONS) == set(kinds.Kind)
    worse = [
        f"{record['row']} {record['params']}: {record['decibels']}"
        for record in RECORDS
        if record["outcome"] == "different" and not kinds.is_closer(kinds.Kind(record["kind"]), *record["decibels"])
    ]
    assert worse == []


def test_the_models_are_the_records(models: Path) -> None:
    assert len(list(models.glob("*.xml"))) == len(RECORDS) == len({(r["row"], r["case"], str(r["params"])) for r in RECORDS})


def test_the_page_is_current() -> None:
    assert document.counted(RECORDS, VERSION) in document.PAGE.read_text()
