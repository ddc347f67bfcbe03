"""A channel shuffle before a grouped convolution is weights in another order: the same bits, no data moved."""

import numpy as np
import pytest
from xdsl.dialects.builtin import ArrayAttr, Float32Type, ModuleOp, StringAttr, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue

from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import AddOp, ConvOp, ReluOp, ReshapeOp, TransposeOp
from lpt.dialects.quant import QuantizeCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams, Storage
from lpt.interpreting import interpret
from lpt.passes.lower.push_shuffles import push_shuffles

I32 = Storage.of(True, 32)


def network(groups: int, kernel: int = 1, weight_zero: int = 0) -> ModuleOp:
    """Shuffle of 12 channels, depthwise convolution with bias, relu, and a convolution in `groups` groups."""
    rng = np.random.default_rng(groups)
    block = Block(arg_types=[TensorType(Float32Type(), (2, 12, 5, 6))])

    def add(op: Operation) -> SSAValue:
        block.add_op(op)
        return op.results[0]

    def weights(*shape: int) -> SSAValue:
        params = QuantParams(I8, rng.uniform(0.001, 0.01, shape[0]), weight_zero, axis=0)
        return add(ConstantOp.quantized(rng.integers(-128, 128, shape).astype(np.int8), params))

    def conv(x: SSAValue, w: SSAValue, pad: int, group: int) -> SSAValue:
        return add(ConvOp.make([x, w, []], strides=[1, 1], pads=[pad] * 4, dilations=[1, 1], group=group))

    def requantize(x: SSAValue, scale: float, channels: int) -> SSAValue:
        return add(RequantizeOp(x, None, quantized_tensor(QuantParams(U8, scale, 100), (2, channels, 5, 6))))

    x = add(QuantizeCastOp(block.args[0], quantized_tensor(QuantParams(U8, 0.02, 120), (2, 12, 5, 6))))
    split = add(ReshapeOp.make([x], shape=[2, 3, 4, 5, 6]))
    turned = add(TransposeOp.make([split], perm=[0, 2, 1, 3, 4]))
    shuffled = add(ReshapeOp.make([turned], shape=[2, 12, 5, 6]))
    sums = conv(shuffled, weights(12, 1, 3, 3), 1, 12)
    params = params_of(sums)
    assert params is not None
    own = QuantParams(I32, params.scales.ravel(), axis=1)
    bias = add(ConstantOp.quantized(rng.integers(-5000, 5000, (1, 12, 1, 1)).astype(np.int32), own))
    inner = add(ReluOp.make([requantize(add(AddOp.make([sums, bias])), 0.05, 12)]))
    w = weights(8, 12 // groups, kernel, kernel)
    result = requantize(conv(inner, w, kernel // 2, groups), 0.2, 8)
    block.add_op(ReturnOp(result))
    function = FuncOp("main", ([block.args[0].type], [result.type]), Region(block))
    function.attributes["lpt.inputs"] = ArrayAttr([StringAttr("x")])
    function.attributes["lpt.outputs"] = ArrayAttr([StringAttr("y")])
    module = ModuleOp([function])
    module.verify()
    return module


def shuffles(module: ModuleOp) -> int:
    return sum(isinstance(op, TransposeOp) for op in main_function(module).body.block.ops)


@pytest.mark.parametrize("groups, weight_zero", [(1, 0), (2, 0), (4, 0), (4, 7)])
def test_the_bits_stay_and_nothing_is_moved(groups: int, weight_zero: int) -> None:
    module = network(groups, weight_zero=weight_zero)
    x = np.random.default_rng(7).normal(0, 1, (2, 12, 5, 6)).astype(np.float32)
    expected = interpret(module, {"x": x})["y"]
    push_shuffles(main_function(module).body.block)
    module.verify()
    assert shuffles(module) == 0
    np.testing.assert_array_equal(interpret(module, {"x": x})["y"], expected)


def test_a_window_of_a_grouped_convolution_keeps_the_shuffle() -> None:
    module = network(2, kernel=3)
    push_shuffles(main_function(module).body.block)
    assert shuffles(module) == 1
