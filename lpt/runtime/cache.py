"""The user's cache folder: objects and programs, shared by all processes of a user.

Files are written whole under another name and then renamed, so that a reader sees all of a file or none. Together they are kept
below a bound, those used longest ago going first; a file that a process has open or mapped stays readable until it lets go.
`LPT_CACHE=off` disables the cache, `XDG_CACHE_HOME` moves it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LIMIT = 2 << 30
"""Bytes that the cache may hold."""

_TALLY, _UNIT, _FULL = ".tally", 1 << 16, 1 << 10
"""A file that grows by a byte for each 64 KiB stored, or part of them, and the size that has the cache trimmed (64 MiB or less)."""

_ABANDONED = 86_400
"""Seconds after which an unfinished file belongs to no process any more."""

_UNFINISHED = ".tmp-"


def cache_folder() -> Path | None:
    """Where the cache is, or None if it is off."""
    if os.environ.get("LPT_CACHE") == "off":
        return None
    root = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "lpt"
    except RuntimeError:  # no home folder
        return None


@contextmanager
def written_whole(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A file to write that becomes `path` when the block ends, and vanishes if the block raises."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def public_mode() -> int:
    """The permissions of a file that the user asked for, as `open` would give them."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def touch(path: Path) -> None:
    """Note that an entry was used."""
    with contextlib.suppress(OSError):
        os.utime(path)


def stored(path: Path) -> None:
    """Note that an entry was written, and trim the cache if that makes much that was since it was trimmed.

    Looking at all entries takes 0.2 s where there are 20,000, too long for each compilation: processes keep a tally together.
    """
    folder = cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        with (folder / _TALLY).open("ab") as tally:
            tally.write(bytes(-(-path.stat().st_size // _UNIT)))
            full = tally.tell() >= _FULL
            if full:
                tally.truncate(0)
        if full:
            trim()


def trim(limit: int = LIMIT - _UNIT * _FULL) -> None:
    """Remove the entries used longest ago until the rest is within `limit` bytes, and what a process left unfinished a day ago."""
    folder = cache_folder()
    if folder is None:
        return
    entries = sorted(_entries(folder), key=lambda entry: -entry[1].st_mtime)
    total = 0
    for path, status in entries:
        if path.name.startswith(_UNFINISHED):
            removed = status.st_mtime < time.time() - _ABANDONED
        else:
            total += status.st_size
            # The newest entry stays, however large: someone is about to read it.
            removed = total > limit and total > status.st_size
        if removed:
            with contextlib.suppress(OSError):
                path.unlink()


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            if name == _TALLY:
                continue
            with contextlib.suppress(OSError):  # another process has removed it
                yield path, path.lstat()
