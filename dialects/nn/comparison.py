"""Comparison, logic and choice: what masks are made of. Booleans are i1, stored as bytes 0 and 1. None takes quantized tensors."""

from __future__ import annotations

from abc import ABC

from xdsl.dialects.builtin import IntegerAttr, IntegerType, TensorType, f32, i1
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, int_of
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import Shape, broadcast, tensor_shape


def element_of(value: SSAValue) -> Attribute:
    """The element type of a tensor value."""
    assert isinstance(value.type, TensorType)
    element: Attribute = value.type.element_type
    return element


class PlainOp(NnOp, ABC):
    """An elementwise operation on tensors that are not quantized, under numpy's broadcasting."""

    def infer_shapes(self) -> list[Shape]:
        return [broadcast(*(tensor_shape(operand) for operand in self.operands))]

    def verify_(self) -> None:
        if any(params_of(value) is not None for value in (*self.operands, *self.results)):
            raise VerifyException(f"{self.name} takes no quantized tensors: cast them")
        super().verify_()
        expected, (result,) = self.infer_element_type(), self.results
        if element_of(result) != expected:
            raise VerifyException(f"{self.name} gives elements of {expected}, declared {result.type}")


def _alike(op: NnOp, *values: SSAValue) -> None:
    if len({element_of(value) for value in values}) > 1:
        raise VerifyException(f"{op.name} takes operands of one type, got {', '.join(str(v.type) for v in values)}")


class CompareOp(PlainOp, ABC):
    """Two operands of one type; the result is i1. A NaN compares as false."""

    a = operand_def()
    b = operand_def()
    result = result_def()

    def infer_element_type(self) -> Attribute:
        return i1

    def verify_(self) -> None:
        super().verify_()
        _alike(self, self.a, self.b)


@irdl_op_definition
class EqualOp(CompareOp):
    """a = b; the zeros are equal."""

    name = "nn.equal"


@irdl_op_definition
class LessOp(CompareOp):
    """a < b (of booleans: false < true)."""

    name = "nn.less"


@irdl_op_definition
class LessOrEqualOp(CompareOp):
    """a ≤ b."""

    name = "nn.less_or_equal"


class LogicOp(PlainOp, ABC):
    """Two operands of one type, booleans or integers, bit by bit."""

    a = operand_def()
    b = operand_def()
    result = result_def()

    def verify_(self) -> None:
        super().verify_()
        _alike(self, self.a, self.b)
        if not isinstance(element_of(self.a), IntegerType):
            raise VerifyException(f"{self.name} takes booleans or integers, got {self.a.type}")


@irdl_op_definition
class AndOp(LogicOp):
    """a ∧ b (ONNX And, BitwiseAnd)."""

    name = "nn.and"


@irdl_op_definition
class OrOp(LogicOp):
    """a ∨ b (ONNX Or, BitwiseOr)."""

    name = "nn.or"


@irdl_op_definition
class XorOp(LogicOp):
    """a ⊕ b (ONNX Xor, BitwiseXor)."""

    name = "nn.xor"


@irdl_op_definition
class ShiftOp(LogicOp):
    """a · 2^b, with `right` ⌊a / 2^b⌋ (ONNX BitShift); where b is no place of a, 0, or to the right a's sign."""

    name = "nn.shift"
    right = opt_prop_def(IntegerAttr)

    @property
    def is_right(self) -> bool:
        """Whether bits move to lower places."""
        return bool(int_of(self.right))


@irdl_op_definition
class ModOp(LogicOp):
    """The remainder of integers or f32, exactly: with the sign of b (ONNX Mod), or with `fmod` of a. Of integers 0 where b is."""

    name = "nn.mod"
    fmod = opt_prop_def(IntegerAttr)

    @property
    def has_sign_of_a(self) -> bool:
        """Whether the remainder is C's."""
        return bool(int_of(self.fmod))

    def verify_(self) -> None:
        if element_of(self.a) == element_of(self.b) == f32:
            PlainOp.verify_(self)
        else:
            super().verify_()


@irdl_op_definition
class NotOp(PlainOp):
    """Every bit of a boolean or an integer turned over (ONNX Not, BitwiseNot)."""

    name = "nn.not"
    x = operand_def()
    result = result_def()

    def verify_(self) -> None:
        super().verify_()
        if not isinstance(element_of(self.x), IntegerType):
            raise VerifyException(f"{self.name} takes booleans or integers, got {self.x.type}")


@irdl_op_definition
class WhereOp(PlainOp):
    """a where the condition (i1) holds, else b (ONNX Where): nn.where(condition, a, b), all broadcast."""

    name = "nn.where"
    condition = operand_def()
    a = operand_def()
    b = operand_def()
    result = result_def()

    def infer_element_type(self) -> Attribute:
        return element_of(self.a)

    def verify_(self) -> None:
        super().verify_()
        _alike(self, self.a, self.b)
        if element_of(self.condition) != i1:
            raise VerifyException(f"{self.name} chooses by booleans, got {self.condition.type}")


__all__ = [
    "AndOp",
    "CompareOp",
    "EqualOp",
    "LessOp",
    "LessOrEqualOp",
    "LogicOp",
    "ModOp",
    "NotOp",
    "OrOp",
    "PlainOp",
    "ShiftOp",
    "WhereOp",
    "XorOp",
    "element_of",
]
