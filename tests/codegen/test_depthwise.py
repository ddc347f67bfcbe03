"""Depthwise kernels against the interpreter's meaning of their bodies, bit for bit."""

from dataclasses import dataclass

import numpy as np
import pytest
from xdsl.dialects.builtin import DenseArrayBase, Float32Type, IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, Block, SSAValue

from lpt.codegen.depthwise import build_depthwise
from lpt.codegen.emit import Emitter
from lpt.codegen.jit import LoadedKernel, place, view
from lpt.codegen.kernel_code import KernelCode, finish
from lpt.codegen.lanes import result_layout
from lpt.codegen.taps import PARTS, TapVectors, tap_groups
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelDepthwiseOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import ConvOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.target import TARGETS, Target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
X, W = QuantParams(U8, 0.02, 131), QuantParams(I8, 0.01)


@dataclass(frozen=True)
class Case:
    shape: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...] = ()
    x: QuantParams = X
    w: QuantParams = W
    multiplier: int = 1

    def op(self, quantized: bool = True) -> KernelDepthwiseOp:
        rng = np.random.default_rng(self.shape[1])
        channels = self.shape[1] * self.multiplier
        fields = {"strides": self.strides, "pads": self.pads, "dilations": self.dilations or (1,) * len(self.kernel)}
        properties: dict[str, Attribute] = {k: DenseArrayBase.from_list(i64, v) for k, v in fields.items()}
        properties["group"] = IntegerAttr(self.shape[1], i64)
        low, high = self.w.storage.min, self.w.storage.max
        values = rng.choice([low, high, *rng.integers(low, high + 1, 20)], (channels, 1, *self.kernel))
        x_type: TensorType[Attribute] = TensorType(Float32Type(), self.shape)
        w = ConstantOp(values.astype(np.float32))
        if quantized:
            x_type = quantized_tensor(self.x, self.shape)
            w = ConstantOp.quantized(values.astype(np.int8), self.w)
        block = Block(arg_types=[x_type])
        bias = ConstantOp((100 * rng.standard_normal(channels)).round().astype(np.float32))
        bias_of: list[SSAValue] = [] if quantized else [bias.result]
        operands = (block.args[0], w.result, bias_of)
        draft = ConvOp.build(operands=[*operands], properties=properties, result_types=[x_type])
        shape = draft.infer_shapes()[0]
        result = quantized_tensor(draft.infer_params()[0], shape) if quantized else TensorType(Float32Type(), shape)
        conv = ConvOp.build(operands=[*operands], properties=dict(draft.properties), result_types=[result])
        block.add_ops([w, bias, conv])
        last: SSAValue = conv.result
        if quantized:
            requantize = RequantizeOp(conv.result, None, quantized_tensor(QuantParams(U8, 0.2, 100), shape))
            block.add_op(requantize)
            last = requantize.result
        block.add_op(YieldOp(last))
        op = KernelDepthwiseOp.wrap("depthwise", Block(arg_types=[x_type]).args, last.type, block)
        op.with_layout(Layout.channel_last(shape, multiple=4))
        return op


def check(case: Case, target: Target, quantized: bool = True) -> KernelCode:
    op = case.op(quantized)
    rank = len(case.kernel)
    layout = Layout.channel_last(case.shape, (0, 0, *case.pads[:rank]), (0, 0, *case.pads[rank:]), multiple=4)
    rng = np.random.default_rng(5)
    high = case.x.storage.max
    x = rng.choice([0, high, *rng.integers(0, high + 1, 20)], case.shape)
    x = x.astype(np.uint8 if quantized else np.float32)
    code = build_depthwise(op, [layout], target)
    [expected] = evaluate(op, [x])
    result = np.full(result_layout(op).size, 77, expected.dtype)
    kernel = LoadedKernel(code, target)
    buffer = place(x, layout, int(case.x.zero_points) if quantized else 0)
    kernel([buffer], result, code.units // 2)
    kernel([buffer], result, 0, code.units // 2)
    shape = tensor_shape(op.result)
    # Small integers: every order of float summation is exact.
    np.testing.assert_array_equal(view(result, result_layout(op), shape), expected)
    view(result, result_layout(op), shape)[...] = 77
    assert (result == 77).all()
    return code


SAME = (1, 1, 1, 1)
CASES = {
    **{f"{c} channels": Case((1, c, 3, 7), (3, 3), (1, 1), SAME) for c in (2, 3, 4, 15, 17, 24, 33, 64, 96, 144, 200)},
    "strided": Case((2, 72, 9, 9), (3, 3), (2, 2), SAME),
    "asymmetric, dilated": Case((1, 20, 11, 13), (3, 2), (1, 2), (2, 0, 1, 3), (2, 3)),
    "5x5": Case((1, 40, 8, 8), (5, 5), (1, 1), (2, 2, 2, 2)),
    "7x7 strided": Case((1, 18, 14, 14), (7, 7), (2, 2), (3, 3, 3, 3)),
    "1-D": Case((2, 70, 20), (5,), (1,), (2, 2)),
    "3-D": Case((1, 10, 4, 5, 6), (2, 3, 3), (1, 1, 1), (0, 1, 1, 1, 1, 1)),
    "one column of pixels": Case((1, 66, 30, 1), (3, 1), (1, 1), (1, 0, 1, 0)),
    "weights with a zero point": Case((1, 37, 6, 6), (3, 3), (1, 1), SAME, w=QuantParams(I8, 0.01, 60)),
    "weights with zero points": Case(
        (1, 5, 6, 6), (3, 3), (1, 1), SAME, w=QuantParams(I8, [0.1] * 5, [-128, 127, 3, 0, 9], axis=0)
    ),
    "seven bits": Case((1, 32, 6, 6), (3, 3), (1, 1), SAME, x=QuantParams(Storage.of(False, 7), 0.02, 60)),
    "multiplier": Case((1, 6, 6, 6), (3, 3), (1, 1), SAME, multiplier=3),
}


@target_here
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bits_are_the_interpreters(case: Case, target: Target) -> None:
    code = check(case, target)
    assert set(code.instructions.split("+")) <= set(target.dots) and code.instructions


@target_here
@pytest.mark.parametrize("name", ["15 channels", "96 channels", "strided", "asymmetric, dilated", "1-D", "multiplier"])
def test_float(name: str, target: Target) -> None:
    assert check(CASES[name], target, quantized=False).instructions == ("fma" if target.fma else "mulps")


def test_saturating_taps_use_the_exact_sequence() -> None:
    target = TARGETS["x86-64-avx2"]
    assert check(CASES["seven bits"], target).instructions == "vpmaddubsw"
    assert "vpmaddwd" in check(CASES["64 channels"], target).instructions


@target_here
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_interleaving_comes_back_in_order(target: Target, count: int) -> None:
    lanes, width = target.lanes, PARTS * target.lanes
    e = Emitter(target, operands=1)
    vectors = TapVectors(e, e.operand(0), width, lanes)
    for i, part in enumerate(vectors.dwords(tuple(width * t for t in range(count)))):
        e.store(e.at(e.result, 4 * lanes * i), part)
    taps = np.random.default_rng(0).integers(0, 256, (count, width)).astype(np.uint8)
    result = np.empty((width, 4), np.uint8)
    LoadedKernel(finish(e, units=1), target)([taps], result)
    np.testing.assert_array_equal(result, taps[[*range(count), *[count - 1] * (4 - count)]].T)


@pytest.mark.parametrize("kernel, stride, count", [((3, 3), 1, 3), ((5, 5), 1, 10), ((5,), 1, 2), ((1, 1), 1, 1)])
def test_every_tap_is_in_one_group(kernel: tuple[int, ...], stride: int, count: int) -> None:
    groups = tap_groups(kernel, stride)
    assert sorted(t for group in groups for t in group) == list(range(int(np.prod(kernel))))
    assert len(groups) == count and max(map(len, groups)) <= 4
