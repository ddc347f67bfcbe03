"""Operations that walk an axis in order: the greatest elements, running sums, scattered updates. None takes quantized tensors."""

from __future__ import annotations

from abc import ABC

from xdsl.dialects.builtin import Float32Type, FloatAttr, IntegerAttr, IntegerType, StringAttr, i1, i64
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, float_of, int_of
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import Shape, fits, normalize_axis, tensor_shape


class SelectionOp(NnOp, ABC):
    """An operation along an axis of tensors that are not quantized, computed in the order of the elements."""

    def verify_(self) -> None:
        if any(params_of(value) is not None for value in (*self.operands, *self.results)):
            raise VerifyException(f"{self.name} takes no quantized tensors: cast them")
        super().verify_()
        if element_of(self.results[0]) != self.infer_element_type():
            raise VerifyException(f"{self.name} gives elements of {self.infer_element_type()}")


@irdl_op_definition
class TopKOp(SelectionOp):
    """Where the k greatest elements along `axis` lie, the greatest first (ONNX TopK's indices, ArgMax where k = 1).

    With `largest` = 0 the least. Of equal elements the first comes first, with `last` = 1 (k = 1 only) the last. NaN counts as
    greater than all numbers, the zeros as equal. The result is i64, with extent k along the axis.
    """

    name = "nn.top_k"
    x = operand_def()
    k = prop_def(IntegerAttr)
    axis = opt_prop_def(IntegerAttr)
    largest = opt_prop_def(IntegerAttr)
    last = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def dim(self) -> int:
        """The axis, counted from the front; by default the last."""
        return normalize_axis(int_of(self.axis, -1), len(tensor_shape(self.x)))

    @property
    def count(self) -> int:
        """k."""
        return int_of(self.k)

    @property
    def is_largest(self) -> bool:
        """Whether the greatest are looked for."""
        return bool(int_of(self.largest, 1))

    @property
    def prefers_last(self) -> bool:
        """Whether of equal elements the last is taken."""
        return bool(int_of(self.last))

    def infer_element_type(self) -> Attribute:
        return i64

    def infer_shapes(self) -> list[Shape]:
        shape, axis = tensor_shape(self.x), self.dim
        if self.count < 0 or 0 <= shape[axis] < self.count:
            raise VerifyException(f"{self.name}: the {self.count} first of {shape[axis]} elements")
        if self.prefers_last and self.count != 1:
            raise VerifyException(f"{self.name} takes the last of equals for k = 1 only")
        return [(*shape[:axis], self.count, *shape[axis + 1 :])]


@irdl_op_definition
class CumSumOp(SelectionOp):
    """The sum of the elements up to each along `axis`, added one by one (ONNX CumSum-14); f32, i32 or i64.

    With `product` = 1 their product (ONNX CumProd-26), with `exclusive` = 1 without the element itself, with `reverse` = 1 from the
    end.
    """

    name = "nn.cum_sum"
    x = operand_def()
    axis = opt_prop_def(IntegerAttr)
    exclusive = opt_prop_def(IntegerAttr)
    reverse = opt_prop_def(IntegerAttr)
    product = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def is_product(self) -> bool:
        """Whether elements are multiplied."""
        return bool(int_of(self.product))

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis), len(tensor_shape(self.x)))

    @property
    def is_exclusive(self) -> bool:
        """Whether sums leave out the element itself."""
        return bool(int_of(self.exclusive))

    @property
    def is_reverse(self) -> bool:
        """Whether sums start at the end."""
        return bool(int_of(self.reverse))

    def infer_shapes(self) -> list[Shape]:
        _ = self.dim
        return [tensor_shape(self.x)]


REDUCTIONS = ("none", "add", "mul", "max", "min")


@irdl_op_definition
class ScatterOp(SelectionOp):
    """x [N, R] with row updates[m] put into, or combined with, row indices[m], for m = 0, 1 … (ONNX ScatterND, ScatterElements).

    `indices` [M] are i64, negative ones count from the end, and those outside name the nearest row; `updates` are [M, R];
    `reduction` is none (the last of several updates stays), add, mul, max or min.
    """

    name = "nn.scatter"
    x = operand_def()
    indices = operand_def()
    updates = operand_def()
    reduction = opt_prop_def(StringAttr)
    result = result_def()

    @property
    def mode(self) -> str:
        """`reduction`."""
        return "none" if self.reduction is None else self.reduction.data

    def infer_shapes(self) -> list[Shape]:
        x, indices, updates = (tensor_shape(value) for value in self.operands)
        if len(x) != 2 or len(indices) != 1 or not fits(updates, (*indices, x[1])) or (x[0] == 0 and indices != (0,)):
            raise VerifyException(f"{self.name} of {updates} by {indices} into {x}")
        return [x]

    def verify_(self) -> None:
        super().verify_()
        if element_of(self.indices) != i64 or element_of(self.updates) != element_of(self.x):
            raise VerifyException(f"{self.name} takes indices of i64 and updates of the type of x")
        if self.mode not in REDUCTIONS:
            raise VerifyException(f"{self.name}: reduction is one of {', '.join(REDUCTIONS)}, got {self.mode!r}")
        if self.mode != "none" and isinstance(element_of(self.x), IntegerType) and element_of(self.x) == i1:
            raise VerifyException(f"{self.name} combines numbers, not booleans")


_MOST_ROWS = 1 << 26
"""Rows of what a non_max_suppression may find."""


@irdl_op_definition
class NonMaxSuppressionOp(SelectionOp):
    """The boxes [B, N, 4] that no better one of their class covers, by scores [B, C, N] (ONNX NonMaxSuppression-11).

    For each batch and class boxes are taken by falling score, of equal ones the first first, up to `limit`; one is left out whose
    intersection with a taken one is more than `iou_threshold` of their union, in f32. Only scores above `score_threshold` count, if
    it is there. Boxes are two corners (y, x) in any order, with `center` = 1 x, y of the middle, width and height. The result is
    i64 [B · C · min(limit, N) + 1, 3]: rows (batch, class, box), zeros behind them, in the last row how many there are, then zeros.
    """

    name = "nn.non_max_suppression"
    boxes = operand_def()
    scores = operand_def()
    limit = prop_def(IntegerAttr)
    iou_threshold = prop_def(FloatAttr)
    score_threshold = opt_prop_def(FloatAttr)
    center = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def least_score(self) -> float | None:
        """`score_threshold`."""
        return None if self.score_threshold is None else float_of(self.score_threshold, 0.0)

    @property
    def is_center(self) -> bool:
        """Whether boxes are given by their middle and size."""
        return bool(int_of(self.center))

    @property
    def most(self) -> int:
        """Boxes of a class that may be taken."""
        return max(0, min(int_of(self.limit), tensor_shape(self.boxes)[1]))

    def infer_element_type(self) -> Attribute:
        return i64

    def infer_shapes(self) -> list[Shape]:
        boxes, scores = tensor_shape(self.boxes), tensor_shape(self.scores)
        if len(boxes) != 3 or len(scores) != 3 or boxes[2] != 4 or boxes[0] != scores[0] or boxes[1] != scores[2]:
            raise VerifyException(f"{self.name} of boxes {boxes} by scores {scores}")
        if min(*boxes, *scores) < 0:
            raise VerifyException(f"{self.name}: the extents of {boxes} and {scores} must be known")
        if scores[0] * scores[1] * self.most > _MOST_ROWS:
            raise VerifyException(f"{self.name}: {self.most} boxes of each of {scores[0] * scores[1]} classes are too many")
        return [(scores[0] * scores[1] * self.most + 1, 3)]

    def verify_(self) -> None:
        super().verify_()
        if any(element_of(operand) != Float32Type() for operand in self.operands):
            raise VerifyException(f"{self.name} takes boxes and scores of f32")
