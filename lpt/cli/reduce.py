"""Make a model on which a pipeline fails as small as it can be."""

from __future__ import annotations

import argparse
from pathlib import Path

from lpt.cli.common import add_model, add_shapes, add_target, check_output, model_path, progress
from lpt.errors import LptError


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("-p", "--pipeline", metavar="TEXT", required=True, help="passes and presets that fail on MODEL")
    add_target(parser)
    add_shapes(parser)
    parser.add_argument("--expect", metavar="TEXT", help="what the failure says; as it is on MODEL if left out")
    parser.add_argument("--validate", action="store_true", help="a pass that breaks its claim on random inputs is a failure too")
    output = Path("reduced.mlir")
    parser.add_argument("-o", "--output", metavar="FILE.mlir", type=Path, default=output, help=f"default: {output}")


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.model import Model
    from lpt.passes.pipeline import TARGET, set_target
    from lpt.reducing import reduce_failure
    from lpt.serialize import save
    from lpt.target import get_target

    if options.output.suffix != ".mlir":
        raise LptError("models are saved as .mlir", where=str(options.output), way_out="choose another -o FILE.mlir")
    check_output(options.output)
    model = lpt.load(model_path(options.model))
    if options.shapes:
        model = model.specialize(dict(options.shapes))
    module = model.module
    if TARGET not in module.attributes:
        set_target(module, get_target(options.target))
    with progress("reducing"):
        small, error = reduce_failure(module, options.pipeline, expect=options.expect, validate=options.validate)
    save(Model(small), options.output)
    before, after = (sum(1 for _ in m.walk()) - 1 for m in (module, small))
    print(f"{before} operations became {after} in {options.output}: {error}")
    return 0
