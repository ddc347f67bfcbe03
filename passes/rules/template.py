"""The left side of a rule as a tree, matched against the operations above a value.

Operands of add, mul, maximum, minimum, and, or and xor match in either order. A match that fails says how much of the tree fitted
and why the rest did not, which is what tracing reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from xdsl.ir import Attribute, Operation, SSAValue

from lpt.dialects.nn.base import attribute
from lpt.errors import TransformError
from lpt.passes.matching import float_array_of
from lpt.passes.rules.names import UNNAMED, Names
from lpt.passes.rules.values import Value

COMMUTATIVE = frozenset({"nn.add", "nn.mul", "nn.maximum", "nn.minimum", "nn.and", "nn.or", "nn.xor"})
"""Operations whose two operands may change places."""

Bindings = Mapping[str, Value]


@dataclass(frozen=True)
class Variable:
    """A leaf: any value of a kind, the same one wherever the name stands."""

    name: str
    kind: type[Value]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Number:
    """A leaf: a constant whose elements are all this number."""

    number: float

    def __str__(self) -> str:
        return f"{self.number:g}"


@dataclass(frozen=True)
class Node:
    """An operation of one class on these operands, with at least these properties."""

    op_class: type[Operation]
    operands: tuple[Tree, ...]
    properties: Mapping[str, Attribute] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.op_class.name.partition('.')[2]}({', '.join(map(str, self.operands))})"

    @property
    def size(self) -> int:
        """The number of operations in the tree."""
        return 1 + sum(operand.size for operand in self.operands if isinstance(operand, Node))


Tree = Node | Variable | Number


@dataclass
class Furthest:
    """The furthest that a match came: operations that fitted, and why the next piece did not."""

    matched: int = -1
    reason: str = ""

    def note(self, matched: int, reason: str) -> None:
        """Keep the reason if it lies further in than what is known."""
        if matched > self.matched:
            self.matched, self.reason = matched, reason


class Ops(Names[Node]):
    """`op` in `pattern`: `op.mul(a, b)` is a node of the tree."""

    def _maker(self, op_class: type[Operation]) -> Callable[..., Node]:
        def make(*operands: Tree | float, **properties: Any) -> Node:
            trees = tuple(Number(float(o)) if isinstance(o, int | float) else o for o in operands)
            if wrong := next((o for o in trees if not isinstance(o, Node | Variable | Number)), None):
                raise TransformError(f"{op_class.name} takes patterns and numbers, not {wrong!r}", where=UNNAMED)
            return Node(op_class, trees, {name: attribute(value) for name, value in properties.items()})

        return make


def described(value: SSAValue) -> str:
    """What a value is, for a reason."""
    return f"the result of {value.owner.name}" if isinstance(value.owner, Operation) else "an input of the model"


def match(
    tree: Tree, value: SSAValue, bound: Bindings, matched: int, furthest: Furthest, where: str
) -> Iterator[tuple[Bindings, int]]:
    """All ways in which the tree fits what computes `value`: what its variables are, and how many operations fitted.

    `matched` operations fitted before; `where` names the place for reasons, which `furthest` keeps.
    """
    match tree:
        case Variable():
            yield from _match_variable(tree, value, bound, matched, furthest, where)
        case Number():
            array = float_array_of(value)
            if array is not None and array.size and (array == np.float32(tree.number)).all():
                yield bound, matched
            else:
                what = "another constant" if array is not None else described(value)
                furthest.note(matched, f"{where} is {what}, not the constant {tree}")
        case Node():
            if isinstance(value.owner, tree.op_class) and value.owner.results[0] is value:
                yield from match_operation(tree, value.owner, bound, matched, furthest)
            else:
                furthest.note(matched, f"{where} is {described(value)}, not {tree.op_class.name}")


def _match_variable(
    tree: Variable, value: SSAValue, bound: Bindings, matched: int, furthest: Furthest, where: str
) -> Iterator[tuple[Bindings, int]]:
    known = bound.get(tree.name)
    if known is not None and known.value is not value:
        return furthest.note(matched, f"{where} is another value than {tree.name}")
    found = known or tree.kind.of(value)
    if found is None:
        return furthest.note(matched, f"{where} is {described(value)}, but {tree.name} is {tree.kind.KIND}")
    yield {**bound, tree.name: found}, matched
    return None


def match_operation(tree: Node, op: Operation, bound: Bindings, matched: int, furthest: Furthest) -> Iterator[tuple[Bindings, int]]:
    """`match` of an operation of the node's class."""
    for name, wanted in tree.properties.items():
        if (found := op.properties.get(name, op.attributes.get(name))) != wanted:
            return furthest.note(matched, f"{name} of {op.name} is {found}, not {wanted}")
    if len(op.operands) < len(tree.operands):
        return furthest.note(matched, f"{op.name} has {len(op.operands)} operands, not {len(tree.operands)}")
    numbers = list(range(len(op.operands)))
    orders = [numbers, numbers[::-1]] if op.name in COMMUTATIVE and len(numbers) == 2 else [numbers]
    for order in orders:
        yield from _match_operands(tree.operands, op, order, bound, matched + 1, furthest)
    return None


def _match_operands(
    trees: Sequence[Tree], op: Operation, order: Sequence[int], bound: Bindings, matched: int, furthest: Furthest
) -> Iterator[tuple[Bindings, int]]:
    if not trees:
        yield bound, matched
        return
    index = order[0]
    for inner, count in match(trees[0], op.operands[index], bound, matched, furthest, f"operand {index} of {op.name}"):
        yield from _match_operands(trees[1:], op, order[1:], inner, count, furthest)
