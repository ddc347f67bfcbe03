"""A task in a process of its own, with bounds on its time and its memory: what a crash, a hang or a flood of memory is seen with.

outcome = isolated(lambda: str(lpt.load(data)))
outcome.kind            # "result", "exception", "crash", "hang" or "memory"
"""

from __future__ import annotations

import faulthandler
import gc
import os
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SECONDS = 10
"""Processor time that a task may take, in seconds; of the clock's it gets six times as much."""

MEMORY = 2 << 30
"""Bytes that a task may own, resident or not, beyond what its parent holds."""

LONGEST = 1 << 20
"""Bytes of a result that are read."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task. `text`: its result, the exception's traceback, or the signal. `resident`: the most bytes it held."""

    kind: str
    text: str
    seconds: float
    resident: int


def isolated(task: Callable[[], str], *, seconds: int = SECONDS, memory: int = MEMORY) -> Outcome:
    """Run a task in a forked process. Call it where no other thread runs: a fork has the calling thread only."""
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python's, of threads: those that libraries hold are idle
        child = os.fork()
    if not child:
        os.close(reader)
        _run(task, writer, seconds, memory)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = file.read(LONGEST).decode(errors="replace")
    _, status, usage = os.wait4(child, 0)
    kind, _, text = answer.partition(" ")
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        kind = "hang" if number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL) else "crash"
        text = signal.Signals(number).name
    elif status or not kind:
        kind, text = "crash", f"exit status {os.waitstatus_to_exitcode(status)}"
    resident = usage.ru_maxrss * 1024
    if kind == "result" and resident > memory:
        kind = "memory"
    return Outcome(kind, text, usage.ru_utime + usage.ru_stime, resident)


def _run(task: Callable[[], str], writer: int, seconds: int, memory: int) -> NoReturn:
    """The child: the task, its answer into the pipe, and an end that runs none of the parent's clean-up."""
    status = 1
    try:
        faulthandler.disable()
        gc.freeze()  # what the parent holds is not looked through again, nor copied by it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_DATA, (_held() + memory,) * 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(6 * seconds)
        try:
            answer = f"result {task()}"
        except MemoryError:
            answer = f"memory {traceback.format_exc()}"
        except BaseException:
            answer = f"exception {traceback.format_exc()}"
        _write(writer, answer.encode(errors="replace")[:LONGEST])
        status = 0
    finally:
        os._exit(status)


def _held() -> int:
    """Bytes of data that this process owns, as RLIMIT_DATA counts them."""
    text = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(text.split()[5]) * resource.getpagesize()


def _write(writer: int, data: bytes) -> None:
    while data:
        data = data[os.write(writer, data) :]
