"""What changed between two models or dumps, by operation."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from lpt.cli.common import model_path, print_table, write_text


def configure(parser: argparse.ArgumentParser) -> None:
    for name, metavar in (("before", "A"), ("after", "B")):
        parser.add_argument(name, metavar=metavar, type=Path, help=f"the model {name}: an .mlir, .onnx or .xml file")
    parser.add_argument("--stat", action="store_true", help="how many of each operation, not which")
    parser.add_argument("--exit-code", action="store_true", help="leave with status 1 if anything changed")
    text = "write the changes as JSON, too; without FILE print them so, and nothing else"
    parser.add_argument("--json", metavar="FILE", nargs="?", type=Path, const=Path("-"), help=text)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.dumps.diff import diff

    a, b = (lpt.load(model_path(path)) for path in (options.before, options.after))
    found = diff(a, b)
    text = json.dumps(dataclasses.asdict(found), indent=1)
    if options.json == Path("-"):
        print(text)
        return 1 if found and options.exit_code else 0
    if options.json is not None:
        write_text(options.json, f"{text}\n")
    if options.stat:
        rows = [[name, *counts.values()] for name, counts in found.by_operation().items()]
        columns = {"operation": "left", "removed": "right", "added": "right", "changed": "right"}
        print_table(columns, rows, caption=f"{found.same} the same")
    else:
        print(found)
    return 1 if found and options.exit_code else 0
