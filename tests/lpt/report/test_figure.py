"""What notebooks show: every operation with its colour, escaped, as well-formed XML."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

import lpt
import lpt.report.figure
from lpt.data import bundled_model_path
from lpt.dumps.drawing import COLOURS
from lpt.report.figure import model_html
from lpt.testing import body, parse


def parsed(fragment: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{fragment}</div>")


def test_a_model_is_drawn() -> None:
    model = lpt.transform(lpt.load(bundled_model_path()))
    html = parsed(model._repr_html_())
    boxes = [box for box in html.iter() if box.tag.endswith("rect")]
    fixed = {"lpt.constant"}
    drawn = [op for op in model.function.body.block.ops if op.name not in fixed]
    assert len(boxes) == len(drawn) + 1  # the input
    assert {box.get("fill") for box in boxes} >= {COLOURS["integer"], COLOURS["cast"]}
    assert "image: ?×1×8×8 f32" in "".join(html.itertext())


def test_a_large_model_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lpt.report.figure, "MOST_DRAWN", 3)
    html = model_html(lpt.load(bundled_model_path()))
    assert "<svg" not in html and "lpt.Report.of(model)" in html
    parsed(html)


def test_names_are_escaped() -> None:
    text = '%y = nn.relu %x {lpt.node = "<script>&\\22"} : (tensor<2xf32>) -> tensor<2xf32>'
    html = model_html(lpt.Model(parse(body(["%x: tensor<2xf32>"], text, "%y: tensor<2xf32>")), "<b>"))
    assert "<script>" not in html
    assert "<b>" in "".join(parsed(html).itertext())


def test_a_pipeline_is_a_table() -> None:
    pipeline = lpt.Pipeline("lpt-strip-fake-quantize{levels=256}, dce")
    rows = [["".join(cell.itertext()) for cell in row] for row in parsed(pipeline._repr_html_()).iter("tr")]
    assert [row[1:3] for row in rows[1:]] == [["lpt-strip-fake-quantize{levels=256}", "lossy"], ["dce", "exact"]]
    assert all(row[3] for row in rows[1:])
