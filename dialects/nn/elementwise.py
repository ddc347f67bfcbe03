"""Elementwise operations."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import AnyFloat, FloatAttr, IntegerType, TensorType
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import ACCUMULATOR_LIMIT, AlgebraError
from lpt.dialects.nn.base import AccumulatesIntoI32, Kind, NnOp, float_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, broadcast, tensor_shape


class BinaryOp(NnOp, ABC):
    """Two operands under numpy's broadcasting. On quantized operands: i32 results accumulate, others are rounded."""

    a = operand_def()
    b = operand_def()
    result = result_def()

    def infer_shapes(self) -> list[Shape]:
        return [broadcast(tensor_shape(self.a), tensor_shape(self.b))]

    def aligned_params(self) -> tuple[QuantParams, QuantParams]:
        """The operands' parameters with axes counted in the result."""
        rank = len(self.infer_shapes()[0])
        a, b = (
            p if p.axis is None else algebra.move_axis(p, p.axis + rank - len(tensor_shape(v)))
            for p, v in zip(self.operand_params(), self.operands, strict=True)
        )
        return a, b


class _AdditiveOp(BinaryOp, AccumulatesIntoI32, ABC):
    def infer_params(self) -> list[QuantParams]:
        return [algebra.sum_of(*self.aligned_params())]

    def check_bound(self) -> None:
        """i32 operands (an accumulator and its bias) are bounded by the rule that joins them, 8- and 16-bit ones always fit."""


@irdl_op_definition
class AddOp(_AdditiveOp):
    """a + b. Quantized: at equal scales into i32 it accumulates; else v = f32(q_a − z_a)·m_a + f32(q_b − z_b)·m_b, rounded once."""

    name = "nn.add"


@irdl_op_definition
class SubOp(_AdditiveOp):
    """a − b, quantized as add."""

    name = "nn.sub"


@irdl_op_definition
class MulOp(BinaryOp, AccumulatesIntoI32):
    """a · b. Quantized into i32: (q_a − z_a)(q_b − z_b) exactly, at scale s_a·s_b; else rounded once."""

    name = "nn.mul"

    def infer_params(self) -> list[QuantParams]:
        a, b = self.aligned_params()
        axis = a.axis if a.axis is not None else b.axis
        return [algebra.product(a, b, axis=axis)]

    def check_bound(self) -> None:
        a, b = self.operand_params()
        if algebra.magnitude(a) * algebra.magnitude(b) >= ACCUMULATOR_LIMIT:
            raise AlgebraError("the product may leave i32")


@irdl_op_definition
class DivOp(BinaryOp):
    """a / b."""

    name = "nn.div"


@irdl_op_definition
class PowOp(BinaryOp):
    """a to the power of b, with IEEE's special cases (ONNX Pow): NaN where a < 0 and b is no integer."""

    name = "nn.pow"


@irdl_op_definition
class MaximumOp(BinaryOp):
    """The greater of a and b, NaN where one is (ONNX Max of two). Quantized: rounded once; at equal parameters max of the codes."""

    name = "nn.maximum"


@irdl_op_definition
class MinimumOp(BinaryOp):
    """The lesser of a and b, NaN where one is (ONNX Min of two). Quantized: rounded once; at equal parameters min of the codes."""

    name = "nn.minimum"


@irdl_op_definition
class PReluOp(BinaryOp):
    """x where x ≥ 0, else slope · x: nn.prelu(x, slope), the slope broadcasting to x (ONNX PRelu-16). Quantized: rounded once."""

    name = "nn.prelu"

    def infer_shapes(self) -> list[Shape]:
        x, (shape,) = tensor_shape(self.a), super().infer_shapes()
        if len(shape) != len(x) or any(n != extent and extent >= 0 for n, extent in zip(shape, x, strict=True)):
            raise VerifyException(f"prelu of {x}: a slope of shape {tensor_shape(self.b)} does not broadcast to it")
        return [x]


class UnaryOp(NnOp, ABC):
    """One operand; the result has its shape. Quantized: rounded once, result type free."""

    x = operand_def()
    result = result_def()


class _SameParamsOp(UnaryOp, ABC):
    """Monotone, and maps codes to codes: the result keeps the operand's parameters."""

    KIND: ClassVar[Kind] = Kind.MOVES

    def infer_params(self) -> list[QuantParams]:
        return self.operand_params()[:1]


@irdl_op_definition
class IdentityOp(_SameParamsOp):
    """x."""

    name = "nn.identity"


@irdl_op_definition
class ReluOp(_SameParamsOp):
    """max(x, 0). Quantized: max(q, zp)."""

    name = "nn.relu"


@irdl_op_definition
class ClipOp(_SameParamsOp):
    """min(max(x, min), max), either bound may be absent; a NaN stays. Quantized: bounds become qcast(min), qcast(max)."""

    name = "nn.clip"
    min = opt_prop_def(FloatAttr)
    max = opt_prop_def(FloatAttr)

    @property
    def bounds(self) -> tuple[float, float]:
        """min and max, infinite where absent."""
        return float_of(self.min, float("-inf")), float_of(self.max, float("inf"))


@irdl_op_definition
class NegOp(UnaryOp):
    """−x. Quantized: q' = qmin + qmax − q, with the zero point moved likewise, exact."""

    name = "nn.neg"
    KIND: ClassVar[Kind] = Kind.MOVES

    def infer_params(self) -> list[QuantParams]:
        return [algebra.negate(self.operand_params()[0])]


@irdl_op_definition
class LeakyReluOp(UnaryOp):
    """x if x ≥ 0 else alpha · x."""

    name = "nn.leaky_relu"
    alpha = opt_prop_def(FloatAttr)

    @property
    def slope(self) -> float:
        """alpha; ONNX's default is 0.01."""
        return float_of(self.alpha, 0.01)


@irdl_op_definition
class SigmoidOp(UnaryOp):
    """1 / (1 + e^−x)."""

    name = "nn.sigmoid"


@irdl_op_definition
class HardSigmoidOp(UnaryOp):
    """max(0, min(1, alpha · x + beta)); ONNX defaults 0.2 and 0.5."""

    name = "nn.hard_sigmoid"
    alpha = opt_prop_def(FloatAttr)
    beta = opt_prop_def(FloatAttr)

    @property
    def line(self) -> tuple[float, float]:
        """alpha and beta."""
        return float_of(self.alpha, 0.2), float_of(self.beta, 0.5)


@irdl_op_definition
class HardSwishOp(UnaryOp):
    """x · max(0, min(1, x / 6 + 0.5)), 1/6 as f32 (ONNX HardSwish-14)."""

    name = "nn.hard_swish"


@irdl_op_definition
class TanhOp(UnaryOp):
    """tanh x."""

    name = "nn.tanh"


@irdl_op_definition
class ExpOp(UnaryOp):
    """e^x."""

    name = "nn.exp"


@irdl_op_definition
class SqrtOp(UnaryOp):
    """√x, by IEEE square root."""

    name = "nn.sqrt"


@irdl_op_definition
class LogOp(UnaryOp):
    """ln x: −∞ at 0, NaN below."""

    name = "nn.log"


@irdl_op_definition
class ReciprocalOp(UnaryOp):
    """1 / x, by IEEE division."""

    name = "nn.reciprocal"


@irdl_op_definition
class AbsOp(UnaryOp):
    """The magnitude, |x|."""

    name = "nn.abs"


@irdl_op_definition
class SignOp(UnaryOp):
    """1 where x > 0, −1 where x < 0, else x: zeros and NaN stay."""

    name = "nn.sign"


@irdl_op_definition
class FloorOp(UnaryOp):
    """The greatest integer that is at most x."""

    name = "nn.floor"


@irdl_op_definition
class CeilOp(UnaryOp):
    """The least integer that is at least x."""

    name = "nn.ceil"


@irdl_op_definition
class RoundOp(UnaryOp):
    """The nearest integer, half to even."""

    name = "nn.round"


@irdl_op_definition
class CastOp(NnOp):
    """Convert between float, integer and boolean element types: `to` names the result's. Not on quantized tensors."""

    name = "nn.cast"
    x = operand_def()
    to = prop_def(Attribute)
    result = result_def()

    def infer_element_type(self) -> Attribute:
        return self.to

    def verify_(self) -> None:
        super().verify_()
        assert isinstance(self.result.type, TensorType)
        if not isinstance(self.to, AnyFloat | IntegerType) or self.result.type.element_type != self.to:
            raise VerifyException(f"cast to {self.to} declares {self.result.type}")
