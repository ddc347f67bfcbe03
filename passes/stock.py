"""xDSL's own passes, and those of other packages' universes, as passes of a pipeline: `canonicalize`, `convert-scf-to-cf` …

None states how exact it is, so each counts as `lossy`: `lpt validate` measures it and shows the noise. What has the name of one of
ours is called `xdsl-NAME` here: `cse` is ours, `xdsl-cse` xDSL's. A pass is imported when it is first asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import cast

from xdsl.dialects import get_all_dialects
from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.universe import Universe

from lpt.errors import TransformError
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.registry import PASSES, PRESETS

GROUP = "xdsl.universe"
"""The group of entry points by which xDSL's tools find packages."""

PREFIX = "xdsl-"


@functools.cache
def stock_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Name → what imports the pass: xDSL's, then those of other packages; of two with one name the first."""
    found: dict[str, Callable[[], type[ModulePass]]] = {}
    for passes in (get_all_passes(), *(universe.all_passes for universe in universes())):
        for name, make in passes.items():
            found.setdefault(_visible(name), make)
    return found


def stock_dialects() -> dict[str, Callable[[], Dialect]]:
    """Name → what makes the dialect: xDSL's, then those of other packages."""
    found: dict[str, Callable[[], Dialect]] = {}
    for dialects in (get_all_dialects(), *(universe.all_dialects for universe in universes())):
        found = {**dialects, **found}
    return found


@functools.cache
def universes() -> list[Universe]:
    """What other packages give xDSL's tools. One that cannot be imported gives nothing: those tools say what is wrong with it."""
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.value.partition(":")[0] == "lpt.universe":
            continue
        try:
            universe = point.load()
        except Exception:
            continue
        if isinstance(universe, Universe):
            found.append(universe)
    return found


def _visible(name: str) -> str:
    return f"{PREFIX}{name}" if name in PASSES or name in PRESETS else name


class StockPass(LptPass):
    """Base of all that `adopted` makes."""

    exactness = Exactness.LOSSY


def is_stock(p: type[LptPass]) -> bool:
    """Whether a pass is one of those."""
    return issubclass(p, StockPass)


def stock_pass(name: str) -> type[LptPass] | None:
    """The pass called so, as one of ours; None if there is none."""
    make = stock_passes().get(name)
    return None if make is None else adopted(make())


@functools.cache
def adopted(stock: type[ModulePass]) -> type[LptPass]:
    """A pass of xDSL's kind as one of ours: the same fields, and no claim."""
    told = {"name": _visible(stock.name), "apply": stock.apply, "__doc__": stock.__doc__, "__module__": stock.__module__}
    try:
        return cast(type[LptPass], type(stock.__name__, (stock, StockPass), told))
    except TypeError as error:
        way_out = "passes are frozen dataclasses that derive from xdsl.passes.ModulePass"
        raise TransformError(f"the class {stock.__name__} is no pass: {error}", where="pipeline", way_out=way_out) from error
