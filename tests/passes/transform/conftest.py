"""A small builder of modules, and what an exact result may be, for the tests of the transform rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike
from xdsl.dialects.builtin import Float32Type, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import ConvOp, NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape

_STORAGES = {name: Storage.of(name[0] == "i", int(name[1:])) for name in ("u8", "i8", "u16", "i16", "i32")}


class Graph:
    """A function under construction; its arguments are float tensors of these shapes, or of quantized types."""

    def __init__(self, *arguments: Sequence[int] | Attribute):
        types = [a if isinstance(a, Attribute) else TensorType(Float32Type(), a) for a in arguments]
        self.block = Block(arg_types=types)
        self.inputs: list[SSAValue] = list(self.block.args)

    @staticmethod
    def params(storage: str, scales: ArrayLike, zero_points: ArrayLike = 0, axis: int | None = None) -> QuantParams:
        return QuantParams(_STORAGES[storage], np.asarray(scales, np.float32), zero_points, axis=axis)

    def add(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def op(self, op_class: type[NnOp], *operands: SSAValue | Sequence[SSAValue], **properties: object) -> SSAValue:
        return self.add(op_class.make(list(operands), **properties))  # type: ignore[arg-type]

    def conv(self, x: SSAValue, w: SSAValue, *, pad: int = 0, stride: int = 1, group: int = 1) -> SSAValue:
        rank = len(tensor_shape(x)) - 2
        return self.op(ConvOp, x, w, [], strides=[stride] * rank, pads=[pad] * 2 * rank, dilations=[1] * rank, group=group)

    def floats(self, values: ArrayLike) -> SSAValue:
        return self.add(ConstantOp(np.asarray(values, np.float32)))

    def codes(self, values: ArrayLike, params: QuantParams) -> SSAValue:
        """dcast of a constant."""
        array = np.asarray(values).astype(params.storage.dtype)
        return self.dequantize(self.add(ConstantOp.quantized(array, params)))

    def quantize(self, x: SSAValue, params: QuantParams) -> SSAValue:
        return self.add(QuantizeCastOp(x, quantized_tensor(params, tensor_shape(x))))

    def dequantize(self, q: SSAValue) -> SSAValue:
        return self.add(DequantizeCastOp(q))

    def round_trip(self, x: SSAValue, params: QuantParams) -> SSAValue:
        """dcast(qcast(x))."""
        return self.dequantize(self.quantize(x, params))

    def fake_quantize(self, x: SSAValue, ranges: Sequence[ArrayLike], levels: int = 256) -> SSAValue:
        low, high, out_low, out_high = (self.floats(r) for r in ranges)
        return self.add(FakeQuantizeOp(x, (low, high, out_low, out_high), levels))

    def module(self, *results: SSAValue) -> ModuleOp:
        self.block.add_op(ReturnOp(*results))
        types = [value.type for value in self.inputs], [value.type for value in results]
        module = ModuleOp([FuncOp("main", types, Region(self.block))])
        module.verify()
        return module


@pytest.fixture(scope="session")
def graph() -> type[Graph]:
    """The builder."""
    return Graph


@pytest.fixture(scope="session")
def assert_rounded() -> Callable[..., None]:
    """`assert_rounded(codes, value, params, terms)`: the codes are `value` (exact, in f64) rounded once.

    A value within 2⁻²⁰ · terms (Σ|terms|, both in real units) of a tie may go to either side, the bound of passes that `round`.
    """

    def check(codes: np.ndarray, value: np.ndarray, params: QuantParams, terms: ArrayLike) -> None:
        scales, zero_points = params.expand(codes.shape)
        steps = np.clip(value / scales + zero_points, params.storage.min, params.storage.max)
        slack = 2.0**-20 * np.asarray(terms) / scales
        assert (np.abs(codes.astype(float) - steps) <= 0.5 + slack).all()

    return check
