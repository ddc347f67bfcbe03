"""Modules from text, for the helpers of this package."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

from lpt.dialects.registry import make_context
from lpt.passes.pipeline import HasModule

Module = str | ModuleOp | HasModule
"""IR text, a module, or a model."""


def parse(text: str) -> ModuleOp:
    """A verified module from IR text. Raises xDSL's ParseError or VerifyException."""
    module = Parser(make_context(), text).parse_module()
    module.verify()
    return module


def parsed(module: Module) -> ModuleOp:
    """A module of one's own: parsed, or a copy."""
    if isinstance(module, str):
        return parse(module)
    return (module if isinstance(module, ModuleOp) else module.module).clone()
