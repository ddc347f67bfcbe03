"""Normalizations do not see a factor of their operand: its scale is dropped, and eps follows.

    %f = quant.dcast %q : u8, s:z                %u = lpt.reinterpret %q : (u8, s:z) -> u8, 1:z
    %y = nn.mvn %f {eps = e}               →     %y = nn.mvn (quant.dcast %u) {eps = e / s²}

mvn that normalizes the variance (eps / s² inside the square root, eps / s outside) and normalize_l2 (eps / s²), for scales per
tensor, or along an axis that is not reduced where eps is 0. Scales are positive: the sign of a factor is in the codes, which a
negative one has mirrored. Exactness: real. OpenVINO: MVNTransformation and NormalizeL2Transformation, which leave eps as it is
(with s = 0.02 and eps = 1e-3 the variance is off by 2,500 eps) and need zero point 0.
"""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import FloatAttr, f32
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.algebra import require_no_blocks
from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.nn import MvnOp, NormalizeL2Op
from lpt.dialects.quant import DequantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, not_quantized
from lpt.passes.transform.values import params


def rescaled_eps(op: MvnOp | NormalizeL2Op, scale: float) -> float | None:
    """eps where the operand is divided by `scale`, rounded to f32; None if it is no normal number there."""
    eps = float(np.float32(op.epsilon))
    if eps == 0:
        return 0.0
    outside = isinstance(op, MvnOp) and op.eps_mode.data == "outside_sqrt"
    with np.errstate(over="ignore", under="ignore"):
        new = np.float32(eps / scale if outside else eps / scale / scale)
    return float(new) if np.isfinite(new) and new >= np.finfo(np.float32).tiny else None


class PushThroughNormalization(Pattern):
    """mvn(dcast(q : s)) → mvn(dcast(q : 1)), normalize_l2 likewise."""

    name = "push-through-normalization"
    matches = (MvnOp, NormalizeL2Op)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MvnOp | NormalizeL2Op)
        if op.is_quantized:
            return None
        source = dequantized_of(op.x)
        if source is None:
            return self.fail(op, not_quantized(op, 0))
        own = params(source)
        if (own.scales == 1).all() or isinstance(source.owner, ConstantOp):
            return None
        if isinstance(op, MvnOp) and not op.divides:
            return self.fail(op, "it keeps the scale: the variance is not normalized")
        return self._drop(op, source, own, rewriter)

    def _drop(self, op: MvnOp | NormalizeL2Op, source: SSAValue, own: QuantParams, rewriter: PatternRewriter) -> None:
        require_no_blocks(own, "the operand")
        if own.axis in op.reduced:
            return self.fail(op, f"its operand has scales along axis {own.axis}, over which it normalizes")
        if own.axis is not None and op.epsilon != 0:
            return self.fail(op, "its operand has a scale per channel: eps would differ between channels")
        eps = rescaled_eps(op, float(own.scales.flat[0]))
        if eps is None:
            return self.fail(op, f"eps {op.epsilon:g} in units of the scale {own.scales.flat[0]:g} is no normal number")
        plain = own.replace(scales=np.ones_like(own.scales))
        codes = ReinterpretOp(source, quantized_tensor(plain, tensor_shape(source)))
        cast = DequantizeCastOp(codes.result)
        new = type(op).make_raw([cast.result], {**op.properties, "eps": FloatAttr(eps, f32)})
        rewriter.replace(op, [codes, cast, new], [new.result])
        return None
