"""`check_kernel`: a kernel built from a body, run on every target of this machine and compared with the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pytest
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

from lpt.codegen.build import build_kernel
from lpt.codegen.jit import LoadedKernel
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelOp, Layout, YieldOp
from lpt.target import TARGETS, runs_here

GUARD = 0xA5


class CheckKernel(Protocol):
    def __call__(
        self,
        op_class: type[KernelOp],
        types: Sequence[Attribute],
        body: Callable[..., SSAValue],
        arrays: Sequence[np.ndarray],
        *,
        layouts: Sequence[Layout | None] | None = None,
        result: Layout | None = None,
    ) -> KernelOp: ...


def make_kernel(
    op_class: type[KernelOp], types: Sequence[Attribute], body: Callable[..., SSAValue], result: Layout | None
) -> KernelOp:
    """A verified kernel whose body is what `body` builds from its arguments."""
    block = Block(arg_types=types)
    value = body(*block.args)
    _adopt(block, value)
    block.add_op(YieldOp(value))
    kernel = op_class.wrap("test", TestOp(result_types=types).results, value.type, block)
    if result is not None:
        kernel.with_layout(result)
    kernel.verify()
    return kernel


def _adopt(block: Block, value: SSAValue) -> None:
    """Move the operations that a value comes from into a block, operands first."""
    if isinstance(value.owner, Operation) and value.owner.parent is None:
        for operand in value.owner.operands:
            _adopt(block, operand)
        if value.owner.parent is None:
            block.add_op(value.owner)


def view(buffer: np.ndarray, layout: Layout, shape: Sequence[int]) -> np.ndarray:
    """The logical tensor in a buffer."""
    step = buffer.itemsize
    return np.lib.stride_tricks.as_strided(buffer[layout.offset :], shape, [s * step for s in layout.strides])


def place(array: np.ndarray, layout: Layout) -> np.ndarray:
    """A buffer that holds `array`, with other bytes around it."""
    buffer = np.frombuffer(bytes([GUARD]) * (layout.size * array.itemsize), array.dtype).copy()
    view(buffer, layout, array.shape)[...] = array
    return buffer


def written(layout: Layout, shape: Sequence[int]) -> np.ndarray:
    """Which elements of a buffer a kernel may write: the tensor's, and its channel padding."""
    mask = np.zeros(layout.size, bool)
    view(mask, layout, shape)[...] = True
    if len(shape) > 2 and layout.strides[1] == 1:
        channels = min(layout.strides[2:])  # what is stored for each pixel
        view(mask, layout, (shape[0], channels, *shape[2:]))[...] = True
    return mask


@pytest.fixture
def check_kernel() -> CheckKernel:
    def check(
        op_class: type[KernelOp],
        types: Sequence[Attribute],
        body: Callable[..., SSAValue],
        arrays: Sequence[np.ndarray],
        *,
        layouts: Sequence[Layout | None] | None = None,
        result: Layout | None = None,
    ) -> KernelOp:
        kernel = make_kernel(op_class, types, body, result)
        (expected,) = evaluate(kernel, arrays)
        out = result or Layout.row_major(expected.shape)
        given = layouts or [None] * len(arrays)
        placed = [layout or Layout.row_major(a.shape) for a, layout in zip(arrays, given, strict=True)]
        buffers = [place(a, layout) for a, layout in zip(arrays, placed, strict=True)]
        for target in TARGETS.values():
            if runs_here(target):
                _run(kernel, placed, buffers, expected, out, target)
        return kernel

    return check


def _run(kernel: KernelOp, layouts: Any, buffers: Any, expected: np.ndarray, out: Layout, target: Any) -> None:
    code = build_kernel(kernel, layouts, target)
    loaded = LoadedKernel(code, target)
    guard = np.frombuffer(bytes([GUARD]) * ((out.size + 64) * expected.itemsize), expected.dtype)
    buffer = guard.copy()
    middle = code.units // 2
    loaded(buffers, buffer, middle, code.units)
    loaded(buffers, buffer, 0, middle)
    got = view(buffer, out, expected.shape)
    bits = f"u{expected.itemsize}"
    if expected.dtype.kind == "f":
        assert (np.isnan(got) == np.isnan(expected)).all(), target.name
        got, expected = np.where(np.isnan(got), np.float32(0), got), np.where(np.isnan(expected), np.float32(0), expected)
    different = np.argwhere(np.ascontiguousarray(got).view(bits) != np.ascontiguousarray(expected).view(bits))
    assert not len(different), f"{target.name}: {len(different)} of {got.size} differ, first at {different[0]}"
    untouched = np.ones(out.size + 64, bool)
    untouched[: out.size] = ~written(out, expected.shape)
    assert (buffer.view(bits)[untouched] == guard.view(bits)[untouched]).all(), f"{target.name} writes outside its elements"
