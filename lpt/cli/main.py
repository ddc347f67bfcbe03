"""The `lpt` program. Exit status 0 is success, 1 a failed check, 2 bad input: one line on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from lpt.cli import bench, compile, demo, diff, explain, reduce, report, run, trace, validate
from lpt.cli.common import way_out_of
from lpt.errors import LptError, ValidationError

# Subcommand modules import nothing of weight until they run: `lpt --help` must answer at once.
_COMMANDS = (demo, compile, run, bench, explain, report, diff, trace, validate, reduce)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; {way_out_of(self, message)}\n")


def make_parser() -> argparse.ArgumentParser:
    """The parser of `lpt` with all its subcommands."""
    from lpt import __version__

    parser = _Parser(prog="lpt", description="Compile quantized neural networks to native x86 code.")
    parser.add_argument("--version", action="version", version=f"lpt {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in _COMMANDS:
        summary = module.__doc__.strip().splitlines()[0] if module.__doc__ else ""
        name = module.__name__.rpartition(".")[2]
        command = commands.add_parser(name, help=summary.rstrip("."), description=summary)
        module.configure(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `lpt` on `arguments`, by default the process's own; returns the exit status."""
    try:
        options = make_parser().parse_args(arguments)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 2
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except ValidationError as error:
        return _complain(error, 1)
    except LptError as error:
        return _complain(error, 2)
    except BrokenPipeError:  # the reader of our output has left, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a folder that cannot be written, a full disk
        return _complain(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else error, 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)


def _complain(message: object, status: int) -> int:
    print("lpt:", " ".join(str(message).split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
