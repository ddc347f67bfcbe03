"""Check each pass against the interpreter, with its error."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lpt.cli.common import add_json, add_model, add_target, model_path, print_table, progress, write_json

if TYPE_CHECKING:
    from lpt.passes.validate import PassCheck


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    add_target(parser)
    parser.add_argument("--pipeline", metavar="TEXT", default="all", help="passes and presets by comma (default: all)")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.transforming import validate_passes

    with progress("validating"):
        model = lpt.load(model_path(options.model))
        if not model.is_static:
            model = model.specialize({name: [max(n, 1) for n in type_.get_shape()] for name, type_ in model.inputs.items()})
        rows = validate_passes(model, options.pipeline, options.target)
    write_json(options.json, rows)
    print_table(
        {"pass": "left", "claim": "left", "values": "right", "differing": "right", "worst / allowed": "right", "at": "left"},
        [[r.name, r.claim.value, r.values, r.differing, _worst(r), r.place] for r in rows],
        caption="every pass keeps the exactness that it claims",
    )
    return 0


def _worst(row: PassCheck) -> str:
    return f"{row.worst:.3g}" if row.sqnr is None else f"{row.sqnr:.1f} dB"
