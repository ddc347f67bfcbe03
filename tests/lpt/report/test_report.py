"""Reports of whole models: what each part says agrees with the others, and with what else tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lpt
import lpt.report.report
from lpt.cli.main import main
from lpt.data import bundled_data, bundled_model_path


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    image = bundled_data()["images"][:1].astype(np.float32) / 16
    report = lpt.Report.of(bundled_model_path(), inputs={"image": image}, threads=1)
    found: dict[str, Any] = json.loads(json.dumps(report.data, allow_nan=False))
    return found


def test_it_says_what_explain_says(data: dict[str, Any]) -> None:
    model = lpt.transform(lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]}))
    assert data["operations"] == [vars(row) for row in lpt.explain(model)]
    assert data["summary"]["integer_macs"] == 1.0
    assert data["summary"]["macs"] == sum(row["macs"] for row in data["operations"])


def test_kernels_are_those_of_the_last_stage(data: dict[str, Any]) -> None:
    shown = {data["versions"][number]["id"]: data["versions"][number] for number in data["stages"][-1]["nodes"]}
    assert data["kernels"]
    for kernel in data["kernels"]:
        assert shown[kernel["id"]]["place"] == kernel["name"]
        assert kernel["ns"] > 0 and kernel["roofline_ns"] >= 0
    assert data["summary"]["ns"] == sum(kernel["ns"] for kernel in data["kernels"])
    assert data["machine"]["peaks"] and data["machine"]["read_gb"] > 0


def test_drift_is_of_values_of_the_input(data: dict[str, Any]) -> None:
    first = {data["versions"][number]["id"]: data["versions"][number] for number in data["stages"][0]["nodes"]}
    assert data["no_drift"] == "" and data["drift_inputs"] == "given"
    for row in data["drift"]:
        assert first[row["id"]]["op"] == row["operation"]
        assert row["sqnr"] is None or row["sqnr"] > 15  # eight bits, seven layers
    told = {row["operation"] for row in data["drift"]}
    assert told >= {"nn.conv", "quant.qcast", "quant.dcast"}  # also what was fused away: its codes stand for it


def test_every_edge_has_its_ends(data: dict[str, Any]) -> None:
    for stage in data["stages"]:
        if stage["same_as"] is None:
            ids = [data["versions"][number]["id"] for number in stage["nodes"]]
            assert len(set(ids)) == len(ids) == len(stage["x"]) == len(stage["y"]) == len(stage["w"])
            for key in stage["bends"]:
                begin, end = (int(part.split(":")[0]) for part in key.split(">"))
                assert begin in ids and end in ids


def test_a_target_that_this_processor_lacks_has_no_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lpt.report.report, "runs_here", lambda target: False)
    report = lpt.Report.of(bundled_model_path(), target="x86-64-avxvnni")
    assert report.data["kernels"] == [] and report.data["machine"] is None
    assert report.data["no_kernels"] == "this processor does not run x86-64-avxvnni"
    assert report.data["stages"][-1]["level"] == "kernels" and report.data["drift"]


def test_a_pipeline_that_ends_early_ends_there() -> None:
    report = lpt.Report.of(lpt.load(bundled_model_path()), "lpt-normalize, lpt-split-bias", threads=1)
    assert [stage["name"] for stage in report.data["stages"]] == ["input", "lpt-normalize", "lpt-split-bias"]
    assert report.data["kernels"]  # it runs in floats
    assert "2 passes" in report.summary


def test_a_model_is_left_as_it_was() -> None:
    model = lpt.load(bundled_model_path())
    before = str(model)
    lpt.Report.of(model, "lpt")
    assert str(model) == before


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(lpt.LptError, match="give image"):
        lpt.Report.of(bundled_model_path(), inputs={"x": np.zeros((1, 1, 8, 8), np.float32)})


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, facts = tmp_path / "report.html", tmp_path / "report.json"
    assert main(["report", "-o", str(page), "--json", str(facts), "--threads", "1"]) == 0
    assert "digits.onnx, 28 passes" in capsys.readouterr().out
    assert json.loads(facts.read_text())["model"]["name"] == "digits.onnx"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["report", "-o", str(tmp_path / "no" / "report.html")]) == 2
    assert "cannot write: there is no such folder; choose another -o FILE" in capsys.readouterr().err


def test_where_the_page_cannot_be_written_no_model_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path / "missing.onnx"), "-o", str(tmp_path)]) == 2
    assert "cannot write: it is a folder" in capsys.readouterr().err
