"""Say why a pattern does not fire: its closest failed match, with the reason."""

from __future__ import annotations

import argparse

from lpt.cli.common import add_model, add_shapes, add_target, model_path


def configure(parser: argparse.ArgumentParser) -> None:
    text = "a pattern of a pass (fuse-requantize), a registered name, package.module:Class, file.py:Class, or rules.mlir"
    parser.add_argument("pattern", metavar="PATTERN", help=text)
    add_model(parser, bundled=True)
    add_target(parser)
    add_shapes(parser)
    parser.add_argument("-p", "--pipeline", metavar="TEXT", default="", help="passes that run first, as far as the pattern")
    parser.add_argument("--at", metavar="NODE", help="only at this source node")


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.passes.pipeline import TARGET, set_target
    from lpt.passes.rules.finding import find_patterns, is_found
    from lpt.passes.rules.trace import trace
    from lpt.target import get_target

    model = lpt.load(model_path(options.model))
    if options.shapes:
        model = model.specialize(dict(options.shapes))
    if TARGET not in model.module.attributes:
        set_target(model.module, get_target(options.target))
    for pattern in find_patterns(options.pattern) if is_found(options.pattern) else [options.pattern]:
        print(trace(pattern, model, options.pipeline, at=options.at))
    return 0
