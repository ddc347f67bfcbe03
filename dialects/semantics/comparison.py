"""Meanings of comparison, logic and choice: numpy's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.comparison import (
    AndOp,
    EqualOp,
    LessOp,
    LessOrEqualOp,
    ModOp,
    NotOp,
    OrOp,
    PlainOp,
    ShiftOp,
    WhereOp,
    XorOp,
)
from lpt.dialects.semantics import math, wide


def _plain(op_class: type[PlainOp], function: Callable[..., Any]) -> None:
    def apply(op: PlainOp, operands: Sequence[Array]) -> Sequence[Array]:
        return [np.asarray(function(*operands))]

    meaning(op_class)(apply)


_plain(EqualOp, np.equal)
_plain(LessOp, np.less)
_plain(LessOrEqualOp, np.less_equal)
_plain(AndOp, np.bitwise_and)
_plain(OrOp, np.bitwise_or)
_plain(XorOp, np.bitwise_xor)
_plain(NotOp, np.invert)
_plain(WhereOp, np.where)


@meaning(ShiftOp)
def shift(op: ShiftOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Logical to the left, arithmetic to the right; numpy shifts by the width and more as by its last place and once more."""
    a, b = operands
    return [np.asarray(np.right_shift(a, b) if op.is_right else np.left_shift(a, b)).astype(a.dtype)]


@meaning(ModOp)
def mod(op: ModOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Of integers numpy's remainder or fmod, which are 0 where b is; of floats `wide.remainder`."""
    a, b = operands
    if a.dtype.kind == "f":
        return [math.apply(lambda o, x, y: wide.remainder(o, x, y, op.has_sign_of_a), *np.broadcast_arrays(a, b))]
    with np.errstate(all="ignore"):
        return [np.asarray(np.fmod(a, b) if op.has_sign_of_a else np.remainder(a, b)).astype(a.dtype)]
