"""From a file or bytes to a ModelProto. Whatever is wrong with them is a LoadError of one line."""

from __future__ import annotations

import stat
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError, EncodeError  # type: ignore[import-untyped]

from lpt.errors import LoadError

_REEXPORT = "export the model again"


def one_line(text: object, limit: int = 300) -> str:
    """A message of other libraries without line breaks, cut to a readable length."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else f"{line[:limit]} …"


def read_file(path: Path) -> bytes:
    """The bytes of a regular file. Raises LoadError for anything else, pipes and devices included."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise LoadError("not a regular file", where=str(path), way_out="give the path of a model file")
        return path.read_bytes()
    except OSError as error:
        raise LoadError(error.strerror or one_line(error), where=str(path), way_out="give the path of a model file") from error


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


def inline_functions(proto: onnx.ModelProto, where: str) -> onnx.ModelProto:
    """The model with calls of its own functions replaced by their bodies."""
    if not proto.functions:
        return proto
    from onnx import inliner

    try:
        return inliner.inline_local_functions(proto)
    except (RuntimeError, ValueError, DecodeError, EncodeError) as error:
        raise LoadError(f"its functions cannot be inlined: {one_line(error)}", where=where, way_out=_REEXPORT) from error
