"""Say why a pattern does not fire: its closest failed match, with the reason."""

from __future__ import annotations

import argparse

from lpt.cli.common import add_model, add_target, model_path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pattern", metavar="PATTERN", help="a registered name, package.module:Class, file.py:Class, or rules.mlir")
    add_model(parser, bundled=True)
    add_target(parser)
    parser.add_argument("-p", "--pipeline", metavar="TEXT", default="", help="passes that run first, as far as the pattern")
    parser.add_argument("--at", metavar="NODE", help="only at this source node")


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.passes.pipeline import TARGET, set_target
    from lpt.passes.rules.finding import find_patterns
    from lpt.passes.rules.trace import trace
    from lpt.target import get_target

    model = lpt.load(model_path(options.model))
    if TARGET not in model.module.attributes:
        set_target(model.module, get_target(options.target))
    for pattern in find_patterns(options.pattern):
        print(trace(pattern, model, options.pipeline, at=options.at))
    return 0
