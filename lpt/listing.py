"""`listings`: the code of each kernel of a model, as LLVM IR and as assembly, to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

from lpt.errors import CompileError, memory_for
from lpt.target import get_target

if TYPE_CHECKING:
    from onnx import ModelProto

    from lpt.model import Model
    from lpt.runtime.program import Buffer


@dataclass(frozen=True)
class Listing:
    """One kernel of a program.

    `name` is its `kernel_name`; `operation`, `precision` and `instructions` are those of `Executable.report`. Its function takes
    an array of pointers to `arguments`, in that order: operands, the result, and what was packed while compiling (`input 0` and
    `output 0` are the caller's, `arena+1024` and `constant+1152` places in bytes), and does the work units [begin, end) of `units`.
    `llvm_ir` is the module as it was generated, before LLVM's passes.
    """

    name: str
    operation: str
    precision: str
    instructions: str
    units: int
    arguments: tuple[str, ...]
    target: str
    llvm_ir: str = field(repr=False)

    @cached_property
    def assembly(self) -> str:
        """What LLVM makes of `llvm_ir`, in AT&T syntax: the machine code that runs. Raises CompileError if LLVM refuses it."""
        from lpt.codegen.kernel_code import assembly

        return assembly(self.llvm_ir, get_target(self.target))

    def text(self, kind: str, comment: str) -> str:
        """`asm` or `llvm`, below two lines behind `comment` that say what it is. Raises CompileError as `assembly`."""
        words = [self.operation, self.precision, self.instructions, f"{self.units} units", self.target]
        head = f"{comment} {self.name}: {', '.join(filter(None, words))}\n{comment} args: {', '.join(self.arguments)}\n"
        return head + (self.assembly if kind == "asm" else self.llvm_ir)


@memory_for("compiling the model", CompileError)
def listings(
    model: Model | ModelProto | bytes | str | PathLike[str],
    target: str = "native",
    shapes: Mapping[str, Sequence[int]] | None = None,
    *,
    tune: bool = False,
) -> list[Listing]:
    """The kernels of a model in the order in which they run, with the code that `lpt.compile` makes of them.

    Equal kernels of one model are one function and are listed as often as they run. Symbolic dimensions take the extents in
    `shapes`, by input, and are 1 otherwise; `tune` as in `lpt.compile`. Any target can be listed, whatever this processor runs.
    Raises LptError as `lpt.compile`.
    """
    from lpt.compiling import generated

    program, sources = generated(model, target, shapes, tune=tune)
    return [
        Listing(
            step.name,
            step.operation,
            step.precision,
            step.instructions,
            step.units,
            tuple(_place(buffer) for buffer in step.arguments),
            program.target,
            sources[step.symbol],
        )
        for step in program.steps
    ]


def _place(buffer: Buffer) -> str:
    return f"{buffer.space} {buffer.at}" if buffer.space in ("input", "output") else f"{buffer.space}+{buffer.at}"


def find_listing(found: Sequence[Listing], name: str) -> Listing:
    """The kernel called `name`. Raises CompileError with all names if there is none."""
    for listing in found:
        if listing.name == name:
            return listing
    names = ", ".join(listing.name for listing in found)
    raise CompileError(f"there is no kernel {name!r}", way_out=f"one of {names}")


__all__ = ["Listing", "find_listing", "listings"]
