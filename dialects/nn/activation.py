"""Smooth activations: unary functions of real parameters, rounded once on quantized operands (a table on 8-bit codes)."""

from __future__ import annotations

from xdsl.dialects.builtin import FloatAttr, StringAttr
from xdsl.irdl import irdl_op_definition, opt_prop_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import float_of
from lpt.dialects.nn.elementwise import UnaryOp


@irdl_op_definition
class EluOp(UnaryOp):
    """x if x > 0 else alpha · (e^x − 1); ONNX's default alpha is 1."""

    name = "nn.elu"
    alpha = opt_prop_def(FloatAttr)

    @property
    def factor(self) -> float:
        """alpha."""
        return float_of(self.alpha, 1.0)


@irdl_op_definition
class SeluOp(UnaryOp):
    """gamma · (x if x > 0 else alpha · (e^x − 1)), with ONNX's defaults (Klambauer et al., 2017)."""

    name = "nn.selu"
    alpha = opt_prop_def(FloatAttr)
    gamma = opt_prop_def(FloatAttr)

    @property
    def factors(self) -> tuple[float, float]:
        """alpha and gamma."""
        return float_of(self.alpha, 1.67326319217681884765625), float_of(self.gamma, 1.05070102214813232421875)


@irdl_op_definition
class GeluOp(UnaryOp):
    """x · Φ(x) (ONNX Gelu-20). `approximate`: "none", or "tanh" for x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))."""

    name = "nn.gelu"
    approximate = opt_prop_def(StringAttr)

    @property
    def mode(self) -> str:
        """`approximate`, by default "none"."""
        return "none" if self.approximate is None else self.approximate.data

    def verify_(self) -> None:
        super().verify_()
        if self.mode not in ("none", "tanh"):
            raise VerifyException(f'gelu\'s approximate is "none" or "tanh", got {self.mode!r}')


@irdl_op_definition
class ErfOp(UnaryOp):
    """The error function, 2/√π · ∫₀ˣ e^(−t²) dt."""

    name = "nn.erf"


@irdl_op_definition
class SwishOp(UnaryOp):
    """x / (1 + e^(−beta · x)), beta by default 1 (ONNX Swish-24 calls it alpha, OpenVINO Swish-4 beta)."""

    name = "nn.swish"
    beta = opt_prop_def(FloatAttr)

    @property
    def steepness(self) -> float:
        """beta."""
        return float_of(self.beta, 1.0)


@irdl_op_definition
class MishOp(UnaryOp):
    """x · tanh(ln(1 + e^x)) (ONNX Mish-18)."""

    name = "nn.mish"


@irdl_op_definition
class SoftplusOp(UnaryOp):
    """ln(1 + e^x)."""

    name = "nn.softplus"
