"""The nodes of an ONNX graph in topological order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from onnx import GraphProto, NodeProto

from lpt.errors import LoadError
from lpt.importers.files import one_line
from lpt.importers.order import topological


def describe(node: NodeProto, index: int) -> str:
    """A node's name, or its operator and place if it has none."""
    return str(node.name) or f"{node.op_type}_{index}"


def graphs_in(node: NodeProto) -> list[GraphProto]:
    """The graphs in a node's attributes: branches and bodies."""
    return [graph for a in node.attribute for graph in (*([a.g] if a.HasField("g") else ()), *a.graphs)]


def captured_names(graph: GraphProto) -> set[str]:
    """What a branch or body reads of the graphs around it."""
    read = {info.name for info in graph.output}
    made = {value.name for value in (*graph.input, *graph.initializer)}
    for node in graph.node:
        read.update(node.input, *map(captured_names, graphs_in(node)))
        made.update(node.output)
    return read - made - {""}


def sort(nodes: Sequence[NodeProto], known: Collection[str]) -> list[tuple[str, NodeProto]]:
    """(name, node), each after the nodes it reads, else as in the file. `known` are inputs and initializers.

    Raises LoadError for a name defined twice, a name that nothing defines, and a cycle.
    """
    names = [describe(node, i) for i, node in enumerate(nodes)]
    producer = _producers(nodes, names, known)
    waiting: list[int] = [0] * len(nodes)
    readers: dict[int, list[int]] = defaultdict(list)
    for i, node in enumerate(nodes):
        captured = set().union(*map(captured_names, graphs_in(node)))
        for name in sorted((captured & producer.keys()) | {name for name in node.input if name and name not in known}):
            if name not in producer:
                raise LoadError(
                    f"reads {name!r}, which no node, input or initializer defines",
                    where=one_line(f"node {names[i]!r} ({node.op_type})"),
                    way_out="the model is incomplete: export it again",
                )
            waiting[i] += 1
            readers[producer[name]].append(i)
    return [(names[i], nodes[i]) for i in topological(waiting, readers, names)]


def _producers(nodes: Sequence[NodeProto], names: Sequence[str], known: Collection[str]) -> dict[str, int]:
    producer: dict[str, int] = {}
    for i, node in enumerate(nodes):
        for name in node.output:
            if not name:
                continue
            if name in known or name in producer:
                raise LoadError(f"defines {name!r} a second time", where=one_line(f"node {names[i]!r} ({node.op_type})"))
            producer[name] = i
    return producer
