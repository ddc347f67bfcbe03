"""Models, threads and engines, one after the other; a table of all."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from lpt.bench.engines import PEERS, Inputs, ours, random_inputs
from lpt.bench.kernels import KernelRow, kernel_rows
from lpt.bench.machine import Machine, measure
from lpt.bench.timing import BenchRow, Engine, compare, pinned
from lpt.errors import LptError

if TYPE_CHECKING:
    from lpt.runtime.executable import Executable


@dataclass(frozen=True)
class Failure:
    """An engine that could not load or run a model, and why."""

    model: str
    threads: int
    engine: str
    reason: str


@dataclass(frozen=True)
class Summary:
    """A model on so many threads. `speedup` is the best peer's median over ours: above 1 we are faster. None without either."""

    model: str
    threads: int
    medians: dict[str, float]
    best_peer: str | None
    speedup: float | None


@dataclass
class Bench:
    """What is compared and how; `run` fills the rest, model by model.

    `kernels` has, per model and threads, the kernel table and the machine it was measured against; `load_average` is the highest
    seen before a comparison.
    """

    peers: Sequence[str] = ()
    target: str = "native"
    rounds: int = 7
    slice_seconds: float = 0.3
    with_kernels: bool = False
    rows: list[BenchRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    kernels: dict[tuple[str, int], tuple[list[KernelRow], Machine]] = field(default_factory=dict)
    load_average: float = 0.0

    def run(self, path: Path, threads: int, name: str | None = None) -> list[BenchRow]:
        """Compare all engines on the model in `path`, which the tables call `name`. What fails is recorded in `failures`.

        Raises LptError for a peer that is not installed.
        """
        name = name or path.stem
        self.load_average = max(self.load_average, os.getloadavg()[0])
        with pinned(threads):
            try:
                executable, inputs = self._compiled(path, threads)
            except LptError as error:
                self.failures.append(Failure(name, threads, "lpt", str(error)))
                return []
            engines = [ours(executable, inputs)]
            for peer in self.peers:
                try:
                    engines.append(_checked(PEERS[peer](path, inputs, threads)))
                except LptError:
                    raise
                except Exception as error:  # a peer may raise anything
                    self.failures.append(Failure(name, threads, peer, _in_short(error)))
            rows = compare(engines, rounds=self.rounds, slice_seconds=self.slice_seconds)
            rows = [replace(row, model=name, threads=threads) for row in rows]
            del engines[1:]  # the peers' threads would disturb what follows
            if self.with_kernels:
                (program,) = executable.programs
                machine = measure(executable.target, threads, program.constants.nbytes + program.arena_size)
                self.kernels[name, threads] = kernel_rows(executable.report(repeats=15), machine, program.steps), machine
        self.rows.extend(rows)
        return rows

    def add(self, other: Bench) -> None:
        """Take over what another run of the same suite found; rows are ordered by model, then threads."""
        self.rows.extend(other.rows)
        self.rows.sort(key=lambda row: (row.model, row.threads))
        self.failures.extend(other.failures)
        self.kernels.update(other.kernels)
        self.load_average = max(self.load_average, other.load_average)

    def _compiled(self, path: Path, threads: int) -> tuple[Executable, Inputs]:
        import lpt

        executable = lpt.compile(path, target=self.target, threads=threads)
        inputs = random_inputs(executable.inputs)
        executable.run(inputs)
        return executable, inputs


def _checked(engine: Engine) -> Engine:
    engine.call()
    return engine


def _in_short(error: Exception) -> str:
    return shorten(str(error), 300, placeholder=" …") or type(error).__name__


def summarize(rows: Iterable[BenchRow]) -> list[Summary]:
    """A summary per model and number of threads, in the order of the rows."""
    grouped: dict[tuple[str, int], dict[str, float]] = {}
    for row in rows:
        grouped.setdefault((row.model, row.threads), {})[row.engine] = row.median_ms
    return [_summary(model, threads, medians) for (model, threads), medians in grouped.items()]


def _summary(model: str, threads: int, medians: dict[str, float]) -> Summary:
    peers = {engine: ms for engine, ms in medians.items() if engine != "lpt"}
    best = min(peers, key=lambda engine: peers[engine], default=None)
    speedup = peers[best] / medians["lpt"] if best is not None and "lpt" in medians else None
    return Summary(model, threads, medians, best, speedup)


def geometric_mean(summaries: Iterable[Summary], threads: int) -> float | None:
    """The geometric mean of the speed-ups on so many threads, or None if there are none."""
    found = [log(s.speedup) for s in summaries if s.threads == threads and s.speedup]
    return exp(sum(found) / len(found)) if found else None


def to_markdown(bench: Bench) -> str:
    """The table of a documentation page: medians with their spread in milliseconds, and the speed-up over the best peer."""
    engines = list(dict.fromkeys(row.engine for row in bench.rows))
    cells = {(r.model, r.threads, r.engine): f"{r.median_ms:.3f} ({r.low_ms:.3f}–{r.high_ms:.3f})" for r in bench.rows}
    failed = {(f.model, f.threads, f.engine): "failed" for f in bench.failures}
    summaries = summarize(bench.rows)
    lines = [
        f"| model | threads | {' | '.join(engines)} | best peer / lpt |",
        f"|---|--:|{'--:|' * len(engines)}--:|",
    ]
    for s in summaries:
        times = [cells.get((s.model, s.threads, e)) or failed.get((s.model, s.threads, e), "") for e in engines]
        speedup = "" if s.speedup is None else f"{s.speedup:.2f} ({s.best_peer})"
        lines.append(f"| {s.model} | {s.threads} | {' | '.join(times)} | {speedup} |")
    for threads in sorted({s.threads for s in summaries}):
        mean = geometric_mean(summaries, threads)
        if mean is not None:
            lines.append(f"| geometric mean | {threads} | {' | '.join('' for _ in engines)} | {mean:.2f} |")
    versions = dict.fromkeys(f"{row.engine} {row.version}" for row in bench.rows)
    lines += [
        "",
        f"Milliseconds per call: median ({bench.rounds} rounds' lowest–highest). {processor()}; {', '.join(versions)}; "
        f"load average before: at most {bench.load_average:.2f}.",
    ]
    lines += [f"{f.engine} failed on {f.model} ({f.threads} threads): {f.reason}." for f in bench.failures]
    return "\n".join(lines) + "\n"


BEGIN, END = "<!-- lpt bench: begin -->", "<!-- lpt bench: end -->"


def write_markdown(path: Path, bench: Bench) -> None:
    """Write the table to `path`: between the two marks if the file has them, else as its whole content. Raises LptError."""
    table = to_markdown(bench)
    try:
        page = path.read_text(encoding="utf-8") if path.exists() else ""
        if BEGIN in page and END in page:
            before, after = page[: page.index(BEGIN)], page[page.index(END) :]
            table = f"{before}{BEGIN}\n{table}{after}"
        path.write_text(table, encoding="utf-8")
    except OSError as error:
        raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another --markdown FILE") from error


def processor() -> str:
    """What the machine calls its processor."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
