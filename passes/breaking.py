"""What a pattern or pass raises that is no error of ours, as one: named, with the line where its author looks first."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from lpt.errors import TransformError


def broken(what: str, error: Exception, author: type, *, where: str | None = None) -> TransformError:
    """`what` broke by `error`; the line is the last one that ran in the file which defines the class `author`."""
    frames = traceback.extract_tb(error.__traceback__)
    home = getattr(sys.modules.get(author.__module__), "__file__", None)
    line = next((frame for frame in reversed(frames) if frame.filename == home), frames[-1])
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return TransformError(f"{what}: {text} ({Path(line.filename).name}:{line.lineno})", where=where)
