"""The nodes of a graph, of the branch that a known condition takes, and of a function's body, imported in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from onnx import FunctionProto, GraphProto, NodeProto
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.errors import LoadError, UnsupportedError, ValuesNeeded
from lpt.importers.builder import Builder
from lpt.importers.files import one_line
from lpt.importers.onnx.fold import can_fold, fold, is_foldable
from lpt.importers.onnx.functions import Functions, defined_body, domain_of, instantiate, opsets_of
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.order import captured_names, graphs_in, sort
from lpt.importers.onnx.spread import spread
from lpt.importers.onnx.table import lookup
from lpt.importers.onnx.tensors import STORAGES, to_array
from lpt.importers.table import as_values
from lpt.importers.value import Value

_LOOPS = ("Loop", "Scan", "SequenceMap")
_SHAPED_BY_VALUES = ("ConstantOfShape", "Range")
_DEPTH, _NODES = 24, 200_000
"""How deep functions may call each other, and how many nodes their bodies may have: a small file can ask for any number."""


@dataclass
class Surroundings:
    """What all scopes of an import share. `arguments` are the model's inputs by name."""

    builder: Builder
    folder: Path | None
    functions: Functions
    arguments: Mapping[SSAValue, str] = field(default_factory=dict)
    nodes_left: int = _NODES


@dataclass
class Scope:
    """What each name stands for in a graph or a function's body; None for an input that a call leaves out.

    `results` are the names that it gives to what is around it, `within` is the call that a body replaces.
    """

    around: Surroundings
    opsets: Mapping[str, int]
    values: dict[str, Value | None]
    results: Collection[str]
    within: Node | None = None
    depth: int = 0

    def run(self, protos: Sequence[NodeProto]) -> None:
        """Import the nodes, each after what it reads. Raises LoadError, UnsupportedError."""
        nodes = sort(protos, self.values.keys())
        used = {name for _, node in nodes for name in node.input} | set(self.results)
        used.update(name for _, node in nodes for graph in graphs_in(node) for name in captured_names(graph))
        for name, proto in nodes:
            self._import(name, proto, used)

    def _import(self, name: str, proto: NodeProto, used: set[str]) -> None:
        domain, around = domain_of(proto), self.around
        inputs = [self.values[key] if key else None for key in proto.input]
        flags = [key in used for key in proto.output]
        opset = self.opsets.get(domain, 1)
        node = Node(proto, name, opset, inputs, flags, around.builder, around.folder, self.within, around.arguments)
        around.builder.node = name if self.within is None else _outermost(self.within).name
        try:
            results = self._results(node, domain)
        except (ValueError, TypeError, IndexError, KeyError, OverflowError, VerifyException) as error:
            raise node.malformed(one_line(error)) from error
        for i, key in enumerate(proto.output):
            if i < len(results) and (results[i] is not None or not node.used[i]):
                if key:
                    self.values[key] = results[i]
            elif node.used[i] and key:
                raise node.unsupported(f"its output {i}, {key!r}, is not handled")

    def _results(self, node: Node, domain: str) -> Sequence[Value | None]:
        function = self.around.functions.get((domain, node.proto.op_type, node.proto.overload))
        if function is not None:
            return self._call(node, function)
        if node.proto.op_type == "If" and not domain:
            return self._branch(node)
        if node.proto.op_type in _LOOPS or graphs_in(node.proto):
            raise node.unsupported("control flow is not handled", "export the model without it")
        return fold(node) if can_fold(node) else self._handle(node, domain)

    def _handle(self, node: Node, domain: str) -> Sequence[Value | None]:
        """What the handler makes of it, or else the function by which ONNX defines it. Raises the handler's error if both fail."""
        if (equal := spread(node)) is not None:
            return [equal]
        if node.inputs and is_foldable(node) and all(value is None or value.array is not None for value in node.inputs):
            raise node.unsupported("depends on a dimension that is not known", "give the model's inputs fixed dimensions")
        if node.proto.op_type in _SHAPED_BY_VALUES and not domain:
            computed = (node.computed(v, "its shape") for v in node.inputs if v is not None and v.array is None)
            raise next(computed, node.malformed("has no inputs"))
        handler = lookup(domain, node.proto.op_type, node.opset)
        last = self.around.builder.block.last_op
        refusal: UnsupportedError | None = None
        if handler is not None:
            try:
                results = as_values(handler(node))
                if all(i < len(results) for i, key in enumerate(node.proto.output) if key and node.used[i]):
                    return results
            except ValuesNeeded:
                raise
            except UnsupportedError as error:
                refusal = error
        body = defined_body(node)
        if body is not None:
            self.around.builder.forget(last)
            try:
                return self._call(node, body)
            except UnsupportedError as error:
                self.around.builder.forget(last)
                raise _better(refusal, error) from error
        if handler is not None and refusal is None:
            return results  # without an output that is used, which the caller names
        raise self._refused(node, refusal)

    def _refused(self, node: Node, refusal: UnsupportedError | None) -> UnsupportedError:
        """Why no handler takes the node: of arithmetic on integers, that what follows from it may be made known."""
        if is_foldable(node) and not set(node.proto.output) & set(self.results):
            unknown = [value for value in node.inputs if value is not None and value.array is None]
            if all(str(value.element) in ("i64", "i1") for value in unknown):
                errors = [node.computed(value, "an integer") for value in unknown]
                if all(isinstance(error, ValuesNeeded) for error in errors):
                    return errors[0]
        if refusal is not None:
            return refusal
        if is_foldable(node):
            return node.unsupported("is computed at run time; only on constants is it handled")
        return node.unsupported("the operator is not handled")

    def _call(self, node: Node, function: FunctionProto) -> Sequence[Value | None]:
        """The results of a function's body on the node's inputs."""
        if self.depth >= _DEPTH or self.around.nodes_left < len(function.node):
            raise node.unsupported("its functions call each other too often")
        self.around.nodes_left -= len(function.node)
        if len(node.inputs) > len(function.input) or len(node.proto.output) > len(function.output):
            raise node.malformed(f"function {function.name!r} has fewer inputs or outputs than the call")
        given = [*node.inputs, *[None] * (len(function.input) - len(node.inputs))]
        values = dict(zip(function.input, given, strict=True))
        results = [name for name, used in zip(function.output, node.used, strict=False) if used]
        opsets = {**self.opsets, **opsets_of(function)}
        scope = Scope(self.around, opsets, values, results, node, self.depth + 1)
        scope.run(instantiate(function, node.proto))
        return [scope.values.get(name) for name in function.output[: len(node.proto.output)]]

    def _branch(self, node: Node) -> Sequence[Value | None]:
        """The results of the branch that a known condition takes."""
        condition = node.value(0)
        if condition.array is None or condition.symbolic:
            raise node.computed(condition, "control flow is not handled: its condition")
        if condition.array.size != 1:
            raise node.malformed(f"its condition has shape {condition.shape}")
        name = "then_branch" if condition.array.reshape(()) else "else_branch"
        graph = next((a.g for a in node.proto.attribute if a.name == name and a.HasField("g")), None)
        if graph is None or len(graph.output) < len(node.proto.output):
            raise node.malformed(f"{name} is missing, or has fewer outputs than the node")
        results = [info.name for info in graph.output]
        scope = replace(self, values=dict(self.values), results=results, depth=self.depth + 1)
        scope.define(initializers(graph, self.around.folder), "initializer")
        scope.run(graph.node)
        return [scope.values.get(result) for result in results[: len(node.proto.output)]]

    def define(self, values: Iterable[tuple[str, Value]], what: str) -> None:
        """Add what has a value before any node. Raises LoadError for a name that has one already."""
        for name, value in values:
            if name in self.values:
                raise LoadError(f"{what} {name!r} is defined twice", way_out="the model is damaged: export it again")
            self.values[name] = value


def initializers(graph: GraphProto, folder: Path | None) -> Iterable[tuple[str, Value]]:
    """The constants of a graph by name."""
    if graph.sparse_initializer:
        raise UnsupportedError("sparse initializers are not handled", way_out="make them dense")
    for tensor in graph.initializer:
        yield tensor.name, Value(to_array(tensor, folder), storage=STORAGES.get(tensor.data_type))


def _outermost(node: Node) -> Node:
    while node.within is not None:
        node = node.within
    return node


def _better(refusal: UnsupportedError | None, of_body: UnsupportedError) -> UnsupportedError:
    """The handler's refusal says more than that of the body, unless values are needed, which can be given."""
    return of_body if refusal is None or isinstance(of_body, ValuesNeeded) else refusal
