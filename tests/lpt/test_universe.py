"""Plain xdsl-opt sees our dialects and passes, and no name of ours ever clashes."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from xdsl.dialects import get_all_dialects
from xdsl.transforms import get_all_passes
from xdsl.universe import Universe

from lpt import universe
from lpt.data import bundled_model_path
from lpt.passes import stock
from lpt.passes.registry import PASSES

ROOT = Path(__file__).resolve().parents[2]
TEXT = """func.func @main(%x: tensor<2x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01>> {
  %y = nn.identity %x : (tensor<2x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01>>
  func.return %y : tensor<2x!quant.uniform<u8:f32, 5.000000e-01>>
}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the checkout counts as installed, with the entry points of its pyproject.toml."""
    site = tmp_path_factory.mktemp("site")
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["xdsl.universe"]
    folder = site / "lpt-0.1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: lpt\nVersion: 0.1.0\n")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (folder / "entry_points.txt").write_text(f"[xdsl.universe]\n{lines}")
    return {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}


def xdsl_opt(text: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from xdsl.tools.xdsl_opt import main; main()"]
    return subprocess.run(
        [*program, *arguments], input=text, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_xdsl_opt_runs_our_passes_on_our_dialects(installed: dict[str, str]) -> None:
    done = xdsl_opt(TEXT, installed, "-p", "lpt-normalize,lpt-strip-fake-quantize{levels=255,256},cse,dce")
    assert done.returncode == 0, done.stderr
    assert "nn.identity" not in done.stdout and "!quant.uniform<u8:f32" in done.stdout


@pytest.mark.slow
def test_each_pass_has_its_name_there(installed: dict[str, str]) -> None:
    listed = xdsl_opt("", installed, "--help").stdout
    assert all(name in "".join(listed.split()) for name in PASSES)


def test_names_that_xdsl_has_stay_xdsls() -> None:
    found = universe.make_universe()
    assert not set(found.all_dialects) & set(get_all_dialects())
    assert not set(found.all_passes) & set(get_all_passes())
    assert set(found.all_dialects) == {"quant", "lpt", "nn", "kernel"}
    assert set(PASSES) - set(found.all_passes) == {"cse", "dce"}


def test_what_is_given_makes_them() -> None:
    found = universe.make_universe()
    assert {name: make().name for name, make in found.all_dialects.items()} == {name: name for name in found.all_dialects}
    assert {name: make().name for name, make in found.all_passes.items()} == {name: name for name in found.all_passes}


class Point:
    """A plugin's entry point."""

    def __init__(self, value: str, loaded: object):
        self.name, self.value, self.loaded = value, value, loaded

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def test_names_of_other_plugins_stay_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Universe(all_dialects={"quant": get_all_dialects()["arith"]}, all_passes={"lpt-markup": get_all_passes()["cse"]})
    points = [
        Point("theirs:UNIVERSE", other),
        Point("broken:UNIVERSE", ImportError("no")),
        Point("none:X", 3),
        Point("lpt.universe:LPT_UNIVERSE", AssertionError("itself")),
    ]
    monkeypatch.setattr(stock, "entry_points", lambda group: points)
    stock.universes.cache_clear()
    try:
        found = universe.make_universe()
    finally:
        stock.universes.cache_clear()
    assert "quant" not in found.all_dialects and "nn" in found.all_dialects
    assert "lpt-markup" not in found.all_passes and "lpt-normalize" in found.all_passes


def test_a_model_saved_in_full_goes_through(installed: dict[str, str], tmp_path: Path) -> None:
    from lpt.cli.opt import main

    assert main([str(bundled_model_path()), "--full", "-o", str(tmp_path / "m.mlir")]) == 0
    done = xdsl_opt((tmp_path / "m.mlir").read_text(), installed, "-p", "lpt-normalize,lpt-fold-weights,dce")
    assert done.returncode == 0, done.stderr
    assert "nn.conv" in done.stdout


def test_conditions_hold_there_too(installed: dict[str, str]) -> None:
    done = xdsl_opt(TEXT, installed, "-p", "lpt-assign-layouts")
    assert done.returncode
    assert done.stderr.splitlines()[-1].endswith(
        "pass lpt-assign-layouts requires only-kernels, but nn.identity is no kernel; run lpt-form-kernels first"
    )
