"""Compiling a model in which values of inputs decide what is computed: it is imported anew, with these inputs as constants.

So a Reshape whose shape is an input, or a Pad whose pads are, runs as it would with an initializer, on a program of its own for
each shape or list of pads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import ValueInfoProto, helper
from xdsl.dialects.builtin import StringAttr
from xdsl.ir import SSAValue

from lpt.dialects.nn import ConvOp, ConvTransposeOp
from lpt.errors import UnsupportedError, ValuesNeeded
from lpt.importers.files import read_file
from lpt.importers.onnx.graph import import_model
from lpt.importers.onnx.needed import deciding
from lpt.importers.onnx.read import parse
from lpt.model import Model
from lpt.passes.journal import NODE
from lpt.runtime.by_value import ByValueExecutable
from lpt.runtime.executable import Executable
from lpt.runtime.program import Port

Source = onnx.ModelProto | bytes | str | os.PathLike[str]


def compile_by_value(
    source: Source, needed: ValuesNeeded, compile_model: Callable[[Model], Executable], target: str, threads: int | None
) -> ByValueExecutable:
    """An executable of an ONNX model that `needed` values to be imported; `compile_model` makes one once they are known."""
    proto, where, folder = _read(source)
    initialized = {tensor.name for tensor in proto.graph.initializer}
    inputs = [info for info in proto.graph.input if info.name not in initialized]

    def make(values: Mapping[str, np.ndarray]) -> Executable:
        model = Model(import_model(proto, where, folder, values), where)
        require_weights(model)
        return compile_model(model)

    return ByValueExecutable(
        make,
        needed.names,
        inputs=[_port(info) for info in inputs],
        outputs=[_port(info) for info in proto.graph.output],
        target=target,
        threads=threads,
    )


def require_weights(model: Model) -> None:
    """Raise ValuesNeeded where weights of a convolution, which kernels lay out while compiling, follow from inputs."""
    function = model.function
    arguments: dict[SSAValue, str] = dict(zip(function.body.block.args, model.inputs, strict=True))
    for op in function.body.block.ops:
        if isinstance(op, ConvOp | ConvTransposeOp) and (names := deciding(op.w, arguments)):
            node = op.attributes.get(NODE)
            where = f"node {node.data!r}" if isinstance(node, StringAttr) else model.source
            raise ValuesNeeded("the weights are computed at run time", names=names, where=where, way_out="make them a constant")


def is_onnx(source: object) -> bool:
    """Whether `source` is an ONNX model: a ModelProto, bytes or an .onnx file."""
    if isinstance(source, str | os.PathLike):
        return Path(source).suffix.lower() == ".onnx"
    return isinstance(source, onnx.ModelProto | bytes)


def _read(source: Source) -> tuple[onnx.ModelProto, str, Path | None]:
    """The model, a copy where it may be changed, its name and the folder of its external data."""
    match source:
        case onnx.ModelProto():
            copy = onnx.ModelProto()
            copy.CopyFrom(source)
            return copy, source.graph.name or "ModelProto", None
        case bytes():
            return parse(source, "bytes"), "bytes", None
        case _:
            path = Path(source)
            return parse(read_file(path), str(path)), str(path), path.parent


def _port(info: ValueInfoProto) -> Port:
    """An input or output as the model declares it; without a shape, as a scalar."""
    tensor = info.type.tensor_type
    try:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type))
    except KeyError as error:
        raise UnsupportedError(
            "its element type is not known", where=f"{info.name!r}", way_out="declare it in the model"
        ) from error
    return Port(info.name, dtype.name, tuple(d.dim_value if d.HasField("dim_value") else -1 for d in tensor.shape.dim))
