"""Operators that are functions: their bodies are imported in the place of the call.

A body is a model's own function, or the one by which ONNX defines an operator (`onnx.defs`), which may depend on the
types of the call's inputs and on which of them are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import AttributeProto, FunctionProto, NodeProto, TensorProto, TypeProto, helper
from xdsl.dialects.builtin import f32, i1, i64

from lpt.importers.onnx.node import Node
from lpt.importers.onnx.tensors import STORAGES
from lpt.importers.value import Value

Functions = Mapping[tuple[str, str, str], FunctionProto]
"""A model's own functions by (domain, name, overload)."""

_BY_STORAGE = {storage: elem_type for elem_type, storage in STORAGES.items()}
_BY_ELEMENT = {f32: TensorProto.FLOAT, i64: TensorProto.INT64, i1: TensorProto.BOOL}


def domain_of(proto: NodeProto | FunctionProto) -> str:
    """The domain of a node or function; "" for ai.onnx."""
    return "" if proto.domain == "ai.onnx" else str(proto.domain)


def own_functions(model: onnx.ModelProto) -> Functions:
    """The functions that a model defines."""
    return {(domain_of(f), f.name, f.overload): f for f in model.functions}


def opsets_of(proto: onnx.ModelProto | FunctionProto) -> dict[str, int]:
    """Domain → operator set."""
    return {"" if entry.domain == "ai.onnx" else str(entry.domain): int(entry.version) for entry in proto.opset_import}


def defined_body(node: Node) -> FunctionProto | None:
    """The function by which ONNX defines the node's operator at its operator set; None if it does not."""
    domain = domain_of(node.proto)
    try:
        # Its functions are not in onnx's type stubs.
        schema: Any = onnx.defs.get_schema(node.proto.op_type, node.opset, domain)
    except onnx.defs.SchemaError:
        return None
    try:
        if schema.function_opset_versions:
            version = _version(schema.function_opset_versions, node.opset)
            body = FunctionProto.FromString(schema.get_function_with_opset_version(version))
        elif schema.context_dependent_function_opset_versions:
            version = _version(schema.context_dependent_function_opset_versions, node.opset)
            types = [_type_of(value).SerializeToString() for value in node.inputs]
            data = schema.get_context_dependent_function_with_opset_version(version, node.proto.SerializeToString(), types)
            body = FunctionProto.FromString(data)
        else:
            return None
    except (RuntimeError, ValueError, TypeError, DecodeError):  # onnx has no body for these types and attributes
        return None
    given = {attribute.name for attribute in body.attribute_proto}
    for name, attribute in schema.attributes.items():
        if name not in given and attribute.default_value.type != AttributeProto.UNDEFINED:
            body.attribute_proto.add().CopyFrom(attribute.default_value)
    return body if body.node else None


def _version(versions: Sequence[int], opset: int) -> int:
    """The body of the newest operator set up to `opset`. Bodies of newer ones mean the same, in operators that came later."""
    return max((version for version in versions if version <= opset), default=min(versions))


def _type_of(value: Value | None) -> TypeProto:
    if value is None:
        return TypeProto()
    shape = [None if extent < 0 else extent for extent in value.shape]
    return helper.make_tensor_type_proto(_elem_type(value), shape)


def _elem_type(value: Value) -> int:
    if value.storage is not None:
        return int(_BY_STORAGE[value.storage])
    if value.array is not None:
        return int(helper.np_dtype_to_tensor_dtype(value.array.dtype))
    assert value.element is not None
    return int(_BY_ELEMENT.get(value.element, TensorProto.UNDEFINED))  # type: ignore[call-overload]


def instantiate(function: FunctionProto, call: NodeProto) -> list[NodeProto]:
    """The nodes of a function's body with the attributes of a call in it; those left out take their defaults."""
    attributes = {a.name: a for a in function.attribute_proto} | {a.name: a for a in call.attribute}
    return [_with_attributes(node, attributes) for node in function.node]


def _with_attributes(node: NodeProto, given: Mapping[str, AttributeProto]) -> NodeProto:
    if not any(a.ref_attr_name or a.HasField("g") or a.graphs for a in node.attribute):
        return node
    copy = NodeProto()
    copy.CopyFrom(node)
    del copy.attribute[:]
    for attribute in node.attribute:
        if not attribute.ref_attr_name:
            made = copy.attribute.add()
            made.CopyFrom(attribute)
            for graph in (*([made.g] if made.HasField("g") else ()), *made.graphs):
                inner = [_with_attributes(n, given) for n in graph.node]
                del graph.node[:]
                graph.node.extend(inner)
        elif attribute.ref_attr_name in given:
            made = copy.attribute.add()
            made.CopyFrom(given[attribute.ref_attr_name])
            made.name = attribute.name
    return copy
