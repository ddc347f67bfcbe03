"""Recurrent layers: kernels against the interpreter, the interpreter against torch and ONNX's formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import DenseArrayBase, TensorType, f32
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, Block
from xdsl.utils.exceptions import VerifyException

from lpt.codegen.build import build_kernel
from lpt.codegen.jit import LoadedKernel
from lpt.dialects import nn
from lpt.dialects.blob import element_type
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelRecurrenceOp, Layout, YieldOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn.recurrence import ACTIVATIONS
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.errors import CompileError
from lpt.target import TARGETS, runs_here

HERE = [t for t in TARGETS.values() if runs_here(t)]
CELLS = (nn.LstmOp, nn.GruOp, nn.RnnOp)
FUNCTIONS = {nn.LstmOp: "sigmoid,tanh,tanh", nn.GruOp: "sigmoid,tanh", nn.RnnOp: "tanh"}


def weights(form: str, depth: int, columns: int) -> ConstantOp:
    """`f32`, or codes: `i8`, `u8`, per column with `/c`, with unlike zero points with `z`."""
    rng = np.random.default_rng(depth)
    if form == "f32":
        return ConstantOp((rng.standard_normal((depth, columns)) / np.sqrt(depth)).astype(np.float32))
    storage = Storage.of(form[0] == "i", 8)
    codes = rng.integers(storage.min, storage.max + 1, (depth, columns)).astype(storage.dtype)
    middle = storage.min + 128
    if "c" not in form:
        return ConstantOp.quantized(codes, QuantParams(storage, 0.01 / depth**0.5, middle + 5 * ("z" in form)))
    points = rng.integers(storage.min, storage.max + 1, columns) if "z" in form else middle
    return ConstantOp.quantized(codes, QuantParams(storage, rng.uniform(0.4, 1, columns) / 128 / depth**0.5, points, axis=1))


def make(
    cell: type[nn.RecurrentOp], shape: tuple[int, int, int], form: str = "f32", extras: str = "", **properties: Any
) -> tuple[KernelRecurrenceOp, list[np.ndarray]]:
    """A kernel for (steps, batch, hidden), and what it is given."""
    steps, batch, hidden = shape
    rng = np.random.default_rng(steps + hidden)
    names = [name for name in cell.EXTRAS if name in extras.split(",") or name == "c"]
    shapes = {"c": (batch, hidden), "peepholes": (3, hidden), "bias": (hidden,), "lengths": (batch,)}
    arrays: list[np.ndarray] = [
        rng.standard_normal(s).astype(np.float32) for s in ((steps, batch, cell.GATES * hidden), (batch, hidden))
    ]
    arrays += [
        rng.standard_normal(shapes[n]).astype(np.float32) if n != "lengths" else rng.integers(0, steps + 2, batch) for n in names
    ]
    types: list[Attribute] = [TensorType(element_type(a.dtype), a.shape) for a in arrays]
    block, r = Block(arg_types=types), weights(form, hidden, cell.GATES * hidden)
    x, h, *more = block.args
    properties = {"activations": FUNCTIONS[cell], **properties}
    op = cell.make([x, r.result, h, more], extra_names=",".join(names) or None, **properties)
    block.add_ops([r, op, YieldOp(op.results[0])])
    kernel = KernelRecurrenceOp.wrap("test", TestOp(result_types=types).results, op.results[0].type, block)
    kernel.verify()
    return kernel, arrays


def check(kernel: KernelRecurrenceOp, arrays: list[np.ndarray], *, exact: bool = False) -> np.ndarray:
    """On all targets: the interpreter's result, to its bits or to what the order of sums explains."""
    (want,) = evaluate(kernel, arrays)
    layouts = [Layout.row_major(a.shape) for a in arrays]
    for target in HERE:
        code = build_kernel(kernel, layouts, target)
        out = np.full(want.size + 16, 77, np.float32)
        loaded, middle = LoadedKernel(code, target), code.units // 2
        for begin, end in ((middle, code.units), (0, middle)):
            loaded([np.ascontiguousarray(a).ravel() for a in arrays], out, begin, end)
        assert (out[want.size :] == 77).all(), target.name
        got = out[: want.size].reshape(want.shape)
        if exact:
            assert np.array_equal(got.view(np.int32), want.view(np.int32)), target.name
        else:
            np.testing.assert_allclose(got, want, rtol=0, atol=4e-6, err_msg=target.name)
    return want


@pytest.mark.parametrize(
    "cell, shape",
    [(c, s) for c in CELLS for s in ((3, 1, 33), (4, 9, 20))]
    + [(nn.GruOp, s) for s in ((2, 3, 70), (0, 2, 5), (2, 0, 5), (1, 1, 1))],
)
def test_floats(cell: type[nn.RecurrentOp], shape: tuple[int, int, int]) -> None:
    check(*make(cell, shape))


@pytest.mark.parametrize("cell, form", [(nn.LstmOp, "i8/c"), (nn.GruOp, "u8z"), (nn.RnnOp, "i8"), (nn.RnnOp, "u8z/c")])
def test_codes_under_float_states(cell: type[nn.RecurrentOp], form: str) -> None:
    """Within 2⁻²⁴ · (H + 2) · Σ|terms| per product: far less than what is allowed here."""
    check(*make(cell, (3, 2, 37), form))


@pytest.mark.parametrize("cell, form", [(nn.LstmOp, "i8/c"), (nn.GruOp, "u8z"), (nn.RnnOp, "i8"), (nn.RnnOp, "u8z/c")])
def test_codes_under_quantized_states(cell: type[nn.RecurrentOp], form: str) -> None:
    check(*make(cell, (4, 5, 21), form, "lengths", dynamic=1), exact=True)
    check(*make(cell, (3, 1, 64), form, dynamic=1), exact=True)


def test_quantized_states_in_both_forms_of_gru() -> None:
    check(*make(nn.GruOp, (4, 3, 21), "u8z/c", "bias", dynamic=1, linear_before_reset=1), exact=True)


@pytest.mark.parametrize("cell, reverse", [(nn.LstmOp, 1), (nn.GruOp, 0), (nn.RnnOp, 1)])
def test_lengths(cell: type[nn.RecurrentOp], reverse: int) -> None:
    """A row is what it would be alone and of its length, then zeros; the last states are those of its last step."""
    kernel, arrays = make(cell, (6, 5, 20), extras="lengths", reverse=reverse)
    arrays[-1] = np.array([6, 0, 2, 9, 5])
    whole = check(kernel, arrays)
    for row, length in enumerate(np.minimum(arrays[-1], 6)):
        alone, given = make(cell, (int(length), 1, 20), reverse=reverse)
        given[:] = [arrays[0][:length, row : row + 1], *(a[row : row + 1] for a in arrays[1:-1])]
        (want,) = evaluate(alone, given)
        np.testing.assert_allclose(whole[:length, row], want[:length, 0], rtol=0, atol=1e-6)
        np.testing.assert_allclose(whole[6:, row], want[length:, 0], rtol=0, atol=1e-6)
        assert not whole[length:6, row].any()


def test_peepholes_clip_and_coupled_gates() -> None:
    check(*make(nn.LstmOp, (5, 3, 17), extras="peepholes", clip=0.5))
    check(*make(nn.LstmOp, (5, 3, 17), extras="peepholes", input_forget=1))


@pytest.mark.parametrize("first", range(0, len(ACTIVATIONS), 3))
def test_functions(first: int) -> None:
    """The cell's functions are the interpreter's, bit for bit: there is no sum with weights of zeros."""
    names = (*ACTIVATIONS, "tanh")[first : first + 3]
    kernel, arrays = make(nn.LstmOp, (3, 1, 9), activations=",".join(names), alphas=_f32(0.7, 0.2, 1.5), betas=_f32(0.3, 0.1, 2.0))
    constant = next(op for op in kernel.block.ops if isinstance(op, ConstantOp))
    zeros = ConstantOp(np.zeros_like(constant.array))
    kernel.block.insert_op_before(zeros, constant)
    constant.result.replace_all_uses_with(zeros.result)
    kernel.block.erase_op(constant)
    check(kernel, arrays, exact=True)


def _f32(*values: float) -> Any:
    return DenseArrayBase.from_list(f32, list(values))


@pytest.mark.parametrize("size", [3, 40])
def test_layers_of_torch(size: int) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    x, h, c = torch.randn(7, 3, 5), torch.randn(1, 3, size), torch.randn(1, 3, size)
    for name, cell, order in (("LSTM", nn.LstmOp, (0, 3, 1, 2)), ("GRU", nn.GruOp, (1, 0, 2))):
        layer = getattr(torch.nn, name)(5, size)
        with torch.no_grad():
            want = layer(x, (h, c) if name == "LSTM" else h)[0].numpy()
        parts = (p.detach().numpy() for p in (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0))
        w, r, bw, br = (np.concatenate([np.split(p, len(order))[i] for i in order]) for p in parts)
        last = br[2 * size :].copy()
        if name == "GRU":
            br[2 * size :] = 0
        gates = (x.numpy() @ w.T + bw + br).astype(np.float32)
        extra = c[0].numpy() if name == "LSTM" else last
        given = [gates, np.ascontiguousarray(r.T), h[0].numpy(), extra]
        values = TestOp(result_types=[TensorType(element_type(a.dtype), a.shape) for a in given]).results
        more: dict[str, Any] = {} if name == "LSTM" else {"linear_before_reset": 1}
        op = cell.make([*values[:3], [values[3]]], extra_names=cell.EXTRAS[0], activations=FUNCTIONS[cell], **more)
        op.verify()
        np.testing.assert_allclose(evaluate(op, given)[0][:7], want, rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"activations": "tanh"}, "has 3 functions"),
        ({"activations": "sigmoid,tanh,sine"}, "has 3 functions"),
        ({"alphas": _f32(1.0)}, "1 parameters for 3"),
        ({"clip": -1.0}, "clip is positive"),
        ({"dynamic": 1}, "which dynamic needs"),
        ({"extra_names": "c,lengths"}, "has 1 extras"),
    ],
)
def test_refusals(change: dict[str, Any], message: str) -> None:
    types = [TensorType(element_type(np.dtype(np.float32)), s) for s in ((4, 2, 12), (3, 12), (2, 3), (2, 3))]
    x, r, h, c = TestOp(result_types=types).results
    with pytest.raises((VerifyException, ValueError), match=message):
        nn.LstmOp.make([x, r, h, [c]], **{"activations": FUNCTIONS[nn.LstmOp], "extra_names": "c", **change}).verify()


def test_weights_are_constant() -> None:
    kernel, arrays = make(nn.RnnOp, (2, 1, 4))
    constant = next(op for op in kernel.block.ops if isinstance(op, ConstantOp))
    argument = kernel.block.insert_arg(constant.result.type, 2)
    constant.result.replace_all_uses_with(argument)
    with pytest.raises(CompileError, match="not constant"):
        build_kernel(kernel, [*(Layout.row_major(a.shape) for a in arrays), Layout.row_major((4, 4))], HERE[0])


def test_a_long_sequence_is_a_loop() -> None:
    """The code of 200 steps is that of 2."""
    short, long = (make(nn.LstmOp, (steps, 1, 16)) for steps in (2, 200))
    sizes = [len(build_kernel(k, [Layout.row_major(a.shape) for a in given], HERE[-1]).llvm_ir) for k, given in (short, long)]
    assert abs(sizes[1] - sizes[0]) < 200


def test_codes_take_a_byte() -> None:
    """Per column, of 4 · 64 · 64 weights: a byte each, a scale per column."""
    kernel, arrays = make(nn.LstmOp, (2, 1, 64), "i8/c")
    code = build_kernel(kernel, [Layout.row_major(a.shape) for a in arrays], HERE[-1])
    assert sum(constant.nbytes for constant in code.constants) == 4 * 64 * 64 + 4 * 64 * 4
    assert code.macs == 2 * 4 * 64 * 64
