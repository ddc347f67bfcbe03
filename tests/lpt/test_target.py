"""Targets by name: ours, the best that runs here, and those of one's own."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import lpt
from lpt import target as targets
from lpt.data import bundled_model_path
from lpt.errors import LptError
from lpt.target import TARGETS, Target, get_target, host_features, register_target, runs_here


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "TARGETS", dict(TARGETS))


@pytest.mark.parametrize(
    ("lacking", "best"),
    [
        ((), "x86-64-avx512vnni"),
        (("avx512vnni",), "x86-64-avxvnni"),
        (("avx512vnni", "avxvnni"), "x86-64-avx512"),
        (("avx512f", "avx512vnni", "avxvnni"), "x86-64-avx2"),
        (("avx2", "avxvnni", "avx512f"), "x86-64-sse42"),
    ],
)
def test_native_is_the_best_that_runs(lacking: tuple[str, ...], best: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {feature for target in TARGETS.values() for feature in target.features}
    monkeypatch.setattr(targets, "host_features", lambda: frozenset(everything - set(lacking)))
    assert get_target("native").name == best


def test_a_processor_without_sse42_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "host_features", frozenset)
    with pytest.raises(LptError, match=r"lacks SSE4\.2"):
        get_target("native")


def test_a_registered_target_is_found_and_is_never_native() -> None:
    best = get_target("native")
    mine = dataclasses.replace(best, name="mine", registers=8)
    with pytest.raises(LptError, match="unknown target 'mine'; one of native, x86-64-sse42"):
        lpt.get_target("mine")
    assert register_target(mine) is mine
    assert lpt.get_target("mine") is mine and get_target("native") is best


@pytest.mark.parametrize("name", ["native", "x86-64-avx2"])
def test_names_of_ours_are_taken(name: str) -> None:
    with pytest.raises(LptError, match="is a target of lpt; choose another name"):
        register_target(Target(name, (), 128, 16, ("pmaddwd",), fma=False))


def test_this_processor_runs_what_it_has_the_features_for() -> None:
    features = tuple(host_features())
    assert runs_here(Target("here", features, 128, 16, ("pmaddwd",), fma=False))
    assert not runs_here(Target("nowhere", (*features, "amx-of-tomorrow"), 128, 16, ("pmaddwd",), fma=False))


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        pytest.param("x86-64-avx2", {"dots": ("vpmaddwd",)}, marks=pytest.mark.isa("x86-64-avx2")),  # two passes, no proof
        pytest.param("x86-64-avx2", {"registers": 8}, marks=pytest.mark.isa("x86-64-avx2")),
        pytest.param("x86-64-avx512vnni", {"vector_bits": 256}, marks=pytest.mark.isa("x86-64-avx512vnni")),
        pytest.param("x86-64-avx512vnni", {"vector_bits": 128}, marks=pytest.mark.isa("x86-64-avx512vnni")),
    ],
    ids=str,
)
def test_a_target_of_ones_own_gives_the_same_bits(base: str, changes: dict[str, Any]) -> None:
    target = register_target(dataclasses.replace(TARGETS[base], name="mine", **changes))
    model = lpt.load(bundled_model_path()).specialize({"image": (3, 1, 8, 8)})
    image = np.random.default_rng(0).uniform(0, 16, (3, 1, 8, 8)).astype(np.float32)
    executable = lpt.compile(model, target="mine")
    np.testing.assert_array_equal(executable.run({"image": image})["logits"], lpt.interpret(model, {"image": image})["logits"])
    assert {row.instructions for row in executable.report(repeats=0) if row.macs} <= set(target.dots)
