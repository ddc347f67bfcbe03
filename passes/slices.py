"""What one rewrite changed: the operations before and after it, each as a module of its own that takes the values around them.

A `Snapshot` is a copy of a module from which the next change is told. The two modules of a `Change` have the same arguments,
values that the rewrite left alone, and return what was replaced and what replaces it: the rewrite's smallest example.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.traits import ConstantLike

from lpt.dialects.interpreter import main_function
from lpt.passes.journal import NODE

OPENED = 64
"""Operations that are taken into both sides beyond those that changed, at most."""


@dataclass(frozen=True)
class Change:
    """`before` and `after` of one rewrite; `inputs` are the values of the module that both take.

    `made` maps values of the module that are new to those of `after` which stand for them, `replaced` has pairs (of the snapshot's
    module, of the module) in the order of the results.
    """

    before: ModuleOp
    after: ModuleOp
    inputs: tuple[SSAValue, ...]
    made: Mapping[SSAValue, SSAValue]
    replaced: tuple[tuple[SSAValue, SSAValue], ...]


class Snapshot:
    """A copy of a module, and which operation and value of it is which.

    `take` makes the copy, `follow` brings it up to date: after one rewrite of resnet50 in a tenth of the time.
    """

    def __init__(self, module: ModuleOp):
        self.module = module
        self.take()

    def take(self) -> None:
        """Copy the module as it is."""
        self.clones: dict[SSAValue, SSAValue] = {}
        self.copy = self.module.clone(self.clones)
        self.originals = {clone: original for original, clone in self.clones.items()}
        ours, theirs = main_function(self.module).body.block, main_function(self.copy).body.block
        self.twin: dict[Operation, Operation] = dict(zip(ours.ops, theirs.ops, strict=True))
        self._compared: set[Operation] = set()

    def follow(self) -> None:
        """Change the copy as the module was changed since."""
        ours, theirs = main_function(self.module).body.block, main_function(self.copy).body.block
        if any(self.clones.get(argument) is not twin or argument.type != twin.type for argument, twin in _paired(ours, theirs)):
            return self.take()
        for now, then in ((self.module, self.copy), (main_function(self.module), main_function(self.copy))):
            then.attributes, then.properties = dict(now.attributes), dict(now.properties)
        compared, self._compared = self._compared, set()
        twins = {
            op: twin
            for op in ours.ops
            if (twin := self.twin.get(op)) is not None
            and self._has_its_results(op, twin)
            and (op in compared or _holds_the_same(op, twin))
        }
        kept = set(twins.values())
        gone = [op for op in theirs.ops if op not in kept]
        for op in gone:
            theirs.detach_op(op)
        following = theirs.first_op
        for op in ours.ops:
            twin = twins.get(op)
            if twin is None:
                twin = twins[op] = op.clone(self.clones)
                self.originals.update(zip(twin.results, op.results, strict=True))
            else:
                self._rewire(op, twin)
            following = _placed(theirs, twin, following)
        self.twin = twins
        self._forget(gone)
        return None

    def _has_its_results(self, op: Operation, twin: Operation) -> bool:
        if len(op.results) != len(twin.results) or op.attributes != twin.attributes:
            return False
        return all(self.clones.get(r) is t and r.type == t.type for r, t in zip(op.results, twin.results, strict=True))

    def _rewire(self, op: Operation, twin: Operation) -> None:
        for index, (now, then) in enumerate(zip(op.operands, twin.operands, strict=True)):
            if (clone := self.clones[now]) is not then:
                twin.operands[index] = clone

    def _forget(self, gone: Sequence[Operation]) -> None:
        for op in gone:
            op.drop_all_references()
            for result in op.results:
                original = self.originals.pop(result)
                if self.clones.get(original) is result:
                    del self.clones[original]

    def change(self, latest: Callable[[SSAValue], SSAValue], pairs: Iterable[tuple[SSAValue, SSAValue]]) -> Change | None:
        """What has changed since; None where no value did. `pairs` are (old, new) values that a rewrite noted.

        `latest` follows a value of the snapshot's time to what stands for it now.
        """
        block = main_function(self.module).body.block
        same = {op for op in block.ops if op in self.twin and self._is_same(op, latest)}
        self._compared = same  # for `follow`, as long as the module stays as it is
        replaced = self._replaced(block, same, pairs)
        if not replaced:
            return None
        kept = {result for op in same for result in op.results} | set(block.args)
        opened: tuple[set[SSAValue], set[SSAValue]] = set(), set()
        for _ in range(OPENED + 1):
            old_ops, old_copies = _cone([old for old, _ in replaced], {self.clones[value] for value in kept - opened[0]})
            new_ops, new_inputs = _cone([new for _, new in replaced], kept - opened[1])
            old_inputs = [self.originals[value] for value in old_copies]
            inner = _to_open(block, set(old_inputs), set(new_inputs))
            if inner is None:
                break
            opened[inner in new_inputs].add(inner)
        inputs = list(dict.fromkeys([*old_inputs, *new_inputs]))
        before, _ = _module(main_function(self.copy), old_ops, [self.clones[v] for v in inputs], [old for old, _ in replaced])
        after, made = _module(main_function(self.module), new_ops, inputs, [new for _, new in replaced])
        return Change(before, after, tuple(inputs), made, tuple(replaced))

    def _is_same(self, op: Operation, latest: Callable[[SSAValue], SSAValue]) -> bool:
        twin = self.twin[op]
        if op.properties != twin.properties or op.result_types != twin.result_types or len(op.operands) != len(twin.operands):
            return False
        if not all(self._is_same_operand(now, then, latest) for now, then in zip(op.operands, twin.operands, strict=True)):
            return False
        return not op.regions or all(a.is_structurally_equivalent(b) for a, b in zip(op.regions, twin.regions, strict=True))

    def _is_same_operand(self, now: SSAValue, then: SSAValue, latest: Callable[[SSAValue], SSAValue]) -> bool:
        """The same value, or what stands for it. Constants have no results to compare: equal ones are the same."""
        if isinstance(then.owner, Operation) and _is_constant_op(then.owner):
            owner = now.owner
            is_equal = isinstance(owner, Operation) and _is_constant_op(owner) and owner.properties == then.owner.properties
            return is_equal and now.type == then.type
        original = self.originals[then]
        return now is original or now is latest(original)

    def _replaced(
        self, block: Block, same: set[Operation], pairs: Iterable[tuple[SSAValue, SSAValue]]
    ) -> list[tuple[SSAValue, SSAValue]]:
        """(value of the copy, value of the module): those noted, and results of operations that were changed in place."""
        found: dict[SSAValue, SSAValue] = {}
        for old, new in pairs:
            owner = new.owner
            lives = owner is block or (isinstance(owner, Operation) and owner.parent is block)
            if lives and old in self.clones and not _is_constant(old):
                found[self.clones[old]] = new
        for op in block.ops:
            if op in self.twin and op not in same:
                ours = op.operands if isinstance(op, ReturnOp) else op.results
                theirs = self.twin[op].operands if isinstance(op, ReturnOp) else self.twin[op].results
                if len(ours) == len(theirs) and not _is_constant_op(op):
                    found.update((then, now) for then, now in zip(theirs, ours, strict=True) if then not in found)
        return [(old, new) for old, new in found.items() if self.originals.get(old) is not new or new.owner not in same]


def _holds_the_same(op: Operation, twin: Operation) -> bool:
    """Whether two operations with equal results are equal but for where their operands come from."""
    if len(op.operands) != len(twin.operands) or op.properties != twin.properties:
        return False
    return not op.regions or all(a.is_structurally_equivalent(b) for a, b in zip(op.regions, twin.regions, strict=True))


def _paired(ours: Block, theirs: Block) -> Sequence[tuple[SSAValue, SSAValue]]:
    """The arguments of two blocks; a pair of unequal ones where their numbers differ."""
    if len(ours.args) != len(theirs.args):
        return [(argument, argument) for argument in (*ours.args, *theirs.args)]
    return list(zip(ours.args, theirs.args, strict=True))


def _placed(block: Block, op: Operation, following: Operation | None) -> Operation | None:
    """Let `op` stand in front of `following`, or be it; returns what follows then."""
    if op is following:
        return op.next_op
    if op.parent is block:
        block.detach_op(op)
    if following is None:
        block.add_op(op)
    else:
        block.insert_op_before(op, following)
    return following


def _is_constant_op(op: Operation) -> bool:
    return _is_constant_class(type(op))


@functools.cache
def _is_constant_class(op_class: type[Operation]) -> bool:
    return op_class.has_trait(ConstantLike)


def _is_constant(value: SSAValue) -> bool:
    return isinstance(value.owner, Operation) and _is_constant_op(value.owner)


def _cone(outputs: Sequence[SSAValue], kept: set[SSAValue]) -> tuple[set[Operation], list[SSAValue]]:
    """The operations that compute the outputs from kept values, and those of the kept values that are no constants."""
    ops, inputs, stack, seen = set[Operation](), list[SSAValue](), list(outputs), set[SSAValue]()
    while stack:
        value = stack.pop()
        if value in seen:
            continue
        seen.add(value)
        if isinstance(value.owner, Block) or (value in kept and not _is_constant(value)):
            inputs.append(value)
        else:
            ops.add(value.owner)
            stack.extend(value.owner.operands)
    return ops, inputs


def _to_open(block: Block, old: set[SSAValue], new: set[SSAValue]) -> SSAValue | None:
    """An input of one side that is computed from those of the other: its operation belongs to the example too.

    Else the two sides would start from values that are bound to each other, as dcast(q) and q are, and yet given apart. Where each
    side has inputs of its own and none depends on the other's, the last one is opened, in search of what they come from.
    """
    place = {op: number for number, op in enumerate(block.ops)}
    own = [value for value in old ^ new if isinstance(value.owner, Operation)]
    own.sort(key=lambda value: -place[value.owner])  # type: ignore[index]
    for value in own:
        if _depends(value, new if value in old else old, place):
            return value
    return own[0] if own and old - new and new - old else None


def _depends(value: SSAValue, others: set[SSAValue], place: Mapping[Operation, int]) -> bool:
    """Whether a value is computed from one of the others, itself left out."""
    first = min((place[v.owner] if isinstance(v.owner, Operation) else -1 for v in others), default=len(place))
    stack, seen = list(value.owner.operands) if isinstance(value.owner, Operation) else [], set[SSAValue]()
    while stack:
        found = stack.pop()
        if found in others:
            return True
        if found not in seen and isinstance(found.owner, Operation) and place.get(found.owner, -1) > first:
            seen.add(found)
            stack.extend(found.owner.operands)
    return False


def _module(
    function: FuncOp, ops: set[Operation], inputs: Sequence[SSAValue], outputs: Sequence[SSAValue]
) -> tuple[ModuleOp, dict[SSAValue, SSAValue]]:
    block = Block(arg_types=[value.type for value in inputs])
    values: dict[SSAValue, SSAValue] = dict(zip(inputs, block.args, strict=True))
    for op in function.body.block.ops:
        if op in ops:
            block.add_op(op.clone(values))
    block.add_op(ReturnOp(*(values[value] for value in outputs)))
    types = [arg.type for arg in block.args], [values[value].type for value in outputs]
    attributes = {name: value for name, value in (function.parent_op() or function).attributes.items() if name != NODE}
    made = {value: twin for value, twin in values.items() if isinstance(twin.owner, Operation) and twin.owner.parent is block}
    return ModuleOp([FuncOp("main", types, Region(block))], attributes), made
