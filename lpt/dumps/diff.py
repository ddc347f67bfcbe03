"""What changed between two models or dumps, by operation and not by line.

Operations are matched by name and source node, then by what they hold and where they stand; kernels are looked into, so an
operation that moved into one is the same operation. A constant is known by its content, else by who reads it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, BlockArgument, Operation, OpResult, SSAValue

from lpt.dialects.kernel import KernelOp, YieldOp
from lpt.dialects.lpt import ConstantOp
from lpt.model import Model
from lpt.passes.journal import NODE, place_of

__all__ = ["Change", "Difference", "diff"]


@dataclass(frozen=True)
class Change:
    """An operation that only one side has (`kind` "removed" or "added"), or that both have and that differs ("changed").

    `operation` is its name, `place` its source node or empty, `details` what differs, else its result types.
    """

    kind: str
    operation: str
    place: str
    details: tuple[str, ...]

    def __str__(self) -> str:
        sign = {"removed": "-", "added": "+", "changed": "~"}[self.kind]
        head = f"{sign} {self.operation:<18} {self.place}".rstrip()
        if self.kind == "changed":
            return "\n".join([head, *(f"    {detail}" for detail in self.details)])
        return f"{head}  {', '.join(self.details)}"


@dataclass(frozen=True)
class Difference:
    """All changes, in the order of the operations, and how many operations are the same on both sides."""

    changes: tuple[Change, ...]
    same: int

    def __str__(self) -> str:
        counts = {kind: sum(change.kind == kind for change in self.changes) for kind in ("removed", "added", "changed")}
        summary = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        return "\n".join([*map(str, self.changes), f"{summary}, {self.same} the same"])

    def by_operation(self) -> dict[str, dict[str, int]]:
        """Operation → how many were removed, added and changed, the most first."""
        counts: dict[str, dict[str, int]] = {}
        for change in self.changes:
            row = counts.setdefault(change.operation, {"removed": 0, "added": 0, "changed": 0})
            row[change.kind] += 1
        return dict(sorted(counts.items(), key=lambda entry: -sum(entry[1].values())))

    def __bool__(self) -> bool:
        return bool(self.changes)


def diff(a: Model | ModuleOp, b: Model | ModuleOp) -> Difference:
    """What is different in `b`. Values' names, dead constants and the order of independent operations do not count."""
    return _Matching(*(_Side(x.module if isinstance(x, Model) else x) for x in (a, b))).difference()


class _Side:
    """The operations of a module in order, kernels' bodies among them."""

    def __init__(self, module: ModuleOp):
        self.module = module
        found = [op for op in module.walk() if not isinstance(op, ModuleOp | YieldOp)]
        self.constants = [op for op in found if isinstance(op, ConstantOp)]
        self.others = [op for op in found if not isinstance(op, ConstantOp)]

    def readers(self, constant: Operation) -> Iterator[tuple[Operation, int]]:
        for use in sorted(constant.results[0].uses, key=lambda use: use.index):
            yield use.operation, use.index


class _Matching:
    def __init__(self, a: _Side, b: _Side):
        self.a, self.b = a, b
        self.partner: dict[Operation, Operation] = {}  # of a → of b
        self.matched: set[Operation] = set()  # of b
        for key in (_whole, _named, _kind):
            self._match_in_order(key)
        self._match_constants()

    def _pair(self, old: Operation, new: Operation) -> None:
        self.partner[old] = new
        self.matched.add(new)

    def _match_in_order(self, key: Callable[[Operation], object]) -> None:
        """Pair operations of equal keys: all of a key that both sides have as often, else those that an alignment pairs."""
        olds = [op for op in self.a.others if op not in self.partner]
        news = [op for op in self.b.others if op not in self.matched]
        left, right = [key(op) for op in olds], [key(op) for op in news]
        by_left, by_right = _grouped(olds, left), _grouped(news, right)
        for value, group in by_left.items():
            if value is not None and len(group) == len(by_right.get(value, ())):
                for old, new in zip(group, by_right[value], strict=True):
                    self._pair(old, new)
        olds = [op for op in olds if op not in self.partner]
        news = [op for op in news if op not in self.matched]
        aligned = SequenceMatcher(None, [key(op) for op in olds], [key(op) for op in news], autojunk=False)
        for i, j, size in aligned.get_matching_blocks():
            for old, new in zip(olds[i : i + size], news[j : j + size], strict=True):
                if key(old) is not None:
                    self._pair(old, new)

    def _match_constants(self) -> None:
        """By content, then by reader: the operation that reads it on one side is the partner of the one that does on the other."""
        free: dict[object, list[Operation]] = defaultdict(list)
        for new in self.b.constants:
            free[_content(new)].append(new)
        for old in self.a.constants:
            if free[_content(old)]:
                self._pair(old, free[_content(old)].pop(0))
        for old in self.a.constants:
            for reader, index in self.a.readers(old) if old not in self.partner else ():
                operands = self.partner[reader].operands if reader in self.partner else ()
                owner = _source(operands[index]).owner if index < len(operands) else None
                if isinstance(owner, ConstantOp) and owner not in self.matched:
                    self._pair(old, owner)
                    break

    def difference(self) -> Difference:
        changes: list[tuple[int, Change]] = []
        same = 0
        order = {op: i for i, op in enumerate(self.b.module.walk())}
        last = 0
        for old in self.a.module.walk():
            new = self.partner.get(old)
            if new is not None:
                last = order[new]
                details = tuple(self._details(old, new))
                same += not details
                if details:
                    changes.append((last, Change("changed", new.name, _place(new), details)))
            elif _counts(old):
                changes.append((last, Change("removed", old.name, _place(old), _types(old))))
        for new in self.b.module.walk():
            if new not in self.matched and _counts(new):
                changes.append((order[new], Change("added", new.name, _place(new), _types(new))))
        rank = {"removed": 0, "changed": 1, "added": 2}
        return Difference(tuple(change for _, change in sorted(changes, key=lambda entry: (entry[0], rank[entry[1].kind]))), same)

    def _details(self, old: Operation, new: Operation) -> Iterator[str]:
        if old.name != new.name:
            yield f"was {old.name}"
        if not isinstance(old, FuncOp):
            for index, (before, after) in enumerate(zip(old.result_types, new.result_types, strict=False)):
                if before != after:
                    yield f"result{f' {index}' if len(new.results) > 1 else ''}: {_short(before)} → {_short(after)}"
        yield from _attributes(old, new)
        if len(old.operands) != len(new.operands):
            yield f"operands: {len(old.operands)} → {len(new.operands)}"
        for index, (one, other) in enumerate(zip(old.operands, new.operands, strict=False)):
            left, right = _source(one), _source(other)
            if not self._stands_for(left, right):
                yield f"operand {index}: {_described(left)} → {_described(right)}"

    def _stands_for(self, left: SSAValue, right: SSAValue) -> bool:
        one, other = left.owner, right.owner
        if isinstance(one, ConstantOp) and isinstance(other, ConstantOp) and _content(one) == _content(other):
            return True  # of several equal ones, another may be its partner
        if isinstance(left, OpResult) and isinstance(right, OpResult):
            return self.partner.get(left.op) is right.op and left.index == right.index
        if isinstance(left, BlockArgument) and isinstance(right, BlockArgument):
            return left.index == right.index
        return False


_SCALES = re.compile(r'\{"([0-9a-f]{6})[0-9a-f]{14}", (\d+), [^}]*\}')


def _short(attribute: Attribute | str) -> str:
    """Its text, long lists of scales as the start of their digest and their number."""
    return _SCALES.sub(r"{#\1 ×\2}", str(attribute))


def _grouped(ops: Iterable[Operation], keys: Iterable[object]) -> dict[object, list[Operation]]:
    groups: dict[object, list[Operation]] = defaultdict(list)
    for op, key in zip(ops, keys, strict=True):
        groups[key].append(op)
    return groups


def _whole(op: Operation) -> object:
    """All that an operation holds."""
    if isinstance(op, FuncOp):
        return op.name, op.sym_name.data
    return op.name, _place(op), op.result_types, frozenset(_held(op).items()), tuple(value.type for value in op.operands)


def _named(op: Operation) -> object:
    """Name and source node; nothing for an operation without one."""
    return (op.name, place_of(op)) if NODE in op.attributes else None


def _kind(op: Operation) -> object:
    """Its name, of an operation without a source node."""
    return None if NODE in op.attributes or isinstance(op, KernelOp) else op.name


def _content(op: Operation) -> object:
    return op.properties.get("value"), op.result_types


def _held(op: Operation) -> dict[str, Attribute]:
    left_out = {NODE, "operandSegmentSizes", "resultSegmentSizes"}
    return {name: value for name, value in {**op.attributes, **op.properties}.items() if name not in left_out}


def _attributes(old: Operation, new: Operation) -> Iterator[str]:
    before, after = _held(old), _held(new)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield f"{name}: {_short(before.get(name, 'none'))} → {_short(after.get(name, 'none'))}"


def _source(value: SSAValue) -> SSAValue:
    """What a value is outside of kernels, or inside of the kernel that computes it."""
    if isinstance(value, BlockArgument) and isinstance(kernel := value.block.parent_op(), KernelOp):
        return _source(kernel.operands[value.index])
    if isinstance(value, OpResult) and isinstance(value.op, KernelOp):
        last = value.op.body.block.last_op
        return _source(last.operands[value.index]) if last is not None else value
    return value


def _counts(op: Operation) -> bool:
    dead = isinstance(op, ConstantOp) and op.results[0].first_use is None
    return not (dead or isinstance(op, ModuleOp | YieldOp))


def _place(op: Operation) -> str:
    if isinstance(op, KernelOp):
        return op.kernel_name.data
    return place_of(op) if NODE in op.attributes else ""


def _types(op: Operation) -> tuple[str, ...]:
    return tuple(_short(type_) for type_ in op.result_types)


def _described(value: SSAValue) -> str:
    owner = value.owner
    if isinstance(owner, Block):
        return f"argument {value.index}" if isinstance(value, BlockArgument) else "an argument"
    if isinstance(owner, ConstantOp):
        return f"constant {_short(owner.properties.get('value', 'none'))}"
    return f"{owner.name} {_place(owner)}".rstrip()
