"""Write one page: the graph through all passes, why not int8, kernel times and their roofline, drift against floats."""

from __future__ import annotations

import argparse
from pathlib import Path

from lpt.cli.common import add_model, add_target, add_threads, check_output, model_path, progress
from lpt.cli.run import add_inputs, read_inputs


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    output = Path("report.html")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, default=output, help=f"the page (default: {output})")
    parser.add_argument("-p", "--pipeline", metavar="TEXT", default="all", help="passes and presets by comma (default: all)")
    add_target(parser)
    add_threads(parser)
    add_inputs(parser, "what drift is measured on, and the shape of an input; random numbers if no --input is given")
    parser.add_argument("--source-url", metavar="URL", help="address of the sources, for links from passes and patterns")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write what the page shows as JSON")


def run(options: argparse.Namespace) -> int:
    from lpt.report.report import Report

    check_output(options.output)
    with progress("making the report"):
        inputs = read_inputs(options.inputs)
        source = model_path(options.model)
        report = Report.of(source, options.pipeline, options.target, options.threads, inputs or None, options.source_url)
        report.save(options.output)
        if options.json is not None:
            report.save_json(options.json)
    print(f"{options.output}: {report.summary}")
    return 0
