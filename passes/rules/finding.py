"""Patterns from the text by which a user names them on a command line."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from lpt.errors import TransformError
from lpt.passes.driver import Pattern
from lpt.passes.registry import PASSES
from lpt.passes.rules.pdl import load_pdl
from lpt.passes.rules.registering import RulePass, pattern_names, registered_pass


def find_patterns(text: str) -> Sequence[Pattern]:
    """The patterns that `text` names: a registered one, `package.module:Class`, `file.py:Class`, or a PDL file `rules.mlir`.

    Raises TransformError where there are none, LoadError for a PDL file that cannot be read.
    """
    registered = None if text in PASSES else registered_pass(text)
    if registered is not None and issubclass(registered, RulePass):
        return [maker() if isinstance(maker, type) else maker for maker in registered.makers]
    if text.endswith(".mlir"):
        return load_pdl(text)
    home, colon, name = text.rpartition(":")
    if not colon:
        known = ", ".join(pattern_names()) or "none is registered"
        way_out = f"give module:Class, file.py:Class, a .mlir file, or: {known}"
        raise TransformError(f"there is no pattern {text!r}", way_out=way_out)
    try:
        module = _from_file(Path(home)) if home.endswith(".py") else importlib.import_module(home)
        found = getattr(module, name)
    except Exception as error:
        raise TransformError(f"it does not load: {type(error).__name__}: {error}", where=text) from error
    pattern = found() if isinstance(found, type) and issubclass(found, Pattern) else found
    if not isinstance(pattern, Pattern):
        raise TransformError(f"{name} is no pattern", where=text, way_out="name a subclass of lpt.rules.Rule or Pattern")
    return [pattern]


def is_found(text: str) -> bool:
    """Whether `find_patterns` looks for `text`; else it names a pattern of a pass."""
    return ":" in text or text.endswith(".mlir") or text in pattern_names()


def _from_file(path: Path) -> object:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
