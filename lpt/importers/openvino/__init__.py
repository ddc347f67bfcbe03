"""OpenVINO IR (model.xml and model.bin), imported 1:1; compressed weights become quantized constants."""

from __future__ import annotations

from pathlib import Path

from xdsl.dialects.builtin import ModuleOp

from lpt.importers.openvino.graph import import_network
from lpt.importers.openvino.read import read_network
from lpt.importers.openvino.weights import Weights

__all__ = ["import_file"]


def import_file(path: Path) -> ModuleOp:
    """The module of an .xml file; its weights are in the .bin beside it. Raises LoadError, UnsupportedError."""
    return import_network(read_network(path), Weights(path.with_suffix(".bin")))
