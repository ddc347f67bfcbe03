"""Tensors of which run time decides how many rows there are: results of non_max_suppression, and what follows from them row by row.

Programs have fixed shapes, so such a tensor has as many rows as there can be; those behind the last real one come from box 0.
Where it leaves the model, one more output says how many are real (`lpt.rows`), and what runs the model cuts the others off.
An operation whose result depends on how many rows there are is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.nn import (
    BinaryOp,
    CastOp,
    ConcatOp,
    GatherOp,
    NonMaxSuppressionOp,
    PlainOp,
    ReducingOp,
    ReshapeOp,
    ReshapingOp,
    SliceOp,
    SplitOp,
    TransposeOp,
    UnaryOp,
    ints,
)
from lpt.dialects.nn.base import int_of
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, StorageCastOp
from lpt.dialects.shapes import Shape, normalize_axis, tensor_shape
from lpt.errors import UnsupportedError
from lpt.importers.builder import Builder
from lpt.passes.journal import place_of


@dataclass(frozen=True)
class Rows:
    """Dimension `axis` of a tensor has as many real indices as `source` found boxes."""

    source: NonMaxSuppressionOp
    axis: int


def rows_of(result: SSAValue, builder: Builder) -> SSAValue:
    """The rows [R, 3] that a non_max_suppression found."""
    return builder.result(SliceOp.make([result], starts=[0], ends=[tensor_shape(result)[0] - 1], axes=[0], steps=[1]))


def count_of(result: SSAValue, builder: Builder) -> SSAValue:
    """How many of its rows are real, i64 [1]."""
    last = tensor_shape(result)[0] - 1
    count = builder.result(SliceOp.make([result], starts=[last, 0], ends=[last + 1, 1], axes=[0, 1], steps=[1, 1]))
    return builder.result(ReshapeOp.make([count], shape=[1]))


def _live(block: Block, results: Sequence[SSAValue]) -> list[Operation]:
    """What the results need, in order."""
    needed: set[Operation] = set()
    waiting = [value.owner for value in results]
    while waiting:
        op = waiting.pop()
        if isinstance(op, Operation) and op not in needed:
            needed.add(op)
            waiting += [operand.owner for operand in op.operands]
    return [op for op in block.ops if op in needed]


def bounded(block: Block, results: Sequence[SSAValue]) -> dict[SSAValue, Rows]:
    """The tensors of a block, as far as results need them, whose rows run time decides. Raises UnsupportedError for an operation
    that cannot take one."""
    found: dict[SSAValue, Rows] = {}
    for op in _live(block, results):
        if isinstance(op, SliceOp) and isinstance(op.x.owner, NonMaxSuppressionOp):
            if tensor_shape(op.result)[0] == tensor_shape(op.x)[0] - 1:
                found[op.result] = Rows(op.x.owner, 0)
            continue
        given = [(i, found[operand]) for i, operand in enumerate(op.operands) if operand in found]
        if not given:
            continue
        for result in op.results:
            axes = [axis for i, rows in given if (axis := _axis(op, i, rows.axis)) is not None]
            is_one = len(axes) == len(given) and len({rows.source for _, rows in given}) == len(set(axes)) == 1
            if not is_one or not _others_fit(op, axes[0], found):
                raise UnsupportedError(
                    f"{op.name} on as many rows as a non-maximum suppression finds is not handled",
                    where=f"node {place_of(op)!r}",
                    way_out="end the model before it, and do the rest outside",
                )
            found[result] = Rows(given[0][1].source, axes[0])
    return found


def _axis(op: Operation, index: int, axis: int) -> int | None:
    """Where the rows of operand `index`, its dimension `axis`, lie in the result; None if it depends on their number."""
    shape = tensor_shape(op.operands[index])
    match op:
        case GatherOp():
            if index == 1:
                return op.dim + axis
            behind = len(tensor_shape(op.indices)) - 1
            return None if axis == op.dim else axis + (behind if axis > op.dim else 0)
        case SliceOp():
            return None if axis in [normalize_axis(a, len(shape)) for a in ints(op.axes)] else axis
        case TransposeOp():
            return ints(op.perm).index(axis)
        case ReshapingOp():
            return _reshaped(shape, tensor_shape(op.results[0]), axis)
        case ConcatOp() | SplitOp():
            return None if normalize_axis(int_of(op.axis), len(shape)) == axis else axis
        case ReducingOp():
            return None if axis in op.reduced or not op.keeps else axis
        case UnaryOp() | BinaryOp() | PlainOp() | CastOp() | DequantizeCastOp() | QuantizeCastOp() | StorageCastOp():
            return axis + len(tensor_shape(op.results[0])) - len(shape)
        case _:
            return None


def _reshaped(old: Shape, new: Shape, axis: int) -> int | None:
    """The dimension of `new` that is the same as one of `old`, between equally many elements."""
    for at, extent in enumerate(new):
        if extent == old[axis] and prod(new[:at]) == prod(old[:axis]):
            return at
    return None


def _others_fit(op: Operation, axis: int, found: Mapping[SSAValue, Rows]) -> bool:
    """Whether operands of another number of rows are only spread over those of the result, its dimension `axis`, or chosen from."""
    if isinstance(op, GatherOp):
        return op.x not in found or op.indices not in found
    rank = len(tensor_shape(op.results[0]))
    others = [tensor_shape(operand) for operand in op.operands if operand not in found]
    return all(axis < rank - len(shape) or shape[axis - rank + len(shape)] == 1 for shape in others)


def count_outputs(
    builder: Builder, results: Sequence[SSAValue], names: Sequence[str]
) -> tuple[list[SSAValue], list[str], list[str]]:
    """Results and names with those of row counts behind them; and for each `count:axis`, or nothing."""
    rows = bounded(builder.block, results)
    values, all_names, notes = list(results), list(names), []
    known: dict[NonMaxSuppressionOp, str] = {}
    for value, name in zip(results, names, strict=True):
        own = rows.get(value)
        if own is None:
            notes.append("")
            continue
        if own.source not in known:
            label = f"{name}.rows"
            while label in all_names:
                label += "_"
            known[own.source] = label
            all_names.append(label)
            count = builder.result(ReshapeOp.make([count_of(own.source.result, builder)], shape=[], allow_zero=1))
            values.append(count)
        notes.append(f"{known[own.source]}:{own.axis}")
    return values, all_names, notes + [""] * (len(values) - len(notes))


def note_rows(function: FuncOp, notes: Sequence[str]) -> None:
    """Attach `lpt.rows` if any output has some."""
    if any(notes):
        function.attributes["lpt.rows"] = ArrayAttr(StringAttr(note) for note in notes)
