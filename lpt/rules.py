"""What a rule of one's own needs: `from lpt.rules import Build, Codes, Constant, Exactness, Node, Ops, Rule, Value`.

docs/patterns.md shows how rules are written, tested, traced and packaged, docs/write-a-pass.md how passes are.
"""

from __future__ import annotations

from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.rules.build import Build
from lpt.passes.rules.constraints import constraint, native_rewrite
from lpt.passes.rules.pdl import load_pdl, pdl_patterns
from lpt.passes.rules.registering import pattern_names, register
from lpt.passes.rules.rule import Rule
from lpt.passes.rules.template import Node, Ops
from lpt.passes.rules.trace import Trace, trace
from lpt.passes.rules.values import Codes, Constant, Grid, Reals, Value

__all__ = [
    "Build",
    "Codes",
    "Constant",
    "Exactness",
    "Grid",
    "LptPass",
    "Node",
    "Ops",
    "Pattern",
    "Reals",
    "Rule",
    "Trace",
    "Value",
    "constraint",
    "load_pdl",
    "native_rewrite",
    "pattern_names",
    "pdl_patterns",
    "register",
    "trace",
]
