"""Time models, alone or in turns with ONNX Runtime and OpenVINO."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from lpt.cli.common import add_json, add_model, add_target, model_path, positive, print_table, progress, write_json
from lpt.errors import LptError

if TYPE_CHECKING:
    from lpt.bench import Bench, KernelRow, Machine


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    parser.add_argument("--suite", metavar="DIR", type=Path, help="every .onnx file of a folder instead of MODEL")
    parser.add_argument("--threads", metavar="N,…", type=_numbers, default=[1], help="threads, one after the other (default: 1)")
    add_target(parser)
    parser.add_argument("--against", metavar="PEERS", type=_peers, default=[], help="onnxruntime, openvino or both, by comma")
    parser.add_argument("--rounds", metavar="N", type=positive, default=7, help="slices per engine (default: 7)")
    parser.add_argument("--seconds", metavar="S", type=_seconds, default=0.3, help="length of a slice (default: 0.3)")
    parser.add_argument("--batch", metavar="N", type=positive, help="give a model of batch 1 another batch, for the peers too")
    parser.add_argument(
        "--sparsity",
        metavar="P",
        type=_share,
        default=0.0,
        help="zero a share of the 4 × 16 blocks of the weights, for the peers too",
    )
    parser.add_argument("--kernels", action="store_true", help="also time each kernel, against this machine's measured peak")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="also write the table as Markdown")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    paths = _paths(options)
    _check_peers(options.against, paths)
    bench = _measured(options, paths)
    if len(paths) == 1 and not bench.rows and bench.failures:
        raise LptError(bench.failures[0].reason)
    _report(bench, options)
    return 1 if any(failure.engine == "lpt" for failure in bench.failures) else 0


def _check_peers(peers: Sequence[str], paths: Sequence[Path]) -> None:
    """Raise LptError for a model that a peer does not read."""
    from lpt.bench import READS

    for peer in peers:
        unread = [path for path in paths if path.suffix not in READS[peer]]
        if unread:
            others = [other for other in peers if unread[0].suffix in READS[other]]
            way_out = f"--against {','.join(others)}" if others else "leave out --against"
            raise LptError(f"{peer} reads {' and '.join(READS[peer])} only", where=str(unread[0]), way_out=way_out)


def _measured(options: argparse.Namespace, paths: Sequence[Path]) -> Bench:
    """All models on each number of threads, each in a process of its own: OpenVINO keeps for good what processors it first saw."""
    if len(options.threads) == 1:
        return _on_threads(options, paths, options.threads[0])
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        benches = list(pool.map(partial(_on_threads, options, paths), options.threads))
    bench, *others = benches
    for other in others:
        bench.add(other)
    return bench


def _on_threads(options: argparse.Namespace, paths: Sequence[Path], threads: int) -> Bench:
    from lpt.bench import Bench

    bench = Bench(
        peers=options.against,
        target=options.target,
        rounds=options.rounds,
        slice_seconds=options.seconds,
        with_kernels=options.kernels,
    )
    for path in paths:
        with _variant(path, options) as file, progress(f"timing {path.stem} on {threads} thread{'s' * (threads > 1)}"):
            bench.run(file, threads, path.stem)
    return bench


def _paths(options: argparse.Namespace) -> list[Path]:
    if options.suite is None:
        return [model_path(options.model)]
    if options.model is not None:
        raise LptError("give MODEL or --suite DIR, not both", where=str(options.model))
    from lpt.bench.variants import models_in

    return list(models_in(options.suite))


@contextmanager
def _variant(path: Path, options: argparse.Namespace) -> Iterator[Path]:
    """The model's file, or that of the network which the options ask for."""
    if options.batch is None and not options.sparsity:
        yield path
        return
    from lpt.bench import variant

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, path.with_suffix(".onnx").name)
        variant(path, file, batch=options.batch, sparsity=options.sparsity)
        yield file


def _report(bench: Bench, options: argparse.Namespace) -> None:
    from lpt.bench import geometric_mean, summarize, widened

    summaries = summarize(bench.rows)
    means = {threads: geometric_mean(summaries, threads) for threads in options.threads}
    kernels = [{"model": m, "threads": t, **asdict(row)} for (m, t), (rows, _) in bench.kernels.items() for row in rows]
    machines = [asdict(machine) for _, machine in bench.kernels.values()]
    facts = {
        "target": options.target,
        "batch": options.batch,
        "sparsity": options.sparsity,
        "load_average": round(bench.load_average, 2),
        "summaries": [asdict(s) for s in summaries],
        "geometric_means": {str(t): mean for t, mean in means.items()},
        "failures": [asdict(f) for f in bench.failures],
        "machines": machines,
        "widened": [{"model": m, "threads": t, "shares": widened(rows)} for (m, t), (rows, _) in bench.kernels.items()],
        "kernels": kernels,
    }
    write_json(options.json, bench.rows, **facts)
    if options.markdown is not None:
        from lpt.bench.suite import write_markdown

        write_markdown(options.markdown, bench)
    print_rows(bench)
    for (model, threads), (rows, machine) in bench.kernels.items():
        print()
        print_kernels(rows, machine, f"{model}, {threads} thread{'s' * (threads > 1)}")
    for failure in bench.failures:
        print(f"{failure.engine} failed on {failure.model} with {failure.threads} threads: {failure.reason}")
    for threads, mean in means.items():
        if mean is not None and len(summaries) > 1:
            print(f"geometric mean of best peer / lpt, {threads} thread{'s' * (threads > 1)}: {mean:.3f}")


def print_rows(bench: Bench) -> None:
    """A line per model, number of threads and engine; the speed-up over the best peer beside ours."""
    from lpt.bench import summarize

    speedups = {(s.model, s.threads): s for s in summarize(bench.rows)}
    lines = []
    for r in bench.rows:
        summary = speedups[r.model, r.threads]
        speedup = f"{summary.speedup:.2f}" if r.engine == "lpt" and summary.speedup is not None else None
        spread = [f"{ms:.3f}" for ms in (r.median_ms, r.low_ms, r.high_ms)]
        lines.append([r.model, r.threads, r.engine, r.version, *spread, f"{r.ratio:.2f}", speedup])
    heads = ("model", "threads", "engine", "version", "median ms", "low", "high", "× lpt", "best peer / lpt")
    sides = ("left", "right", "left", "left", *("right",) * 5)
    caption = f"{bench.target}, {bench.rounds} rounds of {bench.slice_seconds} s, load average before: {bench.load_average:.2f}"
    print_table(dict(zip(heads, sides, strict=True)), lines, caption=caption)


def print_kernels(rows: Sequence[KernelRow], machine: Machine, what: str) -> None:
    """A table of kernels with their rates, and the whole program at the end.

    Where products are summed in 16 bits, the last column has the shares of 1, 2 … dwords that are widened at once, in percent.
    """
    from lpt.bench import widened

    heads = ["kernel", "operation", "precision", "instructions", "MMAC", "kB", "µs", "roofline µs", "GMAC/s", "% of peak"]
    lines = [
        [
            row.name,
            row.operation,
            row.precision,
            row.instructions,
            f"{row.macs / 1e6:.2f}" if row.macs else None,
            f"{row.bytes / 1e3:.1f}",
            None if row.ns is None else f"{row.ns / 1e3:.1f}",
            f"{row.roofline_ns / 1e3:.1f}",
            None if row.gmacs is None else f"{row.gmacs:.1f}",
            None if row.peak_share is None else f"{100 * row.peak_share:.0f}",
            _percents(row.widened),
        ]
        for row in rows
    ]
    macs, ns = sum(r.macs for r in rows), sum(r.ns or 0 for r in rows)
    total = [f"{macs / 1e6:.2f}", f"{sum(r.bytes for r in rows) / 1e3:.1f}", f"{ns / 1e3:.1f}"]
    roofline = f"{sum(r.roofline_ns for r in rows) / 1e3:.1f}"
    shares = widened(rows)
    lines.append(["all", None, None, None, *total, roofline, f"{macs / ns:.1f}" if ns else None, None, _percents(shares)])
    if shares:
        heads.append("% widened by 1, 2 …")
    lines = [line[: len(heads)] for line in lines]
    peaks = ", ".join(f"{name} {peak:.0f} GMAC/s" for name, peak in machine.peaks.items())
    sides = ("left", "left", "left", "left", *("right",) * (len(heads) - 4))
    caption = f"{what}; peak: {peaks}; reading {machine.footprint / 1e6:.1f} MB: {machine.read_gb:.0f} GB/s"
    print_table(dict(zip(heads, sides, strict=True)), lines, caption=caption)


def _percents(shares: Sequence[float]) -> str | None:
    return "/".join(f"{100 * share:.0f}" for share in shares) or None


def _numbers(text: str) -> list[int]:
    return list(dict.fromkeys(positive(part) for part in text.split(",")))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"expected seconds, not {text!r}")
    return seconds


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, not {text!r}")
    return share


def _peers(text: str) -> list[str]:
    from lpt.bench import PEERS

    names = text.split(",")
    if unknown := [name for name in names if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"unknown peer {unknown[0]!r}, known are {', '.join(PEERS)}")
    return list(dict.fromkeys(names))
