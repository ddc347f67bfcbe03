"""The wheel holds every file of the package, the linked folders' among them, also when built from the sdist."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPTS = {"lpt": "lpt.cli.main:main", "lpt-opt": "lpt.cli.opt:main", "lpt-gui": "lpt.cli.gui:main"}


def files_under(package: Path) -> set[str]:
    """What the package holds, links followed: Python files and the bundled data."""
    found = set()
    for folder, _, names in os.walk(package, followlinks=True):
        if "__pycache__" not in folder:
            found |= {os.path.relpath(Path(folder, name), package.parent) for name in names}
    return found


def build(root: Path, out: Path, *arguments: str) -> Path:
    """The one wheel that `python -m build` writes; without isolation, so without a network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *arguments, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module", params=["direct", "through the sdist"])
def wheel(request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    arguments = ("--wheel",) if request.param == "direct" else ()
    return build(root, tmp_path_factory.mktemp("dist"), *arguments)


@pytest.mark.slow
def test_file_list(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {info.filename for info in archive.infolist()}
        links = [info.filename for info in archive.infolist() if (info.external_attr >> 28) == 0o12]
    assert {name for name in packed if name.startswith("lpt/")} == files_under(root / "lpt")
    outside = {name.partition("/")[0] for name in packed if not name.startswith("lpt/")}
    assert [name.endswith(".dist-info") for name in outside] == [True]
    assert links == []


@pytest.mark.slow
def test_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = {name.rpartition("/")[2]: name for name in archive.namelist() if ".dist-info/" in name}
        scripts = archive.read(text["entry_points.txt"]).decode()
        metadata = archive.read(text["METADATA"]).decode()
        assert "LLVM Exceptions" in archive.read(text["LICENSE"]).decode()
    assert all(f"{name} = {target}" in scripts for name, target in SCRIPTS.items())
    assert "License-Expression: Apache-2.0 WITH LLVM-exception" in metadata


@pytest.mark.slow
def test_unpacked_wheel_imports_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = """
import lpt, lpt.dialects, lpt.passes, lpt.codegen
from lpt.data import bundled_data, bundled_model_path
print(lpt.__path__[0], bundled_model_path().stat().st_size > 0, len(bundled_data()["images"]))
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(tmp_path / "lpt"), "True", "360"], done.stderr
