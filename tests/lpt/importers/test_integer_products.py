"""ConvInteger and MatMulInteger: the sums of ONNX Runtime, by integer instructions, on every target."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.errors import ValuesNeeded
from lpt.target import TARGETS, runs_here

HERE = [name for name, target in TARGETS.items() if runs_here(target)]
RNG = np.random.default_rng(0)
U8 = RNG.integers(0, 256, (1, 8, 9, 9)).astype(np.uint8)
ROWS = RNG.integers(-128, 128, (3, 20)).astype(np.int8)
COLUMNS = RNG.integers(-128, 128, (20, 7)).astype(np.int8)
KERNEL = RNG.integers(0, 256, (5, 8, 3, 3)).astype(np.uint8)

Array = NDArray[np.generic]

CASES: dict[str, tuple[str, dict[str, Any], Array, list[Array]]] = {
    "conv": ("ConvInteger", {"pads": [1, 1, 1, 1]}, U8, [KERNEL, np.array(77, np.uint8), np.array(130, np.uint8)]),
    "conv without zero points": ("ConvInteger", {"strides": [2, 2]}, U8, [KERNEL]),
    "matmul": ("MatMulInteger", {}, ROWS, [COLUMNS]),
    "matmul by column": (
        "MatMulInteger",
        {},
        ROWS.view(np.uint8),
        [COLUMNS, np.array(7, np.uint8), RNG.integers(-9, 9, 7).astype(np.int8)],
    ),
}


def model(operator: str, attributes: dict[str, Any], x: Array, constants: list[Array]) -> onnx.ModelProto:
    names = [f"c{i}" for i in range(len(constants))]
    node = helper.make_node(operator, ["x", *names], ["y"], **attributes)
    inputs = [helper.make_tensor_value_info("x", helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)]
    outputs = [helper.make_tensor_value_info("y", TensorProto.INT32, None)]
    initializers = [numpy_helper.from_array(c, name) for name, c in zip(names, constants, strict=True)]
    graph = helper.make_graph([node], "g", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("name", CASES)
def test_sums_are_exact_and_integer(name: str) -> None:
    operator, attributes, x, constants = CASES[name]
    proto = model(operator, attributes, x, constants)
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = session.run(None, {"x": x})[0]
    for target in HERE:
        executable = lpt.compile(proto, target=target)
        np.testing.assert_array_equal(executable.run({"x": x})["y"], expected)
        assert any(row.instructions in TARGETS[target].dots for row in executable.report(repeats=0))


def test_weights_that_are_inputs_get_a_program_for_each_value() -> None:
    operator, attributes, x, constants = CASES["conv without zero points"]
    proto = model(operator, attributes, x, constants)
    proto.graph.input.append(helper.make_tensor_value_info("c0", TensorProto.UINT8, KERNEL.shape))
    del proto.graph.initializer[:]
    with pytest.raises(ValuesNeeded, match="the weights of an integer convolution"):
        lpt.load(proto)
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    feeds = {"x": x, "c0": KERNEL}
    np.testing.assert_array_equal(lpt.compile(proto).run(feeds)["y"], session.run(None, feeds)[0])
