"""From an ONNX graph to a module: arguments, nodes in order, results, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import onnx
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, TensorType, f32, i1, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.shapes import Shape, fits, tensor_shape, tensor_type
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.builder import Builder, finish, integer_type, name_hint
from lpt.importers.onnx.functions import opsets_of, own_functions
from lpt.importers.onnx.order import graphs_in
from lpt.importers.onnx.scope import Scope, Surroundings, initializers
from lpt.importers.onnx.table import NEWEST, OLDEST
from lpt.importers.onnx.tensors import STORAGES, type_name
from lpt.importers.rows import bounded, count_outputs, note_rows
from lpt.importers.value import Value


def import_model(proto: onnx.ModelProto, where: str, folder: Path | None, values: Mapping[str, Array] | None = None) -> ModuleOp:
    """The module of a model, in which the inputs named in `values` are constants.

    Raises LoadError for a damaged model, UnsupportedError for one that is not handled: ValuesNeeded if values of inputs would do.
    """
    opsets = _opsets(proto, where)
    inner = (name for f in proto.functions for name in (f.name, f.domain, *f.input, *f.output, *_names_in(f.node)))
    if not all(isinstance(name, str) for name in chain(_all_names(proto.graph), inner)):
        raise LoadError("a name in it is not UTF-8", where=where, way_out="the model is damaged: export it again")
    function = _Import(proto, opsets, folder, values or {}).run()
    module = ModuleOp([function])
    module.attributes["lpt.opset"] = IntegerAttr(opsets[""], i64)
    return module


def _all_names(graph: GraphProto) -> Iterator[object]:
    """Every name of a graph; protobuf gives those that are not UTF-8 as bytes."""
    for value in (*graph.input, *graph.output, *graph.initializer):
        yield value.name
    yield from _names_in(graph.node)


def _names_in(nodes: Iterable[NodeProto]) -> Iterator[object]:
    for node in nodes:
        yield from (node.name, node.op_type, node.domain, node.overload, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
        for graph in graphs_in(node):
            yield from _all_names(graph)


def _opsets(proto: onnx.ModelProto, where: str) -> dict[str, int]:
    opsets = opsets_of(proto)
    if "" not in opsets:
        raise LoadError("the model imports no operator set of ai.onnx", where=where, way_out="export it again")
    if not OLDEST <= opsets[""] <= NEWEST:
        what = f"operator set {opsets['']} is not one of {OLDEST} to {NEWEST}"
        raise UnsupportedError(what, where=where, way_out="convert it with onnx.version_converter")
    return opsets


def _arguments(graph: GraphProto) -> list[ValueInfoProto]:
    """Graph inputs that no initializer gives a value."""
    constants = {tensor.name for tensor in graph.initializer}
    return [info for info in graph.input if info.name not in constants]


def _argument_type(info: ValueInfoProto) -> TensorType[Attribute]:
    element, shape = _tensor_type(info, "input")
    if shape is None:
        raise UnsupportedError("its rank is not given", where=f"input {info.name!r}", way_out="give it a shape")
    return tensor_type(element, shape)


def _known(info: ValueInfoProto, array: Array) -> Value:
    return Value(array, storage=STORAGES.get(info.type.tensor_type.elem_type))  # type: ignore[call-overload]


def _tensor_type(info: ValueInfoProto, what: str) -> tuple[Attribute, Shape | None]:
    """Element type and shape (None: not given) of an input or output."""
    where = f"{what} {info.name!r}"
    if not info.type.HasField("tensor_type"):
        raise UnsupportedError("is no tensor", where=where)
    tensor = info.type.tensor_type
    storage = STORAGES.get(tensor.elem_type)  # type: ignore[call-overload]
    if storage is not None and storage.width >= 8:
        element: Attribute = integer_type(storage)
    elif tensor.elem_type in (TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL):
        element = {TensorProto.FLOAT: f32, TensorProto.INT64: i64, TensorProto.BOOL: i1}[tensor.elem_type]  # type: ignore[index]
    else:
        raise UnsupportedError(
            f"{type_name(tensor.elem_type)} tensors are not handled", where=where, way_out="convert the model to f32"
        )
    if not tensor.HasField("shape"):
        return element, None
    extents = [int(d.dim_value) if d.HasField("dim_value") else -1 for d in tensor.shape.dim]
    return element, tuple(max(extent, -1) for extent in extents)


class _Import:
    """The state of one import. `values` are those of inputs that are known, by name."""

    def __init__(self, proto: onnx.ModelProto, opsets: Mapping[str, int], folder: Path | None, values: Mapping[str, Array]):
        self.graph = proto.graph
        self.arguments = [info for info in _arguments(self.graph) if info.name not in values]
        known = [info for info in _arguments(self.graph) if info.name in values]
        self.builder = Builder([_argument_type(info) for info in self.arguments])
        around = Surroundings(self.builder, folder, own_functions(proto))
        self.scope = Scope(around, opsets, {}, [info.name for info in self.graph.output])
        names = [info.name for info in self.arguments]
        around.arguments = dict(zip(self.builder.block.args, names, strict=True))
        for info, argument in zip(self.arguments, self.builder.block.args, strict=True):
            argument.name_hint = name_hint(info.name)
        self.scope.define(zip(names, (Value(ssa=argument) for argument in self.builder.block.args), strict=True), "input")
        self.scope.define(((info.name, _known(info, values[info.name])) for info in known), "input")
        self.scope.define(initializers(self.graph, folder), "initializer")

    def run(self) -> FuncOp:
        self.scope.run(self.graph.node)
        if len({info.name for info in self.graph.output}) < len(self.graph.output):
            raise LoadError("two outputs have one name", way_out="the model is damaged: export it again")
        results = [self._result(info) for info in self.graph.output]
        rows = bounded(self.builder.block, results)
        for info, result in zip(self.graph.output, results, strict=True):
            self._check(info, result, f"output {info.name!r}", rows[result].axis if result in rows else None)
        results, names, notes = count_outputs(self.builder, results, [i.name for i in self.graph.output])
        function = finish(self.builder, results, [i.name for i in self.arguments], names)
        note_rows(function, notes)
        return function

    def _result(self, info: ValueInfoProto) -> SSAValue:
        """The value that an output returns."""
        where = f"output {info.name!r}"
        value = self.scope.values.get(info.name)
        if value is None:
            raise LoadError("no node, input or initializer defines it", where=where, way_out="the model is incomplete")
        if value.symbolic or value.element is None:
            raise UnsupportedError(f"{value.type_name} tensors are not handled", where=where)
        return self.builder.plain(value)

    def _check(self, info: ValueInfoProto, result: SSAValue, where: str, rows: int | None) -> None:
        """Raise LoadError if a result is not what the model declares; of dimension `rows` run time decides the extent."""
        if not info.type.HasField("tensor_type") or not info.type.tensor_type.elem_type:
            return
        element, shape = _tensor_type(info, "output")
        type_ = result.type
        assert isinstance(type_, TensorType)
        own = tuple(-1 if axis == rows else extent for axis, extent in enumerate(tensor_shape(type_)))
        if type_.element_type != element or (shape is not None and not fits(shape, own)):
            declared = element if shape is None else tensor_type(element, shape)
            what = f"is declared {declared}, but the graph gives {type_}"
            raise LoadError(what, where=where, way_out="correct the model's output")
