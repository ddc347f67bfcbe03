"""Networks made for a benchmark: other batches, sparser weights. ONNX Runtime and numpy say what they must compute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from lpt.bench.variants import BLOCK, rebatch, sparsify, variant
from lpt.data import bundled_model_path
from lpt.errors import LptError


def value(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def network(batch: int | str = 1, shape: tuple[int, ...] = (1, 2, 4, 6, 6), last: tuple[int, ...] = (1, -1)) -> ModelProto:
    """conv → reshape → transpose → reshape (a channel shuffle) → pool → reshape → matmul."""
    rng = np.random.default_rng(0)
    tensors: dict[str, np.ndarray] = {
        "w": rng.standard_normal((8, 3, 3, 3)).astype(np.float32),
        "split": np.array(shape, np.int64),
        "join": np.array((1, 8, 6, 6), np.int64),
        "flat": np.array(last, np.int64),
        "m": rng.standard_normal((8, 5)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[3, 3]),
        helper.make_node("Reshape", ["c", "split"], ["s"], name="split_channels"),
        helper.make_node("Transpose", ["s"], ["t"], perm=[0, 2, 1, 3, 4]),
        helper.make_node("Reshape", ["t", "join"], ["j"]),
        helper.make_node("GlobalAveragePool", ["j"], ["p"]),
        helper.make_node("Reshape", ["p", "flat"], ["f"]),
        helper.make_node("MatMul", ["f", "m"], ["y"]),
    ]
    initializers = [numpy_helper.from_array(array, name) for name, array in tensors.items()]
    graph = helper.make_graph(nodes, "g", [value("x", [batch, 3, 8, 8])], [value("y", [batch, 5])], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def outputs(model: ModelProto, x: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run(None, {session.get_inputs()[0].name: x})[0]
    return result


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("last", [(1, -1), (1, 8), (-1, 8)])
def test_each_image_of_a_batch_gives_what_it_gives_alone(batch: int, last: tuple[int, ...]) -> None:
    model = network(last=last)
    x = np.random.default_rng(1).standard_normal((batch, 3, 8, 8)).astype(np.float32)
    alone = np.concatenate([outputs(model, image[None]) for image in x])
    together = rebatch(model, batch)
    np.testing.assert_allclose(outputs(together, x), alone, rtol=1e-5, atol=1e-5)
    assert [d.dim_value for d in together.graph.output[0].type.tensor_type.shape.dim] == [batch, 5]


def test_a_symbolic_batch_is_set() -> None:
    together = rebatch(network("n"), 2)
    assert together.graph.input[0].type.tensor_type.shape.dim[0].dim_value == 2


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network(4), "model, input 'x': the batch is fixed at 4; give a model of batch 1"),
        (network(shape=(2, 1, 4, 6, 6)), "cannot make the batch 2: reshape 'split_channels' keeps its batch"),
        (network(last=(8,)), "cannot make the batch 2"),
    ],
)
def test_a_batch_that_is_impossible_is_refused(model: ModelProto, message: str) -> None:
    with pytest.raises(LptError, match=message):
        rebatch(model, 2)


def test_a_share_of_the_blocks_becomes_zero() -> None:
    rng = np.random.default_rng(2)
    conv = rng.integers(1, 127, (64, 32, 3, 3)).astype(np.int8)
    product = rng.integers(1, 127, (32, 48)).astype(np.uint8)
    grouped = rng.integers(1, 127, (8, 4, 1, 1)).astype(np.int8)
    names = ["w", "m", "g"]
    tensors = [numpy_helper.from_array(array, name) for array, name in zip((conv, product, grouped), names, strict=True)]
    points = {"w_z": np.full(64, 3, np.int8), "m_z": np.array(7, np.uint8), "g_z": np.array(0, np.int8)}
    tensors += [numpy_helper.from_array(array, name) for name, array in points.items()]
    tensors.append(numpy_helper.from_array(np.array(1, np.float32), "scale"))
    nodes = [helper.make_node("DequantizeLinear", [n, "scale", f"{n}_z"], [f"{n}_f"], axis=0) for n in names]
    nodes += [
        helper.make_node("Conv", ["x", "w_f"], ["c"]),
        helper.make_node("MatMul", ["c", "m_f"], ["y"]),
        helper.make_node("Conv", ["x", "g_f"], ["z"], group=8),
    ]
    model = helper.make_model(helper.make_graph(nodes, "g", [], [], tensors))
    sparsify(model, 0.75)
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert np.array_equal(found["g"], grouped)
    # Output × input channels × taps, in blocks; every block is all zero point or untouched.
    for got, before, point in (
        (found["w"].reshape(64, 32, 9), conv.reshape(64, 32, 9), 3),
        (found["m"].T[..., None], product.T[..., None], 7),
    ):
        inputs, outs = BLOCK
        blocks = (got != before).reshape(got.shape[0] // outs, outs, got.shape[1] // inputs, inputs, -1)
        zeroed = (got == point).reshape(blocks.shape).all((1, 3))
        assert np.array_equal(blocks.any((1, 3)) | zeroed, zeroed)
        assert zeroed.mean() == 0.75


def test_a_variant_of_the_bundled_model_is_written(tmp_path: Path) -> None:
    path = tmp_path / "v.onnx"
    variant(bundled_model_path(), path, batch=3, sparsity=0.5)
    result = outputs(onnx.load(path), np.zeros((3, 1, 8, 8), np.float32))
    assert result.shape == (3, 10)
    with pytest.raises(LptError, match="no ONNX model"):
        variant(Path(__file__), path)
