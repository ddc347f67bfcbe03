"""From a network's layers to a module: arguments, layers in order, results, names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from xdsl.dialects.builtin import ModuleOp, f32, i1, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.quant_params import Storage
from lpt.dialects.shapes import Shape, fits, tensor_type
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.builder import Builder, finish, integer_type, name_hint
from lpt.importers.files import one_line
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.fold import can_fold, fold, is_foldable
from lpt.importers.openvino.node import Node, describe
from lpt.importers.openvino.read import Layer, Network, parse_shape
from lpt.importers.openvino.table import lookup
from lpt.importers.openvino.weights import Weights
from lpt.importers.order import topological
from lpt.importers.rows import count_outputs, note_rows
from lpt.importers.table import as_values
from lpt.importers.value import Value

_CONTROL_FLOW = ("If", "Loop", "TensorIterator")
_FLOATS = {"f16": ("FP16",), "f32": ("FP32", "FP16", "BF16"), "f64": ("FP64",)}
"""Declared types that a value of an element type may have: halves are computed in f32."""

_ELEMENTS: dict[str, Attribute] = {
    "f32": f32,
    "i64": i64,
    "boolean": i1,
    **{f"{kind}{width}": integer_type(Storage.of(kind == "i", width)) for kind in "iu" for width in (8, 16, 32)},
}


def import_network(network: Network, weights: Weights) -> ModuleOp:
    """The module of a network. Raises LoadError for a damaged one, UnsupportedError for one that is not handled."""
    return ModuleOp([_Import(network, weights).run()])


def _argument(layer: Layer) -> Attribute:
    element = layer.attributes.get("element_type", "")
    if element not in _ELEMENTS:
        raise UnsupportedError(f"{one_line(element, 40)} inputs are not handled", where=layer.where, way_out="make it f32")
    shape = layer.attributes.get("shape", "")
    if "..." in shape:
        raise UnsupportedError("its rank is not given", where=layer.where, way_out="reshape the model before it is saved")
    return tensor_type(_ELEMENTS[element], parse_shape(shape, layer.where))


class _Import:
    """The state of one import: what each output port stands for."""

    def __init__(self, network: Network, weights: Weights):
        self.network, self.weights = network, weights
        self.layers = {layer.id: layer for layer in network.layers}
        self.inputs = [layer for layer in network.layers if layer.type == "Parameter"]
        self.outputs = [layer for layer in network.layers if layer.type == "Result"]
        if not self.outputs:
            raise LoadError("the network has no Result", where=network.where, way_out="save the model again")
        self.builder = Builder([_argument(layer) for layer in self.inputs])
        self.arguments = dict(zip((layer.id for layer in self.inputs), self.builder.block.args, strict=True))
        self.values: dict[tuple[str, str], Value] = {}

    def run(self) -> FuncOp:
        for layer in self._sorted():
            if layer.type != "Result":
                self._import(layer)
        results = [self._result(layer) for layer in self.outputs]
        inputs = _distinct([(_port_name(layer), layer) for layer in self.inputs])
        outputs = _distinct([(self._output_name(layer), layer) for layer in self.outputs])
        for name, argument in zip(inputs, self.builder.block.args, strict=True):
            argument.name_hint = name_hint(name)
        results, outputs, notes = count_outputs(self.builder, results, outputs)
        function = finish(self.builder, results, inputs, outputs)
        note_rows(function, notes)
        _drop_dead(function)
        return function

    def _sorted(self) -> list[Layer]:
        """Each layer after those that it reads."""
        layers = self.network.layers
        place = {layer.id: i for i, layer in enumerate(layers)}
        waiting = [0] * len(layers)
        readers: dict[int, list[int]] = defaultdict(list)
        for (target, _), (source, _) in self.network.sources.items():
            waiting[place[target]] += 1
            readers[place[source]].append(place[target])
        return [layers[i] for i in topological(waiting, readers, [layer.name for layer in layers])]

    def _sources(self, layer: Layer) -> list[Value]:
        values = []
        for port in layer.inputs:
            source = self.network.sources.get((layer.id, port))
            if source is None:
                raise LoadError(f"nothing leads to its input port {one_line(port)!r}", where=layer.where, way_out="save it again")
            if source not in self.values:
                producer = self.layers[source[0]]
                what = f"its output {list(producer.outputs).index(source[1])} is not handled, which {layer.name!r} reads"
                raise UnsupportedError(one_line(what), where=producer.where)
            values.append(self.values[source])
        return values

    def _import(self, layer: Layer) -> None:
        self.builder.node = describe(layer)
        node = Node(layer, self.builder.node, _opset(layer), list(self._sources(layer)), self.builder)
        try:
            results = self._results(node)
        except (ValueError, TypeError, IndexError, KeyError, OverflowError, MemoryError, VerifyException) as error:
            raise node.malformed(one_line(error)) from error
        for (port, declared), value in zip(layer.outputs.items(), results, strict=False):
            if not fits(declared.shape, value.shape) or not _has_type(value, declared.element):
                what = f"declares {declared.element}{list(declared.shape)}, its inputs give {value.type_name}{list(value.shape)}"
                raise node.malformed(what)
            self.values[layer.id, port] = value

    def _results(self, node: Node) -> list[Value]:
        layer = node.layer
        match layer.type:
            case "Parameter":
                return [Value(ssa=self.arguments[layer.id])]
            case "Const":
                shape = parse_shape(node.text("shape"), node.where)
                offset, size = node.integer("offset"), node.integer("size")
                return [self.weights.constant(node.text("element_type"), shape, offset, size, node.where)]
        if layer.type in _CONTROL_FLOW:
            raise node.unsupported("control flow is not handled", "export the model without it")
        if can_fold(node):
            return fold(node)
        handler = lookup(layer.type, node.opset)
        if handler is not None:
            return as_values(handler(node))
        if is_foldable(node):
            if all(value is not None and value.array is not None for value in node.inputs):
                raise node.unsupported("depends on a dimension that is not known", "give the model's inputs fixed dimensions")
            raise node.unsupported("is computed at run time; only on constants is it handled")
        raise node.unsupported("the operation is not handled")

    def _result(self, layer: Layer) -> SSAValue:
        """The value that an output returns."""
        (value, *more) = self._sources(layer)
        if more or value.symbolic or value.element is None:
            raise UnsupportedError(f"{value.type_name} outputs are not handled", where=layer.where)
        self.builder.node = describe(layer)
        node = Node(layer, self.builder.node, 1, [value], self.builder)
        return node.f32(0) if isinstance(value, Compressed) else self.builder.plain(value)

    def _output_name(self, layer: Layer) -> str:
        """The first name of the tensor that is returned; without names, that of the layer that computes it, as IR 10 has it."""
        if layer.output_names:
            return layer.output_names[0]
        producer_id, port = self.network.sources[layer.id, next(iter(layer.inputs))]
        producer = self.layers[producer_id]
        if names := producer.outputs[port].names:
            return names[0]
        place = list(producer.outputs).index(port)
        return producer.name if len(producer.outputs) == 1 else f"{producer.name}.{place}"


def _drop_dead(function: FuncOp) -> None:
    """Weights as they were before a handler gave them another shape."""
    for op in reversed(list(function.body.block.ops)):
        if op.results and not any(result.first_use for result in op.results):
            Rewriter.erase_op(op)


def _opset(layer: Layer) -> int:
    match = re.fullmatch(r"opset([1-9][0-9]?)", layer.version)
    if match is None:
        what = f"operations of {one_line(layer.version, 40)!r} are not handled"
        raise UnsupportedError(what, where=layer.where, way_out="convert the model without extensions")
    return int(match[1])


def _port_name(layer: Layer) -> str:
    names = [name for port in layer.outputs.values() for name in port.names]
    return names[0] if names else layer.name


def _distinct(named: Sequence[tuple[str, Layer]]) -> list[str]:
    """The names; where one was given before, the layer's own."""
    result: list[str] = []
    for name, layer in named:
        chosen = layer.name if name in result else name
        if chosen in result:
            raise LoadError(f"two inputs or outputs are called {one_line(chosen)!r}", where=layer.where, way_out="name them apart")
        result.append(chosen)
    return result


def _has_type(value: Value, declared: str) -> bool:
    """Whether a port's declared type (`FP32`, `I64` …; empty: none) is the value's."""
    if not declared:
        return True
    if value.storage is not None:
        return declared == value.storage.short.upper()
    name = str(value.element) if value.element is not None else str(value.array.dtype if value.array is not None else "")
    expected: Shape | tuple[str, ...] = _FLOATS.get(name, ("BOOL", "BOOLEAN") if name == "i1" else (name.upper(),))
    return declared in expected
