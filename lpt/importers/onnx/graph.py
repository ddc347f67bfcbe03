"""From an ONNX graph to a module: arguments, nodes in order, results, names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import onnx
from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, TensorType, f32, i1, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.shapes import Shape, fits, tensor_shape, tensor_type
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.builder import Builder, finish, integer_type, name_hint
from lpt.importers.files import one_line
from lpt.importers.onnx.fold import can_fold, fold, is_foldable
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.order import sort
from lpt.importers.onnx.read import inline_functions
from lpt.importers.onnx.table import NEWEST, OLDEST, lookup
from lpt.importers.onnx.tensors import STORAGES, to_array, type_name
from lpt.importers.table import as_values
from lpt.importers.value import Value

_CONTROL_FLOW = ("If", "Loop", "Scan", "SequenceMap")


def import_model(proto: onnx.ModelProto, where: str, folder: Path | None) -> ModuleOp:
    """The module of a model. Raises LoadError for a damaged one, UnsupportedError for one that is not handled."""
    proto = inline_functions(proto, where)
    opsets = _opsets(proto, where)
    if not all(isinstance(name, str) for name in _all_names(proto.graph)):
        raise LoadError("a name in it is not UTF-8", where=where, way_out="the model is damaged: export it again")
    function = _Import(proto.graph, opsets, folder).run()
    module = ModuleOp([function])
    module.attributes["lpt.opset"] = IntegerAttr(opsets[""], i64)
    return module


def _all_names(graph: GraphProto) -> Iterator[object]:
    """Every name of a graph; protobuf gives those that are not UTF-8 as bytes."""
    for value in (*graph.input, *graph.output, *graph.initializer):
        yield value.name
    for node in graph.node:
        yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)


def _opsets(proto: onnx.ModelProto, where: str) -> dict[str, int]:
    opsets = {"" if entry.domain == "ai.onnx" else entry.domain: int(entry.version) for entry in proto.opset_import}
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
    """The state of one import: what each name stands for."""

    def __init__(self, graph: GraphProto, opsets: Mapping[str, int], folder: Path | None):
        if graph.sparse_initializer:
            raise UnsupportedError("sparse initializers are not handled", way_out="make them dense")
        self.graph, self.opsets, self.folder = graph, opsets, folder
        self.values: dict[str, Value] = {}
        types = []
        arguments = _arguments(graph)
        for info in arguments:
            element, shape = _tensor_type(info, "input")
            if shape is None:
                raise UnsupportedError("its rank is not given", where=f"input {info.name!r}", way_out="give it a shape")
            types.append(tensor_type(element, shape))
        self.builder = Builder(types)
        for info, argument in zip(arguments, self.builder.block.args, strict=True):
            argument.name_hint = name_hint(info.name)
            self._define(info.name, Value(ssa=argument), "input")
        for tensor in graph.initializer:
            array = to_array(tensor, folder)
            self._define(tensor.name, Value(array, storage=STORAGES.get(tensor.data_type)), "initializer")

    def _define(self, name: str, value: Value, what: str) -> None:
        if name in self.values:
            raise LoadError(f"{what} {name!r} is defined twice", way_out="the model is damaged: export it again")
        self.values[name] = value

    def run(self) -> FuncOp:
        nodes = sort(self.graph.node, self.values.keys())
        used = {name for _, node in nodes for name in node.input} | {info.name for info in self.graph.output}
        for name, proto in nodes:
            self._import(name, proto, used)
        if len({info.name for info in self.graph.output}) < len(self.graph.output):
            raise LoadError("two outputs have one name", way_out="the model is damaged: export it again")
        results = [self._result(info) for info in self.graph.output]
        inputs, outputs = ([info.name for info in infos] for infos in (_arguments(self.graph), self.graph.output))
        return finish(self.builder, results, inputs, outputs)

    def _import(self, name: str, proto: NodeProto, used: set[str]) -> None:
        domain = "" if proto.domain == "ai.onnx" else proto.domain
        inputs = [self.values[key] if key else None for key in proto.input]
        node = Node(
            proto, name, self.opsets.get(domain, 1), inputs, [key in used for key in proto.output], self.builder, self.folder
        )
        if proto.op_type in _CONTROL_FLOW or any(a.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS) for a in proto.attribute):
            raise node.unsupported("control flow is not handled", "export the model without it")
        self.builder.node = name
        try:
            results = fold(node) if can_fold(node) else self._handle(node, domain)
        except (ValueError, TypeError, IndexError, KeyError, OverflowError, VerifyException) as error:
            raise node.malformed(one_line(error)) from error
        for i, key in enumerate(proto.output):
            if i < len(results):
                if key:
                    self.values[key] = results[i]
            elif node.used[i] and key:
                raise node.unsupported(f"its output {i}, {key!r}, is not handled")

    def _handle(self, node: Node, domain: str) -> list[Value]:
        if node.inputs and is_foldable(node) and all(value is None or value.array is not None for value in node.inputs):
            raise node.unsupported("depends on a dimension that is not known", "give the model's inputs fixed dimensions")
        handler = lookup(domain, node.proto.op_type, node.opset)
        if handler is None and is_foldable(node):
            raise node.unsupported("is computed at run time; only on constants is it handled")
        if handler is None:
            raise node.unsupported("the operator is not handled")
        return as_values(handler(node))

    def _result(self, info: ValueInfoProto) -> SSAValue:
        """The value that an output returns. Raises LoadError if it is not what the model declares."""
        where = f"output {info.name!r}"
        value = self.values.get(info.name)
        if value is None:
            raise LoadError("no node, input or initializer defines it", where=where, way_out="the model is incomplete")
        if value.symbolic or value.element is None:
            raise UnsupportedError(f"{value.type_name} tensors are not handled", where=where)
        result = self.builder.plain(value)
        self._check(info, result, where)
        return result

    def _check(self, info: ValueInfoProto, result: SSAValue, where: str) -> None:
        if not info.type.HasField("tensor_type") or not info.type.tensor_type.elem_type:
            return
        element, shape = _tensor_type(info, "output")
        type_ = result.type
        assert isinstance(type_, TensorType)
        if type_.element_type != element or (shape is not None and not fits(shape, tensor_shape(type_))):
            declared = element if shape is None else tensor_type(element, shape)
            what = f"is declared {declared}, but the graph gives {type_}"
            raise LoadError(what, where=where, way_out="correct the model's output")
