"""Values before they were rounded, in real units, with Σ|terms|: what decides whether two codes may differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import AddOp, ClipOp, ConcatOp, ConvOp, IdentityOp, MatMulOp, MoveOp, NnOp, ReluOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.passes.magnitudes import Magnitudes

Real = tuple[NDArray[np.float64], NDArray[np.float64]]


class RealValues:
    """The values of a function, of which `given` are exact: the terms of the others are followed back to these."""

    def __init__(self, values: Mapping[SSAValue, Array], given: Collection[SSAValue]):
        self.values = values
        self.given = given
        self.terms = _Terms(self, given)

    def leaf(self, value: SSAValue) -> Real:
        params, array = params_of(value), self.values[value].astype(np.float64)
        if params is None:
            return array, self.terms.of_operand(value).astype(np.float64)
        scales, zero_points = params.expand(array.shape)
        array = (array - zero_points) * scales
        return array, np.abs(array)

    def inside(self, value: SSAValue) -> Real:
        """An operand: an accumulator is followed to its terms, as are codes that are not given: a rounding was moved before the
        operation. A given value is one term."""
        is_followed = params_of(value) is not None and value not in self.given and not isinstance(value.owner, ConstantOp | Block)
        return self.before_rounding(value) if is_followed else self.leaf(value)

    def before_rounding(self, value: SSAValue) -> Real:
        op = value.owner
        assert isinstance(op, Operation)
        match op:
            case ReluOp() | ClipOp() | IdentityOp():
                return self.before_rounding(op.operands[0])
            case ConcatOp():
                reals, sizes = zip(*(self.before_rounding(x) for x in op.xs), strict=True)
                return np.concatenate(reals, op.dim), np.concatenate(sizes, op.dim)
            case MoveOp():
                real, size = self.before_rounding(op.operands[0])
                return self.as_floats(op, [real]), self.as_floats(op, [size])
            case RequantizeOp():
                real, size = self.inside(op.input)
                if op.bias is None:
                    return real, size
                bias = self.values[op.bias].astype(np.float64)
                return real + bias, size + np.abs(bias)
            case AddOp() | SubOp():
                (a, size_a), (b, size_b) = self.inside(op.a), self.inside(op.b)
                return (a - b if isinstance(op, SubOp) else a + b), size_a + size_b
            case QuantizeCastOp():
                return self.leaf(op.input)
            case NnOp():
                leaves = [self.inside(x) for x in op.operands]
                params = params_of(value)
                exact = self.leaf(value)[0] if params and params.storage.width == 32 else self.as_floats(op, [x[0] for x in leaves])
                size = self.as_floats(op, [x[1] for x in leaves]) if isinstance(op, ConvOp | MatMulOp) else np.abs(exact)
                if params and params.storage.width == 32:
                    size = self.as_floats(op, [x[1] for x in leaves])
                return exact, size
        return self.leaf(value)

    @staticmethod
    def as_floats(op: Operation, arrays: Sequence[Array]) -> NDArray[np.float64]:
        """The operation's meaning on floats."""
        assert isinstance(op, NnOp)
        block = Block(arg_types=[TensorType(Float32Type(), a.shape) for a in arrays])
        operands: list[SSAValue | Sequence[SSAValue]] = [*block.args]
        if isinstance(op, ConvOp):
            operands.append([])
        plain = type(op).make_raw(operands, dict(op.properties))
        (result,) = evaluate(plain, [a.astype(np.float32) for a in arrays])
        return result.astype(np.float64)


class _Terms(Magnitudes):
    """Σ|terms| of floats, through dequantized accumulators: ONNX Runtime sums their terms in floats."""

    def __init__(self, reals: RealValues, given: Collection[SSAValue]):
        super().__init__(reals.values, given)
        self._reals = reals
        self._found: dict[SSAValue, Array] = {}

    def of_operand(self, value: SSAValue) -> Array:
        if value in self.exact or params_of(value) is None:
            return super().of_operand(value)
        return self._reals.inside(value)[1]

    def of(self, value: SSAValue) -> Array:
        if value not in self._found:
            op = value.owner
            followed = isinstance(op, DequantizeCastOp) and op.input not in self.exact
            self._found[value] = self.of_operand(op.operands[0]) if followed else super().of(value)  # type: ignore[union-attr]
        return self._found[value]
