"""Products of computed matrices, packed and multiplied by kernels, against the interpreter bit for bit."""

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Attribute, Block, Operation

from lpt.codegen.build import build_kernel
from lpt.codegen.jit import LoadedKernel, place, view
from lpt.codegen.lanes import result_layout
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelGemmOp, KernelPackOp, Layout, YieldOp
from lpt.dialects.lpt import RequantizeOp
from lpt.dialects.nn import AddOp, MatMulOp
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.quant_params import I8, U8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.errors import CompileError
from lpt.passes.lower.layouts import packed_layout, rows_layout
from lpt.target import TARGETS, Target, get_target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
U8_MANY = [0, 1, 7, 127, 128, 131, 255]


def pack_kernel(b: Attribute) -> KernelPackOp:
    block = Block(arg_types=[b])
    block.add_op(YieldOp(block.args[0]))
    op = KernelPackOp.wrap("pack", Block(arg_types=[b]).args, b, block)
    op.with_layout(packed_layout(op.result))
    return op


def product_kernel(a: Attribute, b: Attribute, residual: Attribute | None = None) -> KernelGemmOp:
    """a · b, requantized where it is quantized, plus a residual where one is given."""
    types = [a, b, *([residual] if residual is not None else [])]
    block = Block(arg_types=types)
    matmul = MatMulOp.make([block.args[0], block.args[1]])
    ops: list[Operation] = [matmul]
    value = matmul.result
    if params_of(matmul.result) is not None:
        result = quantized_tensor(QuantParams(U8, 0.9, 110), tensor_shape(matmul.result))
        ops.append(RequantizeOp(value, None, result))
        value = ops[-1].results[0]
    elif residual is not None:
        ops.append(AddOp.make([value, block.args[2]]))
        value = ops[-1].results[0]
    block.add_ops([*ops, YieldOp(value)])
    return KernelGemmOp.wrap("product", Block(arg_types=types).args, value.type, block)


def dense_columns(shape: tuple[int, ...]) -> Layout:
    """[…, K, N] with columns adjacent, one behind the other with a gap."""
    swapped = Layout.row_major((*shape[:-2], shape[-1], shape[-2] + 3))
    strides = (*swapped.strides[:-2], swapped.strides[-1], swapped.strides[-2])
    return Layout(strides, 0, swapped.size, swapped.halo_lo, swapped.halo_hi)


def run(op: KernelGemmOp, b_layout: Layout, arrays: list[np.ndarray], target: Target) -> None:
    """Both kernels, each in two parts, second part first."""
    a, b, *others = arrays
    pack = pack_kernel(op.inputs[1].type)
    code = build_kernel(pack, [b_layout], target)
    packed = np.full(result_layout(pack).size + 64, 77, b.dtype)
    source = place(b, b_layout, 3)
    kernel = LoadedKernel(code, target)
    kernel([source], packed, code.units // 2)
    kernel([source], packed, 0, code.units // 2)
    assert (packed[-64:] == 77).all()
    a_layout = rows_layout(a.shape, 1)
    op.with_layout(Layout.row_major(tensor_shape(op.result)))
    layouts = [a_layout, result_layout(pack), *(Layout.row_major(x.shape) for x in others)]
    code = build_kernel(op, layouts, target)
    [expected] = evaluate(op, arrays)
    result = np.full(result_layout(op).size + 64, 77, expected.dtype)
    kernel = LoadedKernel(code, target)
    kernel([place(a, a_layout, 3), packed, *others], result, code.units // 2)
    kernel([place(a, a_layout, 3), packed, *others], result, 0, code.units // 2)
    np.testing.assert_array_equal(view(result, result_layout(op), expected.shape), expected)
    assert (result[-64:] == 77).all()


SIZES = [
    ((1, 4), (4, 1)),
    ((7, 13), (13, 33)),
    ((5, 3), (3, 17)),
    ((31, 64), (64, 16)),
    ((65, 67), (67, 130)),
    ((2, 3, 1, 70), (2, 3, 70, 5)),
    ((2, 1, 9, 33), (3, 33, 20)),
    ((3, 4, 20), (20, 31)),
    ((8, 6), (5, 6, 9)),
    ((2, 3, 1, 8), (1, 1, 8, 4)),
    ((1, 8), (2, 3, 8, 4)),
]

ZEROS = [(3, 0), (0, 128), (255, 255), (131, 128), (0, 17)]


@target_here
@pytest.mark.parametrize("number", range(len(SIZES)))
def test_codes(target: Target, number: int) -> None:
    (a_shape, b_shape), zeros = SIZES[number], ZEROS[number % len(ZEROS)]
    rng = np.random.default_rng(number)
    a, b = (rng.choice(U8_MANY, shape).astype(np.uint8) for shape in (a_shape, b_shape))
    params = QuantParams(U8, 0.02, zeros[0]), QuantParams(U8, 0.03, zeros[1])
    op = product_kernel(quantized_tensor(params[0], a_shape), quantized_tensor(params[1], b_shape))
    for layout in (Layout.row_major(b_shape), dense_columns(b_shape)):
        run(op, layout, [a, b], target)


@target_here
@pytest.mark.parametrize("number", [3, 4, 6, 7])
def test_floats(target: Target, number: int) -> None:
    a_shape, b_shape = SIZES[number]
    rng = np.random.default_rng(b_shape[-1])
    # Small integers: every order of summation and any fusing gives the same float.
    a, b = (rng.integers(-8, 9, shape).astype(np.float32) for shape in (a_shape, b_shape))
    shape = np.matmul(a, b).shape
    residual = rng.integers(-8, 9, shape).astype(np.float32)
    types = [TensorType(Float32Type(), x.shape) for x in (a, b, residual)]
    for layout in (dense_columns(b_shape), Layout.row_major(b_shape))[number % 3 == 0 :]:
        run(product_kernel(*types), layout, [a, b, residual], target)


def test_every_micro_kernel_gives_the_same_bits() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 23, 18)).astype(np.uint8), rng.integers(0, 256, (2, 18, 70)).astype(np.uint8)
    types = [quantized_tensor(QuantParams(U8, 0.02, 100), x.shape) for x in (a, b)]
    target = get_target("native")
    for tile in ((1, 1), (4, 2), (3, 3)):
        op = product_kernel(*types)
        op.with_tile(*tile)
        run(op, Layout.row_major(b.shape), [a, b], target)


def test_signed_codes_are_refused() -> None:
    pack = pack_kernel(quantized_tensor(QuantParams(I8, 0.1), (4, 4)))
    with pytest.raises(CompileError, match="no product with computed i8"):
        build_kernel(pack, [Layout.row_major((4, 4))], get_target("native"))


def test_an_operand_that_is_not_packed_is_refused() -> None:
    type_ = quantized_tensor(QuantParams(U8, 0.1), (4, 4))
    with pytest.raises(CompileError, match="is not packed"):
        build_kernel(product_kernel(type_, type_), [Layout.row_major((4, 4))] * 2, get_target("native"))
