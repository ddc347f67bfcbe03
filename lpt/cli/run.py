"""Run a model on arrays from .npy files; outputs go to an .npz."""

from __future__ import annotations

import argparse
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lpt.cli.common import add_model, add_target, add_threads, model_path, print_table, progress
from lpt.errors import LoadError, LptError, RunError

if TYPE_CHECKING:
    import numpy as np

    from lpt.runtime.executable import Executable
    from lpt.runtime.program import Port


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    add_inputs(parser, "an input and the file of its array")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, default=Path("outputs.npz"), help="default: outputs.npz")
    add_target(parser)
    add_threads(parser)


def add_inputs(parser: argparse.ArgumentParser, text: str) -> None:
    """--input, once per input, or an .npz with several, for `read_inputs`."""
    parser.add_argument(
        "--input",
        metavar="NAME=FILE.npy",  # or FILE.npz
        dest="inputs",
        type=_binding,
        action="append",
        default=[],
        help=f"{text}; once per input, or FILE.npz with all by name",
    )


def read_inputs(bindings: Sequence[tuple[str, Path]]) -> dict[str, np.ndarray]:
    """The arrays of --input by name. Raises LoadError for what is no .npy or .npz file, RunError for a name that is given twice."""
    pairs = [pair for name, path in bindings for pair in (_read_arrays(path) if not name else [(name, _read_array(path))])]
    if len(dict(pairs)) < len(pairs):
        raise RunError("an input is given twice", way_out="give --input once per input")
    return dict(pairs)


def run(options: argparse.Namespace) -> int:
    inputs = read_inputs(options.inputs)
    with progress("compiling"):
        executable = load_executable(options.model, options.target, options.threads)
    if missing := [port for port in executable.inputs if port.name not in inputs]:
        raise _missing(missing)
    outputs = executable.run(inputs)
    try:
        _write_arrays(options.output, outputs)
    except OSError as error:
        raise LptError(f"cannot write: {error.strerror}", where=str(options.output)) from error
    print_table(
        {"output": "left", "type": "left", "shape": "left", "min": "right", "max": "right"},
        [[name, y.dtype, list(y.shape), *((y.min(), y.max()) if y.size else ("", ""))] for name, y in outputs.items()],
    )
    return 0


def _missing(ports: Sequence[Port]) -> RunError:
    from lpt.runtime.inputs import describe

    wanted = ", ".join(f"{port.name} ({describe(port.dtype, port.shape)})" for port in ports)
    way_out = "give " + " ".join(f"--input {port.name}=FILE.npy" for port in ports)
    return RunError(f"missing input{'s' if len(ports) > 1 else ''} {wanted}", way_out=way_out)


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """An .npz, whatever the names: numpy.savez cannot write an array called `file`."""
    from numpy.lib import format

    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                format.write_array(file, array, allow_pickle=False)


def load_executable(path: Path, target: str, threads: int | None) -> Executable:
    """An executable from a .lpt file, or compiled from a model."""
    import lpt

    if path.suffix == ".lpt":
        return lpt.Executable.load(path, threads=threads)
    executable: Executable = lpt.compile(model_path(path), target=target, threads=threads)
    return executable


def _binding(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals and text.endswith(".npz"):
        return "", Path(text)
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"expected NAME=FILE.npy, not {text!r}")
    return name, Path(path)


def _read_array(path: Path) -> np.ndarray:
    import numpy as np

    try:
        array = np.load(path, allow_pickle=False)
    except OSError as error:
        raise LoadError(error.strerror or str(error), where=str(path), way_out="give a .npy file") from error
    except (ValueError, EOFError) as error:
        raise LoadError("not an array in .npy format", where=str(path), way_out="write it with numpy.save") from error
    if not isinstance(array, np.ndarray):
        raise RunError("an .npz holds several arrays", where=str(path), way_out=f"give a .npy file, or --input {path.name} alone")
    return array


def _read_arrays(path: Path) -> list[tuple[str, np.ndarray]]:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as archive:
            return list(archive.items())
    except OSError as error:
        raise LoadError(error.strerror or str(error), where=str(path), way_out="give an .npz file") from error
    except (AttributeError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise LoadError("not arrays in .npz format", where=str(path), way_out="write them with numpy.savez") from error
