"""`lpt.compile`: from a model at any level to an executable."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import ReturnOp

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.errors import CompileError
from lpt.model import Model, load
from lpt.passes.pipeline import TARGET, Pipeline
from lpt.runtime.assemble import Progress, assemble, names_of, ports_of
from lpt.runtime.executable import Executable
from lpt.runtime.program import Program
from lpt.target import Target, get_target
from lpt.transforming import transform

if TYPE_CHECKING:
    from onnx import ModelProto


def compile(
    model: Model | ModelProto | bytes | str | PathLike[str],
    target: str = "native",
    threads: int | None = None,
    *,
    progress: Progress | None = None,
) -> Executable:
    """Compile a model for a target: a path, an ONNX ModelProto, or a Model at any level.

    A model that no pipeline has transformed goes through the pipeline `lpt` first. Programs for symbolic shapes are made when `run`
    first sees them. `threads` defaults to the number of physical cores; `progress(done, total)` counts kernels.
    Raises LptError: unknown target, a model transformed for another target, an operation without a kernel.
    """
    chosen = get_target(target)
    source = model if isinstance(model, Model) else load(model)
    prepared = _transformed(source, chosen)
    function = main_function(prepared.module)
    arguments, last = function.body.block.args, function.body.block.last_op
    assert isinstance(last, ReturnOp)
    inputs = ports_of(names_of(function, "inputs", len(arguments)), arguments)
    outputs = ports_of(names_of(function, "outputs", len(last.operands)), last.operands)
    if all(is_static(tensor_shape(value)) for value in arguments):
        return Executable([_program(prepared, chosen, progress)], threads=threads)

    def specialize(shapes: Sequence[tuple[int, ...]]) -> Program:
        bound = prepared.specialize({port.name: shape for port, shape in zip(inputs, shapes, strict=True)})
        return _program(bound, chosen, progress)

    return Executable([], inputs=inputs, outputs=outputs, target=chosen.name, threads=threads, specialize=specialize)


def _transformed(model: Model, target: Target) -> Model:
    recorded = model.module.attributes.get(TARGET)
    if recorded is None:
        return transform(model, target=target.name)
    if not isinstance(recorded, StringAttr) or recorded.data != target.name:
        name = recorded.data if isinstance(recorded, StringAttr) else str(recorded)
        raise CompileError(
            f"the model was transformed for {name}, not for {target.name}",
            way_out=f"compile for {name}, or transform the original model for {target.name}",
        )
    return model


def _program(model: Model, target: Target, progress: Progress | None) -> Program:
    module: ModuleOp = model.module
    if not any(isinstance(op, KernelOp) for op in main_function(module).body.block.ops):
        module = module.clone()
        Pipeline.parse("lower").run(module)
    return assemble(module, target, progress=progress)


__all__ = ["compile"]
