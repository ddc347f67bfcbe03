"""A model: an xDSL module with named inputs and outputs. `load` reads one, at any level."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import FunctionType, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.dynamic import DynamicParametersOp, ExtremaOp
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.nn import NnOp
from lpt.dialects.shapes import Shape, fits, is_static, tensor_shape, tensor_type
from lpt.errors import LoadError, LptError, RunError, UnsupportedError, memory_for
from lpt.interpreting import input_names, output_names

if TYPE_CHECKING:
    import onnx

    from lpt.passes.journal import Journal


class Model:
    """A module whose function `@main` is the network. `source` says where it came from, for messages.

    `journal` says what `lpt.transform` did.
    """

    def __init__(self, module: ModuleOp, source: str = "module"):
        self.module, self.source = module, source
        self.journal: Journal | None = None

    def __str__(self) -> str:
        return str(self.module)

    def __repr__(self) -> str:
        count = sum(1 for op in self.module.walk() if op.results)
        return f"<Model of {Path(self.source).name}, {count} operations>"

    def _repr_html_(self) -> str:
        from lpt.report.figure import model_html

        return model_html(self)

    @property
    def function(self) -> FuncOp:
        """`@main`. Raises LptError if there is none with one block."""
        return main_function(self.module)

    @property
    def inputs(self) -> dict[str, TensorType[Attribute]]:
        """Name → type, in the order of the arguments; -1 in a shape is a dimension that is not known."""
        arguments = self.function.body.block.args
        return self._named(input_names(self.function), [a.type for a in arguments])

    @property
    def outputs(self) -> dict[str, TensorType[Attribute]]:
        """Name → type, in the order of the results."""
        last = self.function.body.block.last_op
        types = [value.type for value in last.operands] if isinstance(last, ReturnOp) else []
        return self._named(output_names(self.function, len(types)), types)

    def _named(self, names: Sequence[str], types: Sequence[Attribute]) -> dict[str, TensorType[Attribute]]:
        if len(names) != len(types) or len(set(names)) != len(names):
            raise LptError(f"{len(types)} values need names that differ, got {', '.join(names)}", where=self.source)
        tensors = {name: type_ for name, type_ in zip(names, types, strict=True) if isinstance(type_, TensorType)}
        if len(tensors) != len(types):
            raise LptError("inputs and outputs must be ranked tensors", where=self.source)
        return tensors

    @property
    def is_static(self) -> bool:
        """Whether every dimension of every input is known."""
        return all(is_static(tensor_shape(type_)) for type_ in self.inputs.values())

    def clone(self) -> Model:
        """A copy whose operations are its own; weights are shared."""
        return Model(self.module.clone(), self.source)

    def specialize(self, shapes: Mapping[str, Sequence[int]]) -> Model:
        """A copy with these shapes for the inputs named, and all result types inferred anew.

        Works at the model and the low-precision level. Raises RunError where a name or a shape does not fit the model.
        """
        inputs = self.inputs
        for name, shape in shapes.items():
            if name not in inputs:
                raise RunError(f"the model has no input {name!r}", where=self.source, way_out=f"it has {', '.join(inputs)}")
            declared = tensor_shape(inputs[name])
            if not is_static(shape) or not fits(declared, shape):
                raise RunError(f"shape {tuple(shape)} does not fit {declared}", where=f"input {name!r}")
        return self.clone().resized(shapes)

    def made_static(self, shapes: Mapping[str, Sequence[int]]) -> Model:
        """`specialize`, where symbolic dimensions of the inputs that are not named become 1."""
        ones = {name: [max(extent, 1) for extent in tensor_shape(type_)] for name, type_ in self.inputs.items()}
        return self.specialize({**ones, **shapes})

    def resized(self, shapes: Mapping[str, Sequence[int]]) -> Model:
        """This model, changed: the inputs named get these shapes, all results what follows. Raises RunError as `specialize`."""
        function = self.function
        for name, argument in zip(self.inputs, function.body.block.args, strict=True):
            if name in shapes:
                _set_shape(argument, tuple(int(extent) for extent in shapes[name]))
        try:
            for op in function.body.block.ops:
                _infer(op, function)
            self.module.verify()
        except VerifyException as error:
            message = " ".join(str(error).split())
            raise RunError(f"the network does not take these shapes: {message}", where=self.source) from error
        return self


def _set_shape(value: SSAValue, shape: Shape) -> None:
    type_ = value.type
    assert isinstance(type_, TensorType)
    if tensor_shape(type_) != shape:
        Rewriter.replace_value_with_new_type(value, tensor_type(type_.element_type, shape))


def _infer(op: Operation, function: FuncOp) -> None:
    """Give an operation's results the shapes that follow from its operands; element types stay."""
    if isinstance(op, NnOp):
        for result, shape in zip(op.results, op.infer_shapes(), strict=True):
            _set_shape(result, shape)
    elif isinstance(op, KernelOp):
        raise UnsupportedError("kernels have fixed shapes", where=op.kernel_name.data, way_out="specialize before lowering")
    elif isinstance(op, ReturnOp):
        arguments = [argument.type for argument in function.body.block.args]
        function.properties["function_type"] = FunctionType.from_lists(arguments, [value.type for value in op.operands])
    elif op.operands and not isinstance(op, DynamicParametersOp | ExtremaOp):  # casts, lookup …: the first operand's shape
        for result in op.results:
            _set_shape(result, tensor_shape(op.operands[0]))


@memory_for("the model", LoadError)
def load(source: str | os.PathLike[str] | bytes | bytearray | memoryview | onnx.ModelProto) -> Model:
    """A model from a path (.onnx, .xml with the .bin beside it, .mlir), the bytes of an .onnx file, or an onnx.ModelProto.

    Raises LoadError for a file that is missing, damaged or of another format, UnsupportedError for an operator, type or shape that
    is not handled.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        from lpt.importers.onnx import import_bytes

        return Model(import_bytes(bytes(source)), "bytes")
    if isinstance(source, str | os.PathLike):
        return _load_path(Path(source))
    import onnx

    if isinstance(source, onnx.ModelProto):
        from lpt.importers.onnx import import_proto

        return Model(import_proto(source), source.graph.name or "ModelProto")
    raise LoadError(f"cannot load a {type(source).__name__}", way_out="give a path, bytes or an onnx.ModelProto")


def _load_path(path: Path) -> Model:
    match path.suffix.lower():
        case ".onnx":
            from lpt.importers.onnx import import_file

            return Model(import_file(path), str(path))
        case ".mlir":
            from lpt.serialize import load_mlir

            return load_mlir(path)
        case ".xml":
            from lpt.importers.openvino import import_file as import_ir

            return Model(import_ir(path), str(path))
        case _:
            raise LoadError("not a model file", where=str(path), way_out="give an .onnx, .xml or .mlir file")
