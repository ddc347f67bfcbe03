"""Reading a model's files, and messages of one line about what is wrong with them."""

from __future__ import annotations

import stat
from pathlib import Path

from lpt.errors import LoadError


def one_line(text: object, limit: int = 300) -> str:
    """A message of other libraries without line breaks, cut to a readable length."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else f"{line[:limit]} …"


def require_regular(path: Path) -> int:
    """The size of a regular file in bytes. Raises LoadError for anything else, pipes and devices included."""
    try:
        status = path.stat()
    except OSError as error:
        raise LoadError(error.strerror or one_line(error), where=str(path), way_out="give the path of a model file") from error
    if not stat.S_ISREG(status.st_mode):
        raise LoadError("not a regular file", where=str(path), way_out="give the path of a model file")
    return status.st_size


def read_file(path: Path) -> bytes:
    """The bytes of a regular file. Raises LoadError for anything else."""
    require_regular(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise LoadError(error.strerror or one_line(error), where=str(path), way_out="give the path of a model file") from error
