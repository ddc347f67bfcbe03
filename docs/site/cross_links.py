"""Code spans that name an operation, pass, command, flag or public name lead to its place in the reference."""

from __future__ import annotations

import importlib
import posixpath
import re

_HEADING = re.compile(r"^#+ `([^`]+)`(?: \{ #(\S+) \})?$", re.MULTILINE)
_ANCHOR = re.compile(r'<span id="([\w-]+)"></span>')
_TYPE = re.compile(r'<span class="n">([A-Z]\w+)</span>')
_SPANS = re.compile(r"(<pre\b.*?</pre>|<a\b.*?</a>|<h\d\b.*?</h\d>)|<code>([^<]+)</code>", re.DOTALL)


def _is_telling(name: str) -> bool:
    """Whether a name alone says which it is: `trace` and `lower` are words, `Rule` and `assert_rewrites` are not."""
    return not name.islower() or "_" in name


def _is_same(a: str, b: str) -> bool:
    """Whether two places of the Python reference describe one object, exported by two modules."""
    return "#lpt." in a and "#lpt." in b and _described(a) is _described(b)


def _described(place: str) -> object:
    path, _, anchor = place.partition("#")
    module = posixpath.basename(path).removesuffix(".md")
    found: object = importlib.import_module(module)
    for part in anchor.removeprefix(f"{module}.").split("."):
        found = getattr(found, part, None)
    return found


class CrossLinks:
    """Names and their places. A name that stands for two things links nowhere; of two that export one thing the first is meant."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.twice: set[str] = set()

    def learn(self, path: str, text: str) -> None:
        """Take the headings of a generated page that are code as names, and the places that it marks."""
        for name, anchor in _HEADING.findall(text):
            place = f"{path}#{anchor}" if anchor else path
            is_python = anchor.startswith("lpt.")
            if not is_python or _is_telling(name):
                self._know(name, place)
            if anchor and anchor != name:
                self._know(anchor, place)
            if is_python:
                self._know(".".join(anchor.rsplit(".", 2)[-2:]), place)
        for name in _ANCHOR.findall(text):
            self._know(name, f"{path}#{name}")

    def _know(self, name: str, place: str) -> None:
        known = self.places.setdefault(name, place)
        if known != place and not _is_same(known, place):
            self.twice.add(name)

    def place_of(self, text: str) -> str | None:
        """Where the reference describes `text`: as it stands, or less the arguments or options behind it."""
        name = text.replace("&lt;", "<").strip()
        for form in (name, re.sub(r"\(.*", "", name, flags=re.DOTALL), re.sub(r"\{.*", "", name, flags=re.DOTALL)):
            if form in self.places and form not in self.twice and len(form) > 2:
                return self.places[form]
        return None

    def link(self, html: str, page: str) -> str:
        """Turn known code spans of a page into links, and in signatures the types."""

        def linked(match: re.Match[str]) -> str:
            if match[2]:
                return self._anchor(match[2], f"<code>{match[2]}</code>", page) or match[0]
            if match[1].startswith("<pre") and page.startswith("reference/api/"):
                return _TYPE.sub(lambda name: self._anchor(name[1], name[0], page) or name[0], match[0])
            return match[0]

        return _SPANS.sub(linked, html)

    def _anchor(self, name: str, html: str, page: str) -> str | None:
        """`html` as a link to where `name` is described; None if that is nowhere, or the whole page."""
        place = self.place_of(name)
        if place is None or place == page:
            return None
        path, mark, anchor = place.partition("#")
        to = "" if path == page else posixpath.relpath(path, posixpath.dirname(page) or ".").removesuffix(".md") + ".html"
        return f'<a class="code" href="{to}{mark}{anchor}">{html}</a>'
