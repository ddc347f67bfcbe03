"""Passes and presets described: `lpt-opt --list-passes` and `--help-pass NAME`."""

from __future__ import annotations

import dataclasses
import importlib
import textwrap
from typing import get_type_hints

from lpt.errors import LptError
from lpt.passes.conditions import CONDITIONS
from lpt.passes.pipeline import Exactness, LptPass, Pipeline
from lpt.passes.registry import PASSES, PRESETS, get_pass
from lpt.passes.rules.registering import home_of, pattern_names
from lpt.passes.stock import is_stock, stock_passes


def list_passes(whose: str = "ours") -> str:
    """A line per preset, pass of ours and registered one: name, exactness, first sentence, and where the last are from.

    Of "xdsl" the names: none is imported.
    """
    if whose == "xdsl":
        return textwrap.fill(", ".join(sorted(stock_passes())), 118, break_on_hyphens=False)
    lines = ["presets:", *(f"  {name:34}{','.join(parts)}" for name, parts in PRESETS.items()), "", "passes:"]
    lines += [_line(name) for name in PASSES]
    if names := pattern_names():
        lines += ["", "registered passes and patterns:", *(f"{_line(name)} ({home_of(name)})" for name in names)]
    of_xdsl = f"{len(stock_passes())} of xDSL and its plugins, which state no exactness"
    return "\n".join([*lines, "", f"and {of_xdsl}, such as canonicalize: --list-passes=xdsl names them"])


def _line(name: str) -> str:
    try:
        found = get_pass(name)
    except LptError as error:  # a broken entry point
        return f"  {name:34}{error.what}"
    return f"  {name:34}{found.exactness.value:8}{found.summary()}"


def help_pass(name: str) -> str:
    """What a pass or preset is, in full. Raises TransformError for an unknown name."""
    if name in PRESETS:
        return f"{name} = {','.join(PRESETS[name])}\n\n{Pipeline(name)}"
    found = get_pass(name)
    about = (importlib.import_module(found.__module__).__doc__ or "").strip()
    lines = [f"{name}: {found.summary()}", "", *([about, ""] if about else []), f"exactness: {_exactness(found)}"]
    lines += [f"requires: {condition}{_way_out(condition)}" for condition in found.requires]
    lines += [f"ensures: {condition}" for condition in found.ensures]
    lines += ["", *(_options(found) or ["no options"])]
    used = [preset for preset in PRESETS if name in Pipeline(preset).names]
    return "\n".join([*lines, "", f"in presets: {', '.join(used) or 'none'}"])


def _way_out(condition: str) -> str:
    """What a user does about a condition that does not hold, if that is known."""
    way_out = CONDITIONS[condition].way_out
    return f" ({way_out})" if way_out else ""


def _exactness(p: type[LptPass]) -> str:
    if is_stock(p):
        return "lossy, since xDSL's passes state none; lpt validate measures it"
    bounded = p.exactness in (Exactness.REAL, Exactness.ROUNDS)
    return f"{p.exactness.value}, bound {p.bound:.3g} · Σ|terms|" if bounded else p.exactness.value


def _options(p: type[LptPass]) -> list[str]:
    hints, lines = get_type_hints(p), []
    for field in dataclasses.fields(p):
        if field.init:
            kind = getattr(hints[field.name], "__name__", "") if isinstance(hints[field.name], type) else ""
            default = "required" if field.default is dataclasses.MISSING else f"default {field.default!r}"
            lines.append(f"option {field.name}: {kind or str(hints[field.name])}, {default}")
    return lines
