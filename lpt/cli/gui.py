"""`lpt-gui FILE`: xDSL's terminal explorer over our passes. Needs the extra `gui`: pip install 'lpt[gui]'.

Choose passes from the tree on the left; the module before them stands below on the left, behind them on the right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lpt.cli.common import add_shapes, model_path
from lpt.dumps.printing import ModulePrinter
from lpt.errors import LptError
from lpt.model import Model, load
from lpt.passes.pipeline import Pipeline

if TYPE_CHECKING:
    from lpt.cli.gui_app import Explorer


def make_parser() -> argparse.ArgumentParser:
    """The options of lpt-gui."""
    parser = argparse.ArgumentParser(prog="lpt-gui", description="Explore what passes do to a model, in a terminal.")
    parser.add_argument("model", metavar="FILE", nargs="?", help="an .onnx, .xml or .mlir file; the bundled model if left out")
    parser.add_argument("-p", "--passes", metavar="PIPELINE", default="", help="passes and presets that are chosen at the start")
    add_shapes(parser, ", bound at the start")
    return parser


def make_app(arguments: Sequence[str] | None = None) -> Explorer:
    """The application, not yet running. Raises LptError for wrong input, and without textual."""
    from pathlib import Path

    options = make_parser().parse_args(arguments)
    try:
        from lpt.cli.gui_app import Explorer
    except ModuleNotFoundError as error:
        raise LptError(f"the module {error.name!r} is not installed", way_out="pip install 'lpt[gui]'") from error
    path = model_path(Path(options.model) if options.model else None)
    model = load(path)
    if options.shapes:
        model = model.specialize(dict(options.shapes))
    return Explorer(model, str(path), text_of(model), Pipeline(options.passes))


def text_of(model: Model) -> str:
    """What stands in the left pane: text that reads back while the model is in memory."""
    return ModulePrinter().text(model.module)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns 0, or 2 with one line on stderr for wrong input."""
    try:
        make_app(arguments).run()
    except (LptError, OSError) as error:
        print(f"lpt-gui: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
