"""Run one function in this process: for tests, tools and the packing of weights. Programs run through the native driver instead."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import llvmlite.binding as llvm
import numpy as np

from lpt.codegen.kernel_code import KernelCode, compile_object, target_machine
from lpt.dialects.kernel import Layout
from lpt.target import Target


class LoadedKernel:
    """A kernel's machine code in this process; the processor must run `target`."""

    def __init__(self, code: KernelCode, target: Target):
        self.code = code
        machine = target_machine(target)
        empty = llvm.parse_assembly("")
        empty.triple = machine.triple
        # The engine takes its target machine with it.
        host = llvm.Target.from_triple(machine.triple).create_target_machine()
        self._engine = llvm.create_mcjit_compiler(empty, host)
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(compile_object(code.llvm_ir, target)))
        self._engine.finalize_object()
        signature = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
        self._function = signature(self._engine.get_function_address(code.name))

    def __call__(self, operands: Sequence[np.ndarray], result: np.ndarray, begin: int = 0, end: int | None = None) -> None:
        """Do work units [begin, end), all by default, on raw buffers; writes into `result`."""
        buffers = [*operands, result, *self.code.constants]
        pointers = (ctypes.c_void_p * len(buffers))(*(b.ctypes.data for b in buffers))
        self._function(ctypes.addressof(pointers), begin, self.code.units if end is None else end)


def view(buffer: np.ndarray, layout: Layout, shape: Sequence[int]) -> np.ndarray:
    """The tensor of logical `shape` that lies in `buffer`, writable in place."""
    strides = [stride * buffer.itemsize for stride in layout.strides]
    return np.lib.stride_tricks.as_strided(buffer[layout.offset :], shape, strides)


def place(array: np.ndarray, layout: Layout, fill: int = 0) -> np.ndarray:
    """A buffer that holds `array` in `layout`, and `fill` (the zero point) everywhere else."""
    buffer = np.full(layout.size, fill, array.dtype)
    view(buffer, layout, array.shape)[...] = array
    return buffer
