"""What the site is made with: docstrings as Markdown, links from code to the reference, colours for IR, notebooks as pages.

That it builds without a warning is a step of its own in .ci/run.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SITE = Path(__file__).resolve().parents[2] / "docs" / "site"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(SITE)
    yield SITE


def module(name: str) -> ModuleType:
    assert str(SITE) in sys.path
    return importlib.import_module(name)


@pytest.mark.parametrize(
    ("doc", "markdown"),
    [
        ("x_i * `a_b*` <f>", r"x\_i \* `a_b*` &lt;f>"),
        ("Before:\n\n    %q = nn.relu %x\n\nAfter.", "Before:\n\n```mlir\n%q = nn.relu %x\n```\n\nAfter."),
        ("A file:\n    code, and\n    more\n\nAfter.", "A file:\n\n```text\ncode, and\nmore\n```\n\nAfter."),
        ("So:\n\n    import lpt\n    lpt.load(x)\n\nThen.", "So:\n\n```python\nimport lpt\nlpt.load(x)\n```\n\nThen."),
        (None, ""),
    ],
)
def test_docstrings_become_markdown(site: Path, doc: str | None, markdown: str) -> None:
    assert module("markup").prose(doc) == markdown


def test_the_summary_is_the_first_sentence(site: Path) -> None:
    summary = module("markup").summary
    assert summary("One thing. Another.\n\nMore.") == "One thing"
    assert summary("What e.g. `a.b` is: a thing of 1.5 units\nand more") == "What e.g. `a.b` is: a thing of 1.5 units and more"


def test_code_that_names_something_is_linked(site: Path) -> None:
    links = module("cross_links").CrossLinks()
    links.learn("reference/dialects/nn.md", "### `nn.conv` { #nn.conv }\n")
    links.learn("reference/api/lpt.rules.md", "## `Rule` { #lpt.rules.Rule }\n## `trace` { #lpt.rules.trace }\n")
    links.learn("reference/cli/lpt-opt.md", '| <span id="--until"></span>`--until PASS` |')

    def target(code: str, page: str = "patterns.md") -> str | None:
        html = links.link(f"<p><code>{code}</code></p>", page)
        return html.partition('href="')[2].partition('"')[0] or None

    assert target("nn.conv") == "reference/dialects/nn.html#nn.conv"
    assert target("nn.conv", "reference/api/lpt.md") == "../dialects/nn.html#nn.conv"
    assert target("nn.conv", "reference/dialects/nn.md") == "#nn.conv"
    assert target("Rule") == target("lpt.rules.Rule(…)") == "reference/api/lpt.rules.html#lpt.rules.Rule"
    assert target("trace") is None  # a word
    assert target("rules.trace") == "reference/api/lpt.rules.html#lpt.rules.trace"
    assert target("--until") == "reference/cli/lpt-opt.html#--until"
    assert target("no_such_name") is None
    links.learn("reference/api/lpt.passes.rules.rule.md", "## `Rule` { #lpt.passes.rules.rule.Rule }\n")
    assert target("Rule") == "reference/api/lpt.rules.html#lpt.rules.Rule"  # the same
    links.learn("reference/api/lpt.target.md", "## `Rule` { #lpt.target.Rule }\n")
    assert target("Rule") is None  # two of them
    for untouched in ("<pre><code>nn.conv</code></pre>", '<a href="x"><code>nn.conv</code></a>', "<h2><code>nn.conv</code></h2>"):
        assert links.link(untouched, "patterns.md") == untouched


def test_ir_is_coloured_and_nothing_of_it_lost(site: Path) -> None:
    token = importlib.import_module("pygments.token")
    text = '%0 = nn.conv(%a#1) {pads = array<i64: 0, 1>} : tensor<1x?x!quant.uniform<i8<-127:127>:f32, 2.0e-2:128>> // "c"\n'
    tokens = list(module("mlir_lexer").MlirLexer().get_tokens(text))
    assert "".join(word for _, word in tokens) == text
    kinds = {word: kind for kind, word in tokens}
    assert (kinds["%0"], kinds["nn.conv"], kinds["!quant.uniform"]) == (token.Name.Variable, token.Name.Builtin, token.Keyword.Type)
    assert (kinds["1x?x"], kinds["2.0e-2"], kinds["f32"]) == (token.Number.Integer, token.Number.Float, token.Keyword.Type)


def test_pages_of_commands_leave_the_width_of_the_terminal_alone(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    page = next(text for path, _, text in module("command_pages").pages() if path.endswith("lpt.md"))
    assert os.environ["COLUMNS"] == "40"
    usage = [line for part in page.split("```text\n")[1:] for line in part.partition("```")[0].splitlines()]
    assert 60 < max(map(len, usage)) <= 100


def test_a_notebook_is_shown_with_what_it_prints_and_displays(site: Path, tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["x = 6\n", "print('six')\n", "x * 7"]},
        {"cell_type": "code", "source": ["class Shown:\n", "    def _repr_html_(self): return '<b>shown</b>'\n", "Shown()"]},
        {"cell_type": "code", "source": ["x;\n", "y = x"]},
    ]
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    notebook = module("notebook")
    page = notebook.page(path)
    assert page.startswith("# Title\n\nThe same as a notebook: [one.ipynb](one.ipynb).")
    assert "```text\nsix\n42\n```" in page
    (mark,) = [mark for mark in notebook.DISPLAYED if mark in page]
    assert "<b>shown</b>" in notebook.DISPLAYED[mark] and page.count("<b>") == 1  # in its source
