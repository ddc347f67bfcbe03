"""From bytes to a ModelProto. Whatever is wrong with them is a LoadError of one line."""

from __future__ import annotations

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from lpt.errors import LoadError

_REEXPORT = "export the model again"


def parse(data: bytes, where: str) -> onnx.ModelProto:
    """A ModelProto from its serialized form. Raises LoadError if it is truncated or something else."""
    if not data:
        raise LoadError("the file is empty", where=where, way_out=_REEXPORT)
    try:
        proto: onnx.ModelProto = onnx.ModelProto.FromString(data)
    except DecodeError as error:
        raise LoadError("not an ONNX model, or a truncated one", where=where, way_out=_REEXPORT) from error
    if not proto.HasField("graph"):
        raise LoadError("not an ONNX model: it has no graph", where=where, way_out=_REEXPORT)
    return proto
