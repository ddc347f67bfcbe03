"""Executables of models in which values of inputs decide what is computed."""

from __future__ import annotations

import threading

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper

import lpt
from lpt.errors import RunError
from lpt.runtime.by_value import KEPT, ByValueExecutable

X = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)


def model(graph: str) -> onnx.ModelProto:
    return onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["": 17]> g {graph}')


RESHAPED = "(float[3, 4] x, int64[2] shape) => (float[A, B] y) { r = Relu(x) y = Reshape(r, shape) }"


def test_a_program_for_each_value() -> None:
    executable = lpt.compile(model(RESHAPED), threads=1)
    assert isinstance(executable, ByValueExecutable)
    assert [port.name for port in executable.inputs] == ["x", "shape"]
    assert [port.shape for port in executable.outputs] == [(-1, -1)]
    for shape in ([2, 6], [4, 3], [2, -1]):
        y = executable.run({"x": X, "shape": np.array(shape)})["y"]
        np.testing.assert_array_equal(y, np.maximum(X, 0).reshape(shape))
    assert len(executable.programs) == 3
    executable.run({"x": -X, "shape": np.array([4, 3])})
    assert len(executable.programs) == 3
    assert executable.report()


def test_only_the_last_values_are_kept() -> None:
    executable = lpt.compile(model("(float[3] x, int64[1] times) => (float[N] y) { y = Tile(x, times) }"), threads=1)
    x = np.array([-1, 0, 1], np.float32)
    for times in range(1, KEPT + 4):
        np.testing.assert_array_equal(executable.run({"x": x, "times": np.array([times])})["y"], np.tile(x, times))
    assert len(executable.programs) == KEPT


def test_more_inputs_may_turn_out_to_decide() -> None:
    graph = "(float[3, 4] x, int64[1] axes, int64[2] times) => (float[A, B] y) { s = ReduceSum(x, axes) y = Tile(s, times) }"
    executable = lpt.compile(model(graph), threads=1)
    assert isinstance(executable, ByValueExecutable)
    assert executable.deciding == {"axes"}
    for axis, times in ((0, [2, 1]), (1, [1, 3])):
        y = executable.run({"x": X, "axes": np.array([axis]), "times": np.array(times)})["y"]
        np.testing.assert_allclose(y, np.tile(X.sum(axis, keepdims=True), times), rtol=1e-6, atol=1e-6)
    assert executable.deciding == {"axes", "times"}


def test_symbolic_dimensions_remain() -> None:
    graph = "(float[N, 4] x, int64[1] axes) => (float[A, B] y) { y = ReduceSum(x, axes) }"
    executable = lpt.compile(model(graph), threads=1)
    for rows in (1, 3, 5):
        x = np.arange(4.0 * rows, dtype=np.float32).reshape(rows, 4)
        np.testing.assert_array_equal(executable.run({"x": x, "axes": np.array([1])})["y"], x.sum(1, keepdims=True))


def test_weights_of_a_convolution() -> None:
    graph = "(float[1, 2, 5, 5] x, float[3, 2, 3, 3] w) => (float[A, B, C, D] y) { y = Conv(x, w) }"
    rng = np.random.default_rng(0)
    feeds = {"x": rng.normal(size=(1, 2, 5, 5)).astype(np.float32)}
    executable = lpt.compile(model(graph), threads=1)
    for _ in range(2):
        feeds["w"] = rng.normal(size=(3, 2, 3, 3)).astype(np.float32)
        expected = ort.InferenceSession(model(graph).SerializeToString()).run(None, feeds)[0]
        np.testing.assert_allclose(executable.run(feeds)["y"], expected, rtol=1e-5, atol=1e-5)


def test_a_model_may_change_after_it_was_compiled() -> None:
    proto = model(RESHAPED)
    executable = lpt.compile(proto, threads=1)
    proto.graph.node[0].op_type = "Neg"
    y = executable.run({"x": X, "shape": np.array([2, 6])})["y"]
    np.testing.assert_array_equal(y, np.maximum(X, 0).reshape(2, 6))


def test_values_that_do_not_fit() -> None:
    executable = lpt.compile(model(RESHAPED), threads=1)
    with pytest.raises(RunError, match=r"node 'Reshape_1' .*does not take these values.*'shape' decide what is computed"):
        executable.run({"x": X, "shape": np.array([5, 5])})
    with pytest.raises(RunError, match="input 'shape': expected int64"):
        executable.run({"x": X, "shape": np.array([2, 6], np.int32)})


def test_what_needs_shapes_alone_is_refused(tmp_path: object) -> None:
    executable = lpt.compile(model(RESHAPED), threads=1)
    with pytest.raises(RunError, match="made for values of 'shape'"):
        executable.prepare({"x": [3, 4]})
    with pytest.raises(RunError, match="depends on values of 'shape'; call run first"):
        executable.report()
    with pytest.raises(RunError, match="make these inputs initializers"):
        executable.save(f"{tmp_path}/model.lpt")


def test_several_threads() -> None:
    executable, wrong = lpt.compile(model(RESHAPED), threads=1), []

    def run(shape: list[int]) -> None:
        for _ in range(20):
            y = executable.run({"x": X, "shape": np.array(shape)})["y"]
            if not np.array_equal(y, np.maximum(X, 0).reshape(shape)):
                wrong.append(shape)

    threads = [threading.Thread(target=run, args=(shape,)) for shape in ([2, 6], [4, 3], [12, 1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_backend_runs_models_and_nodes() -> None:
    from lpt.backend import Backend

    prepared = Backend.prepare(model(RESHAPED), threads=1)
    outputs = prepared.run([X, np.array([2, 6])])
    np.testing.assert_array_equal(outputs[0], np.maximum(X, 0).reshape(2, 6))
    np.testing.assert_array_equal(prepared.run({"x": X, "shape": np.array([2, 6])})[0], outputs[0])
    node = helper.make_node("Clip", ["x", "", "high"], ["y"])
    (y,) = Backend.run_node(node, [X, np.array(1, np.float32)], opset_version=17)
    np.testing.assert_array_equal(y, np.minimum(X, 1))
    assert Backend.supports_device("CPU:0")
    assert not Backend.supports_device("CUDA")


def test_the_backend_refuses() -> None:
    from lpt.backend import Backend

    with pytest.raises(lpt.LptError, match="no code for device 'CUDA'"):
        Backend.prepare(model(RESHAPED), "CUDA")
    assert not Backend.is_compatible(model("(float[2, 2] x) => (float y) { y = Unheard(x) }"))
    assert Backend.is_compatible(model(RESHAPED))
    prepared = Backend.prepare(model(RESHAPED))
    with pytest.raises(RunError, match="1 inputs given; the model takes x, shape"):
        prepared.run([X])


BLOCKS = {
    "float": "DequantizeLinear<axis = 1, block_size = 2>(q, s, z)",
    "uint8": "QuantizeLinear<axis = 1, block_size = 2>(x, s, z)",
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_scales_of_blocks(kind: str) -> None:
    inputs = "float[1, 4, 3, 2] x, uint8[1, 4, 3, 2] q, float[1, 2, 3, 2] s, uint8[1, 2, 3, 2] z"
    text = f'<ir_version: 10, opset_import: ["": 21]> g ({inputs}) => ({kind}[1, 4, 3, 2] y) {{ y = {BLOCKS[kind]} }}'
    proto = onnx.parser.parse_model(text)
    rng = np.random.default_rng(1)
    feeds = {
        "x": rng.normal(size=(1, 4, 3, 2)).astype(np.float32),
        "q": rng.integers(0, 256, (1, 4, 3, 2), np.uint8),
        "s": rng.uniform(0.01, 0.1, (1, 2, 3, 2)).astype(np.float32),
        "z": rng.integers(0, 256, (1, 2, 3, 2), np.uint8),
    }
    expected = ort.InferenceSession(proto.SerializeToString()).run(None, feeds)[0]
    np.testing.assert_array_equal(lpt.compile(proto, threads=1).run(feeds)["y"], expected)
