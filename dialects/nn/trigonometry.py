"""Circular and hyperbolic functions and their inverses, and the activations of few models: rounded once on quantized operands."""

from __future__ import annotations

from xdsl.dialects.builtin import FloatAttr
from xdsl.irdl import irdl_op_definition, opt_prop_def

from lpt.dialects.nn.base import float_of
from lpt.dialects.nn.elementwise import UnaryOp


@irdl_op_definition
class SinOp(UnaryOp):
    """sin x, x in radians; NaN at the infinities."""

    name = "nn.sin"


@irdl_op_definition
class CosOp(UnaryOp):
    """cos x, x in radians; NaN at the infinities."""

    name = "nn.cos"


@irdl_op_definition
class TanOp(UnaryOp):
    """tan x, x in radians; NaN at the infinities."""

    name = "nn.tan"


@irdl_op_definition
class AsinOp(UnaryOp):
    """The angle in [−π/2, π/2] whose sine is x; NaN beyond 1."""

    name = "nn.asin"


@irdl_op_definition
class AcosOp(UnaryOp):
    """The angle in [0, π] whose cosine is x; NaN beyond 1."""

    name = "nn.acos"


@irdl_op_definition
class AtanOp(UnaryOp):
    """The angle in [−π/2, π/2] whose tangent is x."""

    name = "nn.atan"


@irdl_op_definition
class SinhOp(UnaryOp):
    """(e^x − e^−x) / 2."""

    name = "nn.sinh"


@irdl_op_definition
class CoshOp(UnaryOp):
    """(e^x + e^−x) / 2."""

    name = "nn.cosh"


@irdl_op_definition
class AsinhOp(UnaryOp):
    """ln(x + √(x² + 1))."""

    name = "nn.asinh"


@irdl_op_definition
class AcoshOp(UnaryOp):
    """ln(x + √(x² − 1)); NaN below 1."""

    name = "nn.acosh"


@irdl_op_definition
class AtanhOp(UnaryOp):
    """ln((1 + x) / (1 − x)) / 2; infinite at ±1, NaN beyond."""

    name = "nn.atanh"


@irdl_op_definition
class CeluOp(UnaryOp):
    """x where x > 0, else alpha · (e^(x / alpha) − 1) (ONNX Celu-12); alpha is 1 by default."""

    name = "nn.celu"
    alpha = opt_prop_def(FloatAttr)

    @property
    def factor(self) -> float:
        """alpha."""
        return float_of(self.alpha, 1.0)


@irdl_op_definition
class SoftsignOp(UnaryOp):
    """x / (1 + |x|)."""

    name = "nn.softsign"


@irdl_op_definition
class ShrinkOp(UnaryOp):
    """x + bias below −lambd, x − bias above lambd, else 0 (ONNX Shrink-9); by default bias 0 and lambd 0.5."""

    name = "nn.shrink"
    bias = opt_prop_def(FloatAttr)
    lambd = opt_prop_def(FloatAttr)

    @property
    def parameters(self) -> tuple[float, float]:
        """bias and lambd."""
        return float_of(self.bias, 0.0), float_of(self.lambd, 0.5)


@irdl_op_definition
class ThresholdedReluOp(UnaryOp):
    """x where x > alpha, else 0 (ONNX ThresholdedRelu-10); alpha is 1 by default."""

    name = "nn.thresholded_relu"
    alpha = opt_prop_def(FloatAttr)

    @property
    def threshold(self) -> float:
        """alpha."""
        return float_of(self.alpha, 1.0)
