"""Convolution kernels against the interpreter's meaning of their bodies, bit for bit."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import DenseArrayBase, Float32Type, IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, Block, SSAValue

from lpt.codegen.conv import build_conv
from lpt.codegen.jit import LoadedKernel, place, view
from lpt.codegen.kernel_code import KernelCode
from lpt.codegen.lanes import result_layout
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelConvOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import AddOp, ConvOp, ReluOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import TARGETS, Target, get_target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)

ACTIVATIONS, WEIGHTS = QuantParams(U8, 0.02, 131), QuantParams(I8, 0.01)


@dataclass(frozen=True)
class Case:
    """A quantized convolution with requantization, a residual addition and a relu behind it."""

    shape: tuple[int, ...]
    outputs: int
    kernel: tuple[int, ...]
    strides: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    dilations: tuple[int, ...] | None = None
    group: int = 1
    x: QuantParams = ACTIVATIONS
    w: QuantParams = WEIGHTS
    residual: bool = True
    result_halo: int = 0

    def conv(self, x: Attribute, w: ConstantOp, bias: ConstantOp | None = None) -> ConvOp:
        rank = len(self.kernel)
        ones, zeros = (1,) * rank, (0,) * 2 * rank
        fields = {"strides": self.strides or ones, "pads": self.pads or zeros, "dilations": self.dilations or ones}
        properties: dict[str, Attribute] = {k: DenseArrayBase.from_list(i64, v) for k, v in fields.items()}
        operands = [Block(arg_types=[x]).args[0], w.result]
        op = ConvOp.build(
            operands=[operands[0], w.result, [bias.result] if bias else []],
            properties={**properties, "group": IntegerAttr(self.group, i64)},
            result_types=[x],
        )
        shape = op.infer_shapes()[0]
        params = op.infer_params()[0] if bias is None and w.result.type != x else None
        result = TensorType(Float32Type(), shape) if params is None else quantized_tensor(params, shape)
        return ConvOp.build(
            operands=[operands[0], w.result, [bias.result] if bias else []],
            properties=dict(op.properties),
            result_types=[result],
        )

    def weights(self, rng: np.random.Generator) -> np.ndarray:
        low, high = self.w.storage.min, self.w.storage.max
        shape = (self.outputs, self.shape[1] // self.group, *self.kernel)
        return rng.choice([low, high, *rng.integers(low, high + 1, 30)], shape).astype(self.w.storage.dtype)

    def op(self) -> KernelConvOp:
        """conv, requantize with a bias per channel, add a residual of another scale, relu."""
        rng = np.random.default_rng(self.outputs)
        x_type = quantized_tensor(self.x, self.shape)
        w = ConstantOp.quantized(self.weights(rng), self.w)
        conv = self.conv(x_type, w)
        shape = tensor_shape(conv.result)
        bias = ConstantOp(rng.standard_normal((1, self.outputs, *(1,) * len(self.kernel))).astype(np.float32))
        middle = quantized_tensor(QuantParams(U8, 0.5, 100), shape)
        other = quantized_tensor(QuantParams(U8, 0.3, 90), shape)
        block = Block(arg_types=[x_type, other] if self.residual else [x_type])
        conv.operands[0] = block.args[0]
        requantize = RequantizeOp(conv.result, bias.result, middle)
        block.add_ops([w, bias, conv, requantize])
        last: SSAValue = requantize.result
        if self.residual:
            add = AddOp.build(operands=[last, block.args[1]], result_types=[middle])
            relu = ReluOp.build(operands=[add.result], result_types=[middle])
            block.add_ops([add, relu])
            last = relu.result
        block.add_op(YieldOp(last))
        outside = Block(arg_types=[a.type for a in block.args])
        op = KernelConvOp.wrap("conv", outside.args, middle, block)
        halo = (0, 0, *(self.result_halo,) * len(self.kernel))
        op.with_layout(Layout.channel_last(shape, halo, halo, multiple=4))
        return op

    def layouts(self, op: KernelConvOp) -> list[Layout]:
        rank = len(self.kernel)
        pads = self.pads or (0,) * 2 * rank
        layouts = [Layout.channel_last(self.shape, (0, 0, *pads[:rank]), (0, 0, *pads[rank:]), multiple=4)]
        return layouts + [Layout.channel_last(tensor_shape(op.result), multiple=4)] * self.residual


def run(op: KernelConvOp, layouts: list[Layout], operands: list[np.ndarray], fill: int, target: Target) -> KernelCode:
    """Run a kernel on all its units and hold it to its meaning; what is not a result element must stay."""
    code = build_conv(op, layouts, target)
    buffers = [place(a, layout, fill) for a, layout in zip(operands, layouts, strict=True)]
    layout, shape = result_layout(op), tensor_shape(op.result)
    [expected] = evaluate(op, operands)
    result = np.full(layout.size, 77, expected.dtype)
    LoadedKernel(code, target)(buffers, result)
    np.testing.assert_array_equal(view(result, layout, shape), expected)
    view(result, layout, shape)[...] = 77
    assert (result == 77).all()
    return code


def check(case: Case, target: Target) -> KernelCode:
    op = case.op()
    rng = np.random.default_rng(case.shape[1])
    high = case.x.storage.max
    x = rng.choice([0, high, *rng.integers(0, high + 1, 20)], case.shape).astype(np.uint8)
    operands = [x]
    if case.residual:
        operands.append(rng.integers(0, 256, tensor_shape(op.result)).astype(np.uint8))
    return run(op, case.layouts(op), operands, int(case.x.zero_points.flat[0]), target)


CASES = {
    "pointwise": Case((1, 16, 7, 7), 32, (1, 1)),
    "pointwise batch": Case((3, 20, 3, 5), 17, (1, 1)),
    "pointwise strided": Case((2, 8, 9, 9), 64, (1, 1), strides=(2, 2)),
    "3x3": Case((1, 16, 6, 15), 33, (3, 3), pads=(1, 1, 1, 1)),
    "3x3 into a halo": Case((1, 16, 6, 14), 32, (3, 3), pads=(1, 1, 1, 1), result_halo=1),
    "asymmetric": Case((2, 3, 11, 9), 15, (3, 3), (2, 2), (0, 1, 1, 2)),
    "dilated": Case((1, 5, 12, 10), 31, (3, 2), (1, 2), (2, 1, 0, 3), (2, 3)),
    "7x7 of an image": Case((1, 3, 20, 30), 64, (7, 7), (2, 2), (3, 3, 3, 3)),
    "1-D": Case((2, 6, 17), 3, (3,), pads=(1, 1)),
    "3-D": Case((1, 4, 5, 4, 6), 18, (2, 3, 3), (1, 1, 2), (0, 1, 1, 1, 1, 1)),
    "groups": Case((1, 12, 8, 8), 48, (3, 3), pads=(1, 1, 1, 1), group=3),
    "narrow groups": Case((1, 10, 5, 6), 20, (3, 3), pads=(1, 1, 1, 1), group=5, residual=False),
    "one output": Case((1, 33, 4, 4), 1, (3, 3), residual=False),
    "weights per channel": Case((1, 8, 6, 6), 20, (3, 3), w=QuantParams(I8, np.linspace(0.01, 0.02, 20), axis=0), residual=False),
    "weights with a zero point": Case((1, 8, 6, 6), 24, (3, 3), pads=(1, 1, 1, 1), w=QuantParams(I8, 0.01, 60)),
    "weights with zero points": Case(
        (1, 5, 6, 6), 4, (3, 3), w=QuantParams(I8, [0.01, 0.02, 0.01, 0.03], [-128, 127, 3, 0], axis=0)
    ),
    "seven bits": Case((1, 16, 6, 6), 32, (3, 3), x=QuantParams(Storage.of(False, 7), 0.02, 60)),
}


@target_here
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bits_are_the_interpreters(case: Case, target: Target) -> None:
    code = check(case, target)
    assert code.units >= 1 and code.macs > 0 and code.bytes > 0


@st.composite
def random_cases(draw: st.DrawFn) -> Case:
    """Any rank, strides, dilations, pads, groups and zero points, on sizes around the vector widths."""
    rank = draw(st.integers(1, 3))

    def each(values: list[int]) -> tuple[int, ...]:
        return tuple(draw(st.sampled_from(values)) for _ in range(rank))

    kernel, dilations, group = each([1, 2, 3]), each([1, 1, 2]), draw(st.sampled_from([1, 1, 2, 3]))
    reach = [(k - 1) * d for k, d in zip(kernel, dilations, strict=True)]
    extents = (max(extent, r + 1) for extent, r in zip(each([1, 4, 9, 15]), reach, strict=True))
    channels = group * draw(st.sampled_from([1, 3, 4, 5, 17]))
    outputs = group * draw(st.sampled_from([1, 5, 16, 33]))
    zeros = draw(st.lists(st.integers(-128, 127), min_size=outputs, max_size=outputs))
    return Case(
        (draw(st.integers(1, 2)), channels, *extents),
        outputs,
        kernel,
        each([1, 2]),
        tuple(draw(st.integers(0, r)) for r in reach * 2),
        dilations,
        group,
        x=QuantParams(U8, 0.02, draw(st.integers(0, 255))),
        w=QuantParams(I8, np.linspace(0.01, 0.02, outputs), zeros, axis=0),
        residual=draw(st.booleans()),
    )


@given(random_cases(), st.sampled_from(HERE))
@settings(max_examples=30)
def test_any_convolution(case: Case, target: Target) -> None:
    check(case, target)


def test_seven_bits_need_no_fallback() -> None:
    op = CASES["seven bits"].op()
    assert build_conv(op, CASES["seven bits"].layouts(op), TARGETS["x86-64-avx2"]).instructions == "vpmaddubsw"


def test_channel_tails_without_padding_are_read_inside_the_tensor() -> None:
    case = Case((1, 7, 1, 5), 16, (1, 1), residual=False)
    op = case.op()
    x = np.random.default_rng(0).integers(0, 256, case.shape).astype(np.uint8)
    run(op, [Layout.channel_last(case.shape)], [x], 0, get_target("native"))


@target_here
@pytest.mark.parametrize("plain", [False, True])
def test_float_convolution_within_its_bound(target: Target, plain: bool) -> None:
    case = Case((2, 5, 9, 13), 19, (3, 3), (1, 2), (1, 1, 1, 1))
    rng = np.random.default_rng(1)
    w = ConstantOp(rng.standard_normal((19, 5, 3, 3)).astype(np.float32))
    bias = ConstantOp(rng.standard_normal(19).astype(np.float32))
    x_type = TensorType(Float32Type(), case.shape)
    conv = case.conv(x_type, w, bias)
    block = Block(arg_types=[x_type])
    conv.operands[0] = block.args[0]
    block.add_ops([w, bias, conv, YieldOp(conv.result)])
    op = KernelConvOp.wrap("float", Block(arg_types=[x_type]).args, conv.result.type, block)
    shape = tensor_shape(op.result)
    layout = Layout.channel_last(case.shape, (0, 0, 1, 1), (0, 0, 1, 1))
    if plain:
        # NCHW with a halo: the channel's stride is no problem for floats.
        layout = Layout((5 * 11 * 15, 11 * 15, 15, 1), 16, 2 * 5 * 11 * 15, (0, 0, 1, 1), (0, 0, 1, 1))
    op.with_layout(Layout.channel_last(shape))
    x = rng.standard_normal(case.shape).astype(np.float32)
    code = build_conv(op, [layout], target)
    assert code.instructions == ("fma" if target.fma else "mulps")
    result = np.zeros(result_layout(op).size, np.float32)
    LoadedKernel(code, target)([place(x, layout)], result)
    got = view(result, result_layout(op), shape)
    np.testing.assert_allclose(got, evaluate(op, [x])[0], rtol=1e-4, atol=1e-4)


def test_a_narrow_halo_is_refused() -> None:
    case = CASES["3x3"]
    op = case.op()
    layouts = case.layouts(op)
    with pytest.raises(CompileError, match="halo of dimension 2 is narrower"):
        build_conv(op, [Layout.channel_last(case.shape, multiple=4), layouts[1]], get_target("native"))


def test_signed_activations_are_refused() -> None:
    case = Case((1, 4, 3, 3), 4, (1, 1), x=QuantParams(I8, 0.1))
    op = case.op()
    with pytest.raises(CompileError, match="no product of i8 and i8"):
        build_conv(op, case.layouts(op), get_target("native"))
