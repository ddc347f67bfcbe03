"""A team of threads that runs a program's steps: the caller and its workers."""

from __future__ import annotations

import os
import weakref
from pathlib import Path

import numpy as np

from lpt.codegen.driver import (
    QUEUE_WORDS,
    TEAM_IDLE_SPIN,
    TEAM_QUEUES,
    TEAM_SPIN,
    TEAM_STEPS,
    TEAM_THREADS,
    TEAM_WORDS,
    WORKER_WORDS,
)
from lpt.errors import RunError
from lpt.runtime.native import driver
from lpt.runtime.program import aligned_bytes

# Polls take tens of cycles each, so these are 20 to 100 µs. Waiting for a step's end is short where every thread has a
# processor; idle workers stay awake between calls that follow each other closely.
_SPIN, _IDLE_SPIN = 2_000, 10_000
_SPIN_CROWDED, _IDLE_SPIN_CROWDED = 16, 0


def cores() -> list[list[int]]:
    """The processors this process may use, by physical core."""
    found: dict[str, list[int]] = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            key = siblings.read_text(encoding="utf-8")
        except OSError:
            key = str(cpu)
        found.setdefault(key, []).append(cpu)
    return list(found.values())


def default_threads() -> int:
    """The number of physical cores this process may use."""
    return len(cores())


class Team:
    """`threads` threads over `steps` (int64 [n, STEP_WORDS]). Workers start at the first run, and again after a fork."""

    def __init__(self, steps: np.ndarray, threads: int):
        self._steps, self._threads = steps, threads
        self._pid = 0
        self._driver = driver()
        self._finalizer: weakref.finalize[[np.ndarray, int], Team] | None = None

    def run(self, first: int, last: int, times: np.ndarray | None = None) -> None:
        """Run steps [first, last); `times` (int64 [n + 1]) receives nanoseconds as `lpt_run` says."""
        if self._pid != os.getpid():
            self._start()
        self._driver.run(self._address, first, last, 0 if times is None else times.ctypes.data)

    def close(self) -> None:
        """End the workers."""
        if self._finalizer is not None:
            self._finalizer()
            self._finalizer = None
        self._pid = 0

    def _start(self) -> None:
        if self._finalizer is not None:
            self._finalizer.detach()
        queues = -(-(TEAM_WORDS + WORKER_WORDS * self._threads) // QUEUE_WORDS) * QUEUE_WORDS
        words = aligned_bytes((queues + QUEUE_WORDS * self._threads) * 8).view(np.int64)
        words[:] = 0
        crowded = self._threads > len(os.sched_getaffinity(0))
        words[TEAM_THREADS] = self._threads
        words[TEAM_SPIN] = _SPIN_CROWDED if crowded else _SPIN
        words[TEAM_IDLE_SPIN] = _IDLE_SPIN_CROWDED if crowded else _IDLE_SPIN
        words[TEAM_STEPS] = self._steps.ctypes.data
        self._address = words.ctypes.data
        words[TEAM_QUEUES] = self._address + 8 * queues
        pid = os.getpid()
        # The finalizer keeps the team's memory alive until the workers have left it.
        self._finalizer = weakref.finalize(self, _stop, words, pid)
        error = self._driver.start(self._address)
        if error:
            self.close()
            raise RunError(f"cannot start {self._threads - 1} worker threads: {os.strerror(error)}", way_out="use fewer threads")
        self._pid = pid


def _stop(words: np.ndarray, pid: int) -> None:
    # A forked child has inherited this memory, but not the threads.
    if os.getpid() == pid:
        driver().stop(words.ctypes.data)
        words[TEAM_THREADS] = 1  # a call during interpreter exit runs on the caller alone
