"""Random elementwise bodies in random layouts against the interpreter: what no hand-written case combines."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import Attribute, SSAValue

from lpt.dialects import nn
from lpt.dialects.kernel import KernelElementwiseOp, Layout
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import I32, U8, QuantParams

BINARY: list[type[nn.NnOp]] = [nn.AddOp, nn.SubOp, nn.MulOp, nn.DivOp]
UNARY: list[type[nn.NnOp]] = [nn.ReluOp, nn.NegOp, nn.ClipOp, nn.SigmoidOp, nn.LeakyReluOp, nn.HardSwishOp, nn.TanhOp]
EXTENTS = (1, 1, 2, 3, 4, 7, 16, 17, 33)


class Maker:
    """Draws shapes, types, data and a body of one to five operations."""

    def __init__(self, seed: int):
        self.r, self.np = random.Random(seed), np.random.default_rng(seed)
        self.shape = tuple(self.r.choice(EXTENTS) for _ in range(self.r.randint(1, 4)))

    def broadcast_shape(self) -> tuple[int, ...]:
        skipped = self.r.randint(0, len(self.shape))
        return tuple(1 if self.r.random() < 0.4 else extent for extent in self.shape[skipped:])

    def params(self) -> QuantParams:
        if self.r.random() < 0.25 and len(self.shape) > 1:
            channels = self.shape[1]
            return QuantParams(U8, self.np.uniform(0.01, 0.1, channels), self.np.integers(0, 256, channels), axis=1)
        return self.per_tensor()

    def per_tensor(self) -> QuantParams:
        return QuantParams(U8, float(self.np.uniform(0.005, 0.1)), int(self.np.integers(0, 256)))

    def operand(self, shape: tuple[int, ...]) -> tuple[Attribute, np.ndarray]:
        match self.r.choice(["float", "codes", "accumulator"]):
            case "float":
                return TensorType(f32, shape), (self.np.standard_normal(shape) * 3).astype(np.float32)
            case "codes":
                return quantized_tensor(self.per_tensor(), shape), self.np.integers(0, 256, shape).astype(np.uint8)
            case _:
                acc = QuantParams(I32, float(self.np.uniform(1e-5, 1e-3)))
                return quantized_tensor(acc, shape), self.np.integers(-(2**17), 2**17, shape).astype(np.int32)

    def layout(self, shape: tuple[int, ...]) -> Layout | None:
        if len(shape) < 3 or self.r.random() < 0.3:
            return None
        lo, hi = (tuple(0 if d < 2 else self.r.randint(0, 2) for d in range(len(shape))) for _ in range(2))
        return Layout.channel_last(shape, lo, hi, self.r.choice([1, 4]))

    def body(self, first: SSAValue, *others: SSAValue) -> SSAValue:
        value = first
        for _ in range(self.r.randint(1, 5)):
            value = self.step(value, others)
        return value

    def step(self, value: SSAValue, others: tuple[SSAValue, ...]) -> SSAValue:
        params = params_of(value)
        if others and self.r.random() < 0.4:
            return self.binary(value, self.r.choice(others))
        if params is None:
            if self.r.random() < 0.4:
                return QuantizeCastOp(value, quantized_tensor(self.params(), self.shape)).result
            return self.unary(value)
        choice = self.r.random()
        if choice < 0.4 and params.is_per_tensor:
            return RequantizeOp(value, self.bias(), quantized_tensor(self.params(), self.shape)).result
        return self.unary(value) if choice < 0.8 else DequantizeCastOp(value).result

    def bias(self) -> SSAValue | None:
        if self.r.random() < 0.4:
            return None
        shape = self.broadcast_shape()
        return ConstantOp(np.asarray(self.np.standard_normal(shape), np.float32)).result

    def binary(self, a: SSAValue, b: SSAValue) -> SSAValue:
        if (params_of(a) is None) != (params_of(b) is None):
            a, b = (v if params_of(v) is None else DequantizeCastOp(v).result for v in (a, b))
        params = None if params_of(a) is None else self.params()
        return self.r.choice(BINARY).make([a, b], params=params).results[0]

    def unary(self, value: SSAValue) -> SSAValue:
        op = self.r.choice(UNARY)
        moves = params_of(value) is None or op.KIND is nn.Kind.MOVES
        bounds = {"min": -1.0, "max": 2.0} if op is nn.ClipOp else {}
        return op.make([value], params=None if moves else self.params(), **bounds).results[0]


@pytest.mark.parametrize("seed", range(60))
def test_random_body(check_kernel: Any, seed: int) -> None:
    maker = Maker(seed)
    shapes = [maker.shape, *(maker.broadcast_shape() for _ in range(maker.r.randint(0, 2)))]
    operands = [maker.operand(shape) for shape in shapes]
    check_kernel(
        KernelElementwiseOp,
        [type_ for type_, _ in operands],
        maker.body,
        [array for _, array in operands],
        layouts=[maker.layout(shape) for shape in shapes],
        result=maker.layout(maker.shape),
    )
