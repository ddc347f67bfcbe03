"""A function of one tensor, built operation by operation: what a rule for formulas of several parts is tested on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue

from lpt.dialects import nn
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import NnOp
from lpt.dialects.nn.base import Property, attribute
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams
from lpt.dialects.shapes import tensor_shape

Part = SSAValue | float


class Parts:
    """@main of one f32 tensor `x` of `shape` under construction; numbers among operands are scalar constants."""

    def __init__(self, shape: Sequence[int]) -> None:
        self.block = Block(arg_types=[TensorType(Float32Type(), list(shape))])
        self.x: SSAValue = self.block.args[0]
        self.last = len(shape) - 1

    def op(self, op_class: type[NnOp], *operands: Part, **properties: Property) -> SSAValue:
        """An operation of `nn`, its type inferred; its first result."""
        values = [self.number(value) if isinstance(value, float) else value for value in operands]
        op = op_class.make_raw(values, {name: attribute(value) for name, value in properties.items()})
        self.block.add_op(op)
        return op.results[0]

    def number(self, value: float) -> SSAValue:
        """A scalar constant."""
        constant = ConstantOp(np.array(value, np.float32))
        self.block.add_op(constant)
        return constant.result

    def round_trip(self, value: SSAValue, params: QuantParams | None = None) -> SSAValue:
        """dcast(qcast(value)), by default of u8 at scale 0.05 and zero point 100."""
        cast = QuantizeCastOp(value, quantized_tensor(params or QuantParams(U8, 0.05, 100), tensor_shape(value)))
        back = DequantizeCastOp(cast.result)
        self.block.add_ops([cast, back])
        return back.result

    def mean(self, x: SSAValue, axes: tuple[int, ...] | None = None) -> SSAValue:
        """The mean along `axes`, by default the last one."""
        return self.op(nn.ReduceMeanOp, x, axes=axes or (self.last,))

    def total(self, x: SSAValue, axes: tuple[int, ...] | None = None) -> SSAValue:
        """The sum along `axes`, by default the last one."""
        return self.op(nn.ReduceSumOp, x, axes=axes or (self.last,))

    def add(self, a: Part, b: Part) -> SSAValue:
        """a + b."""
        return self.op(nn.AddOp, a, b)

    def mul(self, a: Part, b: Part) -> SSAValue:
        """a · b."""
        return self.op(nn.MulOp, a, b)

    def div(self, a: Part, b: Part) -> SSAValue:
        """a / b."""
        return self.op(nn.DivOp, a, b)

    def sqrt(self, a: Part) -> SSAValue:
        """√a."""
        return self.op(nn.SqrtOp, a)

    def squared(self, a: Part) -> SSAValue:
        """a²."""
        return self.op(nn.PowOp, a, 2.0)

    def difference(self, axes: tuple[int, ...] | None = None) -> SSAValue:
        """x less its mean along `axes`."""
        return self.op(nn.SubOp, self.x, self.mean(self.x, axes))

    def module(self, *values: SSAValue) -> ModuleOp:
        """The module that returns `values`."""
        self.block.add_op(ReturnOp(*values))
        types = [self.x.type], [value.type for value in values]
        return ModuleOp([FuncOp("main", types, Region(self.block))])
