"""What the subcommands share: options, models, tables, JSON."""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpt.errors import LoadError, LptError

if TYPE_CHECKING:
    from lpt.model import Model


_SHAPE = re.compile(r"(.+)=(\d+(?:x\d+)*)")


def way_out_of(parser: argparse.ArgumentParser, message: str) -> str:
    """What a user does about argparse's message: the nearest option or command, else --help."""
    known = _options_of(parser)
    if wrong := re.match(r"unrecognized arguments: (--[\w-]+)", message):
        close = difflib.get_close_matches(wrong[1], known, n=1)
    elif wrong := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message):
        close = difflib.get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), n=1)
    else:
        close = []
    return f"did you mean {close[0]}?" if close else f"see {parser.prog} --help"


def _options_of(parser: argparse.ArgumentParser) -> list[str]:
    found: list[str] = []
    for action in parser._actions:
        found += action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            found += [option for inner in action.choices.values() for option in _options_of(inner)]
    return found


def add_model(parser: argparse.ArgumentParser, *, bundled: bool = False) -> None:
    """MODEL; left out, it is the bundled model if `bundled`."""
    text = "an .onnx, .xml or .mlir file" + ("; the bundled model if left out" if bundled else "")
    parser.add_argument("model", metavar="MODEL", nargs="?" if bundled else None, type=Path, help=text)


def add_target(parser: argparse.ArgumentParser) -> None:
    """--target, `native` by default."""
    parser.add_argument("--target", metavar="T", default="native", help="native, or a level such as x86-64-avx2 (default: native)")


def add_shapes(parser: argparse._ActionsContainer, text: str = "") -> None:
    """--shape, once per input: pairs of name and extents in `shapes`; `text` says what happens to the others."""
    parser.add_argument(
        "--shape",
        metavar="NAME=1x3x224x224",
        dest="shapes",
        type=_shape,
        action="append",
        default=[],
        help=f"the shape of an input with symbolic dimensions{text}; once per input",
    )


def add_threads(parser: argparse.ArgumentParser, default: int | None = None) -> None:
    """--threads; `default` None means one per physical core."""
    shown = "one per physical core" if default is None else default
    parser.add_argument("--threads", metavar="N", type=positive, default=default, help=f"threads (default: {shown})")


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json, for `write_json`."""
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the result as JSON")


def _shape(text: str) -> tuple[str, list[int]]:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"expected NAME=1x3x224x224, not {text!r}")
    return match[1], [int(n) for n in match[2].split("x")]


def positive(text: str) -> int:
    """An argument that is a number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, not {text!r}")
    return int(text)


def model_path(path: Path | None) -> Path:
    """The file of MODEL or the bundled model's. Raises LoadError if there is no such file."""
    if path is None:
        from lpt.data import bundled_model_path

        return bundled_model_path()
    if not path.is_file():
        raise LoadError("no such file", where=str(path), way_out="give an .onnx, .xml or .mlir file")
    return path


def load_transformed(path: Path | None, target: str) -> Model:
    """MODEL after the `lpt` pipeline; an .mlir that already went through it stays as it is."""
    import lpt
    from lpt.passes.pipeline import TARGET

    model = lpt.load(model_path(path))
    return model if TARGET in model.module.attributes else lpt.transform(model, target=target)


def check_output(path: Path) -> None:
    """Raise LptError for a file of -o that cannot be written, before any work is done."""
    if path.is_dir() or not path.parent.is_dir():
        reason = "it is a folder" if path.is_dir() else "there is no such folder"
        raise LptError(f"cannot write: {reason}", where=str(path), way_out="choose another -o FILE")


def write_json(path: Path | None, rows: Sequence[Any], **others: Any) -> None:
    """Write `{"rows": [...], ...}` if a path is given; rows are dataclasses."""
    if path is None:
        return
    content = others | {"rows": [dataclasses.asdict(row) for row in rows]}
    write_text(path, json.dumps(content, indent=1, default=_plain) + "\n")


def write_text(path: Path, text: str) -> None:
    """The file of --json. Raises LptError where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another --json FILE") from error


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no JSON")


def print_table(columns: Mapping[str, str], rows: Sequence[Sequence[object]], *, caption: str | None = None) -> None:
    """A table on stdout, the caption below it. `columns`: heading → `left` or `right`; None prints as nothing."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading, side in columns.items():
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    width = None if sys.stdout.isatty() else 200
    Console(highlight=False, markup=False, width=width).print(table)
    if caption is not None:
        print(caption)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on stderr, where that is a terminal, what takes a while."""
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
