"""An ONNX node as its handler sees it: a node, and attributes with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from onnx import AttributeProto, NodeProto, TensorProto, helper
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.errors import UnsupportedError, ValuesNeeded
from lpt.importers.builder import Builder
from lpt.importers.files import one_line
from lpt.importers.node import BaseNode
from lpt.importers.onnx.needed import deciding
from lpt.importers.value import Value

__all__ = ["Node"]

_T = TypeVar("_T")


@dataclass
class Node(BaseNode):
    """One ONNX node. `inputs` are None where an optional input is left out; `within` is the call whose body it is in.

    `arguments` are the model's inputs by name.
    """

    proto: NodeProto
    name: str
    opset: int
    inputs: list[Value | None]
    used: list[bool]
    builder: Builder
    folder: Path | None = None
    within: Node | None = None
    arguments: Mapping[SSAValue, str] = field(default_factory=dict)

    # Errors

    @property
    def where(self) -> str:
        if self.within is not None:
            return one_line(f"{self.within.where}, {self.proto.op_type} in its body")
        domain = self.proto.domain or "ai.onnx"
        return one_line(f"node {self.name!r} ({self.proto.op_type}, opset {self.opset}, domain {domain})")

    @property
    def format(self) -> str:
        return "ONNX"

    def computed(self, value: Value, what: str) -> UnsupportedError:
        """The error that `what`, which should be known, is computed at run time: it is `value`."""
        names = deciding(value.ssa, self.arguments) if value.ssa is not None else []
        if not names:
            return self.unsupported(f"{what} is computed at run time", "make it a constant")
        listed = one_line(", ".join(map(repr, names)))
        way_out = f"make it a constant, or compile the model: it gets a program for each value of {listed}, from which this follows"
        return ValuesNeeded(f"{what} is computed at run time", names=names, where=self.where, way_out=way_out)

    # Inputs

    def known(self, index: int, what: str) -> Array | None:
        value = self.optional(index)
        if value is not None and value.array is None:
            raise self.computed(value, what)
        return super().known(index, what)

    # Attributes

    def _attribute(self, name: str, kind: int, default: _T) -> Any | _T:
        for attribute in self.proto.attribute:
            if attribute.name == name:
                if attribute.type != kind:
                    raise self.malformed(f"attribute {name!r} has another type than the operator's")
                return helper.get_attribute_value(attribute)
        return default

    def has(self, name: str) -> bool:
        """Whether the attribute is given."""
        return any(attribute.name == name for attribute in self.proto.attribute)

    def int_attr(self, name: str, default: int) -> int:
        """An integer attribute. Raises LoadError where it has another type, as all of these do."""
        return int(self._attribute(name, AttributeProto.INT, default))

    def float_attr(self, name: str, default: float) -> float:
        """A float attribute, rounded to f32."""
        return float(np.float32(self._attribute(name, AttributeProto.FLOAT, default)))

    def string_attr(self, name: str, default: str) -> str:
        """A string attribute."""
        value = self._attribute(name, AttributeProto.STRING, default)
        return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")

    def ints_attr(self, name: str) -> list[int] | None:
        """A list of integers, or None if it is left out."""
        value = self._attribute(name, AttributeProto.INTS, None)
        return None if value is None else [int(v) for v in value]

    def floats_attr(self, name: str) -> list[float] | None:
        """A list of floats, or None if it is left out."""
        value = self._attribute(name, AttributeProto.FLOATS, None)
        return None if value is None else [float(v) for v in value]

    def tensor_attr(self, name: str) -> TensorProto | None:
        """A tensor, or None if it is left out."""
        value: TensorProto | None = self._attribute(name, AttributeProto.TENSOR, None)
        return value

    def ints_of(self, attribute: str, index: int, since: int) -> list[int] | None:
        """Integers that are an attribute before opset `since` and an input from it on; None if absent."""
        return self.ints_attr(attribute) if self.opset < since else self.known_ints(index, attribute)
