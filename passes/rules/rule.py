"""A rewrite rule in ten lines: what it matches, when it refuses, what it makes.

    class FusePowerOfTwo(Rule):
        '''qcast(mul(dcast(q), 2ᵏ)) → requantize(q : s·2ᵏ).'''
        exactness = Exactness.ROUNDS

        def pattern(self, op: Ops, q: Codes, c: Constant) -> Node:
            return op.qcast(op.mul(op.dcast(q), c))

        def check(self, c: Constant) -> None:
            if not c.is_power_of_two:
                self.fail(f"{c} is no power of two")

        def rewrite(self, op: Build, q: Codes, c: Constant) -> Value:
            return op.requantize(op.reinterpret(q, q.grid * c), op.result)

The variables of `pattern` are typed by their annotations; `check` and `rewrite` name those they need. It is a `Pattern`, so
that the driver, journal and statistics know it by `name` (default: the class's, in kebab-case).
"""

from __future__ import annotations

import inspect
import re
from abc import ABC
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, get_type_hints

from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.shapes import tensor_shape
from lpt.errors import TransformError
from lpt.passes.driver import Pattern
from lpt.passes.journal import place_of
from lpt.passes.pipeline import Exactness
from lpt.passes.rules.build import Build
from lpt.passes.rules.names import UNNAMED
from lpt.passes.rules.template import Bindings, Furthest, Node, Ops, Variable, match_operation
from lpt.passes.rules.values import Value


@dataclass(frozen=True)
class Attempt:
    """A match that failed at an operation of the root's class: how many of `size` operations fitted, and the reason."""

    op: Operation
    matched: int
    size: int
    reason: str


class Rule(Pattern, ABC):
    """A rule of one's own: `pattern`, `check` (may be left out) and `rewrite`; a claim of `exactness`, with its `bound`.

    `pattern(op, **variables)` returns a node, or several of which any may match; their roots decide which operations are looked at.
    `check(**variables)` calls `self.fail("reason")` to refuse. `rewrite(op, **variables)` returns what replaces the root's results.
    Raises TransformError where the class is not written so.
    """

    exactness: ClassVar[Exactness] = Exactness.EXACT
    bound: ClassVar[float] = 2.0**-20

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in cls.__dict__:
            cls.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    def __init__(self) -> None:
        self.attempts: list[Attempt] | None = None
        """Where a list, each failed match is added to it: tracing."""
        self.nodes = self._nodes()
        self.matches = tuple(dict.fromkeys(node.op_class for node in self.nodes))  # type: ignore[misc]
        known = self._variables()
        self._needed = {"check": _parameters(self.check, known, self.name), "rewrite": _parameters(self.rewrite, known, self.name)}

    def pattern(self, *args: Any, **variables: Any) -> Any:
        """What the rule matches; a subclass gives it."""
        raise TransformError(f"rule {self.name} has no pattern", way_out="define pattern(self, op, …)")

    def check(self, *args: Any, **variables: Any) -> None:
        """Refuses through `fail`, or returns."""

    def rewrite(self, *args: Any, **variables: Any) -> Any:
        """What replaces the root's results; a subclass gives it."""
        raise TransformError(f"rule {self.name} has no rewrite", way_out="define rewrite(self, op, …)")

    def fail(self, op: Operation | str, reason: str | None = None) -> NoReturn:
        """`fail("reason")`: refuse with this reason."""
        raise AlgebraError(str(op) if reason is None else reason)

    def _variables(self) -> dict[str, type[Value]]:
        hints = get_type_hints(self.pattern)
        names = _named(self.pattern)[1:]
        kinds = {name: hints.get(name, Value) for name in names}
        for name, kind in kinds.items():
            if not (isinstance(kind, type) and issubclass(kind, Value)):
                raise TransformError(
                    f"{name} of rule {self.name} is a {kind}", where="rule", way_out="Codes, Constant, Reals or Value"
                )
        return kinds

    def _nodes(self) -> tuple[Node, ...]:
        with _misspelt_in("pattern", self.name):
            made = self.pattern(Ops(), *(Variable(name, kind) for name, kind in self._variables().items()))
        nodes = tuple(made) if isinstance(made, list | tuple) else (made,)
        if not nodes or not all(isinstance(node, Node) for node in nodes):
            raise TransformError(f"the pattern of rule {self.name} is no operation", where="rule", way_out="return op.mul(…)")
        return nodes

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter, /) -> None:
        """Replace `op` if a pattern matches and `check` agrees; a refusal of `check` is kept as the driver keeps it."""
        furthest, size, refusal = Furthest(), max(node.size for node in self.nodes), None
        for node in self.nodes:
            if not isinstance(op, node.op_class):
                continue
            for bound, matched in match_operation(node, op, {}, 0, furthest):
                try:
                    self._call("check", self.check, bound)
                except (AlgebraError, VerifyException) as error:
                    refusal = refusal or error
                    furthest.note(matched, str(error))
                    continue
                return self._replace(op, rewriter, bound, matched)
        if self.attempts is not None and furthest.reason:
            self.attempts.append(Attempt(op, furthest.matched, size, furthest.reason))
        if refusal is not None:
            raise refusal
        return None

    def _call(self, name: str, method: Any, bound: Bindings, *first: object) -> Any:
        return method(*first, **{key: bound[key] for key in self._needed[name] if key in bound})

    def _replace(self, op: Operation, rewriter: PatternRewriter, bound: Bindings, matched: int) -> None:
        try:
            given = [Build(op, rewriter)] if "op" in _named(self.rewrite) else []
            with _misspelt_in("rewrite", self.name):
                made = self._call("rewrite", self.rewrite, bound, *given)
            new = [_value(value, self.name) for value in (made if isinstance(made, tuple | list) else [made])]
            self._hold_types(op, new)
        except (AlgebraError, VerifyException) as error:
            if self.attempts is not None:
                self.attempts.append(Attempt(op, matched, matched, f"{error} (in rewrite)"))
            raise
        rewriter.replace(op, [], new)

    def _hold_types(self, op: Operation, new: Sequence[SSAValue]) -> None:
        """Another shape is a refusal, since broadcasting may cause it; another element type is a mistake of the rule."""
        for old, value in zip(op.results, new, strict=False):
            if (given := tensor_shape(value)) != (wanted := tensor_shape(old)):
                raise AlgebraError(f"the rewrite has shape {given}, {op.name} has {wanted}")
        old_types, new_types = [r.type for r in op.results], [v.type for v in new]
        if old_types != new_types:
            made, wanted_types = (", ".join(map(str, types)) for types in (new_types, old_types))
            raise TransformError(
                f"rule {self.name} makes {made} of {op.name}, whose type is {wanted_types}",
                where=place_of(op),
                way_out="end the rewrite with op.qcast, op.dcast or op.requantize onto the type that the users know",
            )


@contextmanager
def _misspelt_in(method: str, name: str) -> Iterator[None]:
    """An operation that does not exist is told with the method and rule that name it."""
    try:
        yield
    except TransformError as error:
        if error.where != UNNAMED:
            raise
        raise TransformError(error.what, where=f"{method} of rule {name}", way_out=error.way_out) from error


def _value(value: object, name: str) -> SSAValue:
    if isinstance(value, Value):
        return value.value
    if isinstance(value, SSAValue):
        return value
    raise TransformError(f"rule {name} rewrites to {value!r}", where="rule", way_out="return what op.… gave, or a variable")


def _parameters(method: Any, known: dict[str, type[Value]], name: str) -> tuple[str, ...]:
    """The variables that a method asks for. Raises TransformError for one that the pattern does not have."""
    asked = [parameter for parameter in _named(method) if (method.__name__, parameter) != ("rewrite", "op")]
    if unknown := [parameter for parameter in asked if parameter not in known]:
        what = f"{method.__name__} of rule {name} asks for {unknown[0]}"
        raise TransformError(what, where="rule", way_out=f"known: {', '.join(known)}")
    return tuple(asked)


def _named(method: Any) -> list[str]:
    return [p.name for p in inspect.signature(method).parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
