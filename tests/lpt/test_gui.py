"""lpt-gui, driven without a terminal."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from xdsl.utils.arg_spec import ArgSpec

import lpt.cli.gui as gui
from lpt.passes.pipeline import Pipeline
from lpt.passes.prepare.strip_fake_quantize import StripFakeQuantize
from lpt.passes.registry import PASSES


def explore(*arguments: str) -> tuple[str, str, str, set[str]]:
    """The panes before and behind the passes, the command, and the passes offered."""

    async def run() -> tuple[str, str, str, set[str]]:
        app = gui.make_app(arguments)
        async with app.run_test() as pilot:
            await pilot.pause()
            offered = {str(node.label) for node in app.passes_tree.root.children}
            return app.input_text_area.text, app.output_text_area.text, app.get_query_string(), offered

    return asyncio.run(run())


def test_passes_chosen_at_the_start_have_run() -> None:
    before, after, query, offered = explore("-p", "prepare")
    assert "quant.qcast" in before and before != after and "nn.conv" in after
    assert query.startswith("lpt-opt ") and query.endswith(f"-p {Pipeline('prepare')}")
    assert offered == set(PASSES)


def test_condensed_are_the_passes_that_change_something() -> None:
    async def run() -> None:
        app = gui.make_app(["-p", "lpt-normalize"])
        async with app.run_test() as pilot:
            await pilot.pause()
            app.condense_mode = True
            await pilot.pause()
            offered = {str(p) for p in app.available_pass_list}
            assert {"lpt-split-bias", "lpt-transform"} <= offered and "lpt-normalize" not in offered

    asyncio.run(run())


def test_a_pass_that_cannot_run_says_why() -> None:
    _, after, _, _ = explore("-p", "lpt-assign-layouts")
    assert after.startswith("pipeline: pass lpt-assign-layouts requires only-kernels, but lpt.constant is no kernel; run ")


def test_wrong_options_are_value_errors_as_the_explorer_takes_them() -> None:
    with pytest.raises(ValueError, match="levels"):
        StripFakeQuantize.from_spec(ArgSpec("lpt-strip-fake-quantize", {"levels": ("nine",)}))


def test_without_textual_the_way_out_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "xdsl.interactive.app", None)
    monkeypatch.delitem(sys.modules, "lpt.cli.gui_app", raising=False)
    assert gui.main([]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "pip install 'lpt[gui]'" in err


def test_wrong_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gui.main([str(tmp_path / "nowhere.onnx")]) == 2
    assert gui.main(["-p", "lpt-normalise"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
