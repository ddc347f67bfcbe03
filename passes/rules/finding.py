"""Patterns and passes from the text by which a user names them on a command line."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from lpt.errors import TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import LptPass
from lpt.passes.registry import PASSES
from lpt.passes.rules.pdl import load_pdl
from lpt.passes.rules.registering import RulePass, pattern_names, register_found, registered_pass


def find_patterns(text: str) -> Sequence[Pattern]:
    """The patterns that `text` names: a registered one, `package.module:Class`, `file.py:Class`, or a PDL file `rules.mlir`.

    Raises TransformError where there are none, LoadError for a PDL file that cannot be read.
    """
    registered = None if text in PASSES else registered_pass(text)
    if registered is not None and issubclass(registered, RulePass):
        return [maker() if isinstance(maker, type) else maker for maker in registered.makers]
    if text.endswith(".mlir"):
        return load_pdl(text)
    if ":" not in text:
        known = ", ".join(pattern_names()) or "none is registered"
        way_out = f"give module:Class, file.py:Class, a .mlir file, or: {known}"
        raise TransformError(f"there is no pattern {text!r}", way_out=way_out)
    found = _load(text)
    pattern = found() if isinstance(found, type) and issubclass(found, Pattern) else found
    if not isinstance(pattern, Pattern):
        way_out = "name a subclass of lpt.rules.Rule or Pattern"
        raise TransformError(f"{text.rpartition(':')[2]} is no pattern", where=text, way_out=way_out)
    return [pattern]


def find_pass(text: str) -> type[LptPass]:
    """The pass, or the pattern as a pass, that `package.module:Class` or `file.py:Class` names.

    It is registered: a pipeline that has it prints its name, which reads back in this process. Raises TransformError where there
    is none, or where a pass of lpt has its name.
    """
    found = _load(text)
    if not (isinstance(found, type) and issubclass(found, Pattern | LptPass)):
        way_out = "name a subclass of lpt.rules.Rule, Pattern or LptPass"
        raise TransformError(f"{text.rpartition(':')[2]} is no pass", where=text, way_out=way_out)
    made = registered_pass(register_found(found, text).name)
    assert made is not None
    return made


def is_found(text: str) -> bool:
    """Whether `find_patterns` looks for `text`; else it names a pattern of a pass."""
    return ":" in text or text.endswith(".mlir") or text in pattern_names()


def _load(text: str) -> object:
    home, _, name = text.rpartition(":")
    try:
        module = _from_file(Path(home)) if home.endswith(".py") else importlib.import_module(home)
        return getattr(module, name)
    except Exception as error:
        raise TransformError(f"it does not load: {type(error).__name__}: {error}", where=text) from error


def _from_file(path: Path) -> object:
    """The file as a module, which is known by a name of its own: dataclasses and `inspect` look it up."""
    name = f"{path.resolve()}".replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
