"""Pictures of the docs are as their script draws them, self-contained, and described for those who do not see them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLDER = DOCS / "pictures"


def test_pictures_are_those_of_the_script() -> None:
    drawn = {name: draw().svg() for name, draw in runpy.run_path(str(FOLDER / "make.py"))["PICTURES"].items()}
    assert {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")} == drawn


def test_pictures_have_a_title_and_load_nothing() -> None:
    for path in FOLDER.glob("*.svg"):
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None and title.text, path.name
        assert not [key for element in root.iter() for key in element.attrib if key.endswith("href")], path.name


def test_each_picture_is_shown_with_a_description() -> None:
    shown = [
        found
        for page in [DOCS.parent / "README.md", *DOCS.glob("*.md")]
        for found in re.findall(r"!\[(.*?)\]\((?:docs/)?pictures/(.*?)\.svg\)", page.read_text(encoding="utf-8"))
    ]
    assert all(len(words) > 40 for words, _ in shown)
    assert {name for _, name in shown} == {path.stem for path in FOLDER.glob("*.svg")}
