"""Check each pass against the interpreter, with its error; each rewrite too, if wanted."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lpt.cli.common import add_json, add_model, add_target, model_path, print_table, progress, write_json
from lpt.cli.run import add_inputs, read_inputs

if TYPE_CHECKING:
    from lpt.passes.validate import PassCheck
    from lpt.validating import Validation


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    add_target(parser)
    parser.add_argument("-p", "--pipeline", metavar="TEXT", default="all", help="passes and presets by comma (default: all)")
    parser.add_argument("--rewrites", action="store_true", help="check each rewrite by itself, and name the pattern that is wrong")
    add_inputs(parser, "calibration data for an input; random numbers if no --input is given")
    folder = Path("lpt-reproducer")
    text = f"where a failure is written (default: {folder})"
    parser.add_argument("--reproducer", metavar="DIR", type=Path, default=folder, help=text)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.validating import validate

    with progress("validating"):
        model, inputs = lpt.load(model_path(options.model)), read_inputs(options.inputs)
        if not model.is_static:
            model = model.made_static({name: array.shape for name, array in inputs.items()})
        found = validate(model, options.pipeline, options.target, inputs or None, rewrites=options.rewrites)
    write_json(options.json, found.passes, rewrites=[_row(check) for check in found.rewrites])
    _print(found)
    if found.error is not None:
        raise _reproduced(found, options.reproducer)
    return 0


def _print(found: Validation) -> None:
    kept = "every pass keeps the exactness that it claims"
    columns = {"claim": "left", "values": "right", "differing": "right", "worst / allowed": "right", "at": "left"}
    rows: list[Sequence[object]] = [[r.name, *_cells(r)] for r in found.passes]
    if rows or found.error is None:  # none of a pipeline whose first pass failed
        print_table({"pass": "left"} | columns, rows, caption=kept if found.error is None else None)
    if found.rewrites:
        print()
        rewrites = [[r.pass_name, r.pattern, r.rewrites, *_cells(r.worst)] for r in found.rewrites]
        print_table({"pass": "left", "pattern": "left", "rewrites": "right"} | columns, rewrites)


def _cells(row: PassCheck) -> list[object]:
    worst = f"{row.worst:.3g}" if row.sqnr is None else f"{row.sqnr:.1f} dB"
    return [row.claim.value, row.values, row.differing, worst, row.place]


def _row(check: object) -> dict[str, object]:
    import dataclasses

    return dataclasses.asdict(check)  # type: ignore[call-overload,no-any-return]


def _reproduced(found: Validation, folder: Path) -> Exception:
    """The error, and where its example was written; a pass that is wrong as a whole has none."""
    from lpt.errors import ValidationError
    from lpt.passes.validate_rewrites import RewriteError
    from lpt.reproducing import Failure

    error = found.error
    assert error is not None
    if not isinstance(error, RewriteError):
        return error
    path = Failure(error, error.pass_name, error.before, error.after, error.inputs).write(folder)
    return ValidationError(f"{error}; before, after and inputs are in {path}")
