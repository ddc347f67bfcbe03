"""Damaged ONNX graphs: nodes, edges, attributes, types, shapes and constants changed by a seed.

damaged = mutate_graph(proto, random.Random(7))     # a copy; bytes where protobuf can hold it no more
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import onnx
from onnx import AttributeProto, NodeProto, ValueInfoProto, helper, numpy_helper

from lpt.testing.mutating import NUMBERS
from lpt.testing.mutating_values import any_attribute, change_attribute, change_tensor

Mutation = Callable[[onnx.GraphProto, Random], None]


def mutate_graph(proto: onnx.ModelProto, random: Random) -> onnx.ModelProto:
    """A copy with one to three changes. Half of the mutants declare no shapes of outputs, else most errors end there."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    if random.random() < 0.5:
        for info in copy.graph.output:
            info.type.tensor_type.ClearField("shape")
        del copy.graph.value_info[:]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if random.random() < 0.02:
            _operator_set(copy, random)
        else:
            random.choice(_MUTATIONS)(copy.graph, random)
    return copy


def _operator_set(model: onnx.ModelProto, random: Random) -> None:
    if model.opset_import:
        model.opset_import[0].version = random.choice((0, 1, 7, 9, 11, 13, 17, 21, 25, 99, 2**31, -1))


def _values(graph: onnx.GraphProto) -> list[str]:
    """The names of all values, and one that nothing defines."""
    names = [info.name for info in graph.input] + [tensor.name for tensor in graph.initializer]
    return [*names, *(name for node in graph.node for name in node.output), "nothing"]


# --- nodes and edges ---


def _drop_node(graph: onnx.GraphProto, random: Random) -> None:
    if graph.node:
        del graph.node[random.randrange(len(graph.node))]


def _bypass_node(graph: onnx.GraphProto, random: Random) -> None:
    """A node removed, and its first output replaced by its first input, whose type may be another."""
    if not graph.node:
        return
    node = graph.node.pop(random.randrange(len(graph.node)))
    if not node.input or not node.output:
        return
    for user in graph.node:
        for i, name in enumerate(user.input):
            if name == node.output[0]:
                user.input[i] = node.input[0]


def _repeat_node(graph: onnx.GraphProto, random: Random) -> None:
    """A node again, with other outputs or the same ones, which is an error."""
    if not graph.node:
        return
    node = NodeProto()
    node.CopyFrom(random.choice(graph.node))
    if random.random() < 0.7:
        for i, name in enumerate(node.output):
            node.output[i] = name + "_again" if name else ""
    graph.node.insert(random.randrange(len(graph.node) + 1), node)


def _move_node(graph: onnx.GraphProto, random: Random) -> None:
    if graph.node:
        node = graph.node.pop(random.randrange(len(graph.node)))
        graph.node.insert(random.randrange(len(graph.node) + 1), node)


def _change_input(graph: onnx.GraphProto, random: Random) -> None:
    """An input of a node: another value (perhaps one that follows from it), none, removed, twice, one more."""
    nodes = [node for node in graph.node if node.input]
    if not nodes:
        return
    node = random.choice(nodes)
    at, to = random.randrange(len(node.input)), random.randrange(len(node.input))
    match random.randrange(6):
        case 0:
            node.input[at] = ""
        case 1:
            del node.input[at]
        case 2:
            node.input.append(random.choice(_values(graph)))
        case 3:
            node.input[at], node.input[to] = node.input[to], node.input[at]
        case _:
            node.input[at] = random.choice(_values(graph))


def _change_operator(graph: onnx.GraphProto, random: Random) -> None:
    if not graph.node:
        return
    node = random.choice(graph.node)
    if random.random() < 0.1:
        node.domain = random.choice(("", "ai.onnx", "com.microsoft", "ai.onnx.ml", "x"))
    elif random.random() < 0.3:
        node.op_type = random.choice(graph.node).op_type
    else:
        from lpt.importers.onnx.table import supported

        node.domain, node.op_type = random.choice(sorted(supported()))


def _change_outputs(graph: onnx.GraphProto, random: Random) -> None:
    """A node with fewer, more or renamed outputs."""
    if not graph.node:
        return
    node = random.choice(graph.node)
    match random.randrange(4):
        case 0 if node.output:
            del node.output[-1]
        case 1 if node.output:
            node.output[random.randrange(len(node.output))] = random.choice(("", *_values(graph)))
        case _:
            node.output.append(random.choice(("more", "")))


# --- attributes ---


def _change_attribute(graph: onnx.GraphProto, random: Random) -> None:
    nodes = [node for node in graph.node if node.attribute]
    if not nodes:
        return
    node = random.choice(nodes)
    at = random.randrange(len(node.attribute))
    attribute = node.attribute[at]
    if random.random() < 0.15:
        del node.attribute[at]
    elif random.random() < 0.15:
        attribute.CopyFrom(any_attribute(attribute.name, random))
    elif attribute.type == AttributeProto.GRAPH:
        random.choice(_MUTATIONS)(attribute.g, random)
    else:
        change_attribute(attribute, random)


def _add_attribute(graph: onnx.GraphProto, random: Random) -> None:
    """One that another node has, or one of the names that decide much."""
    if not graph.node:
        return
    names = [
        "axis",
        "axes",
        "pads",
        "strides",
        "dilations",
        "group",
        "kernel_shape",
        "keepdims",
        "to",
        "perm",
        "block_size",
        "alpha",
    ]
    others = [attribute for node in graph.node for attribute in node.attribute]
    node = random.choice(graph.node)
    if others and random.random() < 0.4:
        node.attribute.add().CopyFrom(random.choice(others))
    else:
        node.attribute.append(any_attribute(random.choice(names), random))


# --- constants ---


def _change_constant(graph: onnx.GraphProto, random: Random) -> None:
    if graph.initializer:
        change_tensor(random.choice(graph.initializer), random)


def _drop_constant(graph: onnx.GraphProto, random: Random) -> None:
    """A constant removed, or given by a caller instead."""
    if not graph.initializer:
        return
    tensor = graph.initializer.pop(random.randrange(len(graph.initializer)))
    if random.random() < 0.8 and all(info.name != tensor.name for info in graph.input):
        graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims)))


def _bind_input(graph: onnx.GraphProto, random: Random) -> None:
    """An input's default, which makes it a constant: its elements are 0 or 1."""
    if not graph.input:
        return
    info = random.choice(graph.input)
    dims = [d.dim_value for d in info.type.tensor_type.shape.dim]
    if all(0 <= extent <= 64 for extent in dims) and int(np.prod(dims)) <= 1 << 16:
        try:
            dtype = np.dtype(helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type))
            graph.initializer.append(numpy_helper.from_array(np.full(dims, random.randrange(2)).astype(dtype), info.name))
        except (KeyError, ValueError, TypeError):
            return


# --- interfaces ---


def _change_info(graph: onnx.GraphProto, random: Random) -> None:
    infos = [*graph.input, *graph.input, *graph.output]
    if infos:
        _change_type(random.choice(infos), random)


def _change_type(info: ValueInfoProto, random: Random) -> None:
    tensor = info.type.tensor_type
    match random.randrange(7):
        case 0:
            tensor.elem_type = random.choice((*range(30), 99))
        case 1:
            tensor.ClearField("shape")
        case 2:
            info.name = random.choice((info.name + "_other", "", "nothing"))
        case 3 if tensor.shape.dim:
            tensor.shape.dim.pop(random.randrange(len(tensor.shape.dim)))
        case 4:
            tensor.shape.dim.add().dim_value = random.choice((1, 2, *NUMBERS))
        case _ if tensor.shape.dim:
            dim = random.choice(tensor.shape.dim)
            if random.random() < 0.4:
                dim.dim_param = random.choice(("n", "", "n+1"))
            else:
                dim.dim_value = random.choice((dim.dim_value + 1, 2, *NUMBERS)) if abs(dim.dim_value) < 2**60 else 0


def _change_results(graph: onnx.GraphProto, random: Random) -> None:
    """An output less, twice, or another value as an output."""
    if not graph.output:
        return
    match random.randrange(3):
        case 0:
            graph.output.pop(random.randrange(len(graph.output)))
        case 1:
            graph.output.add().CopyFrom(random.choice(graph.output))
        case _:
            graph.output.append(helper.make_tensor_value_info(random.choice(_values(graph)), 0, None))


_MUTATIONS: tuple[Mutation, ...] = (
    _drop_node,
    _bypass_node,
    _repeat_node,
    _move_node,
    *(_change_input,) * 3,
    *(_change_operator,) * 2,
    _change_outputs,
    *(_change_attribute,) * 4,
    _add_attribute,
    *(_change_constant,) * 6,
    *(_drop_constant,) * 2,
    _bind_input,
    *(_change_info,) * 4,
    _change_results,
)
