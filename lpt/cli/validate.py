"""Check each pass against the interpreter, with its error."""

from __future__ import annotations

import argparse

from lpt.cli.common import add_json, add_model, add_target, model_path, progress


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    add_target(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt

    with progress("validating"):
        lpt.transform(lpt.load(model_path(options.model)), target=options.target, validate=True)
    return 0
