"""The right side of a rule: `op.mul(a, b)` inserts an operation in front of the matched one, its type inferred."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import TransformError
from lpt.passes.rules.names import Names
from lpt.passes.rules.values import Codes, Grid, Reals, Value

Operand = Value | SSAValue | float | Array
Onto = Value | SSAValue | Grid | QuantParams | Attribute
"""What says on which grid codes are to be: a value or type that has it, or the grid itself."""


def wrapped(value: SSAValue) -> Value:
    """The value as what it is: codes or floats."""
    return Codes.of(value) or Reals(value)


class Build(Names[Value]):
    """`op` in `rewrite`.

    `op.NAME(operands…, property=…)` for operations of `nn`, and `qcast(x, onto)`, `dcast(q)`, `requantize(q, onto, bias=None)`,
    `reinterpret(q, onto)`, `constant(array)`, `constant(codes, onto)`. Numbers and arrays are constants. `root` is the operation
    matched, `result` its result. What does not verify, or the algebra does not allow, is the rule's refusal.
    """

    def __init__(self, root: Operation, rewriter: PatternRewriter):
        self.root, self._rewriter = root, rewriter

    @property
    def result(self) -> Value:
        """The result of the matched operation."""
        return wrapped(self.root.results[0])

    def insert(self, op: Operation) -> Value:
        """Insert an operation that was built by hand; its first result."""
        self._rewriter.insert(op)
        op.verify()
        return wrapped(op.results[0])

    def value(self, operand: Operand) -> SSAValue:
        """An operand as a value of the module; numbers and arrays become f32 constants."""
        match operand:
            case Value():
                return operand.value
            case SSAValue():
                return operand
            case _:
                return self.insert(ConstantOp(np.asarray(operand, np.float32))).value

    def constant(self, array: Array, onto: Onto | None = None) -> Value:
        """A constant of floats or integers, or of codes."""
        data = np.asarray(array)
        return self.insert(ConstantOp(data, None if onto is None else _type(onto, data.shape)))

    def qcast(self, x: Operand, onto: Onto) -> Value:
        """Floats to codes."""
        value = self.value(x)
        return self.insert(QuantizeCastOp(value, _type(onto, tensor_shape(value))))

    def dcast(self, q: Operand) -> Value:
        """Codes to floats."""
        return self.insert(DequantizeCastOp(self.value(q)))

    def requantize(self, q: Operand, onto: Onto, bias: Operand | None = None) -> Value:
        """Codes to codes of another grid; `bias` in real units."""
        value = self.value(q)
        added = None if bias is None else self.value(bias)
        return self.insert(RequantizeOp(value, added, _type(onto, tensor_shape(value))))

    def reinterpret(self, q: Operand, onto: Onto) -> Value:
        """The same bits on another grid."""
        value = self.value(q)
        return self.insert(ReinterpretOp(value, _type(onto, tensor_shape(value))))

    def _maker(self, op_class: type[Operation]) -> Callable[..., Value]:
        if not issubclass(op_class, NnOp):
            raise TransformError(f"{op_class.name} has no builder", where="rule", way_out="build it yourself, and op.insert it")

        def make(*operands: Operand | list[Operand], onto: Onto | None = None, **properties: Any) -> Value:
            values = [[self.value(v) for v in o] if isinstance(o, list) else self.value(o) for o in operands]
            params = None if onto is None else _params(onto)
            return self.insert(op_class.make(values, params=params, **properties))

        return make


def _params(onto: Onto) -> QuantParams:
    match onto:
        case QuantParams():
            return onto
        case Grid():
            return onto.params
        case _:
            found = Codes.of(onto.value if isinstance(onto, Value) else onto) if isinstance(onto, Value | SSAValue) else None
            if found is None:
                raise TransformError(f"{onto} is no grid", where="rule", way_out="give codes, a grid or parameters")
            return found.params


def _type(onto: Onto, shape: tuple[int, ...]) -> Attribute:
    return onto if isinstance(onto, Attribute) else quantized_tensor(_params(onto), shape)
