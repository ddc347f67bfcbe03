"""Every snippet of every page runs, and prints what the page shows. docs/CONTRIBUTING.md has the conventions."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbclient
import nbformat
import pytest

from lpt.errors import ValidationError
from lpt.testing.pages import fences, matches, run_page

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help is as wide as on the pages."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_runs(page: Path, tmp_path: Path) -> None:
    assert len(run_page(page, tmp_path)) == sum(fence.runs for fence in fences(page.read_text(encoding="utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize("notebook", [pytest.param(path, id=path.stem) for path in NOTEBOOKS])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_runs(notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import lpt
    from lpt.data import bundled_model_path

    monkeypatch.setenv("PYTHONPATH", str(Path(lpt.__file__).parents[1]))
    shutil.copy(bundled_model_path(), tmp_path / "model.onnx")
    content = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(content, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()


def run(text: str, folder: Path) -> list[str]:
    return run_page(Path("page.md"), folder, text)


def test_blocks_share_a_namespace_and_files(tmp_path: Path) -> None:
    page = """
A module, `there/one.py`:

```python
def f(x): return x + 1
```

```python
from there.one import f
print(f(1))
```

```text output
2
```

```sh
lpt explain model.onnx | grep -c conv > count.txt
cat count.txt there/one.py
lpt explain missing.onnx  # status 2
lpt-opt --list-passes | head -n 1
```

```text output
6
def f(x): …
lpt: …no such file…
presets:
```
"""
    assert len(run(page, tmp_path)) == 2
    assert (tmp_path / "there" / "one.py").read_text() == "def f(x): return x + 1\n"


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```python\n1 / 0\n```\n", "page.md:1: ZeroDivisionError"),
        ("\n```python raises\n1\n```\n", "page.md:2: it does not raise"),
        ("```python raises\n1 / 0\n```\n```text output\nNameError\n```\n", "page.md:4: not as shown: NameError"),
        ("```sh\nlpt explain missing.onnx\n```\n", "status 2 of: lpt explain missing.onnx"),
        ("```sh\nfalse\n```\n", "status 1 of: false"),
        ("```sh\npip install .\n```\n", "no pyproject.toml"),
        ("```bash\nls\n```\n", "unknown language 'bash'"),
        ("```text outputs\nls\n```\n", "unknown word 'outputs'"),
        ("```text output\nls\n```\n", "nothing ran directly before"),
        ("- a list:\n\n  ```sh\n  ls\n  ```\n", "indented"),
        ("```python\nprint(1)\n", "never ends"),
        ("```mlir\nbuiltin.module { nonsense }\n```\n", "page.md:1"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(page: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        run(page, tmp_path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("shown", "printed", "wrong"),
    [
        ("a\nb\n", "a  \nb\n\n", None),
        ("a …s\n", "a 12 ms\n", None),
        ("a\n…\nd\n", "a\nb\nc\nd\n", None),
        ("…\nd\n…\n", "a\nd\ne\n", None),
        ("a.c\n", "abc\n", "a.c"),
        ("a\n…\ne\n", "a\nb\n", "e"),
        ("a\n", "a\nb\n", "(not shown) b"),
        ("a\nb\n", "a\n", "b"),
    ],
)
def test_what_is_shown_is_compared(shown: str, printed: str, wrong: str | None) -> None:
    assert matches(shown, printed) == wrong


def test_what_a_page_registers_is_taken_back(tmp_path: Path) -> None:
    from lpt.passes.rules.registering import pattern_names

    rule = """
```python
from lpt.rules import Build, Codes, Node, Ops, Rule, Value, register
import inspect

@register
class Mine(Rule):
    def pattern(self, op: Ops, q: Codes) -> Node:
        return op.relu(q)

    def rewrite(self, op: Build, q: Codes) -> Value:
        return q
```

```sh
lpt-opt --list-passes
```
"""
    (_, printed) = run(rule, tmp_path)
    assert "  mine" in printed
    assert "mine" not in pattern_names()


def test_importers_and_meanings_that_a_page_registers_are_taken_back(tmp_path: Path) -> None:
    """Also one that stands beside ours, for an operator set that ours does not read."""
    from lpt.dialects.interpreter import _meanings
    from lpt.dialects.nn import ReluOp
    from lpt.importers.onnx import table as onnx
    from lpt.importers.openvino import table as openvino

    page = """
```python
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn import ReluOp
from lpt.importers.onnx import table as onnx
from lpt.importers.openvino import table as openvino

meaning(ReluOp)(lambda op, operands: operands)
onnx.handles("Relu", 900, 901)(lambda node: node.inputs[0])
openvino.handles("ReLU", 900, 901)(lambda node: node.inputs[0])
print(onnx.supported()[("", "Relu")][-1], openvino.supported()["ReLU"][-1], openvino.is_ours())
```
"""
    before = onnx.supported(), openvino.supported(), _meanings[ReluOp]
    assert run(page, tmp_path) == ["(900, 901) (900, 901) False\n"]
    assert (onnx.supported(), openvino.supported(), _meanings[ReluOp]) == before
    assert openvino.is_ours()


def test_an_installed_package_of_patterns_is_found(tmp_path: Path) -> None:
    page = """
`pyproject.toml`:

```toml
[project]
name = "some-rules"
version = "1.0"

[project.entry-points."lpt.patterns"]
of-the-page = "nowhere:Rule"
```

```sh
pip install .
lpt-opt --list-passes | grep of-the
```

```text output
  of-the-page                       it does not load: ModuleNotFoundError: No module named 'nowhere' (some-rules 1.0)
```
"""
    assert len(run(page, tmp_path)) == 1
