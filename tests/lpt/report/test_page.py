"""The page as text: whole, without a network, no data in it as markup, colours that can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from lpt.report import page
from lpt.report.page import render

Invent = Callable[[int], dict[str, Any]]
KINDS = ("integer", "float", "cast", "other")


class Outline(HTMLParser):
    """The start tags of a page, and the text in scripts by their type."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.tags[-1] if self.tags else ("", {})
        if tag in ("script", "title"):
            kind = attributes.get("type") or tag
            self.scripts[kind] = self.scripts.get(kind, "") + data


def test_data_comes_out_as_it_went_in(invent: Invent, hostile: str) -> None:
    data = invent(3)
    data["model"]["name"] = f"<b>{{{{style}}}} {hostile}"
    outline = Outline(render(data))
    assert json.loads(outline.scripts["application/json"]) == data
    assert outline.scripts["title"].startswith(data["model"]["name"])


def test_no_name_becomes_markup(invent: Invent, hostile: str) -> None:
    text = render(invent(3))
    assert hostile not in text
    assert [tag for tag, _ in Outline(text).tags if tag in ("img", "b")] == []


def test_nothing_is_loaded_from_elsewhere(invent: Invent) -> None:
    text = render(invent(2))
    assert [attributes for _, attributes in Outline(text).tags if {"src", "href"} & attributes.keys()] == []
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_every_asset_is_in_the_page() -> None:
    assets = {path.name for path in files(page).iterdir() if path.name.endswith((".css", ".js"))}
    assert assets == {*page.STYLES, *page.SCRIPTS}


@pytest.mark.parametrize("name", page.SCRIPTS)
def test_scripts_stay_under_400_lines_and_make_no_markup(name: str) -> None:
    text = files(page).joinpath(name).read_text(encoding="utf-8")
    assert text.count("\n") < 400
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


def test_infinities_are_refused(invent: Invent) -> None:
    with pytest.raises(ValueError, match="JSON"):
        render(invent(1) | {"node_height": float("inf")})


def palettes() -> dict[str, dict[str, str]]:
    text = files(page).joinpath("palette.css").read_text(encoding="utf-8")
    light, dark = text.split("@media")
    return {name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for name, part in (("light", light), ("dark", dark))}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_by_definition() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(scheme: str) -> None:
    colours = palettes()[scheme]
    pairs = [(ink, ground) for ink in ("ink", "dim") for ground in ("page", "panel", "raised", "graph", "hover")]
    pairs += [(ink, f"{kind}-fill") for kind in KINDS for ink in ("ink", f"{kind}-edge")]
    pairs += [("dim", f"{kind}-fill") for kind in KINDS]
    pairs += [("accent", ground) for ground in ("panel", "raised", "page")] + [("accent-ink", "accent"), ("ink", "accent-tint")]
    pairs += [(mark, ground) for mark in ("new", "changed", "gone") for ground in ("panel", "graph", "raised")]
    pairs += [
        ("new", "new-tint"),
        ("gone", "gone-tint"),
        ("ink", "new-tint"),
        ("ink", "gone-tint"),
        ("ink", "new-strong"),
        ("ink", "gone-strong"),
    ]
    weak = {pair: round(value, 2) for pair in pairs if (value := contrast(*(colours[name] for name in pair))) < 4.5}
    assert weak == {}


def test_both_schemes_have_the_same_colours() -> None:
    light, dark = palettes().values()
    assert light.keys() == dark.keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_outlines_stand_out_from_the_graph(scheme: str) -> None:
    """Borders and marks need 3 : 1 (WCAG 2.2, 1.4.11)."""
    colours = palettes()[scheme]
    names = [*(f"{kind}-edge" for kind in KINDS), "new", "changed", "gone", "accent"]
    assert {name for name in names if contrast(colours[name], colours["graph"]) < 3} == set()
