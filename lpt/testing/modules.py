"""Modules from text, for the helpers of this package."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

from lpt.dialects.registry import make_context

Module = str | ModuleOp
"""IR text, or a module."""


def parse(text: str) -> ModuleOp:
    """A verified module from IR text. Raises xDSL's ParseError or VerifyException."""
    module = Parser(make_context(), text).parse_module()
    module.verify()
    return module


def parsed(module: Module) -> ModuleOp:
    """A module of one's own: parsed, or a copy."""
    return parse(module) if isinstance(module, str) else module.clone()
