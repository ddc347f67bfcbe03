"""ONNX models: Q/DQ, QOperator and float graphs, imported 1:1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.blob import Array
from lpt.importers.files import read_file
from lpt.importers.onnx.graph import import_model
from lpt.importers.onnx.read import parse

__all__ = ["import_bytes", "import_file", "import_proto"]


def import_file(path: Path, values: Mapping[str, Array] | None = None) -> ModuleOp:
    """The module of an .onnx file; its external data must lie in its folder. Inputs named in `values` are constants.

    Raises LoadError, UnsupportedError: ValuesNeeded if it could be imported with the values of some inputs.
    """
    return import_model(parse(read_file(path), str(path)), str(path), path.parent, values)


def import_bytes(data: bytes, values: Mapping[str, Array] | None = None) -> ModuleOp:
    """The module of a serialized ModelProto, all data inside."""
    return import_model(parse(data, "bytes"), "bytes", None, values)


def import_proto(proto: onnx.ModelProto, values: Mapping[str, Array] | None = None) -> ModuleOp:
    """The module of a ModelProto, all data inside; the proto is not changed."""
    return import_model(proto, "ModelProto", None, values)
