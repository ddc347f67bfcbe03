"""Pipelines as text: `lpt-normalize,my-pass{granularity=per-tensor limit=1e-3 axes=0,1 verbose}`.

Names are those of passes and presets (`lpt.passes.registry`); blanks are allowed everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from xdsl.utils.arg_spec import ArgSpec

from lpt.errors import TransformError


class OptionError(TransformError, ValueError):
    """A pass has no such option, or it has another type. Also a ValueError, which xDSL's tools take for a wrong option."""


Value = str | int | bool | float
"""What an option may hold."""

_TOKEN = re.compile(r"""\s*(?:("(?:[^"\\]|\\.)*")|([{}(),=])|([^\s{}(),="]+))""")

_ANCHORS = ("builtin.module", "func.func", "any")
"""What mlir-opt names the operations by on which passes run, `builtin.module(func.func(cse))`: all of ours run on the module."""


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise TransformError(f"cannot read {text[position:].strip()!r}", where="pipeline")
        tokens.append(found.group().strip())
        position = found.end()
    return tokens


def _value(token: str) -> Value:
    if token.startswith('"'):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token in ("true", "false"):
        return token == "true"
    for kind in (int, float):
        try:
            return kind(token)
        except ValueError:
            continue
    return token


def _options(tokens: list[str]) -> dict[str, tuple[Value, ...]]:
    """Options up to and including the closing brace; consumes them."""
    options: dict[str, tuple[Value, ...]] = {}
    while tokens and tokens[0] != "}":
        name = tokens.pop(0)
        values: list[Value] = []
        while tokens and tokens[0] in ("=", ",") and (values or tokens[0] == "="):
            tokens.pop(0)
            if not tokens or tokens[0] in "{}(),=":
                raise TransformError(f"option {name} lacks a value", where="pipeline")
            values.append(_value(tokens.pop(0)))
        options[name] = tuple(values)
    if not tokens:
        raise TransformError("a closing } is missing", where="pipeline")
    tokens.pop(0)
    return options


def parse_specs(text: str) -> Iterator[ArgSpec]:
    """The elements of a pipeline text, presets not yet expanded. Raises TransformError where it cannot be read."""
    tokens = _tokens(text)
    yield from _elements(tokens)
    if tokens:
        raise TransformError("a ) closes nothing", where="pipeline")


def _elements(tokens: list[str]) -> Iterator[ArgSpec]:
    """Elements up to the end or a closing parenthesis, which stays; consumes them."""
    while tokens and tokens[0] != ")":
        name = tokens.pop(0)
        if name in ("{", "}", "(", ",", "="):
            raise TransformError(f"expected a pass name, found {name!r}", where="pipeline")
        if name in _ANCHORS and tokens and tokens[0] == "(":
            tokens.pop(0)
            yield from _elements(tokens)
            if not tokens:
                raise TransformError(f"the closing ) of {name} is missing", where="pipeline")
            tokens.pop(0)
        else:
            options = {}
            if tokens and tokens[0] == "{":
                tokens.pop(0)
                options = _options(tokens)
            yield ArgSpec(name, options)
        if tokens and tokens[0] != ")" and tokens.pop(0) != ",":
            raise TransformError(f"expected a comma behind {name}", where="pipeline")


def convert(value: Value, hint: object, what: str) -> Value:
    """An option's value as its field's type `hint`; `what` names the option. Raises TransformError for one of another type."""
    allowed = {hint, *get_args(hint), *(inner for outer in get_args(hint) for inner in get_args(outer))}
    if type(value) in allowed or (isinstance(value, str) and value in allowed):  # a Literal's own values
        return value
    if float in allowed and not isinstance(value, bool):
        try:
            return float(value)
        except ValueError:
            pass
    if bool in allowed and value in (0, 1):
        return bool(value)
    if str in allowed and not isinstance(value, bool):
        return str(value)
    names = " or ".join([*sorted(t.__name__ for t in allowed if t in (bool, int, float, str)), *_literals(allowed)])
    raise OptionError(f"option {what} is {value!r}, which is no {names}", where="pipeline")


def _literals(allowed: set[object]) -> list[str]:
    return sorted(value for value in allowed if isinstance(value, str))
