"""Compare the speed of executables and peers fairly: interleaved slices in alternating order, medians with their spread.

All run on the same threads, and the process is pinned to as many processors, each a core of its own where there are enough.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from statistics import median

from lpt.runtime.team import cores

Call = Callable[[], object]


@dataclass(frozen=True)
class BenchRow:
    """One engine. `median_ms` is the median over rounds of a round's median call; `low_ms` and `high_ms` the extreme rounds;
    `ratio` the engine's median over the first engine's; `calls` those timed."""

    engine: str
    version: str
    median_ms: float
    low_ms: float
    high_ms: float
    ratio: float
    rounds: int
    calls: int
    model: str = ""
    threads: int = 1


@dataclass(frozen=True)
class Engine:
    """Something to time."""

    name: str
    version: str
    call: Call


def compare(engines: Sequence[Engine], *, rounds: int = 7, slice_seconds: float = 0.3) -> list[BenchRow]:
    """Time the engines in turns, the order reversed every other round, after one untimed round of warm-up."""
    times: dict[str, list[list[int]]] = {engine.name: [] for engine in engines}
    for engine in engines:
        _slice(engine.call, slice_seconds / 2)
    for turn in range(rounds):
        for engine in engines if turn % 2 == 0 else reversed(engines):
            # The peers' workers spin for a while after a call: let them settle, and let caches fill.
            _slice(engine.call, slice_seconds / 10)
            times[engine.name].append(_slice(engine.call, slice_seconds))
    medians = {name: [median(calls) / 1e6 for calls in slices] for name, slices in times.items()}
    base = median(medians[engines[0].name])
    return [
        BenchRow(
            engine.name,
            engine.version,
            median(found := medians[engine.name]),
            min(found),
            max(found),
            median(found) / base,
            rounds,
            sum(len(calls) for calls in times[engine.name]),
        )
        for engine in engines
    ]


def _slice(call: Call, seconds: float) -> list[int]:
    """Nanoseconds of each call, for so many seconds and at least one call."""
    calls: list[int] = []
    begin = now = time.perf_counter_ns()
    while not calls or now - begin < seconds * 1e9:
        call()
        after = time.perf_counter_ns()
        calls.append(after - now)
        now = after
    return calls


@contextmanager
def pinned(threads: int) -> Iterator[None]:
    """Keep this process on as many processors as it has threads, one of each core first; undone at the end."""
    allowed = os.sched_getaffinity(0)
    one_of_each = chain(*zip_longest(*reversed(cores())))
    chosen = [cpu for cpu in one_of_each if cpu is not None][:threads]
    try:
        os.sched_setaffinity(0, chosen)
        yield
    finally:
        os.sched_setaffinity(0, allowed)
