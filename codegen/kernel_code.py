"""`KernelCode`: one compiled-to-be kernel, and LLVM's part in making it machine code."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import llvmlite.binding as llvm
import numpy as np

from lpt.codegen.emit import Emitter
from lpt.errors import CompileError
from lpt.target import Target

__all__ = ["KernelCode"]


@dataclass(frozen=True)
class KernelCode:
    """The code and constants of one kernel.

    `llvm_ir` is a module with one external function `void name(ptr args, i64 begin, i64 end)`; args points to
    the operand buffers, the result buffer and `constants`, in that order; it does work units [begin, end) of
    `units`. The name is a digest of the code, so equal kernels are one function. `instructions` names the
    dot product or is empty; `macs` counts the operation's multiply-accumulates (spatial padding counts, padded
    channels do not), `bytes` what it must read and write.

    `tiles` are the micro kernels (pixels, vectors) that a contraction could have, that of least estimated time first.
    `widened[i]` is the share of its products that proved vpmaddubsw does, i + 1 dwords summed before they are widened.
    """

    name: str
    llvm_ir: str
    constants: tuple[np.ndarray, ...]
    units: int
    instructions: str
    macs: int
    bytes: int
    tiles: tuple[tuple[int, int], ...] = ()
    widened: tuple[float, ...] = ()


def finish(
    emitter: Emitter,
    *,
    units: int,
    instructions: str = "",
    macs: int = 0,
    moved: int = 0,
    tiles: Sequence[tuple[int, int]] = (),
    widened: Sequence[float] = (),
) -> KernelCode:
    """End `emitter`'s function and name it by its content. `moved`: bytes that it must read and write."""
    text = emitter.finish()
    digest = hashlib.sha256(f"{emitter.target.name}\n{text}".encode()).hexdigest()[:20]
    name = f"lpt_{digest}"
    return KernelCode(
        name,
        text.replace(emitter.name, name),
        tuple(emitter.constants),
        units,
        instructions,
        macs,
        moved,
        tuple(tiles),
        tuple(widened),
    )


@functools.cache
def target_machine(target: Target) -> llvm.TargetMachine:
    """LLVM's machine for `target`: generic x86-64 with its features, position independent."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    triple = llvm.Target.from_triple("x86_64-unknown-linux-gnu")
    return triple.create_target_machine(cpu="x86-64", features=target.llvm_features, opt=2, reloc="pic", codemodel="small")


def optimized(llvm_ir: str, target: Target) -> llvm.ModuleRef:
    """LLVM's module behind the passes that kernels need. Raises CompileError if LLVM refuses it."""
    machine = target_machine(target)
    try:
        module = llvm.parse_assembly(llvm_ir)
        module.verify()
    except RuntimeError as error:
        raise CompileError(
            f"LLVM refuses a kernel: {error}", where=f"target {target.name}", way_out="this is a bug of lpt"
        ) from error
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    # Kernels come vectorized, unrolled and with their loops in order: what is left are simplifications of addresses
    # and conversions. The whole of -O2 takes three times as long for the same machine code.
    passes = llvm.create_new_module_pass_manager()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_new_gvn_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_dead_code_elimination_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2)))
    return module


def compile_object(llvm_ir: str, target: Target) -> bytes:
    """A relocatable ELF object of a module. Raises CompileError if LLVM refuses it."""
    return bytes(target_machine(target).emit_object(optimized(llvm_ir, target)))


def assembly(llvm_ir: str, target: Target) -> str:
    """The AT&T assembly that `compile_object` encodes."""
    return str(target_machine(target).emit_assembly(optimized(llvm_ir, target)))
