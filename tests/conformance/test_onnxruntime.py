"""ONNX Runtime, its optimizations off, as a second opinion on the interpreter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import TensorProto, helper, numpy_helper
from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation, SSAValue

import lpt
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.quant import QuantizeCastOp

DIGITS = Path(lpt.__file__).parent / "data" / "digits.onnx"


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def test_every_layer_of_the_bundled_model() -> None:
    """Each QuantizeLinear fed by ONNX Runtime's results: codes are equal but for ties of float sums, there one step apart."""
    proto = onnx.load(DIGITS)
    outputs = {node.name: node.output[0] for node in proto.graph.node if node.op_type == "QuantizeLinear"}
    known = {info.name for info in proto.graph.output}
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in outputs.values() if name not in known)
    peer = session(proto)
    x = np.load(DIGITS.with_suffix(".npz"))["images"][:8].astype(np.float32)
    (feed,) = peer.get_inputs()
    x = x.reshape(len(x), *feed.shape[1:])
    results = dict(zip((o.name for o in peer.get_outputs()), peer.run(None, {feed.name: x}), strict=True))
    function = main_function(lpt.load(DIGITS).module)
    expected: dict[SSAValue, np.ndarray] = {}
    for op in function.body.block.ops:
        node = op.attributes.get("lpt.node")
        if isinstance(op, QuantizeCastOp) and isinstance(node, StringAttr) and node.data in outputs:
            expected[op.result] = results[outputs[node.data]]
    seen: list[float] = []

    def compare(op: Operation, values: object) -> None:
        if op.results and op.results[0] in expected:
            steps = np.abs(values[0].astype(int) - expected[op.results[0]])  # type: ignore[index]
            assert steps.max(initial=0) <= 1
            seen.append(float(steps.mean()))

    run_function(function, [x], force=expected, observe=compare)
    assert len(seen) == len(expected) > 3 and np.mean(seen) < 1e-3


TYPES = {
    np.uint8: TensorProto.UINT8,
    np.int8: TensorProto.INT8,
    np.uint16: TensorProto.UINT16,
    np.int16: TensorProto.INT16,
}


@pytest.mark.parametrize("dtype", TYPES)
@settings(max_examples=20)
@given(data=st.data())
def test_quantize_and_dequantize_give_the_same_bits(dtype: type[np.integer], data: st.DataObject) -> None:
    scales = arrays(np.float32, 3, elements=st.floats(2.0**-20, 64, width=32))
    codes = st.integers(int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))
    scale = data.draw(scales)
    zero_point = data.draw(arrays(dtype, 3, elements=codes))
    x = data.draw(arrays(np.float32, (3, 8), elements=st.floats(-1e6, 1e6, width=32)))
    x[:, 0] = scale * (data.draw(st.integers(-20, 20)) + 0.5)
    tensor = TYPES[dtype]
    graph = helper.make_graph(
        [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"], axis=0),
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["y"], axis=0),
        ],
        "there_and_back",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (3, 8))],
        [helper.make_tensor_value_info("q", tensor, (3, 8)), helper.make_tensor_value_info("y", TensorProto.FLOAT, (3, 8))],
        [numpy_helper.from_array(scale, "s"), numpy_helper.from_array(zero_point, "z")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    q, y = session(model).run(None, {"x": x})
    got = lpt.interpret(lpt.load(model), {"x": x})
    assert (got["q"] == q).all() and got["y"].tobytes() == np.asarray(y).tobytes()
