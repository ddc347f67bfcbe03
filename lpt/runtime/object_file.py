"""A whole model as one object file with a C header, for programs without Python.

    int NAME_run(const void *const *inputs, void *const *outputs, void *arena);

The object holds the kernels, the packed weights and a function that calls one kernel after the other on the caller's thread. It
needs nothing but memset and memcpy. Inputs and outputs are row-major, in the model's order; the arena is scratch memory of the
caller's, one per call that runs at the same time.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import llvmlite.binding as llvm

from lpt.codegen.kernel_code import optimized, target_machine
from lpt.errors import CompileError
from lpt.runtime.cache import public_mode, written_whole
from lpt.runtime.program import ALIGNMENT, Buffer, Port, Program, Step
from lpt.target import get_target

_C_TYPES = {"float32": "float", "uint8": "uint8_t", "int8": "int8_t", "int32": "int32_t", "int64": "int64_t", "bool": "uint8_t"}


def write_object(program: Program, sources: Mapping[str, str], path: Path) -> None:
    """Write `path` (.o) and the header beside it (.h), both or neither.

    `program` and `sources` are `lpt.runtime.assemble.generate`'s. Raises CompileError for a name that is no C identifier.
    """
    name = path.stem
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise CompileError(f"{name!r} is no C identifier", where=str(path), way_out="name the file as its functions")
    image = object_image(program, sources, name)
    mode = public_mode()
    with written_whole(path.with_suffix(".h"), mode) as beside, written_whole(path, mode) as file:
        beside.write(header(program, name).encode())
        file.write(image)


def header(program: Program, name: str) -> str:
    """The C header: sizes, and what each input and output is."""
    guard = f"LPT_{name.upper()}_H"
    lines = [f"/* {name}: compiled by lpt for {program.target}. */", f"#ifndef {guard}", f"#define {guard}", "#include <stdint.h>"]
    lines += ["#ifdef __cplusplus", 'extern "C" {', "#endif"]
    lines.append(f"#define {name.upper()}_ARENA_BYTES {max(program.arena_size, 1)} /* aligned to {ALIGNMENT} bytes */")
    lines.append(f"#define {name.upper()}_INPUTS {len(program.inputs)}")
    lines.append(f"#define {name.upper()}_OUTPUTS {len(program.outputs)}")
    lines += [_describe(kind, i, port) for kind, ports in _ports(program) for i, port in enumerate(ports)]
    lines.append("/* Returns 0. Calls with different arenas may run at the same time. */")
    lines.append(f"int {name}_run(const void *const *inputs, void *const *outputs, void *arena);")
    lines += ["#ifdef __cplusplus", "}", "#endif", "#endif", ""]
    return "\n".join(lines)


def _ports(program: Program) -> list[tuple[str, tuple[Port, ...]]]:
    return [("inputs", program.inputs), ("outputs", program.outputs)]


def _describe(kind: str, index: int, port: Port) -> str:
    extents = "".join(f"[{n}]" for n in port.shape)
    label = port.name.replace("*/", "")
    return f"/* {kind}[{index}]: {_C_TYPES.get(port.dtype, port.dtype)} {extents or '(one)'}, {label} */"


def object_image(program: Program, sources: Mapping[str, str], name: str) -> bytes:
    """The relocatable ELF object."""
    target = get_target(program.target)
    llvm.initialize_native_asmparser()  # for .incbin
    with tempfile.NamedTemporaryFile() as constants:
        program.constants.tofile(constants)
        constants.flush()
        module = optimized(_entry(program, name, constants.name), target)
        for symbol, text in sources.items():
            kernel = optimized(text, target)
            kernel.get_function(symbol).name = f"{name}_{symbol}"
            module.link_in(kernel)
        for function in module.functions:
            if not function.is_declaration and function.name != f"{name}_run":
                function.linkage = llvm.Linkage.internal
        return bytes(target_machine(target).emit_object(module))


def _entry(program: Program, name: str, constants: str) -> str:
    """LLVM IR of NAME_run: a call per step, behind the step's halo."""
    symbol = f"{name}_constants"
    body = [line for i, step in enumerate(program.steps) for line in _call(name, i, step)]
    for i, copy in enumerate(program.copies):
        port = program.outputs[copy.output]
        size = port.type.itemsize
        for extent in port.shape:
            size *= extent
        body += _pointer(f"to{i}", Buffer("output", copy.output), symbol) + _pointer(f"from{i}", copy.source, symbol)
        body.append(f"  call void @llvm.memcpy.p0.p0.i64(ptr %to{i}, ptr %from{i}, i64 {size}, i1 false)")
    kernels = sorted({step.symbol for step in program.steps})
    slots = max((len(step.arguments) for step in program.steps), default=1)
    return "\n".join(
        [
            f'module asm ".section .rodata.{symbol},\\22a\\22,@progbits"',
            f'module asm ".balign {ALIGNMENT}"',
            f'module asm "{symbol}:"',
            f'module asm ".incbin \\22{constants}\\22"',
            'module asm ".byte 0"',
            'module asm ".text"',
            f"@{symbol} = external hidden global i8, align {ALIGNMENT}",
            *(f"declare void @{name}_{kernel}(ptr, i64, i64)" for kernel in kernels),
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            "declare void @llvm.x86.sse.stmxcsr(ptr)",
            "declare void @llvm.x86.sse.ldmxcsr(ptr)",
            "define internal void @fill(ptr %at, i64 %bytes, i64 %word) {",
            "entry:",
            "  %any = icmp sgt i64 %bytes, 0",
            "  br i1 %any, label %loop, label %end",
            "loop:",
            "  %i = phi i64 [0, %entry], [%next, %loop]",
            "  %bit = shl i64 %i, 3",
            "  %turn = and i64 %bit, 63",
            "  %shifted = lshr i64 %word, %turn",
            "  %byte = trunc i64 %shifted to i8",
            "  %p = getelementptr i8, ptr %at, i64 %i",
            "  store i8 %byte, ptr %p",
            "  %next = add i64 %i, 1",
            "  %more = icmp slt i64 %next, %bytes",
            "  br i1 %more, label %loop, label %end",
            "end:",
            "  ret void",
            "}",
            f"define i32 @{name}_run(ptr %inputs, ptr %outputs, ptr %arena) {{",
            f"  %args = alloca [{slots} x ptr], align 16",
            "  %saved = alloca i32",
            "  %ours = alloca i32",
            "  store i32 8064, ptr %ours",  # 0x1F80, as the driver
            "  call void @llvm.x86.sse.stmxcsr(ptr %saved)",
            "  call void @llvm.x86.sse.ldmxcsr(ptr %ours)",
            *body,
            "  call void @llvm.x86.sse.ldmxcsr(ptr %saved)",
            "  ret i32 0",
            "}",
        ]
    )


def _pointer(value: str, buffer: Buffer, symbol: str) -> list[str]:
    """`%value` = where a buffer begins."""
    match buffer.space:
        case "arena":
            return [f"  %{value} = getelementptr i8, ptr %arena, i64 {buffer.at}"]
        case "constant":
            return [f"  %{value} = getelementptr i8, ptr @{symbol}, i64 {buffer.at}"]
        case space:
            slot = f"  %{value}.slot = getelementptr ptr, ptr %{space}s, i64 {buffer.at}"
            return [slot, f"  %{value} = load ptr, ptr %{value}.slot"]


def _call(name: str, index: int, step: Step) -> list[str]:
    lines = _pointer(f"r{index}", step.result, f"{name}_constants")
    for i, span in enumerate(step.halo):
        lines.append(f"  %h{index}.{i} = getelementptr i8, ptr %r{index}, i64 {span.begin}")
        lines.append(f"  call void @fill(ptr %h{index}.{i}, i64 {span.length}, i64 {_signed(span.value)})")
    for i, buffer in enumerate(step.arguments):
        lines += _pointer(f"a{index}.{i}", buffer, f"{name}_constants")
        lines.append(f"  %s{index}.{i} = getelementptr ptr, ptr %args, i64 {i}")
        lines.append(f"  store ptr %a{index}.{i}, ptr %s{index}.{i}")
    lines.append(f"  call void @{name}_{step.symbol}(ptr %args, i64 0, i64 {step.units})")
    return lines


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word
