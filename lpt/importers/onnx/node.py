"""An ONNX node as its handler sees it: a node, and attributes with their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from onnx import AttributeProto, NodeProto, TensorProto, helper

from lpt.importers.builder import Builder
from lpt.importers.files import one_line
from lpt.importers.node import BaseNode
from lpt.importers.value import Value

_T = TypeVar("_T")


@dataclass
class Node(BaseNode):
    """One ONNX node. `inputs` are None where an optional input is left out."""

    proto: NodeProto
    name: str
    opset: int
    inputs: list[Value | None]
    used: list[bool]
    builder: Builder
    folder: Path | None = None

    # Errors

    @property
    def where(self) -> str:
        domain = self.proto.domain or "ai.onnx"
        return one_line(f"node {self.name!r} ({self.proto.op_type}, opset {self.opset}, domain {domain})")

    @property
    def format(self) -> str:
        return "ONNX"

    # Attributes

    def _attribute(self, name: str, kind: int, default: _T) -> Any | _T:
        for attribute in self.proto.attribute:
            if attribute.name == name:
                if attribute.type != kind:
                    raise self.malformed(f"attribute {name!r} has another type than the operator's")
                return helper.get_attribute_value(attribute)
        return default

    def has(self, name: str) -> bool:
        return any(attribute.name == name for attribute in self.proto.attribute)

    def int_attr(self, name: str, default: int) -> int:
        return int(self._attribute(name, AttributeProto.INT, default))

    def float_attr(self, name: str, default: float) -> float:
        return float(np.float32(self._attribute(name, AttributeProto.FLOAT, default)))

    def string_attr(self, name: str, default: str) -> str:
        value = self._attribute(name, AttributeProto.STRING, default)
        return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")

    def ints_attr(self, name: str) -> list[int] | None:
        value = self._attribute(name, AttributeProto.INTS, None)
        return None if value is None else [int(v) for v in value]

    def floats_attr(self, name: str) -> list[float] | None:
        value = self._attribute(name, AttributeProto.FLOATS, None)
        return None if value is None else [float(v) for v in value]

    def tensor_attr(self, name: str) -> TensorProto | None:
        value: TensorProto | None = self._attribute(name, AttributeProto.TENSOR, None)
        return value

    def ints_of(self, attribute: str, index: int, since: int) -> list[int] | None:
        """Integers that are an attribute before opset `since` and an input from it on; None if absent."""
        return self.ints_attr(attribute) if self.opset < since else self.known_ints(index, attribute)
