"""Einsum as transposes, reshapes, matrix products and sums: `bij,bjk->bik` is one product, `ij->ji` a transpose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.ir import SSAValue

from lpt.dialects.nn import MatMulOp, MulOp, ReduceSumOp, ReshapeOp, SliceOp, SqueezeOp, TransposeOp
from lpt.dialects.shapes import tensor_shape
from lpt.importers.node import BaseNode

Labels = tuple[str, ...]


@dataclass(frozen=True)
class _Labelled:
    """A tensor with a label for each dimension."""

    node: BaseNode
    value: SSAValue
    labels: Labels

    @property
    def extents(self) -> dict[str, int]:
        return dict(zip(self.labels, tensor_shape(self.value), strict=True))

    def ordered(self, labels: Labels) -> _Labelled:
        """The same labels in another order."""
        perm = [self.labels.index(label) for label in labels]
        value = self.value if perm == list(range(len(perm))) else self.node.one(TransposeOp, self.value, perm=perm)
        return _Labelled(self.node, value, labels)

    def without(self, labels: Sequence[str]) -> _Labelled:
        """Summed over some labels."""
        gone = [label for label in self.labels if label in labels]
        if not gone:
            return self
        axes = [self.labels.index(label) for label in gone]
        if all(self.extents[label] == 1 for label in gone):
            value = self.node.one(SqueezeOp, self.value, axes=axes)
        else:
            value = self.node.one(ReduceSumOp, self.value, axes=axes, keepdims=0)
        return _Labelled(self.node, value, tuple(label for label in self.labels if label not in gone))

    def shaped(self, *groups: Labels) -> SSAValue:
        """In the order of groups of labels, each of which becomes one dimension."""
        ordered = self.ordered(tuple(label for group in groups for label in group))
        extents = self.extents
        shape = [_extent([extents[label] for label in group]) for group in groups]
        if all(len(group) == 1 for group in groups):
            return ordered.value
        if shape.count(-1) > 1:
            raise self.node.unsupported("several dimensions are not known", "give the model's inputs fixed dimensions")
        more = {} if -1 in shape else {"allow_zero": 1}
        return self.node.one(ReshapeOp, ordered.value, shape=shape, **more)  # type: ignore[arg-type]


def _extent(extents: Sequence[int]) -> int:
    return -1 if -1 in extents else prod(extents)


def einsum(node: BaseNode, equation: str, values: Sequence[SSAValue]) -> SSAValue:
    """The sum of products that an equation names (numpy's einsum, ONNX Einsum-12). Raises LoadError where it does not fit."""
    terms, result = _parse(node, equation, [len(tensor_shape(value)) for value in values])
    parts = [_diagonal(node, value, labels) for value, labels in zip(values, terms, strict=True)]
    total = parts[0]
    for i, part in enumerate(parts[1:], 1):
        later = {label for other in parts[i + 1 :] for label in other.labels} | set(result)
        total = _product(node, total, part, later)
    total = total.without([label for label in total.labels if label not in result])
    if set(total.labels) != set(result):
        raise node.malformed(f"equation {equation!r} names results that no input has")
    return total.ordered(result).value


def _parse(node: BaseNode, equation: str, ranks: Sequence[int]) -> tuple[list[Labels], Labels]:
    """The labels of each input and of the result; those of an ellipsis are numbers, counted from the back."""
    text = re.sub(r"\s", "", equation)
    left, arrow, right = text.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ranks) or not all(re.fullmatch(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*", part) for part in (*inputs, right)):
        raise node.malformed(f"equation {equation!r} for {len(ranks)} inputs")
    terms = [_labels(node, part, rank, equation) for part, rank in zip(inputs, ranks, strict=True)]
    dots = max((tuple(label for label in term if label.isdigit()) for term in terms), key=len)
    if arrow:
        before, _, behind = right.partition("...")
        result = (*before, *(dots if "..." in right else ()), *behind)
    else:
        counts = Counter(label for term in terms for label in term)
        result = (*dots, *sorted(label for label, count in counts.items() if count == 1 and not label.isdigit()))
    if len(set(result)) < len(result):
        raise node.malformed(f"equation {equation!r} names a result twice")
    return terms, tuple(result)


def _labels(node: BaseNode, part: str, rank: int, equation: str) -> Labels:
    before, dots, behind = part.partition("...")
    spread = rank - len(before) - len(behind)
    if spread < 0 or (spread and not dots):
        raise node.malformed(f"{part!r} in equation {equation!r} for a tensor of rank {rank}")
    return (*before, *(str(i) for i in reversed(range(spread))), *behind)


def _diagonal(node: BaseNode, value: SSAValue, labels: Labels) -> _Labelled:
    """A tensor in which each label has one dimension: of those with the same one the diagonal."""
    part = _Labelled(node, value, labels)
    while repeated := [label for label, count in Counter(part.labels).items() if count > 1]:
        first = part.labels.index(repeated[0])
        second = part.labels.index(repeated[0], first + 1)
        shape, rank = tensor_shape(part.value), len(part.labels)
        if shape[first] != shape[second] or shape[first] < 0:
            raise node.malformed(f"label {repeated[0]!r} has extents {shape[first]} and {shape[second]}")
        others = [d for d in range(rank) if d not in (first, second)]
        moved = node.one(TransposeOp, part.value, perm=[*others, first, second])
        flat = node.one(ReshapeOp, moved, shape=[*(shape[d] for d in others), shape[first] ** 2])
        step = {"starts": [0], "ends": [shape[first] ** 2], "axes": [rank - 2], "steps": [shape[first] + 1]}
        value = node.one(SliceOp, flat, **step)  # type: ignore[arg-type]
        part = _Labelled(node, value, (*(part.labels[d] for d in others), repeated[0]))
    return part


def _product(node: BaseNode, a: _Labelled, b: _Labelled, later: set[str]) -> _Labelled:
    """Both multiplied, and summed over what nothing needs later."""
    shared = {label for label in a.labels if label in b.labels}
    a = a.without([label for label in a.labels if label not in shared | later])
    b = b.without([label for label in b.labels if label not in shared | later])
    for label in shared:  # an extent of 1 is spread over the other's
        extents = a.extents[label], b.extents[label]
        if extents[0] == extents[1]:
            continue
        if extents[0] == 1:
            a = a.without([label])
        elif extents[1] == 1:
            b = b.without([label])
        elif min(extents) >= 0:
            raise node.malformed(f"label {label!r} has extents {extents[0]} and {extents[1]}")
    batch = tuple(label for label in a.labels if label in b.labels and label in later)
    inner = tuple(label for label in a.labels if label in b.labels and label not in later)
    left = tuple(label for label in a.labels if label not in b.labels)
    right = tuple(label for label in b.labels if label not in a.labels)
    if not inner or not (left or right):
        return _elementwise(node, a, b, (*batch, *left, *right, *inner)).without(inner)
    if not batch:
        x, y = a.shaped(*((label,) for label in left), inner), b.shaped(inner, right)
        raw = node.one(MatMulOp, x if left else a.shaped((), inner), y)
        return _restored(node, raw, (*left, *right), a, b)
    raw = node.one(
        MatMulOp, a.shaped(*((label,) for label in batch), left, inner), b.shaped(*((label,) for label in batch), inner, right)
    )
    return _restored(node, raw, (*batch, *left, *right), a, b)


def _restored(node: BaseNode, raw: SSAValue, labels: Labels, a: _Labelled, b: _Labelled) -> _Labelled:
    """A product with a dimension for each label again."""
    extents = b.extents | a.extents
    shape = [extents[label] for label in labels]
    if len(tensor_shape(raw)) != len(shape) or tensor_shape(raw) != tuple(shape):
        if shape.count(-1) > 1:
            raise node.unsupported("several dimensions are not known", "give the model's inputs fixed dimensions")
        more = {} if -1 in shape else {"allow_zero": 1}
        raw = node.one(ReshapeOp, raw, shape=shape, **more)  # type: ignore[arg-type]
    return _Labelled(node, raw, labels)


def _elementwise(node: BaseNode, a: _Labelled, b: _Labelled, labels: Labels) -> _Labelled:
    """a · b with dimensions in this order."""

    def spread(part: _Labelled) -> SSAValue:
        return part.shaped(*((label,) if label in part.labels else () for label in labels))

    return _Labelled(node, node.one(MulOp, spread(a), spread(b)), labels)
