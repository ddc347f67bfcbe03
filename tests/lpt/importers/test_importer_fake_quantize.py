"""`org.openvinotoolkit` FakeQuantize in ONNX models, as NNCF writes it, against OpenVINO's own reading of the same model."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import openvino
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.nn import ConvOp
from lpt.errors import LoadError, UnsupportedError

DOMAIN = "org.openvinotoolkit"
CHANNEL = np.array([1.0, 2.0, 0.5], np.float32).reshape(1, 3, 1, 1)
RANGES: dict[str, list[Any]] = {
    "scalar": [-1.23, 2.55, -1.23, 2.55],
    "per channel": [-CHANNEL, CHANNEL, -CHANNEL, CHANNEL],
    "rank 3": [-CHANNEL[0], CHANNEL[0], -CHANNEL[0], CHANNEL[0]],
    "other output": [0.0, 1.0, -3.0, 5.0],
}


def model(ranges: list[Any], weights: np.ndarray | None = None, **attributes: Any) -> onnx.ModelProto:
    """FakeQuantize of x, and with weights a convolution of it by their FakeQuantize."""
    names = ["il", "ih", "ol", "oh"][: len(ranges)]
    constants = [numpy_helper.from_array(np.asarray(r, np.float32), name) for name, r in zip(names, ranges, strict=True)]
    nodes = [helper.make_node("FakeQuantize", ["x", *names], ["q"], domain=DOMAIN, **attributes)]
    if weights is not None:
        bounds = [np.abs(weights).max((1, 2, 3), keepdims=True) * sign for sign in (-1, 1)]
        constants += [numpy_helper.from_array(a, n) for a, n in ((weights, "w"), (bounds[0], "wl"), (bounds[1], "wh"))]
        nodes.append(helper.make_node("FakeQuantize", ["w", "wl", "wh", "wl", "wh"], ["wq"], domain=DOMAIN, levels=255))
        nodes.append(helper.make_node("Conv", ["q", "wq"], ["y"], pads=[1, 1, 1, 1]))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 5, 5])
    y = helper.make_tensor_value_info("y" if weights is not None else "q", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)])


def openvinos(proto: onnx.ModelProto, x: np.ndarray, path: Any) -> np.ndarray:
    onnx.save(proto, str(path))
    hints = {"INFERENCE_PRECISION_HINT": "f32"}
    return np.asarray(openvino.Core().compile_model(str(path), "CPU", hints)([x])[0])


@pytest.mark.parametrize("name", RANGES)
def test_values_are_openvinos(name: str, tmp_path: Any) -> None:
    proto, x = model(RANGES[name], levels=256), np.random.default_rng(0).normal(size=(1, 3, 5, 5)).astype(np.float32)
    loaded = lpt.load(proto)
    assert [op.name for op in loaded.function.body.block.ops if isinstance(op, FakeQuantizeOp)] == ["lpt.fake_quantize"]
    np.testing.assert_allclose(lpt.interpret(loaded, {"x": x})["q"], openvinos(proto, x, tmp_path / "m.onnx"), rtol=0, atol=2e-6)


def test_a_quantized_convolution_runs_in_integers(tmp_path: Any) -> None:
    """The interpreter's bits on the machine, and OpenVINO's values where its zero point is exact."""
    generator = np.random.default_rng(1)
    proto = model([-1.28, 1.27, -1.28, 1.27], generator.normal(size=(4, 3, 3, 3)).astype(np.float32), levels=256)
    x = generator.normal(size=(1, 3, 5, 5)).astype(np.float32)
    loaded = lpt.transform(lpt.load(proto))
    (conv,) = [op for op in loaded.module.walk() if isinstance(op, ConvOp)]
    assert conv.is_quantized
    y = lpt.interpret(loaded, {"x": x})["y"]
    np.testing.assert_array_equal(lpt.compile(proto).run({"x": x})["y"], y)
    np.testing.assert_allclose(y, openvinos(proto, x, tmp_path / "m.onnx"), rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("ranges", "attributes", "error", "what"),
    [
        ([0.0, 1.0, 0.0, 1.0], {"levels": 1}, LoadError, "at least 2 levels"),
        ([0.0, 1.0, 0.0, 1.0], {}, LoadError, "at least 2 levels"),
        ([0.0, 1.0, 0.0], {"levels": 256}, LoadError, "has 5 inputs, here 4"),
        ([0.0, np.ones((1, 4, 1, 1)), 0.0, 1.0], {"levels": 256}, LoadError, "broadcast"),
        ([0.0, 1.0, 0.0, 1.0], {"levels": 256, "auto_broadcast": "pdpd"}, UnsupportedError, "broadcasting ranges"),
    ],
)
def test_errors(ranges: list[Any], attributes: dict[str, Any], error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        lpt.load(model(ranges, **attributes))
