"""Packages that bring operations, importers or targets of their own: modules to import, which register what they have.

    [project.entry-points."lpt.plugins"]
    snake = "snake"

They are imported when modules of IR are first read, or a name is asked for that none of ours has. This module is a leaf.
"""

from __future__ import annotations

import functools
import sys
from importlib.metadata import EntryPoints, entry_points

from lpt.errors import LptError

__all__ = ["GROUP", "has_plugins", "load_plugins"]

GROUP = "lpt.plugins"
"""The group of entry points that packages use."""


def load_plugins() -> None:
    """Import the modules that installed packages name, once. Raises LptError for one that cannot be imported."""
    _load(tuple(sys.path))


def has_plugins() -> bool:
    """Whether a package with a plugin is installed; none is imported."""
    return bool(_entries(tuple(sys.path)))


@functools.cache
def _entries(path: tuple[str, ...]) -> EntryPoints:
    """`path` is where packages are looked for: another one may have others."""
    return entry_points(group=GROUP)


@functools.cache
def _load(path: tuple[str, ...]) -> None:
    for entry in _entries(path):
        try:
            entry.load()
        except LptError:
            raise
        except Exception as error:
            where = f"entry point {entry.name} = {entry.value}"
            raise LptError(
                f"it does not load: {type(error).__name__}: {error}", where=where, way_out="repair or remove the package"
            ) from error
