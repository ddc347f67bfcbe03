"""Patterns and passes of one's own by name, so that `lpt-opt -p my-rule` and `Pipeline("my-rule")` find them as passes.

    @register
    class MyRule(Rule): …                               # for this process; a subclass of LptPass likewise

    [project.entry-points."lpt.patterns"]               # for every one, in a package's pyproject.toml
    my-rule = "my_package.rules:MyRule"

An entry point names a class, a pattern, or a list of them, which together are one pass under the entry's name; or a pass, whose
name it must be. Entry points are read, and their packages imported, when a pipeline names a pass that is not one of ours.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import ClassVar, TypeVar

from xdsl.dialects.builtin import ModuleOp

from lpt.errors import LptError, TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import LptPass, Maker, claim_of
from lpt.passes.registry import PASSES, PRESETS

GROUP = "lpt.patterns"
"""The group of entry points that packages use."""

RuleT = TypeVar("RuleT", bound=Pattern | LptPass)

_registered: dict[str, Sequence[Maker] | type[LptPass]] = {}

_made: dict[str, type[RulePass]] = {}
"""Name → the pass made of the patterns that are registered under it."""

_texts: dict[str, str] = {}
"""Name → `/folder/file.py:Class` or `package.module:Class`, of what a pipeline named so: another process knows no name of these."""


@dataclass(frozen=True)
class RulePass(LptPass):
    """Patterns driven to a fixpoint, with the weakest of their claims; one that claims nothing counts as lossy."""

    makers: ClassVar[Sequence[Maker]] = ()

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [maker() if isinstance(maker, type) else maker for maker in self.makers]


def register(rule: type[RuleT]) -> type[RuleT]:
    """A class decorator: the pass, or the pattern as a pass, has its name from now on.

    Raises TransformError where a pass or preset of lpt has that name.
    """
    _check_name(rule.name)
    _texts.pop(rule.name, None)
    _registered[rule.name] = rule if issubclass(rule, LptPass) else (rule,)
    return rule


def register_found(rule: type[RuleT], text: str) -> type[RuleT]:
    """`register` what `text` names: `file.py:Class`, kept with its whole path, or `package.module:Class`. Raises likewise."""
    register(rule)
    home, _, name = text.rpartition(":")
    _texts[rule.name] = f"{Path(home).resolve()}:{name}" if home.endswith(".py") else text
    return rule


def text_of(name: str) -> str:
    """What a new process finds the pass called `name` by: where it was found (a file by its whole path), else the name itself."""
    return _texts.get(name, name)


def _check_name(name: str) -> None:
    if name in PASSES or name in PRESETS:
        raise TransformError(f"{name!r} is a pass of lpt", where="pattern", way_out="choose another name")


def _entries() -> Iterator[EntryPoint]:
    yield from entry_points(group=GROUP)


def pattern_names() -> tuple[str, ...]:
    """The names of all registered patterns and passes, those of installed packages among them; none is imported."""
    return tuple(sorted({*_registered, *(entry.name for entry in _entries())}))


def home_of(name: str) -> str:
    """Where the pass or pattern registered under `name` is from: `package 1.0`, `file.py`, or a module without a file."""
    entry = next((entry for entry in _entries() if entry.name == name), None)
    if name not in _registered and entry is not None:
        return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value
    found = _registered[name]
    maker = found if isinstance(found, type) else found[0]
    module = maker.__module__ if isinstance(maker, type) else type(maker).__module__
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file).name if file is not None else module


def registered_pass(name: str) -> type[LptPass] | None:
    """The pass registered under `name`, or made of the patterns that are; None if there is none.

    Raises TransformError for a broken entry point.
    """
    makers = _registered.get(name)
    if makers is None:
        entry = next((entry for entry in _entries() if entry.name == name), None)
        if entry is None:
            return None
        makers = _loaded(entry)
    return makers if isinstance(makers, type) else _pass_of(name, makers)


def _pass_of(name: str, makers: Sequence[Maker]) -> type[RulePass]:
    """The patterns as one pass: the same class as long as they are the same, so that pipelines with it are equal."""
    known = _made.get(name)
    if known is not None and len(known.makers) == len(makers) and all(map(operator.is_, known.makers, makers)):
        return known
    exactness, bound = claim_of(makers)
    rule = makers[0] if isinstance(makers[0], type) else type(makers[0])
    told = {"__doc__": rule.__doc__, "__module__": rule.__module__}  # for `lpt-opt --help-pass`
    members = {"name": name, "makers": makers, "exactness": exactness, "bound": bound, **told}
    made = _made[name] = type("RegisteredPass", (RulePass,), members)
    return made


def _loaded(entry: EntryPoint) -> Sequence[Maker] | type[LptPass]:
    where = f"entry point {entry.name} = {entry.value}"
    _check_name(entry.name)
    try:
        found = entry.load()
    except LptError:
        raise
    except Exception as error:
        raise TransformError(f"it does not load: {type(error).__name__}: {error}", where=where) from error
    if isinstance(found, type) and issubclass(found, LptPass):
        if found.name != entry.name:
            raise TransformError(f"the pass is called {found.name!r}", where=where, way_out="give the entry point that name")
        return found
    makers = list(found) if isinstance(found, list | tuple) else [found]
    way_out = "name a subclass of lpt.rules.Rule, Pattern or LptPass"
    if not makers:
        raise TransformError("it names no pattern", where=where, way_out=way_out)
    for maker in makers:
        if not (isinstance(maker, Pattern) or (isinstance(maker, type) and issubclass(maker, Pattern))):
            raise TransformError(f"{maker!r} is no pattern", where=where, way_out=way_out)
    return makers
