"""docs/onnx.md names every operator that is read, and no other."""

import re
from pathlib import Path

from lpt.importers.onnx.table import supported


def test_the_document_lists_all_operators() -> None:
    text = (Path(__file__).parents[3] / "docs" / "onnx.md").read_text()
    sections = re.split(r"^### ", text.partition("\n## Operators\n")[2], flags=re.MULTILINE)[1:]
    listed = {(section.split("\n")[0], name) for section in sections for name in re.findall(r"`(\w+)`", section)}
    assert listed == {(domain or "ai.onnx", name) for domain, name in supported()}
