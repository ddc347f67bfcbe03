"""An OpenVINO layer as its handler sees it: a node, and attributes with their defaults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from lpt.importers.builder import Builder
from lpt.importers.files import one_line
from lpt.importers.node import BaseNode
from lpt.importers.openvino.compressed import Compressed
from lpt.importers.openvino.read import Layer, Port
from lpt.importers.value import Value

__all__ = ["Node"]


@dataclass
class Node(BaseNode):
    """One layer, its inputs known or computed."""

    layer: Layer
    name: str
    opset: int
    inputs: list[Value | None]
    builder: Builder

    @property
    def where(self) -> str:
        return self.layer.where

    @property
    def format(self) -> str:
        return "OpenVINO IR"

    @property
    def outputs(self) -> list[Port]:
        """What the layer declares of its outputs."""
        return list(self.layer.outputs.values())

    # Attributes

    def has(self, name: str) -> bool:
        """Whether the attribute is given."""
        return name in self.layer.attributes

    def text(self, name: str, default: str | None = None) -> str:
        """An attribute; without a default it must be there."""
        value = self.layer.attributes.get(name, default)
        if value is None:
            raise self.malformed(f"attribute {name!r} is missing")
        return value

    def choice(self, name: str, default: str, *choices: str) -> str:
        """One of several words, in lower case. Raises UnsupportedError for another."""
        value = self.text(name, default).lower()
        if value not in (default, *choices):
            raise self.unsupported(f"{name} {value!r} is not handled")
        return value

    def ints(self, name: str, default: Sequence[int] | None = None) -> list[int]:
        """A list of integers with commas between them."""
        if default is not None and not self.has(name):
            return list(default)
        parts = [part.strip() for part in self.text(name).split(",")] if self.text(name).strip() else []
        if not all(re.fullmatch(r"[+-]?[0-9]{1,19}", part) for part in parts):
            raise self.malformed(f"attribute {name!r} must be integers, got {self.text(name)!r}")
        return [int(part) for part in parts]

    def integer(self, name: str, default: int | None = None) -> int:
        """An attribute that is one integer. Raises LoadError where it is not, or is missing without a default."""
        values = self.ints(name, None if default is None else [default])
        if len(values) != 1:
            raise self.malformed(f"attribute {name!r} must be one integer")
        return values[0]

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute that is one number. Raises LoadError where it is not, or is missing without a default."""
        text = self.text(name, None if default is None else str(default))
        try:
            return float(text)
        except ValueError:
            raise self.malformed(f"attribute {name!r} must be a number, got {text!r}") from None

    def flag(self, name: str, default: bool | None = None) -> bool:
        """An attribute that is true or false. Raises LoadError where it is neither, or is missing without a default."""
        text = self.text(name, None if default is None else str(default)).strip().lower()
        if text not in ("true", "false", "1", "0"):
            raise self.malformed(f"attribute {name!r} must be true or false, got {text!r}")
        return text in ("true", "1")

    def broadcasting(self) -> str:
        """`auto_broadcast`. Raises UnsupportedError for `pdpd` of unlike ranks: it aligns the first dimensions."""
        mode = self.choice("auto_broadcast", "numpy", "none", "pdpd")
        rank = len(self.shape(0))
        others = [shape for shape in (self.shape(i) for i in range(1, len(self.inputs))) if len(shape) != rank and set(shape) - {1}]
        if mode == "pdpd" and others:
            raise self.unsupported(f"broadcasting {others[0]} by pdpd is not handled", "reshape it to the rank of the data")
        return mode

    # Inputs

    def number_input(self, index: int, what: str) -> float:
        """A number that an input gives, which must be known."""
        number = self.known_scalar(index, what)
        if number is None:
            raise self.malformed(f"input {index}, {what}, is missing")
        return number

    def ints_input(self, index: int, what: str) -> list[int]:
        """Integers that an input gives, which must be known."""
        values = self.known_ints(index, what)
        if values is None:
            raise self.malformed(f"input {index}, {what}, is missing")
        return values

    def as_f32(self, value: Value) -> SSAValue:
        """Compressed weights become a quantized constant and its dcast."""
        if isinstance(value, Compressed):
            return self.builder.dequantized(value.codes, value.quantization())
        return super().as_f32(value)

    def as_moved(self, value: Value) -> SSAValue:
        return self.as_f32(value) if isinstance(value, Compressed) else super().as_moved(value)

    def as_plain(self, value: Value) -> SSAValue:
        return self.as_f32(value) if isinstance(value, Compressed) else super().as_plain(value)


def describe(layer: Layer) -> str:
    """A layer's name, or its type and id if it has none."""
    return one_line(layer.name) or f"{layer.type}_{layer.id}"
