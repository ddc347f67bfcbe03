"""Lowering keeps every bit: each pass of `lower` on a network of all kinds of operations, against the interpreter."""

import numpy as np
import pytest
from numpy.typing import NDArray
from xdsl.dialects.builtin import ArrayAttr, Float32Type, ModuleOp, StringAttr, TensorType, i8
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue

import lpt
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelConvOp, KernelDepthwiseOp, KernelOp, KernelPoolOp, ViewOp
from lpt.dialects.lpt import ConstantOp, LookupOp, RequantizeOp
from lpt.dialects.nn import (
    AddOp,
    ConcatOp,
    ConvOp,
    GlobalAveragePoolOp,
    MatMulOp,
    MaxPoolOp,
    ReluOp,
    ReshapeOp,
    SigmoidOp,
    SplitOp,
    TransposeOp,
)
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, StorageCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams, Storage
from lpt.errors import TransformError
from lpt.interpreting import interpret
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.registry import PRESETS


class Builder:
    """Builds @main operation by operation."""

    def __init__(self, shape: tuple[int, ...], seed: int = 0):
        self.rng = np.random.default_rng(seed)
        self.block = Block(arg_types=[TensorType(Float32Type(), shape)])
        self.input = self.block.args[0]

    def add(self, op: Operation) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def weights(self, shape: tuple[int, ...], axis: int, storage: Storage = I8, zero_point: int = 0) -> SSAValue:
        codes = self.rng.integers(storage.min, storage.max + 1, shape).astype(storage.dtype)
        scales = self.rng.uniform(0.001, 0.01, shape[axis])
        return self.add(ConstantOp.quantized(codes, QuantParams(storage, scales, zero_point, axis=axis)))

    def conv(self, x: SSAValue, weights: SSAValue, pad: int, params: QuantParams) -> SSAValue:
        acc = self.add(ConvOp.make([x, weights, []], strides=[1, 1], pads=[pad] * 4, dilations=[1, 1], group=1))
        return self.requantize(acc, params)

    def requantize(self, x: SSAValue, params: QuantParams, bias: SSAValue | None = None) -> SSAValue:
        type_ = x.type
        assert isinstance(type_, TensorType)
        return self.add(RequantizeOp(x, bias, quantized_tensor(params, type_.get_shape())))

    def finish(self, *results: SSAValue) -> ModuleOp:
        self.block.add_op(ReturnOp(*results))
        function = FuncOp("main", ([self.input.type], [r.type for r in results]), Region(self.block))
        function.attributes["lpt.inputs"] = ArrayAttr([StringAttr("x")])
        function.attributes["lpt.outputs"] = ArrayAttr([StringAttr(f"y{i}") for i in range(len(results))])
        module = ModuleOp([function])
        module.verify()
        return module


def network() -> ModuleOp:
    """Signed activations, asymmetric weights, residual add, table, concatenation, split, channel shuffle, global pool, gemm."""
    b = Builder((2, 3, 12, 12))
    q = b.add(QuantizeCastOp(b.input, quantized_tensor(QuantParams(I8, 0.02, -3), (2, 3, 12, 12))))
    r = b.add(ReluOp.make([b.conv(q, b.weights((8, 3, 3, 3), 0), 1, QuantParams(I8, 0.03, -10))]))
    m = b.add(MaxPoolOp.make([r], kernel_shape=[2, 2], strides=[2, 2], pads=[0] * 4, dilations=[1, 1]))
    c = b.conv(m, b.weights((8, 8, 1, 1), 0, U8, 120), 0, QuantParams(I8, 0.1, 5))
    s = b.add(AddOp.make([c, m], params=QuantParams(I8, 0.12, 3)))
    table = b.add(SigmoidOp.make([s], params=QuantParams(I8, 1 / 256, -128)))
    joined = b.requantize(b.add(ConcatOp.make([[s, c]], axis=1)), QuantParams(I8, 0.12, 0))
    five = b.add(ReshapeOp.make([joined], shape=[2, 4, 4, 6, 6]))
    shuffled = b.add(TransposeOp.make([five], perm=[0, 2, 1, 3, 4]))
    four = b.add(ReshapeOp.make([shuffled], shape=[2, 16, 6, 6]))
    halves = SplitOp.make([four], axis=1, split=[4, 12])
    b.block.add_op(halves)
    d = b.conv(halves.outputs[0], b.weights((5, 4, 3, 3), 0), 1, QuantParams(I8, 0.2, 1))
    g = b.requantize(b.add(GlobalAveragePoolOp.make([halves.outputs[1]])), QuantParams(I8, 0.01, 0))
    flat = b.add(ReshapeOp.make([g], shape=[2, -1]))
    y = b.add(DequantizeCastOp(b.add(MatMulOp.make([flat, b.weights((12, 10), 1)]))))
    return b.finish(y, b.add(DequantizeCastOp(table)), b.add(DequantizeCastOp(d)))


def run(module: ModuleOp) -> dict[str, NDArray[np.float32]]:
    x = np.random.default_rng(1).normal(size=(2, 3, 12, 12)).astype(np.float32)
    result: dict[str, NDArray[np.float32]] = interpret(module, {"x": x})
    return result


def lowered(module: ModuleOp, until: str = "lpt-plan-memory") -> list[KernelOp]:
    names = PRESETS["lower"]
    Pipeline.parse(",".join(names[: names.index(until) + 1])).run(module)
    return [op for op in main_function(module).body.block.ops if isinstance(op, KernelOp)]


@pytest.mark.parametrize("name", PRESETS["lower"])
def test_each_pass_keeps_the_bits(name: str) -> None:
    module = network()
    expected = run(module)
    lowered(module, name)
    for key, value in run(module).items():
        np.testing.assert_array_equal(value, expected[key])


def test_all_activations_are_unsigned_and_all_weights_signed() -> None:
    for kernel in lowered(network()):
        for op in kernel.operations():
            for index, operand in enumerate(op.operands):
                params = params_of(operand)
                if params is not None and params.storage.width == 8:
                    weight = isinstance(op, ConvOp | MatMulOp) and index == 1
                    assert params.storage.signed == weight, op


def test_integers_that_the_model_names_keep_their_type() -> None:
    b = Builder((1, 3, 4, 4))
    params = QuantParams(I8, 0.02, -3)
    q = b.add(QuantizeCastOp(b.input, quantized_tensor(params, (1, 3, 4, 4))))
    module = b.finish(b.add(StorageCastOp(q, TensorType(i8, (1, 3, 4, 4)))))
    x = np.linspace(-3, 3, 48, dtype=np.float32).reshape(1, 3, 4, 4)
    expected = interpret(module, {"x": x})["y0"]
    Pipeline.parse("lpt-lower-unsigned").run(module)
    module.verify()
    got = interpret(module, {"x": x})["y0"]
    assert got.dtype == np.int8
    np.testing.assert_array_equal(got, expected)


def test_a_unary_function_of_bytes_is_a_table() -> None:
    module = network()
    lowered(module, "lpt-form-tables")
    tables = [op for op in module.walk() if isinstance(op, LookupOp)]
    assert len(tables) == 1
    steps = (np.arange(256) - 131) * np.float32(0.12)
    exact = np.rint(1 / (1 + np.exp(-steps.astype(np.float64))) * 256)
    assert np.abs(tables[0].table.array - np.minimum(exact, 255)).max() <= 1


def test_a_kernel_takes_the_elementwise_chain_behind_its_root() -> None:
    kernels = {k.kernel_name.data: k for k in lowered(network(), "lpt-form-kernels")}
    assert [op.name for op in kernels["conv"].operations()] == ["nn.conv", "lpt.requantize", "nn.relu"]
    assert all(len(set(names)) == len(names) for names in [[k.kernel_name.data for k in kernels.values()]])


def test_a_concatenation_is_computed_in_place() -> None:
    kernels = lowered(network())
    (joined,) = [k for k in kernels if isinstance(k, ViewOp) and len(k.inputs) == 2]
    parts = [part for v in joined.inputs if isinstance(part := v.owner, KernelOp)]
    assert {part.offset for part in parts} == {joined.offset}
    assert [part.layout.data.offset for part in parts if part.layout is not None] == [0, 8]


def test_convolutions_read_channel_last_with_their_halo() -> None:
    for kernel in lowered(network()):
        if isinstance(kernel, KernelConvOp | KernelPoolOp):
            producer = kernel.inputs[0].owner
            assert isinstance(producer, KernelOp) and producer.layout is not None
            assert producer.layout.data.strides[1] == 1
        if isinstance(kernel, KernelConvOp) and kernel.conv.pads.get_values()[0] == 1:
            assert isinstance(producer, KernelOp) and producer.layout is not None
            assert producer.layout.data.halo_lo == producer.layout.data.halo_hi == (0, 0, 1, 1)


def test_a_long_chain_becomes_kernels_of_bounded_length() -> None:
    """Code generation follows operands recursively: one body of 600 operations would exhaust Python's stack."""
    block = Block(arg_types=[TensorType(Float32Type(), (3,))])
    value: SSAValue = block.args[0]
    for i in range(600):
        op = (SigmoidOp if i % 2 else ReluOp).make([value])
        block.add_op(op)
        value = op.result
    block.add_op(ReturnOp(value))
    function = FuncOp("main", ([a.type for a in block.args], [value.type]), Region(block))
    module = ModuleOp([function])
    x = np.array([-1, 0.5, 3], np.float32)
    (expected,) = interpret(module, {"input0": x}).values()
    (got,) = lpt.compile(lpt.transform(Model(module), "all"), threads=1).run({"input0": x}).values()
    assert got.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("done", "next_", "message"),
    [
        ((), "lpt-assign-layouts", r"requires only-kernels, but quant\.qcast is no kernel; run lpt-form-kernels first"),
        ((), "lpt-plan-memory", "requires only-kernels"),
        (PRESETS["lower"][:-2], "lpt-plan-memory", "requires layouts, but kernel .* has none; run lpt-assign-layouts first"),
    ],
)
def test_passes_in_the_wrong_order_are_refused(done: tuple[str, ...], next_: str, message: str) -> None:
    with pytest.raises(TransformError, match=f"pass {next_} {message}"):
        Pipeline.parse(",".join([*done, next_])).run(network())


def test_a_returned_constant_is_a_kernel() -> None:
    b = Builder((2, 3))
    constant = np.arange(3, dtype=np.float32)
    module = b.finish(b.add(ReluOp.make([b.input])), b.add(ConstantOp(constant)))
    lowered(module)
    np.testing.assert_array_equal(interpret(module, {"x": np.ones((2, 3), np.float32)})["y1"], constant)


def test_a_float_depthwise_convolution_is_of_the_depthwise_family() -> None:
    b = Builder((1, 20, 9, 9))
    w = b.add(ConstantOp(b.rng.integers(-4, 5, (20, 1, 3, 3)).astype(np.float32)))
    y = b.add(ConvOp.make([b.input, w, []], strides=[2, 2], pads=[1] * 4, dilations=[1, 1], group=20))
    module = b.finish(b.add(ReluOp.make([y])))
    x = {"x": b.rng.integers(-9, 10, (1, 20, 9, 9)).astype(np.float32)}
    expected = interpret(module, x)["y0"]
    assert any(isinstance(kernel, KernelDepthwiseOp) for kernel in lowered(module.clone()))
    np.testing.assert_array_equal(lpt.compile(Model(module)).run(x)["y0"], expected)
