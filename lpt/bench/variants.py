"""The same network with another batch or sparser weights, as an ONNX model that all engines read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, numpy_helper
from onnx.shape_inference import InferenceError, infer_shapes

from lpt.errors import LptError

BLOCK = (4, 16)
"""Input × output channels of a block of weights that is zeroed as a whole."""

_WEIGHT = {"Conv": 1, "MatMul": 1, "Gemm": 1, "ConvInteger": 1, "MatMulInteger": 1, "QLinearConv": 3, "QLinearMatMul": 3}
"""Operator → which of its inputs are the weights."""

_ZERO_POINT = {"ConvInteger": 3, "MatMulInteger": 3, "QLinearConv": 5, "QLinearMatMul": 5}
"""Operator → which of its inputs is the weights' zero point."""


def variant(source: Path, target: Path, *, batch: int | None = None, sparsity: float = 0.0) -> None:
    """Write the model of `source` to `target`, all data inside, with its batch of 1 made `batch` and a share `sparsity` of the
    blocks of its weights made zero. Raises LptError where the network cannot take the batch."""
    try:
        model = onnx.load(str(source))
    except Exception as error:  # protobuf and onnx raise what they like
        raise LptError(f"no ONNX model: {error}", where=str(source), way_out="give an .onnx file") from error
    if batch is not None:
        model = rebatch(model, batch, str(source))
    if sparsity:
        sparsify(model, sparsity)
    onnx.save(model, str(target))


def rebatch(model: ModelProto, batch: int, where: str = "model") -> ModelProto:
    """A copy of a model of batch 1 (or of a symbolic one) for `batch`: its inputs' first dimension, and the 1 that stands for it in
    the shapes of reshapes. Raises LptError where that does not give outputs of the batch."""
    copy = ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    constants = {tensor.name for tensor in graph.initializer}
    for value in graph.input:
        if value.name not in constants:
            _set_batch(value.type.tensor_type.shape, batch, f"{where}, input {value.name!r}")
    for value in graph.output:
        dims = value.type.tensor_type.shape.dim
        if not dims or dims[0].dim_value > 1:
            raise _refused(where, batch, f"output {value.name!r} does not carry the batch")
        dims[0].dim_value = batch
    del graph.value_info[:]
    for node in graph.node:
        if node.op_type == "Reshape":
            _set_reshape(graph, node, batch, where)
    try:
        return infer_shapes(copy, check_type=True, strict_mode=True, data_prop=True)
    except InferenceError as error:
        raise _refused(where, batch, " ".join(str(error).split())[:200]) from error


def _set_batch(shape: onnx.TensorShapeProto, batch: int, where: str) -> None:
    if not shape.dim:
        raise LptError("an input without dimensions has no batch", where=where, way_out="leave out --batch")
    if shape.dim[0].dim_value > 1:
        raise LptError(
            f"the batch is fixed at {shape.dim[0].dim_value}", where=where, way_out="give a model of batch 1, or leave out --batch"
        )
    shape.dim[0].dim_value = batch


def _set_reshape(graph: GraphProto, node: NodeProto, batch: int, where: str) -> None:
    """Replace a leading 1 in the constant shape of a reshape of anything but constants."""
    shape = _constant(graph, node.input[1])
    if shape is None or _constant(graph, node.input[0]) is not None or not shape.size or shape[0] <= 0:
        return
    if shape[0] != 1:
        if (shape < 0).any():
            return  # the batch is in what -1 stands for
        raise _refused(where, batch, f"reshape {node.name or node.output[0]!r} keeps its batch behind the first dimension")
    name = f"{node.output[0]}.shape_of_batch_{batch}"
    graph.initializer.append(numpy_helper.from_array(np.array([batch, *shape[1:]], np.int64), name))
    node.input[1] = name


def _refused(where: str, batch: int, why: str) -> LptError:
    return LptError(f"cannot make the batch {batch}: {why}", where=where, way_out="export the model with that batch")


def _constant(graph: GraphProto, name: str) -> np.ndarray | None:
    for tensor in graph.initializer:
        if tensor.name == name:
            return numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type == "Constant" and name in node.output:
            return next((numpy_helper.to_array(a.t) for a in node.attribute if a.name == "value"), None)
    return None


def sparsify(model: ModelProto, share: float, seed: int = 0) -> None:
    """Set a share of the blocks of 4 input × 16 output channels, at each tap for itself, to what stands for zero, in the weights of
    ungrouped convolutions and matrix products. Changes `model`."""
    graph, rng = model.graph, np.random.default_rng(seed)
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    done: set[str] = set()
    for node in graph.node:
        if node.op_type not in _WEIGHT or _attribute(node, "group", 1) != 1:
            continue
        name, zero_point = _weights(node, makers)
        if name in tensors and name not in done:
            done.add(name)
            weights = numpy_helper.to_array(tensors[name])
            zero = numpy_helper.to_array(tensors[zero_point]) if zero_point in tensors else np.zeros((), weights.dtype)
            tensors[name].CopyFrom(numpy_helper.from_array(_zeroed(node, weights, zero, share, rng), name))


def _weights(node: NodeProto, makers: dict[str, NodeProto]) -> tuple[str, str]:
    """The names of a node's weights and of their zero point, which may be empty."""
    inputs = [*node.input, *[""] * 9]
    maker = makers.get(inputs[_WEIGHT[node.op_type]])
    if maker is not None and maker.op_type == "DequantizeLinear":
        return maker.input[0], maker.input[2] if len(maker.input) > 2 else ""
    return inputs[_WEIGHT[node.op_type]], inputs[_ZERO_POINT.get(node.op_type, 8)]


def _zeroed(node: NodeProto, weights: np.ndarray, zero: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The weights with their blocks zeroed."""
    convolves = "Conv" in node.op_type
    turned = convolves or bool(_attribute(node, "transB", 0))
    if weights.ndim < 2 or (not convolves and weights.ndim > 2):
        return weights
    # Output × input channels × taps.
    rows = (weights if turned else weights.T).reshape(*(weights.shape[:2] if turned else weights.shape[::-1]), -1).copy()
    blocks = (-(-rows.shape[0] // BLOCK[1]), -(-rows.shape[1] // BLOCK[0]), rows.shape[2])
    chosen = np.zeros(int(np.prod(blocks)), bool)
    chosen[rng.permutation(chosen.size)[: round(share * chosen.size)]] = True
    mask = chosen.reshape(blocks).repeat(BLOCK[1], 0).repeat(BLOCK[0], 1)[: rows.shape[0], : rows.shape[1]]
    fill = zero.astype(weights.dtype).reshape(-1, 1, 1) if zero.size > 1 else zero.astype(weights.dtype).reshape(1, 1, 1)
    result = np.where(mask, fill, rows)
    return result.reshape(weights.shape) if turned else np.ascontiguousarray(result[..., 0].T)


def _attribute(node: NodeProto, name: str, default: int) -> int:
    return next((a.i for a in node.attribute if a.name == name), default)


def models_in(folder: Path) -> Iterable[Path]:
    """The .onnx files of a folder, by name. Raises LptError if there are none."""
    found = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    if not found:
        raise LptError("no .onnx files here", where=str(folder), way_out="give a folder of models")
    return found
