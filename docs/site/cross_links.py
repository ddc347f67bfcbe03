"""Code spans that name an operation, pass, command, flag or public name lead to its place in the reference."""

from __future__ import annotations

import posixpath
import re

_HEADING = re.compile(r"^#+ `([^`]+)`(?: \{ #(\S+) \})?$", re.MULTILINE)
_ANCHOR = re.compile(r'<span id="([\w-]+)"></span>')
_SPANS = re.compile(r"(<pre\b.*?</pre>|<a\b.*?</a>|<h\d\b.*?</h\d>)|<code>([^<]+)</code>", re.DOTALL)


def _is_telling(name: str) -> bool:
    """Whether a name alone says which it is: `trace` and `lower` are words, `Rule` and `assert_rewrites` are not."""
    return not name.islower() or "_" in name


class CrossLinks:
    """Names and their places. A name that stands for two things links nowhere; a module's own page wins over mentions."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.twice: set[str] = set()

    def learn(self, path: str, text: str) -> None:
        """Take the headings of a generated page that are code as names."""
        for name, anchor in _HEADING.findall(text):
            place = f"{path}#{anchor}" if anchor else path
            if not anchor and "/" not in path:
                continue
            if not anchor.startswith("lpt.") or anchor in (name, path) or _is_telling(name):
                self._know(name, place)
            if anchor:
                self._know(anchor, place)
            if anchor.startswith("lpt."):
                self._know(".".join(anchor.rsplit(".", 2)[-2:]), place)
        for name in _ANCHOR.findall(text):
            self._know(name, f"{path}#{name}")

    def _know(self, name: str, place: str) -> None:
        if self.places.setdefault(name, place) != place:
            self.twice.add(name)

    def place_of(self, text: str) -> str | None:
        """Where the reference describes `text`: itself, less what is called with, or the flag it begins with."""
        name = text.replace("&lt;", "<").strip()
        for form in (name, re.sub(r"\(.*", "", name, flags=re.DOTALL), re.sub(r"\{.*", "", name, flags=re.DOTALL)):
            if form in self.places and form not in self.twice and len(form) > 2:
                return self.places[form]
        return None

    def link(self, html: str, page: str) -> str:
        """Turn known code spans of a page into links, those to the page itself among them."""

        def linked(match: re.Match[str]) -> str:
            place = self.place_of(match[2]) if match[2] else None
            if place is None:
                return match[0]
            path, _, anchor = place.partition("#")
            to = posixpath.relpath(path, posixpath.dirname(page) or ".").removesuffix(".md") + ".html" if path != page else ""
            if path == page and not anchor:
                return match[0]
            return f'<a class="code" href="{to}{"#" + anchor if anchor else ""}"><code>{match[2]}</code></a>'

        return _SPANS.sub(linked, html)
