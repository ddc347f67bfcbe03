"""The graph of a module as it is drawn: an operation per node, what follows from constants alone told at its reader.

An operation that changes through a pipeline is one node in several versions. A `Catalogue` holds them for all states of a module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import BlockArgument, Operation, OpResult, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dumps.drawing import element_text, following_from_constants, kind_of, type_text
from lpt.dumps.printing import ModulePrinter, Style
from lpt.errors import LptError
from lpt.interpreting import input_names
from lpt.passes.journal import NODE, place_of
from lpt.report.layout import Edge, Layout, layered, simplified

HEIGHT = 44
"""Of a node, in pixels."""

_LETTER, _LEAST, _MOST = 7.2, 84.0, 260.0

Record = dict[str, Any]
"""What a page is told, as JSON has it."""

Node = Operation | BlockArgument
"""What is drawn: an operation, or an argument of @main."""


@dataclass(frozen=True)
class Picture:
    """One state of a module: versions by number in the catalogue, and where they stand. Edges are of places in `nodes`."""

    nodes: list[int]
    layout: Layout
    edges: dict[Edge, list[tuple[int, int]]]
    """Between two nodes: (result, operand) of each value that goes there."""

    def record(self, ids: Sequence[int], widths: Sequence[float]) -> Record:
        """As the page has it."""
        bends = {}
        for (begin, end), points in self.layout.bends.items():
            for result, operand in self.edges[begin, end]:
                bends[f"{ids[begin]}:{result}>{ids[end]}:{operand}"] = [list(point) for point in simplified(points)]
        size = {"width": self.layout.width, "height": self.layout.height}
        return {"nodes": self.nodes, "x": self.layout.x, "y": self.layout.y, "w": list(widths), "bends": bends, **size}


@dataclass
class Catalogue:
    """All versions of all operations of one module, through all its states."""

    printer: ModulePrinter = field(default_factory=lambda: ModulePrinter(Style(locations=True)))
    versions: list[Record] = field(default_factory=list)
    _ids: dict[Node, int] = field(default_factory=dict)
    _known: dict[Node, tuple[object, int]] = field(default_factory=dict)
    _pictures: dict[tuple[int, ...], Picture] = field(default_factory=dict)
    _fixed: set[Operation] = field(default_factory=set)

    def id_of(self, node: Node) -> int:
        """A number that an operation keeps for ever."""
        return self._ids.setdefault(node, len(self._ids))

    def picture(self, module: ModuleOp) -> Picture:
        """The module as it is now; the same object for the same graph."""
        block = main_function(module).body.block
        self._fixed = following_from_constants(block)
        nodes = [*block.args, *(op for op in block.ops if op not in self._fixed)]
        numbers = [self._version(node) for node in nodes]
        found = self._pictures.get(tuple(numbers))
        if found is None:
            found = self._pictures[tuple(numbers)] = self._laid_out(nodes, numbers)
        return found

    def record(self, picture: Picture) -> Record:
        """A picture as the page has it."""
        shown = [self.versions[number] for number in picture.nodes]
        return picture.record([version["id"] for version in shown], [width_of(version) for version in shown])

    def _laid_out(self, nodes: Sequence[Node], numbers: list[int]) -> Picture:
        order = {self.id_of(node): i for i, node in enumerate(nodes)}
        edges: dict[Edge, list[tuple[int, int]]] = {}
        for end, number in enumerate(numbers):
            for operand, (source, result) in enumerate(self.versions[number]["operands"]):
                edges.setdefault((order[source], end), []).append((result, operand))
        return Picture(numbers, layered([width_of(self.versions[number]) for number in numbers], list(edges)), edges)

    def _version(self, node: Node) -> int:
        state = self._state(node)
        held = self._known.get(node)
        if held is None or held[0] != state:
            self.versions.append({"id": self.id_of(node), **self._described(node)})
            held = self._known[node] = (state, len(self.versions) - 1)
        return held[1]

    def _state(self, node: Node) -> object:
        """What a version's record follows from."""
        if isinstance(node, BlockArgument):
            return node.type
        return self.printer.operation(node)

    def _described(self, node: Node) -> Record:
        if isinstance(node, BlockArgument):
            function = node.block.parent_op()
            name = input_names(function)[node.index]  # type: ignore[arg-type]
            told = {"results": [type_text(node.type)], "grids": list(_grids("result", node))}
            return _blank() | {"op": "input", "place": name} | told
        sources = [[self.id_of(source), index] for source, index in self._sources(node)]
        if isinstance(node, ReturnOp):
            return _blank() | {"op": "return", "operands": sources, "text": self.printer.operation(node)}
        return describe(node, self._fixed) | {"operands": sources, "text": self.printer.operation(node)}

    def _sources(self, op: Operation) -> Iterator[tuple[Node, int]]:
        """The nodes that an operation reads, and which result of each."""
        for operand in op.operands:
            if isinstance(operand, BlockArgument):
                yield operand, 0
            elif isinstance(operand, OpResult) and operand.op not in self._fixed:
                yield operand.op, operand.index


def _blank() -> Record:
    keys = ("operands", "results", "grids", "constants", "inner", "places")
    return {"op": "", "place": "", "kind": "other", "precision": "", "text": "", **{key: [] for key in keys}}


def describe(op: Operation, fixed: Set[Operation]) -> Record:
    """What there is to say of one operation, without where it stands; `fixed` follow from constants."""
    named = NODE in op.attributes
    record = _blank() | {"op": op.name, "place": place_of(op) if named else ""}
    record |= {"kind": kind_of(op, fixed), "precision": precision_of(op)}
    record["results"] = [type_text(result.type) for result in op.results]
    for index, result in enumerate(op.results):
        record["grids"] += _grids(f"result {index}" if len(op.results) > 1 else "result", result)
    for index, operand in enumerate(op.operands):
        if operand.owner in fixed:
            _tell_constant(record, f"operand {index}", index, operand)
    if isinstance(op, KernelOp):
        _tell_inside(record, op)
    elif named:
        record["places"] = [record["place"]]
    return record


def _tell_inside(record: Record, kernel: KernelOp) -> None:
    """Add what a kernel computes, and the constants in it."""
    computing = kernel.operations()
    record["place"] = kernel.kernel_name.data
    record["inner"] = [op.name for op in computing]
    record["places"] = list(dict.fromkeys(place_of(op) for op in computing if NODE in op.attributes))
    for op in kernel.body.block.ops:
        if isinstance(op, ConstantOp):
            _tell_constant(record, f"constant of {_reader(op)}", None, op.result)


def _tell_constant(record: Record, name: str, index: int | None, value: SSAValue) -> None:
    """Add type, values and grid of what an operation reads of constants: those in front of casts."""
    record["grids"] += _grids(name, value)
    source: SSAValue = value
    while isinstance(source.owner, DequantizeCastOp | QuantizeCastOp):
        source = source.owner.input
        record["grids"] += _grids(name, source)
    array = source.owner.value.data.known if isinstance(source.owner, ConstantOp) else None
    record["constants"].append({"operand": index, "type": type_text(source.type), "values": _extremes(array)})


def _reader(constant: ConstantOp) -> str:
    return next((use.operation.name for use in constant.result.uses), "nothing")


def _extremes(array: Array | None) -> list[float]:
    if array is None or not array.size:
        return []
    return [number(array.min()), number(array.max())]


def number(value: Any) -> float:
    """A number that JSON has: six digits of it, infinities and NaN as the greatest and as zero."""
    return float(f"{np.nan_to_num(float(value), nan=0.0, posinf=3.4e38, neginf=-3.4e38):.6g}")


def _grids(name: str, value: SSAValue) -> Iterator[Record]:
    params = params_of(value)
    if params is not None:
        yield {"of": name, **grid_record(params)}


def grid_record(params: QuantParams) -> Record:
    """Storage, scales, zero points, and the real numbers that the codes stand for."""
    storage = params.storage
    low, high = ((bound - params.zero_points) * params.scales for bound in (storage.min, storage.max))
    return {
        "storage": str(storage),
        "scales": int(params.scales.size),
        "scale": [number(params.scales.min()), number(params.scales.max())],
        "zero_point": [int(params.zero_points.min()), int(params.zero_points.max())],
        "range": [number(low.min()), number(high.max())],
        "axis": params.axis,
    }


def precision_of(op: Operation) -> str:
    """The storage types that an operation computes in: of a product both operands', else the first's; a cast's new one."""
    from lpt.report.explain import precision_name
    from lpt.runtime.assemble import precision_of as of_kernel

    if isinstance(op, KernelOp):
        return of_kernel(op)
    if isinstance(op, QuantizeCastOp | DequantizeCastOp) or not op.operands:
        return element_text(op.results[0].type) if op.results else ""
    try:
        return precision_name(op)
    except LptError:
        return element_text(op.operands[0].type)


def width_of(version: Record) -> float:
    """Of a node, in pixels: its longer line, within bounds."""
    letters = max(len(version["op"]) + len(version["precision"]) + 2, len(version["place"]))
    return min(max(_LETTER * letters + 24, _LEAST), _MOST)


__all__ = ["HEIGHT", "Catalogue", "Node", "Picture", "Record", "describe", "grid_record", "number", "width_of"]
