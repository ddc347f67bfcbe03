"""Installed packages bring targets, dialects and importers: their modules are imported when a name is not ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lpt
from lpt import target as targets
from lpt.dialects import registry
from lpt.dialects.registry import all_dialects
from lpt.errors import LptError
from lpt.plugins import load_plugins
from lpt.target import TARGETS

MODULE = """
from dataclasses import replace

from xdsl.ir import Dialect

from lpt.dialects.registry import register_dialect
from lpt.target import TARGETS, register_target

register_target(replace(TARGETS["x86-64-avx2"], name="theirs", registers=8))
register_dialect(Dialect("theirs", [], []))
"""


def install(folder: Path, value: str) -> None:
    """What pip leaves of a package with one plugin."""
    info = folder / "a_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[lpt.plugins]\ntheirs = {value}\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(targets, "TARGETS", dict(TARGETS))
    monkeypatch.setattr(registry, "_registered", {})
    (tmp_path / "a_plugin.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("a_plugin", None)


def test_a_name_that_is_not_ours_is_looked_for_in_plugins(folder: Path) -> None:
    install(folder, "a_plugin")
    assert "a_plugin" not in sys.modules
    assert lpt.get_target("x86-64-avx2").registers == 16 and "a_plugin" not in sys.modules
    assert lpt.get_target("theirs").registers == 8
    assert "theirs" in {dialect.name for dialect in all_dialects()}


def test_a_plugin_that_does_not_load_is_named(folder: Path) -> None:
    install(folder, "a_plugin:missing")
    with pytest.raises(LptError, match="entry point theirs = a_plugin:missing: it does not load: AttributeError"):
        load_plugins()
