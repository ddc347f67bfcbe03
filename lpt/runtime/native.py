"""Machine code in this process: the driver, and the kernels of programs."""

from __future__ import annotations

import ctypes
import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import llvmlite.binding as llvm

from lpt.codegen.driver import DRIVER_IR, EXPORTS

_serial = itertools.count()


@functools.cache
def _jit() -> llvm.LLJIT:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.create_lljit_compiler()


class Code:
    """Loaded objects; `address(symbol)` of each. The code goes when this object does."""

    def __init__(self, objects: Mapping[str, bytes]):
        self._libraries = []
        self._addresses: dict[str, int] = {}
        for symbol, image in objects.items():
            builder = llvm.JITLibraryBuilder().add_object_img(image).add_current_process().export_symbol(symbol)
            library = builder.link(_jit(), f"kernel-{next(_serial)}")
            self._libraries.append(library)
            self._addresses[symbol] = library[symbol]

    def address(self, symbol: str) -> int:
        return self._addresses[symbol]


@dataclass(frozen=True)
class Driver:
    """The driver's entry points; see `lpt.codegen.driver`. Calls release Python's global lock."""

    start: Callable[[int], int]
    run: Callable[[int, int, int, int], None]
    stop: Callable[[int], None]
    library: object


@functools.cache
def driver() -> Driver:
    """The driver, compiled on first use."""
    builder = llvm.JITLibraryBuilder().add_ir(DRIVER_IR).add_current_process()
    for name in EXPORTS:
        builder.export_symbol(name)
    library = builder.link(_jit(), "driver")
    word, pointer = ctypes.c_int64, ctypes.c_void_p
    return Driver(
        start=ctypes.CFUNCTYPE(word, pointer)(library["lpt_start"]),
        run=ctypes.CFUNCTYPE(None, pointer, word, word, pointer)(library["lpt_run"]),
        stop=ctypes.CFUNCTYPE(None, pointer)(library["lpt_stop"]),
        library=library,
    )
