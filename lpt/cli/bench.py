"""Time a model, alone or in turns with ONNX Runtime and OpenVINO."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lpt.cli.common import (
    add_json,
    add_model,
    add_target,
    add_threads,
    model_path,
    positive,
    print_table,
    progress,
    write_json,
)
from lpt.errors import LptError

if TYPE_CHECKING:
    from lpt.runtime.executable import ReportRow


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    add_threads(parser, default=1)
    add_target(parser)
    parser.add_argument("--against", metavar="PEERS", type=_peers, default=[], help="onnxruntime, openvino or both, by comma")
    parser.add_argument("--rounds", metavar="N", type=positive, default=7, help="slices of 0.3 s per engine (default: 7)")
    parser.add_argument("--kernels", action="store_true", help="also time each kernel")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt import bench

    path, threads = model_path(options.model), options.threads
    if options.against and path.suffix != ".onnx":
        raise LptError("peers read .onnx only", where=str(path), way_out="leave out --against")
    load = os.getloadavg()[0]
    with bench.pinned(threads):
        with progress("compiling"):
            executable = lpt.compile(path, target=options.target, threads=threads)
        inputs = bench.random_inputs(executable.inputs)
        with progress("loading peers"):
            engines = [bench.ours(executable, inputs), *(bench.PEERS[p](path, inputs, threads) for p in options.against)]
        with progress(f"timing {', '.join(e.name for e in engines)}"):
            rows = bench.compare(engines, rounds=options.rounds)
        kernels = executable.report(repeats=15)
    facts = {"model": path.name, "target": executable.target, "threads": threads, "load_average": round(load, 2)}
    write_json(options.json, rows, kernels=[vars(row) for row in kernels], **facts)
    print_table(
        {"engine": "left", "version": "left", "median ms": "right", "low": "right", "high": "right", "× lpt": "right"},
        [[r.engine, r.version, f"{r.median_ms:.3f}", f"{r.low_ms:.3f}", f"{r.high_ms:.3f}", f"{r.ratio:.2f}"] for r in rows],
        caption=f"{path.name}, {executable.target}, {threads} thread{'s' * (threads > 1)}, "
        f"{options.rounds} rounds, load average before: {load:.2f}",
    )
    if options.kernels:
        print()
        print_kernels(kernels)
    return 0


def print_kernels(kernels: Sequence[ReportRow]) -> None:
    """A table of kernels with their rates."""
    print_table(
        {
            "kernel": "left",
            "operation": "left",
            "precision": "left",
            "instructions": "left",
            "MMAC": "right",
            "kB": "right",
            "µs": "right",
            "GMAC/s": "right",
        },
        [
            [
                row.name,
                row.operation,
                row.precision,
                row.instructions,
                f"{row.macs / 1e6:.2f}" if row.macs else None,
                f"{row.bytes / 1e3:.1f}",
                None if row.ns is None else f"{row.ns / 1e3:.1f}",
                f"{row.macs / row.ns:.1f}" if row.ns and row.macs else None,
            ]
            for row in kernels
        ],
    )


def _peers(text: str) -> list[str]:
    from lpt.bench import PEERS

    names = text.split(",")
    if unknown := [name for name in names if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"unknown peer {unknown[0]!r}, known are {', '.join(PEERS)}")
    return list(dict.fromkeys(names))
