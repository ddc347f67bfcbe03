"""Matrix products against the interpreter's meaning of their bodies, bit for bit."""

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Block

from lpt.codegen.gemm import build_gemm
from lpt.codegen.jit import LoadedKernel, place, view
from lpt.codegen.kernel_code import KernelCode
from lpt.codegen.lanes import result_layout
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelGemmOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import MatMulOp
from lpt.dialects.quant import QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.target import TARGETS, Target, get_target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
X = QuantParams(U8, 0.02, 131)


def gemm(shape: tuple[int, ...], columns: int, w: QuantParams) -> KernelGemmOp:
    """a […, K] · b, requantized with a bias per column."""
    rng = np.random.default_rng(columns)
    values = rng.choice([-128, 127, *rng.integers(-128, 128, 30)], (shape[-1], columns)).astype(np.int8)
    a = quantized_tensor(X, shape)
    block = Block(arg_types=[a])
    b = ConstantOp.quantized(values, w)
    draft = MatMulOp.build(operands=[block.args[0], b.result], result_types=[a])
    accumulator = quantized_tensor(draft.infer_params()[0], draft.infer_shapes()[0])
    matmul = MatMulOp.build(operands=[block.args[0], b.result], result_types=[accumulator])
    bias = ConstantOp(rng.standard_normal(columns).astype(np.float32))
    result = quantized_tensor(QuantParams(U8, 0.4, 110), tensor_shape(matmul.result))
    requantize = RequantizeOp(matmul.result, bias.result, result)
    block.add_ops([b, bias, matmul, requantize, YieldOp(requantize.result)])
    op = KernelGemmOp.wrap("gemm", Block(arg_types=[a]).args, result, block)
    op.with_layout(Layout.row_major(tensor_shape(op.result)))
    return op


def run(op: KernelGemmOp, layout: Layout, x: np.ndarray, target: Target) -> KernelCode:
    code = build_gemm(op, [layout], target)
    [expected] = evaluate(op, [x])
    result = np.full(result_layout(op).size + 64, 77, expected.dtype)
    kernel = LoadedKernel(code, target)
    kernel([place(x, layout, 3)], result, code.units // 2)
    kernel([place(x, layout, 3)], result, 0, code.units // 2)
    np.testing.assert_array_equal(view(result, result_layout(op), expected.shape), expected)
    assert (result[-64:] == 77).all()
    return code


@target_here
@pytest.mark.parametrize(
    "rows, columns, depth",
    [(1, 10, 64), (1, 300, 13), (2, 33, 4), (7, 1, 13), (15, 16, 4), (31, 17, 64), (64, 300, 64), (64, 31, 5)],
)
def test_sizes_around_the_vector_width(target: Target, rows: int, columns: int, depth: int) -> None:
    x = np.random.default_rng(depth).choice([0, 255, 131, 7], (rows, depth)).astype(np.uint8)
    op = gemm((rows, depth), columns, QuantParams(I8, np.linspace(0.01, 0.03, columns), axis=1))
    run(op, Layout.row_major((rows, depth)), x, target)


@target_here
def test_padded_rows_batches_and_zero_points(target: Target) -> None:
    shape = (2, 3, 6)
    op = gemm(shape, 20, QuantParams(I8, np.full(20, 0.1), np.arange(-10, 10), axis=1))
    x = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    run(op, Layout((24, 8, 1), 0, 48, (0, 0, 0), (0, 0, 0)), x, target)
    run(gemm((6,), 20, QuantParams(I8, 0.1)), Layout.row_major((6,)), x[0, 0], target)


@target_here
def test_float_rows_quantized_behind(target: Target) -> None:
    rng = np.random.default_rng(3)
    a = TensorType(Float32Type(), (5, 40))
    block = Block(arg_types=[a])
    b = ConstantOp(rng.integers(-8, 8, (40, 21)).astype(np.float32))
    matmul = MatMulOp.build(operands=[block.args[0], b.result], result_types=[TensorType(Float32Type(), (5, 21))])
    cast = QuantizeCastOp.build(operands=[matmul.result], result_types=[quantized_tensor(X, (5, 21))])
    block.add_ops([b, matmul, cast, YieldOp(cast.result)])
    op = KernelGemmOp.wrap("float", Block(arg_types=[a]).args, cast.result.type, block)
    op.with_layout(Layout.row_major((5, 21)))
    # Small integers: every order of summation and any fusing gives the same float.
    x = rng.integers(-8, 8, (5, 40)).astype(np.float32)
    code = build_gemm(op, [Layout.row_major((5, 40))], target)
    result = np.empty(5 * 21, np.uint8)
    LoadedKernel(code, target)([x], result)
    np.testing.assert_array_equal(result.reshape(5, 21), evaluate(op, [x])[0])


def test_no_rows_are_no_work() -> None:
    op = gemm((0, 8), 16, QuantParams(I8, 0.1))
    assert run(op, Layout.row_major((0, 8)), np.zeros((0, 8), np.uint8), get_target("native")).units == 0


def test_weights_must_be_a_matrix() -> None:
    block = Block(arg_types=[TensorType(Float32Type(), (2, 5, 4))])
    b = ConstantOp(np.ones((2, 4, 3), np.float32))
    matmul = MatMulOp.build(operands=[block.args[0], b.result], result_types=[TensorType(Float32Type(), (2, 5, 3))])
    block.add_ops([b, matmul, YieldOp(matmul.result)])
    op = KernelGemmOp.wrap("g", Block(arg_types=[block.args[0].type]).args, matmul.result.type, block)
    with pytest.raises(CompileError, match="are not a matrix"):
        build_gemm(op, [Layout.row_major((2, 5, 4))], get_target("native"))
