"""The table of tuned tiles in the user's cache: what micro kernel was fastest, by kernel, target and processor.

One file per target and processor, a SHA-256 and then JSON: `{name of the code with the cost model's tile: [pixels, vectors]}`. It
is replaced whole and checked when read; a damaged one counts as empty. Processes that tune at once take turns to add to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lpt.runtime.cache import cache_folder, touch, written_whole
from lpt.target import Target

Tiles = dict[str, tuple[int, int]]
"""Pixels and vectors, by the name of the kernel's code with the cost model's tile."""

_CHECK = hashlib.sha256().digest_size


def tuned_tiles(target: Target) -> Tiles:
    """The tiles measured on this processor; none if the cache is off."""
    data = _content(target)
    try:
        tiles = {str(name): (int(pixels), int(vectors)) for name, (pixels, vectors) in json.loads(data).items()} if data else {}
    except (ValueError, TypeError, AttributeError):
        return {}
    if tiles and (path := _path(target)) is not None:
        touch(path)
    return tiles


def tiles_digest(target: Target) -> bytes:
    """What says whether `tuned_tiles` has changed; empty if there are none."""
    data = _content(target)
    return hashlib.sha256(data).digest() if data else b""


def keep_tiles(target: Target, tiles: Mapping[str, tuple[int, int]]) -> None:
    """Add `tiles` to the table."""
    path = _path(target)
    if path is None or not tiles:
        return
    # A full or read-only disk only costs the next process its tuned tiles.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.with_suffix(".lock")):
            data = json.dumps(dict(sorted((tuned_tiles(target) | dict(tiles)).items()))).encode()
            with written_whole(path) as file:
                file.write(hashlib.sha256(data).digest() + data)


def _content(target: Target) -> bytes:
    """The table's JSON; empty if there is none, or it is damaged."""
    path = _path(target)
    try:
        data = b"" if path is None else path.read_bytes()
    except OSError:
        return b""
    check, content = data[:_CHECK], data[_CHECK:]
    return content if hashlib.sha256(content).digest() == check else b""


def _path(target: Target) -> Path | None:
    import llvmlite.binding as llvm

    folder = cache_folder()
    return None if folder is None else folder / "tiles" / f"{llvm.get_host_cpu_name()}-{target.name}.json"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait for other processes that hold this lock."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
