"""How engines are compared, and that the peers compute the same model. No test of a timing."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from lpt import bench
from lpt.data import bundled_model_path
from lpt.errors import LptError
from lpt.runtime.executable import Executable
from lpt.runtime.program import Port, Program


def test_engines_take_turns_in_alternating_order() -> None:
    order: list[str] = []
    engines = [bench.Engine(name, "1", lambda name=name: order.append(name)) for name in "ab"]  # type: ignore[misc]
    rows = bench.compare(engines, rounds=2, slice_seconds=0)
    # One call warms each up; then a call that settles and a timed one, b first in the second round.
    assert "".join(order) == "ab" + "aabb" + "bbaa"
    assert [(r.engine, r.rounds, r.calls) for r in rows] == [("a", 2, 2), ("b", 2, 2)]
    assert rows[0].ratio == 1
    assert all(0 < r.low_ms <= r.median_ms <= r.high_ms for r in rows)


def test_one_thread_is_pinned_and_released() -> None:
    allowed = os.sched_getaffinity(0)
    with bench.pinned(1):
        assert os.sched_getaffinity(0) == {max(allowed)}
    with bench.pinned(2):
        assert os.sched_getaffinity(0) == allowed
    assert os.sched_getaffinity(0) == allowed


def test_random_inputs_fit_the_ports() -> None:
    ports = [Port("f", "float32", (-1, 3)), Port("u", "uint8", (1000,)), Port("i", "int64", ()), Port("b", "bool", (64,))]
    inputs = bench.random_inputs(ports)
    assert [(a.dtype.name, a.shape) for a in inputs.values()] == [
        ("float32", (1, 3)),
        ("uint8", (1000,)),
        ("int64", ()),
        ("bool", (64,)),
    ]
    assert {0, 255} <= set(inputs["u"].tolist())
    assert np.array_equal(inputs["f"], bench.random_inputs(ports)["f"])


def test_our_engine_runs_the_executable(chain: Callable[..., Program]) -> None:
    exe = Executable([chain("add_1")])
    x = np.arange(64, dtype=np.uint8)
    result = bench.ours(exe, {"x": x}).call()
    assert isinstance(result, dict)
    assert np.array_equal(result["y"], x + 1)


@pytest.mark.parametrize("peer", [peer for peer in bench.PEERS if find_spec(peer)])
def test_a_peer_answers_as_the_float_network_did(peer: str) -> None:
    from lpt.data import bundled_data

    data = bundled_data()
    images = data["images"].astype(np.float32) / 16
    engine = bench.PEERS[peer](bundled_model_path(), {"image": images}, 1)
    result = engine.call()
    logits = result[0]  # type: ignore[index]
    assert engine.name == peer
    assert logits.shape == (360, 10)
    assert np.mean(logits.argmax(axis=1) == data["float_predictions"]) > 0.97


@pytest.mark.parametrize("peer", bench.PEERS)
def test_a_missing_peer_is_named_with_its_extra(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == peer:
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LptError, match=rf"--against {peer}: {peer} is not installed; pip install 'lpt\[bench\]'"):
        bench.PEERS[peer](Path("model.onnx"), {}, 1)
