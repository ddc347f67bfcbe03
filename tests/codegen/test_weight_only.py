"""Products of packed weights: the bits of the float product of the dequantized matrix, and the exact sum within its bound."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type
from xdsl.ir import Block

from lpt.codegen.gemm import build_gemm
from lpt.codegen.jit import LoadedKernel, place, view
from lpt.codegen.kernel_code import assembly
from lpt.codegen.lanes import result_layout
from lpt.codegen.weight_only import Codes
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelGemmOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, MatMulOp, ReluOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape, tensor_type
from lpt.dialects.weight_only import packed_weights
from lpt.target import TARGETS, Target, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
target_here = pytest.mark.parametrize("target", HERE, ids=lambda t: t.name)
STORAGES = {name: Storage.of(name[0] == "i", int(name[1:])) for name in ("u4", "i4", "u8", "i8")}


def weights(depth: int, columns: int, run: int, storage: Storage, *, zero_points: bool = True, low: float = 1e-3) -> ConstantOp:
    """Random codes, scales from `low` on, and zero points of all or the middle one."""
    rng = np.random.default_rng(depth * columns)
    shape = (-(-depth // run), columns)
    points = rng.integers(storage.min, storage.max + 1, shape) if zero_points else (storage.min + storage.max + 1) // 2
    params = QuantParams(storage, low * rng.uniform(1, 9, shape).astype(np.float32), points, block_sizes=((0, run), (1, 1)))
    return ConstantOp.quantized(rng.integers(storage.min, storage.max + 1, (depth, columns)).astype(storage.dtype), params)


def kernel(shape: tuple[int, ...], b: ConstantOp, *, folded: bool = False, bias: bool = False) -> KernelGemmOp:
    """a · dcast(b), or of its floats as a constant; behind it a bias and relu."""
    block = Block(arg_types=[tensor_type(Float32Type(), shape)])
    constant = b.clone()
    cast = DequantizeCastOp(constant.result)
    floats = ConstantOp(evaluate(cast, [constant.array])[0])
    before = [floats] if folded else [constant, cast]
    matmul = MatMulOp.make([block.args[0], before[-1].results[0]])
    block.add_ops([*before, matmul])
    result = matmul.result
    if bias:
        c = ConstantOp(np.random.default_rng(5).standard_normal(tensor_shape(result)[-1]).astype(np.float32))
        add = AddOp.make([result, c.result])
        relu = ReluOp.make([add.result])
        block.add_ops([c, add, relu])
        result = relu.result
    block.add_op(YieldOp(result))
    op = KernelGemmOp.wrap("gemm", Block(arg_types=[block.args[0].type]).args, result.type, block)
    op.with_layout(Layout.row_major(tensor_shape(op.result)))
    op.verify()
    return op


def run(op: KernelGemmOp, layout: Layout, x: np.ndarray, target: Target) -> np.ndarray:
    """The kernel's result, its units done in several calls."""
    code = build_gemm(op, [layout], target)
    shape = tensor_shape(op.result)
    result = np.full(result_layout(op).size + 64, 77, np.float32)
    loaded = LoadedKernel(code, target)
    for begin, end in pairwise([0, code.units // 3, code.units // 2, code.units]):
        loaded([place(x, layout, 3)], result, begin, end)
    assert (result[-64:] == 77).all()
    return view(result, result_layout(op), shape)


def check(shape: tuple[int, ...], b: ConstantOp, target: Target, *, layout: Layout | None = None, bias: bool = False) -> None:
    """The bits of the float kernel; for the bare product also the bound to the exact sum of dequantized products."""
    x = np.random.default_rng(3).standard_normal(shape).astype(np.float32)
    layout = layout or Layout.row_major(shape)
    got = run(kernel(shape, b, bias=bias), layout, x, target)
    assert np.array_equal(got, run(kernel(shape, b, folded=True, bias=bias), layout, x, target))
    if bias:
        return
    w = evaluate(DequantizeCastOp(b.result), [b.array])[0].astype(np.float64)
    exact, terms = x.astype(np.float64) @ w, np.abs(x).astype(np.float64) @ np.abs(w)
    assert (np.abs(got - exact) <= 2.0**-20 * terms).all()
    assert (np.abs(got - exact) <= 2.0**-24 * (shape[-1] + 1) * terms).all()


@target_here
@pytest.mark.parametrize(
    "name, zero_points, depth, run",
    [("u4", True, 100, 32), ("i4", False, 37, 64), ("u8", True, 129, 128), ("i8", False, 40, 8), ("u8", False, 21, 16)],
)
def test_storages_and_blocks(target: Target, name: str, zero_points: bool, depth: int, run: int) -> None:
    check((3, depth), weights(depth, 40, run, STORAGES[name], zero_points=zero_points), target)


@target_here
@pytest.mark.parametrize("rows, columns", [(1, 1), (1, 33), (1, 100), (2, 7), (9, 32), (17, 31)])
def test_rows_and_columns(target: Target, rows: int, columns: int) -> None:
    check((rows, 32), weights(32, columns, 16, STORAGES["u4"]), target, bias=rows == 1)


@target_here
@pytest.mark.parametrize("shape", [(64,), (2, 3, 64)])
def test_ranks(target: Target, shape: tuple[int, ...]) -> None:
    check(shape, weights(64, 20, 32, STORAGES["u4"]), target)


@target_here
def test_activations_in_a_wider_buffer(target: Target) -> None:
    layout = Layout((80, 1), 16, 16 + 5 * 80, (0, 0), (0, 0))
    check((5, 64), weights(64, 20, 32, STORAGES["u8"]), target, layout=layout)


@target_here
@pytest.mark.parametrize("storage", [STORAGES["u4"], STORAGES["i8"]], ids=str)
def test_the_smallest_scales_are_not_divided(target: Target, storage: Storage) -> None:
    """Divided by 2¹⁶ they would be subnormal, and round."""
    b = weights(64, 20, 32, storage, low=float(np.finfo(np.float32).tiny))
    x = np.full((1, 64), 1e30, np.float32)
    op, folded = kernel((1, 64), b), kernel((1, 64), b, folded=True)
    layout = Layout.row_major((1, 64))
    assert np.array_equal(run(op, layout, x, target), run(folded, layout, x, target))


@target_here
def test_4_bit_codes_take_4_bits(target: Target) -> None:
    """The constants of a kernel: half a byte per code and four per scale."""
    op = kernel((1, 512), weights(512, 256, 32, STORAGES["i4"], zero_points=False))
    code = build_gemm(op, [Layout.row_major((1, 512))], target)
    assert sum(constant.nbytes for constant in code.constants) == 512 * 256 // 2 + 512 // 32 * 256 * 4
    assert code.macs == 512 * 256
    assert code.bytes == sum(constant.nbytes for constant in code.constants) + 4 * (512 + 256)


def test_packing_is_undone_by_its_description() -> None:
    """Rows of K lie from the low bits up, a dword per channel."""
    b = weights(20, 3, 16, STORAGES["u4"], zero_points=False)
    packed = packed_weights(kernel((1, 20), b).matmul)
    assert packed is not None and packed.type_name == "u4"
    data = Codes.of(packed).packed(8, 4).reshape(-1, 4, 4).view(np.uint32)[..., 0]  # scales, 2 dwords; scales, 1 dword
    scales = np.asarray(packed.params.scales, np.float32)
    assert data.shape == (5, 4) and np.array_equal(data[[0, 3], :3].view(np.float32), scales)
    rows = np.stack([data[[1, 2, 4]] >> 4 * i & 15 for i in range(8)], axis=1).reshape(24, 4)
    assert np.array_equal(rows[:20, :3], b.array)
    assert not rows[20:].any() and not rows[:, 3].any()


def test_a_batch_of_one_streams_its_weights_and_spills_nothing() -> None:
    target = TARGETS["x86-64-avx512"]
    op = kernel((1, 512), weights(512, 256, 32, STORAGES["u4"], zero_points=False))
    lines = assembly(build_gemm(op, [Layout.row_major((1, 512))], target).llvm_ir, target).splitlines()
    fused = [i for i, line in enumerate(lines) if "vfmadd" in line and "zmm" in line]
    inner = lines[fused[0] : fused[-1]]
    assert not [line for line in inner if "zmm" in line and "(%rsp" in line]
    # A product takes an `and` with an `or`, a subtraction and a scaling; three of eight rows a shift.
    assert sum("vpternlog" in line or "vpand" in line or "vpor" in line for line in inner) <= len(fused)
    assert sum("vpsrld" in line for line in inner) <= len(fused) * 3 // 8
