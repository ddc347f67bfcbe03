"""What plain `xdsl-opt` sees of us: the dialects and the passes, through the entry point `xdsl.universe`.

Two plugins with one name stop every xDSL tool on a machine. So names that xDSL has, or that another plugin gives, are left to
them: `cse` and `dce` are xDSL's there, and should xDSL ever get a dialect `quant`, its own will be read.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import cast

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.universe import Universe

from lpt.dialects.registry import DIALECTS
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.passes.registry import PASSES, get_pass
from lpt.passes.stock import universes


def our_dialects() -> dict[str, Callable[[], Dialect]]:
    """Name → what makes the dialect, of those that are not xDSL's own today."""
    return {dialect.name: functools.partial(_same, dialect) for dialect in DIALECTS if dialect.name not in ("builtin", "func")}


def our_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Name → what imports the pass."""
    return {name: functools.partial(guarded, name) for name in PASSES}


@functools.cache
def guarded(name: str) -> type[LptPass]:
    """The pass with what a pipeline of ours checks: xDSL's tools know no conditions, and would show what breaks inside of it."""
    found = get_pass(name)

    def apply(self: LptPass, ctx: Context, op: ModuleOp) -> None:
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.init}
        Pipeline(found(**fields)).run(op, context=ctx)

    told = {"apply": apply, "__doc__": found.__doc__, "__module__": found.__module__}
    return cast(type[LptPass], type(found.__name__, (found,), told))


def make_universe() -> Universe:
    """Our dialects and passes, less those whose names are taken."""
    dialects, passes = taken()
    return Universe(
        all_dialects={name: make for name, make in our_dialects().items() if name not in dialects},
        all_passes={name: make for name, make in our_passes().items() if name not in passes},
    )


def taken() -> tuple[set[str], set[str]]:
    """The names of dialects and passes that xDSL and other plugins have. A plugin that cannot be imported has none."""
    dialects, passes = set(get_all_dialects()), set(get_all_passes())
    for other in universes():
        dialects |= set(other.all_dialects)
        passes |= set(other.all_passes)
    return dialects, passes


def _same(dialect: Dialect) -> Dialect:
    return dialect


LPT_UNIVERSE = make_universe()
