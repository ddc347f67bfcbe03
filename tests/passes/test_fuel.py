"""Rewrites by number and patterns by name are held back, and nothing else changes."""

from __future__ import annotations

import pytest

import lpt
from lpt.cli.opt import main
from lpt.data import bundled_model_path
from lpt.errors import TransformError
from lpt.passes.fuel import FUEL, limited
from lpt.passes.journal import Journal
from lpt.passes.pipeline import Pipeline

MODEL = str(bundled_model_path())


def run(rewrites: int | None = None, *without: str) -> tuple[Journal, str]:
    model = lpt.load(MODEL)
    with limited(rewrites, without):
        return Pipeline("lpt-normalize,lpt-split-bias,lpt-transform").run(model), str(model)


def test_the_first_rewrites_are_those_of_a_whole_run() -> None:
    journal, text = run()
    whole = [str(rewrite) for rewrite in journal.rewrites]
    for count in (0, 1, len(whole) // 2, len(whole)):
        some, _ = run(count)
        assert [str(rewrite) for rewrite in some.rewrites] == whole[:count]
    assert run(len(whole) + 5)[1] == text and FUEL.get() is None


def test_a_pattern_that_is_disabled_does_not_fire() -> None:
    journal, _ = run(None, "fuse-requantize")
    assert "fuse-requantize" not in {rewrite.pattern for rewrite in journal.rewrites}
    assert "push-through-contraction" in {rewrite.pattern for rewrite in journal.rewrites}
    with pytest.raises(TransformError, match="no pass has a pattern 'fuse-requantise'; did you mean fuse-requantize"):
        run(None, "fuse-requantise")


def test_lpt_opt_tells_the_last_rewrite(capsys: pytest.CaptureFixture[str]) -> None:
    passes = ["-p", "lpt-normalize,lpt-split-bias,lpt-transform"]
    third = str(run()[0].rewrites[2])
    assert main([MODEL, *passes, "--rewrite-limit=3"]) == 0
    assert capsys.readouterr().err == f"// rewrite 3, the last: {third}\n"
    assert main([MODEL, *passes, "--rewrite-limit=99999", "--disable-patterns=fuse-requantize,push-offset"]) == 0
    assert not capsys.readouterr().err
    assert main([MODEL, *passes, "--disable-patterns=fuse"]) == 2
    assert "no pass has a pattern 'fuse'" in capsys.readouterr().err
