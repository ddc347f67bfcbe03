"""How engines are compared, and that the peers compute the same model. No test of a timing."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import lpt
from lpt import bench
from lpt.bench.suite import BEGIN, END, write_markdown
from lpt.data import bundled_model_path
from lpt.errors import LptError
from lpt.runtime.executable import Executable, ReportRow
from lpt.runtime.program import Port, Program
from lpt.target import get_target


def test_engines_take_turns_in_alternating_order() -> None:
    order: list[str] = []
    engines = [bench.Engine(name, "1", lambda name=name: order.append(name)) for name in "ab"]  # type: ignore[misc]
    rows = bench.compare(engines, rounds=2, slice_seconds=0)
    # One call warms each up; then a call that settles and a timed one, b first in the second round.
    assert "".join(order) == "ab" + "aabb" + "bbaa"
    assert [(r.engine, r.rounds, r.calls) for r in rows] == [("a", 2, 2), ("b", 2, 2)]
    assert rows[0].ratio == 1
    assert all(0 < r.low_ms <= r.median_ms <= r.high_ms for r in rows)


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


def test_threads_are_pinned_to_as_many_processors() -> None:
    allowed = os.sched_getaffinity(0)
    for threads in (1, 2, 64):
        with bench.pinned(threads):
            assert len(os.sched_getaffinity(0)) == min(threads, len(allowed))
            assert os.sched_getaffinity(0) <= allowed
        assert os.sched_getaffinity(0) == allowed


def test_a_kernel_is_held_against_the_machine() -> None:
    machine = bench.Machine("t", 1, {"vpdpbusd": 200.0, "fma": 50.0}, 100.0, 1)
    compute = ReportRow("a", "conv", "u8s8", "vpdpbusd", 1_000_000, 1000, 10_000)
    memory = ReportRow("b", "max_pool", "u8", "", 0, 1_000_000, 20_000)
    untimed = ReportRow("c", "conv", "u8s8", "vpmaddubsw + vpdpbusd", 4000, 0, None)
    rows = bench.kernel_rows([compute, memory, untimed], machine)
    assert [(r.gmacs, r.peak_share, r.roofline_ns) for r in rows] == [
        (100.0, 0.5, 5000),  # 1e6 / 200e9 s, more than 1000 B / 100 GB/s
        (None, None, 10_000),
        (None, None, 20),
    ]


def test_shares_on_vpmaddubsw_are_weighed_by_multiply_accumulates() -> None:
    def row(macs: int, *shares: float) -> bench.KernelRow:
        return bench.KernelRow("a", "conv", "u8s8", "vpmaddubsw", macs, 0, None, None, None, 0, shares)

    assert bench.widened([row(300, 0.5, 0.5), row(100, 1.0), row(0)]) == (0.625, 0.375)
    assert bench.widened([row(300, 0.5, 0.5), row(100)]) == (0.375, 0.375)
    assert bench.widened([row(100)]) == bench.widened([]) == ()


def test_the_program_says_how_products_are_widened() -> None:
    machine = bench.Machine("t", 1, {}, 100.0, 1)
    for target in ("x86-64-avx2", "x86-64-avx512vnni"):
        exe = lpt.compile(bundled_model_path(), target=target)
        exe.prepare()
        (program,) = exe.programs
        rows = bench.kernel_rows(exe.report(repeats=0), machine, program.steps)
        assert {r.instructions for r in rows} >= ({"vpmaddubsw"} if target == "x86-64-avx2" else {"vpdpbusd"})
        assert [bool(r.widened) for r in rows] == ["vpmaddubsw" in r.instructions for r in rows]
        assert all(abs(sum(r.widened) - 1) < 1e-9 for r in rows if r.instructions == "vpmaddubsw")


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_measured_of_the_machine_is_computed(threads: int) -> None:
    machine = bench.measure("native", threads, 1 << 20)
    target = get_target("native")
    assert set(target.dots) < set(machine.peaks)
    assert all(peak > 0 for peak in (*machine.peaks.values(), machine.read_gb))


def rows_of(medians: dict[str, float], model: str, threads: int = 1) -> list[bench.BenchRow]:
    return [bench.BenchRow(e, "1", ms, ms, ms, ms, 1, 1, model, threads) for e, ms in medians.items()]


def test_summaries_name_the_best_peer() -> None:
    rows = [
        *rows_of({"lpt": 2.0, "a": 8.0, "b": 4.0}, "x"),
        *rows_of({"lpt": 1.0, "a": 8.0}, "y"),
        *rows_of({"lpt": 1.0}, "z", threads=2),
    ]
    summaries = bench.summarize(rows)
    assert [(s.model, s.threads, s.best_peer, s.speedup) for s in summaries] == [
        ("x", 1, "b", 2.0),
        ("y", 1, "a", 8.0),
        ("z", 2, None, None),
    ]
    assert bench.geometric_mean(summaries, 1) == pytest.approx(4.0)
    assert bench.geometric_mean(summaries, 2) is None


def test_a_peer_that_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(model: Path, inputs: bench.Inputs, threads: int) -> bench.Engine:
        raise RuntimeError("\n  unsupported operator\n at …")

    def late(model: Path, inputs: bench.Inputs, threads: int) -> bench.Engine:
        return bench.Engine("late", "1", lambda: [][0])

    monkeypatch.setitem(bench.PEERS, "broken", broken)
    monkeypatch.setitem(bench.PEERS, "late", late)
    run = bench.Bench(peers=["broken", "late"], rounds=1, slice_seconds=0)
    assert [(r.engine, r.model, r.threads) for r in run.run(bundled_model_path(), 1, "digits")] == [("lpt", "digits", 1)]
    assert run.failures == [
        bench.Failure("digits", 1, "broken", "unsupported operator at …"),
        bench.Failure("digits", 1, "late", "list index out of range"),
    ]
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    assert run.run(tmp_path / "bad.onnx", 1) == []
    assert run.failures[-1].engine == "lpt"


def test_the_table_replaces_what_is_between_the_marks(tmp_path: Path) -> None:
    run = bench.Bench(rows=rows_of({"lpt": 2.0, "a": 3.0}, "x"), failures=[bench.Failure("x", 1, "b", "why")])
    page = tmp_path / "page.md"
    write_markdown(page, run)
    table = page.read_text()
    lines = table.splitlines()
    assert lines[0] == "| model | threads | lpt | a | best peer / lpt |"
    assert lines[2] == "| x | 1 | 2.000 (2.000–2.000) | 3.000 (3.000–3.000) | 1.50 (a) |"
    assert lines[3] == "| geometric mean | 1 |  |  | 1.50 |"
    assert lines[-1] == "b failed on x (1 threads): why."
    page.write_text(f"# Speed\n{BEGIN}\nold\n{END}\nafter\n")
    write_markdown(page, run)
    assert page.read_text() == f"# Speed\n{BEGIN}\n{table}{END}\nafter\n"
    with pytest.raises(LptError, match="cannot write: No such file or directory"):
        write_markdown(tmp_path / "no" / "page.md", run)
