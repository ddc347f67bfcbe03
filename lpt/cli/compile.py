"""Compile a model to an executable file (.lpt), an object file with a C header (.o), or a listing of its kernels."""

from __future__ import annotations

import argparse
from pathlib import Path

from lpt.cli.common import add_json, add_model, add_shapes, add_target, check_output, model_path, print_table, progress, write_json
from lpt.errors import LptError


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    what = "the file to write: .lpt for Python, .o (with a .h beside it) for C; with --emit any, by default stdout"
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, help=what)
    parser.add_argument("--emit", choices=("asm", "llvm"), help="list the kernels as assembly or LLVM IR, for any target")
    parser.add_argument("--kernel", metavar="NAME", help="of --emit: this kernel alone, as `lpt bench --kernels` names it")
    add_shapes(parser, ", which are 1 otherwise")
    parser.add_argument("--tune", action="store_true", help="measure tiles on this processor, and keep them in the cache")
    add_target(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt

    if options.emit is not None:
        return _list(options)
    if options.kernel is not None:
        raise LptError("--kernel chooses what --emit lists", way_out="give --emit asm or --emit llvm")
    if options.output is None:
        raise LptError("there is nothing to write", way_out="give -o OUT, or --emit asm")
    output: Path = options.output
    if output.suffix not in (".lpt", ".o") or not output.parent.is_dir():
        raise LptError("expected a name that ends in .lpt or .o, in a folder that exists", where=str(output))
    if output.suffix == ".o":
        return _object(options)
    with progress("tuning" if options.tune else "compiling"):
        executable = lpt.compile(model_path(options.model), target=options.target, tune=options.tune)
        if options.shapes or not executable.programs:
            executable.prepare(dict(options.shapes))
        executable.save(output)
    rows = executable.report(repeats=0)
    size = output.stat().st_size
    arenas = [{"arena": p.arena_size, "arena_bound": p.arena_bound} for p in executable.programs]
    write_json(options.json, rows, output=str(output), bytes=size, target=executable.target, programs=arenas)
    print_table(
        {"kernels": "right", "GMAC": "right", "arena kB": "right", "bound kB": "right", "file kB": "right", "target": "left"},
        [
            [
                len(rows),
                f"{sum(r.macs for r in rows) / 1e9:.3f}",
                sum(p.arena_size for p in executable.programs) // 1000,
                sum(p.arena_bound for p in executable.programs) // 1000,
                size // 1000,
                executable.target,
            ]
        ],
    )
    return 0


def _list(options: argparse.Namespace) -> int:
    from lpt.listing import find_listing, listings

    output: Path | None = options.output
    if output is not None and output.suffix in (".lpt", ".o"):
        raise LptError("a listing is text", where=str(output), way_out="give a name that ends in .s or .ll, or leave --emit out")
    if output is not None:
        check_output(output)
    with progress("compiling"):
        found = listings(model_path(options.model), options.target, dict(options.shapes), tune=options.tune)
        if options.kernel is not None:
            found = [find_listing(found, options.kernel)]
        text = "\n".join(listing.text(options.emit, "#" if options.emit == "asm" else ";") for listing in found)
    write_json(options.json, found)
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
    return 0


def _object(options: argparse.Namespace) -> int:
    from lpt.compiling import write_object_file
    from lpt.runtime.executable import ReportRow

    with progress("tuning" if options.tune else "compiling"):
        shapes = dict(options.shapes)
        program = write_object_file(model_path(options.model), options.output, options.target, shapes, tune=options.tune)
    size = options.output.stat().st_size
    rows = [ReportRow(s.name, s.operation, s.precision, s.instructions, s.macs, s.bytes, None) for s in program.steps]
    write_json(options.json, rows, output=str(options.output), bytes=size, target=program.target)
    print_table(
        {"kernels": "right", "arena kB": "right", "bound kB": "right", "file kB": "right", "target": "left", "header": "left"},
        [[len(rows), program.arena_size // 1000, size // 1000, program.target, options.output.with_suffix(".h").name]],
    )
    return 0
