"""Σ|terms| of float results, from the absolute values of their operands: the scale of what float rounding may change.

Computed only where validation finds a difference. A value that validation forces on both sides starts anew with its own magnitude.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import numpy as np
from xdsl.dialects.builtin import Float32Type
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, RequantizeOp
from lpt.dialects.memo import forgetting
from lpt.dialects.nn import (
    AddOp,
    AveragePoolOp,
    BatchNormalizationOp,
    ClipOp,
    ConvOp,
    ConvTransposeOp,
    CoshOp,
    DivOp,
    ExpOp,
    GemmOp,
    GlobalAveragePoolOp,
    Kind,
    LogOp,
    MatMulOp,
    MaximumOp,
    MinimumOp,
    MulOp,
    MvnOp,
    NnOp,
    NormalizeL2Op,
    PowOp,
    PReluOp,
    ReciprocalOp,
    ReduceMeanOp,
    ReduceMinOp,
    ReduceSumOp,
    ReluOp,
    ResampleOp,
    ResizeLinearOp,
    SinhOp,
    SqrtOp,
    SubOp,
    TanOp,
)
from lpt.dialects.quant import QuantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics.resize import resampled
from lpt.dialects.shapes import tensor_shape, tensor_type

LINEAR = (
    AddOp,
    AveragePoolOp,
    ConvOp,
    ConvTransposeOp,
    MatMulOp,
    MulOp,
    ReduceMeanOp,
    ReduceSumOp,
    ResizeLinearOp,
)


def real(array: Array, params: QuantParams | None) -> Array:
    """The real values of storage, or of floats and integers, in f64."""
    wide = array.astype(np.float64)
    if params is None:
        return wide
    scales, zero_points = params.expand(array.shape)
    return np.asarray((wide - zero_points) * scales)


def _data_operands(op: Operation) -> Sequence[SSAValue]:
    """The operands whose rounding reaches the result: of fake_quantize the ends of the output range."""
    if isinstance(op, FakeQuantizeOp):
        return op.operands[3:]
    return op.data_operands if isinstance(op, NnOp) else op.operands


def _of_power(base: Array, exponent: Array, base_terms: Array, exponent_terms: Array) -> Array:
    """Σ|terms| of base^exponent, to first order; where the base is nearer to 0 than its own rounding, what that makes of 0."""
    b, e, own = np.abs(base.astype(np.float64)), np.abs(exponent.astype(np.float64)), np.abs(np.power(base, exponent))
    rounding = base_terms * 2.0**-24
    linear = own * (e * base_terms / b + np.abs(np.log(b)) * exponent_terms)
    return np.where(b > rounding, linear, rounding**e * 2.0**24)


class Magnitudes:
    """Values and Σ|terms| in a function of which the values in `known` are given.

    Terms are followed back to the values in `exact` (default: the known ones), which carry no rounding of their own.
    """

    def __init__(self, known: Mapping[SSAValue, Array], exact: Container[SSAValue] | None = None):
        self.known, self.exact = known, known if exact is None else exact
        self._values: dict[SSAValue, Array] = {}

    def value(self, value: SSAValue) -> Array:
        """The value as the interpreter has it."""
        if value in self.known:
            return self.known[value]
        if value not in self._values:
            assert isinstance(value.owner, Operation)
            results = evaluate(value.owner, [self.value(operand) for operand in value.owner.operands])
            self._values.update(zip(value.owner.results, results, strict=True))
        return self._values[value]

    def of_operand(self, value: SSAValue) -> Array:
        """Σ|terms| that an operation starts from: those of a given value are its own."""
        if value in self.exact or isinstance(value.owner, ConstantOp | Block) or params_of(value) is not None:
            return np.abs(real(self.value(value), params_of(value)))
        return self.of(value)

    def of(self, value: SSAValue) -> Array:
        """Σ|terms| of the operation that computes a float value, in f64."""
        own = np.abs(real(self.value(value), params_of(value)))
        op = value.owner
        if isinstance(op, Block) or not op.operands or params_of(op.operands[0]) is not None:
            return own
        data = _data_operands(op)
        operands = [self.of_operand(operand) if operand in data else self.value(operand) for operand in op.operands]
        terms = self._terms(op, operands, own, op.results.index(value))
        return np.maximum(own, terms)

    def _terms(self, op: Operation, operands: Sequence[Array], own: Array, index: int) -> Array:
        first = operands[0]
        with np.errstate(all="ignore"), forgetting():
            match op:
                case SubOp():
                    return np.asarray(first + operands[1])
                case DivOp():
                    return np.asarray(first / operands[1])
                case GemmOp():
                    (alpha, beta), (a, b) = op.factors, op.transposed
                    x, y = first.T if a else first, operands[1].T if b else operands[1]
                    return np.asarray(abs(alpha) * (x @ y) + (abs(beta) * operands[2] if op.c is not None else 0.0))
                case BatchNormalizationOp():
                    view = (-1,) + (1,) * (first.ndim - 2)
                    scale, bias, mean, var = (p.reshape(view) for p in operands[1:])
                    return np.asarray((first + mean) / np.sqrt(var + op.eps) * scale + bias)
                case FakeQuantizeOp():
                    return np.asarray(np.broadcast_to(operands[3] + operands[4], own.shape))
                case TanOp():
                    return np.asarray(own + first * (1 + own * own))
                case SinhOp():
                    return np.asarray(own + first * (1 + own))
                case ExpOp() | CoshOp():
                    return np.asarray(own * (1 + first))
                case SqrtOp():
                    return np.asarray(own + first / np.maximum(own, np.finfo(np.float32).tiny))
                case ReduceMinOp():
                    return np.asarray(first.max(axis=op.reduced, keepdims=op.keeps, initial=0))
                case LogOp():
                    return np.asarray(own + first / np.abs(self.value(op.x).astype(np.float64)))
                case ReciprocalOp():
                    return np.asarray(own * (1 + first * own))
                case PowOp():
                    return np.asarray(own + _of_power(*(self.value(operand) for operand in op.operands), *operands))
                case MaximumOp() | MinimumOp() | PReluOp():
                    return np.asarray(own + np.maximum(first, operands[1]))
                case MvnOp():
                    x = self.value(op.x).astype(np.float64)
                    spread = first + first.mean(op.reduced, keepdims=True)
                    variance = x.var(op.reduced, keepdims=True)
                    is_inside = op.eps_mode.data == "inside_sqrt"
                    deviation = np.sqrt(variance + op.epsilon) if is_inside else np.sqrt(variance) + op.epsilon
                    return np.asarray(own + 2 * spread / deviation if op.divides else spread)
                case NormalizeL2Op():
                    norm = np.sqrt(np.square(self.value(op.x).astype(np.float64)).sum(op.reduced, keepdims=True))
                    return np.asarray(own + 2 * first / np.maximum(norm, np.finfo(np.float32).tiny))
                case ResampleOp():
                    return resampled(op, first, np.abs(op.taps()[1]))
                case GlobalAveragePoolOp():  # n numbers, added one by one, are off by n · 2⁻²⁴: more than 2⁻²⁰ allows from 16 on
                    count = int(np.prod(first.shape[2:]))
                    return np.asarray(evaluate(op, operands)[index], np.float64) * max(1.0, count / 16)
                case NnOp() if isinstance(op, LINEAR) or (op.KIND is Kind.MOVES and not isinstance(op, ReluOp | ClipOp)):
                    return np.abs(evaluate(op, operands)[index].astype(np.float64))  # neg turns them over
                case _:
                    return np.asarray(own + first) if first.shape == own.shape else own

    def before_rounding(self, value: SSAValue) -> tuple[Array, Array] | None:
        """A quantized value in steps before it was rounded, and its Σ|terms| in steps; None if it is not a rounded one."""
        op, params = value.owner, params_of(value)
        if isinstance(op, Block) or params is None:
            return None
        scales = params.expand(self.value(value).shape)[0]
        match op:
            case QuantizeCastOp():
                return self.value(op.input).astype(np.float64) / scales, self.of_operand(op.input) / scales
            case RequantizeOp():
                parts = [real(self.value(operand), params_of(operand)) / scales for operand in op.operands]
                return np.asarray(sum(parts)), np.asarray(sum(np.abs(part) for part in parts))
            case NnOp() if op.kind_of() is Kind.ROUNDS:
                floats = Block(arg_types=[tensor_type(Float32Type(), tensor_shape(operand)) for operand in op.operands])
                probe = type(op).make_raw(list(floats.args), op.properties)
                reals = [real(self.value(operand), params_of(operand)) for operand in op.operands]
                inner = Magnitudes({arg: array.astype(np.float32) for arg, array in zip(floats.args, reals, strict=True)})
                result = probe.results[op.results.index(value)]
                return inner.value(result).astype(np.float64) / scales, inner.of(result) / scales
            case _:
                return None
