"""`lpt.compile`: from a model at any level to an executable.

A program that the cache holds needs no model: what reads and transforms one is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from lpt import program_cache
from lpt.errors import CompileError, LptError, ValuesNeeded, memory_for
from lpt.runtime.executable import Executable
from lpt.runtime.program import Program
from lpt.target import Target, get_target

if TYPE_CHECKING:
    from onnx import ModelProto
    from xdsl.dialects.builtin import ModuleOp

    from lpt.model import Model
    from lpt.runtime.assemble import Build

Progress = Callable[[int, int], None]


@memory_for("compiling the model", CompileError)
def compile(
    model: Model | ModelProto | bytes | str | PathLike[str],
    target: str = "native",
    threads: int | None = None,
    *,
    tune: bool = False,
    progress: Progress | None = None,
) -> Executable:
    """Compile a model for a target: a path, an ONNX ModelProto, or a Model at any level.

    A model that no pipeline has transformed goes through the pipeline `lpt` first. Programs for symbolic shapes are made when `run`
    first sees them. `threads` defaults to the number of physical cores; `progress(done, total)` counts kernels. ONNX models are
    compiled once: the user's cache keeps their programs (`lpt.runtime.cache`). Where values of inputs decide what is computed
    (shapes, axes, pads … that are no initializers), programs are made for each set of them (`lpt.runtime.by_value`). With `tune`,
    kernels' tiles are measured on this processor where the cache has none; it keeps them for all to come (`lpt.tuning`).
    Raises LptError: unknown target, a model transformed for another target, an operation without a kernel, and with `tune` a target
    that this processor cannot run.
    """
    chosen = get_target(target)
    key = program_cache.key_of(model, chosen)
    if not tune and key is not None and (program := program_cache.find(key)) is not None:
        if progress is not None:
            progress(len(program.objects), len(program.objects))
        return Executable([program], threads=threads)
    try:
        compiler = _Compiler(model, chosen, progress, tune)
    except ValuesNeeded as error:
        from lpt.model import Model
        from lpt.valued import compile_by_value

        assert not isinstance(model, Model)  # one that is read already needs nothing

        def compile_model(known: Model) -> Executable:
            return compile(known, target, threads, tune=tune, progress=progress)

        return compile_by_value(model, error, compile_model, chosen.name, threads)
    if key is not None and program_cache.key_of(model, chosen) != key:
        key = None  # the file has changed while it was read

    def kept(program: Program, shapes: Sequence[tuple[int, ...]] | None = None) -> Program:
        # Tuning has changed what the key depends on.
        now = program_cache.key_of(model, chosen) if tune and key is not None else key
        if now is None:
            return program
        return program_cache.store(now if shapes is None else program_cache.key_for_shapes(now, shapes), program)

    if compiler.is_static:
        return Executable([kept(compiler.program())], threads=threads)

    @memory_for("compiling the model", CompileError)
    def specialize(shapes: Sequence[tuple[int, ...]]) -> Program:
        found = None if tune or key is None else program_cache.find(program_cache.key_for_shapes(key, shapes))
        return found or kept(compiler.program(shapes), shapes)

    return Executable(
        [], inputs=compiler.inputs, outputs=compiler.outputs, target=chosen.name, threads=threads, specialize=specialize
    )


@memory_for("compiling the model", CompileError)
def write_object_file(
    model: Model | ModelProto | bytes | str | PathLike[str],
    path: str | PathLike[str],
    target: str = "native",
    shapes: Mapping[str, Sequence[int]] | None = None,
    *,
    tune: bool = False,
) -> Program:
    """Compile a model into an object file `path` (.o) with a C header beside it, for programs without Python.

    Symbolic dimensions take the extents in `shapes`, by input, and are 1 otherwise. `tune` as in `compile`. Returns the program's
    description.
    Raises LptError as `compile`, and for a file name that is no C identifier.
    """
    from lpt.runtime.object_file import write_object

    program, sources = generated(model, target, shapes, tune=tune)
    write_object(program, sources, Path(path))
    return program


def generated(
    model: Model | ModelProto | bytes | str | PathLike[str],
    target: str = "native",
    shapes: Mapping[str, Sequence[int]] | None = None,
    *,
    tune: bool = False,
) -> tuple[Program, dict[str, str]]:
    """The program without objects, and the LLVM IR of its kernels by symbol: what `write_object_file` and `lpt.listing` start from.

    Arguments and errors are those of `write_object_file`.
    """
    from lpt.runtime.assemble import generate

    chosen = get_target(target)
    compiler = _Compiler(model, chosen, None, tune)
    given = dict(shapes or {})
    bound = [tuple(given.get(p.name, [1 if n == -1 else n for n in p.shape])) for p in compiler.inputs]
    module = compiler.kernels(None if compiler.is_static else bound)
    return generate(module, chosen, compiler.build(module))


class _Compiler:
    """A model transformed for a target, and its interface."""

    def __init__(
        self, model: Model | ModelProto | bytes | str | PathLike[str], target: Target, progress: Progress | None, tune: bool
    ):
        from lpt.dialects.interpreter import main_function
        from lpt.dialects.shapes import is_static, tensor_shape
        from lpt.interpreting import input_names
        from lpt.model import Model, load
        from lpt.runtime.assemble import output_ports, ports_of

        self._target, self._progress, self._tune = target, progress, tune
        if not isinstance(model, Model):
            source, model = model, load(model)
            _require_weights(source, model)
        self._model = _transformed(model, target)
        function = main_function(self._model.module)
        arguments = function.body.block.args
        self.inputs = ports_of(input_names(function), arguments)
        self.outputs = output_ports(function)
        self.is_static = all(is_static(tensor_shape(value)) for value in arguments)

    def program(self, shapes: Sequence[tuple[int, ...]] | None = None) -> Program:
        """The program for input shapes, or for the model's own."""
        from lpt.batching import lowered_in_groups
        from lpt.runtime.assemble import assemble, in_groups

        module, groups = lowered_in_groups(self._bound(shapes), _lowered)
        program = assemble(module, self._target, progress=self._progress, build=self.build(module))
        return in_groups(program, groups)

    def build(self, module: ModuleOp) -> Build:
        """How to generate the kernels of `module`: with the tiles that were measured, now or before."""
        from lpt.runtime.tiles import tuned_tiles
        from lpt.tuning import tune, tuned_build

        return tuned_build(tune(module, self._target) if self._tune else tuned_tiles(self._target))

    def kernels(self, shapes: Sequence[tuple[int, ...]] | None = None) -> ModuleOp:
        """The module of kernels for input shapes, or for the model's own."""
        return _lowered(self._bound(shapes))

    def _bound(self, shapes: Sequence[tuple[int, ...]] | None) -> Model:
        if shapes is None:
            return self._model
        return self._model.specialize({port.name: shape for port, shape in zip(self.inputs, shapes, strict=True)})


def _require_weights(source: object, model: Model) -> None:
    from lpt.valued import is_onnx, require_weights

    if is_onnx(source):
        require_weights(model)


def _lowered(model: Model) -> ModuleOp:
    from lpt.dialects.kernel import KernelOp

    if any(isinstance(op, KernelOp) for op in model.function.body.block.ops):
        return model.module
    return _run_pipeline(model.module, "lower")


def _transformed(model: Model, target: Target) -> Model:
    from xdsl.dialects.builtin import StringAttr

    from lpt.model import Model
    from lpt.passes.pipeline import TARGET

    recorded = model.module.attributes.get(TARGET)
    if recorded is None:
        return Model(_run_pipeline(model.module, "lpt", target), model.source)
    if not isinstance(recorded, StringAttr) or recorded.data != target.name:
        name = recorded.data if isinstance(recorded, StringAttr) else str(recorded)
        raise CompileError(
            f"the model was transformed for {name}, not for {target.name}",
            way_out=f"compile for {name}, or transform the original model for {target.name}",
        )
    return model


def _run_pipeline(module: ModuleOp, text: str, target: Target | None = None) -> ModuleOp:
    """A copy of `module` behind a pipeline. It is verified once: only if that fails, behind each pass, which names the culprit."""
    from lpt.passes.pipeline import Pipeline, set_target, verify_module

    def run(verify: bool) -> ModuleOp:
        copy = module.clone()
        if target is not None:
            set_target(copy, target)
        Pipeline.parse(text).run(copy, verify=verify)
        return copy

    try:
        result = run(verify=False)
        verify_module(result, f"after pipeline {text}")
    except LptError:
        return run(verify=True)
    return result


__all__ = ["compile", "generated", "write_object_file"]
