"""What MkDocs does not do by itself: the README as first page, the generated reference, and links from code to it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT))  # behind an installed lpt, whose reference this then is

import mlir_lexer  # noqa: E402
import notebook as notebook_pages  # noqa: E402
import reference  # noqa: E402
from cross_links import CrossLinks  # noqa: E402

_LINKS = CrossLinks()
_IR = r"builtin\.module|func\.func|\s*%\w+ = (?:nn|lpt|quant|kernel)\."
_SHOWN_IR = re.compile(rf"^```text( output)?\n(?=(?:(?!```).*\n)*?(?:{_IR}))", re.MULTILINE)
mlir_lexer.register()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file holds."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _add(files, config, "index.md", re.sub(r"\]\(docs/", "](", readme))
    _add(files, config, "LICENSE.txt", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    for name in ("site.css", "iframe-worker.js"):
        _add(files, config, name, (HERE / name).read_text(encoding="utf-8"))
    for page in reference.pages():
        _add(files, config, page.path, page.text)
        _LINKS.learn(page.path, page.text)
    for notebook in sorted((ROOT / "docs").glob("*.ipynb")):
        _add(files, config, f"{notebook.stem}.md", notebook_pages.page(notebook))
    (place,) = (at for at, entry in enumerate(config.nav or []) if "Reference" in entry)
    config.nav[place] = {"Reference": reference.navigation()}  # type: ignore[index]
    return files


def _add(files: Files, config: MkDocsConfig, path: str, text: str) -> None:
    files.append(File.generated(config, path, content=text))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Words that only the snippets' test reads leave the fences; links out of docs/ lead to where the site has the
    file, or are none."""
    markdown = _SHOWN_IR.sub("```mlir\n", markdown)
    text = re.sub(r"^(`{3,}\w+) (?:output|raises|quote)\b.*$", r"\1", markdown, flags=re.MULTILINE)
    text = text.replace("](../README.md", "](index.md").replace("](LICENSE)", "](LICENSE.txt)")
    return re.sub(r"\[([^\]]+)\]\(\.\./(?:tests|lpt|dialects|passes|codegen)/[^)]*\)", r"\1", text)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Code that names what the reference describes leads there."""
    return _LINKS.link(html, page.file.src_uri)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Objects of notebooks, as late as that: the search index need not have their graphs."""
    for mark, html in notebook_pages.DISPLAYED.items():
        output = output.replace(mark, html)
    return output
